package whatsapp

import (
	"context"
	"maps"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// Status is how the channel is doing.
type Status struct {
	Connected     bool        // logged in
	Since         time.Time   // when Connected last changed, UTC
	Logins        int         // since the start
	FirstLogin    time.Time   // zero before
	Reconnects    int64       // attempts to connect again, since the start
	Stale         bool        // the server does not answer although the connection stands
	LockedUntil   time.Time   // end of WhatsApp's lock on writing first to people, zero without one
	Locked        bool        // that lock holds
	Refused       *LoginError // why there is no login, nil while there is none to explain
	Accepted      int64       // messages handed to the bot
	Ignored       int64       // messages that were not from a person in a direct chat, or carried nothing
	LastAccepted  time.Time
	Sent          int64         // messages that the network took
	SendFailures  int64         // attempts that failed
	RefusedSends  map[int]int64 // attempts that WhatsApp refused, by its error code; not to be changed
	Undecryptable int64         // messages that could not be decrypted when they came
}

// Status returns how the channel is doing now.
func (c *Channel) Status() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.status
	s.RefusedSends = maps.Clone(s.RefusedSends)
	return s
}

// catchUpWait bounds how long nothing is sent after a login because WhatsApp has not delivered everything yet. A thousand
// messages take a second or two.
const catchUpWait = 20 * time.Second

// WaitConnected implements bot.Connecter. Right after a login nothing is sent until what was written meanwhile is stored:
// a person of the business may have taken chats over, and what waits to be sent there must not be.
func (c *Channel) WaitConnected(ctx context.Context) error {
	for {
		c.mu.Lock()
		ready, up := c.ready, c.connected
		c.mu.Unlock()
		if ready {
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
	c.caughtUp = c.caughtUp && up
	if c.status.Connected == up {
		return
	}
	now := c.clock.now().UTC()
	if !up {
		c.stood = now.Sub(c.status.Since)
	}
	c.status.Connected, c.status.Stale, c.status.Since = up, false, now
	if up {
		c.status.Logins++
		if c.status.Logins == 1 {
			c.status.FirstLogin = now
		}
		login := c.status.Logins
		time.AfterFunc(catchUpWait, func() { c.setCaughtUp(login) })
	} else {
		c.stopTyping()
	}
	c.setReady()
}

// setCaughtUp notes that everything written before the login is stored. It does nothing if there was another login since;
// 0 is the present one, even if it is only about to be noted.
func (c *Channel) setCaughtUp(login int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refusing || login != 0 && login != c.status.Logins {
		return
	}
	c.caughtUp = login == 0 || c.status.Connected
	c.setReady()
}

// setReady lets those go on who wait to send, or makes them wait. It needs mu.
func (c *Channel) setReady() {
	ready := c.status.Connected && c.caughtUp
	switch {
	case ready && !c.ready:
		close(c.connected)
	case !ready && c.ready:
		c.connected = make(chan struct{})
	}
	c.ready = ready
}

// isReady reports whether messages can be sent.
func (c *Channel) isReady() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ready
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
	case *events.OfflineSyncCompleted: // comes after the handlers of the messages it is about, maybe before Connected
		c.setCaughtUp(0)
	case *events.Disconnected:
		c.setConnected(false)
		c.cfg.Log.Warn("connection to WhatsApp lost, connecting again")
		c.lose()
	case *events.ManualLoginReconnect: // the server asks for a new connection
		c.lose()
	case *events.KeepAliveTimeout:
		c.count(func(s *Status) { s.Stale = true })
		c.cfg.Log.Warn("WhatsApp does not answer", "tries", e.ErrorCount)
		if c.clock.now().Sub(e.LastSuccess) > whatsmeow.KeepAliveMaxFailTime {
			c.cfg.Log.Warn("connecting to WhatsApp anew, because it does not answer")
			c.lose()
		}
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
