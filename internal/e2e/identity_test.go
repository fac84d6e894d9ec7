package e2e

import (
	"slices"
	"testing"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	waBinary "go.mau.fi/whatsmeow/binary"

	"layak/flows"
	"layak/internal/waserver"
)

// sayAs sends a text whose stanza names its writer in another way than usual.
func sayAs(t *testing.T, p *waserver.Prospect, text string, names waBinary.Attrs) {
	t.Helper()
	all := waBinary.Attrs{"sender_pn": nil, "sender_lid": nil}
	for k, v := range names {
		all[k] = v
	}
	if _, err := p.SendMessage(waiting(t), &waE2E.Message{Conversation: proto.String(text)}, waserver.SendOptions{Attrs: all}); err != nil {
		t.Fatal(err)
	}
}

func (w *world) aliases(p *waserver.Prospect) (known []string) {
	w.t.Helper()
	key := chatAt(w.t, w.store(), p.LID().String())
	for _, a := range []string{p.Number().String(), p.LID().String()} {
		if w.count(`SELECT COUNT(*) FROM contact_alias WHERE contact = $1 AND address = $2`, string(key), a) == 1 {
			known = append(known, a)
		}
	}
	return known
}

// TestByNumberThenByLID has somebody write under every name in turn; the number and the hidden id are never told
// together, so that what is learned while answering must do.
func TestByNumberThenByLID(t *testing.T) {
	t.Parallel()
	mostly(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		replies := inTerminal(t, herbal...)
		s := w.run()
		p := w.person(waserver.ProspectOptions{Addressing: waserver.ByNumber})
		for i, from := range []waBinary.Attrs{
			{"from": p.Number()},
			{"from": p.LID()},
			{"from": p.Number()},
			{"from": p.LID(), "sender_pn": p.Number()},
			{"from": p.Number(), "sender_lid": p.LID()},
		} {
			sayAs(t, p, herbal[i], from)
			expect(t, p, replies[i])
			w.settled()
			if i == 2 { // what was learned is kept
				s.stop()
				s = w.run()
			}
			// The answer goes to the name that wrote.
			if n := w.count(`SELECT COUNT(*) FROM outbox WHERE message_id = $1 AND address = $2`, p.Received()[i].ID, from["from"].(interface{ String() string }).String()); n != 1 {
				t.Errorf("the answer to message %d went to another address", i+1)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM contact`); n != 1 {
			t.Errorf("%d people, want one", n)
		}
	})
}

// TestTwoPeopleTurnOutToBeOne has somebody write under a number that cannot be answered, then under a hidden id without a
// number. When both are told together there is one person: conversation, case and opt-out survive.
func TestTwoPeopleTurnOutToBeOne(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		replies := inTerminal(t, herbal...)
		s := w.run()
		p := w.person(waserver.ProspectOptions{Addressing: waserver.ByHiddenLID, LIDUnknown: true})
		sayAs(t, p, "agen", waBinary.Attrs{"from": p.Number()})
		sayAs(t, p, "stop", waBinary.Attrs{"from": p.Number()})
		w.until("both answers are given up", func() bool {
			return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'given_up'`) == 2
		})
		converse(t, p, herbal[:2], replies)
		if n := w.count(`SELECT COUNT(*) FROM contact`); n != 2 {
			t.Fatalf("%d people, want two that nobody knows to be one", n)
		}
		sayAs(t, p, herbal[2], waBinary.Attrs{"from": p.LID(), "sender_pn": p.Number()})
		expect(t, p, replies[2])
		s.kill() // it was one transaction
		w.run()
		converse(t, p, herbal[3:], replies[3:])
		if n := w.count(`SELECT COUNT(*) FROM contact WHERE opted_out`); n != 1 || w.count(`SELECT COUNT(*) FROM contact`) != 1 {
			t.Error("there should be one person, who opted out")
		}
		cases, err := w.store().Cases(t.Context(), chatAt(t, w.store(), p.LID().String()))
		if err != nil || len(cases) != 1 || !cases[0].ClosedAt.IsZero() || len(cases[0].Reasons) == 0 ||
			!slices.Contains(cases[0].Reasons, flows.HandOffDeliveryFailed) || !slices.Contains(cases[0].Reasons, flows.HandOffAsked) {
			t.Errorf("cases %+v, %v", cases, err)
		}
		if got := w.aliases(p); len(got) != 2 {
			t.Errorf("known as %q", got)
		}
	})
}

// TestStopOutlivesTheMerge: who said stop last, under whatever name, is left alone until they write again.
func TestStopOutlivesTheMerge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.run()
	p := w.person(waserver.ProspectOptions{Addressing: waserver.ByHiddenLID, LIDUnknown: true})
	replies := inTerminal(t, "halo", "stop", "jual baju")
	say(t, p, "halo")
	expect(t, p, replies[0])
	sayAs(t, p, "stop", waBinary.Attrs{"from": p.Number()})
	w.until("the answer is given up", func() bool { return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'given_up'`) == 1 })
	sayAs(t, p, "jual baju", waBinary.Attrs{"from": p.LID(), "sender_pn": p.Number()})
	expect(t, p, replies[2])
}

// TestHiddenForever holds a whole conversation with somebody whose number nobody tells. Their id never passes for a number.
func TestHiddenForever(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.run()
	p := w.person(waserver.ProspectOptions{Addressing: waserver.ByHiddenLID, LIDUnknown: true})
	replies := inTerminal(t, herbal...)
	converse(t, p, herbal, replies)
	w.settled()
	if got := w.aliases(p); !slices.Equal(got, []string{p.LID().String()}) {
		t.Errorf("known as %q", got)
	}
	if n := w.count(`SELECT COUNT(*) FROM contact_alias WHERE address LIKE '%@s.whatsapp.net'`); n != 0 {
		t.Error("a number was made up")
	}
}
