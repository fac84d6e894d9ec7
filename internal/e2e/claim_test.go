package e2e

import (
	"testing"
	"time"

	"layak/bot"
	"layak/internal/waserver"
)

// TestClaimWithdrawsWhatWasComposed has an agent take the case from another process while the bot types, and answer. What
// the bot was about to say is never said; after the return it goes on at the same question.
func TestClaimWithdrawsWhatWasComposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_WHATSAPP_TYPING=true")
	s := w.run()
	p := w.person(waserver.ProspectOptions{})
	say(t, p, "halo")
	hear(t, p)
	say(t, p, "agen")
	hears(t, p, "minta tim kami membalas")
	desk := w.store()
	page, err := desk.ListCases(t.Context(), bot.CaseQuery{View: bot.ViewQueue})
	if err != nil || len(page.Cases) != 1 || page.Cases[0].Phone == p.LID().User {
		t.Fatalf("the queue: %+v, %v", page, err)
	}
	id, typed := page.Cases[0].ID, len(p.ChatStates())
	say(t, p, "jual obat herbal")
	w.until("the bot types", func() bool { return len(p.ChatStates()) > typed })
	if owner, err := desk.ClaimCase(t.Context(), id, "sari", time.Now()); err != nil {
		t.Fatalf("claim: %q, %v", owner, err)
	}
	w.until("the answer is withdrawn", func() bool { return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'dropped'`) == 1 })
	say(t, p, "halo?")
	w.left(1)
	if err := desk.ReplyCase(t.Context(), id, "sari", "3EB0CLAIMTEST", "Saya Sari. Silakan.", time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := hear(t, p); got.Text != "Saya Sari. Silakan." {
		t.Fatalf("got %q, want what the agent wrote", got.Text)
	}
	w.until("the delivery is noted", func() bool {
		return w.count(`SELECT COUNT(*) FROM event WHERE kind = 'delivery' AND who = 'sari'`) == 1
	})
	resume := spawn(t, w.env, "resume", p.Number().User)
	if code := resume.wait(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, resume.log)
	}
	hears(t, p, "asisten otomatis lagi")
	card, err := desk.Card(t.Context(), id)
	if err != nil || card.Owner != "" || card.WaitingSince.IsZero() || len(card.Lines) < 6 {
		t.Errorf("card %+v, %v", card, err)
	}
	s.stop()
}
