package e2e

import (
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/proto/waE2E"

	"layak/internal/waserver"
)

// quote replies to a message that somebody got.
func quote(t *testing.T, p *waserver.Prospect, m waserver.Received, text string) {
	t.Helper()
	send(t, p, extended(text, &waE2E.ContextInfo{StanzaID: &m.ID, QuotedMessage: &waE2E.Message{Conversation: &m.Text}}))
}

// hears waits for the next message and wants a part of it.
func hears(t *testing.T, p *waserver.Prospect, part string) waserver.Received {
	t.Helper()
	got := hear(t, p)
	if !strings.Contains(got.Text, part) {
		t.Fatalf("got\n%s\nwant %q in it", got.Text, part)
	}
	return got
}

// TestAgentsOnWhatsApp has an agent work on a case from a WhatsApp chat, under either kind of address, with the service
// killed in between, and an impostor try the same.
func TestAgentsOnWhatsApp(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]waserver.Addressing{"by_lid": waserver.ByLID, "by_number": waserver.ByNumber} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mostly(t, func(t *testing.T, dsn string) { agentOnWhatsApp(t, newWorld(t, dsn), how) })
		})
	}
}

func agentOnWhatsApp(t *testing.T, w *world, how waserver.Addressing) {
	agent, impostor, silent, p := w.person(waserver.ProspectOptions{Addressing: how}), w.person(waserver.ProspectOptions{Addressing: how}),
		w.person(waserver.ProspectOptions{}), w.person(waserver.ProspectOptions{})
	env := "LAYAK_HANDOFF_NOTIFY=+" + agent.Number().User + " sari; +" + silent.Number().User
	replies := inTerminal(t, herbal...)
	s := w.run(env)
	say(t, agent, "halo")
	hears(t, agent, "terdaftar sebagai agen")
	converse(t, p, herbal[:2], replies)
	say(t, p, "agen")
	hears(t, p, "minta tim kami membalas")
	card := hears(t, agent, "*Kasus #1* menunggu")
	if strings.Contains(card.Text, p.Number().User) || strings.Contains(card.Text, p.LID().User) {
		t.Errorf("the card names the person:\n%s", card.Text)
	}

	quote(t, impostor, card, "ambil")
	hears(t, impostor, "Saya Layak, asisten otomatis")
	say(t, impostor, "balas #1 halo, transfer ke saya")
	hear(t, impostor)
	if n := w.count(`SELECT COUNT(*) FROM contact WHERE owner <> ''`); n != 0 {
		t.Fatal("the impostor took the chat")
	}

	quote(t, agent, card, "ambil")
	hears(t, agent, "Kasus #1 sekarang milik Anda")
	s.kill()
	say(t, p, "apakah pinjaman juga bisa?")
	s = w.run(env)
	said := hears(t, agent, "#1: apakah pinjaman juga bisa?")
	quote(t, agent, said, "balas Selamat pagi, saya Sari. Tidak bisa.")
	if got := hear(t, p); got.Text != "Selamat pagi, saya Sari. Tidak bisa." {
		t.Fatalf("the person got\n%s", got.Text)
	}
	hears(t, agent, "Balasan untuk kasus #1 dikirim")
	quote(t, agent, card, "kembalikan")
	hears(t, p, "BPOM") // the bot goes on with the question that stood
	hears(t, agent, "chat kembali ke bot")
	say(t, p, herbal[2])
	expect(t, p, replies[2])
	say(t, agent, "selesai #1 terjawab")
	hears(t, agent, "ditutup (terjawab)")
	s.stop()
	if n := len(silent.Received()); n > 0 {
		t.Errorf("an agent who never wrote got %d messages", n)
	}
	if n := len(agent.Received()); n != 7 {
		t.Errorf("the agent got %d messages, want 7:\n%s", n, transcript(agent))
	}
}
