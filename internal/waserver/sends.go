package waserver

import (
	"context"
	"slices"
	"time"

	"go.mau.fi/libsignal/protocol"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Send is a message the bot wanted to send, as the server saw it. Answers to retry receipts and messages to the
// account's own phone are not counted.
type Send struct {
	ID    string
	To    types.JID
	At    time.Time
	Error int // with which it was refused, or zero
}

// Sends returns what the bot has sent so far, in the order of arrival, whatever became of it.
func (a *Account) Sends() []Send {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return slices.Clone(a.sends)
}

// SendsSeen counts what the bot has sent so far, whatever became of it.
func (a *Account) SendsSeen() int {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return len(a.sends)
}

// WaitSends waits until the bot has sent at least n messages since the account was made, whatever became of them.
func (a *Account) WaitSends(ctx context.Context, n int) error {
	return a.srv.await(ctx, &a.bell, "sends", func() bool { return len(a.sends) >= n })
}

// handleMessage takes a message of the bot: distributes its copies and acknowledges it, unless its fate is another.
func (c *session) handleMessage(d *device, node *waBinary.Node) {
	at := time.Now()
	id, _ := node.Attrs["id"].(string)
	to := node.AttrGetter().OptionalJIDOrEmpty("to")
	if enc, ok := node.GetOptionalChildByTag("enc"); ok && to.Server != types.GroupServer && to.Server != types.BroadcastServer {
		// A message to one device: the answer to a retry receipt, or a word to the own phone.
		c.srv.mu.Lock()
		c.srv.distribute(d, node, to, enc, at)
		c.srv.mu.Unlock()
		c.send(acknowledgement(id, to, 0))
		return
	}
	c.srv.mu.Lock()
	f := d.account.nextFate()
	if f.kind == fateNone && c.srv.find(to) == nil && isPerson(to) {
		f = fate{kind: fateRefuse, code: 404}
	}
	d.account.sends = append(d.account.sends, Send{ID: id, To: to, At: at, Error: f.code})
	d.account.bell.ring()
	if f.delivers() {
		participants := node.GetChildByTag("participants")
		for _, copied := range participants.GetChildren() {
			if enc, ok := copied.GetOptionalChildByTag("enc"); ok {
				c.srv.distribute(d, node, copied.AttrGetter().OptionalJIDOrEmpty("jid"), enc, at)
			}
		}
	}
	c.srv.mu.Unlock()
	if f.acknowledges() {
		c.send(acknowledgement(id, to, f.code))
	}
	if f.cuts() {
		c.hangUp()
	}
}

// distribute brings one copy of a message to the device it is for. It needs Server.mu.
func (s *Server) distribute(from *device, node *waBinary.Node, to types.JID, enc waBinary.Node, at time.Time) {
	id, _ := node.Attrs["id"].(string)
	kind, _ := enc.Attrs["type"].(string)
	ciphertext, _ := enc.Content.([]byte)
	e := envelope{
		device:     from,
		from:       protocol.NewSignalAddress(from.account.number.User, uint32(from.id)),
		chat:       node.AttrGetter().OptionalJIDOrEmpty("to"),
		id:         id,
		at:         at,
		retry:      enc.AttrGetter().OptionalInt("count"),
		kind:       kind,
		ciphertext: ciphertext,
	}
	switch u := s.find(to).(type) {
	case *Prospect:
		u.inbox.put(e)
	case *Account:
		if to.Device == 0 {
			u.phone.inbox.put(e)
		}
		// Copies for a second linked device are dropped: tests have one bot per account.
	}
}

// acknowledgement is the server's answer to a message.
func acknowledgement(id string, to types.JID, code int) waBinary.Node {
	ack := waBinary.Node{Tag: "ack", Attrs: waBinary.Attrs{"class": "message", "id": id, "from": to, "t": unixNow()}}
	if code != 0 {
		ack.Attrs["error"] = code
	}
	return ack
}

// isPerson tells names of people from those of groups, lists and channels.
func isPerson(jid types.JID) bool {
	return jid.Server == types.DefaultUserServer || jid.Server == types.HiddenUserServer
}
