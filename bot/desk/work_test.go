package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
)

// working is a desk with a case that sari has.
func working(t *testing.T) (*testDesk, *browser) {
	t.Helper()
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	return d, d.as("sari")
}

func TestClaimIsWonOnce(t *testing.T) {
	d, sari := working(t)
	budi := d.as("budi")
	sari.submit("/cases/42/claim", nil).is(t, "the first", http.StatusSeeOther)
	budi.submit("/cases/42/claim", nil).is(t, "the second", http.StatusConflict).has(t, "sari lebih dulu mengambil kasus ini")
	sari.submit("/cases/42/claim", nil).is(t, "one's own", http.StatusSeeOther)
	if owner := d.store.cards[42].Owner; owner != "sari" {
		t.Errorf("%s has it", owner)
	}
	budi.get("/cases/42").has(t, "Dipegang sari").lacks(t, `id="reply"`)
}

func TestReply(t *testing.T) {
	d, sari := working(t)
	sari.submit("/cases/41/reply?view=mine", url.Values{"text": {"Halo\r\nIbu"}}).is(t, "reply", http.StatusSeeOther)
	if len(d.store.sent) != 1 || d.store.sent[0] != "Halo\nIbu" {
		t.Errorf("sent %q", d.store.sent)
	}
	sari.submit("/cases/41/reply", url.Values{"text": {" "}}).is(t, "empty", http.StatusConflict)
	long := strings.Repeat("é", maxText+1)
	sari.submit("/cases/41/reply", url.Values{"text": {long}}).is(t, "too long", http.StatusConflict).has(t, long)
	budi := d.as("budi")
	budi.submit("/cases/41/reply", url.Values{"text": {"saya juga"}}).is(t, "by another", http.StatusConflict).has(t, "dipegang sari")
	if len(d.store.sent) != 1 {
		t.Errorf("sent %q", d.store.sent)
	}
}

func TestWritingToSomebodyWhoSaidStop(t *testing.T) {
	d, _ := working(t)
	budi := d.as("budi")
	budi.get("/cases/45").has(t, "Orang ini sudah meminta berhenti", `name="despite_stop"`)
	budi.submit("/cases/45/reply", url.Values{"text": {"Satu hal lagi"}}).is(t, "unconfirmed", http.StatusConflict).has(t, "Satu hal lagi")
	if len(d.store.sent) != 0 {
		t.Fatalf("sent %q", d.store.sent)
	}
	budi.submit("/cases/45/reply", url.Values{"text": {"Satu hal lagi"}, "despite_stop": {"yes"}}).is(t, "confirmed", http.StatusSeeOther)
	if len(d.store.sent) != 1 {
		t.Errorf("sent %q", d.store.sent)
	}
}

// A note takes another way than a reply, and looks different.
func TestNotesAreNeverSent(t *testing.T) {
	d, sari := working(t)
	sari.submit("/cases/41/note", url.Values{"note": {"jangan dikirim"}}).is(t, "note", http.StatusSeeOther)
	if len(d.store.sent) != 0 {
		t.Errorf("sent %q", d.store.sent)
	}
	page := sari.get("/cases/41").has(t, "jangan dikirim").body
	before, _, _ := strings.Cut(page, "jangan dikirim")
	if at := strings.LastIndex(before, `<div class="line `); !strings.HasPrefix(before[at:], `<div class="line note"`) {
		t.Errorf("the note looks like %s", before[at:])
	}
	d.as("budi").submit("/cases/41/note", url.Values{"note": {"dari yang lain"}}).is(t, "note by another", http.StatusSeeOther)
}

// What agents keep about a person holds no personal numbers either.
func TestNotesHideNumbers(t *testing.T) {
	d, sari := working(t)
	const nik = "3201012345678901"
	sari.submit("/cases/41/note", url.Values{"note": {"NIK " + nik}}).is(t, "note", http.StatusSeeOther)
	sari.submit("/cases/41/override", url.Values{"verdict": {"eligible"}, "reason": {"KTP " + nik}}).is(t, "override", http.StatusSeeOther)
	sari.submit("/cases/41/close", url.Values{"outcome": {"eligible"}, "note": {"KTP " + nik}}).is(t, "close", http.StatusSeeOther)
	c := d.store.cards[41]
	for _, kept := range []string{c.Notes[len(c.Notes)-1].Text, c.OverrideReason, c.Case.Note} {
		if !strings.Contains(kept, "•") || strings.Contains(kept, nik) {
			t.Errorf("kept %q", kept)
		}
	}
}

func TestUndeliveredReplies(t *testing.T) {
	d, sari := working(t)
	sari.get("/cases/41").has(t, "tidak terkirim", "Pesan ini tidak sampai", "Kirim lagi", "(463)")
	sari.submit("/cases/41/retry", url.Values{"message": {"m6"}}).is(t, "retry", http.StatusSeeOther)
	if len(d.store.sent) != 1 || d.store.sent[0] != "m6" {
		t.Errorf("sent %q", d.store.sent)
	}
	d.as("budi").get("/cases/41").has(t, "tidak terkirim").lacks(t, "Kirim lagi")
}

func TestReturnAssignAndClose(t *testing.T) {
	d, sari := working(t)
	budi := d.as("budi")
	budi.submit("/cases/41/return", nil).is(t, "return by another", http.StatusConflict).has(t, "dipegang sari")
	sari.submit("/cases/41/return", nil).is(t, "return", http.StatusSeeOther)
	sari.submit("/cases/41/assign", url.Values{"to": {"lama"}}).is(t, "assign to somebody who is disabled", http.StatusConflict)
	sari.submit("/cases/41/assign", url.Values{"to": {"bot"}}).is(t, "assign to nobody", http.StatusConflict)
	sari.submit("/cases/41/assign", url.Values{"to": {"budi"}}).is(t, "assign", http.StatusSeeOther)
	budi.submit("/cases/41/close", url.Values{"outcome": {"sesukanya"}}).is(t, "close without an outcome", http.StatusConflict)
	budi.submit("/cases/41/close", url.Values{"outcome": {"eligible"}, "note": {"izin lengkap"}}).is(t, "close", http.StatusSeeOther)
	c := d.store.cards[41]
	if c.ClosedAt.IsZero() || c.Outcome != bot.ClosedEligible || c.ClosedBy != "budi" {
		t.Errorf("case %+v", c.Case)
	}
	budi.submit("/cases/41/reply", url.Values{"text": {"masih ada"}}).is(t, "reply afterwards", http.StatusConflict).has(t, "sudah ditutup")
	budi.get("/cases/41").has(t, "Ditinjau: layak").lacks(t, `id="reply"`)
}

func TestOverrideNeedsAReason(t *testing.T) {
	d, sari := working(t)
	sari.submit("/cases/41/override", url.Values{"verdict": {"eligible"}, "reason": {" "}}).is(t, "without a reason", http.StatusConflict)
	sari.submit("/cases/41/override", url.Values{"verdict": {"boleh"}, "reason": {"x"}}).is(t, "unknown verdict", http.StatusBadRequest)
	sari.submit("/cases/41/override", url.Values{"verdict": {"eligible"}, "reason": {"izin sudah dikirim"}}).is(t, "override", http.StatusSeeOther)
	if c := d.store.cards[41]; c.Override != "eligible" || c.OverrideBy != "sari" {
		t.Errorf("case %+v", c.Case)
	}
	sari.get("/cases/41").has(t, "Diubah oleh sari", "izin sudah dikirim", "Menurut aturan")
}

// What an agent found about one business is not said of another one.
func TestOverrideIsAboutOneBusiness(t *testing.T) {
	d, sari := working(t)
	sari.submit("/cases/41/override", url.Values{"verdict": {"eligible"}, "reason": {"izin sudah dikirim"}})
	c := d.store.cards[41]
	at := time.Now()
	c.Audit = append(c.Audit, bot.AuditLine{AuditEntry: bot.AuditEntry{Who: "sari", What: "override", Note: "rules → eligible"}, At: at})
	sari.get("/cases/41?canned=2").has(t, "obat herbal: layak.")
	t.Run("a later verdict", func(t *testing.T) {
		before := c.Audit
		c.Audit = append(before, bot.AuditLine{AuditEntry: bot.AuditEntry{Who: bot.AuthorBot, What: "verdict", Note: "not_eligible"}, At: at.Add(time.Second)})
		sari.get("/cases/41?canned=2").has(t, "tidak layak.", "Tidak berlaku lagi").lacks(t, ": layak.")
		c.Audit = before
	})
	t.Run("another business", func(t *testing.T) {
		category := c.Conversation.Answers[flows.FactCategory]
		category.From = "m9"
		c.Conversation.Answers[flows.FactCategory] = category
		c.Lines = append(c.Lines, bot.Line{Inbound: true, MessageID: "m9", Text: "judi", At: at.Add(time.Second)})
		sari.get("/cases/41?canned=2").has(t, "Tidak berlaku lagi").lacks(t, ": layak.")
	})
}

func TestLabels(t *testing.T) {
	d, sari := working(t)
	sari.submit("/cases/41/labels", url.Values{"labels": {" Jamu, jamu,,  Tindak  Lanjut "}}).is(t, "labels", http.StatusSeeOther)
	if got := strings.Join(d.store.cards[41].Labels, "|"); got != "jamu|tindak lanjut" {
		t.Errorf("labels %s", got)
	}
	sari.submit("/cases/41/labels", url.Values{"labels": {strings.Repeat("x", maxLabel+1)}}).is(t, "a long label", http.StatusConflict)
	sari.get("/cases?view=all&label=jamu").has(t, "Wulan").lacks(t, "Rina")
}

func TestCannedRepliesKnowTheContact(t *testing.T) {
	_, sari := working(t)
	sari.get("/cases/41?canned=1").has(t, "Halo Ibu Wulan – Jamu Sehat, saya sari dari tim.", "obat herbal")
	sari.get("/cases/41?canned=2").has(t, "tidak layak.")
}

// A hidden id looks like a number, and is not one.
func TestHiddenIDIsNoTelephoneNumber(t *testing.T) {
	d, sari := working(t)
	d.store.put(bot.Card{CaseRow: bot.CaseRow{Case: bot.Case{ID: 60}}, Addresses: []string{"200451236789@lid"}})
	sari.get("/cases/60?view=all").has(t, "ID tersembunyi WhatsApp", "bukan nomor telepon", "tidak diketahui").lacks(t, "&#43;200", "2004-5123", "wa.me")
}

func TestOpeningAChat(t *testing.T) {
	d, sari := working(t)
	got := sari.submit("/cases/new", url.Values{"number": {"0812-3456-7000"}}).is(t, "open", http.StatusSeeOther)
	id := strings.TrimSuffix(strings.TrimPrefix(got.Header.Get("Location"), "/cases/"), "?view=mine")
	sari.get("/cases/"+id).has(t, "62 812-3456-7000", "Belum ada pesan", `id="reply"`)
	sari.submit("/cases/new", url.Values{"number": {"0856 1111 2222"}}).is(t, "a chat that another has", http.StatusConflict)
	for _, bad := range []string{"", "sari", "12", "+62 812 3456 7890 1234 5678", "62811<script>"} {
		sari.submit("/cases/new", url.Values{"number": {bad}}).is(t, bad, http.StatusUnprocessableEntity)
	}
	_ = d
}

func TestBothLanguages(t *testing.T) {
	d, sari := working(t)
	sari.get("/cases").has(t, `<html lang="id">`, "Antrean")
	sari.submit("/language", url.Values{"lang": {"en"}, "next": {"/cases?view=mine"}}).is(t, "language", http.StatusSeeOther)
	sari.get("/cases").has(t, `<html lang="en">`, "Queue")
	if d.store.users["sari"].Lang != "en" {
		t.Error("the language is forgotten")
	}
	ratna := d.as("ratna")
	for _, lang := range langs {
		_ = d.store.SetUserLang(t.Context(), "ratna", lang)
		for _, path := range append([]string{"/cases", "/cases/41", "/cases/45", "/cases/new", "/help"}, adminPages[:5]...) {
			body := ratna.get(path).is(t, path, http.StatusOK).body
			for key := range texts {
				if strings.Contains(key, ".") && strings.Contains(body, ">"+key+"<") {
					t.Errorf("%s in %s shows the key %s", path, lang, key)
				}
			}
			if strings.Contains(body, "%!") {
				t.Errorf("%s in %s has a format without its value", path, lang)
			}
		}
	}
	for key, pair := range texts {
		if (pair[0] == "") != (pair[1] == "") || strings.Count(pair[0], "%") != strings.Count(pair[1], "%") {
			t.Errorf("%s: %q and %q do not match", key, pair[0], pair[1])
		}
	}
}

// A failure in one language must not fall back to a key: each word that a template asks for is there.
func TestWaitingCountsBusinessHours(t *testing.T) {
	d := newTestDesk(t, func(c *Config) {
		c.Waiting = func(time.Time, time.Time) time.Duration { return 7 * time.Minute }
	})
	d.store.fillOrdinary(d.now)
	d.as("sari").get("/cases").has(t, "menunggu 7 mnt").lacks(t, "menunggu 52 mnt")
}

func TestCannedAndUsersAreKept(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("ratna")
	b.submit("/admin/canned", url.Values{"id": {"0"}, "do": {"save"}, "title": {"Salam"}, "text": {"Halo {name}"}}).is(t, "add", http.StatusSeeOther)
	b.submit("/admin/canned", url.Values{"id": {"0"}, "do": {"save"}, "title": {"Salam"}, "text": {"Lagi"}}).is(t, "same title", http.StatusConflict)
	b.submit("/admin/canned", url.Values{"id": {"1"}, "do": {"save"}, "title": {"Salam"}, "text": {""}}).is(t, "no text", http.StatusConflict)
	b.submit("/admin/canned", url.Values{"id": {"1"}, "do": {"remove"}}).is(t, "remove", http.StatusSeeOther)
	if len(d.store.replies) != 0 {
		t.Errorf("%v", d.store.replies)
	}
	b.submit("/admin/users", url.Values{"do": {"add"}, "name": {"tono"}, "password": {theSecret}, "role": {"agent"}}).is(t, "add", http.StatusSeeOther)
	b.submit("/admin/users", url.Values{"do": {"add"}, "name": {"tono"}, "password": {theSecret}, "role": {"agent"}}).is(t, "again", http.StatusConflict)
	b.submit("/admin/users", url.Values{"do": {"add"}, "name": {"bot"}, "password": {theSecret}, "role": {"agent"}}).is(t, "reserved name", http.StatusConflict)
	b.submit("/admin/users", url.Values{"do": {"add"}, "name": {"tini"}, "password": {"pendek"}, "role": {"agent"}}).is(t, "short password", http.StatusConflict)
	b.submit("/admin/users", url.Values{"do": {"role"}, "name": {"tono"}, "role": {"admin"}}).is(t, "promote", http.StatusSeeOther)
	if d.store.users["tono"].Role != bot.RoleAdmin {
		t.Errorf("%v", d.store.users["tono"])
	}
}

// The inbox shows a wait that is long as such, and one page leads to the next.
func TestInboxPages(t *testing.T) {
	d, sari := working(t)
	sari.get("/cases").has(t, "wait late", "menunggu 52 mnt").lacks(t, "Kasus berikutnya")
	d.store.next = "zweite"
	sari.get("/cases?view=open&q=Bu&label=jamu").has(t, "Kasus berikutnya", "cursor=zweite&amp;label=jamu&amp;q=Bu&amp;view=open")
	sari.get("/cases?view=open&cursor=zweite").has(t, "Ke awal daftar")
	part := sari.request(http.MethodGet, "/cases?view=open", nil)
	part.Header.Set("X-Part", "list")
	sari.do(part).is(t, "the list alone", http.StatusOK).has(t, "Wulan").lacks(t, "<html", "rail")
}

// The cases of those who are gone stand in the queue, marked, and whoever claims one has it.
func TestCasesOfWhoIsGone(t *testing.T) {
	d, sari := working(t)
	d.store.gone = []string{"budi", bot.OwnerAgent}
	_ = d.store.Assign(t.Context(), 43, "", bot.OwnerAgent)
	sari.get("/cases").has(t, "Budi Santoso", "budi (tidak aktif)", "bot dijeda").lacks(t, "Warung Kopi Senja", "Ibu Wulan")
	if n := strings.Count(sari.get("/cases").body, `id="row-`); n != 5 {
		t.Errorf("%d cases in the queue, want 5", n)
	}
	sari.get("/cases/45").has(t, "Dipegang budi, yang tidak aktif lagi", `id="claim"`, "Ambil kasus").lacks(t, `id="reply"`, "hanya budi")
	sari.get("/cases/43").has(t, "Bot dijeda lewat perintah", `id="claim"`)
	for _, path := range []string{"/cases/45", "/cases/43"} {
		sari.submit(path+"/claim", nil).is(t, path, http.StatusSeeOther)
		sari.get(path).has(t, "Anda memegang kasus ini", `id="reply"`)
	}
	d.store.gone = nil
	sari.get("/cases").lacks(t, "tidak aktif")
}

// Who is listed to get cards on WhatsApp and does not, stands where an admin looks, with what to do about it.
func TestAgentsWithoutCards(t *testing.T) {
	d := newTestDesk(t, func(c *Config) { c.ChatAgents = someAgents })
	b := d.as("ratna")
	b.get("/admin/users").has(t, "62 811-0000-02", "belum pernah menulis ke bot", "mengirim halo", "meminta berhenti", "Perintahnya ditolak", "dapat kartu")
	b.get("/admin/").has(t, "Belum mendapat kartu kasus di WhatsApp: budi.", `href="/admin/users#chat-agents"`)
	if got := d.as("sari").get("/admin/users"); strings.Contains(got.body, "belum pernah") {
		t.Error("an agent sees the page of admins")
	}
	none := newTestDesk(t).as("ratna")
	none.get("/admin/users").lacks(t, "chat-agents")
	none.get("/admin/").lacks(t, "WhatsApp:")
}
