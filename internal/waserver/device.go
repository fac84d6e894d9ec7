package waserver

import (
	"slices"

	"go.mau.fi/libsignal/protocol"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// fewKeys is when a device is asked for more one-time keys; clients ignore the request while they have five.
const fewKeys = 5

// deviceID numbers the devices of a user: 0 is the phone, the linked ones follow.
type deviceID uint16

// device is a linked client of an account: the bot. Everything in it is guarded by Server.mu.
type device struct {
	account  *Account
	id       deviceID
	noise    [32]byte // the key it logs in with
	keys     publicKeys
	oneTime  []oneTimeKey // uploaded and not handed out
	warned   bool         // it was told that few of them are left
	identity []byte       // encoded ADVSignedDeviceIdentity with the account's key
	session  *session     // its present connection, logged in
	greeted  bool         // it got the app state key from the phone
	held     bool         // deliveries wait for Release
	queue    []*entry     // delivered or not, but not acknowledged
	last     *entry       // the newest delivery
}

// entry is something a device must acknowledge.
type entry struct {
	node      waBinary.Node
	tries     int  // how often it was sent
	staleAcks int  // acknowledgements on their way for a version that was replaced
	fresh     bool // not sent yet because deliveries are held
}

func (d *device) jid() types.JID {
	return types.JID{User: d.account.number.User, Device: uint16(d.id), Server: types.DefaultUserServer}
}

func (d *device) lid() types.JID {
	return types.JID{User: d.account.lid.User, Device: uint16(d.id), Server: types.HiddenUserServer}
}

// address is the device's name in the sessions of others: the same whether they know its number or its LID.
func (d *device) address() *protocol.SignalAddress {
	return protocol.NewSignalAddress(d.account.number.User, uint32(d.id))
}

// takeKeys hands out the device's keys with one of its one-time keys, if any is left.
func (d *device) takeKeys() publicKeys {
	d.account.srv.mu.Lock()
	defer d.account.srv.mu.Unlock()
	taken := d.keys
	if len(d.oneTime) > 0 {
		taken.oneTime = &oneTimeKey{id: d.oneTime[0].id, public: d.oneTime[0].public}
		d.oneTime = d.oneTime[1:]
	}
	if len(d.oneTime) < fewKeys && !d.warned && d.greeted {
		d.warned = true
		d.enqueue(notification("encrypt", waBinary.Node{Tag: "count", Attrs: waBinary.Attrs{"value": len(d.oneTime)}}), 0)
	}
	return taken
}

// deliver queues a stanza until the device acknowledges it, and sends it if the device is there. If it takes the place
// of another under the same name, acknowledgements of that one may still be on their way.
func (d *device) deliver(node waBinary.Node, staleAcks int) {
	d.account.srv.mu.Lock()
	defer d.account.srv.mu.Unlock()
	d.enqueue(node, staleAcks)
}

// enqueue is deliver for those who hold Server.mu.
func (d *device) enqueue(node waBinary.Node, staleAcks int) {
	if d.account.devices[d.id] != d {
		return // unlinked meanwhile
	}
	e := &entry{node: node, staleAcks: staleAcks}
	d.queue = append(d.queue, e)
	d.last = e
	switch {
	case d.held:
		e.fresh = true
	case d.session != nil && d.session.active:
		d.transmit(e)
	}
	d.account.bell.ring()
}

// transmit sends a queued stanza on the present connection. It needs Server.mu.
func (d *device) transmit(e *entry) {
	e.tries++
	e.fresh = false
	d.session.send(e.node)
}

// flush sends everything that waits, between the two stanzas that announce and end it. It needs Server.mu.
func (d *device) flush() {
	counts := map[string]int{}
	for _, e := range d.queue {
		counts[e.node.Tag]++
	}
	if len(d.queue) > 0 {
		d.session.send(infoBand(waBinary.Node{Tag: "offline_preview", Attrs: waBinary.Attrs{
			"count":        len(d.queue),
			"message":      counts["message"],
			"receipt":      counts["receipt"],
			"notification": counts["notification"],
			"call":         counts["call"],
			"appdata":      0,
		}}))
	}
	for _, e := range d.queue {
		again := e.node
		again.Attrs = waBinary.Attrs{"offline": e.tries}
		for name, value := range e.node.Attrs {
			again.Attrs[name] = value
		}
		d.session.send(again)
		e.tries++
		e.fresh = false
	}
	d.session.send(infoBand(waBinary.Node{Tag: "offline", Attrs: waBinary.Attrs{"count": len(d.queue)}}))
}

func infoBand(child waBinary.Node) waBinary.Node {
	return waBinary.Node{Tag: "ib", Attrs: waBinary.Attrs{"from": types.ServerJID}, Content: []waBinary.Node{child}}
}

// settleAck takes what an <ack> confirms off the queue.
func (d *device) settleAck(ack *waBinary.Node) {
	class, _ := ack.Attrs["class"].(string)
	_, refused := ack.Attrs["error"]
	d.account.srv.mu.Lock()
	defer d.account.srv.mu.Unlock()
	if refused {
		d.account.refusedByBot++
	}
	if i := d.indexOf(class, ack); i >= 0 && !refused && d.queue[i].staleAcks > 0 {
		d.queue[i].staleAcks--
		return
	}
	d.settle(class, ack)
}

// settle takes a stanza of the given class off the queue and reports whether it was there. It needs Server.mu.
func (d *device) settle(class string, answer *waBinary.Node) bool {
	i := d.indexOf(class, answer)
	if i < 0 {
		return false
	}
	d.queue = slices.Delete(d.queue, i, i+1)
	d.account.bell.ring()
	return true
}

// indexOf finds the oldest queued stanza that an answer is about: same kind, same ID, and from where the answer goes to.
func (d *device) indexOf(class string, answer *waBinary.Node) int {
	return slices.IndexFunc(d.queue, func(e *entry) bool {
		return e.node.Tag == class && e.tries > 0 && e.node.Attrs["id"] == answer.Attrs["id"] &&
			(e.node.Attrs["from"] == answer.Attrs["to"] || answer.Attrs["to"] == nil)
	})
}
