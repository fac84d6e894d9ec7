package flowtest

import (
	"fmt"
	"slices"

	"layak/flows"
)

// Coverage is what conversations came by.
type Coverage struct {
	states, edges, rules, categories map[string]bool
}

func (c *Coverage) turn(f *flows.Flow, t flows.Turn) {
	if c.states == nil {
		c.states, c.edges, c.rules, c.categories = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	}
	for _, s := range t.Trace {
		c.states[string(s.State)] = true
		if s.Edge != "" {
			c.edges[s.Edge] = true
		}
		if s.Rule != "" {
			c.rules[s.Rule] = true
		}
	}
	c.states[string(t.Next.Place.State)] = true
	if v := t.Verdict(); v != nil {
		c.categories[v.Category] = true
	}
}

// Kind is the coverage of one kind of thing.
type Kind struct {
	Name    string   `json:"name"` // states, edges, rules or categories
	Covered int      `json:"covered"`
	Of      int      `json:"of"`
	Missing []string `json:"missing"` // what no conversation came by, in the order of the files
}

// Report says what of the flow was come by. A category counts when a verdict was given on it, a rule when it was a reason.
func (c *Coverage) Report(f *flows.Flow) []Kind {
	var states, edges, rules, categories []string
	describe := map[string]string{}
	for _, id := range f.Order {
		states = append(states, string(id))
		for _, e := range f.States[id].Edges {
			edges = append(edges, e.Event)
			describe[e.Event] = fmt.Sprintf("%s (in state %s, on %s, to %s)", e.Event, id, e.On, e.To)
		}
	}
	for _, r := range f.Pack.Rules {
		rules = append(rules, r.ID)
	}
	for _, cat := range f.Pack.Categories {
		categories = append(categories, cat.ID)
	}
	kind := func(name string, all []string, seen map[string]bool) Kind {
		k := Kind{Name: name, Of: len(all), Missing: []string{}}
		for _, id := range all {
			if seen[id] {
				k.Covered++
				continue
			}
			if d := describe[id]; d != "" && name == "edges" {
				id = d
			}
			k.Missing = append(k.Missing, id)
		}
		return k
	}
	return []Kind{kind("states", states, c.states), kind("edges", edges, c.edges), kind("rules", rules, c.rules), kind("categories", categories, c.categories)}
}

// Complete reports whether nothing is missing.
func Complete(kinds []Kind) bool {
	return !slices.ContainsFunc(kinds, func(k Kind) bool { return len(k.Missing) > 0 })
}
