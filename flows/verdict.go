package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"layak/flows/rules"
)

// judge gives the verdict on the answers that were asked for, and says it.
func (s *step) judge() {
	v := s.decide()
	for _, r := range v.Reasons {
		s.trace = append(s.trace, TraceStep{State: s.c.Place.State, What: fmt.Sprintf("rule %s: %s", r.Rule, r.Outcome), Rule: r.Rule})
	}
	s.effects = append(s.effects, Decided{v})
	if v.Verdict == rules.NeedsReview {
		reason := HandOffNeedsReview
		if v.Reasons[0].Rule == rules.NotCovered {
			reason = HandOffNotCovered
		}
		s.handOff(reason)
	}
	s.c.Judged = true
	s.sayVerdict(v)
	if v.Verdict == rules.NeedsReview {
		s.promise()
	}
	s.remember(v)
}

// sayVerdict says the verdict with its reasons: when it is given, and again to somebody who asks why.
func (s *step) sayVerdict(v rules.Verdict) {
	w := s.words()
	w.Lines = s.recapLines()
	w.Verdict = s.verdictWords(v)
	s.say("verdict", w)
}

// decide judges the answers that were asked for.
func (s *step) decide() rules.Verdict {
	known := s.known()
	asked, _, _ := s.path()
	given := make(map[string]string, len(asked))
	for _, f := range asked {
		given[f] = known[f]
	}
	for fact, value := range known {
		if s.f.AsksItself(fact) {
			given[fact] = value
		}
	}
	return s.f.Pack.Decide(rules.Judgement{Category: s.c.Category(), Facts: given, At: s.in.At, Lang: s.c.Lang, OnlyGiven: true})
}

// Verdict returns the verdict that a conversation was given, with its reasons in the conversation's language, and false
// where none was given for the answers as they are.
func (e *Engine) Verdict(c Conversation) (rules.Verdict, bool) {
	if !c.Judged || c.Category() == "" || e.flow.Pack.Category(c.Category()) == nil {
		return rules.Verdict{}, false
	}
	s := &step{f: e.flow, c: c.Clone(), in: Input{At: c.UpdatedAt}}
	return s.decide(), true
}

// remember keeps businesses that were refused for good: a yes to another one in the same chat says that their no stands.
func (s *step) remember(v rules.Verdict) {
	if v.Verdict == rules.NotEligible && len(v.WouldChange) == 0 && !contains(s.c.Refused, v.Category) {
		s.c.Refused = append(s.c.Refused, v.Category)
		return
	}
	var names []string
	for _, id := range s.c.Refused {
		if c := s.f.Pack.Category(id); c != nil && id != v.Category {
			names = append(names, c.Short.In(s.c.Lang))
		}
	}
	if len(names) > 0 && v.Verdict != rules.NotEligible {
		w := s.words()
		w.Names = strings.Join(names, ", ")
		s.say("verdict.earlier", w)
	}
}

// maxSteps is how many next steps a message shows; more would not be read on a phone. The deciding rules' come first.
const maxSteps = 3

// maxChanges is how many changes that would give a better verdict a message shows, those with the fewest answers first: a
// question with many answers makes dozens, which nobody reads and no message holds.
const maxChanges = 5

// verdictWords prepares what the text of a verdict can speak of.
func (s *step) verdictWords(v rules.Verdict) *verdictWords {
	c := s.catalog()
	out := &verdictWords{
		Verdict:   v,
		Messaging: s.render("access."+string(v.Messaging), nil), Commerce: s.render("access."+string(v.Commerce), nil),
		Steps:     v.NextSteps[:min(len(v.NextSteps), maxSteps)],
		Checklist: v.Verdict != rules.NotEligible,
	}
	for _, r := range v.Reasons {
		if v.Verdict == rules.NotEligible && r.Outcome == rules.Eligible {
			continue // that the goods as such are fine does not explain a no
		}
		out.Why = append(out.Why, whyWords{r.Text, sourceText(c, r.Source)})
	}
	for _, change := range v.WouldChange[:min(len(v.WouldChange), maxChanges)] {
		var facts []string
		for _, id := range slices.Sorted(maps.Keys(change.Facts)) {
			f, value := s.f.Pack.Fact(id), change.Facts[id]
			w := s.words()
			w.Label = f.Label.In(s.c.Lang)
			key := "verdict.change." + value
			if !f.YesNo() {
				key = "verdict.change.value"
				w.Names = s.valueText(f, Value{Value: value})
			}
			facts = append(facts, s.render(key, w))
		}
		out.Changes = append(out.Changes, changeWords{strings.Join(facts, ", "), s.render("outcome."+string(change.Verdict), nil)})
	}
	w := s.words()
	w.Verdict = out
	out.Headline = s.render("verdict."+string(v.Verdict), w)
	return out
}

// sourceText names a source with its date.
func sourceText(c *catalog, src rules.SourceRef) string {
	if src.AsOf == "" || strings.Contains(src.Title, src.AsOf[:4]) {
		return src.Title // the title itself carries the date
	}
	return src.Title + ", " + c.date(src.AsOf)
}
