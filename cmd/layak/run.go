package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"layak/bot"
	"layak/bot/agentchat"
	"layak/bot/editor"
	"layak/bot/hooks"
	"layak/bot/versions"
	"layak/bot/whatsapp"
	"layak/flows"
	"layak/flows/problem"
	"layak/internal/systemd"
	"layak/storage"
)

type runCmd struct {
	configFlag
	JSON bool `name:"json" help:"Write the log as JSON lines."`
}

// Help ends in the example of `layak run --help`.
func (runCmd) Help() string {
	return `Needs an account linked by layak link. The first interrupt stops in order: messages being answered are finished, nothing is lost. The second one stops at once.

Example:

    layak run --config config.yaml`
}

// Run answers messages until ctx ends, a signal comes, or WhatsApp ends the login.
func (c runCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	if cfg.Flow.Dir != "" {
		if err := editor.Recover(cfg.Flow.Dir); err != nil {
			return withCode(exitConfig, fmt.Errorf("flow.dir: finish an edit that was cut short: %w", err))
		}
	}
	folder, invalid := compileFolder(ctx, cfg, nil)
	if invalid != nil && neverRan(cfg) {
		if _, err := compileFlow(cfg, nil); err != nil {
			return err
		}
	}
	log := newLog(con.Err, c.JSON, slog.LevelInfo)
	if folder != nil && len(folder.Flow().Borrowed) > 0 {
		log.Warn("texts are missing in the flow folder; the built-in ones are used", "texts", folder.Flow().Borrowed)
	}
	debug.FreeOSMemory() // loading needs several times what stays, and a service stays for long
	err = c.serve(ctx, con, cfg, folder, invalid, log)
	if err == nil {
		log.Info("stopped")
		return nil
	}
	code := serviceCode(err)
	if c.Config != "" && strings.HasSuffix(err.Error(), "layak link") {
		err = fmt.Errorf("%w --config %s", err, c.Config) // the text ends in the command to run
	}
	if !c.JSON {
		if refused := (*whatsapp.LoginError)(nil); errors.As(err, &refused) && refused.Reason == whatsapp.NotLinked && cfg.WhatsApp.OnRefused == onRefusedExit {
			err = fmt.Errorf("%w\n%s", err, lookFirst)
		}
		return withCode(code, err)
	}
	log.Error("stopped", "error", err)
	return withCode(code, nil) // a line that is not JSON would not belong there
}

// lookFirst is for who wants to see the desk before an account is linked.
const lookFirst = `To look at the desk first, without WhatsApp: set on_refused: stay below whatsapp: in config.yaml; see "The desk without WhatsApp" in docs/agents.md.`

// neverRan reports that there is no database yet, so no version of the flow to fall back to.
func neverRan(cfg Config) bool {
	_, err := os.Stat(strings.TrimPrefix(cfg.Storage.DSN, "file:"))
	return err != nil && !isAddress(cfg.Storage.DSN)
}

// serviceCode is the exit code for what ended the service.
func serviceCode(err error) int {
	var coded *exitError
	var refused *whatsapp.LoginError
	var problems problem.List
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, bot.ErrForced):
		return exitForced
	case errors.As(err, &refused):
		return exitLogin
	case errors.As(err, &problems):
		return exitConfig
	}
	return exitStorage
}

// serve runs everything, and closes it in the reverse order.
func (c runCmd) serve(ctx context.Context, con *console, cfg Config, folder *versions.Version, invalid error, log *slog.Logger) error {
	notice := "layak: stopping; once more to stop at once"
	if c.JSON {
		notice = ""
	}
	ctx, release := stopOnSignal(ctx, con, notice)
	defer release()
	endProfile, err := profile(cfg)
	if err != nil {
		return withCode(exitConfig, err)
	}
	defer endProfile()
	store, err := storage.Open(ctx, cfg.Storage.DSN, storage.Options{Forget: forgetPerson})
	if err != nil {
		return withCode(exitStorage, err)
	}
	defer store.Close()
	flow, folder, err := newPublisher(ctx, cfg, store, folder, invalid, log)
	if err != nil {
		return err
	}
	if err := announceVersion(ctx, cfg, log); err != nil {
		return err
	}
	wa, err := channelConfig(cfg, store, log)
	if err != nil {
		return err
	}
	wa.Sent = func(ctx context.Context, id string) (bot.Outbound, bool, error) {
		return store.Sent(ctx, whatsapp.Name, id)
	}
	s := &service{store: store, log: log}
	defer reloadOnSignal(ctx, flow)()
	if cfg.Ops.Listen != "" {
		ops, err := listen(cfg.Ops.Listen, health{
			ping: store.Ping, counts: store.Counts, whatsapp: s.status, standby: s.standby.Load, turns: s.turns.Load, flow: flow.State,
			quietAfter: cfg.Ops.QuietAfter, now: time.Now,
		}.handler())
		if err != nil {
			return withCode(exitConfig, fmt.Errorf("ops.listen: %w; choose another address, or \"\" for none", err))
		}
		defer ops.Close()
	}
	if cfg.Desk.Listen != "" {
		pages, err := s.serveDesk(ctx, cfg, flow)
		if err != nil {
			return withCode(exitConfig, fmt.Errorf("desk.listen: %w; choose another address, or \"\" for none", err))
		}
		defer pages.Close()
	}
	endNotices := s.notify(ctx, systemd.New(con.Env))
	defer endNotices()
	tookOver := false
	return s.run(ctx, func(ctx context.Context) error {
		if err := whatsapp.PrepareTables(ctx, store.DB(), log); err != nil { // forgetPerson needs them
			return withCode(exitStorage, err)
		}
		if err := flow.Begin(ctx, folder, tookOver || s.stoodBy.Load()); err != nil {
			return withCode(exitStorage, err)
		}
		defer flow.StandDown()
		tookOver = true
		channel := whatsapp.New(wa)
		s.channel.Store(channel)
		agents := newAgents(cfg, flow.Engine, store, log)
		webhook := newWebhook(cfg, store)
		b := newBot(cfg, flow.Engine, turnCounter{store, &s.turns}, channel, agents, webhook, log)
		s.bot.Store(b)
		defer s.bot.Store(nil)
		if agents != nil {
			people := b.Agents(store)
			people.Gone = rosterOf(cfg, store).Gone
			agents.Attach(people, b.Wake)
		}
		beside, err := s.beside(ctx, agents, webhook, s.mirror(cfg, flow.Engine))
		if err != nil {
			return withCode(exitStorage, err)
		}
		return runBot(ctx, b, channel, log, beside...)
	})
}

// runBot runs the bot and what works beside it, which never fails, and says in the log when people are answered.
func runBot(ctx context.Context, b *bot.Bot, channel *whatsapp.Channel, log *slog.Logger, beside ...func(context.Context) error) error {
	waitCtx, cancel := context.WithCancel(ctx)
	var all errgroup.Group
	all.Go(func() error {
		if channel.WaitConnected(waitCtx) == nil {
			log.Info("ready", "client_version", whatsapp.ClientVersion())
		}
		return nil
	})
	for _, run := range beside {
		all.Go(func() error { return run(waitCtx) })
	}
	err := b.Run(ctx)
	cancel()
	_ = all.Wait()
	if refused := (*whatsapp.LoginError)(nil); errors.As(err, &refused) {
		return refused // its text is for the operator; which channel is plain
	}
	return err
}

// newBot puts the parts together.
func newBot(cfg Config, engine *versions.Engine, store bot.Store, channel bot.Channel, agents *agentchat.Agents, webhook *hooks.Webhook, log *slog.Logger) *bot.Bot {
	c := bot.Config{
		Store: store, Engine: engine, Channels: []bot.Channel{channel}, Log: log,
		Limits: bot.Limits{
			ChatPerMinute: cfg.Limits.ChatPerMinute, AccountPerSecond: cfg.Limits.AccountPerSecond,
			StaleAfter: cfg.Limits.StaleAfter, BurstWait: cfg.Limits.BurstWait,
			LoopTurns: cfg.Limits.LoopTurns, LoopWindow: cfg.Limits.LoopWindow,
		},
		FreeText: engine.FreeText, Alone: engine.Alone, Stale: engine.Stale, Resume: engine.Resume,
		Closed: engine.Closed, Apology: engine.Apology,
		MarkRead:    cfg.WhatsApp.ReadReceipts,
		ReturnAfter: cfg.HandOff.ReturnAfter, ReturnAgents: cfg.HandOff.ReturnAgents,
		Retention: time.Duration(cfg.Privacy.Retention),
	}
	if agents != nil {
		c.AgentChats = agents
	}
	if webhook != nil {
		c.Hooks = webhook.Turn
	}
	if cfg.WhatsApp.Typing {
		c.Typing = typingPause
	}
	return bot.New(c)
}

// newEngine makes the engine of a configuration.
func newEngine(cfg Config, flow *flows.Flow) *flows.Engine {
	return flows.NewEngine(flow, cfg.Privacy.Retention.days()).WithHours(calendarOf(cfg))
}

// typingPause is how long somebody would seem to type: long enough to be seen, never long enough to annoy. People read the
// previous message meanwhile.
func typingPause(text string) time.Duration {
	const (
		least, most = 700 * time.Millisecond, 4 * time.Second
		perRune     = 12 * time.Millisecond // a greeting of 250 letters takes 3 s
	)
	return min(max(time.Duration(utf8.RuneCountInString(text))*perRune, least), most)
}
