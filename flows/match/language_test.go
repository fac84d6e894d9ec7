package match

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	for _, tt := range []struct {
		text string
		want string // "id", "en"; a question mark behind: not sure, any guess
	}{
		{"saya jual baju anak di shopee", "id"},
		{"sy jualan kapsul herbal asam urat bs daftar wa api ga", "id"},
		{"assalamualaikum kak mau tanya", "id"},
		{"halo kak", "id"},
		{"selamat pagi", "id"},
		{"sudah", "id"},
		{"belum", "id"},
		{"blm ada", "id"},
		{"gak tau", "id"},
		{"toko kelontong", "id"},
		{"jual frozen food homemade ready stock", "id"},
		{"online shop fashion, bisa cod dan delivery", "id"},
		{"kami owner brand skincare lokal", "id"},
		{"agen travel umroh", "id"},
		{"jasa admin medsos dan content creator", "id"},
		{"rental mobil harian", "id"},
		{"kami perusahaan fintech peer to peer lending berizin OJK", "id"},
		{"coffee shop di Bandung, jual kopi susu", "id"},
		{"usaha laundry kiloan", "id"},
		{"bimbel online untuk anak SD", "id"},
		{"sedang diurus", "id"},
		{"apa itu NIB?", "id"},
		{"ubah nomor 2", "id"},
		{"makasih ya", "id"},
		{"punya dong", "id"},
		{"kulo sade jamu", "id"},
		{"wis duwe", "id"},
		{"iyaaaa", "id"},
		{"Kami menyediakan software as a service untuk klinik dan rumah sakit", "id"},
		{"event organizer dan wedding organizer di Jakarta", "id"},
		{"bisnis saya food and beverage, resto seafood", "id"},
		{"startup edtech, bikin platform e-learning buat guru", "id"},
		{"please kak bantu dong", "id"},
		{"sorry kak, saya lupa", "id"},
		{"thanks ya kak", "id"},
		{"digital marketing agency, kita handle ads dan social media buat brand lokal", "id"},
		{strings.Repeat("saya jualan skincare dan make up original ready stock, free ongkir, ", 20), "id"},
		{"we sell kids' clothes on instagram", "en"},
		{"hi, we sell kids' clothes on instagram", "en"},
		{"I don't know", "en"},
		{"not yet", "en"},
		{"we have it", "en"},
		{"what is that?", "en"},
		{"yes we do", "en"},
		{"I'm not sure", "en"},
		{"Our company provides leasing for cars and trucks", "en"},
		{"can I apply with a small restaurant?", "en"},
		{"We are a licensed P2P lender in Jakarta", "en"},
		{"I run a warung that sells nasi goreng", "en"},
		{"we make batik and kebaya for weddings", "en"},
		{"what are your questions about", "en"},
		{"do I need a license for this", "en"},
		{"My business is selling jamu to tourists in Bali", "en"},
		{strings.Repeat("We sell handmade furniture and deliver it to our customers. ", 20), "en"},
		{"ok", "?"},
		{"hi", "?"},
		{"hello", "?"},
		{"yes", "?"},
		{"no", "?"},
		{"online shop", "?"},
		{"skincare", "?"},
		{"delivery", "?"},
		{"fashion", "?"},
		{"coffee shop", "?"},
		{"restaurant", "?"},
		{"ready stock", "?"},
		{"dropship", "?"},
		{"barbershop", "?"},
		{"2", "?"},
		{"", "?"},
		{"🙏", "?"},
		{"123456", "?"},
		{"http://example.com", "?"},
		{"你好，我想申请", "?"},
		{"NIB", "?"},
		{"travel agent", "?"},
		{"\xff\xfe", "?"},
	} {
		got, sure := Language(tt.text)
		switch {
		case tt.want == "?":
			if sure {
				t.Errorf("%.60q: sure of %s, want not sure", tt.text, got)
			}
		case got != tt.want || !sure:
			t.Errorf("%.60q: got %s (sure %v), want %s", tt.text, got, sure, tt.want)
		}
	}
}

func TestPlainlyIndonesian(t *testing.T) {
	for _, text := range []string{"sudah", "Sudahh", "belum kak", "kenapa?", "iya", "blm", "kok gitu", "gak punya", "punya dong", "sdh ada izin ojk", "apa itu NIB?", "jual baju", "yang pertama", "bukan itu", "kurang tahu"} {
		if !PlainlyIndonesian(text) {
			t.Errorf("%q is not plainly Indonesian", text)
		}
	}
	for _, text := range []string{
		"", "ya", "ya ya", "ok", "yes", "no", "2", "p2p lending", "halo", "hi kak", "warung", "jamu", "batik", "nasi goreng", "pak budi", "makan", "not yet", "we sell jamu", "I run a warung that sells nasi goreng",
		"agen", "ulang", "kembali", "dokumen", "bahasa", "NIB", "koperasi", "my toko sells kopi", "we have ini brand", "Dan here, yes",
	} {
		if PlainlyIndonesian(text) {
			t.Errorf("%q is plainly Indonesian", text)
		}
	}
}

// The language of the replies in the corpus is never taken for the other one with certainty.
func TestLanguageOfReplies(t *testing.T) {
	sureCount, lines := 0, readReplies(t)
	for _, line := range lines {
		got, sure := Language(line.Text)
		if sure {
			sureCount++
			if got != line.Lang {
				t.Errorf("%q: sure of %s, want %s", line.Text, got, line.Lang)
			}
		}
	}
	for _, line := range lines {
		if line.Lang == "en" && PlainlyIndonesian(line.Text) {
			t.Errorf("%q is taken for Indonesian", line.Text)
		}
	}
	t.Logf("sure of %d in %d", sureCount, len(lines))
}
