package e2e

import (
	"strings"
	"testing"

	"layak/bot"
	"layak/flows"
	"layak/internal/waserver"
)

// takenOver waits until a chat belongs to the business's phone.
func (w *world) takenOver(p *waserver.Prospect) bot.ChatKey {
	w.t.Helper()
	w.until("the chat is taken over", func() bool {
		return w.count(`SELECT COUNT(*) FROM contact c JOIN contact_alias a ON a.contact = c.key WHERE a.address = $1 AND c.owner = 'phone'`, p.LID().String()) == 1
	})
	return chatAt(w.t, w.store(), p.LID().String())
}

// left waits until the bot has stored that so many messages are not its to answer.
func (w *world) left(n int) {
	w.t.Helper()
	w.until("the messages are left to a person", func() bool { return w.count(`SELECT COUNT(*) FROM inbox WHERE state = 'left' AND NOT from_me`) >= n })
}

// fromBot counts what somebody got from the bot.
func fromBot(p *waserver.Prospect) (n int) {
	for _, r := range p.Received() {
		if !r.FromPhone {
			n++
		}
	}
	return n
}

// TestTakeover has a person of the business write from the phone in the middle of a conversation. From then on the bot is
// silent, also after a restart, until it gets the chat back; then it goes on from the right question.
func TestTakeover(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		w := newWorld(t, dsn)
		replies := inTerminal(t, herbal...)
		s := w.run()
		p := w.person(waserver.ProspectOptions{})
		converse(t, p, herbal[:2], replies)
		if _, err := w.account.Phone().Send(waiting(t), p, "Halo, saya Budi. Saya bantu ya."); err != nil {
			t.Fatal(err)
		}
		if got := hear(t, p); !got.FromPhone {
			t.Fatalf("got %q", got.Text)
		}
		key := w.takenOver(p)
		say(t, p, "oh halo pak Budi")
		say(t, p, "agen")
		w.left(2)
		s.kill()
		s = w.run()
		say(t, p, "masih di sana?")
		w.left(3)
		if n := fromBot(p); n != 2 {
			t.Fatalf("the bot said %d things, want 2:\n%s", n, transcript(p))
		}
		cases, err := w.store().Cases(t.Context(), key)
		if err != nil || len(cases) != 1 || cases[0].Owner != bot.OwnerPhone || cases[0].Reasons[0] != flows.HandOffTakeover {
			t.Errorf("cases %+v, %v", cases, err)
		}
		resume := spawn(t, w.env, "resume", p.Number().User)
		if code := resume.wait(); code != 0 {
			t.Fatalf("exit code %d\n%s", code, resume.log)
		}
		if got := hear(t, p); !strings.Contains(got.Text, "BPOM") { // says that it goes on, and asks again
			t.Errorf("got %q", got.Text)
		}
		say(t, p, herbal[2])
		expect(t, p, replies[2])
		s.stop()
		if n := fromBot(p); n != 4 {
			t.Errorf("the bot said %d things, want 4:\n%s", n, transcript(p))
		}
	})
}

// TestTakeoverWithdrawsWhatWasComposed writes from the phone while the bot types. What it was about to say is never said.
func TestTakeoverWithdrawsWhatWasComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_WHATSAPP_TYPING=true")
	s := w.run()
	p := w.person(waserver.ProspectOptions{})
	say(t, p, "halo")
	w.until("the bot types", func() bool { return len(p.ChatStates()) > 0 })
	if _, err := w.account.Phone().Send(waiting(t), p, "Halo, dengan siapa?"); err != nil {
		t.Fatal(err)
	}
	w.until("the answer is withdrawn", func() bool { return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'dropped'`) == 1 })
	s.stop()
	if n := fromBot(p); n != 0 || w.account.SendsSeen() != 0 {
		t.Errorf("the bot spoke all the same:\n%s", transcript(p))
	}
}

// TestTakeoverWithdrawsWhatWaits writes from the phone while the service is away and an answer waits to be sent.
func TestTakeoverWithdrawsWhatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.run("LAYAK_TEST_CRASH=after_commit")
	p := w.person(waserver.ProspectOptions{})
	say(t, p, "halo")
	s.crashed()
	w.account.Hold()
	if _, err := w.account.Phone().Send(waiting(t), p, "Halo, dengan siapa?"); err != nil {
		t.Fatal(err)
	}
	w.account.Release()
	s = w.begin()
	w.until("the answer is withdrawn or sent", func() bool { return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'waiting'`) == 0 })
	w.takenOver(p)
	s.stop()
	if n := fromBot(p); n != 0 {
		t.Errorf("the bot spoke all the same:\n%s", transcript(p))
	}
}

// TestWrittenToFirst: whoever the business writes to by hand, or has the bot paused for, is not the bot's, even if they
// never wrote.
func TestWrittenToFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.run()
	for _, how := range []waserver.Addressing{waserver.ByLID, waserver.ByNumber, waserver.ByHiddenLID} {
		p := w.person(waserver.ProspectOptions{Addressing: how})
		if _, err := w.account.Phone().Send(waiting(t), p, "Selamat siang, kami dari toko."); err != nil {
			t.Fatal(err)
		}
		w.takenOver(p)
		say(t, p, "siang")
	}
	w.left(3)
	p := w.person(waserver.ProspectOptions{})
	pause := spawn(t, w.env, "pause", p.Number().User)
	if code := pause.wait(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, pause.log)
	}
	say(t, p, "halo")
	w.left(4)
	s.stop()
	if n := w.account.SendsSeen(); n != 0 {
		t.Errorf("the bot sent %d messages", n)
	}
}
