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

func TestLongRunsOfLettersAreQuick(t *testing.T) {
	start := time.Now()
	for range 10 {
		match.Normalize(strings.Repeat("1 ", 8000))
		match.Normalize(strings.Repeat("1 1 a ", 2600))
	}
	if took := time.Since(start) / 20; took > 50*time.Millisecond { // 2 ms on an idle machine
		t.Errorf("16 kB of single letters took %v", took)
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
