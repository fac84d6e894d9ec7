package flows

import (
	"maps"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"layak/flows/rules"
)

// Fault is something that can go wrong in a conversation, whatever the person writes.
type Fault struct {
	State    StateID
	Edge     string // the event of the edge at fault, "" where it is the state
	What     FaultKind
	Category string            // answers that show it
	Facts    map[string]string // by fact id
}

// FaultKind says what goes wrong.
type FaultKind int

// The kinds of fault.
const (
	Loops      FaultKind = iota // states lead round without waiting for an answer
	Stuck                       // the state asks for a licence when none is left, and no edge leads on
	NeverHolds                  // the condition of the edge holds for no answers at all
)

// Faults tries every state with every combination of answers under the rules in force at that time.
func (f *Flow) Faults(at time.Time) []Fault {
	p := prover{f: f, held: map[string]bool{}, seen: map[StateID]bool{}, tried: map[string]bool{}}
	for _, id := range f.Order {
		for _, e := range f.States[id].Edges {
			for _, fact := range f.Pack.Facts {
				if strings.Contains(e.If, fact.ID) {
					p.reads = append(p.reads, fact.ID)
				}
			}
		}
	}
	p.try("", map[string]string{})
	for _, c := range f.Pack.Categories {
		p.try(c.ID, map[string]string{})
	}
	f.Pack.Each(at, func(category string, facts map[string]string, _ rules.Outcome) { p.try(category, facts) })
	for _, id := range f.Order {
		for _, e := range f.States[id].Edges {
			if e.guard != nil && !p.held[e.Event] {
				p.out = append(p.out, Fault{State: id, Edge: e.Event, What: NeverHolds})
			}
		}
	}
	return p.out
}

// prover collects faults.
type prover struct {
	f    *Flow
	held map[string]bool  // by event: the condition held at least once
	seen map[StateID]bool // states reported already
	out  []Fault

	reads []string        // facts that conditions read
	tried map[string]bool // what they read, tried already
}

// try follows the edges that wait for nothing from every state. Answers that no condition reads make no difference.
func (p *prover) try(category string, facts map[string]string) {
	key := category
	for _, fact := range p.reads {
		key += " " + fact + "=" + facts[fact]
	}
	if p.tried[key] {
		return
	}
	p.tried[key] = true
	for asked := range p.f.most + 3 { // the recap and a question of the flow's own count too
		for _, pending := range []bool{false, true} {
			env := guardEnv{Pending: pending, Asked: asked, Category: category, Answers: facts}
			for _, id := range p.f.Order {
				for i := range p.f.States[id].Edges {
					if e := &p.f.States[id].Edges[i]; e.guard != nil && !p.held[e.Event] && holdsIn(e, env) {
						p.held[e.Event] = true
					}
				}
				if !p.seen[id] {
					p.follow(id, env)
				}
			}
		}
	}
}

// follow notes what goes wrong on entering a state.
func (p *prover) follow(id StateID, env guardEnv) {
	note := func(what FaultKind, at StateID) {
		p.seen[id] = true
		p.out = append(p.out, Fault{State: at, What: what, Category: env.Category, Facts: maps.Clone(env.Answers)})
	}
	at := id
	for range maxHops + 1 {
		s := p.f.States[at]
		var next *Edge
		for i := range s.Edges {
			if e := &s.Edges[i]; e.On == OnEnter && holdsIn(e, env) {
				next = e
				break
			}
		}
		if next == nil {
			if at == id && s.Ask != nil && s.Ask.Facts && !env.Pending && env.Category != "" {
				note(Stuck, at)
			}
			return
		}
		at = next.To
	}
	note(Loops, id)
}

// holdsIn reports whether the condition of an edge holds.
func holdsIn(e *Edge, env guardEnv) bool {
	if e.guard == nil {
		return true
	}
	out, err := expr.Run(e.guard, env)
	ok, _ := out.(bool)
	return err == nil && ok
}
