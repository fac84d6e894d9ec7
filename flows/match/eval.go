package match

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"
)

// EvalLine is one text with the categories that a careful reader would accept.
type EvalLine struct {
	ID    string   `json:"id"`
	Text  string   `json:"text"`
	Lang  string   `json:"lang"`
	Style string   `json:"style"`
	Gold  []string `json:"gold"`
	// AskOK says that a careful reader would rather ask; Gold then holds what the question should offer.
	AskOK bool   `json:"ask_ok"`
	Note  string `json:"note"`
}

// ReadEval reads lines of JSON; the error names the line that cannot be read.
func ReadEval(r io.Reader) ([]EvalLine, error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 4<<20)
	var out []EvalLine
	for n := 1; s.Scan(); n++ {
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		var l EvalLine
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(l.Gold) == 0 {
			return nil, fmt.Errorf("line %d: \"gold\" is missing", n)
		}
		out = append(out, l)
	}
	return out, s.Err()
}

// Outcome is how one line went.
type Outcome string

// The outcomes. Dangerous is a kind of wrong: an easy yes where every right category is prohibited.
const (
	Correct   Outcome = "correct"
	Asked     Outcome = "asked"
	Wrong     Outcome = "wrong"
	Dangerous Outcome = "DANGEROUS"
)

// Scored is a line with what the classifier made of it.
type Scored struct {
	Line     EvalLine
	Result   Result
	Outcome  Outcome
	Needless bool // asked although the line is clear
	Guess    bool // right where a careful reader would have asked
}

// Tally counts outcomes; Wrong includes the dangerous ones.
type Tally struct {
	Lines, Correct, Asked, Wrong, Dangerous, Needless, Guesses int
}

// Report is the score of a file of lines.
type Report struct {
	All     Tally
	ByLang  map[string]*Tally
	ByStyle map[string]*Tally
	Scored  []Scored
}

// Score judges one result. Severity gives 0 to 3 for a category id, as in Category.
func Score(l EvalLine, res Result, severity func(id string) int) Scored {
	s := Scored{Line: l, Result: res, Outcome: Wrong}
	nothing := slices.Contains(l.Gold, None)
	switch {
	case res.Decision == Accept && slices.Contains(l.Gold, res.Category):
		s.Outcome, s.Guess = Correct, l.AskOK
	case res.Decision == Ask && !nothing:
		for _, c := range res.Candidates {
			if slices.Contains(l.Gold, c.ID) {
				s.Outcome, s.Needless = Asked, !l.AskOK
			}
		}
	case res.Decision != Accept && nothing:
		s.Outcome = Asked
	case res.Decision == Accept && !nothing && severity(res.Category) <= 1:
		s.Outcome = Dangerous
		for _, g := range l.Gold {
			if severity(g) < 3 {
				s.Outcome = Wrong
			}
		}
	}
	return s
}

// Evaluate classifies all lines and scores them.
func Evaluate(c *Classifier, lines []EvalLine, severity func(id string) int) Report {
	r := Report{ByLang: map[string]*Tally{}, ByStyle: map[string]*Tally{}}
	for _, l := range lines {
		r.add(Score(l, c.Classify(l.Text), severity))
	}
	return r
}

func (r *Report) add(s Scored) {
	r.Scored = append(r.Scored, s)
	for _, m := range []struct {
		by  map[string]*Tally
		key string
	}{{r.ByLang, s.Line.Lang}, {r.ByStyle, s.Line.Style}} {
		if m.by[m.key] == nil {
			m.by[m.key] = &Tally{}
		}
		m.by[m.key].add(s)
	}
	r.All.add(s)
}

func (t *Tally) add(s Scored) {
	t.Lines++
	switch s.Outcome {
	case Correct:
		t.Correct++
	case Asked:
		t.Asked++
	case Dangerous:
		t.Dangerous++
		t.Wrong++
	default:
		t.Wrong++
	}
	if s.Needless {
		t.Needless++
	}
	if s.Guess {
		t.Guesses++
	}
}

// Write prints the report: totals, per language and style, confusions, and every line that went wrong.
func (r Report) Write(w io.Writer) error {
	var b strings.Builder
	row := func(name string, t Tally) {
		share := func(n int) float64 { return 100 * float64(n) / float64(max(t.Lines, 1)) }
		fmt.Fprintf(&b, "%-14s %5d  %5d %5.1f%%  %5d %5.1f%%  %5d %5.1f%%  %9d  %5d %5.1f%%  %5d\n", name, t.Lines,
			t.Correct, share(t.Correct), t.Asked, share(t.Asked), t.Wrong, share(t.Wrong), t.Dangerous, t.Needless, share(t.Needless), t.Guesses)
	}
	fmt.Fprintf(&b, "%-14s %5s  %12s  %12s  %12s  %9s  %12s  %5s\n", "", "lines", "correct", "asked", "wrong", "DANGEROUS", "needless", "guess")
	row("all", r.All)
	for _, m := range []map[string]*Tally{r.ByLang, r.ByStyle} {
		b.WriteByte('\n')
		for _, k := range slices.Sorted(maps.Keys(m)) {
			row(k, *m[k])
		}
	}
	confusions := map[string]int{}
	for _, s := range r.Scored {
		if s.Outcome == Wrong || s.Outcome == Dangerous {
			confusions[strings.Join(s.Line.Gold, ", ")+" → "+said(s.Result)]++
		}
	}
	if len(confusions) > 0 {
		b.WriteString("\nconfusions\n")
		order := slices.Sorted(maps.Keys(confusions))
		slices.SortStableFunc(order, func(x, y string) int { return confusions[y] - confusions[x] })
		for _, k := range order {
			fmt.Fprintf(&b, "%5d  %s\n", confusions[k], k)
		}
	}
	for _, kind := range []struct {
		title string
		is    func(Scored) bool
	}{
		{"DANGEROUS", func(s Scored) bool { return s.Outcome == Dangerous }},
		{"wrong", func(s Scored) bool { return s.Outcome == Wrong }},
		{"needless questions", func(s Scored) bool { return s.Needless }},
	} {
		title := false
		for _, s := range r.Scored {
			if !kind.is(s) {
				continue
			}
			if !title {
				fmt.Fprintf(&b, "\n%s\n", kind.title)
				title = true
			}
			fmt.Fprintf(&b, "  %s  %q\n         wanted %s; got %s\n", s.Line.ID, s.Line.Text, strings.Join(s.Line.Gold, ", "), said(s.Result))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// said puts a result into a few words.
func said(r Result) string {
	if r.Decision == Accept {
		return fmt.Sprintf("%s %.2f", r.Category, r.Confidence)
	}
	ids := make([]string, len(r.Candidates))
	for i, c := range r.Candidates {
		ids[i] = fmt.Sprintf("%s %.2f", c.ID, c.Score)
	}
	return strings.TrimSpace(string(r.Decision) + " " + strings.Join(ids, ", "))
}

// CrossValidate trains on all examples but one part and scores that part, for each of the parts in turn. Examples of
// None count as lines that name no business. The parts depend on the texts alone.
func CrossValidate(categories []Category, examples []Example, parts int, severity func(id string) int) (Report, error) {
	r := Report{ByLang: map[string]*Tally{}, ByStyle: map[string]*Tally{}}
	for part := range parts {
		var rest []Example
		var lines []EvalLine
		for _, e := range examples {
			h := fnv.New32a()
			_, _ = io.WriteString(h, e.Text)
			if int(h.Sum32()%uint32(parts)) == part {
				lines = append(lines, EvalLine{ID: fmt.Sprintf("%s:%d", e.File, e.Line), Text: e.Text, Lang: e.Lang, Style: e.Intent, Gold: []string{e.Intent}})
				continue
			}
			rest = append(rest, e)
		}
		c, err := New(categories, rest)
		if err != nil {
			return r, err
		}
		for _, s := range Evaluate(c, lines, severity).Scored {
			r.add(s)
		}
	}
	return r, nil
}
