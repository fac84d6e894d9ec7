package flowtest

import (
	"strings"
	"testing"
)

func TestWildcardsInALine(t *testing.T) {
	for _, c := range []struct {
		pattern, line string
		want          bool
	}{
		{"Hasil: bisa", "Hasil: bisa", true},
		{"Hasil: bisa", "Hasil: bisa  ", true},
		{"Hasil: bisa", "Hasil: tidak", false},
		{"Hasil: …", "Hasil: tidak", true},
		{"…tidak", "Hasil: tidak", true},
		{"H…l: …k", "Hasil: tidak", true},
		{"…sil…dak…", "Hasil: tidak", true},
		{"…dak…sil…", "Hasil: tidak", false},
		{"ab…ba", "aba", false},
		{"*bold* …", "*bold* text", true},
	} {
		if got := lineMatches(c.pattern, c.line); got != c.want {
			t.Errorf("%q and %q: %t, want %t", c.pattern, c.line, got, c.want)
		}
	}
}

func TestCompareLaysLinesBesideEachOther(t *testing.T) {
	for _, c := range []struct {
		wants, lines, diff string // lines with / between; of the diff: kept, ~replaced, -missing, +added, a wildcard is …
	}{
		{"a/b", "a/b", "a/b"},
		{"a/…", "a/b/c", "a/…"},
		{"…", "", "…"},
		{"…/z", "a/b/z", "…/z"},
		{"…/z", "a/b", "…/~z b"},
		{"a/x/c", "a/b/c", "a/~x b/c"},
		{"a/c", "a/b/c", "a/+b/c"},
		{"a/b/c", "a/c", "a/-b/c"},
		{"x/…", "a/b/c", "~x a/…"},
		{"a", "", "-a"},
	} {
		split := func(s string) []string {
			if s == "" {
				return nil
			}
			return strings.Split(s, "/")
		}
		wants, lines := split(c.wants), split(c.lines)
		var got []string
		pairs, same := compare(wants, lines)
		plain := true
		for _, p := range pairs {
			switch p.how {
			case kept, passed:
				got = append(got, wants[p.want])
			case replaced:
				got = append(got, "~"+wants[p.want]+" "+lines[p.have])
			case missing:
				got = append(got, "-"+wants[p.want])
			case added:
				got = append(got, "+"+lines[p.have])
			}
			plain = plain && (p.how == kept || p.how == passed || p.how == absorbed)
		}
		if diff := strings.Join(got, "/"); diff != c.diff || same != plain {
			t.Errorf("%s beside %s: %s (same %t), want %s", c.wants, c.lines, diff, same, c.diff)
		}
	}
}

func TestParseReportsEveryMistakeWithItsLine(t *testing.T) {
	_, problems := Parse("a.chat", "@ chat\n@ date tomorrow\n@ wait soon\n> [tap]\n@ lang id\n> [edit x] y\n")
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	for i, want := range []string{
		"a.chat:1:1: name the conversation", `a.chat:2:1: "tomorrow" is not a date`, `a.chat:3:1: "soon" is not a time to wait`,
		"a.chat:4:1: name the option", "a.chat:5:1: @ lang stands before the first message", "a.chat:6:1: say which message",
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("problem %d of %q, want %q", i, got, want)
		}
	}
	if _, problems := Parse("a.chat", "# nothing\n"); len(problems) != 1 {
		t.Errorf("an empty transcript: %v, want one problem", problems)
	}
}
