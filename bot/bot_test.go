package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
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

// lateStore finds out after it said so that deliveries could not be stored.
type lateStore struct {
	*bottest.Store
	lost int // how many
}

func (s *lateStore) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	if s.lost == 0 {
		return s.Store.SettleAndClaim(ctx, id, a, channel, now, lease, limit)
	}
	s.lost--
	claimed, err := s.Claim(ctx, channel, now, lease, limit)
	return claimed, func() error { return errors.New("not committed") }, err
}

// TestDeliveryThatIsNotStoredAfterAll sends nothing twice although the store takes back what it said.
func TestDeliveryThatIsNotStoredAfterAll(t *testing.T) {
	store := &lateStore{lost: 3}
	inWorld(t, func(c *bot.Config) { store.Store = c.Store.(*bottest.Store); c.Store = store }, func(w *world) {
		w.ch.SetOnline(false)
		for _, who := range []string{"ana", "budi", "citra", "dewi"} { // to be sent one after the other
			w.says(who, "hi")
		}
		w.ch.SetOnline(true)
		time.Sleep(time.Hour)
		sent := map[string]int{}
		for _, a := range w.ch.Attempts() {
			if a.Err == nil {
				sent[a.MessageID]++
			}
			if sent[a.MessageID] > 1 {
				t.Errorf("%q was sent again", a.Reply.Text)
			}
		}
		if store.lost > 0 {
			t.Errorf("%d more were to be lost", store.lost)
		}
		for _, who := range []string{"ana", "budi", "citra", "dewi"} {
			w.shown(who, "hello [hi] business?")
			lines, err := w.store.Transcript(t.Context(), w.key(who))
			if err != nil || lines[len(lines)-1].State != bot.LineSent {
				t.Errorf("%s: %+v, %v", who, lines, err)
			}
		}
	})
}

// slowStore takes a second to commit what came with an outcome.
type slowStore struct{ *bottest.Store }

func (s slowStore) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	claimed, stored, err := s.Store.SettleAndClaim(ctx, id, a, channel, now, lease, limit)
	committed := time.Now().Add(time.Second)
	return claimed, func() error { time.Sleep(time.Until(committed)); return stored() }, err
}

// What is not committed yet does not leave by a channel that commits nothing of its own first.
func TestNothingLeavesBeforeItIsCommitted(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.Store = slowStore{c.Store.(*bottest.Store)} }, func(w *world) {
		w.ch.SetOnline(false)
		people := []string{"ana", "budi", "citra"}
		for _, who := range people {
			w.says(who, "hi")
		}
		w.ch.SetOnline(true)
		began := time.Now()
		time.Sleep(time.Hour)
		sent := 0
		for _, a := range w.ch.Attempts() {
			if a.Err != nil {
				continue
			}
			if got := a.At.Sub(began); sent > 0 && got < time.Duration(sent)*time.Second {
				t.Errorf("message %d left after %v, before it was committed", sent, got)
			}
			sent++
		}
		if sent != len(people) {
			t.Errorf("%d messages were sent", sent)
		}
	})
}

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

func TestGuardMasksBeforeStoring(t *testing.T) {
	guard := func(text string) (string, []string) {
		return strings.ReplaceAll(text, "secret", "•"), []string{"nik"}
	}
	inWorld(t, func(c *bot.Config) { c.Guard = guard }, func(w *world) {
		w.says("ana", "my secret")
		w.shown("ana", "hello [my •] business?")
	})
}

// Stop: channels first, then turns, then the send in flight, then connections.
func TestStopOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: slowEngine{echoEngine{}, 6 * time.Second}}
		w.start()
		w.ch.SetLatency(7 * time.Second)
		w.says("ana", "hi")
		time.Sleep(6500 * time.Millisecond) // ana's answer is being sent
		w.says("budi", "hi")                // budi's turn has begun
		w.cancel()
		synctest.Wait()
		if err := w.ch.Deliver(canceled(), w.message("cara", "hi")); err == nil {
			t.Error("a message was taken after the stop began")
		}
		if w.ch.Closed() {
			t.Error("closed while a turn runs")
		}
		stopAt := time.Now()
		if err := <-w.stopped; err != nil {
			t.Errorf("Run returned %v", err)
		}
		if took := time.Since(stopAt); took > 20*time.Second {
			t.Errorf("the stop took %v", took)
		}
		w.shown("ana", "hello [hi] business?")
		if !w.ch.Closed() {
			t.Error("not closed")
		}
		lines, _ := w.store.Transcript(t.Context(), w.key("budi"))
		if len(lines) == 0 || lines[0].State == bot.LinePending {
			t.Errorf("budi's turn did not finish: %+v", lines)
		}
		// After the next start the rest is sent.
		w.cfg.Engine = echoEngine{}
		w.start()
		time.Sleep(3 * time.Minute)
		w.says("cara", "hi")
		if got := len(w.ch.Shown("")); got < 1 {
			t.Errorf("%d messages after the next start", got)
		}
		w.stop()
	})
}

// What does not end by itself is cut off: turns after 10 s, the send after 10 s more.
func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: echoEngine{}}
		w.start()
		w.ch.SetLatency(time.Minute)
		w.says("ana", "hi")
		begin := time.Now()
		w.stop()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("cut off after %v, want 10s", took)
		}
		w.start()
		synctest.Wait()
		w.shown("ana", "hello [hi] business?") // at once: the attempt was recorded
		w.cfg.Engine = slowEngine{echoEngine{}, time.Hour}
		w.stop()
		w.start()
		w.says("ana", "shop")
		begin = time.Now()
		w.stop()
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("turn cut off after %v, want 10s", took)
		}
	})
}

func TestChannelFailureEndsTheBot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, store: bottest.NewStore()}
		w.cfg = bot.Config{Store: w.store, Engine: echoEngine{}}
		w.start()
		w.says("ana", "hi")
		banned := errors.New("logged out")
		w.ch.End(banned)
		if err := <-w.stopped; !errors.Is(err, banned) || !w.ch.Closed() {
			t.Errorf("Run returned %v, closed %t", err, w.ch.Closed())
		}
		w.start()
		w.ch.End(nil)
		if err := <-w.stopped; err != nil {
			t.Errorf("Run returned %v after the only channel ended", err)
		}
	})
}

func TestStartFailsWithoutTheStore(t *testing.T) {
	store := bottest.NewStore()
	store.FailNext("Waiting", 1)
	b := bot.New(bot.Config{Store: store, Engine: echoEngine{}, Channels: []bot.Channel{bottest.NewChannel("test")}})
	if err := b.Run(t.Context()); !errors.Is(err, bottest.ErrInjected) {
		t.Errorf("Run returned %v", err)
	}
}

// slowEngine takes its time, as long as it is allowed to.
type slowEngine struct {
	bot.Engine
	d time.Duration
}

func (e slowEngine) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	t := time.NewTimer(e.d)
	defer t.Stop()
	select {
	case <-t.C:
		return e.Engine.Step(ctx, c, in)
	case <-ctx.Done():
		return flows.Turn{}, ctx.Err()
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
