package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layak/bot"
	"layak/bot/bottest"
	"layak/flows"
)

var morning = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

// chat is one person writing to Turns without a Bot, as the terminal does.
type chat struct {
	t     *testing.T
	store *bottest.Store
	turns bot.Turns
	clock *bottest.Clock
	key   bot.ChatKey
	n     int
}

func newChat(t *testing.T) *chat {
	c := &chat{t: t, store: bottest.NewStore(), clock: bottest.NewClock(morning)}
	var ids atomic.Int64
	c.turns = bot.Turns{
		Store: c.store, Engine: echoEngine{}, Now: c.clock.Now, FreeText: freeText, Alone: alone,
		NewMessageID: func(string) string { return fmt.Sprintf("OUT%d", ids.Add(1)) },
		Apology:      func(string, time.Time) string { return "sorry" },
	}
	return c
}

// write delivers texts without answering them.
func (c *chat) write(texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		c.n++
		c.clock.Advance(time.Second)
		a, err := c.store.Accept(c.t.Context(), bot.Inbound{
			Channel: "test", Address: "ana", Sender: "ana", MessageID: fmt.Sprintf("IN%d", c.n), ReceivedAt: c.clock.Now(),
			Input: flows.Input{Kind: flows.InputText, Text: text, At: c.clock.Now()},
		})
		if err != nil {
			c.t.Fatal(err)
		}
		c.key = a.Chat
	}
}

func (c *chat) answer() []bot.Result {
	c.t.Helper()
	rs, err := c.turns.Answer(c.t.Context(), c.key)
	if err != nil {
		c.t.Fatal(err)
	}
	return rs
}

// said returns the texts of everything composed so far.
func (c *chat) said() []string {
	c.t.Helper()
	lines, err := c.store.Transcript(c.t.Context(), c.key)
	if err != nil {
		c.t.Fatal(err)
	}
	var texts []string
	for _, l := range lines {
		if !l.Inbound {
			texts = append(texts, l.Text)
		}
	}
	return texts
}

func (c *chat) want(texts ...string) {
	c.t.Helper()
	if diff := cmp.Diff(texts, c.said()); diff != "" {
		c.t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestAnswer(t *testing.T) {
	for name, tt := range map[string]struct {
		bursts [][]string // each is written at once and then answered
		want   []string
	}{
		"one_by_one": {
			[][]string{{"hi"}, {"shop"}, {"yes"}, {"thanks"}},
			[]string{"hello [hi] business?", "got [shop] licence?", "verdict [yes]", "after [thanks]"},
		},
		"free_text_is_joined": {
			[][]string{{"hi"}, {"shop", "for shoes"}},
			[]string{"hello [hi] business?", "got [shop\nfor shoes] licence?"},
		},
		"greeting_is_kept_in_a_burst": {
			[][]string{{"hi", "shop"}},
			[]string{"hello [hi] business?", "got [shop] licence?"},
		},
		"only_the_last_question_is_sent": {
			[][]string{{"hi"}, {"shop"}, {"??", "??", "yes"}, {"??", "thanks"}},
			[]string{"hello [hi] business?", "got [shop] licence?", "verdict [yes]", "after [thanks]"},
		},
		"verdict_in_a_burst_is_kept": {
			[][]string{{"hi"}, {"shop"}, {"yes", "ok", "thanks"}},
			[]string{"hello [hi] business?", "got [shop] licence?", "verdict [yes]", "after [thanks]"},
		},
		"command_is_not_joined": {
			[][]string{{"hi"}, {"shop", "stop"}},
			[]string{"hello [hi] business?", "bye"},
		},
		"silent_last_step_keeps_the_question": {
			[][]string{{"hi"}, {"shop"}, {"??", "silent"}},
			[]string{"hello [hi] business?", "got [shop] licence?", "not understood"},
		},
		"case_in_a_burst_is_kept": {
			[][]string{{"hi"}, {"shop"}, {"agent", "yes"}},
			[]string{"hello [hi] business?", "got [shop] licence?", "a person will come", "verdict [yes]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newChat(t)
			for _, b := range tt.bursts {
				c.write(b...)
				c.answer()
			}
			c.want(tt.want...)
		})
	}
}

func TestResultsSayWhatWasAnswered(t *testing.T) {
	c := newChat(t)
	c.write("hi")
	c.answer()
	c.write("shop", "for shoes", "agent")
	var got []string
	for _, r := range c.answer() {
		got = append(got, fmt.Sprintf("%d:%q:%d:%s", len(r.Inputs), r.Input.Text, len(r.Replies), r.Turn.HandOff()))
	}
	want := []string{`2:"shop\nfor shoes":0:`, `1:"agent":1:asked`}
	if !slices.Equal(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
}

func TestFaultyMessageIsGivenUpWithApologyAndCase(t *testing.T) {
	for _, text := range []string{"panic", "fault"} {
		t.Run(text, func(t *testing.T) {
			c := newChat(t)
			c.write("hi")
			c.answer()
			c.write("shop", text)
			rs := c.answer()
			c.want("hello [hi] business?", "got [shop] licence?", "sorry")
			if last := rs[len(rs)-1]; !last.Failed || last.Input.Text != text {
				t.Errorf("last result %+v, want %q failed", last, text)
			}
			cases, err := c.store.Cases(t.Context(), c.key)
			if err != nil || len(cases) != 1 || cases[0].Reasons[0] != flows.HandOffFault || !strings.Contains(cases[0].Summary, "shop") {
				t.Errorf("cases %+v, %v; want one with reason fault and the answers", cases, err)
			}
			c.write("yes")
			c.answer()
			c.want("hello [hi] business?", "got [shop] licence?", "sorry", "verdict [yes]")
		})
	}
}

func TestConflictIsTriedAgain(t *testing.T) {
	c := newChat(t)
	c.write("hi")
	c.turns.Engine = interleave{func() { // somebody else answers while the turn is worked out
		other := c.turns
		other.Engine = echoEngine{}
		if _, err := other.Answer(t.Context(), c.key); err != nil {
			t.Error(err)
		}
		c.write("shop")
	}, new(atomic.Bool)}
	c.answer()
	c.want("hello [hi] business?", "got [shop] licence?")
}

func TestOwnedChatIsLeftAlone(t *testing.T) {
	c := newChat(t)
	c.write("hi")
	if _, err := c.store.SetOwner(t.Context(), c.key, "", "alice", morning); err != nil {
		t.Fatal(err)
	}
	c.write("hello?")
	if rs := c.answer(); len(rs) != 0 || len(c.said()) != 0 {
		t.Errorf("answered %v, said %q in a chat that alice owns", rs, c.said())
	}
}

func TestStoreErrorsComeBack(t *testing.T) {
	for _, method := range []string{"Load", "Commit"} {
		c := newChat(t)
		c.write("hi")
		c.store.FailNext(method, 1)
		if _, err := c.turns.Answer(t.Context(), c.key); !errors.Is(err, bottest.ErrInjected) {
			t.Errorf("%s failed: got %v", method, err)
		}
		c.answer()
		c.want("hello [hi] business?")
	}
	// The commit happened but its word was lost: nothing is answered twice.
	c := newChat(t)
	c.write("hi")
	c.store.LoseNext("Commit", 1)
	if _, err := c.turns.Answer(t.Context(), c.key); !errors.Is(err, bottest.ErrInjected) {
		t.Errorf("got %v", err)
	}
	c.answer()
	c.want("hello [hi] business?")
}

func TestStaleMessagesGetOneApology(t *testing.T) {
	c := newChat(t)
	c.turns.StaleAfter = 6 * time.Hour
	c.turns.Stale = func(_ context.Context, conv flows.Conversation, old []flows.Input) (flows.Turn, error) {
		return flows.Turn{Next: conv, Replies: []flows.Reply{{Text: fmt.Sprintf("late for %d", len(old))}}}, nil
	}
	c.write("hi")
	c.answer()
	c.write("shop", "shoes")
	c.clock.Advance(7 * time.Hour)
	c.write("bags")
	c.answer()
	c.want("hello [hi] business?", "late for 2", "got [bags] licence?")
	c.write("stop")
	c.clock.Advance(7 * time.Hour)
	c.answer()
	c.want("hello [hi] business?", "late for 2", "got [bags] licence?", "bye")
}

func TestEffectsReachTheStore(t *testing.T) {
	c := newChat(t)
	for _, text := range []string{"hi", "??", "shop", "yes", "agent", "stop"} {
		c.write(text)
		c.answer()
	}
	counts, _ := c.store.VerdictCounts(t.Context())
	if len(counts) != 1 || counts[0].N != 1 || counts[0].Verdict != (bot.Verdict{Category: "shop", Verdict: "eligible", Pack: "test 1", Lang: "id"}) {
		t.Errorf("verdict counts %+v", counts)
	}
	missed, _ := c.store.MissedTexts(t.Context(), 0)
	if len(missed) != 1 || missed[0] != (bot.Missed{Question: "business", Text: "??"}) {
		t.Errorf("missed %+v", missed)
	}
	loaded, err := c.store.Load(t.Context(), c.key)
	if err != nil || !loaded.OptedOut {
		t.Errorf("opted out %t, %v", loaded.OptedOut, err)
	}
	c.write("start")
	c.answer()
	if loaded, _ = c.store.Load(t.Context(), c.key); loaded.OptedOut {
		t.Error("still opted out after start")
	}
	var whats []string
	lines, _ := c.store.Audit(t.Context(), c.key)
	for _, l := range lines {
		if l.What != "turn" {
			whats = append(whats, l.What)
		}
	}
	if want := []string{"verdict", "handoff", "opt_out", "opt_in"}; !slices.Equal(whats, want) {
		t.Errorf("audit %q, want %q", whats, want)
	}
}

// interleave lets something happen once in the middle of a turn.
type interleave struct {
	do   func()
	done *atomic.Bool
}

func (e interleave) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	if e.done.CompareAndSwap(false, true) {
		e.do()
	}
	return echoEngine{}.Step(ctx, c, in)
}
