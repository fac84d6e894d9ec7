package bot_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"layak/bot"
	"layak/flows"
)

// goOn is the turn of echoEngine's flow with which the bot comes back.
func goOn(_ context.Context, c flows.Conversation, at time.Time) (flows.Turn, error) {
	t := flows.Turn{Next: c, Replies: []flows.Reply{{Text: "back: " + string(c.Place.State) + "?"}}}
	t.Next.UpdatedAt = at
	return t, nil
}

func returns(after time.Duration) func(*bot.Config) {
	return func(c *bot.Config) { c.ReturnAfter, c.Resume = after, goOn }
}

// byHand is somebody writing on the business phone.
func (w *world) byHand(address, text string) {
	w.t.Helper()
	in := w.message(address, text)
	in.FromMe, in.Sender = true, "me"
	if w.first[address].MessageID == in.MessageID {
		w.first[address] = in
	}
	w.deliver(in)
	synctest.Wait()
}

func (w *world) owner(address, want string) {
	w.t.Helper()
	c, err := w.store.Load(w.t.Context(), w.key(address))
	if err != nil || c.Owner != want {
		w.t.Errorf("%s: the chat is %q's (%v), want %q", address, c.Owner, err, want)
	}
}

// A4: after a quiet time the bot goes on at the same question and says so. Whoever writes makes it wait anew.
func TestA4ReturnAfterAQuietTime(t *testing.T) {
	inWorld(t, returns(30*time.Minute), func(w *world) {
		w.says("ana", "hi", "shop")
		w.byHand("ana", "this is Sari")
		time.Sleep(20 * time.Minute)
		w.says("ana", "hello Sari")
		time.Sleep(20 * time.Minute)
		w.byHand("ana", "let me look")
		time.Sleep(29 * time.Minute)
		w.owner("ana", bot.OwnerPhone)
		w.shown("ana", "hello [hi] business?", "got [shop] licence?")
		time.Sleep(3 * time.Minute)
		w.owner("ana", "")
		w.shown("ana", "hello [hi] business?", "got [shop] licence?", "back: licence?")
		w.says("ana", "yes")
		w.shown("ana", "hello [hi] business?", "got [shop] licence?", "back: licence?", "verdict [yes]")
		audit, _ := w.store.Audit(t.Context(), w.key("ana"))
		found := false
		for _, a := range audit {
			found = found || a.Who == "system" && a.What == "owner" && a.Note == "phone → bot"
		}
		if !found {
			t.Errorf("the log does not tell: %+v", audit)
		}
		time.Sleep(time.Hour)
		if n := len(w.ch.Shown("ana")); n != 4 {
			t.Errorf("%d messages, want no more than 4", n)
		}
	})
}

// A return is silent where nobody waits for an answer; the next message is answered.
func TestA4SilentReturn(t *testing.T) {
	for name, tt := range map[string]struct {
		after  time.Duration
		resume func(context.Context, flows.Conversation, time.Time) (flows.Turn, error)
		before func(w *world)
		next   string
	}{
		"silent for a day": {48 * time.Hour, goOn, func(w *world) { w.says("ana", "hi", "shop") }, "verdict [yes]"},
		"opted out":        {time.Hour, goOn, func(w *world) { w.says("ana", "hi", "stop") }, "got [yes] licence?"},
		"never wrote":      {time.Hour, goOn, func(*world) {}, "hello [yes] business?"},
		"fault": {time.Hour, func(context.Context, flows.Conversation, time.Time) (flows.Turn, error) {
			return flows.Turn{}, errors.New("flow at fault")
		}, func(w *world) { w.says("ana", "hi", "shop") }, "verdict [yes]"},
		"panic": {
			time.Hour, func(context.Context, flows.Conversation, time.Time) (flows.Turn, error) { panic("engine broke") },
			func(w *world) { w.says("ana", "hi", "shop") }, "verdict [yes]",
		},
		"no words": {time.Hour, nil, func(w *world) { w.says("ana", "hi", "shop") }, "verdict [yes]"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(c *bot.Config) { c.ReturnAfter, c.Resume = tt.after, tt.resume }, func(w *world) {
				tt.before(w)
				w.byHand("ana", "this is Sari")
				before := len(w.ch.Shown("ana"))
				time.Sleep(tt.after + 2*time.Minute)
				w.owner("ana", "")
				if got := w.ch.Shown("ana"); len(got) != before {
					t.Errorf("the bot said %q", got[before:])
				}
				w.says("ana", "yes")
				if got := w.ch.Shown("ana"); len(got) != before+1 || got[before] != tt.next {
					t.Errorf("answered %q, want %q", got[before:], tt.next)
				}
			})
		})
	}
}

// Chats that an agent claimed return only if asked for, and none does when it is switched off.
func TestA4WhichChatsReturn(t *testing.T) {
	for name, tt := range map[string]struct {
		after        time.Duration
		agents       bool
		phone, agent string
	}{
		"off":         {0, true, bot.OwnerPhone, "alice"},
		"phone":       {time.Hour, false, "", "alice"},
		"agents, too": {time.Hour, true, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(c *bot.Config) { c.ReturnAfter, c.ReturnAgents, c.Resume = tt.after, tt.agents, goOn }, func(w *world) {
				w.says("ana", "hi")
				w.says("budi", "hi")
				w.byHand("ana", "this is Sari")
				if _, err := w.store.SetOwner(t.Context(), w.key("budi"), "", "alice", time.Now()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Hour)
				w.owner("ana", tt.phone)
				w.owner("budi", tt.agent)
			})
		})
	}
}

// O13: after the configured time texts, answers and names are gone, verdict counts stay, active chats go on.
func TestO13Retention(t *testing.T) {
	const retention = 90 * 24 * time.Hour
	var ahead atomic.Int64 // of the clock: the bot may take a day for what months make old
	clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	inWorld(t, func(c *bot.Config) { c.Retention, c.Now = retention, clock }, func(w *world) {
		w.says("ana", "hi", "shop", "yes")
		w.says("budi", "hi", "??")
		w.says("cara", "hi")
		ahead.Store(int64(retention - 48*time.Hour))
		w.says("cara", "shoes")
		time.Sleep(25 * time.Hour)
		if lines, _ := w.store.Transcript(t.Context(), w.key("ana")); len(lines) != 6 {
			t.Errorf("%d lines before the time", len(lines))
		}
		keys := []bot.ChatKey{w.key("ana"), w.key("budi")}
		time.Sleep(48 * time.Hour)
		for i, key := range keys {
			if _, err := w.store.Load(t.Context(), key); !errors.Is(err, bot.ErrNoChat) {
				t.Errorf("person %d is still known (%v)", i, err)
			}
		}
		if counts, _ := w.store.VerdictCounts(t.Context()); len(counts) != 1 || counts[0].N != 1 {
			t.Errorf("verdicts %+v", counts)
		}
		if missed, _ := w.store.MissedTexts(t.Context(), 0); len(missed) != 0 {
			t.Errorf("missed texts %+v", missed)
		}
		if audit, _ := w.store.Audit(t.Context(), keys[0]); len(audit) != 4 {
			t.Errorf("audit %+v, want three turns and a verdict", audit)
		}
		w.says("cara", "yes")
		w.shown("cara", "hello [hi] business?", "got [shoes] licence?", "verdict [yes]")
		w.first["ana"] = w.message("ana", "anew")
		w.deliver(w.first["ana"])
		synctest.Wait()
		if got := w.ch.Shown("ana"); got[len(got)-1] != "hello [anew] business?" {
			t.Errorf("who comes back is answered %q", got[len(got)-1])
		}
	})
	inWorld(t, func(c *bot.Config) { c.Now = clock }, func(w *world) { // off
		w.says("ana", "hi")
		ahead.Store(int64(3 * retention))
		time.Sleep(25 * time.Hour)
		if _, err := w.store.Load(t.Context(), w.key("ana")); err != nil {
			t.Error(err)
		}
	})
}

// Retention that fails is tried again the next day.
func TestRetentionIsTriedAgain(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.Retention = time.Hour }, func(w *world) {
		w.says("ana", "hi")
		key := w.key("ana")
		w.store.FailNext("Expire", 1)
		w.store.FailNext("Quiet", 1)
		time.Sleep(50 * time.Hour)
		if _, err := w.store.Load(t.Context(), key); !errors.Is(err, bot.ErrNoChat) {
			t.Errorf("still known (%v)", err)
		}
	})
}

// What another process queues is sent without a word to this one.
func TestMessagesOfAnotherProcessAreSent(t *testing.T) {
	inWorld(t, nil, func(w *world) {
		w.says("ana", "hi")
		c, err := w.store.Load(t.Context(), w.key("ana"))
		if err != nil {
			t.Fatal(err)
		}
		rec := bot.TurnRecord{Chat: c.Key, Base: c.Conversation.Version, Next: c.Conversation, At: time.Now()}
		for i := range 3 {
			rec.Out = append(rec.Out, bot.Outbound{MessageID: fmt.Sprint("DESK", i), Reply: flows.Reply{Text: fmt.Sprint("agent ", i)}, Author: "alice"})
		}
		if err := w.store.Commit(t.Context(), rec); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Second)
		w.shown("ana", "hello [hi] business?", "agent 0", "agent 1", "agent 2")
	})
}
