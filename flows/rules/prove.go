package rules

import (
	"maps"
	"time"
)

// Violation is a combination of facts that an invariant forbids.
type Violation struct {
	Invariant *Invariant
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
				out = append(out, Violation{inv, category, maps.Clone(facts), o})
			}
		}
	})
	return out
}

// Uncovered returns the combinations that no rule matches, at most limit of them.
func (p *Pack) Uncovered(at time.Time, limit int) []Violation {
	var out []Violation
	seg := p.at(at)
	p.Each(at, func(category string, facts map[string]string, o Outcome) {
		env := p.envFor(category, facts)
		for _, r := range seg.tables[category].rules {
			if ok, err := run(r.program, env); err == nil && ok {
				return
			}
		}
		if len(out) < limit {
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

// Combinations counts the combinations of categories and answers.
func (p *Pack) Combinations() int {
	n := 0
	p.Each(time.Now(), func(string, map[string]string, Outcome) { n++ })
	return n
}
