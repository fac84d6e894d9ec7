package check

import (
	"fmt"
	"slices"

	"layak/flows"
	"layak/flows/problem"
	"layak/flows/rules"
)

// guesses reports edges that set a kind of business in place of what the person said. No other proof sees them: the
// conversations that are held name each business plainly.
func guesses(f *flows.Flow) problem.List {
	var out problem.List
	for _, id := range f.Order {
		state := f.States[id]
		asksBusiness := state.Ask != nil && state.Ask.Fact == flows.FactCategory
		for _, e := range state.Edges {
			c := f.Pack.Category(e.Set[flows.FactCategory])
			if c == nil {
				continue
			}
			p := problem.Problem{File: flows.FlowFile, Line: e.Place.Line, Column: e.Place.Column}
			switch {
			case e.On == flows.OnCategory, e.On == flows.OnCandidate, e.On == flows.OnWords && !asksBusiness:
				p.Kind, p.Message = problem.OverwrittenAnswer, fmt.Sprintf("edge %s of state %q makes %s of whatever business was named", e.Event, id, c.ID)
				p.Suggestion = "take category out of its set"
			case slices.Contains([]flows.Trigger{flows.OnCandidates, flows.OnGroup, flows.OnOther, flows.OnExhausted}, e.On) && mayBeTold(c.BaseOutcome):
				p.Kind, p.Message = problem.GuessedYes, fmt.Sprintf("edge %s of state %q takes a business that is not known for %s, which can be told %s", e.Event, id, c.ID, c.BaseOutcome)
				p.Suggestion = "set a category that a person looks at (needs_review)"
			default:
				continue
			}
			out = append(out, p)
		}
	}
	return out
}

// mayBeTold reports whether an outcome is a yes.
func mayBeTold(o rules.Outcome) bool { return o == rules.Eligible || o == rules.EligibleWithConditions }
