package waserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Addressing is the name under which a prospect's messages reach the bot.
type Addressing int

// The ways a prospect can be named. Bots always write to the LID, whichever it is.
const (
	ByLID       Addressing = iota // by LID, with the number beside it: what most chats are
	ByNumber                      // by number, with the LID beside it
	ByHiddenLID                   // by LID, and the number is not told
)

// ProspectOptions say how a prospect appears. The zero value is an ordinary one.
type ProspectOptions struct {
	Addressing Addressing
	// To is the account the prospect writes to. Nil means the server's first.
	To *Account
	// Name is the prospect's push name. Empty means none.
	Name string
	// LIDUnknown makes the server deny knowing the prospect's LID: no query tells it, and messages by number come without
	// it. Such a prospect can be heard but not answered.
	LIDUnknown bool
	// NoReceipts keeps the prospect's phone from confirming what it receives.
	NoReceipts bool
}

// Prospect is somebody who writes to the business from a phone of their own.
type Prospect struct {
	srv    *Server
	opts   ProspectOptions
	person *person

	// Guarded by Server.mu.
	bell       bell // rung when one of these lists grows
	lidUnknown bool
	received   []Received
	read       int // how many of them Next has returned
	repeats    []Received
	receipts   []Receipt
	chatStates []ChatState
	inbox      inbox
}

// NewProspect registers somebody under a number in international format; everything but the digits is ignored. A second
// call with the same number returns the same prospect with the options it has.
func (s *Server) NewProspect(number string, opts ProspectOptions) *Prospect {
	jid := types.NewJID(plainNumber(number), types.DefaultUserServer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.users[jid].(*Prospect); ok {
		return known
	}
	lid := s.nextLID()
	p := &Prospect{srv: s, opts: opts, person: newPerson(s, jid, lid), lidUnknown: opts.LIDUnknown}
	p.inbox = inbox{srv: s, open: p.open}
	s.users[jid], s.users[lid] = p, p
	return p
}

// Number is the prospect's number as a plain JID.
func (p *Prospect) Number() types.JID { return p.person.number }

// LID is the prospect's hidden name as a plain JID.
func (p *Prospect) LID() types.JID { return p.person.lid }

// Address is the name under which the prospect's messages reach the bot.
func (p *Prospect) Address() types.JID {
	if p.opts.Addressing == ByNumber {
		return p.person.number
	}
	return p.person.lid
}

// SetLIDUnknown changes whether the server denies knowing the prospect's LID.
func (p *Prospect) SetLIDUnknown(unknown bool) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	p.lidUnknown = unknown
}

// SendOptions change how a message is sent. The zero value means: a new ID, now.
type SendOptions struct {
	ID        string
	Timestamp time.Time
	// Attrs are put on the stanza the bot receives, in place of what would stand there.
	Attrs waBinary.Attrs
	// Children are put into the stanza after the ciphertext.
	Children []waBinary.Node
}

// Send writes a text to the business and returns its ID. It does not wait for the bot; if the bot is not there, the
// message waits for it. ErrNotLinked means that there is no bot.
func (p *Prospect) Send(ctx context.Context, text string) (string, error) {
	return p.SendMessage(ctx, &waE2E.Message{Conversation: proto.String(text)}, SendOptions{})
}

// SendMessage is Send for messages of any kind.
func (p *Prospect) SendMessage(ctx context.Context, message *waE2E.Message, opts SendOptions) (string, error) {
	return p.send(ctx, message, opts, p.names())
}

// send posts a message whose stanza carries the given names.
func (p *Prospect) send(ctx context.Context, message *waE2E.Message, opts SendOptions, names waBinary.Attrs) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	to, err := p.addressee()
	if err != nil {
		return "", err
	}
	plaintext, err := proto.Marshal(message)
	if err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	if opts.ID == "" {
		opts.ID = newMessageID()
	}
	if opts.Timestamp.IsZero() {
		opts.Timestamp = time.Now()
	}
	kind, media := stanzaKind(message)
	l := letter{to: to, stanza: names, enc: waBinary.Attrs{}, more: opts.Children, plaintext: plaintext}
	l.stanza["id"] = opts.ID
	l.stanza["t"] = opts.Timestamp.Unix()
	l.stanza["type"] = kind
	l.stanza["notify"] = p.opts.Name
	for name, value := range opts.Attrs {
		l.stanza[name] = value
	}
	if media != "" {
		l.enc["mediatype"] = media
	}
	return p.person.post(l)
}

// names are the attributes that tell the bot who writes.
func (p *Prospect) names() waBinary.Attrs {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	names := waBinary.Attrs{"from": p.Address()}
	switch {
	case p.opts.Addressing == ByLID:
		names["sender_pn"] = p.person.number
	case p.opts.Addressing == ByNumber && !p.lidUnknown:
		names["sender_lid"] = p.person.lid
	}
	return names
}

// addressee is the account the prospect writes to.
func (p *Prospect) addressee() (*Account, error) {
	if p.opts.To != nil {
		return p.opts.To, nil
	}
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	if len(p.srv.accounts) == 0 {
		return nil, errors.New("the server has no account to write to")
	}
	return p.srv.accounts[0], nil
}

// Next waits for the next message from the business that no earlier call returned, be it from the bot or from a person
// at the business's phone (FromPhone).
func (p *Prospect) Next(ctx context.Context) (Received, error) {
	var next Received
	err := p.srv.await(ctx, &p.bell, "message to "+p.person.number.User, func() bool {
		if p.read == len(p.received) {
			return false
		}
		next = p.received[p.read]
		p.read++
		return true
	})
	return next, err
}

// Received returns all messages from the business so far, in the order of arrival. What the phone shows only once is
// listed once: see Repeats.
func (p *Prospect) Received() []Received {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	return slices.Clone(p.received)
}

// Repeats returns the messages that arrived under an ID the phone had already, which a person does not see.
func (p *Prospect) Repeats() []Received {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	return slices.Clone(p.repeats)
}

// self and deviceIDs make Prospect a user.
func (p *Prospect) self() *person { return p.person }

func (p *Prospect) deviceIDs() []deviceID { return []deviceID{0} }

// stanzaKind names a message for those who cannot read it.
func stanzaKind(m *waE2E.Message) (kind, media string) {
	switch {
	case m.ReactionMessage != nil:
		return "reaction", ""
	case m.PollCreationMessage != nil, m.PollCreationMessageV2 != nil, m.PollCreationMessageV3 != nil, m.PollUpdateMessage != nil:
		return "poll", ""
	case m.ImageMessage != nil:
		return "media", "image"
	case m.VideoMessage != nil:
		return "media", "video"
	case m.AudioMessage.GetPTT():
		return "media", "ptt"
	case m.AudioMessage != nil:
		return "media", "audio"
	case m.DocumentMessage != nil, m.DocumentWithCaptionMessage != nil:
		return "media", "document"
	case m.StickerMessage != nil:
		return "media", "sticker"
	case m.ContactMessage != nil:
		return "media", "vcard"
	case m.LocationMessage != nil:
		return "media", "location"
	case m.EphemeralMessage.GetMessage() != nil:
		return stanzaKind(m.EphemeralMessage.GetMessage())
	}
	return "text", ""
}
