package flows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// The names of the tests begin with the promise they show.

func TestP1FirstMessageGreetsAndAsks(t *testing.T) {
	for _, first := range []string{"halo", "p", "1", "bantuan", "kembali", "??", "🙏", "https://example.com", "ubah 2", "status"} {
		c := newChat(t)
		c.say(first)
		c.want("Layak, asisten otomatis", "WhatsApp Business API", "Paling banyak 3 pertanyaan", "*agen*", "hapus data", "90 hari", "Apa usaha Anda?")
		c.asks("business")
		c.handOff("")
	}
	c := newChat(t)
	c.say("assalamualaikum kak, sy jualan kapsul herbal asam urat")
	c.want("Waalaikumsalam!", "obat herbal", "ubah 1", "BPOM")
	c.asks("licence.bpom_tr")

	c = newChat(t)
	c.input(flows.Input{Kind: flows.InputMedia, Media: "voice"})
	c.want("asisten otomatis", "membaca tulisan", "Apa usaha Anda?")

	c = newChat(t)
	c.say("agen")
	c.handOff(flows.HandOffAsked)
	c.asks("business")

	c = newChat(t)
	c.say("stop")
	if c.c.Status != flows.Stopped || c.last.Ask != nil {
		t.Errorf("stop as the first message: %+v", c.c)
	}

	c = newChat(t)
	c.say("hapus data")
	c.asks("delete")
}

func TestP2EveryWayToChoose(t *testing.T) {
	for _, yes := range []string{"1", "1.", "1)", "nomor 1", "yang pertama", "satu", "ya", "YA, SUDAH", "sudah", "udah", "yes", "１", "1️⃣"} {
		c := newChat(t)
		c.say("jual obat herbal", yes)
		if got := c.c.Answers["licence.bpom_tr"].Value; got != "yes" {
			t.Errorf("%q was read as %q, want yes", yes, got)
		}
	}
	for _, id := range []string{"yes", "no", "unsure"} {
		c := newChat(t)
		c.say("jual obat herbal")
		c.input(flows.Input{Kind: flows.InputTap, Choice: id})
		if got := c.c.Answers["licence.bpom_tr"].Value; got != id {
			t.Errorf("tap %q was read as %q", id, got)
		}
		c = newChat(t)
		c.say("jual obat herbal", id)
		if got := c.c.Answers["licence.bpom_tr"].Value; got != id {
			t.Errorf("typed %q was read as %q", id, got)
		}
	}
	c := newChat(t)
	c.say("halo")
	c.input(flows.Input{Kind: flows.InputTap, Choice: "health"})
	c.asks("business.group")
	c.input(flows.Input{Kind: flows.InputTap, Choice: "herbal_medicine"})
	c.asks("licence.bpom_tr")
}

func TestP3DoubtIsAskedAgain(t *testing.T) {
	for _, text := range []string{"1 atau 2", "udah punya NIB", "kayaknya punya", "mungkin", "sebagian ada", "ya dan tidak", "9"} {
		c := newChat(t)
		c.say("jual obat herbal", text)
		if v, ok := c.c.Answers["licence.bpom_tr"]; ok {
			t.Errorf("%q was guessed to be %q", text, v.Value)
		}
		c.asks("licence.bpom_tr")
	}
	c := newChat(t)
	c.say("halo", "3", "bukan klinik")
	c.asks("business.group")
}

func TestP4MissesEscalate(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "zzz zzz")
	c.want("belum mengerti", "1. Ya")
	c.say("qqq")
	c.want("Contoh")
	c.handOff("")
	c.say("xxx")
	c.handOff(flows.HandOffNotUnderstood)
	c.want("tim kami", "ulang")
	c.asks("licence.bpom_tr")

	c = newChat(t)
	c.say("halo", "qwrtp")
	c.want("belum menangkap")
	c.say("zxcvb")
	c.want("Makanan", "10. Lainnya")
	c.asks("business")
	c.say("mnbvc")
	c.handOff(flows.HandOffNotUnderstood)
	c.verdict("needs_review")
	if c.c.Category() != "other_unlisted" {
		t.Errorf("category %s, want other_unlisted", c.c.Category())
	}

	c = newChat(t)
	c.say("jual obat herbal")
	for _, media := range []string{"voice", "sticker", "image", "location", "contact", "unknown"} {
		c.input(flows.Input{Kind: flows.InputMedia, Media: media})
		c.want("membaca tulisan")
		c.asks("licence.bpom_tr")
	}
	if c.c.Misses != 0 {
		t.Errorf("media counted as %d wrong answers", c.c.Misses)
	}
	for _, talk := range []string{"makasih ya kak", "halo", "sebentar ya"} {
		c.say(talk)
		c.asks("licence.bpom_tr")
	}
	if c.c.Misses != 0 {
		t.Errorf("small talk counted as %d wrong answers", c.c.Misses)
	}
}

func TestP5BackAndChange(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "1")
	c.asks("licence.nib")
	c.say("kembali")
	c.asks("licence.bpom_tr")
	c.say("back")
	c.asks("business")
	c.say("kembali")
	c.want("pertanyaan pertama")

	c = newChat(t)
	c.say("jual obat herbal", "1", "1")
	c.asks("recap")
	c.say("ubah 2")
	c.asks("licence.bpom_tr")
	c.say("2")
	c.asks("recap")
	c.say("1")
	c.verdict("not_eligible")
	c.say("ubah 2", "1")
	c.asks("recap") // the NIB answered before still counts
	c.say("1")
	c.verdict("needs_review")

	c = newChat(t)
	c.say("jual obat herbal", "1", "1", "ubah 1", "jual lipstik dan bedak")
	c.want("Nomor BPOM obat tradisional") // told which answer no longer counts
	c.asks("licence.bpom_cosmetic")
	if _, kept := c.c.Answers["licence.nib"]; !kept {
		t.Error("the NIB, which both businesses are asked for, was forgotten")
	}
	c.say("1")
	c.asks("recap")
}

// TestP5EditsGiveTheSameAsAFreshRun changes answers in every way and compares with asking anew.
func TestP5EditsGiveTheSameAsAFreshRun(t *testing.T) {
	values := []string{"1", "2", "3"}
	for _, business := range []string{"herbal_medicine", "cosmetics_skincare", "fashion_retail", "pharmacy_drugs", "ngo_religious"} {
		for _, first := range values {
			for _, second := range values {
				for _, edited := range values {
					c := newChat(t)
					c.choose(business)
					answers := []string{first, second}
					for _, a := range answers {
						if c.last.Ask != nil && strings.HasPrefix(c.last.Ask.ID, "licence.") {
							c.say(a)
						}
					}
					c.say("ubah 2", edited)
					for c.last.Ask != nil && strings.HasPrefix(c.last.Ask.ID, "licence.") {
						c.say(second)
					}
					if c.last.Ask != nil && c.last.Ask.ID == "recap" {
						c.say("1")
					}
					got := c.last.Verdict()

					fresh := newChat(t)
					fresh.choose(business)
					fresh.say(edited)
					for fresh.last.Ask != nil && strings.HasPrefix(fresh.last.Ask.ID, "licence.") {
						fresh.say(second)
					}
					if fresh.last.Ask != nil && fresh.last.Ask.ID == "recap" {
						fresh.say("1")
					}
					want := fresh.last.Verdict()
					if got == nil || want == nil {
						t.Fatalf("%s %v, changed to %s: no verdict", business, answers, edited)
					}
					if g, w := fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", *want); g != w {
						t.Errorf("%s %v, changed to %s:\n%s\nfresh:\n%s", business, answers, edited, g, w)
					}
				}
			}
		}
	}
}

func TestP6RecapOnlyWhenMoreThanOneThingWasAsked(t *testing.T) {
	c := newChat(t)
	c.say("bandar togel online")
	c.verdict("not_eligible")
	c = newChat(t)
	c.say("rental mobil lepas kunci", "1")
	c.asks("recap")
	c.want("1. Usaha", "2. NIB")
	c.say("1")
	c.verdict("eligible")
}

// TestP7P8P15P19EveryOutcome plays every category with every answer, in both languages.
func TestP7P8P15P19EveryOutcome(t *testing.T) {
	flow := defaultFlow()
	answers := map[string]string{"yes": "1", "no": "2", "unsure": "3"}
	for _, lang := range flow.Langs {
		for _, category := range flow.Pack.Categories {
			flow.Pack.Each(time.Now(), func(id string, facts map[string]string, want rules.Outcome) {
				if id != category.ID {
					return
				}
				c := newChat(t)
				c.c.Lang, c.c.LangChosen = lang, true
				c.choose(id)
				asked := map[string]string{}
				for c.last.Ask != nil && c.last.Ask.ID != "recap" {
					fact := c.last.Ask.ID
					if _, twice := asked[fact]; twice || facts[fact] == "" {
						t.Fatalf("%s %v: asked for %s", id, facts, fact)
					}
					// P19: the question must be able to change the result, or the pack asks it always.
					if !category.Always[fact] && !canMatter(flow.Pack, id, asked, fact) {
						t.Errorf("%s: %s was asked after %v, though no answer to it matters", id, fact, asked)
					}
					asked[fact] = facts[fact]
					c.say(answers[facts[fact]])
				}
				if len(asked) > 0 {
					c.asks("recap")
					c.say("1")
				}
				v := c.last.Verdict()
				if v == nil || v.Verdict != want {
					t.Fatalf("%s %s %v: verdict %+v, want %s", lang, id, facts, v, want)
				}
				for _, r := range v.Reasons {
					for _, f := range r.Facts {
						if _, given := asked[f]; f != "business" && !given {
							t.Errorf("%s %v: reason %s rests on %s, which was not asked", id, facts, r.Rule, f)
						}
					}
				}
				checkVerdictText(t, c, id, facts, v)
			})
		}
	}
}

// canMatter reports whether two answers to fact can lead to different outcomes, by brute force.
func canMatter(p *rules.Pack, category string, known map[string]string, fact string) bool {
	seen := map[string]map[rules.Outcome]bool{}
	p.Each(time.Now(), func(id string, facts map[string]string, o rules.Outcome) {
		if id != category {
			return
		}
		rest := maps.Clone(facts)
		for k, v := range known {
			if rest[k] != v {
				return
			}
		}
		delete(rest, fact)
		key := fmt.Sprint(rest)
		if seen[key] == nil {
			seen[key] = map[rules.Outcome]bool{}
		}
		seen[key][o] = true
	})
	return slices.ContainsFunc(slices.Collect(maps.Values(seen)), func(m map[rules.Outcome]bool) bool { return len(m) > 1 })
}

func checkVerdictText(t *testing.T, c *chat, id string, facts map[string]string, v *rules.Verdict) {
	t.Helper()
	text := c.last.Replies[0].Text
	must := []string{"Meta", v.Reasons[0].Text, v.Reasons[0].Source.Title}
	if c.c.Lang == "id" {
		must = append(must, "*Hasil:", "*Kenapa*", "Kirim pesan:", "Katalog dan pembayaran:", "*agen*")
	} else {
		must = append(must, "*Result:", "*Why*", "Sending messages:", "Catalogue and payments:", "*agent*")
	}
	for _, cond := range v.Conditions {
		must = append(must, cond.Text)
	}
	for _, m := range must {
		if !strings.Contains(text, m) {
			t.Errorf("%s %v: the result does not say %q:\n%s", id, facts, m, text)
		}
	}
	for _, never := range []string{"KTP", "NIK", "pasti disetujui", "will be approved", "<no value>", "{{"} {
		if strings.Contains(" "+text+" ", " "+never) {
			t.Errorf("%s %v: the result says %q:\n%s", id, facts, never, text)
		}
	}
	if n := len([]rune(text)); n > 4096 {
		t.Errorf("%s %v: the result has %d characters", id, facts, n)
	}
	if strings.Contains(text, "\n\n\n") {
		t.Errorf("%s %v: blank lines in a row:\n%q", id, facts, text)
	}
}

func TestP12ReturningAfterALongTime(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "1")
	c.now = c.now.Add(25 * time.Hour)
	c.say("halo")
	c.asks("resume")
	c.want("NIB", "1. Lanjut", "2. Mulai dari awal")
	c.say("1")
	c.asks("licence.nib")

	c.now = c.now.Add(25 * time.Hour)
	c.say("halo", "2")
	c.asks("business")
	if c.c.Category() != "" {
		t.Error("the answers stayed after starting again")
	}
}

func TestP13StopIsRemembered(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "stop")
	c.want("berhenti")
	c.say("1")
	c.asks("stopped")
	c.say("2")
	c.want("diam")
	if c.c.Status != flows.Stopped {
		t.Error("stop was forgotten")
	}
	c.say("hei", "1")
	c.asks("business")
	if c.c.Status != flows.Active {
		t.Error("the conversation did not start again")
	}
}

func TestP14DeleteMyData(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "hapus data")
	c.asks("delete")
	c.say("2")
	c.asks("licence.bpom_tr")
	c.say("delete my data", "1")
	if len(c.c.Answers) != 0 || c.c.Place.State != "" {
		t.Errorf("left after deletion: %+v", c.c)
	}
	if !slices.ContainsFunc(c.last.Effects, func(e flows.Effect) bool { _, ok := e.(flows.Forget); return ok }) {
		t.Error("the caller was not asked to forget")
	}
}

func TestP15LanguageFollows(t *testing.T) {
	c := newChat(t)
	c.say("hi, we sell kids' clothes on instagram")
	c.want("I'm Layak", "Question 2")
	c.say("bahasa indonesia")
	c.want("bahasa Indonesia")
	c.say("english")
	c.want("English")
	c = newChat(t)
	c.say("hi", "we sell clothes")
	c.want("Question 2")
	c = newChat(t)
	c.say("mau jual baju anak di online shop", "ok")
	if c.c.Lang != "id" {
		t.Errorf("a loan word switched to %s", c.c.Lang)
	}
}

func TestP18PersonalNumbersAreHidden(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "3201012345678901")
	c.want("jangan kirim nomor identitas")
	c.asks("licence.bpom_tr")
	if c.c.Misses != 0 {
		t.Error("a personal number counted as a wrong answer")
	}
	c.say("TR123456789")
	if v := c.c.Answers["licence.bpom_tr"]; v.Value != "yes" || strings.Contains(v.Number, "123456") {
		t.Errorf("licence number stored as %+v", v)
	}
}

func TestLicenceNumbers(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "SD123456789")
	c.want("suplemen", "obat tradisional")
	c.asks("licence.bpom_tr")
	c.say("TR12345678")
	c.want("9 angka")
	c.say("nomornya POM TR 123 456 789 kak")
	c.asks("licence.nib")
	c.say("1234567890123")
	c.asks("recap")
	c.want("•")
}

func TestStatedLicenceCountsAndIsSaidBack(t *testing.T) {
	c := newChat(t)
	c.say("pinjol legal berizin OJK")
	c.verdict("not_eligible")
	c.want("OJK", "sudah")
	if c.c.Answers["licence.ojk"].Value != "yes" {
		t.Errorf("answers %+v", c.c.Answers)
	}
	c = newChat(t)
	c.say("kami perusahaan asuransi jiwa, katanya sih berizin OJK")
	if v, taken := c.c.Answers["licence.ojk"]; taken {
		t.Errorf("hearsay was taken for the answer %q", v.Value)
	}
}

func TestAfterTheVerdict(t *testing.T) {
	c := newChat(t)
	c.say("rental mobil lepas kunci", "1", "1")
	c.verdict("eligible")
	c.say("makasih ya")
	c.want("Sama-sama")
	c.say("dokumen")
	c.want("HTTPS", "NIB")
	c.say("jual obat herbal kapsul")
	c.asks("business.confirm")
	c.say("iya")
	c.asks("licence.bpom_tr")
	if _, left := c.c.Answers["licence.nib"]; left {
		t.Error("the first business's NIB counts for the second")
	}
}

func TestCommandsOnlyAsTheWholeMessage(t *testing.T) {
	for text, command := range map[string]bool{
		"tolong agen dong kak": true, "AGEN": true, "jasa admin medsos": false, "agen travel": false, "jual stop kontak": false,
		"bantuan": true, "help": true, "Hapus data.": true, "kembali": true,
	} {
		c := newChat(t)
		c.say("halo")
		c.say(text)
		isCommand := c.last.HandOff() == flows.HandOffAsked || c.last.Ask != nil && c.last.Ask.ID == "delete" || strings.Contains(c.last.Replies[0].Text, "*kembali*") ||
			strings.Contains(c.last.Replies[0].Text, "pertanyaan pertama")
		if isCommand != command {
			t.Errorf("%q: taken as a command: %t, want %t\n%s", text, isCommand, command, c.last.Replies[0].Text)
		}
	}
}

func FuzzStep(f *testing.F) {
	for _, s := range []string{"halo", "1", "ubah 2", "jual jamu", "\xff\xfe", "\u202e1", strings.Repeat("\n", 10_000), strings.Repeat("a", 70_000), "3201012345678901", "{{.Category}}", "stop", "hapus data", "*"} {
		f.Add(s, s)
	}
	engine := flows.NewEngine(defaultFlow(), 90)
	f.Fuzz(func(t *testing.T, first, second string) {
		c := flows.Conversation{}
		at := time.Unix(1_800_000_000, 0).UTC()
		for _, text := range []string{first, second, first, "1", second, "2"} {
			masked, kinds := flows.Guard(text)
			turn, err := engine.Step(context.Background(), c, flows.Input{Kind: flows.InputText, Text: masked, Masked: kinds, At: at})
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			again, err := engine.Step(context.Background(), c, flows.Input{Kind: flows.InputText, Text: masked, Masked: kinds, At: at})
			if err != nil || asJSON(t, again) != asJSON(t, turn) {
				t.Fatalf("%q: the same input gave another turn", text)
			}
			if len(turn.Replies) != 1 {
				t.Fatalf("%q: %d replies", text, len(turn.Replies))
			}
			c = turn.Next
		}
	})
}

// BenchmarkStep answers a licence question: 24 µs and 97 allocations on the shared 2-core machine this was written on.
func BenchmarkStep(b *testing.B) {
	engine := flows.NewEngine(defaultFlow(), 90)
	at := time.Now()
	start, err := engine.Step(context.Background(), flows.Conversation{}, flows.Input{Kind: flows.InputText, Text: "jual obat herbal", At: at})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Step(context.Background(), start.Next, flows.Input{Kind: flows.InputText, Text: "sudah", At: at}); err != nil {
			b.Fatal(err)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestO8StaleMessagesGetOneApology(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal")
	old := []flows.Input{{Kind: flows.InputText, Text: "1", At: c.now}, {Kind: flows.InputText, Text: "2", At: c.now}}
	turn, err := c.engine.Stale(context.Background(), c.c, old)
	if err != nil {
		t.Fatal(err)
	}
	if text := turn.Replies[0].Text; !strings.Contains(text, "terlambat") || !strings.Contains(text, "BPOM") || turn.Ask.ID != "licence.bpom_tr" {
		t.Errorf("asks %s: %s", turn.Ask.ID, text)
	}
	again, err := c.engine.Stale(context.Background(), turn.Next, old[1:])
	if err != nil || len(again.Replies) != 0 {
		t.Errorf("a second apology: %+v, %v", again.Replies, err)
	}
	c.c = again.Next
	c.say("1")
	if later, err := c.engine.Stale(context.Background(), c.c, old); err != nil || len(later.Replies) == 0 {
		t.Errorf("no apology for the next absence: %v", err)
	}
	if !c.engine.Alone(c.c, flows.Input{Kind: flows.InputText, Text: "stop"}) || c.engine.Alone(c.c, old[0]) {
		t.Error("only command words stand alone")
	}
}

func TestP20EditingAMessageAsksForThatAnswerAnew(t *testing.T) {
	c := newChat(t)
	c.say("halo")
	c.input(flows.Input{Kind: flows.InputText, Text: "jual obat herbal", ID: "M1"})
	c.input(flows.Input{Kind: flows.InputText, Text: "sudah", ID: "M2"})
	c.asks("licence.nib")
	c.input(flows.Input{Kind: flows.InputEdit, Text: "belum", Target: "M2"})
	c.asks("licence.bpom_tr")
	c.want("mengubah pesan")
	c.say("belum")
	c.asks("recap")
	c.input(flows.Input{Kind: flows.InputEdit, Text: "x", Target: "unknown"})
	c.asks("change")
}

// Whoever is asked whether the business is another one, and goes back, is where that came up; the result stays.
func TestBackFromAnotherBusiness(t *testing.T) {
	c := newChat(t)
	c.say("jual rokok", "kalau jual jamu gimana")
	c.asks("business.clarify")
	c.say("kembali")
	c.want("kembali satu pertanyaan", "Ada lagi")
	if c.c.Place.State != "result" || c.c.Category() != "tobacco_vape" || c.c.Return != nil {
		t.Errorf("back from the result leads to %+v", c.c)
	}
	c = newChat(t)
	c.say("jual obat herbal", "sebenarnya saya jual rokok")
	c.asks("business.confirm")
	c.say("kembali")
	c.asks("licence.bpom_tr")
	c.say("kembali")
	c.asks("business")
}

// A call for a person and a result that needs one say together but once how to call it off.
func TestOneWayToCallItOffIsSaidOnce(t *testing.T) {
	c := newChat(t)
	c.say("halo", "qwrtp", "zxcv", "mnbv")
	c.verdict("needs_review")
	text := c.last.Replies[0].Text
	if n := strings.Count(text, "*batal*"); n != 1 {
		t.Errorf("said %d times how to call it off:\n%s", n, text)
	}
}

// Somebody who asks why after the result reads the reasons again; nothing is decided twice.
func TestWhyAfterTheResult(t *testing.T) {
	for _, why := range []string{"kenapa?", "kok gitu sih"} {
		c := newChat(t)
		result := c.say("mlm")
		c.want("*Kenapa*")
		c.say(why)
		c.want("*Hasil: tidak bisa mengajukan.*", "*Kenapa*")
		if again := c.last.Replies[len(c.last.Replies)-1].Text; !strings.HasSuffix(result, again) {
			t.Errorf("%s: the result reads\n%s\nand then\n%s", why, result, again)
		}
		if len(c.last.Effects) > 0 {
			t.Errorf("%s: effects %v", why, c.last.Effects)
		}
	}
}

// Thanks are answered the same with one answer, several, or none; "ubah" asks which one.
func TestThanksNamesNoAnswerThatIsNotThere(t *testing.T) {
	c := newChat(t)
	c.say("mlm", "makasih")
	c.want("ketik *ubah*")
	c.say("ubah")
	c.want("Jawaban mana yang mau diubah?", "1. Usaha")
}

// In English, too, the one word is enough.
func TestStopInEnglish(t *testing.T) {
	c := newChat(t)
	c.say("hi, we sell clothes", "stop")
	if c.c.Status != flows.Stopped {
		t.Errorf("status %q", c.c.Status)
	}
}

// People do not only use the words that the greeting names.
func TestCommandsInPeoplesWords(t *testing.T) {
	for _, test := range []struct {
		says  string
		texts []string
	}{
		{"Baik, saya berhenti mengirim pesan", []string{"jangan hubungi saya lagi", "tolong berhenti kirim pesan", "jgn wa lagi", "Stop kirim pesan!", "don't message me"}},
		{"Baik, saya minta tim kami membalas", []string{"mau bicara sama orang", "adminnya mana ya?", "kak, cs nya mana", "sambungkan ke cs", "can I speak to someone?", "connect me to an agent"}},
		{"Baik, kita mulai dari awal", []string{"mulai dari awal", "ulang dari awal ya", "start from the beginning"}},
		{"Baik, kembali satu pertanyaan", []string{"balik ke pertanyaan sebelumnya", "previous question"}},
		{"Saya akan menghapus semua jawaban", []string{"tolong hapus dataku", "hapus jawaban saya", "remove my data"}},
	} {
		for _, text := range test.texts {
			c := newChat(t)
			c.choose("herbal_medicine")
			c.c.LangChosen = true // in Indonesian, whatever the words are
			if got := c.say(text); !strings.Contains(got, test.says) {
				t.Errorf("%q is answered\n%s\nwant %q", text, got, test.says)
			}
		}
	}
}
