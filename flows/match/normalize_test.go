package match

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Saya JUAL Baju", "saya jual baju"},
		{"sy jualan utk anak2", "saya jualan untuk anak"},
		{"obat2an", "obat"},
		{"obat-obatan", "obat"},
		{"pijat plus plus", "pijat plus"},
		{"j4mu", "jamu"},
		{"sl0t", "slot"},
		{"p1nj0l 0nline", "pinjol online"},
		{"s l o t", "slot"},
		{"p-i-n-j-o-l", "pinjol"},
		{"m.i.r.a.s", "miras"},
		{"OPEN B.O. ya", "open bo ya"},
		{"v a p e store", "vape store"},
		{"b3 p2p 4d co2 2jt 500rb", "b3 p2p 4d co2 2jt 500rb"},
		{"haloooo kaaak", "halo kak"},
		{"ｊｕａｌ ｂａｊｕ", "jual baju"},
		{"judі оnline", "judi online"},
		{"j\u200bu\u00addi", "judi"},
		{"café", "cafe"},
		{"𝓳𝓾𝓭𝓲", "judi"},
		{"j@mu $abu p!njol", "jamu sabu pinjol"},
		{"j*di", "j*di"},
		{"assalamu'alaikum", "assalamualaikum"},
		{"e-wallet", "ewallet"},
		{"🎰🎰🎰 depo", "🎰 depo"},
		{"Rp 1.500.000", "rp 1500000"},
		{"1 2 3", "1 2 3"},
		{"toko@contoh.co.id", "toko contoh co id"},
		{"", ""},
		{"\xff\xfe", ""},
	} {
		if got := Normalize(c.in); got != c.want {
			t.Errorf("Normalize(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestNormalizeBoundsTheWork(t *testing.T) {
	got := Normalize(strings.Repeat("jual baju ", 100_000) + "rokok")
	if len(got) > maxHead+maxTail+10 || !strings.HasSuffix(got, "rokok") {
		t.Errorf("length %d, end %q", len(got), got[max(0, len(got)-20):])
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"sy jual j4mu", "s l o t", "\xff", "ｊ", "a'b@c.d", "🎰", "----", "1.2.3", "obat2an"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Normalize(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got {
			t.Fatalf("spaces in %q", got)
		}
	})
}
