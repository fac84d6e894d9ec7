package bot_test

import (
	"slices"
	"testing"
	"time"

	"layak/bot"
)

func TestTakeoverSilencesTheBot(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.says("ana", "hi")
		w.ch.SetOnline(false)
		w.says("ana", "shop") // composed, and cannot go out
		hand := w.message("ana", "hello, this is Sari")
		hand.FromMe, hand.Sender = true, "me"
		w.deliver(hand)
		w.ch.SetOnline(true)
		w.says("ana", "who are you?", "stop")
		time.Sleep(time.Hour)
		w.shown("ana", "hello [hi] business?")
		if got := w.cases(w.key("ana")); !slices.Equal(got, []string{"takeover"}) {
			t.Errorf("cases %q", got)
		}
		if _, err := w.store.SetOwner(t.Context(), w.key("ana"), bot.OwnerPhone, "", time.Now()); err != nil {
			t.Fatal(err)
		}
		w.says("ana", "yes")
		w.shown("ana", "hello [hi] business?", "verdict [yes]")
	})
}

// A3: a person who writes while the bot works or types is never talked over.
func TestFenceRace(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*bot.Config)
		after  time.Duration // between the message and the reply by hand
	}{
		"while_the_turn_is_worked_out": {func(c *bot.Config) { c.Engine = slowEngine{echoEngine{}, time.Second} }, 500 * time.Millisecond},
		"while_typing_is_shown":        {func(c *bot.Config) { c.Typing = func(string) time.Duration { return time.Second } }, 500 * time.Millisecond},
		"while_the_account_waits":      {func(c *bot.Config) { c.Limits.AccountPerSecond = 0.1 }, 500 * time.Millisecond},
		"while_the_chat_waits":         {func(c *bot.Config) { c.Limits.ChatPerMinute = 1 }, 500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, tt.change, func(w *world) {
				w.says("ana", "hi")
				time.Sleep(5 * time.Second)
				w.deliver(w.message("ana", "shop"))
				time.Sleep(tt.after)
				hand := w.message("ana", "let me help")
				hand.FromMe, hand.Sender = true, "me"
				w.deliver(hand)
				time.Sleep(time.Hour)
				w.shown("ana", "hello [hi] business?")
			})
		})
	}
}
