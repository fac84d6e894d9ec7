package flows

import "context"

// Alone reports whether an input is a command: it is never read together with other messages, and never too old.
func (e *Engine) Alone(c Conversation, in Input) bool {
	s := &step{f: e.flow, c: c.Clone(), in: in, text: cleanText(in.Text, e.flow.Limits.InputRunes)}
	cmd, _ := s.command()
	return cmd != ""
}

// Stale makes the turn for messages that waited so long that they are no answers any more: one apology, and the question
// that stands. More old messages right after that one, which come one by one, add nothing. Old is not empty. It returns a *FlowError like Step.
func (e *Engine) Stale(ctx context.Context, c Conversation, old []Input) (Turn, error) {
	last := old[len(old)-1]
	if c.Place.State == "" || c.Status == Stopped {
		return e.Step(ctx, c, last) // there is no question yet to repeat
	}
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: last, retention: e.retention}
	if s.c.Late {
		return s.turn(), nil
	}
	s.c.Late = true
	s.say("stale", nil)
	if state := e.flow.States[c.Place.State]; state == nil || state.Ask == nil {
		s.say("result.hint", nil)
	}
	if err := s.askAgain(); err != nil {
		return Turn{}, err
	}
	return s.turn(), nil
}
