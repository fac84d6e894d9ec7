package match_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"layak/flows/match"
)

func devLines(t testing.TB, name string) []match.EvalLine {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := match.ReadEval(f)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// evalFile is the file of gold lines: our own fixture, or the one LAYAK_EVAL names.
func evalFile() string {
	if f := os.Getenv("LAYAK_EVAL"); f != "" {
		return f
	}
	return "testdata/classify_dev.jsonl"
}

func TestGoldLines(t *testing.T) {
	r := match.Evaluate(trained(), devLines(t, evalFile()), severity)
	n := float64(r.All.Lines)
	if r.All.Dangerous > 0 || float64(r.All.Wrong) > 0.03*n || float64(r.All.Needless) > 0.12*n {
		var b strings.Builder
		_ = r.Write(&b)
		t.Error(b.String())
	}
	t.Logf("%+v", r.All)
}

// The blind lines were written by people who had seen neither the examples nor the development file. The even ones were
// scored only; the odd ones were read for general mistakes. Last run (2026-11-26), of 160 even lines: wrong 2.5 %,
// DANGEROUS 0, needless 12.5 %; of 160 odd lines: 1.9 %, 0, 14.4 %.
func TestBlindLines(t *testing.T) {
	lines := devLines(t, "testdata/blind.jsonl")
	var half [2][]match.EvalLine
	for i, l := range lines {
		half[(i+1)%2] = append(half[(i+1)%2], l)
	}
	for i, name := range [...]string{"even", "odd"} {
		wrong, needless := [...]float64{0.025, 0.035}[i], [...]float64{0.13, 0.16}[i]
		r := match.Evaluate(trained(), half[i], severity)
		n := float64(r.All.Lines)
		if r.All.Dangerous > 0 || float64(r.All.Wrong) > wrong*n || float64(r.All.Needless) > needless*n {
			t.Errorf("%s: %+v", name, r.All) // no texts: the even half stays unread
		}
		t.Logf("%s: %+v", name, r.All)
	}
}

// Examples must not teach to the test: no evaluation line may stand among them, not even reworded a little.
func TestExamplesAreNotEvaluationLines(t *testing.T) {
	_, examples := defaults()
	grams := func(s string) []string {
		s = " " + match.Normalize(s) + " "
		var out []string
		for i := 0; i+3 <= len(s); i++ {
			out = append(out, s[i:i+3])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	sets := make([][]string, len(examples))
	for i, e := range examples {
		sets[i] = grams(e.Text)
	}
	for _, l := range devLines(t, evalFile()) {
		if len(strings.Fields(match.Normalize(l.Text))) <= 3 {
			continue // "halo", "kapsul pelangsing": everybody writes that
		}
		a := grams(l.Text)
		for i, b := range sets {
			if len(a)*10 < len(b)*7 || len(b)*10 < len(a)*7 {
				continue
			}
			both := 0
			for x, y := 0, 0; x < len(a) && y < len(b); {
				switch strings.Compare(a[x], b[y]) {
				case 0:
					both, x, y = both+1, x+1, y+1
				case -1:
					x++
				default:
					y++
				}
			}
			if share := float64(both) / float64(len(a)+len(b)-both); share >= 0.7 {
				t.Errorf("%s:%d: %q is nearly %s %q (%.2f)", examples[i].File, examples[i].Line, examples[i].Text, l.ID, l.Text, share)
			}
		}
	}
}

// BenchmarkCrossValidation gives the score on our own examples, each part classified by a model that has not seen it, and
// prints the lines with -v. 2026-11-26, 17,920 lines, 5 parts: accepted rightly 57.9 %, wrong 13.8 %, dangerous 27 lines; more
// than half of the lines are single words that the other parts do not hold.
func BenchmarkCrossValidation(b *testing.B) {
	categories, examples := defaults()
	for b.Loop() {
		r, err := match.CrossValidate(categories, examples, 5, severity)
		if err != nil {
			b.Fatal(err)
		}
		n := float64(r.All.Lines) / 100
		b.ReportMetric(float64(r.All.Correct)/n, "%right")
		b.ReportMetric(float64(r.All.Wrong)/n, "%wrong")
		b.ReportMetric(float64(r.All.Dangerous), "dangerous")
		if testing.Verbose() {
			var text strings.Builder
			_ = r.Write(&text)
			b.Log(text.String())
		}
	}
}

func TestScore(t *testing.T) {
	sev := func(id string) int { return map[string]int{"baju": 0, "gadai": 2, "judi": 3}[id] }
	for _, c := range []struct {
		name string
		gold []string
		ask  bool
		res  match.Result
		want match.Outcome
	}{
		{"right", []string{"baju"}, false, match.Result{Decision: match.Accept, Category: "baju"}, match.Correct},
		{"dangerous", []string{"judi"}, false, match.Result{Decision: match.Accept, Category: "baju"}, match.Dangerous},
		{"wrong but not dangerous", []string{"judi", "gadai"}, false, match.Result{Decision: match.Accept, Category: "baju"}, match.Wrong},
		{"a strict mistake", []string{"baju"}, false, match.Result{Decision: match.Accept, Category: "judi"}, match.Wrong},
		{"asked well", []string{"judi"}, true, match.Result{Decision: match.Ask, Candidates: []match.Candidate{{ID: "judi"}}}, match.Asked},
		{"asked badly", []string{"judi"}, true, match.Result{Decision: match.Ask, Candidates: []match.Candidate{{ID: "baju"}}}, match.Wrong},
		{"silent on a business", []string{"judi"}, true, match.Result{Decision: match.NoMatch}, match.Wrong},
		{"silent on nothing", []string{"none"}, true, match.Result{Decision: match.NoMatch}, match.Asked},
		{"accepted nothing", []string{"none"}, true, match.Result{Decision: match.Accept, Category: "baju"}, match.Wrong},
	} {
		if got := match.Score(match.EvalLine{Gold: c.gold, AskOK: c.ask}, c.res, sev).Outcome; got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
