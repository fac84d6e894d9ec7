package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
)

func TestConversation(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.MarkRead = true }, func(w *world) {
		w.says("ana", "hi", "shop", "yes")
		w.shown("ana", "hello [hi] business?", "got [shop] licence?", "verdict [yes]")
		if want := []string{"IN1", "IN2", "IN3"}; !slices.Equal(w.ch.Read(), want) {
			t.Errorf("marked read %q, want %q", w.ch.Read(), want)
		}
	})
}

// What a start finds unanswered is answered before there is a connection, and marked as read all the same.
func TestReadOnceConnected(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.MarkRead = true }, func(w *world) {
		w.ch.SetOnline(false)
		w.deliver(w.message("ana", "hi"))
		synctest.Wait()
		if read := w.ch.Read(); len(read) != 0 {
			t.Errorf("marked read %q without a connection", read)
		}
		w.ch.SetOnline(true)
		synctest.Wait()
		w.shown("ana", "hello [hi] business?")
		if want := []string{"IN1"}; !slices.Equal(w.ch.Read(), want) {
			t.Errorf("marked read %q, want %q", w.ch.Read(), want)
		}
	})
}

// P9: two messages 0, 1, 5, 20 or 100 ms apart are both handled, in order; none lost; at most one verdict.
func TestP9TwoQuickMessages(t *testing.T) {
	for _, apart := range []time.Duration{0, time.Millisecond, 5 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond} {
		t.Run(apart.String(), func(t *testing.T) {
			// Taking 3 ms for a step and 2 ms for a send, turns and messages meet in every way.
			inWorld(t, func(c *bot.Config) { c.Engine = slowEngine{echoEngine{}, 3 * time.Millisecond} }, func(w *world) {
				const contacts = 1000
				w.ch.SetLatency(2 * time.Millisecond)
				var people sync.WaitGroup
				for i := range contacts {
					address := fmt.Sprint("person", i)
					first, second := w.message(address, "yes"), w.message(address, "thanks")
					hi, shop := w.message(address, "hi"), w.message(address, "shop")
					people.Go(func() {
						time.Sleep(time.Duration(i%50) * 100 * time.Microsecond)
						w.deliver(hi)
						time.Sleep(time.Minute)
						w.deliver(shop)
						time.Sleep(time.Minute)
						w.deliver(first)
						time.Sleep(apart)
						w.deliver(second)
					})
				}
				people.Wait()
				time.Sleep(time.Minute)
				for i := range contacts {
					w.shown(fmt.Sprint("person", i), "hello [hi] business?", "got [shop] licence?", "verdict [yes]", "after [thanks]")
				}
				counts, _ := w.store.VerdictCounts(t.Context())
				if len(counts) != 1 || counts[0].N != contacts {
					t.Errorf("verdicts %+v, want %d of one kind", counts, contacts)
				}
				if w.ch.Overlapped() {
					t.Error("two sends of one account at the same time")
				}
			})
		})
	}
}

// P9 at the free-text question: what reads as one answer is answered as one, whatever the gap, and nothing is lost.
func TestP9BurstReadsAsOneAnswer(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.Limits.BurstWait = 200 * time.Millisecond }, func(w *world) {
		w.says("ana", "hi")
		time.Sleep(time.Second)
		for _, text := range []string{"I sell", "shoes", "for children"} {
			w.says("ana", text)
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(time.Second)
		w.shown("ana", "hello [hi] business?", "got [I sell\nshoes\nfor children] licence?")
	})
}

// P10: the same message id delivered 1 to 5 times gives one reply.
func TestP10Redelivery(t *testing.T) {
	for times := 1; times <= 5; times++ {
		for _, apart := range []time.Duration{0, time.Millisecond, time.Minute} {
			t.Run(fmt.Sprintf("%d_times_%v_apart", times, apart), func(t *testing.T) {
				inWorld(t, nil, func(w *world) {
					in := w.message("ana", "hi")
					var all sync.WaitGroup
					for i := range times {
						all.Go(func() {
							time.Sleep(time.Duration(i) * apart)
							w.deliver(in)
						})
					}
					all.Wait()
					time.Sleep(time.Minute)
					w.shown("ana", "hello [hi] business?")
					if n := len(w.ch.Attempts()); n != 1 {
						t.Errorf("%d sends, want 1", n)
					}
				})
			})
		}
	}
}

func TestPanickingEngine(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.says("ana", "hi", "panic", "shop")
		w.shown("ana", "hello [hi] business?", "sorry", "got [shop] licence?")
		if got := w.cases(w.key("ana")); !slices.Equal(got, []string{"fault"}) {
			t.Errorf("cases %q", got)
		}
		w.says("budi", "hi") // nobody else notices
		w.shown("budi", "hello [hi] business?")
	})
}

func TestGuardMasksBeforeStoring(t *testing.T) {
	guard := func(text string) (string, []string) {
		return strings.ReplaceAll(text, "secret", "•"), []string{"nik"}
	}
	inWorld(t, func(c *bot.Config) { c.Guard = guard }, func(w *world) {
		w.says("ana", "my secret")
		w.shown("ana", "hello [my •] business?")
	})
}
