package waserver

import (
	"encoding/json"
	"strconv"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
)

// Reasons for which a login can be refused; others may be used as well.
const (
	ReasonLoggedOut   = 401 // the device was unlinked
	ReasonTempBanned  = 402 // with Code and Expire
	ReasonMainGone    = 403 // the account was banned or deleted
	ReasonOutdated    = 405 // the client's version is too old
	ReasonServerError = 500
	ReasonUnavailable = 503
)

// LoginFailure is how the server refuses a login.
type LoginFailure struct {
	Reason  int           // see ReasonLoggedOut and its kin
	Code    int           // kind of ban, with ReasonTempBanned
	Expire  time.Duration // what remains of the ban, with ReasonTempBanned
	Message string        // optional text
}

// FailLogins refuses the next n logins. The device stays linked on this side, also where the client deletes its keys.
func (a *Account) FailLogins(n int, f LoginFailure) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for range n {
		a.loginFailures = append(a.loginFailures, f)
	}
}

// Drop cuts the present connection, as a broken network does.
func (a *Account) Drop() {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, c := range a.live() {
		c.hangUp()
	}
}

// Stall stops handling what comes and sending what should go on the present connection, until resume is called. The
// connection itself stays. Calling resume again does nothing.
func (a *Account) Stall() (resume func()) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	stalled := a.live()
	for _, c := range stalled {
		c.gate.close()
	}
	return func() {
		a.srv.mu.Lock()
		defer a.srv.mu.Unlock()
		for _, c := range stalled {
			c.gate.open()
		}
		stalled = nil
	}
}

// ReplaceSession ends the connection as if another client had logged in as the same device.
func (a *Account) ReplaceSession() {
	a.endStream(streamError("", "replaced"))
}

// RemoveDevice unlinks all devices, as a person does on the phone. Their connections end, and they can never log in
// again.
func (a *Account) RemoveDevice() {
	a.endStream(streamError("401", "device_removed"))
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, d := range a.devices {
		d.unlink()
	}
}

// StreamError ends the connection with a code: 515 asks the client to connect anew, 503 says that the server restarts.
func (a *Account) StreamError(code int) {
	a.endStream(streamError(strconv.Itoa(code), ""))
}

func (a *Account) endStream(last waBinary.Node) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, c := range a.live() {
		c.active = false // nothing is delivered behind the last words
		c.sendLast(last)
	}
}

// NotifyTimelock tells the bot that the account may, or may no longer, write to people it has no chat with: the early
// warning of error 463.
func (a *Account) NotifyTimelock(active bool, kind string, until time.Time) {
	body, err := json.Marshal(map[string]any{"data": map[string]any{"xwa2_notify_account_reachout_timelock": map[string]any{
		"is_active":             active,
		"enforcement_type":      kind,
		"time_enforcement_ends": strconv.FormatInt(until.Unix(), 10),
	}}})
	if err != nil {
		panic(err) // of strings and a bool
	}
	a.Inject(notification("mex", waBinary.Node{
		Tag: "update", Attrs: waBinary.Attrs{"op_name": "NotificationUserReachoutTimelockUpdate"}, Content: body,
	}))
}

// DuplicateLast delivers the newest stanza a second time: same ID, same bytes.
func (a *Account) DuplicateLast() {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, d := range a.devices {
		if d.last != nil {
			d.enqueue(d.last.node, 0)
		}
	}
}

// Hold keeps further deliveries back until Release or ReleaseReversed; the answers to queries still come.
func (a *Account) Hold() {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, d := range a.devices {
		d.held = true
	}
}

// Release delivers what was held back, in its order.
func (a *Account) Release() {
	a.release(false)
}

// ReleaseReversed delivers what was held back, the newest first.
func (a *Account) ReleaseReversed() {
	a.release(true)
}

func (a *Account) release(reversed bool) {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	for _, d := range a.devices {
		d.held = false
		if d.session == nil || !d.session.active {
			continue // everything is delivered at the next login
		}
		var held []*entry
		for _, e := range d.queue {
			if !e.fresh {
				continue
			}
			if reversed {
				held = append([]*entry{e}, held...)
			} else {
				held = append(held, e)
			}
		}
		for _, e := range held {
			d.transmit(e)
		}
	}
}
