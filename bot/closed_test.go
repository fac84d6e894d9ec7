package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
)

// Whether a person's help did help is asked of nobody who has been silent for a day, or said stop.
func TestHelpedIsAskedOnlyOfWhoIsThere(t *testing.T) {
	for name, test := range map[string]struct {
		silent time.Duration
		optOut bool
		asked  bool
	}{
		"just_wrote":      {time.Minute, false, true},
		"silent_for_long": {25 * time.Hour, false, false},
		"said_stop":       {time.Minute, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = store.Close() })
			now, n := time.Now().Add(-test.silent), 0
			turns := &bot.Turns{
				Store: store, Engine: echoEngine{}, Now: func() time.Time { return now },
				NewMessageID: func(string) string { n++; return fmt.Sprint("OUT", n) },
				Closed: func(_ context.Context, c flows.Conversation, _ time.Time) (flows.Turn, error) {
					return flows.Turn{Next: c, Replies: []flows.Reply{{Text: "did it help?"}}}, nil
				},
			}
			in := bot.Inbound{Channel: "whatsapp", Address: "ana", Sender: "ana", MessageID: "IN", ReceivedAt: now}
			in.Input = flows.Input{Kind: flows.InputText, Text: "agent", At: now}
			a, err := store.Accept(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := turns.Answer(t.Context(), a.Chat); err != nil {
				t.Fatal(err)
			}
			if test.optOut {
				chat, err := store.Load(t.Context(), a.Chat)
				if err != nil {
					t.Fatal(err)
				}
				rec := bot.TurnRecord{Chat: a.Chat, Base: chat.Conversation.Version, Next: chat.Conversation, OptOut: &test.optOut, At: now}
				if err := store.Commit(t.Context(), rec); err != nil {
					t.Fatal(err)
				}
			}
			agents := bot.Agents{Store: store, Turns: turns}
			cases, err := store.Cases(t.Context(), a.Chat)
			if err != nil || len(cases) == 0 {
				t.Fatalf("cases %+v, %v", cases, err)
			}
			id := cases[len(cases)-1].ID
			if _, err := agents.Claim(t.Context(), id, "sari"); err != nil {
				t.Fatal(err)
			}
			now = time.Now()
			if err := agents.Close(t.Context(), id, bot.Closing{By: "sari", Outcome: bot.ClosedAnswered}); err != nil {
				t.Fatal(err)
			}
			lines, err := store.Transcript(t.Context(), a.Chat)
			if err != nil {
				t.Fatal(err)
			}
			if chat, err := store.Load(t.Context(), a.Chat); err != nil || chat.Owner != "" {
				t.Fatalf("chat %+v, %v", chat, err)
			}
			asked := slices.ContainsFunc(lines, func(l bot.Line) bool { return l.Text == "did it help?" })
			if asked != test.asked {
				t.Errorf("asked is %v, want %v: %+v", asked, test.asked, lines)
			}
		})
	}
}

// An agent who gave the chat back first and closes the case then has the person asked, too; one who never had it has not.
func TestHelpedIsAskedAfterTheReturn(t *testing.T) {
	o, ctx := newOffice(t), t.Context()
	const ana = "6281100001@s.whatsapp.net"
	o.deliver(ana, "hi", false)
	o.deliver(ana, "agent", false)
	o.sees(ana, "hello [hi] business?", "a person will come")
	id := o.open(bot.ViewQueue)[0].ID
	_, err := o.agents.Claim(ctx, id, "sari")
	o.ok(err)
	o.ok(o.agents.Return(ctx, id, "sari"))
	o.sees(ana, "hello [hi] business?", "a person will come", "back: business?")
	o.ok(o.agents.Close(ctx, id, bot.Closing{By: "sari", Outcome: bot.ClosedAnswered}))
	o.sees(ana, "hello [hi] business?", "a person will come", "back: business?", "did it help?")
}
