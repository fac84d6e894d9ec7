package rules

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Turn is a day on which rules begin or end, and what that changes.
type Turn struct {
	On      time.Time
	Begin   []*Rule
	End     []*Rule
	Changes []Shift // in the order of the categories
}

// Shift says that a business gets another verdict.
type Shift struct {
	Category    string
	With        []map[string]string // answers with which it does; one empty map: whatever is answered
	Was, Become Outcome
}

// Upcoming lists the days after at on which rules begin or end, in their order.
func (p *Pack) Upcoming(at time.Time) []Turn {
	var out []Turn
	before := at
	for _, day := range p.Turns(at) {
		t := Turn{On: day, Changes: p.shifts(before, day)}
		for _, r := range p.Rules {
			if r.From.Equal(day) {
				t.Begin = append(t.Begin, r)
			}
			if r.Until.Equal(day) {
				t.End = append(t.End, r)
			}
		}
		out = append(out, t)
		before = day
	}
	return out
}

// shifts compares the verdicts of two days.
func (p *Pack) shifts(before, after time.Time) []Shift {
	type key struct {
		category    string
		was, become Outcome
	}
	old := map[string][]Outcome{}
	p.Each(before, func(category string, _ map[string]string, o Outcome) { old[category] = append(old[category], o) })
	found, total := map[key][]map[string]string{}, map[string][]map[string]string{}
	var order []key
	p.Each(after, func(category string, facts map[string]string, o Outcome) {
		was := old[category][len(total[category])]
		total[category] = append(total[category], maps.Clone(facts))
		if was == o {
			return
		}
		k := key{category, was, o}
		if found[k] == nil {
			order = append(order, k)
		}
		found[k] = append(found[k], maps.Clone(facts))
	})
	var out []Shift
	for _, k := range order {
		out = append(out, Shift{k.category, shortest(found[k], total[k.category]), k.was, k.become})
	}
	return out
}

// shortest says in as few words as it can which of all combinations are meant.
func shortest(some, all []map[string]string) []map[string]string {
	if len(some) == len(all) {
		return []map[string]string{{}}
	}
	for _, fact := range slices.Sorted(maps.Keys(some[0])) {
		value, n := some[0][fact], 0
		for _, facts := range all {
			if facts[fact] == value {
				n++
			}
		}
		if n == len(some) && !slices.ContainsFunc(some, func(m map[string]string) bool { return m[fact] != value }) {
			return []map[string]string{{fact: value}}
		}
	}
	return some
}

// Aged is a source that is due for review, with the rules that rest on it.
type Aged struct {
	Source *Source
	Days   int // its age
	Rules  []*Rule
}

// Aged lists the sources that are older than the pack's review age on that day, oldest first.
func (p *Pack) Aged(at time.Time) []Aged {
	var out []Aged
	for _, s := range p.Sources() {
		date, err := time.Parse(time.DateOnly, s.AsOf)
		if err != nil || at.Sub(date) <= p.ReviewAfter {
			continue
		}
		a := Aged{Source: s, Days: int(at.Sub(date) / (24 * time.Hour))}
		for _, r := range p.Rules {
			over := !r.Until.IsZero() && !r.Until.After(at)
			if !over && (r.Source == s.ID || slices.Contains(r.Also, s.ID)) {
				a.Rules = append(a.Rules, r)
			}
		}
		if len(a.Rules) > 0 {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b Aged) int { return strings.Compare(a.Source.AsOf, b.Source.AsOf) })
	return out
}
