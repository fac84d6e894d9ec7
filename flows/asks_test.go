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
		{"fashion_retail", "licence.nib", "OSS itu apa", "NIB adalah nomor induk usaha", ""},
		{"fashion_retail", "licence.nib", "apa bedanya", "", "NIB adalah"},
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
