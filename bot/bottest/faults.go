// Package bottest holds what stands in for the network, the disk and the clock: an in-memory store that keeps every
// promise of bot.Store, a scripted channel, and switches that make them fail.
package bottest

import (
	"context"
	"errors"
)

// ErrInjected is the error of a call that was told to fail.
var ErrInjected = errors.New("injected fault")

// faults counts the calls that still have to go wrong, by method name.
type faults struct {
	fail map[string]int // returns ErrInjected and does nothing
	lose map[string]int // does its work and then returns ErrInjected
}

// FailNext makes the next n calls of the named method, for example "Commit", do nothing and return ErrInjected.
func (s *Store) FailNext(method string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.fail == nil {
		s.faults.fail = map[string]int{}
	}
	s.faults.fail[method] = n
}

// LoseNext makes the next n calls of the named method do their work and still return ErrInjected, like a crash or a
// broken connection just after the disk was written.
func (s *Store) LoseNext(method string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.lose == nil {
		s.faults.lose = map[string]int{}
	}
	s.faults.lose[method] = n
}

// run is the frame of every method: it honours ctx, holds the lock and injects faults.
func run[T any](ctx context.Context, s *Store, method string, do func() (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.fail[method] > 0 {
		s.faults.fail[method]--
		return none, ErrInjected
	}
	v, err := do()
	if err == nil && s.faults.lose[method] > 0 {
		s.faults.lose[method]--
		return none, ErrInjected
	}
	return v, err
}
