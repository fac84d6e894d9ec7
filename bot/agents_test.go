package bot_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/bottest"
	"layak/flows"
	"layak/flows/rules"
	"layak/storage"
)

// office is a running bot on a real database, with people who work on its cases.
type office struct {
	*testing.T
	store  *storage.Store
	ch     *bottest.Channel
	agents *bot.Agents
	n      atomic.Int64
}

func newOffice(t *testing.T) *office {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ch := bottest.NewChannel("whatsapp")
	b := bot.New(bot.Config{
		Store: store, Engine: echoEngine{}, FreeText: freeText, Alone: alone, Channels: []bot.Channel{ch}, Resume: goOn,
		Closed: func(_ context.Context, c flows.Conversation, _ time.Time) (flows.Turn, error) {
			return flows.Turn{Next: c, Replies: []flows.Reply{{Text: "did it help?"}}}, nil
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return &office{T: t, store: store, ch: ch, agents: b.Agents(store)}
}

func (o *office) deliver(address, text string, fromMe bool) {
	o.Helper()
	in := bot.Inbound{
		Address: address, Sender: address, FromMe: fromMe, MessageID: fmt.Sprint("IN", o.n.Add(1)),
		Input: flows.Input{Kind: flows.InputText, Text: text},
	}
	if err := o.ch.Deliver(o.Context(), in); err != nil {
		o.Error(err)
	}
}

// sees waits until a person has seen these texts, after those they saw before.
func (o *office) sees(address string, texts ...string) {
	o.Helper()
	if err := o.ch.WaitShown(o.Context(), address, len(texts)); err != nil {
		o.Fatal(err)
	}
	if got := o.ch.Shown(address); !slices.Equal(got, texts) {
		o.Errorf("%s sees %q, want %q", address, got, texts)
	}
}

func (o *office) open(view bot.CaseView) []bot.CaseRow {
	o.Helper()
	page, err := o.store.ListCases(o.Context(), bot.CaseQuery{View: view})
	o.ok(err)
	return page.Cases
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) is(err, want error) {
	o.Helper()
	if !errors.Is(err, want) {
		o.Errorf("got error %v, want %v", err, want)
	}
}

// A2, A3, A4: a case from the question of a person to the bot's return.
func TestAgentsWorkOnACase(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	const ana = "6281100001@s.whatsapp.net"
	o.deliver(ana, "hi", false)
	o.sees(ana, "hello [hi] business?")
	o.deliver(ana, "agent", false)
	seen := []string{"hello [hi] business?", "a person will come"}
	o.sees(ana, seen...)
	id := o.open(bot.ViewQueue)[0].ID
	owner, err := o.agents.Claim(ctx, id, "sari")
	if err != nil || owner != "sari" {
		t.Fatalf("claimed for %q, %v", owner, err)
	}
	owner, err = o.agents.Claim(ctx, id, "budi")
	o.is(err, bot.ErrNotOwner)
	if owner != "sari" {
		t.Errorf("budi is told that %q has it", owner)
	}
	o.deliver(ana, "a shop", false) // not the bot's
	o.is(o.agents.Reply(ctx, id, "budi", "hello"), bot.ErrNotOwner)
	o.is(o.agents.Reply(ctx, id, "sari", " \n"), bot.ErrEmpty)
	o.is(o.agents.Reply(ctx, id, "sari", strings.Repeat("x", bot.MaxReplyRunes+1)), bot.ErrTooLong)
	o.ok(o.agents.Reply(ctx, id, "sari", "How may I help?"))
	seen = append(seen, "How may I help?")
	o.sees(ana, seen...)

	o.ok(o.agents.Note(ctx, id, "sari", "sells herbs"))
	o.is(o.agents.Note(ctx, id, "sari", ""), bot.ErrEmpty)
	o.ok(o.agents.Labels(ctx, id, "sari", []string{"herbal"}))
	o.ok(o.agents.Override(ctx, id, "sari", rules.Eligible, "saw the licence"))
	o.is(o.agents.Override(ctx, id, "sari", "maybe", "saw the licence"), bot.ErrVerdict)
	o.is(o.agents.Override(ctx, id, "sari", rules.Eligible, ""), bot.ErrNoReason)

	o.is(o.agents.Return(ctx, id, "budi"), bot.ErrNotOwner)
	o.ok(o.agents.Return(ctx, id, "sari"))
	seen = append(seen, "back: business?")
	o.sees(ana, seen...)
	o.deliver(ana, "herbs", false) // the same question
	seen = append(seen, "got [herbs] licence?")
	o.sees(ana, seen...)

	o.ok(o.agents.Assign(ctx, id, "sari", "budi"))
	o.is(o.agents.Close(ctx, id, bot.Closing{By: "sari"}), bot.ErrNotOwner)
	o.ok(o.agents.Close(ctx, id, bot.Closing{By: "budi", Outcome: bot.ClosedAnswered}))
	seen = append(seen, "did it help?")
	o.sees(ana, seen...)
	o.is(o.agents.Close(ctx, id, bot.Closing{By: "budi"}), bot.ErrClosed)
	o.is(o.agents.Return(ctx, id, "budi"), bot.ErrClosed)
	o.is(o.agents.Reply(ctx, id, "budi", "hello"), bot.ErrClosed)
	o.is(o.agents.Reply(ctx, id+1, "budi", "hello"), bot.ErrNoCase)

	// One that nobody has is closed in silence, and so is spam.
	o.deliver(ana, "agent", false)
	seen = append(seen, "a person will come")
	o.sees(ana, seen...)
	o.ok(o.agents.Close(ctx, o.open(bot.ViewQueue)[0].ID, bot.Closing{By: "sari", Outcome: bot.ClosedOther}))
	o.deliver(ana, "agent", false)
	seen = append(seen, "a person will come")
	o.sees(ana, seen...)
	id = o.open(bot.ViewQueue)[0].ID
	_, err = o.agents.Claim(ctx, id, "sari")
	o.ok(err)
	o.ok(o.agents.Close(ctx, id, bot.Closing{By: "sari", Outcome: bot.ClosedSpam}))
	o.deliver(ana, "100", false)
	seen = append(seen, "verdict [100]")
	o.sees(ana, seen...)
}

// A5: an agent writes to a number that never wrote, and the bot stays silent there.
func TestA5AgentOpensAChat(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	const budi = "6281100002@s.whatsapp.net"
	if _, err := o.agents.Open(ctx, "0811 00002", "sari"); err == nil || !strings.Contains(err.Error(), "+62") {
		t.Errorf("a national number: %v", err)
	}
	id, err := o.agents.Open(ctx, "+62 811-00002", "sari")
	o.ok(err)
	if rows := o.open(bot.ViewOpen); len(rows) != 1 || rows[0].Phone != "6281100002" || rows[0].Owner != "sari" {
		t.Errorf("open cases %+v", rows)
	}
	_, err = o.agents.Open(ctx, "6281100002", "cici")
	o.is(err, bot.ErrNotOwner)
	o.ok(o.agents.Reply(ctx, id, "sari", "hello from us"))
	o.sees(budi, "hello from us")
	o.deliver(budi, "who are you?", false)
	o.ok(o.agents.Return(ctx, id, "sari"))
	o.is(o.agents.Return(ctx, id, "sari"), bot.ErrClosed) // taking the chat was all there was to it
	o.deliver(budi, "hi", false)
	o.sees(budi, "hello from us", "hello [hi] business?")
}

// A9: what an agent wrote and could not be delivered can be sent again.
func TestA9RetryOfAReply(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	id, err := o.agents.Open(ctx, "6281100003", "sari")
	o.ok(err)
	o.ch.FailNext(1, bot.ErrRejected)
	o.ok(o.agents.Reply(ctx, id, "sari", "hello"))
	var card bot.Card
	for card, err = o.store.Card(ctx, id); err == nil && !card.Failed; card, err = o.store.Card(ctx, id) {
		time.Sleep(time.Millisecond)
	}
	o.ok(err)
	o.ok(o.agents.Retry(ctx, id, "sari", card.Lines[0].MessageID))
	o.is(o.agents.Retry(ctx, id, "sari", card.Lines[0].MessageID), bot.ErrNoMessage)
	o.sees("6281100003@s.whatsapp.net", "hello")
}

// A3: while people write and get answers, agents claim, the phone takes over, and both give back. Whoever has the chat, the
// bot composes nothing there; of what it composed before at most the message that was being sent still arrives.
func TestA3TheBotIsSilentInAClaimedChat(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	const people, rounds = 6, 25
	var all sync.WaitGroup
	for p := range people {
		all.Go(func() {
			address := fmt.Sprintf("62812000%d@s.whatsapp.net", p)
			o.deliver(address, "agent", false)
			var id int64
			for id == 0 {
				rows, err := o.store.ListCases(ctx, bot.CaseQuery{View: bot.ViewOpen, Search: bot.PhoneOf(address)})
				if err != nil {
					t.Error(err)
					return
				}
				if len(rows.Cases) > 0 {
					id = rows.Cases[0].ID
				}
			}
			for range rounds {
				var writing sync.WaitGroup
				writing.Go(func() {
					for range 3 {
						o.deliver(address, "go on", false)
					}
				})
				if p%2 == 0 {
					if _, err := o.agents.Claim(ctx, id, "sari"); err != nil {
						t.Error(err)
					}
				} else {
					o.deliver(address, "by hand", true)
				}
				before := len(o.ch.Shown(address))
				writing.Wait()
				o.deliver(address, "and now?", false)
				if after := len(o.ch.Shown(address)); after > before+1 {
					t.Errorf("%s got %d messages of the bot in a chat that a person has", address, after-before)
				}
				if err := o.agents.Return(ctx, id, "sari"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for _, a := range o.ch.Attempts() {
		if a.Author != bot.AuthorBot {
			t.Errorf("%s wrote %q", a.Author, a.Reply.Text)
		}
	}
}
