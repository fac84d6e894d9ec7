// Package diff says what differs between two flows: which businesses get another verdict with which answers, and what was
// added, removed or changed in the files.
package diff

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/match"
	"layak/flows/rules"
)

// Side is one of the two flows, with the examples its classifier learns from.
type Side struct {
	Flow     *flows.Flow
	Examples []match.Example
}

// Report is everything that differs.
type Report struct {
	Verdicts []Change `json:"verdicts"` // combinations with another verdict, added and removed kinds of business left out
	Reasons  []Change `json:"reasons"`  // combinations with the same verdict, but other rules, access or offer of a review
	Added    []string `json:"added"`    // kinds of business that only the new flow knows
	Removed  []string `json:"removed"`  // kinds of business that only the old flow knows
	Parts    []Part   `json:"parts"`    // what differs in the files

	Compared int       `json:"compared"`        // combinations of answers that were compared
	Changed  int       `json:"changed"`         // of those, with another verdict
	Moves    []Move    `json:"moves"`           // how many combinations went from which verdict to which, those that stay included
	Later    []Day     `json:"later,omitempty"` // days on which rules begin or end, with verdicts that differ otherwise than before; see Ahead
	At       time.Time `json:"-"`
}

// Day is what differs from a day on.
type Day struct {
	On       string   `json:"on"`
	Verdicts []Change `json:"verdicts"`
}

// Change is a set of combinations of answers of one business that changed in the same way.
type Change struct {
	Category     string              `json:"category"`
	Answers      map[string][]string `json:"answers"` // all combinations with one of these for each fact; none: whatever is answered
	Old          string              `json:"old"`
	New          string              `json:"new"`
	Combinations int                 `json:"combinations"`
}

// Milder reports whether the new verdict is better than the old one.
func (c Change) Milder() bool { return rank(c.New) < rank(c.Old) }

// Move counts the combinations that had one verdict and have another, or the same.
type Move struct {
	Old string `json:"old"`
	New string `json:"new"`
	N   int    `json:"n"`
}

func rank(outcome string) int { return slices.Index(rules.Outcomes, rules.Outcome(outcome)) }

// VerdictChanges reports whether anybody gets another verdict, now or on a day that Ahead looked at: a kind of business that
// is gone counts.
func (r Report) VerdictChanges() bool { return len(r.Verdicts)+len(r.Removed)+len(r.Later) > 0 }

// Same reports whether nothing differs.
func (r Report) Same() bool {
	return !r.VerdictChanges() && len(r.Reasons)+len(r.Added)+len(r.Parts) == 0
}

// Flows compares two flows by the rules in force at a time.
func Flows(before, after Side, at time.Time) Report {
	r := Report{Verdicts: []Change{}, Reasons: []Change{}, Added: []string{}, Removed: []string{}, At: at}
	moves := map[Move]int{}
	for _, c := range before.Flow.Pack.Categories {
		if after.Flow.Pack.Category(c.ID) == nil {
			r.Removed = append(r.Removed, c.ID)
			continue
		}
		r.category(before.Flow.Pack, after.Flow.Pack, c.ID, moves)
	}
	for _, c := range after.Flow.Pack.Categories {
		if before.Flow.Pack.Category(c.ID) == nil {
			r.Added = append(r.Added, c.ID)
		}
	}
	for _, from := range rules.Outcomes {
		for _, to := range rules.Outcomes {
			if n := moves[Move{Old: string(from), New: string(to)}]; n > 0 {
				r.Moves = append(r.Moves, Move{string(from), string(to), n})
			}
		}
	}
	r.Parts = parts(inventory(before), inventory(after))
	return r
}

// Ahead adds what differs on every later day on which rules of either flow begin or end. What already differed before that day
// is not said again.
func (r *Report) Ahead(before, after Side) {
	days := before.Flow.Pack.Turns(r.At)
	for _, day := range after.Flow.Pack.Turns(r.At) {
		if !slices.ContainsFunc(days, day.Equal) {
			days = append(days, day)
		}
	}
	slices.SortFunc(days, time.Time.Compare)
	known := r.Verdicts
	for _, day := range days {
		then := Report{At: day}
		for _, c := range before.Flow.Pack.Categories {
			if after.Flow.Pack.Category(c.ID) != nil {
				then.category(before.Flow.Pack, after.Flow.Pack, c.ID, map[Move]int{})
			}
		}
		fresh := slices.DeleteFunc(slices.Clone(then.Verdicts), func(c Change) bool {
			return slices.ContainsFunc(known, func(k Change) bool { return reflect.DeepEqual(c, k) })
		})
		if len(fresh) > 0 {
			r.Later = append(r.Later, Day{day.Format(time.DateOnly), fresh})
		}
		known = then.Verdicts
	}
}

// category compares every combination of answers of one kind of business.
func (r *Report) category(before, after *rules.Pack, id string, moves map[Move]int) {
	g := newGrid(before, after, id)
	verdicts, reasons := make([]pair, g.size), make([]pair, g.size)
	for i := range g.size {
		facts := g.facts(i)
		was, is := judged(before, id, facts, r.At), judged(after, id, facts, r.At)
		verdicts[i] = pair{string(was.Verdict), string(is.Verdict)}
		moves[Move{Old: string(was.Verdict), New: string(is.Verdict)}]++
		r.Compared++
		if was.Verdict != is.Verdict {
			r.Changed++
			continue
		}
		reasons[i] = pair{because(was), because(is)}
	}
	for _, c := range g.cubes(verdicts) {
		c.Category = id
		r.Verdicts = append(r.Verdicts, c)
	}
	for _, c := range g.cubes(reasons) {
		c.Category = id
		r.Reasons = append(r.Reasons, c)
	}
}

// judged decides with the answers that a pack knows.
func judged(p *rules.Pack, category string, facts map[string]string, at time.Time) rules.Verdict {
	known := map[string]string{}
	for id, value := range facts {
		if f := p.Fact(id); f != nil && slices.ContainsFunc(f.Values, func(v rules.Value) bool { return v.ID == value }) {
			known[id] = value
		}
	}
	return p.Decide(rules.Judgement{Category: category, Facts: known, At: at, Lang: "en"})
}

// because says in one line what a verdict rests on and brings with it.
func because(v rules.Verdict) string {
	var ids []string
	for _, r := range v.Reasons {
		ids = append(ids, r.Rule)
	}
	out := strings.Join(ids, ", ")
	if v.Commerce != v.Messaging {
		out += "; catalogue and payments: " + string(v.Commerce)
	}
	if v.Verdict == rules.NotEligible && v.ReviewOffered {
		out += "; review offered"
	}
	return out
}

// pair is what one combination had and has.
type pair struct{ old, new string }

// grid numbers every combination of the answers that either pack asks a business for.
type grid struct {
	ids    []string
	values [][]string
	size   int
}

// maxGrid bounds how many combinations of one business are compared; loading bounds each pack, and a merged one could be more.
const maxGrid = 1 << 20

func newGrid(before, after *rules.Pack, category string) *grid {
	g := &grid{size: 1}
	values := map[string][]string{}
	for _, p := range []*rules.Pack{before, after} {
		for _, id := range p.Category(category).Asks {
			if values[id] == nil {
				g.ids = append(g.ids, id)
			}
			for _, v := range p.Fact(id).Values {
				if !slices.Contains(values[id], v.ID) {
					values[id] = append(values[id], v.ID)
				}
			}
		}
	}
	for i, id := range g.ids {
		if g.size*len(values[id]) > maxGrid {
			g.ids = g.ids[:i]
			break
		}
		g.values = append(g.values, values[id])
		g.size *= len(values[id])
	}
	return g
}

func (g *grid) facts(i int) map[string]string {
	out := make(map[string]string, len(g.ids))
	for k, id := range g.ids {
		out[id] = g.values[k][i%len(g.values[k])]
		i /= len(g.values[k])
	}
	return out
}

// cubes gathers the combinations whose two sides differ into few sets with the same answers.
func (g *grid) cubes(results []pair) []Change {
	all := make([]int, g.size)
	for i := range all {
		all[i] = i
	}
	var out []Change
	g.split(results, all, map[string][]string{}, &out)
	return out
}

// split puts a set of combinations down as one change when all agree, and otherwise divides it by the answer that leaves
// the fewest parts in disagreement. Answers that change in the same way stay together.
func (g *grid) split(results []pair, set []int, fixed map[string][]string, out *[]Change) {
	if p, agree := common(results, set); agree {
		if p.old != p.new {
			*out = append(*out, Change{Answers: maps.Clone(fixed), Old: p.old, New: p.new, Combinations: len(set)})
		}
		return
	}
	var best []branch
	bestFact, bestOpen := "", -1
	for k, id := range g.ids {
		if _, done := fixed[id]; done {
			continue
		}
		branches := g.branches(results, set, k)
		open := 0
		for _, b := range branches {
			if _, agree := common(results, b.set); !agree {
				open++
			}
		}
		if len(branches) > 1 && (bestOpen < 0 || open < bestOpen || open == bestOpen && len(branches) < len(best)) {
			best, bestFact, bestOpen = branches, id, open
		}
	}
	for _, b := range best {
		fixed[bestFact] = b.values
		g.split(results, b.set, fixed, out)
	}
	delete(fixed, bestFact)
}

// branch is a part of a set: the combinations with one of some answers to a question.
type branch struct {
	values []string
	set    []int
	looks  string // what it holds, in order
}

// branches divides a set by the answer to the k-th question; answers with the same results go together.
func (g *grid) branches(results []pair, set []int, k int) []branch {
	var out []branch
	for v, part := range g.divide(set, k) {
		if len(part) == 0 {
			continue
		}
		var looks strings.Builder
		for _, i := range part {
			if p := results[i]; p.old != p.new {
				looks.WriteString(p.old + "\x00" + p.new)
			}
			looks.WriteByte('\x01')
		}
		if i := slices.IndexFunc(out, func(b branch) bool { return b.looks == looks.String() }); i >= 0 {
			out[i].values, out[i].set = append(out[i].values, g.values[k][v]), append(out[i].set, part...)
			continue
		}
		out = append(out, branch{[]string{g.values[k][v]}, part, looks.String()})
	}
	return out
}

// divide sorts combinations by the answer to the k-th question.
func (g *grid) divide(set []int, k int) [][]int {
	parts := make([][]int, len(g.values[k]))
	step := 1
	for i := range k {
		step *= len(g.values[i])
	}
	for _, i := range set {
		v := i / step % len(g.values[k])
		parts[v] = append(parts[v], i)
	}
	return parts
}

// common returns the pair that all of a set have, or that they do not agree. Combinations that did not change agree with
// one another, whatever they have.
func common(results []pair, set []int) (pair, bool) {
	var first pair
	for n, i := range set {
		p := results[i]
		if p.old == p.new {
			p = pair{}
		}
		if n == 0 {
			first = p
		} else if p != first {
			return pair{}, false
		}
	}
	return first, true
}
