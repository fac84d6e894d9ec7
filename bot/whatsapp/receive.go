package whatsapp

import (
	"context"
	"runtime/debug"
	"time"

	"go.mau.fi/whatsmeow/types/events"

	"layak/bot"
	"layak/flows"
)

const (
	// acceptPatience is how long a message waits in its handler for the store to recover. Nothing else is received
	// meanwhile, so order is kept. The library leaves a handler behind after five minutes.
	acceptPatience = 2 * time.Minute
	// maxPanics is how often a message that makes the program panic is asked for again before the others go on without it.
	maxPanics = 5
)

// handle takes one event. It reports false only when a message is not safely stored: WhatsApp then delivers it again.
func (c *Channel) handle(evt any) (stored bool) {
	switch e := evt.(type) {
	case *events.Message:
		return c.guarded(e.Info.ID, func() bool { return c.receive(e) })
	case *events.UndecryptableMessage:
		return c.guarded(e.Info.ID, func() bool { return c.unreadable(e) })
	default:
		c.observe(evt)
		return true
	}
}

// guarded counts a running handler and keeps a panic from passing for success, as it would in the library.
func (c *Channel) guarded(id string, handler func() bool) (stored bool) {
	c.mu.Lock()
	if c.draining || c.refusing {
		c.mu.Unlock()
		return false
	}
	c.handlers.Add(1)
	c.mu.Unlock()
	defer c.handlers.Done()
	defer func() {
		if p := recover(); p != nil {
			c.cfg.Log.Error("panic while accepting a message", "id", id, "panic", p, "stack", string(debug.Stack()))
			c.panicked(id)
			stored = false
		}
	}()
	return handler()
}

// panicked asks for the message again, unless that was tried often enough.
func (c *Channel) panicked(id string) {
	c.mu.Lock()
	c.panics[id]++
	tries := c.panics[id]
	c.mu.Unlock()
	if tries < maxPanics {
		c.refuse()
	}
}

func (c *Channel) receive(evt *events.Message) bool {
	in, ignored := c.reader.inbound(c.conn, evt)
	if ignored != "" {
		c.count(func(s *Status) { s.Ignored++ })
		c.cfg.Log.Debug("message left alone", "id", evt.Info.ID, "why", ignored)
		return true
	}
	return c.store(in)
}

// unreadable takes a message that cannot be decrypted. It comes again by itself, except what WhatsApp never shows to
// linked devices: a picture to be viewed once. Its sender is told that only text is read.
func (c *Channel) unreadable(evt *events.UndecryptableMessage) bool {
	if evt.UnavailableType != events.UnavailableTypeViewOnce || evt.Info.IsFromMe || stranger(&evt.Info, c.reader.own, c.reader.ownLID) != "" {
		c.count(func(s *Status) { s.Undecryptable++ })
		c.cfg.Log.Info("message cannot be decrypted yet", "id", evt.Info.ID)
		return true
	}
	in := c.reader.envelope(&evt.Info)
	in.Input = flows.Input{Kind: flows.InputMedia, Media: "image", At: evt.Info.Timestamp.UTC()}
	return c.store(in)
}

// store hands the message on, and waits for a store that fails to recover.
func (c *Channel) store(in bot.Inbound) bool {
	c.acceptMu.Lock()
	defer c.acceptMu.Unlock()
	patience, cancel := context.WithTimeout(c.conn, acceptPatience)
	defer cancel()
	for failures := 0; ; failures++ {
		err := c.accept(patience, in)
		if err == nil {
			c.mu.Lock()
			c.resets = 0
			c.status.Accepted++
			c.status.LastAccepted = in.ReceivedAt
			c.mu.Unlock()
			return true
		}
		if failures == 0 {
			c.cfg.Log.Error("message cannot be stored, will try again", "id", in.MessageID, "error", Mask(err.Error()))
		}
		// 50 ms, doubled up to 5 s: a busy database is free soon, a full disk is not.
		if c.isDraining() || !sleep(patience, min(50*time.Millisecond<<min(failures, 10), 5*time.Second)) {
			break
		}
	}
	if !c.isDraining() {
		c.refuse()
	}
	return false
}

func (c *Channel) isDraining() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.draining
}

// refuse takes no message until the connection was made anew: only then does WhatsApp deliver again, from the first one
// that was not confirmed, so that order is kept.
func (c *Channel) refuse() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refusing || c.draining {
		return
	}
	c.refusing = true
	wait := c.clock.pause(c.resets)
	c.resets++
	c.background.Go(func() {
		if !sleep(c.conn, wait) {
			return
		}
		c.mu.Lock()
		needed := c.refusing && !c.draining
		c.mu.Unlock()
		if needed {
			c.cfg.Log.Warn("connecting anew to get the messages that could not be stored")
			c.client.Load().ResetConnection()
		}
	})
}

// sleep waits, and reports false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
