package bot_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"layak/bot"
)

// O9: too many turns in a window, or the same text again and again, means silence and a case.
func TestLoopGuard(t *testing.T) {
	limit := func(c *bot.Config) { c.Limits.LoopTurns, c.Limits.LoopWindow = 20, time.Minute }
	for name, text := range map[string]func(i int) string{
		"many_turns": func(i int) string { return fmt.Sprint("echo ", i) },
		"same_text":  func(int) string { return "thank you for your message" },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, limit, func(w *world) {
				for i := range 100 {
					w.says("robot", text(i))
					time.Sleep(time.Second)
				}
				if n := len(w.ch.Shown("robot")); n > 21 || n < 10 {
					t.Errorf("%d answers to a robot", n)
				}
				if got := w.cases(w.key("robot")); !slices.Equal(got, []string{"loop"}) {
					t.Errorf("cases %q", got)
				}
				w.says("ana", "hi")
				w.shown("ana", "hello [hi] business?")
				time.Sleep(2 * time.Minute)
				before := len(w.ch.Shown("robot"))
				w.says("robot", "a person after all")
				if len(w.ch.Shown("robot")) != before+1 {
					t.Error("still silent after a quiet window")
				}
			})
		})
	}
	inWorld(t, limit, func(w *world) { // somebody who takes their time is never in a loop
		for i := range 100 {
			w.says("ana", fmt.Sprint("question ", i))
			time.Sleep(4 * time.Second)
		}
		if n := len(w.ch.Shown("ana")); n != 100 {
			t.Errorf("%d answers to 100 questions", n)
		}
	})
}
