package agentchat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"layak/bot"
)

const (
	lookEvery  = time.Second     // for new events; a look costs one indexed read
	againAfter = 5 * time.Second // after the store failed
	eventBatch = 100             // done in one transaction
	// passedLines are looked at when somebody writes: far more than come between two looks.
	passedLines = 50
)

// Run tells agents what happens in cases, until ctx ends. What happened while it did not run is told at the next start.
func (a *Agents) Run(ctx context.Context) error {
	for {
		pause := lookEvery
		more, err := a.follow(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			a.cfg.Log.Error("agents were not told, trying again soon", "err", bot.Redact(err))
			pause = againAfter
		case more:
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// follow does one batch of events, and reports whether there may be more.
func (a *Agents) follow(ctx context.Context) (more bool, err error) {
	from, err := a.cfg.Store.Follow(ctx, Follower)
	if err != nil {
		return false, err
	}
	events, err := a.cfg.Store.Events(ctx, from, eventBatch)
	if err != nil || len(events) == 0 {
		return false, err
	}
	agents, err := a.reach(ctx)
	if err != nil {
		return false, err
	}
	gone, err := a.cfg.Gone(ctx)
	if err != nil {
		return false, err
	}
	var all []bot.AgentMessage
	for _, e := range events {
		if e.Case == 0 {
			continue
		}
		messages, err := a.tell(ctx, agents, gone, e)
		if err != nil {
			return false, err
		}
		all = append(all, messages...)
	}
	err = a.cfg.Store.Tell(ctx, Follower, from, events[len(events)-1].ID, all, a.cfg.Now().UTC())
	if errors.Is(err, bot.ErrConflict) {
		return true, nil // another process did it
	}
	if err != nil {
		return false, err
	}
	for _, m := range all {
		a.cfg.Wake(m.Chat)
	}
	return len(events) == eventBatch, nil
}

// tell makes what agents are to know of one event. The cases of those who are gone are anybody's. Ids follow from what they are about, so that nothing is told twice.
func (a *Agents) tell(ctx context.Context, agents []reachable, gone []string, e bot.Event) ([]bot.AgentMessage, error) {
	switch e.Kind {
	case bot.EventOpened, bot.EventMessage, bot.EventOwner, bot.EventDelivery:
	default:
		return nil, nil
	}
	if len(agents) == 0 {
		return nil, nil
	}
	card, err := a.cfg.Store.Card(ctx, e.Case)
	if errors.Is(err, bot.ErrNoCase) {
		return nil, nil
	}
	if err != nil || !card.ClosedAt.IsZero() {
		return nil, err
	}
	var out []bot.AgentMessage
	for _, agent := range agents {
		add := func(seed, text string) {
			id := a.cfg.MessageID(fmt.Sprintf("case %d agent %s %s", card.ID, agent.chat.Key, seed))
			out = append(out, bot.AgentMessage{Chat: agent.chat.Key, MessageID: id, Text: text, Case: card.ID})
		}
		lang := agent.chat.Conversation.Lang
		switch {
		case card.Chat == agent.chat.Key: // their own, from before they were an agent
		case e.Kind == bot.EventOpened && (card.Owner == "" || slices.Contains(gone, card.Owner)):
			add("opened", a.card(lang, say(lang, "card", card.ID), card.Case, card.Category, card.Lang)+"\n"+say(lang, "how"))
		case card.Owner != agent.name:
		case e.Kind == bot.EventOwner && e.Who != agent.name:
			add(fmt.Sprint("assigned ", e.ID), a.card(lang, say(lang, "assigned", card.ID, e.Who), card.Case, card.Category, card.Lang)+"\n"+say(lang, "how.mine"))
		case e.Kind == bot.EventMessage && e.Who == "":
			a.passOn(card, lang, add)
		case e.Kind == bot.EventDelivery:
			for _, l := range card.Lines {
				if !l.Inbound && l.Author == agent.name && l.State == bot.LineGivenUp {
					add("failed "+l.MessageID, say(lang, "failed", card.ID, l.Err))
				}
			}
		}
	}
	return out, nil
}

// passOn adds what the person wrote since an agent took the case; what was passed on before is left out by its id.
func (a *Agents) passOn(card bot.Card, lang string, add func(seed, text string)) {
	for _, l := range card.Lines[max(0, len(card.Lines)-passedLines):] {
		if l.Inbound && l.State == bot.LineLeft && !l.At.Before(card.ClaimedAt) {
			add("said "+l.MessageID, say(lang, "person", card.ID, written(lang, l.Input, lineRunes)))
		}
	}
}
