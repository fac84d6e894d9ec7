package waserver

import (
	"context"
	"sync"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
)

// parcel is something for the writer of a session to do at a certain time.
type parcel struct {
	node waBinary.Node
	due  time.Time
	last bool // hang up instead of sending
}

// outbox is the unbounded queue between those who have something to say and the writer of a session.
type outbox struct {
	mu      sync.Mutex
	parcels []parcel
	filled  chan struct{} // holds one token while there may be something to take
}

func (o *outbox) put(p parcel) {
	o.mu.Lock()
	o.parcels = append(o.parcels, p)
	o.mu.Unlock()
	select {
	case o.filled <- struct{}{}:
	default:
	}
}

func (o *outbox) take() (parcel, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.parcels) == 0 {
		return parcel{}, false
	}
	first := o.parcels[0]
	o.parcels[0] = parcel{}
	o.parcels = o.parcels[1:]
	return first, true
}

// gate holds up a session while it is shut.
type gate struct {
	mu     sync.Mutex
	shut   int           // how many want it shut
	opened chan struct{} // closed when the gate opens again; nil while it is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut++; g.opened == nil {
		g.opened = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut--; g.shut == 0 {
		close(g.opened)
		g.opened = nil
	}
}

// pass returns when the gate is open, or with the end of ctx.
func (g *gate) pass(ctx context.Context) error {
	for {
		g.mu.Lock()
		opened := g.opened
		g.mu.Unlock()
		if opened == nil {
			return ctx.Err()
		}
		select {
		case <-opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
