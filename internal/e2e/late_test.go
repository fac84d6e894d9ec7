package e2e

import (
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"layak/internal/crashpoint"
	"layak/internal/waserver"
)

// TestStaleAnswers: who answered while the service was away for a day gets one apology and the question that stands.
func TestStaleAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	s := w.run()
	p, q := w.person(waserver.ProspectOptions{}), w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	converse(t, q, herbal[:2], replies)
	s.stop()
	for _, text := range []string{"sudah", "halo?", "sudah punya"} {
		sayAt(t, p, text, time.Now().Add(-7*time.Hour))
	}
	say(t, q, herbal[2]) // not too old
	s = w.run()
	late := hear(t, p)
	if !strings.Contains(late.Text, "terlambat") || !strings.Contains(late.Text, "BPOM") {
		t.Errorf("got %q", late.Text)
	}
	expect(t, q, replies[2])
	converse(t, p, herbal[2:], replies[2:])
	s.stop()
	if n := len(p.Received()); n != len(herbal)+1 {
		t.Errorf("%d messages came, want one apology:\n%s", n, transcript(p))
	}
}

func sayAt(t *testing.T, p *waserver.Prospect, text string, at time.Time) {
	t.Helper()
	if _, err := p.SendMessage(waiting(t), &waE2E.Message{Conversation: proto.String(text)}, waserver.SendOptions{Timestamp: at}); err != nil {
		t.Fatal(err)
	}
}

// TestRetryAfterRestart: a phone that cannot read an answer gets it again, also from a process that did not send it.
func TestRetryAfterRestart(t *testing.T) {
	t.Parallel()
	mostly(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		replies := inTerminal(t, herbal...)
		for _, how := range []waserver.Addressing{waserver.ByLID, waserver.ByNumber, waserver.ByHiddenLID} {
			s := w.run(crashpoint.Variable + "=" + crashpoint.AfterCommit + "=2")
			p := w.person(waserver.ProspectOptions{Addressing: how})
			converse(t, p, herbal[:1], replies)
			w.settled()
			say(t, p, herbal[1])
			s.crashed()
			p.LoseSessions()
			w.account.Hold() // the phone's request waits, until the process that sent the answer is gone
			seen := w.account.SendsSeen()
			s = w.begin()
			if err := w.account.WaitSends(waiting(t), seen+1); err != nil {
				t.Fatal(err)
			}
			w.settled()
			s.kill()
			w.account.Release()
			s = w.run()
			if got := expect(t, p, replies[1]); got.Retry == 0 {
				t.Error("the phone could read it at once")
			}
			converse(t, p, herbal[2:], replies[2:])
			if n := repeats(t, p); n != 0 {
				t.Errorf("%d messages came twice", n)
			}
			w.settled()
			s.kill()
		}
	})
}
