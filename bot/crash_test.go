package bot_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
	"layak/bot/bottest"
)

// The crash table, row by row: the process goes, the store stays, and the next process finishes the work.
func TestCrashes(t *testing.T) {
	for name, tt := range map[string]struct {
		crash   func(w *world, in bot.Inbound) // delivers in to a bot that dies at this point
		resend  bool                           // the network never got its confirmation
		repeats int                            // sends besides the first that may happen
	}{
		"before_accept": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Accept", 1)
			if err := w.ch.Deliver(w.t.Context(), in); !errors.Is(err, bottest.ErrInjected) {
				w.t.Errorf("confirmed a message that was not stored: %v", err)
			}
		}, true, 0},
		"after_accept_before_the_receipt": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Load", 1000)
			w.store.LoseNext("Accept", 1)
			if err := w.ch.Deliver(w.t.Context(), in); !errors.Is(err, bottest.ErrInjected) {
				w.t.Errorf("got %v", err)
			}
		}, true, 0},
		"after_the_receipt_before_commit": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Commit", 1000)
			w.deliver(in)
		}, false, 0},
		"after_commit_before_its_word": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Claim", 1000)
			w.store.LoseNext("Commit", 1)
			w.deliver(in)
		}, false, 0},
		"after_commit_before_send": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Claim", 1000)
			w.deliver(in)
		}, false, 0},
		"after_claim_before_send": {func(w *world, in bot.Inbound) {
			w.store.LoseNext("Claim", 1000)
			w.deliver(in)
		}, false, 0},
		"during_send_answer_unknown": {func(w *world, in bot.Inbound) {
			w.ch.LoseNext(1)
			w.store.FailNext("Settle", 1000)
			w.deliver(in)
		}, false, 1},
		"after_send_before_settle": {func(w *world, in bot.Inbound) {
			w.store.FailNext("Settle", 1000)
			w.deliver(in)
		}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.says("ana", "hi")
				in := w.message("ana", "shop")
				tt.crash(w, in)
				synctest.Wait()
				w.stop()
				before := w.ch.Attempts()
				for _, method := range []string{"Load", "Commit", "Claim", "Settle"} {
					w.store.FailNext(method, 0)
					w.store.LoseNext(method, 0)
				}
				w.start()
				if tt.resend {
					w.deliver(in)
				}
				time.Sleep(3 * time.Minute) // longer than a lease
				attempts := append(before, w.ch.Attempts()...)
				ids := map[string]int{}
				for _, a := range attempts {
					ids[a.MessageID]++
				}
				if len(ids) != 2 || len(attempts) > 2+tt.repeats {
					t.Errorf("%d messages in %d sends, want 2 in at most %d", len(ids), len(attempts), 2+tt.repeats)
				}
				if last := attempts[len(attempts)-1].Reply.Text; last != "got [shop] licence?" {
					t.Errorf("last %q", last)
				}
				w.says("ana", "yes")
				if got := w.ch.Shown("ana"); got[len(got)-1] != "verdict [yes]" {
					t.Errorf("the next message was answered with %q", got)
				}
			})
		})
	}
}

func TestStoreFailureIsMendedWithoutARestart(t *testing.T) {
	for _, method := range []string{"Load", "Commit", "Claim", "Settle", "NextDue"} {
		t.Run(method, func(t *testing.T) {
			inWorld(t, nil, func(w *world) {
				w.store.FailNext(method, 3)
				w.says("ana", "hi")
				time.Sleep(3 * time.Minute)
				w.shown("ana", "hello [hi] business?")
			})
		})
	}
}
