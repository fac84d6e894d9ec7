package diff

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"layak/flows"
	"layak/flows/rules"
)

// Write puts a report in words, and the verdicts in a table as well. Replay may be nil. Lang is the language businesses and
// licences are named in.
func Write(out io.Writer, r Report, replay *Replay, before, after Side, lang string) error {
	w := &writer{out: out, before: before.Flow, after: after.Flow, lang: lang}
	w.verdicts(r)
	w.later(r.Later)
	w.businesses(r)
	w.reasons(r)
	if replay != nil {
		w.replay(replay)
	}
	w.parts(r.Parts)
	return w.err
}

type writer struct {
	out           io.Writer
	before, after *flows.Flow
	lang          string
	err           error
}

func (w *writer) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format, args...)
	}
}

func (w *writer) verdicts(r Report) {
	today := ""
	if len(r.Later) > 0 {
		today = " today"
	}
	if len(r.Verdicts) == 0 {
		w.printf("Verdicts: none of %s of answers gets another one%s\n", count(r.Compared, "combination"), today)
		return
	}
	changed := map[string]bool{}
	for _, c := range r.Verdicts {
		changed[c.Category] = true
	}
	w.printf("Verdicts: %d of %s of answers get another one%s, in %s of business\n", r.Changed, count(r.Compared, "combination"), today, count(len(changed), "kind"))
	w.changes(r.Verdicts)
	w.table(r.Moves)
}

// later shows what differs only when rules begin or end.
func (w *writer) later(days []Day) {
	for _, d := range days {
		w.printf("\nFrom %s on, when rules begin or end:\n", d.On)
		w.changes(d.Verdicts)
	}
}

// changes lists changes by kind of business.
func (w *writer) changes(changes []Change) {
	last := ""
	for _, c := range changes {
		if c.Category != last {
			w.printf("\n  %s\n", w.category(w.after, c.Category))
			last = c.Category
		}
		way := "stricter"
		if c.Milder() {
			way = "milder"
		}
		w.printf("    %s: %s becomes %s (%s, %s)\n", w.answers(c), c.Old, c.New, way, count(c.Combinations, "combination"))
	}
}

// table shows how many combinations went from which verdict to which.
func (w *writer) table(moves []Move) {
	const column = 26
	w.printf("\n  %-*s", column, "combinations, from ↓ to →")
	for _, o := range rules.Outcomes {
		w.printf("  %*s", max(8, len(o)), o)
	}
	w.printf("\n")
	for _, from := range rules.Outcomes {
		w.printf("  %-*s", column, from)
		for _, to := range rules.Outcomes {
			cell := "·"
			for _, m := range moves {
				if m.Old == string(from) && m.New == string(to) {
					cell = fmt.Sprint(m.N)
				}
			}
			w.printf("  %s%s", strings.Repeat(" ", max(8, len(to))-utf8.RuneCountInString(cell)), cell)
		}
		w.printf("\n")
	}
}

func (w *writer) businesses(r Report) {
	for _, id := range r.Removed {
		w.printf("\nGone: %s\n", w.category(w.before, id))
	}
	for _, id := range r.Added {
		c := w.after.Pack.Category(id)
		verdicts := string(c.BaseOutcome)
		if c.WorstOutcome != c.BaseOutcome {
			verdicts += " at best, " + string(c.WorstOutcome) + " at worst"
		}
		w.printf("\nNew: %s: %s\n", w.category(w.after, id), verdicts)
	}
}

func (w *writer) reasons(r Report) {
	if len(r.Reasons) == 0 {
		return
	}
	w.printf("\nSame verdict, other reasons:\n")
	last := ""
	for _, c := range r.Reasons {
		if c.Category != last {
			w.printf("  %s\n", w.category(w.after, c.Category))
			last = c.Category
		}
		w.printf("    %s: %s → %s\n", w.answers(c), c.Old, c.New)
	}
}

func (w *writer) category(f *flows.Flow, id string) string {
	return id + " · " + f.Pack.Category(id).Title.In(w.lang)
}

// answers writes which combinations a change speaks of.
func (w *writer) answers(c Change) string {
	if len(c.Answers) == 0 {
		return "whatever is answered"
	}
	var order []string
	for _, f := range []*flows.Flow{w.after, w.before} {
		for _, id := range f.Pack.Category(c.Category).Asks {
			if !slices.Contains(order, id) {
				order = append(order, id)
			}
		}
	}
	var parts []string
	for _, id := range order {
		if len(c.Answers[id]) > 0 {
			parts = append(parts, w.fact(id)+" = "+w.values(id, c.Answers[id]))
		}
	}
	return "with " + strings.Join(parts, " and ")
}

// fact names what is asked for.
func (w *writer) fact(id string) string {
	for _, f := range []*flows.Flow{w.after, w.before} {
		if fact := f.Pack.Fact(id); fact != nil {
			return fact.Label.In(w.lang)
		}
	}
	return id
}

// values names answers: yes, no and unsure as they are, others by their wording.
func (w *writer) values(id string, answers []string) string {
	out := make([]string, len(answers))
	for i, answer := range answers {
		out[i] = answer
		for _, f := range []*flows.Flow{w.before, w.after} {
			if fact := f.Pack.Fact(id); fact != nil {
				for _, v := range fact.Values {
					if v.ID == answer && v.Title != nil {
						out[i] = `"` + v.Title.In(w.lang) + `"`
					}
				}
			}
		}
	}
	return strings.Join(out, " or ")
}

func (w *writer) replay(r *Replay) {
	w.printf("\nStored conversations: %d with all answers (%d without were left out), %d with the same verdict\n", r.Finished, r.Unfinished, r.Same)
	show := func(groups []Group, what func(Group) string) {
		for _, g := range groups {
			w.printf("  %d %s\n", g.N, what(g))
			for _, e := range g.Examples {
				w.printf("      %s\n", e)
			}
		}
	}
	show(r.Other, func(g Group) string { return fmt.Sprintf("would get another verdict: %s becomes %s", g.Old, g.New) })
	show(r.Gone, func(g Group) string { return fmt.Sprintf("had %s; their kind of business is gone", g.Old) })
	show(r.Asked, func(g Group) string { return fmt.Sprintf("had %s and would be asked more: %s", g.Old, g.New) })
}

func (w *writer) parts(parts []Part) {
	if len(parts) == 0 {
		w.printf("\nFiles: nothing differs\n")
		return
	}
	n := map[string]int{}
	for _, p := range parts {
		n[p.Kind]++
	}
	var heads []string
	for _, k := range Kinds {
		if n[k] > 0 {
			heads = append(heads, fmt.Sprintf("%s %d", k, n[k]))
		}
	}
	w.printf("\nFiles: %s\n", strings.Join(heads, ", "))
	for _, p := range parts {
		w.printf("  %s %s: %s\n", p.Kind, p.ID, p.What)
		for _, f := range p.Fields {
			w.field(p, f)
		}
	}
}

// maxList is how many entries of a list are shown.
const maxList = 8

func (w *writer) field(p Part, f Field) {
	lines := strings.Contains(f.Old+f.New, "\n")
	switch {
	case f.Old == "" && f.New == "":
	case p.What == Changed && !lines && utf8.RuneCountInString(f.Old+f.New) <= maxBeside:
		w.printf("      %s: %s → %s\n", f.Name, short(f.Old), short(f.New))
	case p.What == Changed:
		w.printf("      %s:\n", f.Name)
		for _, l := range lineDiff(f.Old, f.New) {
			w.printf("        %s\n", l)
		}
	default:
		w.printf("      %s: %s\n", f.Name, short(strings.ReplaceAll(f.Old+f.New, "\n", " ⏎ ")))
	}
	for _, l := range []struct {
		mark string
		list []string
	}{{"-", f.Went}, {"+", f.Came}} {
		if len(l.list) == 0 {
			continue
		}
		shown := strings.Join(l.list[:min(len(l.list), maxList)], ", ")
		if more := len(l.list) - maxList; more > 0 {
			shown += fmt.Sprintf(" and %d more", more)
		}
		w.printf("      %s %s %s\n", f.Name, l.mark, shown)
	}
}

// maxBeside is how long two texts can be to stand beside each other on a line.
const maxBeside = 100

// maxShown is how much of a text is shown on a line.
const maxShown = 160

func short(s string) string {
	if s == "" {
		return "(nothing)"
	}
	if r := []rune(s); len(r) > maxShown {
		return string(r[:maxShown]) + "…"
	}
	return s
}

// lineDiff shows the lines between the first and the last that differ.
func lineDiff(before, after string) []string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out []string
	if len(a) == 1 && len(b) == 1 {
		a[0], b[0] = middle(a[0], b[0])
	}
	for _, l := range a {
		out = append(out, "- "+short(l))
	}
	for _, l := range b {
		out = append(out, "+ "+short(l))
	}
	return out
}

// middle leaves out what two lines have in common at both ends, but for a few words.
func middle(before, after string) (string, string) {
	a, b := strings.SplitAfter(before, " "), strings.SplitAfter(after, " ")
	const keep = 4 // words, so that the place is recognised
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	cut := func(words []string) string {
		from, to := max(0, head-keep), min(len(words), len(words)-tail+keep)
		s := strings.Join(words[from:to], "")
		if from > 0 {
			s = "…" + s
		}
		if to < len(words) {
			s = strings.TrimRight(s, " ") + "…"
		}
		return s
	}
	return cut(a), cut(b)
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
