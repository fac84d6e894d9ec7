package waserver

import (
	"context"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Inject delivers any stanza to the linked devices. Messages, receipts, notifications and calls are repeated at every
// login until they are acknowledged, so they need an ID.
func (a *Account) Inject(node waBinary.Node) {
	for _, d := range a.linked() {
		switch node.Tag {
		case "message", "receipt", "notification", "call":
			d.deliver(node, 0)
		default:
			a.srv.mu.Lock()
			if d.session != nil {
				d.session.send(node)
			}
			a.srv.mu.Unlock()
		}
	}
}

// InjectChannel delivers a post of a channel, which is not encrypted. It returns the ID.
func (a *Account) InjectChannel(channel types.JID, message *waE2E.Message) (string, error) {
	body, err := proto.Marshal(message)
	if err != nil {
		return "", err
	}
	id := newMessageID()
	kind, _ := stanzaKind(message)
	a.Inject(waBinary.Node{
		Tag:     "message",
		Attrs:   waBinary.Attrs{"from": channel, "id": id, "t": unixNow(), "type": kind, "server_id": 100},
		Content: []waBinary.Node{{Tag: "plaintext", Content: body}},
	})
	return id, nil
}

// SendIn writes a message to a group, a broadcast list or (types.StatusBroadcastJID) the status that the bot receives. It
// is encrypted for the bot as a chat message is, which clients accept.
func (p *Prospect) SendIn(ctx context.Context, place types.JID, message *waE2E.Message, opts SendOptions) (string, error) {
	names := waBinary.Attrs{"from": place, "participant": p.Address()}
	if place.Server == types.GroupServer {
		if p.opts.Addressing == ByNumber {
			names["addressing_mode"] = string(types.AddressingModePN)
			names["participant_lid"] = p.person.lid
		} else {
			names["addressing_mode"] = string(types.AddressingModeLID)
			if p.opts.Addressing == ByLID {
				names["participant_pn"] = p.person.number
			}
		}
	}
	return p.send(ctx, message, opts, names)
}

// Redeliver sends an earlier message of the prospect once more: same ID, same bytes.
func (p *Prospect) Redeliver(id string) error {
	return p.person.again(id, false)
}

// Reencrypt sends an earlier message of the prospect once more: same ID, encrypted anew. Clients take it for a second
// message.
func (p *Prospect) Reencrypt(id string) error {
	return p.person.again(id, true)
}

// LoseSessions makes the prospect's phone forget how to read the bot, as a reinstalled one does: it asks for the next
// message again.
func (p *Prospect) LoseSessions() {
	p.person.forgetSessions()
}

// SendUnreadable writes a message that no key of the bot opens, and never answers its requests to repeat it. It returns
// the ID.
func (p *Prospect) SendUnreadable(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	to, err := p.addressee()
	if err != nil {
		return "", err
	}
	attrs := p.names()
	id := newMessageID()
	attrs["id"], attrs["t"], attrs["type"], attrs["notify"] = id, unixNow(), "text", p.opts.Name
	to.Inject(waBinary.Node{Tag: "message", Attrs: attrs, Content: []waBinary.Node{
		{Tag: "enc", Attrs: waBinary.Attrs{"v": "2", "type": "msg"}, Content: randomBytes(64)},
	}})
	return id, nil
}

// Call rings the business. It returns the ID of the call.
func (p *Prospect) Call(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	to, err := p.addressee()
	if err != nil {
		return "", err
	}
	call := newMessageID()
	to.Inject(waBinary.Node{
		Tag: "call",
		Attrs: waBinary.Attrs{
			"from": p.Address(), "id": newQueryID(), "t": unixNow(), "platform": "android", "version": "2.26.1.1",
		},
		Content: []waBinary.Node{{Tag: "offer", Attrs: waBinary.Attrs{"call-id": call, "call-creator": p.Address()}}},
	})
	return call, nil
}
