package e2e

import (
	"slices"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"layak/internal/crashpoint"
	"layak/internal/waserver"
)

// TestDisappearingMessages: answers carry the timer of the chat, and lose it with the chat.
func TestDisappearingMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.run()
	p := w.person(waserver.ProspectOptions{})
	for i, timer := range []time.Duration{24 * time.Hour, 7 * 24 * time.Hour, 0} {
		send(t, p, extended(herbal[i], &waE2E.ContextInfo{Expiration: proto.Uint32(uint32(timer.Seconds()))}))
		if got := hear(t, p); got.Ephemeral != timer {
			t.Errorf("the answer disappears after %s, want %s", got.Ephemeral, timer)
		}
	}
}

// TestReadReceipts: a message is shown as read only once its turn is stored, also by the next process.
func TestReadReceipts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_WHATSAPP_READ_RECEIPTS=true")
	s := w.run(crashpoint.Variable + "=hold:" + crashpoint.BeforeCommit)
	p := w.person(waserver.ProspectOptions{})
	id := say(t, p, "halo")
	if _, err := p.WaitReceipt(waiting(t), id, "inactive"); err != nil {
		t.Fatal(err)
	}
	s.kill()
	if slices.ContainsFunc(p.Receipts(), func(r waserver.Receipt) bool { return r.Kind == "read" }) {
		t.Error("it was shown as read before the turn was stored")
	}
	w.run()
	if _, err := p.WaitReceipt(waiting(t), id, "read"); err != nil {
		t.Fatal(err)
	}
	hear(t, p)
}

// TestNoReadReceipts: they can be switched off.
func TestNoReadReceipts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal, inTerminal(t, herbal...))
	s.stop()
	if slices.ContainsFunc(p.Receipts(), func(r waserver.Receipt) bool { return r.Kind == "read" }) {
		t.Error("a message was shown as read")
	}
}

// TestTyping: "typing" is shown before an answer, as long as writing it would seem to take; the account is online
// meanwhile and at no other time.
func TestTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_WHATSAPP_TYPING=true")
	w.run()
	w.until("the account appears away", func() bool { return !w.account.Online() })
	p := w.person(waserver.ProspectOptions{})
	say(t, p, "halo")
	w.until("the bot types", func() bool { return len(p.ChatStates()) > 0 })
	if !w.account.Online() {
		t.Error("it types without being online")
	}
	got := hear(t, p)
	states := p.ChatStates()
	if states[0].State != "composing" {
		t.Errorf("states %+v", states)
	}
	if pause := got.At.Sub(states[0].At); pause < 600*time.Millisecond || pause > 10*time.Second {
		t.Errorf("typed for %s", pause)
	}
	w.until("the account appears away again", func() bool { return !w.account.Online() })
}

// TestNoTyping: it can be switched off.
func TestNoTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal, inTerminal(t, herbal...))
	if states := p.ChatStates(); len(states) != 0 || w.account.Online() {
		t.Errorf("states %+v, online %v", states, w.account.Online())
	}
}
