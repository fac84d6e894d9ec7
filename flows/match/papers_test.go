package match_test

import (
	"testing"

	"layak/flows/match"
)

func TestAsksAboutPapers(t *testing.T) {
	for text, want := range map[string]bool{
		"bpom itu apa":                    true,
		"kenapa harus ada bpom":           true,
		"izin apa saja yang diperlukan":   true,
		"OJK itu apa ya kak":              true,
		"what is a PIRT":                  true,
		"do I need a halal certificate":   true,
		"P-IRT buat apa sih?":             true,
		"kalau belum ada NIB gimana 🙏":    true,
		"saya sudah punya PIRT":           false, // says, and does not ask
		"jual obat, izin apa yang perlu?": false, // names a business
		"jual sertifikat halal?":          false,
		"koperasi itu boleh?":             false, // a business, too
		"pinjol berizin OJK boleh?":       false,
		"jasa urus izin, apa bisa?":       false,
		"apa itu WhatsApp API":            false,
		"":                                false, "?": false, "BPOM": false,
	} {
		if _, got := match.AsksAboutPapers(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	for text, want := range map[string]bool{
		"who on earth issues that PIRT?": true, "izin apa buat jual obat": true, "saya sudah punya PIRT": false, "jual apa saja": false,
	} {
		if got, _ := match.AsksAboutPapers(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
