package desk

import (
	"context"
	"time"

	"layak/bot"
	"layak/flows"
)

// someAgents work from WhatsApp, or would.
func someAgents(context.Context) ([]bot.ChatAgent, error) {
	return []bot.ChatAgent{
		{Name: "sari", Phone: "62811000001"},
		{Name: "budi", Phone: "62811000002", Reach: bot.NeverWrote},
		{Name: "wa-0003", Phone: "62811000003", Reach: bot.SaidStop},
		{Name: "lama", Phone: "62811000004", Reach: bot.OffDesk},
	}, nil
}

// fill puts in what a desk holds on an ordinary morning.
func (f *fake) fillOrdinary(now time.Time) {
	ago := func(m int) time.Time { return now.Add(-time.Duration(m) * time.Minute) }
	conv := flows.Conversation{
		ID: "c1", FlowID: "eligibility", FlowDigest: theFlow().Digest, Lang: "id", Status: flows.Active, UpdatedAt: ago(9), StartedAt: ago(14), Judged: true,
		Place: flows.Place{State: "result"},
		Answers: map[string]flows.Value{
			flows.FactCategory: {Value: "herbal_medicine"}, "licence.bpom_tr": {Value: "no", Said: "in_progress"}, "licence.nib": {Value: "yes", Number: "9120•••••••01"},
		},
	}
	f.put(bot.Card{
		CaseRow: bot.CaseRow{
			Case: bot.Case{
				ID: 41, Reasons: []flows.HandOffReason{flows.HandOffNeedsReview, flows.HandOffAsked}, Owner: "sari", OpenedAt: ago(9), ClaimedAt: ago(6),
				WaitingSince: ago(3), Labels: []string{"jamu", "prioritas"},
			},
			Name: "Ibu Wulan – Jamu Sehat", Phone: "6281234567890", Category: "herbal_medicine", Lang: "id",
			Last: "Izin BPOM-nya masih proses, Bu. Kira-kira kapan bisa diajukan?", LastIn: true, LastAt: ago(3),
		},
		Channel: "whatsapp", Addresses: []string{"6281234567890@s.whatsapp.net", "200451236789@lid"}, Conversation: conv,
		Lines: []bot.Line{
			{Inbound: true, MessageID: "m1", Text: "halo, saya jual jamu kapsul", At: ago(14), State: bot.LineAnswered, Input: &flows.Input{Kind: flows.InputText}},
			{MessageID: "m2", Author: bot.AuthorBot, Text: "Selamat pagi! Saya Layak, asisten otomatis.\n\nUsaha Anda: *jamu kapsul*. Apakah sudah ada izin edar BPOM (POM TR)?\n1. Ya, sudah\n2. Belum / tidak\n3. Kurang tahu", At: ago(14), State: bot.LineSent},
			{Inbound: true, MessageID: "m3", Text: "belum, masih proses", At: ago(10), State: bot.LineAnswered, Input: &flows.Input{Kind: flows.InputText}},
			{MessageID: "m4", Author: bot.AuthorBot, Text: "Oke, saya catat: izin edar BPOM belum ada, sedang diurus. Tim kami akan melihat dulu.", At: ago(9), State: bot.LineSent},
			{MessageID: "m5", Author: "sari", Text: "Halo Ibu Wulan, saya Sari dari tim. Saya bantu cek, ya.", At: ago(5), State: bot.LineSent},
			{MessageID: "m6", Author: "sari", Text: "Boleh kirim tanda terima pendaftaran BPOM-nya?", At: ago(4), State: bot.LineGivenUp, Err: "the network refused the message (463)", Attempts: 5},
			{Inbound: true, MessageID: "m7", Text: "Izin BPOM-nya masih proses, Bu. Kira-kira kapan bisa diajukan?", At: ago(3), State: bot.LineLeft, Input: &flows.Input{Kind: flows.InputText}},
		},
		Notes:   []bot.Note{{Author: "budi", Text: "Pernah tanya minggu lalu, produknya sama.", At: ago(4)}},
		Earlier: []bot.Case{{ID: 12, OpenedAt: ago(60 * 24 * 8), ClosedAt: ago(60 * 24 * 8), Outcome: bot.ClosedAnswered, Reasons: []flows.HandOffReason{flows.HandOffAsked}}},
		Missed:  []bot.Missed{{Question: "licence.bpom_tr", Text: "masih di meja orang dinas"}},
		Audit: []bot.AuditLine{
			{AuditEntry: bot.AuditEntry{Who: "bot", What: "handoff", Note: "needs_review"}, At: ago(9)},
			{AuditEntry: bot.AuditEntry{Who: "sari", What: "owner", Note: "bot → sari"}, At: ago(6)},
		},
	})
	rows := []struct {
		id     int64
		name   string
		phone  string
		owner  string
		last   string
		reason flows.HandOffReason
		waits  int
		failed bool
	}{
		{42, "Toko Baju Rina", "6285611112222", "", "Saya mau bicara dengan orang saja", flows.HandOffAsked, 52, false},
		{43, "", "6287799990000", "", "itu lho yang buat paket data sama token", flows.HandOffNotUnderstood, 17, false},
		{44, "Klinik Gigi Senyum", "", "", "Kami klinik gigi, izin sudah lengkap semua", flows.HandOffNotCovered, 6, false},
		{45, "Budi Santoso", "6281311113333", "budi", "Baik Pak, terima kasih", flows.HandOffNeedsReview, 0, true},
		{46, "Warung Kopi Senja", "6281977776666", "phone", "Siap, nanti saya kirim fotonya", flows.HandOffTakeover, 0, false},
		{47, "Apotek Waras", "6281999990000", "", "", flows.HandOffNotUnderstood, 24, false},
	}
	for _, r := range rows {
		c := bot.CaseRow{
			Case: bot.Case{ID: r.id, Reasons: []flows.HandOffReason{r.reason}, Owner: r.owner, OpenedAt: ago(r.waits + 5)},
			Name: r.name, Phone: r.phone, Lang: "id", Last: r.last, LastIn: r.owner != bot.OwnerPhone, LastAt: ago(r.waits), Failed: r.failed,
		}
		if r.id == 42 {
			c.Category = "fashion_retail"
		}
		if r.last == "" {
			c.LastKind, c.LastMedia = flows.InputMedia, "voice"
		}
		if r.waits > 0 {
			c.WaitingSince = ago(r.waits)
		}
		f.put(bot.Card{CaseRow: c, Lines: []bot.Line{{Inbound: true, MessageID: "x", Text: r.last, At: ago(r.waits), State: bot.LineLeft}}, OptedOut: r.id == 45, Addresses: []string{"30055@lid"}})
	}
	f.replies = []bot.Canned{
		{ID: 1, Title: "Salam pembuka", Lang: "id", Text: "Halo {name}, saya {agent} dari tim. Saya bantu soal {business}, ya."},
		{ID: 2, Title: "Hasil", Lang: "id", Text: "Hasil untuk {business}: {verdict}."},
		{ID: 3, Title: "Opening", Lang: "en", Text: "Hello {name}, this is {agent}. I will help you with {business}."},
	}
	today := now.UTC().Truncate(24 * time.Hour)
	for i := range 30 {
		day := today.AddDate(0, 0, -i)
		for v, name := range verdictNames {
			if n := (i*7+v*5)%11 + 9 - 2*v - i/6; n > 0 {
				f.verdicts = append(f.verdicts, bot.VerdictCount{Day: day, Verdict: bot.Verdict{Verdict: name, Category: "clothing", Pack: "id-default 1", Lang: "id"}, N: n})
			}
		}
	}
	for i, q := range []string{"business", "business.confirm", "licence.bpom_tr", "licence.nib", "recap"} {
		n := 400 - i*70
		for what, share := range map[string]int{"reached": 100, "answered": 84, "missed": 9, "back": 3, "dropped": 8, "handed_over": 4} {
			f.steps = append(f.steps, bot.FunnelStep{Day: today, Digest: bot.ShortDigest(theFlow().Digest), Question: q, What: what, N: n * share / 100})
		}
	}
	for text, n := range map[string]int{"jualan macem-macem": 14, "itu yg di ruko": 6, "ya gitu deh": 5, "=HYPERLINK(\"http://x\")": 1, "agen travel umroh plus wisata": 9} {
		for range n {
			f.missed = append(f.missed, bot.Missed{Question: "business", Text: text})
		}
	}
	f.missed = append(f.missed, bot.Missed{Question: "licence.bpom_tr", Text: "masih di meja orang dinas"})
}
