package waserver

import (
	"context"
	"fmt"
	"slices"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// Receipt is what the bot let a prospect know about their messages.
type Receipt struct {
	IDs  []string
	Kind string    // empty: delivered; "inactive": delivered while the bot is not marked online; "read", "played"
	Chat types.JID // the name the receipt was sent to
	At   time.Time
}

// Delivered reports whether the receipt says no more than that the messages arrived.
func (r Receipt) Delivered() bool {
	return r.Kind == "" || r.Kind == "inactive"
}

// ChatState is a sign of life between messages.
type ChatState struct {
	State string // "composing" or "paused"
	Media string // "audio" while a voice note is being recorded
	At    time.Time
}

// Receipts returns what the bot confirmed of the prospect's messages so far.
func (p *Prospect) Receipts() []Receipt {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	return slices.Clone(p.receipts)
}

// WaitReceipt waits for a receipt about the message: a delivery receipt if kind is empty, else one of that kind.
func (p *Prospect) WaitReceipt(ctx context.Context, id, kind string) (Receipt, error) {
	var found Receipt
	err := p.srv.await(ctx, &p.bell, fmt.Sprintf("receipt %q for %s", kind, id), func() bool {
		i := slices.IndexFunc(p.receipts, func(r Receipt) bool {
			return slices.Contains(r.IDs, id) && (r.Kind == kind || kind == "" && r.Delivered())
		})
		if i >= 0 {
			found = p.receipts[i]
		}
		return i >= 0
	})
	return found, err
}

// ChatStates returns the signs of typing the bot has shown to the prospect so far.
func (p *Prospect) ChatStates() []ChatState {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	return slices.Clone(p.chatStates)
}

// Read tells the business that the prospect has read these messages, which it received. The first one names the chat.
func (p *Prospect) Read(ids ...string) error {
	to, err := p.addressee()
	if err != nil || len(ids) == 0 {
		return err
	}
	p.srv.mu.Lock()
	i := slices.IndexFunc(p.received, func(r Received) bool { return r.ID == ids[0] })
	p.srv.mu.Unlock()
	if i < 0 {
		return fmt.Errorf("read %s: not received", ids[0])
	}
	node := waBinary.Node{Tag: "receipt", Attrs: waBinary.Attrs{
		"from": p.Received()[i].Chat, "id": ids[0], "t": unixNow(), "type": "read",
	}}
	if len(ids) > 1 {
		var items []waBinary.Node
		for _, id := range ids[1:] {
			items = append(items, waBinary.Node{Tag: "item", Attrs: waBinary.Attrs{"id": id}})
		}
		node.Content = []waBinary.Node{{Tag: "list", Content: items}}
	}
	for _, d := range to.linked() {
		d.deliver(node, 0)
	}
	return nil
}

// Type shows the business that the prospect is typing, or no longer.
func (p *Prospect) Type(composing bool) error {
	to, err := p.addressee()
	if err != nil {
		return err
	}
	state := "paused"
	if composing {
		state = "composing"
	}
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	for _, c := range to.live() {
		if c.active {
			c.send(waBinary.Node{
				Tag: "chatstate", Attrs: waBinary.Attrs{"from": p.Address()},
				Content: []waBinary.Node{{Tag: state}},
			})
		}
	}
	return nil
}

// handleReceipt takes a receipt of the bot: it settles what was queued, is passed on, and is acknowledged itself.
func (c *session) handleReceipt(d *device, node *waBinary.Node) {
	kind, _ := node.Attrs["type"].(string)
	id, _ := node.Attrs["id"].(string)
	about := node.AttrGetter().OptionalJIDOrEmpty("to")
	if participant := node.AttrGetter().OptionalJIDOrEmpty("participant"); !participant.IsEmpty() {
		about = participant
	}
	c.srv.mu.Lock()
	settled := false
	if kind != "read" && kind != "read-self" && kind != "played" {
		settled = d.settle("message", node)
	}
	if p, ok := c.srv.find(about).(*Prospect); ok && kind != "read-self" && kind != "retry" {
		ids := []string{id}
		list := node.GetChildByTag("list")
		for _, item := range list.GetChildren() {
			if id, ok := item.Attrs["id"].(string); ok {
				ids = append(ids, id)
			}
		}
		p.receipts = append(p.receipts, Receipt{
			IDs: ids, Kind: kind, Chat: node.AttrGetter().OptionalJIDOrEmpty("to"), At: time.Now(),
		})
		p.bell.ring()
	}
	c.srv.mu.Unlock()
	if kind == "retry" {
		c.handleRetry(d, node, about, settled)
	}
	c.send(waBinary.Node{Tag: "ack", Attrs: waBinary.Attrs{
		"class": "receipt", "id": id, "from": node.Attrs["to"], "type": kind,
	}})
}

// handleRetry has the sender encrypt a message once more for a device that could not read it.
func (c *session) handleRetry(d *device, node *waBinary.Node, sender types.JID, settled bool) {
	id, _ := node.Attrs["id"].(string)
	who := c.srv.person(sender)
	if who == nil {
		return
	}
	var theirs *publicKeys
	if sent, ok := node.GetOptionalChildByTag("keys"); ok {
		if keys, ok := readKeys(node.GetChildByTag("registration"), sent); ok {
			theirs = &keys
		}
	}
	retry := node.GetChildByTag("retry")
	stale := 0
	if settled {
		stale = 1 // the client acknowledges the version it could not read, too
	}
	if err := who.repost(d, id, retry.AttrGetter().OptionalInt("count"), theirs, stale); err != nil {
		c.srv.log.Warn("retry receipt not answered", "id", id, "error", err)
	}
}

// handleChatState notes that the bot is typing, or no longer.
func (c *session) handleChatState(_ *device, node *waBinary.Node) {
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	p, ok := c.srv.find(node.AttrGetter().OptionalJIDOrEmpty("to")).(*Prospect)
	children := node.GetChildren()
	if !ok || len(children) != 1 {
		return
	}
	media, _ := children[0].Attrs["media"].(string)
	p.chatStates = append(p.chatStates, ChatState{State: children[0].Tag, Media: media, At: time.Now()})
	p.bell.ring()
}

// handlePresence notes whether the bot is online, and tells it about somebody it asks for.
func (c *session) handlePresence(d *device, node *waBinary.Node) {
	switch kind, _ := node.Attrs["type"].(string); kind {
	case "available", "unavailable":
		c.srv.mu.Lock()
		d.account.online = kind == "available"
		d.account.bell.ring()
		c.srv.mu.Unlock()
	case "subscribe":
		c.send(waBinary.Node{Tag: "presence", Attrs: waBinary.Attrs{"from": node.Attrs["to"]}})
	}
}

// Online reports whether the bot has marked the account as available since its last login.
func (a *Account) Online() bool {
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	return a.online
}
