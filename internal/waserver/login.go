package waserver

import (
	"strconv"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// greet says the first word after the handshake: codes to an unlinked client, success or a refusal to a linked one.
func (c *session) greet() {
	if c.payload.Username == nil {
		c.offerPairing()
		return
	}
	number := types.NewJID(strconv.FormatUint(c.payload.GetUsername(), 10), types.DefaultUserServer)
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	account, ok := c.srv.users[number].(*Account)
	var d *device
	if ok {
		d = account.devices[deviceID(c.payload.GetDevice())]
	}
	if d == nil || d.noise != c.static {
		c.sendLast(failure(LoginFailure{Reason: ReasonLoggedOut}))
		return
	}
	if len(account.loginFailures) > 0 {
		c.sendLast(failure(account.loginFailures[0]))
		account.loginFailures = account.loginFailures[1:]
		account.bell.ring()
		return
	}
	if old := d.session; old != nil {
		old.sendLast(streamError("", "replaced"))
		old.active, old.device = false, nil
	}
	d.session, c.device = c, d
	c.send(waBinary.Node{Tag: "success", Attrs: waBinary.Attrs{
		"lid":      d.lid(),
		"t":        time.Now().Unix(),
		"location": "lcl",
	}})
}

// activate begins the delivery of messages: what waits first, then what comes.
func (c *session) activate(d *device) {
	d.account.srv.mu.Lock()
	if d.session != c || c.active {
		d.account.srv.mu.Unlock()
		return
	}
	c.active = true
	d.flush()
	first := !d.greeted
	d.greeted = true
	d.account.logins++
	d.account.online = false
	d.account.bell.ring()
	c.srv.bell.ring()
	d.account.srv.mu.Unlock()
	if first {
		d.account.phone.shareAppStateKey(d)
	}
}

// failure is the stanza that refuses a login.
func failure(f LoginFailure) waBinary.Node {
	attrs := waBinary.Attrs{"reason": f.Reason, "location": "lcl"}
	if f.Reason == ReasonTempBanned {
		attrs["code"] = f.Code
		attrs["expire"] = int(f.Expire / time.Second)
	}
	if f.Message != "" {
		attrs["message"] = f.Message
	}
	return waBinary.Node{Tag: "failure", Attrs: attrs}
}

// streamError is the stanza that ends a connection. Either part may be empty.
func streamError(code, conflict string) waBinary.Node {
	node := waBinary.Node{Tag: "stream:error", Attrs: waBinary.Attrs{}}
	if code != "" {
		node.Attrs["code"] = code
	}
	if conflict != "" {
		node.Content = []waBinary.Node{{Tag: "conflict", Attrs: waBinary.Attrs{"type": conflict}}}
	}
	return node
}
