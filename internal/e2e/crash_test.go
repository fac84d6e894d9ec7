package e2e

import (
	"fmt"
	"testing"

	"layak/internal/crashpoint"
	"layak/internal/waserver"
)

// crashRow is one boundary at which the program is killed.
type crashRow struct {
	name string
	// crash kills the service when the message that is said at the given passage gets there.
	crash    func(t *testing.T, w *world, s *service, p *waserver.Prospect, text string)
	at       string // the point the service is armed for, "" for none
	answered bool   // the person has the answer before the restart
	repeated int    // how often the answer may come again
}

// itself is for points at which the program kills itself.
func itself(t *testing.T, _ *world, s *service, p *waserver.Prospect, text string) {
	say(t, p, text)
	s.crashed()
}

// crashTable has a row for every boundary of a message's way.
var crashTable = []crashRow{
	{name: "before_decryption", crash: func(t *testing.T, _ *world, s *service, p *waserver.Prospect, text string) {
		s.freeze()
		say(t, p, text)
		s.kill()
	}},
	{name: "before_accept", at: crashpoint.BeforeAccept, crash: itself},
	{name: "after_accept_before_receipt", at: crashpoint.AfterAccept, crash: func(t *testing.T, _ *world, s *service, p *waserver.Prospect, text string) {
		id := say(t, p, text)
		s.crashed()
		for _, r := range p.Receipts() {
			for _, confirmed := range r.IDs {
				if confirmed == id {
					t.Error("the message was confirmed too early")
				}
			}
		}
	}},
	{name: "after_receipt_before_commit", at: "hold:" + crashpoint.BeforeCommit, crash: func(t *testing.T, w *world, s *service, p *waserver.Prospect, text string) {
		id := say(t, p, text)
		if _, err := p.WaitReceipt(waiting(t), id, "inactive"); err != nil {
			t.Fatal(err)
		}
		s.kill()
	}},
	{name: "before_commit", at: crashpoint.BeforeCommit, crash: itself},
	{name: "after_commit_before_send", at: crashpoint.AfterCommit, crash: itself},
	{name: "attempt_counted", at: crashpoint.BeforeSend, crash: itself},
	{name: "during_send_not_delivered", crash: func(t *testing.T, w *world, s *service, p *waserver.Prospect, text string) {
		seen := w.account.SendsSeen()
		w.account.SwallowSends(1)
		say(t, p, text)
		if err := w.account.WaitSends(waiting(t), seen+1); err != nil {
			t.Fatal(err)
		}
		s.kill()
	}},
	{name: "during_send_delivered", answered: true, repeated: 1, crash: func(t *testing.T, w *world, s *service, p *waserver.Prospect, text string) {
		seen := w.account.SendsSeen()
		w.account.DropAcks(1)
		say(t, p, text)
		if err := w.account.WaitSends(waiting(t), seen+1); err != nil {
			t.Fatal(err)
		}
		s.kill()
	}},
	{name: "after_send_before_settle", at: crashpoint.BeforeSettle, answered: true, repeated: 1, crash: itself},
}

// TestCrashTable kills the program at every boundary of a message's way. After the next start the answer is there, once,
// and the conversation goes on from the right question.
func TestCrashTable(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		replies := inTerminal(t, herbal...)
		moments := []int{2}
		if full() {
			moments = []int{0, 1, 2, 4} // first message, business, licence, verdict
		}
		for i, row := range crashTable {
			for _, moment := range moments {
				if !full() {
					moment = []int{2, 0, 4}[i%3]
				}
				t.Run(fmt.Sprintf("%s/message_%d", row.name, moment+1), func(t *testing.T) { row.walk(t, w, moment, replies) })
			}
		}
	})
}

// walk has somebody say everything, with a crash at one message.
func (row crashRow) walk(t *testing.T, w *world, moment int, replies []string) {
	w.in(t)
	var env []string
	if row.at != "" {
		env = append(env, fmt.Sprintf("%s=%s=%d", crashpoint.Variable, row.at, moment+1))
	}
	s := w.run(env...)
	defer func() { s.kill() }()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:moment], replies)
	w.settled() // the crash is to hit this message and not the last one
	logins := w.account.Logins()
	row.crash(t, w, s, p, herbal[moment])
	if row.answered {
		expect(t, p, replies[moment])
	}
	if got := len(p.Received()); !row.answered && got != moment {
		t.Fatalf("%d messages came before the restart, want %d", got, moment)
	}
	s = w.run()
	if err := w.account.WaitLogins(waiting(t), logins+1); err != nil {
		t.Fatal(err)
	}
	if !row.answered {
		expect(t, p, replies[moment])
	}
	converse(t, p, herbal[moment+1:], replies[moment+1:])
	if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	w.settled()
	heardExactly(t, p, replies)
	if n := repeats(t, p); n > row.repeated {
		t.Errorf("%d messages came twice, at most %d may", n, row.repeated)
	}
}
