package flows

import (
	"context"
	"errors"
	"fmt"

	"github.com/looplab/fsm"
)

// move is one transition that could be made from the current state.
type move struct {
	event string
	to    StateID
}

// fire makes one transition with a state machine of its own, built from the moves that leave the current state. A
// machine for each turn shares nothing, and cannot be left in a bad state by a cancelled turn.
// It returns the state reached.
func fire(ctx context.Context, from StateID, moves []move, event string) (StateID, error) {
	events := make(fsm.Events, len(moves))
	for i, m := range moves {
		events[i] = fsm.EventDesc{Name: m.event, Src: []string{string(from)}, Dst: string(m.to)}
	}
	machine := fsm.NewFSM(string(from), events, nil)
	err := machine.Event(ctx, event)
	// Staying in place is how a question is asked again, not a failure.
	if _, stays := errors.AsType[fsm.NoTransitionError](err); err != nil && !stays {
		return from, &FlowError{State: from, Err: fmt.Errorf("event %s: %w", event, err)}
	}
	return StateID(machine.Current()), nil
}

// FlowError says that the flow itself is at fault; the chat should be handed to a person.
type FlowError struct {
	State StateID
	Err   error
}

// Error names the state.
func (e *FlowError) Error() string { return fmt.Sprintf("state %s: %v", e.State, e.Err) }

// Unwrap returns the cause.
func (e *FlowError) Unwrap() error { return e.Err }
