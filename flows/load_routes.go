package flows

import (
	"fmt"
	"slices"

	"layak/flows/match"
	"layak/flows/problem"
)

// structure checks that every state is reached and can be left, and that no chain of silent states goes round.
func (l *loader) structure() {
	f := l.flow
	at := map[StateID]string{}
	for i, s := range l.yaml.States {
		at[StateID(s.ID)] = fmt.Sprintf("states[%d]", i)
	}
	reached, unknown := map[StateID]bool{}, false // unknown: an edge leads to a state that is not there, perhaps misspelt
	var visit func(StateID)
	visit = func(id StateID) {
		if s := f.States[id]; s != nil && !reached[id] {
			reached[id] = true
			for _, e := range s.Edges {
				unknown = unknown || e.To != StateChange && f.States[e.To] == nil
				visit(e.To)
			}
		}
	}
	visit(f.Start)
	judges := false
	for _, id := range f.Order {
		s := f.States[id]
		judges = judges || s.Judge
		if !reached[id] && !unknown && f.States[f.Start] != nil {
			l.file.Add(problem.Unreachable, at[id]+".id", "state %q can never be reached from %q", id, f.Start).Try("let an edge lead to it (to: %s), or remove it", id)
		}
		if len(s.Edges) == 0 && !s.Judge {
			l.file.Add(problem.DeadEnd, at[id]+".id", "state %q is a dead end: it has no edges and gives no verdict", id).Try("add edges, or judge: true")
		}
		l.leaves(at[id], s)
	}
	if !judges {
		l.file.Add(problem.NoVerdict, "states", "no state judges").Try("add judge: true to the state that gives the verdict")
	}
	for _, id := range f.Order {
		if l.silentLoop(id, id, map[StateID]bool{}) {
			l.file.Add(problem.EndlessLoop, at[id]+".id", "state %q leads back to itself through edges that wait for nothing", id).Try("let one of them wait for an answer, or give it a condition (if)")
		}
	}
}

// leaves checks that the answers a question takes have somewhere to go.
func (l *loader) leaves(at string, s *State) {
	q := s.Ask
	if q == nil {
		return
	}
	maybe := false // an edge takes it, on a condition
	takes := func(wanted func(Edge) bool) bool {
		maybe = slices.ContainsFunc(s.Edges, wanted)
		return slices.ContainsFunc(s.Edges, func(e Edge) bool { return wanted(e) && e.If == "" })
	}
	has := func(t Trigger) bool { return takes(func(e Edge) bool { return e.On == t }) }
	want := func(ok bool, what string) {
		switch {
		case ok:
		case maybe:
			l.file.Add(problem.MissingRoute, at+".edges", "state %q asks %s, but every edge that takes that answer has a condition", s.ID, what).
				Try("add a last one without if")
		default:
			l.file.Add(problem.MissingRoute, at+".edges", "state %q asks %s, but no edge takes that answer", s.ID, what).Try("add one, with to: and the next state")
		}
	}
	switch {
	case q.Fact == FactCategory && q.Kind == AskText:
		want(has(OnCategory), "for the business (on: category)")
		want(has(OnCandidates), "for the business (on: candidates)")
		want(has(OnCandidate), "for the business (on: candidate)")
		want(has(OnGroup), "for the business (on: group)")
		want(has(OnOther), "for the business (on: other)")
	case q.Fact == FactCategory:
		want(has(OnCategory), "which business it is (on: category)")
		want(has(OnOther), "which business it is (on: other)")
	case has(OnAnswer):
	default:
		for _, id := range l.options(s) {
			want(takes(func(e Edge) bool { return e.On == OnOption && e.Option == id }), fmt.Sprintf("something with the option %q", id))
		}
		if len(l.options(s)) == 0 {
			want(has(OnAnswer), "something (on: answer)")
		}
	}
}

// silentLoop reports whether edges without any condition lead from one state back to it.
func (l *loader) silentLoop(from, to StateID, seen map[StateID]bool) bool {
	s := l.flow.States[from]
	if s == nil || seen[from] {
		return false
	}
	seen[from] = true
	for _, e := range s.Edges {
		if e.On == OnEnter && e.If == "" && (e.To == to || l.silentLoop(e.To, to, seen)) {
			return true
		}
	}
	return false
}

// routes checks what only shows along the ways through the flow: edges that are never taken, verdicts that are never
// reached, and verdicts that come before the business is known.
func (l *loader) routes() {
	f := l.flow
	for i, sy := range l.yaml.States {
		if s := f.States[StateID(sy.ID)]; s != nil && len(s.Edges) == len(sy.Edges) {
			l.shadowed(fmt.Sprintf("states[%d]", i), s)
		}
	}
	if f.States[f.Start] == nil || !slices.ContainsFunc(f.Order, func(id StateID) bool { return f.States[id].Judge }) {
		return // reported already
	}
	l.undecided()
	l.tooEarly()
}

// shadowed reports edges that come after one that always takes what they wait for.
func (l *loader) shadowed(at string, s *State) {
	for j := range s.Edges {
		for i := range j {
			if first, e := &s.Edges[i], &s.Edges[j]; l.shadows(first, e) {
				l.file.Add(problem.ShadowedEdge, fmt.Sprintf("%s.edges[%d].event", at, j), "edge %s of state %s is never taken: %s before it always is", e.Event, s.ID, first.Event).
					Try("put the one with the narrower condition first, or remove one")
				break
			}
		}
	}
}

// shadows reports whether first always takes what e, which comes after it, waits for.
func (l *loader) shadows(first, e *Edge) bool {
	switch {
	case first.On == OnEnter && first.If == "":
		return true // the state is left before anything else can happen
	case first.On != e.On || first.Option != e.Option:
		return false
	case e.On == OnWords:
		return len(e.Words) > 0 && covers(first, e, l.flow.Langs)
	}
	return first.If == "" || first.If == e.If
}

// covers reports whether every word of e also picks first.
func covers(first, e *Edge, langs []string) bool {
	for _, lang := range langs {
		for _, w := range e.Words[lang] {
			if !match.NewWhole(w).In(first.words) {
				return false
			}
		}
	}
	return true
}

// undecided reports states from which no way leads to a verdict. Where an edge leads to a state that is not there, that is
// the one problem: what lies behind it is not known.
func (l *loader) undecided() {
	f := l.flow
	decided := map[StateID]bool{StateChange: true} // which answer to change: it comes back
	for changed := true; changed; {
		changed = false
		for _, id := range f.Order {
			s := f.States[id]
			if !decided[id] && (s.Judge || slices.ContainsFunc(s.Edges, func(e Edge) bool { return decided[e.To] || f.States[e.To] == nil })) {
				decided[id], changed = true, true
			}
		}
	}
	for _, id := range f.Order {
		if s := f.States[id]; !decided[id] && len(s.Edges) > 0 {
			p := l.file.Add(problem.NeverDecided, "states", "from state %q no way leads to a verdict", id)
			p.Line, p.Column = s.Place.Line, s.Place.Column
			p.Try("let an edge lead on towards the state with judge: true")
		}
	}
}

// tooEarly reports edges that lead to a verdict or to the licences on a way that never asked for the business.
func (l *loader) tooEarly() {
	f := l.flow
	type at struct {
		id    StateID
		known bool // the kind of business
	}
	seen := map[at]bool{}
	var visit func(at)
	visit = func(a at) {
		s := f.States[a.id]
		if s == nil || seen[a] {
			return
		}
		seen[a] = true
		if !a.known && (s.Judge || s.Ask != nil && s.Ask.Facts) {
			p := l.file.Add(problem.VerdictTooEarly, "states", "state %q is reached on a way that never asked for the kind of business", a.id)
			p.Line, p.Column = s.Place.Line, s.Place.Column
			p.Try("ask for it first (fact: category), or set it on the way (set: {category: …})")
			return
		}
		for _, e := range s.Edges {
			visit(at{e.To, a.known || e.On == OnCategory || e.Set[FactCategory] != ""})
		}
	}
	visit(at{f.Start, false})
}
