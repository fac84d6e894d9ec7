package waserver

import (
	"time"

	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/whatsmeow/types"
)

// envelope is a ciphertext on its way into a simulated phone.
type envelope struct {
	device     *device // the sender
	from       *protocol.SignalAddress
	chat       types.JID // the name the sender wrote to
	id         string
	at         time.Time
	retry      int
	kind       string
	ciphertext []byte
}

// inbox opens the envelopes of one phone in order, beside the bot's connection: a slow ratchet must not hold up the
// acknowledgement of the next message. Guarded by Server.mu.
type inbox struct {
	srv     *Server
	open    func(envelope) // called without the lock
	waiting []envelope
	busy    bool // a goroutine is opening them
}

// put adds an envelope. It needs Server.mu.
func (b *inbox) put(e envelope) {
	b.waiting = append(b.waiting, e)
	if !b.busy && !b.srv.closed {
		b.busy = true
		b.srv.running.Go(b.empty)
	}
}

// empty opens what waits until nothing does.
func (b *inbox) empty() {
	for {
		b.srv.mu.Lock()
		waiting := b.waiting
		b.waiting, b.busy = nil, len(waiting) > 0
		b.srv.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		for _, e := range waiting {
			b.open(e)
		}
	}
}
