package agentchat

import (
	"testing"
	"time"

	"layak/bot"
)

// Who is disabled in the desk is disabled here, too, from the next message on, and works again when that is undone.
func TestDisabledAgent(t *testing.T) {
	w := newWorld(t, Minimal)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.store.AddUser(t.Context(), bot.User{Name: "sari", Role: bot.RoleAgent, CreatedAt: time.Now()}, "hash"))
	w.says(sariNumber, "halo")
	w.says(person, "agen")
	w.says(sariNumber, "ambil 1")
	must(w.store.DisableUser(t.Context(), "sari", true))
	if sent := w.says(person, "ini rahasia"); len(sent) > 0 {
		t.Errorf("passed on to somebody who is disabled: %q", sent)
	}
	for _, text := range []string{"balas halo", "daftar", "ambil 1", "kembalikan", "selesai", "apa kabar?"} {
		sent := w.says(sariNumber, text)
		w.one(sent, sariNumber, "dinonaktifkan", "admin")
		if len(sent) > 1 {
			t.Errorf("%s: sent %q", text, sent)
		}
	}
	w.one(w.quoting(sariNumber, "reply hello"), sariNumber, "was disabled")
	if c, err := w.store.Card(t.Context(), 1); err != nil || c.Owner != "sari" || !c.ClosedAt.IsZero() {
		t.Errorf("the case is %+v, %v", c.Case, err)
	}
	if sent := w.says("62899000010@s.whatsapp.net", "agen"); len(sent[sariNumber]) > 0 {
		t.Errorf("a card for somebody who is disabled: %q", sent)
	}
	w.one(w.says(sariNumber, "stop"), sariNumber, "no more cards")
	must(w.store.DisableUser(t.Context(), "sari", false))
	w.one(w.says(sariNumber, "balas halo"), person, "halo")
}

// Which agents get cards can be seen before the first case.
func TestList(t *testing.T) {
	w := newWorld(t, Minimal)
	list := func(want ...bot.Reach) {
		t.Helper()
		all, err := w.agents.List(t.Context())
		if err != nil || len(all) != 2 || all[0].Name != "sari" || all[0].Phone != "62811000001" || all[0].Reach != want[0] || all[1].Reach != want[1] {
			t.Errorf("%+v, %v, want %q", all, err, want)
		}
	}
	list(bot.NeverWrote, bot.NeverWrote)
	if _, err := w.store.Find(t.Context(), "whatsapp", sariNumber, time.Now()); err != nil { // a chat of who never wrote
		t.Fatal(err)
	}
	list(bot.NeverWrote, bot.NeverWrote)
	w.says(sariNumber, "halo")
	list(bot.Reached, bot.NeverWrote)
	w.says(sariNumber, "stop")
	list(bot.SaidStop, bot.NeverWrote)
	for _, name := range []string{"sari", "budi"} {
		if err := w.store.AddUser(t.Context(), bot.User{Name: name, Role: bot.RoleAgent, Disabled: name == "budi", CreatedAt: time.Now()}, "hash"); err != nil {
			t.Fatal(err)
		}
	}
	list(bot.SaidStop, bot.OffDesk)
}

// The case of somebody whose name is in the configuration no longer is in the list, and whoever claims it has it.
func TestCaseOfWhoIsGone(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.says(person, "agen")
	if _, err := w.store.ClaimCase(t.Context(), 1, "left", time.Now()); err != nil {
		t.Fatal(err)
	}
	w.sent()
	w.one(w.says(sariNumber, "daftar"), sariNumber, "Menunggu:\n#1 ")
	w.one(w.says(sariNumber, "balas #1 halo"), sariNumber, "milik left")
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "sekarang milik Anda")
	w.one(w.says(sariNumber, "balas halo"), person, "halo")
}

// Who writes where the bot was paused by command is told to agents, since nobody else answers.
func TestSomebodyWritesWhereTheBotIsPaused(t *testing.T) {
	w := newWorld(t, Minimal)
	w.says(sariNumber, "halo")
	w.says(person, "halo")
	if _, err := w.store.SetOwner(t.Context(), w.key(person), "", bot.OwnerAgent, time.Now()); err != nil {
		t.Fatal(err)
	}
	sent := w.says(person, "ada orang?")
	w.one(sent, sariNumber, "*Kasus #1* menunggu")
	if len(sent[person]) > 0 {
		t.Errorf("the bot speaks: %q", sent)
	}
	w.one(w.says(sariNumber, "ambil 1"), sariNumber, "> ada orang?")
}
