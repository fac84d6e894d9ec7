package whatsapp

import (
	"context"
	"math/rand/v2"
	"time"

	"go.mau.fi/whatsmeow"
)

const (
	// leastPause is before every attempt to connect again. The news that WhatsApp ended the login can be behind the news
	// that the connection is gone; connecting in between would throw out the process that replaced this one.
	leastPause = 200 * time.Millisecond
	// firstPause bounds the first pause; the bound doubles with every failure in a row, up to mostPause.
	firstPause = time.Second
	mostPause  = time.Minute
	// stableAfter is how long a login must stand for the failures before it to be forgotten: WhatsApp, or a network, that
	// cuts every login off after some seconds must not be asked every second.
	stableAfter = time.Minute
)

// clock is the time as the connection sees it, and chance.
type clock struct {
	now    func() time.Time
	after  func(time.Duration) <-chan time.Time
	random func(time.Duration) time.Duration // from 0 up to, not including, a positive length
}

func realClock() clock {
	return clock{now: time.Now, after: time.After, random: rand.N[time.Duration]}
}

// pause is how long to wait after so many failures in a row. All of it but leastPause is chance, so that many programs that
// lost WhatsApp at the same moment do not come back at the same moment.
func (c clock) pause(failures int) time.Duration {
	most := min(firstPause<<min(failures, 10), mostPause)
	return leastPause + c.random(most-leastPause)
}

// serve keeps the account connected until ctx ends, or the login does, whose LoginError it then returns: after that it
// never connects again. The library's own reconnecting has neither chance nor a bound, and is switched off.
func (c *Channel) serve(ctx context.Context, client *whatsmeow.Client) error {
	for failures := 0; ; failures++ {
		err := c.connect(ctx, client)
		if err == nil {
			select {
			case <-ctx.Done():
				return nil
			case refused := <-c.ended:
				return refused
			case <-c.lost:
			}
			c.setConnected(false)
			if c.lastStood() >= stableAfter {
				failures = 0
			}
		}
		wait := c.clock.pause(failures)
		if err != nil && ctx.Err() == nil {
			c.cfg.Log.Warn("cannot connect to WhatsApp, will try again", "error", Mask(err.Error()), "failures", failures+1, "wait", wait)
		}
		select {
		case <-ctx.Done():
			return nil
		case refused := <-c.ended:
			return refused
		case <-c.clock.after(wait):
		}
		select {
		case refused := <-c.ended:
			return refused
		default:
		}
		c.count(func(s *Status) { s.Reconnects++ })
	}
}

// connect makes one connection, in place of one that is no good any more.
func (c *Channel) connect(ctx context.Context, client *whatsmeow.Client) error {
	if client.IsConnected() {
		client.Disconnect()
	}
	select {
	case <-c.lost: // of the connection before
	default:
	}
	c.mu.Lock()
	c.stood = 0
	c.mu.Unlock()
	// A stop must not wait for a connection that is being made. Once made, it outlives ctx.
	done := context.AfterFunc(ctx, c.disconnect)
	defer done()
	return client.ConnectContext(c.conn)
}

// lose asks for a new connection.
func (c *Channel) lose() {
	select {
	case c.lost <- struct{}{}:
	default: // asked already
	}
}

// lastStood is how long the last login stood.
func (c *Channel) lastStood() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stood
}
