package rules

import (
	"maps"
	"slices"
	"time"
)

// Violation is a combination of facts that shows what is wrong.
type Violation struct {
	Invariant *Invariant // the one that is broken, nil where none is
	Rules     []*Rule    // the rules that are at odds
	Category  string
	Facts     map[string]string
	Verdict   Outcome
}

// Prove walks every combination of categories and answers and returns the first one that each broken invariant forbids.
func (p *Pack) Prove(at time.Time) []Violation {
	broken := map[string]bool{}
	var out []Violation
	p.Each(at, func(category string, facts map[string]string, o Outcome) {
		env := p.envFor(category, facts)
		env["verdict"] = string(o)
		for _, inv := range p.Invariants {
			if broken[inv.ID] {
				continue
			}
			if hit, err := run(inv.program, env); err == nil && hit {
				broken[inv.ID] = true
				out = append(out, Violation{Invariant: inv, Category: category, Facts: maps.Clone(facts), Verdict: o})
			}
		}
	})
	return out
}

// Idle returns the invariants that no combination could ever break, whatever its verdict: they forbid nothing.
func (p *Pack) Idle(at time.Time) []*Invariant {
	left := slices.Clone(p.Invariants)
	p.Each(at, func(category string, facts map[string]string, _ Outcome) {
		if len(left) == 0 {
			return
		}
		env := p.envFor(category, facts)
		left = slices.DeleteFunc(left, func(inv *Invariant) bool {
			return slices.ContainsFunc(Outcomes, func(o Outcome) bool {
				env["verdict"] = string(o)
				hit, err := run(inv.program, env)
				return err != nil || hit
			})
		})
	})
	return left
}

// Uncovered returns the combinations that no rule matches, at most limit of them.
func (p *Pack) Uncovered(at time.Time, limit int) []Violation {
	var out []Violation
	p.EachMatch(at, func(category string, facts map[string]string, o Outcome, matching []*Rule) {
		if len(matching) == 0 && len(out) < limit {
			out = append(out, Violation{Category: category, Facts: maps.Clone(facts), Verdict: o})
		}
	})
	return out
}

// Unused returns the rules in force that match no combination.
func (p *Pack) Unused(at time.Time) []*Rule {
	seg := p.at(at)
	used := map[*Rule]bool{}
	for _, t := range seg.tables {
		for _, r := range t.rules {
			used[r] = true
		}
	}
	var out []*Rule
	for _, r := range seg.rules {
		if !used[r] {
			out = append(out, r)
		}
	}
	return out
}

// AtOdds returns pairs of rules that read the same answers, match the same combination and give different verdicts, with
// the first combination that shows it, and pairs that give the same verdict wherever one of them matches.
func (p *Pack) AtOdds(at time.Time) (contradicting, overlapping []Violation) {
	type pair struct{ a, b *Rule }
	together, matches := map[pair]int{}, map[*Rule]int{}
	first := map[pair]Violation{}
	var order []pair
	p.EachMatch(at, func(category string, facts map[string]string, o Outcome, matching []*Rule) {
		for i, a := range matching {
			matches[a]++
			for _, b := range matching[i+1:] {
				k := pair{a, b}
				if together[k]++; together[k] == 1 && sameReads(a, b) {
					first[k] = Violation{Rules: []*Rule{a, b}, Category: category, Facts: maps.Clone(facts), Verdict: o}
					order = append(order, k)
				}
			}
		}
	})
	for _, k := range order {
		switch {
		case k.a.Outcome != k.b.Outcome:
			contradicting = append(contradicting, first[k])
		case together[k] == matches[k.a] && together[k] == matches[k.b]:
			overlapping = append(overlapping, first[k])
		}
	}
	return contradicting, overlapping
}

// sameReads reports whether two rules look at the same answers.
func sameReads(a, b *Rule) bool {
	return len(a.reads) == len(b.reads) && !slices.ContainsFunc(a.reads, func(f string) bool { return !slices.Contains(b.reads, f) })
}

// Each calls f with every combination of a category and the answers it asks for, and its outcome. The map is reused.
func (p *Pack) Each(at time.Time, f func(category string, facts map[string]string, o Outcome)) {
	seg := p.at(at)
	for _, c := range p.Categories {
		t := seg.tables[c.ID]
		facts := map[string]string{}
		for i, o := range t.outcomes {
			rest := i
			for _, fact := range t.facts {
				facts[fact.ID] = fact.Values[rest%len(fact.Values)].ID
				rest /= len(fact.Values)
			}
			f(c.ID, facts, o)
		}
	}
}

// maxWork bounds what Some does for one business: looking at one combination takes as long as there are combinations.
const maxWork = 250_000

// every says that each so many-th combination of so many is taken.
func every(size int) int { return max(1, size*size/maxWork) }

// Sampled counts the businesses of which Some takes a sample.
func (p *Pack) Sampled(at time.Time) (n int) {
	for _, t := range p.at(at).tables {
		if every(len(t.outcomes)) > 1 {
			n++
		}
	}
	return n
}

// Some is Each for what takes long: of a business with more than some 700 combinations it takes a sample, evenly spread.
func (p *Pack) Some(at time.Time, f func(category string, facts map[string]string, o Outcome)) {
	seg, n := p.at(at), map[string]int{}
	p.Each(at, func(category string, facts map[string]string, o Outcome) {
		if n[category]%every(len(seg.tables[category].outcomes)) == 0 {
			f(category, facts, o)
		}
		n[category]++
	})
}

// EachMatch is Each with the rules that match.
func (p *Pack) EachMatch(at time.Time, f func(category string, facts map[string]string, o Outcome, matching []*Rule)) {
	seg := p.at(at)
	p.Each(at, func(category string, facts map[string]string, o Outcome) {
		env := p.envFor(category, facts)
		var matching []*Rule
		for _, r := range seg.tables[category].rules {
			if ok, err := run(r.program, env); err == nil && ok {
				matching = append(matching, r)
			}
		}
		f(category, facts, o, matching)
	})
}

// Turns returns the days after at on which the rules in force change, ascending.
func (p *Pack) Turns(at time.Time) []time.Time {
	var out []time.Time
	for _, t := range p.turns {
		if t.After(at) {
			out = append(out, t)
		}
	}
	return out
}

// Combinations counts the combinations of categories and answers.
func (p *Pack) Combinations() int {
	n := 0
	p.Each(time.Now(), func(string, map[string]string, Outcome) { n++ })
	return n
}
