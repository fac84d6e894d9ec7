package bot_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"layak/bot"
	"layak/bot/bottest"
	"layak/flows"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a running bot with its store and network, in virtual time.
type world struct {
	t       *testing.T
	store   *bottest.Store
	ch      *bottest.Channel
	cfg     bot.Config
	bot     *bot.Bot
	cancel  context.CancelFunc
	stopped chan error
	n       int
	first   map[string]bot.Inbound // first message of each address, to find its chat
}

// inWorld runs fn with a bot that is stopped afterwards.
func inWorld(t *testing.T, change func(*bot.Config), fn func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{
			Store: w.store, Engine: echoEngine{}, FreeText: freeText, Alone: alone,
			Apology: func(string, time.Time) string { return "sorry" },
		}
		if change != nil {
			change(&w.cfg)
		}
		w.start()
		fn(w)
		w.stop()
	})
}

// start makes a new bot on the store that is there, like a process that was started again.
func (w *world) start() {
	ctx, cancel := context.WithCancel(context.Background())
	w.ch = bottest.NewChannel("test")
	w.cfg.Channels = []bot.Channel{w.ch}
	w.bot, w.cancel, w.stopped = bot.New(w.cfg), cancel, make(chan error, 1)
	go func(b *bot.Bot, stopped chan error) { stopped <- b.Run(ctx) }(w.bot, w.stopped)
	synctest.Wait()
}

func (w *world) stop() {
	w.t.Helper()
	w.cancel()
	if err := <-w.stopped; err != nil {
		w.t.Errorf("Run returned %v", err)
	}
}

func (w *world) message(address, text string) bot.Inbound {
	w.n++
	in := bot.Inbound{
		Channel: "test", Address: address, Sender: address, MessageID: fmt.Sprintf("IN%d", w.n),
		Input: flows.Input{Kind: flows.InputText, Text: text, At: time.Now()},
	}
	if w.first == nil {
		w.first = map[string]bot.Inbound{}
	}
	if _, known := w.first[address]; !known {
		w.first[address] = in
	}
	return in
}

func (w *world) deliver(in bot.Inbound) {
	w.t.Helper()
	if err := w.ch.Deliver(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
}

// says delivers texts one after the other, each answered before the next.
func (w *world) says(address string, texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		w.deliver(w.message(address, text))
		synctest.Wait()
	}
}

func (w *world) shown(address string, want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.ch.Shown(address)); diff != "" {
		w.t.Errorf("%s sees (-want +got):\n%s", address, diff)
	}
}

// key is the chat of an address.
func (w *world) key(address string) bot.ChatKey {
	w.t.Helper()
	a, err := w.store.Accept(w.t.Context(), w.first[address])
	if err != nil || a.Fresh {
		w.t.Fatalf("find chat of %s: fresh %t, %v", address, a.Fresh, err)
	}
	return a.Chat
}

func (w *world) cases(key bot.ChatKey) []string {
	cases, err := w.store.Cases(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	var reasons []string
	for _, c := range cases {
		for _, r := range c.Reasons {
			reasons = append(reasons, string(r))
		}
	}
	return reasons
}
