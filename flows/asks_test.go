package flows_test

import (
	"strings"
	"testing"
)

// Whoever asks back has not answered, and has made no mistake.
func TestAskingBackIsNoAnswerAndNoMistake(t *testing.T) {
	for _, c := range []struct{ category, asked, text, says, not string }{
		{"clinic_hospital", "licence.clinic_licence", "what is BPOM", "BPOM mengawasi obat dan makanan.", "TR, TI"},
		{"clinic_hospital", "licence.clinic_licence", "what is OJK", "OJK adalah pengawas", ""},
		{"clinic_hospital", "licence.clinic_licence", "what's SIP?", "SIP", "BPOM"},
		{"clinic_hospital", "licence.clinic_licence", "SIP itu apa ya", "SIP", "BPOM"},
		{"clinic_hospital", "licence.clinic_licence", "apaan tuh", "SIP", ""},
		{"clinic_hospital", "licence.clinic_licence", "apa itu foobar", "ketik *agen*", "SIP adalah"},
		{"herbal_medicine", "licence.bpom_tr", "what is NIB", "NIB adalah nomor induk usaha", "BPOM mengawasi"},
		{"herbal_medicine", "licence.bpom_tr", "apa itu bpom kak?", "BPOM mengawasi obat dan makanan. Nomor TR", ""},
		{"herbal_medicine", "licence.bpom_tr", "kenapa ditanya?", "Saya tanya karena jawabannya bisa mengubah hasil.", ""},
		{"herbal_medicine", "licence.bpom_tr", "knp hrs pny bpom?", "BPOM mengawasi obat", ""},
		{"herbal_medicine", "licence.bpom_tr", "why do you ask", "I ask because the answer can change the result.", ""},
		{"herbal_medicine", "licence.bpom_tr", "emang wajib?", "Saya tanya karena", ""},
		{"herbal_medicine", "licence.bpom_tr", "izin apa saja yang dibutuhkan?", "saya paling banyak menanyakan: Nomor BPOM obat tradisional", "baru sebagian"},
		{"herbal_medicine", "licence.bpom_tr", "syaratnya apa aja", "saya paling banyak menanyakan:", "baru sebagian"},
		{"herbal_medicine", "licence.bpom_tr", "apa itu kbli", "ketik *agen*", "BPOM mengawasi"},
		{"fashion_retail", "licence.nib", "apa itu OJK", "OJK adalah pengawas jasa keuangan", "NIB adalah"},
		{"fashion_retail", "licence.nib", "buat apa?", "NIB adalah nomor induk usaha", ""},
		{"fashion_retail", "licence.nib", "caranya gimana kak?", "Cara mengurusnya", ""},
		{"clinic_hospital", "licence.clinic_licence", "NIB wajib ga?", "saya paling banyak menanyakan: Izin operasional", ""},
		{"fashion_retail", "licence.nib", "OSS itu apa", "NIB adalah nomor induk usaha", ""},
		{"fashion_retail", "licence.nib", "apa boleh?", "", "NIB adalah"},
	} {
		chat := newChat(t)
		chat.choose(c.category)
		if got := chat.last.Ask.ID; got != c.asked {
			t.Fatalf("%s is asked about %s, want %s", c.category, got, c.asked)
		}
		misses := 0
		if c.says == "" {
			misses = 1
		}
		chat.say(c.text)
		chat.want(c.says)
		chat.asks(c.asked)
		if v, ok := chat.c.Answers[c.asked]; ok || chat.c.Misses != misses {
			t.Errorf("%q: answer %+v, %d misses", c.text, v, chat.c.Misses)
		}
		if c.not != "" {
			for _, r := range chat.last.Replies {
				if strings.Contains(r.Text, c.not) {
					t.Errorf("%q: %s", c.text, r.Text)
				}
			}
		}
	}
}

// "Betul" after a guess is about the business, once; it claims no licence.
func TestAgreeingToTheBusinessIsNoLicence(t *testing.T) {
	for _, text := range []string{"iya kak betul", "benar", "iyaa btul", "betul sekali", "that's right"} {
		c := newChat(t)
		c.say("jual baju anak")
		c.asks("licence.nib")
		c.say(text)
		c.want("Baik, usaha Anda: *")
		c.asks("licence.nib")
		if c.c.Misses != 0 || len(c.c.Answers) != 1 {
			t.Errorf("%q: %+v", text, c.c)
		}
		c.say("betul")
		if got := c.c.Answers["licence.nib"].Value; got != "yes" {
			t.Errorf("%q twice: %q", text, got)
		}
	}
	for _, text := range []string{"bukan", "salah kak", "bukan itu", "wrong"} {
		c := newChat(t)
		c.say("jual baju anak", text)
		c.asks("business")
		if c.c.Misses != 0 {
			t.Errorf("%q: %d misses", text, c.c.Misses)
		}
		c.say("jual obat herbal")
		c.asks("licence.bpom_tr")
	}
	for text, want := range map[string]string{"ya": "yes", "iya kak": "yes", "sudah": "yes", "betul, sudah terdaftar": "yes", "benar sudah punya": "yes", "belum": "no"} {
		c := newChat(t)
		c.say("jual baju anak", text)
		if got := c.c.Answers["licence.nib"].Value; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	c := newChat(t)
	c.choose("fashion_retail") // picked, not guessed
	c.say("betul")
	if got := c.c.Answers["licence.nib"].Value; got != "yes" {
		t.Errorf("betul after a choice: %q", got)
	}
	c = newChat(t)
	c.say("jual obat herbal", "sudah", "betul") // two questions after the guess
	c.asks("recap")
}

func TestOnlyAPlainYesEndsTheRecap(t *testing.T) {
	for _, text := range []string{"apa dasar hukumnya? kami legal kok", "kami legal kok", "sudah benar?", "kenapa harus begitu, kami resmi kok"} {
		c := newChat(t)
		c.say("jual obat herbal", "sudah", "sudah")
		c.asks("recap")
		c.say(text)
		c.asks("recap")
		c.verdict("")
	}
	for _, text := range []string{"ya", "sudah benar kak", "betul", "iya sudah benar semua", "ok", "lanjut", "benar kak makasih", "1"} {
		c := newChat(t)
		c.say("jual obat herbal", "sudah", "sudah", text)
		if c.last.Verdict() == nil {
			t.Errorf("%q is no yes at the recap: %s", text, c.last.Replies[0].Text)
		}
	}
	c := newChat(t)
	c.say("jual obat herbal", "sudah", "sudah", "makasih kak")
	c.asks("recap")
	c.want("Sama-sama!", "Sudah benar?")
	if strings.Contains(c.last.Replies[0].Text, "Kalau nanti") {
		t.Errorf("thanks at the recap: %s", c.last.Replies[0].Text)
	}
	c.say("apa itu NIB?")
	c.want("NIB adalah", "Sudah benar?")
	c.asks("recap")
}

func TestAskingAfterTheResult(t *testing.T) {
	for text, says := range map[string]string{
		"izin apa saja yang dibutuhkan?": "Yang biasanya diminta saat mengajukan", "syaratnya apa aja": "Yang biasanya diminta saat mengajukan", "dokumen apa aja yg harus disiapkan kak": "Yang biasanya diminta",
		"apa itu NIB?": "NIB adalah nomor induk usaha", "ojk itu apa": "OJK adalah pengawas", "apa itu oss": "NIB adalah", "kenapa?": "*Kenapa*",
	} {
		c := newChat(t)
		c.say("jual baju anak")
		for range 4 {
			if !c.c.Judged {
				c.say("ya")
			}
		}
		c.say(text)
		c.want(says)
	}
}

func TestAPartIsNotNothing(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "baru sebagian")
	c.asks("licence.bpom_tr")
	c.say("belum")
	c.want("Nomor BPOM obat tradisional *belum semua ada*")
	c.say("status")
	c.want("Nomor BPOM obat tradisional: belum semua ada")

	c = newChat(t)
	c.say("jual obat herbal", "baru sebagian", "sudah semua")
	c.want("*sudah ada*")
	c.say("ubah 2", "belum")
	c.want("*belum ada*")
	if c.c.Partly != "" {
		t.Errorf("partly %q", c.c.Partly)
	}
}

func TestAnAnswerInThePacksWords(t *testing.T) {
	for text, want := range map[string]string{
		"merek sendiri": "yes", "merk sendiri kok": "yes", "it's our own brand": "yes", "yes its our own brand": "yes", "brand sendiri kak": "yes", "bukan reseller resmi": "no",
		"bukan merek sendiri": "", "merek sendiri?": "", "mungkin merek sendiri": "", "merek sendiri tapi baru": "", "not our own brand": "", "merek sendiri cuma sebagian": "",
	} {
		c := newChat(t)
		c.choose("fashion_retail")
		c.say("sudah")
		c.asks("licence.brand_proof")
		c.say(text)
		if got := c.c.Answers["licence.brand_proof"].Value; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
