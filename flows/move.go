package flows

import (
	"context"
	"fmt"
	"slices"
	"time"

	"layak/flows/rules"
)

// What a conversation that was moved to another version of the flow still owes the person.
const (
	movedQuestion = "question" // the question that stands has other options now and has to be put again
	movedPlace    = "place"    // its question is gone: the state it is in now has to be entered
)

// Adopt moves a conversation to this engine's flow. From is the flow it comes from; nil where that is not known any more.
//
// Answers stay where this flow knows their values and, as after *change*, the business still asks for them. The question
// that stands stays, too, if it still exists; else the conversation goes to the one that would be asked next. Nothing is
// said now: where the person has not seen the question as it is now, their next message brings it, and is not taken for
// an answer to it. So it is with a verdict that this flow would not give any more: it comes anew, before anybody is told
// what to prepare. A conversation that has not begun is returned as it is.
func (e *Engine) Adopt(ctx context.Context, c Conversation, from *Flow) (Conversation, error) {
	if c.Place.State == "" {
		return c, nil
	}
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: Input{At: c.UpdatedAt}, retention: e.retention, hours: e.hours}
	s.c.FlowID, s.c.FlowDigest = e.flow.ID, e.flow.Digest
	if !e.flow.Speaks(s.c.Lang) {
		s.c.Lang, s.c.LangChosen = e.flow.Langs[0], false
	}
	lost := false // an answer that was asked for is gone
	for fact, v := range c.Answers {
		if !s.knows(fact, v) {
			delete(s.c.Answers, fact)
			lost = lost || !v.Stated
		}
	}
	s.c.Trail = slices.DeleteFunc(s.c.Trail, func(p Place) bool { return !s.asksAt(p) })
	if _, ok := s.c.Answers[s.c.Editing]; !ok && s.c.Editing != FactCategory {
		s.c.Editing = ""
	}
	aside := systemState(s.c.Place.State) // a question about the conversation itself stands, and stays
	place := s.c.Place
	if aside {
		if c.Return == nil {
			return s.c, nil
		}
		place = *c.Return
	} else if s.c.Return != nil && !s.stands(*s.c.Return) {
		s.c.Return = nil
	}
	s.c.Place = place
	if !lost && s.stands(place) && !s.asksMore(c, from) && !s.turned(c, from) {
		if s.c.Moved == "" && !aside && s.differs(c, from) {
			s.c.Moved = movedQuestion
		}
		s.c.Place = c.Place
		return s.c, nil
	}
	s.c.Misses, s.c.Judged, s.c.Editing = 0, false, ""
	to, err := s.walk()
	if err != nil {
		return c, err
	}
	s.c.Place, s.c.Moved = Place{State: to}, movedPlace
	if aside {
		s.c.Place, s.c.Return = c.Place, &Place{State: to}
	}
	return s.c, nil
}

// knows reports whether an answer of another version means something in this one.
func (s *step) knows(fact string, v Value) bool {
	category := s.f.Pack.Category(s.c.Category())
	if fact == FactCategory {
		return category != nil
	}
	if category == nil && !s.f.AsksItself(fact) || category != nil && !s.f.AsksItself(fact) && !slices.Contains(category.Asks, fact) {
		return false
	}
	f := s.f.Pack.Fact(fact)
	if f == nil {
		return false
	}
	for _, have := range f.Values {
		if have.ID == v.Value {
			return true
		}
	}
	return false
}

// stands reports whether the flow has what a place speaks of.
func (s *step) stands(p Place) bool {
	state := s.f.States[p.State]
	if state == nil {
		return false
	}
	for _, id := range p.Offer {
		if s.f.Pack.Category(id) == nil {
			return false
		}
	}
	q := state.Ask
	switch {
	case q == nil:
		return s.c.Judged && s.c.Category() != ""
	case q.Facts:
		category := s.f.Pack.Category(s.c.Category())
		return category != nil && slices.Contains(category.Asks, p.Fact)
	case q.Fact == FactCategory && q.Kind != AskText:
		return len(p.Offer) > 0
	}
	return true
}

// asksAt reports whether *back* can return to a place.
func (s *step) asksAt(p Place) bool {
	return s.stands(p) && s.f.States[p.State] != nil && s.f.States[p.State].Ask != nil
}

// asksMore reports whether the pack has a question left at a point where, in the flow the conversation comes from, all were
// answered, as at a recap.
func (s *step) asksMore(c Conversation, from *Flow) bool {
	state := s.f.States[s.c.Place.State]
	if s.c.Judged || state.Ask == nil || state.Ask.Fact != "" || state.Ask.Facts {
		return false
	}
	if from != nil {
		old := &step{f: from, c: c.Clone(), in: s.in}
		if _, pending, _ := old.path(); pending != "" {
			return false
		}
	}
	_, pending, _ := s.path()
	return pending != ""
}

// turned reports whether the person was given a verdict that is another one in this flow: where the flow it was given in is
// not known any more, whether it is a no.
func (s *step) turned(c Conversation, from *Flow) bool {
	if !c.Judged || s.f.Pack.Category(s.c.Category()) == nil {
		return false
	}
	now := s.decide().Verdict
	if from == nil {
		return now == rules.NotEligible
	}
	then, ok := (&Engine{flow: from}).Verdict(c)
	return ok && then.Verdict != now
}

// differs reports whether the question that stands takes other answers than it did in the flow the conversation comes from.
func (s *step) differs(c Conversation, from *Flow) bool {
	now := s.f.States[s.c.Place.State]
	if now.Ask == nil {
		return false
	}
	if from == nil || from.States[c.Place.State] == nil || from.States[c.Place.State].Ask == nil {
		return now.Ask.Kind != AskText
	}
	old := &step{f: from, c: c.Clone(), in: s.in}
	return now.Ask.Kind != from.States[c.Place.State].Ask.Kind ||
		!slices.Equal(s.options(now.Ask), old.options(from.States[c.Place.State].Ask))
}

// walk follows the answers from the start to the first state that has something to ask or to judge.
func (s *step) walk() (StateID, error) {
	at := s.f.Start
	seen := map[StateID]bool{}
	for !seen[at] {
		seen[at] = true
		state := s.f.States[at]
		s.c.Place = Place{State: at}
		if state.Judge || state.Ask != nil && (state.Ask.Facts || state.Ask.Fact == "") {
			return at, nil
		}
		_, pending, _ := s.path()
		edge, err := s.silent(state, pending != "")
		if err != nil {
			return "", err
		}
		if edge == nil && state.Ask != nil {
			v, answered := s.c.Answers[state.Ask.Fact]
			switch {
			case !answered:
				return at, nil
			case state.Ask.Fact == FactCategory:
				edge = s.edge(state, OnCategory, "")
			default:
				if edge = s.edge(state, OnOption, v.Value); edge == nil {
					edge = s.edge(state, OnAnswer, "")
				}
			}
		}
		if edge == nil || s.f.States[edge.To] == nil || systemState(edge.To) {
			return at, nil
		}
		at = edge.To
	}
	return at, nil
}

// arrive does what a move left to be done before the question that stands can be put. It reports false when that is nothing.
func (s *step) arrive() (bool, error) {
	moved := s.c.Moved
	if moved == "" || systemState(s.c.Place.State) {
		return false, nil
	}
	s.c.Moved = ""
	s.note("moved from another version: the %s is new", moved)
	if moved == movedPlace {
		return true, s.enter(s.c.Place.State)
	}
	s.putQuestion()
	return true, nil
}

// Ask makes the turn that puts the question that stands, and says nothing else. There is none in a conversation that has
// not begun or was stopped, and after a result. It returns a *FlowError like Step.
func (e *Engine) Ask(ctx context.Context, c Conversation, at time.Time) (Turn, error) {
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: Input{At: at}, retention: e.retention, hours: e.hours}
	if c.Place.State == "" || c.Status == Stopped {
		return Turn{Next: s.c}, nil
	}
	if s.f.States[c.Place.State] == nil {
		return Turn{}, &FlowError{State: c.Place.State, Err: fmt.Errorf("%w; the conversation has to be moved", errNoState)}
	}
	if err := s.askAgain(); err != nil {
		return Turn{}, err
	}
	return s.turn(), nil
}
