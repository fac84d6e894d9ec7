package flows

import (
	"context"
	"time"
)

// Resume makes the turn with which the assistant goes on after a person had the chat: it says so, and asks the question
// that stands. It says nothing in a conversation that has not begun or was stopped. It returns a *FlowError like Step.
func (e *Engine) Resume(ctx context.Context, c Conversation, at time.Time) (Turn, error) {
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: Input{At: at}, retention: e.retention}
	if c.Place.State == "" || c.Status == Stopped {
		return Turn{Next: s.c}, nil
	}
	s.say("resume.back", nil)
	if state := e.flow.States[c.Place.State]; state == nil || state.Ask == nil {
		s.say("result.hint", nil)
	}
	if err := s.askAgain(); err != nil {
		return Turn{}, err
	}
	return s.turn(), nil
}
