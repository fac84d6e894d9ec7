package main

import (
	"context"

	"layak/bot/agentchat"
	"layak/bot/chatwoot"
	"layak/bot/hooks"
)

// beside lists what works beside the bot for as long as it does: whoever is told of cases. Each may be nil. What happens from
// now on is told, however late they begin.
func (s *service) beside(ctx context.Context, agents *agentchat.Agents, webhook *hooks.Webhook, mirror *chatwoot.Mirror) (run []func(context.Context) error, err error) {
	begin := func(follower string, parts ...func(context.Context) error) {
		if err == nil {
			_, err = s.store.Follow(ctx, follower)
		}
		run = append(run, parts...)
	}
	if agents != nil {
		begin(agentchat.Follower, agents.Run)
	}
	if webhook != nil {
		follower := webhook.Follow()
		follower.Log = s.log
		begin(hooks.Target, follower.Run, hooks.Runner{Store: s.store, Target: hooks.Target, Deliver: webhook.Deliver, Log: s.log}.Run)
	}
	if mirror != nil {
		begin(chatwoot.Target, mirror.Follow().Run, mirror.Runner().Run)
	}
	return run, err
}
