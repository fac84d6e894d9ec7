package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"layak/flows"
	"layak/internal/waserver"
)

// attempts counts how often a message was sent.
func (w *world) attempts(id string) (n int) {
	for _, s := range w.account.Sends() {
		if s.ID == id {
			n++
		}
	}
	return n
}

// caseOf returns the reasons of somebody's only case, "" without one.
func (w *world) caseOf(p *waserver.Prospect) string {
	w.t.Helper()
	cases, err := w.store().Cases(w.t.Context(), chatAt(w.t, w.store(), p.Address().String()))
	if err != nil || len(cases) > 1 {
		w.t.Fatalf("cases %+v, %v", cases, err)
	}
	var reasons []string
	for _, c := range cases {
		for _, r := range c.Reasons {
			reasons = append(reasons, string(r))
		}
	}
	return strings.Join(reasons, " ")
}

// TestRefusedSends goes through the codes with which WhatsApp refuses a message. Those that pass are tried again under the
// same id, after a pause; the others open a case, and the conversation goes on with the next message.
func TestRefusedSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	for code, passes := range map[int]bool{463: true, 420: true, 429: true, 500: true, 503: true, 479: false, 405: false, 400: false, 404: false} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w.in(t)
			p := w.person(waserver.ProspectOptions{})
			refused := w.refuse(p, code, herbal[0])
			if passes {
				got := expect(t, p, replies[0])
				if got.ID != refused.ID || w.attempts(got.ID) != 2 {
					t.Errorf("%s was refused, %s arrived, in %d attempts", refused.ID, got.ID, w.attempts(got.ID))
				}
				if pause := got.At.Sub(refused.At); pause < 1500*time.Millisecond {
					t.Errorf("tried again after %s: no pause", pause)
				}
				if reasons := w.caseOf(p); reasons != "" {
					t.Errorf("a case was opened: %s", reasons)
				}
				converse(t, p, herbal[1:2], replies[1:2])
				return
			}
			w.until("the case is open", func() bool { return w.caseOf(p) == string(flows.HandOffDeliveryFailed) })
			converse(t, p, herbal[1:2], replies[1:2])
			if n := w.attempts(refused.ID); n != 1 {
				t.Errorf("%d attempts", n)
			}
			if len(p.Received()) != 1 {
				t.Errorf("got\n%s", transcript(p))
			}
		})
	}
}

// refuse has somebody say something, and the answer refused.
func (w *world) refuse(p *waserver.Prospect, code int, text string) waserver.Send {
	w.t.Helper()
	seen := w.account.SendsSeen()
	w.account.RefuseSends(code, 1)
	say(w.t, p, text)
	if err := w.account.WaitSends(waiting(w.t), seen+1); err != nil {
		w.t.Fatal(err)
	}
	for _, s := range w.account.Sends()[seen:] {
		if s.Error == code {
			if s.To.User != p.LID().User {
				w.t.Fatalf("the message of somebody else was refused")
			}
			return s
		}
	}
	w.t.Fatal("nothing was refused")
	return waserver.Send{}
}

// TestNoStorm: an account that WhatsApp does not let write tries a message a few times, further and further apart, and
// nobody's conversation is lost.
func TestNoStorm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.run()
	w.account.RefuseSends(463, 1000)
	var people []*waserver.Prospect
	for range 5 {
		p := w.person(waserver.ProspectOptions{})
		say(t, p, "halo")
		people = append(people, p)
	}
	begun := time.Now()
	if err := w.account.WaitSends(waiting(t), 2*len(people)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 1500*time.Millisecond {
		t.Errorf("everybody was tried twice within %s", took)
	}
	w.account.ForgetFates()
	s.stop()
	if n := w.account.SendsSeen(); n > 3*len(people) {
		t.Errorf("%d attempts for %d messages", n, len(people))
	}
	w.run()
	for _, p := range people {
		if got := hear(t, p); !strings.Contains(got.Text, "Apa usaha Anda") {
			t.Errorf("got %q", got.Text)
		}
	}
}

// TestCutSends breaks the connection in the middle of a send. The answer arrives once, or again under the same id.
func TestCutSends(t *testing.T) {
	t.Parallel()
	for delivered, allowed := range map[bool]int{false: 0, true: 1} {
		t.Run(fmt.Sprintf("delivered_%v", delivered), func(t *testing.T) {
			w := newWorld(t, sqlite(t))
			replies := inTerminal(t, herbal...)
			w.run()
			p := w.person(waserver.ProspectOptions{})
			converse(t, p, herbal[:1], replies)
			w.account.CutSends(1, delivered)
			converse(t, p, herbal[1:], replies[1:])
			w.settled()
			heardExactly(t, p, replies)
			if n := repeats(t, p); n > allowed {
				t.Errorf("%d messages came twice, at most %d may", n, allowed)
			}
		})
	}
}

// TestSwallowedSend waits for an answer from WhatsApp that never comes, half a minute beside the other tests. The message is
// sent again.
func TestSwallowedSend(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	w.account.SwallowSends(1)
	converse(t, p, herbal, replies)
	if n := repeats(t, p); n != 0 {
		t.Errorf("%d messages came twice", n)
	}
}

// TestUnknownPerson: somebody whom WhatsApp cannot name is heard and cannot be answered. A case is opened, once, and
// others do not wait for it.
func TestUnknownPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{Addressing: waserver.ByNumber, LIDUnknown: true})
	say(t, p, "halo")
	say(t, p, "jual baju")
	w.until("the case is open", func() bool { return w.caseOf(p) == string(flows.HandOffDeliveryFailed) })
	q := w.person(waserver.ProspectOptions{})
	converse(t, q, herbal[:1], replies)
	w.settled()
	if n := w.account.SendsSeen(); n != 1 {
		t.Errorf("%d messages were sent, want one", n)
	}
	p.SetLIDUnknown(false)
	say(t, p, "halo?")
	hear(t, p)
}

// TestOrderWithinAChat refuses the first of two answers for a while. The second waits for it.
func TestOrderWithinAChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	w.refuse(p, 463, herbal[0])
	say(t, p, herbal[1])
	expect(t, p, replies[0])
	expect(t, p, replies[1])
	q := w.person(waserver.ProspectOptions{})
	first := w.refuse(p, 463, herbal[2])
	converse(t, q, herbal[:1], replies) // who is not refused does not wait
	if got := expect(t, p, replies[2]); got.ID != first.ID {
		t.Errorf("%s arrived instead of %s", got.ID, first.ID)
	}
}

// TestChatLimit: who writes fast is answered at the chat's pace, and nobody else waits for it.
func TestChatLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_LIMITS_CHAT_PER_MINUTE=2")
	replies := inTerminal(t, herbal...)
	s := w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	say(t, p, herbal[2])
	w.until("the third answer is put off", func() bool {
		return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND not_before > $1`, time.Now().Add(20*time.Second).UnixMilli()) == 1
	})
	q := w.person(waserver.ProspectOptions{})
	converse(t, q, herbal[:2], replies)
	s.stop()
	heardExactly(t, p, replies[:2])
}

// TestAccountLimit: ten people at once are answered at the account's pace.
func TestAccountLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_LIMITS_ACCOUNT_PER_SECOND=10")
	w.run()
	var people []*waserver.Prospect
	for range 15 {
		p := w.person(waserver.ProspectOptions{})
		say(t, p, "halo")
		people = append(people, p)
	}
	for _, p := range people {
		hear(t, p)
	}
	sends := w.account.Sends()
	if took := sends[len(sends)-1].At.Sub(sends[0].At); took < 1300*time.Millisecond {
		t.Errorf("15 messages in %s at 10 a second", took)
	}
}
