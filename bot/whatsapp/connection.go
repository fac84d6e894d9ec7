package whatsapp

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// Status is how the channel is doing.
type Status struct {
	Connected    bool        // logged in
	Since        time.Time   // when Connected last changed, UTC
	Logins       int         // since the start
	Stale        bool        // the server does not answer although the connection stands
	LockedUntil  time.Time   // end of WhatsApp's lock on writing first to people, zero without one
	Locked       bool        // that lock holds
	Refused      *LoginError // why there is no login, nil while there is none to explain
	Accepted     int64       // messages handed to the bot
	Ignored      int64       // messages that were not from a person in a direct chat, or carried nothing
	LastAccepted time.Time
	Sent         int64 // messages that the network took
	SendFailures int64 // attempts that failed
}

// Status returns how the channel is doing now.
func (c *Channel) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

// WaitConnected implements bot.Connecter.
func (c *Channel) WaitConnected(ctx context.Context) error {
	for {
		c.mu.Lock()
		connected, up := c.status.Connected, c.connected
		c.mu.Unlock()
		if connected {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-up:
		}
	}
}

func (c *Channel) count(change func(*Status)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.status)
}

// setConnected notes a login or the loss of one.
func (c *Channel) setConnected(up bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refusing = false // a new connection delivers again what was refused
	if c.status.Connected == up {
		return
	}
	c.status.Connected, c.status.Stale, c.status.Since = up, false, time.Now().UTC()
	if up {
		c.status.Logins++
		close(c.connected)
	} else {
		c.connected = make(chan struct{})
		c.stopTyping()
	}
}

// observe follows the connection.
func (c *Channel) observe(evt any) {
	if refused := loginError(evt); refused != nil {
		c.setConnected(false)
		select {
		case c.ended <- refused:
		default: // the first reason counts
		}
		return
	}
	switch e := evt.(type) {
	case *events.Connected:
		c.setConnected(true)
		c.appearAway()
		c.cfg.Log.Info("logged in to WhatsApp")
	case *events.Disconnected:
		c.setConnected(false)
		c.cfg.Log.Warn("connection to WhatsApp lost, connecting again")
	case *events.KeepAliveTimeout:
		c.count(func(s *Status) { s.Stale = true })
		c.cfg.Log.Warn("WhatsApp does not answer", "tries", e.ErrorCount)
	case *events.KeepAliveRestored:
		c.count(func(s *Status) { s.Stale = false })
	case *events.PushNameSetting:
		c.named.Store(true)
		c.appearAway()
	case *events.NotifyAccountReachoutTimelock:
		c.count(func(s *Status) { s.Locked, s.LockedUntil = e.IsActive, e.TimeEnforcementEnds.Time.UTC() })
		if e.IsActive {
			c.cfg.Log.Warn("WhatsApp limits writing to new people for this account", "kind", e.EnforcementType, "until", e.TimeEnforcementEnds.UTC())
		}
	case *events.StreamError:
		c.cfg.Log.Error("WhatsApp reports an error on the connection", "code", e.Code)
	}
}

// appearAway tells WhatsApp that nobody is looking at the phone's screen: an account that is always online looks odd, and
// its phone would not ring.
func (c *Channel) appearAway() {
	if err := c.appear(c.conn, types.PresenceUnavailable); err != nil {
		c.cfg.Log.Warn("presence not sent", "error", Mask(err.Error()))
	}
}

// appear sends a presence. It needs the account's name, which the phone tells some time after linking; until then it does
// nothing. The library reads the name without a lock, so it must not be asked before the name is known to stand.
func (c *Channel) appear(ctx context.Context, presence types.Presence) error {
	if !c.named.Load() {
		return nil
	}
	return c.client.Load().SendPresence(ctx, presence)
}

// pauseReconnect runs after each attempt to reconnect that failed. The library's own wait grows by 2 s each time without
// end; this keeps it below a minute, and adds chance.
func (c *Channel) pauseReconnect(error) bool {
	client := c.client.Load()
	client.AutoReconnectErrors = min(client.AutoReconnectErrors, 20) // 40 s
	return sleep(c.conn, pause(0))
}
