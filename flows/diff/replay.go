package diff

import (
	"maps"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// Replay is what stored conversations would get from two flows.
type Replay struct {
	Finished   int     `json:"finished"`   // with answers to all that the old flow asks
	Unfinished int     `json:"unfinished"` // without: they are left out
	Same       int     `json:"same"`       // would get the same verdict
	Other      []Group `json:"other"`      // would get another verdict, most frequent first
	Asked      []Group `json:"asked"`      // would be asked something more before their verdict
	Gone       []Group `json:"gone"`       // their kind of business is gone
	before     Side    // the old flow
	after      Side    // the new flow
	at         time.Time
}

// Group is a number of stored conversations with the same change.
type Group struct {
	Old      string   `json:"old"`
	New      string   `json:"new"` // the verdict, or ids of the questions that are asked
	N        int      `json:"n"`
	Examples []string `json:"examples"` // kinds of business with answers; nothing that tells who it was
}

// maxExamples is how many examples a group shows: enough to see what it is about.
const maxExamples = 3

// NewReplay begins a comparison of stored conversations, by the rules in force at a time.
func NewReplay(before, after Side, at time.Time) *Replay {
	return &Replay{before: before, after: after, at: at, Other: []Group{}, Asked: []Group{}, Gone: []Group{}}
}

// Add takes one stored conversation: its answers are the facts.
func (r *Replay) Add(c flows.Conversation) {
	was, open, known := r.decide(r.before, c)
	if !known || len(open) > 0 {
		r.Unfinished++
		return
	}
	r.Finished++
	is, open, known := r.decide(r.after, c)
	switch {
	case !known:
		note(&r.Gone, string(was), "", c)
	case len(open) > 0:
		note(&r.Asked, string(was), strings.Join(open, ", "), c)
	case was != is:
		note(&r.Other, string(was), string(is), c)
	default:
		r.Same++
	}
}

// decide gives the verdict a flow would give on the answers of a conversation, as it does in a chat, or the questions that
// are still open. It is not known when the flow does not have the kind of business.
func (r *Replay) decide(s Side, c flows.Conversation) (verdict rules.Outcome, open []string, known bool) {
	p := s.Flow.Pack
	if p.Category(c.Category()) == nil {
		return "", nil, false
	}
	answers := map[string]string{}
	for id, v := range c.Answers {
		if f := p.Fact(id); f != nil && slices.ContainsFunc(f.Values, func(have rules.Value) bool { return have.ID == v.Value }) {
			answers[id] = v.Value
		}
	}
	asked, next, _ := p.Path(c.Category(), answers, r.at)
	if next != "" {
		return "", []string{next}, true
	}
	given := map[string]string{}
	for _, id := range asked {
		given[id] = answers[id]
	}
	for id, value := range answers {
		if s.Flow.AsksItself(id) {
			given[id] = value
		}
	}
	return p.Decide(rules.Judgement{Category: c.Category(), Facts: given, At: r.at, Lang: s.Flow.Langs[0], OnlyGiven: true}).Verdict, nil, true
}

// Changes reports whether any stored conversation would end otherwise.
func (r *Replay) Changes() int {
	n := 0
	for _, g := range slices.Concat(r.Other, r.Gone) {
		n += g.N
	}
	return n
}

// note counts a conversation in the group of its change.
func note(groups *[]Group, was, is string, c flows.Conversation) {
	i := slices.IndexFunc(*groups, func(g Group) bool { return g.Old == was && g.New == is })
	if i < 0 {
		i = len(*groups)
		*groups = append(*groups, Group{Old: was, New: is, Examples: []string{}})
	}
	g := &(*groups)[i]
	g.N++
	if e := example(c); len(g.Examples) < maxExamples && !slices.Contains(g.Examples, e) {
		g.Examples = append(g.Examples, e)
	}
	slices.SortStableFunc(*groups, func(a, b Group) int { return b.N - a.N })
}

// example describes a conversation by its answers alone.
func example(c flows.Conversation) string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(c.Answers)) {
		if id != flows.FactCategory {
			parts = append(parts, id+" "+c.Answers[id].Value)
		}
	}
	if len(parts) == 0 {
		return c.Category()
	}
	return c.Category() + " with " + strings.Join(parts, ", ")
}
