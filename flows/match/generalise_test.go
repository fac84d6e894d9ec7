package match_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows/match"
)

func TestSmaIsTheSchoolOnlyAmongSchools(t *testing.T) {
	for text, want := range map[string]string{
		"jual kaos sma celana":         "jual kaos sama celana",
		"les matematika sma dan smp":   "les matematika sma dan smp",
		"bimbel smp sma online":        "bimbel smp sma online",
		"jual baju SMA murah":          "jual baju sma murah",
		"guru di sma 3":                "guru di sma 3",
		"sma":                          "sma",
		"tas sekolah sma sepatu bocah": "tas sekolah sma sepatu bocah",
	} {
		if got := match.Normalize(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Four times as many single letters take about four times as long, not sixteen times.
func TestLongRunsOfLettersAreQuick(t *testing.T) {
	quickest := func(text string) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			match.Normalize(text)
			best = min(best, time.Since(start))
		}
		return best
	}
	for _, run := range []string{"1 ", "1 1 a "} {
		once, fourfold := quickest(strings.Repeat(run, 8000)), quickest(strings.Repeat(run, 4*8000))
		if fourfold > 10*once {
			t.Errorf("8,000 of %q took %v, 32,000 %v", run, once, fourfold)
		}
	}
}

func TestTkIsNoKindergartenBeforeWhatIsDenied(t *testing.T) {
	for text, want := range map[string]string{
		"sy tk tau kak":     "saya tidak tau kak",
		"tk ada izin":       "tidak ada izin",
		"paud dan tk":       "paud dan tk",
		"tk islam di depok": "tk islam di depok",
		"TK":                "tk",
	} {
		if got := match.Normalize(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Words around every business name none, and beside a likely one nothing is offered that nothing speaks for.
func TestNothingIsMadeOfPlainWords(t *testing.T) {
	c := trained()
	for _, text := range []string{
		"right", "oh right", "exactly", "ada toko kecil", "toko", "online", "punya usaha kecil di Bandung", "karyawan saya lima belas",
		"tidak ada", "jualan lewat facebook", "we sell online through Instagram", "my friend", "pasti", "mau blast promo",
		"apa bedanya PIRT sama BPOM", "izin usaha dagang apa saja yg dibutuhkan", "why must I have a licence from OJK", "siup tuh buat apa",
	} {
		if r := c.Classify(text); r.Decision != match.NoMatch {
			t.Errorf("%q: got %s %v; why %q", text, r.Decision, r.Candidates, r.Why)
		}
	}
	for text, want := range map[string]string{
		"I sell cloths online": "fashion_retail", "selling bags": "fashion_retail", "my wife sells hijabs online": "fashion_retail",
		"i sell shoe": "fashion_retail", "florist": "electronics_home_goods", "service AC": "professional_services",
		"does it matter that we bake cookies": "packaged_food", "paud dan tk": "education", "jual beras eceran": "grocery_retail",
	} {
		if r := c.Classify(text); len(offered(r)) != 1 || offered(r)[0] != want {
			t.Errorf("%q: got %s %v, want %s alone; why %q", text, r.Decision, r.Candidates, want, r.Why)
		}
	}
}

// What real people's typing and short answers once led astray.
func TestClassifyGeneralises(t *testing.T) {
	c := trained()
	for _, k := range []struct{ text, offered, never string }{
		{"tko bnguan, smen sma cat tmbok", "general_trade", "education"},
		{"jul pupk cir sma bbit pdi", "agriculture_livestock", "education"},
		{"knter plsa sma pket dta", "digital_goods_topup", "education"},
		{"bngkel mtor sma tmbal ban", "automotive", "education"},
		{"jualan itik", "agriculture_livestock", ""},
		{"adult", "adult", ""},
		{"political", "political", ""},
		{"caleg", "political", ""},
		{"we sell ginger stuff", "jamu_drinks", ""},
		{"nomernya 64951", "p2p_lending", ""},
	} {
		r := c.Classify(k.text)
		if !slices.Contains(offered(r), k.offered) || k.never != "" && slices.Contains(offered(r), k.never) && r.Decision == match.Accept {
			t.Errorf("%q: got %s %v, want %s in it; why %q", k.text, r.Decision, r.Candidates, k.offered, r.Why)
		}
	}
	for _, text := range []string{"jual sesuatu", "usaha kecil kecilan aja"} { // nonsense is not offered
		if r := c.Classify(text); r.Decision == match.Accept {
			t.Errorf("%q: got %+v", text, r)
		}
	}
	// A risky meaning that nothing in the text speaks for does not make a clear text a question.
	for text, want := range map[string]string{
		"toko sepatu anak dan sandal jepit": "fashion_retail",
		"warung nasi uduk di depan sekolah": "food_and_beverage",
		"jasa kirim paket antar pulau":      "logistics_courier",
		"bengkel las dan servis mobil":      "automotive",
	} {
		if r := c.Classify(text); r.Decision != match.Accept || r.Category != want {
			t.Errorf("%q: got %s %v, want %s; why %q", text, r.Decision, r.Candidates, want, r.Why)
		}
	}
}
