package match

import (
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// hardTexts are what strangers send.
var hardTexts = []string{
	"", " ", "?", "...", "\n", strings.Repeat("\n", 10_000) + "sudah", strings.Repeat("a", 1<<20), strings.Repeat("ya ", 400_000), strings.Repeat("12 ", 400_000),
	strings.Repeat("sudah, belum? ", 80_000), "\xff\xfe\xfd", "sudah\xff", "\u200b\u200bsudah\u200d", "\u202esudah", "2️⃣", "👩‍👩‍👧‍👦", strings.Repeat("👍🏽", 50_000), "مرحبا", "٢", "𝓼𝓾𝓭𝓪𝓱",
	"s\u0301u\u0301dah", strings.Repeat("\u0301", 100_000), "\x00", "'", "no.", "no. ", "ya/ya/ya", "<script>", "'; DROP TABLE x; --", "%s%d%n", "１", "½", "ﷺ", "Ǆ", "\u2028sudah", "no\u00a02",
	strings.Repeat("tapi ", 10_000), strings.Repeat("tidak ", 10_000), strings.Repeat("(", 100_000), strings.Repeat("?", 100_000), strings.Repeat("nya", 100_000),
}

// readAll puts a text before every reader.
func readAll(text string) {
	words := []string{"ubah", "kembali"}
	YesNo(text)
	ReadOption(text, menuOptions)
	Bare(text)
	IsWord(text, words)
	SmallTalk(text)
	AsksBack(text)
	Agrees(text)
	PlainYes(text)
	Greeting(text)
	Language(text)
	ChangeCommand(text, words)
}

// Every reader takes any text, two at once, and a longer one takes longer by its length at most: what is said in a longer
// message is cut, or read in one pass.
func TestHardTexts(t *testing.T) {
	quickest := func(text string) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			readAll(text)
			best = min(best, time.Since(start))
		}
		return best
	}
	for _, text := range hardTexts {
		name := text
		if len(name) > 20 {
			name = name[:20]
		}
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() { readAll(text) })
		}
		all.Wait()
		if len(text) < 1000 {
			continue
		}
		if once, fourfold := quickest(text), quickest(strings.Repeat(text, 4)); fourfold > 10*once {
			t.Errorf("%q: %d bytes took %v, four times as many %v", name, len(text), once, fourfold)
		}
	}
	if got := YesNo(strings.Repeat("\n", 10_000) + "sudah"); got.Value != "yes" {
		t.Errorf("10,000 line breaks before sudah: %+v", got)
	}
	if got := YesNo("\u200b\u202eb\u200delum"); got.Value != "no" {
		t.Errorf("invisible characters in belum: %+v", got)
	}
}

func TestWhyThePapersAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"sudah punya NIB": "nib", "NIB sama BPOM sudah ada": "bpom nib", "sudah": "", "belum ada izin BPOM": "bpom", "nib, nib, nib ada": "nib",
	} {
		if got := YesNo(text).Papers; got != want {
			t.Errorf("%q: papers %q, want %q", text, got, want)
		}
	}
}

func TestPartlyIsSaid(t *testing.T) {
	for _, text := range []string{"sebagian", "belum semua", "sudah tapi belum semua", "ada yang sudah ada yang belum", "some of them", "not all", "NIB aja"} {
		if got := YesNo(text); !got.Partly || !got.Doubt || got.Value != "" {
			t.Errorf("%q: %+v, want a doubt that is partly", text, got)
		}
	}
}

// Who thanks and ends with "ya" has not said yes.
func TestThanksAreNoYes(t *testing.T) {
	for text, want := range map[string]string{
		"makasih ya": "", "terima kasih ya kak": "", "maaf ya": "", "makasih, sudah ada": "yes", "makasih kak, ya": "yes", "iya": "yes",
	} {
		if got := YesNo(text); got.Value != want {
			t.Errorf("%q: %+v, want %q", text, got, want)
		}
	}
}

// What says nothing about the matter is asked again, but is not called a doubt.
func TestDoubtIsAboutTheMatter(t *testing.T) {
	for text, want := range map[string]bool{
		"jual baju anak": false, "halo": false, "🙏": false, "": false, "asdfgh": false, "makasih": false,
		"mungkin": true, "kayaknya ada": true, "ya dan tidak": true, "bukan": true, "punya suami": true, "emang wajib?": true,
	} {
		if got := YesNo(text); got.Doubt != want || got.Value != "" {
			t.Errorf("%q: %+v, want doubt %v", text, got, want)
		}
	}
}

func seed(f *testing.F) {
	for _, text := range hardTexts {
		if len(text) < 1000 {
			f.Add(text)
		}
	}
	for i, line := range readReplies(f) {
		if i%9 == 0 {
			f.Add(line.Text)
		}
	}
	for _, text := range []string{"ubah 2", "1 atau 2", "yang pertama dan ketiga", "bukan klinik", "assalamualaikum kak", "agen mas", "wkwkwk", "no. 2"} {
		f.Add(text)
	}
}

func FuzzYesNo(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		got := YesNo(text)
		switch got.Value {
		case "yes", "no", "unsure", "":
		default:
			t.Fatalf("%q: value %q", text, got.Value)
		}
		if got.Value != "" && (got.Doubt || got.Partly) || got.InProgress && got.Value != "no" {
			t.Fatalf("%q: contradicts itself: %+v", text, got)
		}
		if upper := strings.ToUpper(text); isASCII(text) && strings.ToLower(upper) == text && YesNo(upper) != got {
			t.Fatalf("%q: in capitals %+v, else %+v", text, YesNo(upper), got)
		}
		if got.Value != "" && !strings.Contains(text, "ya") { // politeness changes nothing
			if polite := YesNo("halo kak, " + text); polite.Value != got.Value && polite.Value != "" {
				t.Fatalf("%q: with a greeting %+v, without %+v", text, polite, got)
			}
		}
	})
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

func FuzzReadOption(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, options := range [][]Option{menuOptions, answerOptions, pairOptions, {{ID: text, Labels: []string{text}, Synonyms: []string{text}}}} {
			got := ReadOption(text, options)
			known := got.ID == ""
			for _, option := range options {
				known = known || option.ID == got.ID
			}
			if !known || got.ID != "" && (got.Several || got.Negated || got.OutOfRange) {
				t.Fatalf("%q: %+v", text, got)
			}
		}
	})
}

func FuzzCommands(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		if n, ok := ChangeCommand(text, []string{"ubah", "change"}); n < 0 || n > maxNumber || !ok && n != 0 {
			t.Fatalf("%q: %d, %v", text, n, ok)
		}
		bare := Bare(text)
		if !utf8.ValidString(bare) {
			t.Fatalf("%q: bare %q is not valid", text, bare)
		}
		IsWord(text, []string{"agen", "kembali", text})
	})
}

func FuzzTalk(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		SmallTalk(text)
		Greeting(text)
		if lang, _ := Language(text); lang != "id" && lang != "en" {
			t.Fatalf("%q: language %q", text, lang)
		}
	})
}

// 40 characters, on one of 2 shared cores: YesNo 4.7 µs, 5 allocations; a prepared OptionSet 3.9 µs, 4 allocations, a bare
// number 0.9 µs; ReadOption with 5 options and 20 names 18 µs, 62 allocations; Language 1.3 µs; SmallTalk 2.6 µs.
func BenchmarkYesNo(b *testing.B) {
	for b.Loop() {
		YesNo("belum ada kak, masih diurus di OSS nih")
	}
}

func BenchmarkReadOption(b *testing.B) {
	set := NewOptionSet(menuOptions)
	for b.Loop() {
		set.Read("saya pilih yang kesehatan aja deh kak ya")
	}
}

func BenchmarkReadOptionUnprepared(b *testing.B) {
	for b.Loop() {
		ReadOption("saya pilih yang kesehatan aja deh kak ya", menuOptions)
	}
}

func BenchmarkReadOptionNumber(b *testing.B) {
	set := NewOptionSet(menuOptions)
	for b.Loop() {
		set.Read("2")
	}
}

func BenchmarkIsWord(b *testing.B) {
	words := []string{"agen", "agent", "cs", "admin", "orang", "customer service"}
	for b.Loop() {
		IsWord("halo kak, saya jual baju anak di pasar", words)
	}
}

func BenchmarkLanguage(b *testing.B) {
	for b.Loop() {
		Language("halo kak, saya jual baju anak di pasar")
	}
}

func BenchmarkSmallTalk(b *testing.B) {
	for b.Loop() {
		SmallTalk("halo kak, saya jual baju anak di pasar")
	}
}
