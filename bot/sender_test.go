package bot_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
	"layak/bot/bottest"
)

func TestRateLimits(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.Limits.AccountPerSecond = 2 }, func(w *world) {
		for i := range 20 {
			w.says(fmt.Sprint("person", i), "hi")
		}
		time.Sleep(time.Minute)
		as := w.ch.Attempts()
		if took := as[len(as)-1].At.Sub(as[0].At); len(as) != 20 || took < 9*time.Second || took > 10*time.Second {
			t.Errorf("%d sends in %v, want 20 at 2 a second", len(as), took)
		}
	})
	inWorld(t, func(c *bot.Config) { c.Limits.ChatPerMinute = 6 }, func(w *world) {
		for range 12 {
			w.says("ana", "hi")
		}
		w.says("budi", "hi") // is not held up
		if n := len(w.ch.Shown("ana")); n != 6 {
			t.Errorf("%d at once, want 6", n)
		}
		w.shown("budi", "hello [hi] business?")
		time.Sleep(2 * time.Minute)
		as := w.ch.Attempts()
		if len(as) != 13 || as[12].At.Sub(as[0].At) < 59*time.Second || as[12].At.Sub(as[0].At) > 65*time.Second {
			t.Errorf("%d sends, the last after %v; want 13, 6 at once and then 6 a minute", len(as), as[12].At.Sub(as[0].At))
		}
		for _, a := range as {
			if a.Attempts != 1 {
				t.Errorf("waiting for the limit counted as %d attempts", a.Attempts)
			}
		}
	})
}

func TestSendErrors(t *testing.T) {
	busy := errors.New("busy, ask +62 812-3456-7890")
	for name, tt := range map[string]struct {
		fault    func(c *bottest.Channel)
		attempts int // calls of Send for the first message
		within   time.Duration
		shown    []string
		cases    []string
	}{
		"other_errors_are_tried_again": {
			func(c *bottest.Channel) { c.FailNext(3, busy) }, 4, 20 * time.Second, []string{"hello [hi] business?", "got [shop] licence?"}, nil,
		},
		"uncertain_keeps_the_id": {
			func(c *bottest.Channel) { c.LoseNext(2) }, 3, 10 * time.Second, []string{"hello [hi] business?", "got [shop] licence?"}, nil,
		},
		"rejected_is_given_up": {
			func(c *bottest.Channel) { c.FailNext(1, fmt.Errorf("463: %w", bot.ErrRejected)) },
			1, 0,
			[]string{"got [shop] licence?"},
			[]string{"delivery_failed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				tt.fault(w.ch)
				w.says("ana", "hi", "shop")
				time.Sleep(tt.within)
				synctest.Wait()
				var ids []string
				for _, a := range w.ch.Attempts() {
					if a.Reply.Text == "hello [hi] business?" {
						ids = append(ids, a.MessageID)
					}
				}
				if len(ids) != tt.attempts || len(slices.Compact(ids)) != 1 {
					t.Errorf("ids of the first message %q, want one id %d times", ids, tt.attempts)
				}
				w.shown("ana", tt.shown...)
				if got := w.cases(w.key("ana")); !slices.Equal(got, tt.cases) {
					t.Errorf("cases %q, want %q", got, tt.cases)
				}
				lines, _ := w.store.Transcript(t.Context(), w.key("ana"))
				for _, l := range lines {
					if strings.Contains(l.Err, "812") {
						t.Errorf("a phone number was stored: %q", l.Err)
					}
				}
			})
		})
	}
}

func TestADayOfFailuresIsEnough(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ch.FailNext(1000, errors.New("busy"))
		w.says("ana", "hi")
		time.Sleep(23 * time.Hour)
		if got := w.cases(w.key("ana")); len(got) > 0 {
			t.Errorf("given up before a day had passed: %q", got)
		}
		time.Sleep(2 * time.Hour)
		if got := w.cases(w.key("ana")); !slices.Equal(got, []string{"delivery_failed"}) {
			t.Errorf("cases %q after a day", got)
		}
		if n := len(w.ch.Attempts()); n < 50 || n > 200 {
			t.Errorf("%d attempts in a day", n)
		}
		w.ch.Heal()
		w.says("ana", "shop")
		w.shown("ana", "got [shop] licence?")
	})
}

func TestNotConnectedWaitsWithoutCounting(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.ch.SetOnline(false)
		w.says("ana", "hi")
		time.Sleep(30 * time.Hour)
		w.ch.SetOnline(true)
		time.Sleep(2 * time.Second)
		w.shown("ana", "hello [hi] business?")
		as := w.ch.Attempts()
		if last := as[len(as)-1]; last.Attempts != 1 {
			t.Errorf("counted as attempt %d, want 1", last.Attempts)
		}
		if len(as) > 30*60*2+2 {
			t.Errorf("%d tries in 30 hours offline", len(as))
		}
	})
}

func TestTyping(t *testing.T) {
	inWorld(t, func(c *bot.Config) {
		c.Typing = func(s string) time.Duration { return time.Duration(len(s)) * time.Millisecond }
	}, func(w *world) {
		before := time.Now()
		w.says("ana", "hi")
		time.Sleep(time.Second)
		if as := w.ch.Attempts(); as[0].At.Sub(before) != 20*time.Millisecond || len(w.ch.Typed()) != 1 {
			t.Errorf("sent after %v, typing shown to %q", as[0].At.Sub(before), w.ch.Typed())
		}
	})
}
