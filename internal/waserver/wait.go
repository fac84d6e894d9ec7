package waserver

import (
	"context"
	"fmt"
)

// bell wakes everybody who waits for a change. It is guarded by Server.mu and costs nothing while nobody waits.
type bell struct {
	rung chan struct{}
}

// ring wakes the present listeners.
func (b *bell) ring() {
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}

// listen returns a channel that is closed at the next ring.
func (b *bell) listen() <-chan struct{} {
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

// await blocks until done, called under s.mu at every ring of b, reports true. It returns the end of ctx, or ErrClosed.
func (s *Server) await(ctx context.Context, b *bell, what string, done func() bool) error {
	s.mu.Lock()
	for !done() {
		rung := b.listen()
		s.mu.Unlock()
		select {
		case <-rung:
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		case <-s.ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, ErrClosed)
		}
		s.mu.Lock()
	}
	s.mu.Unlock()
	return nil
}
