package waserver

import (
	"errors"
	"slices"
	"time"

	"go.mau.fi/libsignal/signalerror"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Received is a message as a phone got and decrypted it.
type Received struct {
	ID      string
	Text    string             // of a text, or the caption of a file
	Message *waE2E.Message     // as it was inside the ciphertext; not to be changed
	Chat    types.JID          // the name the sender wrote to
	At      time.Time          // arrival at the server
	Context *waE2E.ContextInfo // quote, mentions, disappearing time; nil if there is none
	Quoted  string             // ID of the message it quotes, or empty
	// Ephemeral is after what time the message disappears, or zero.
	Ephemeral time.Duration
	// Retry is how often the phone had to ask for the message again.
	Retry int
	// FromPhone is true for what a person at the business wrote on the account's own phone.
	FromPhone bool
}

// receivedFrom makes a Received of a decrypted message.
func receivedFrom(e envelope, plaintext []byte) (Received, error) {
	message := new(waE2E.Message)
	if err := proto.Unmarshal(plaintext, message); err != nil {
		return Received{}, err
	}
	r := Received{ID: e.id, Chat: e.chat, At: e.at, Retry: e.retry, Message: message}
	r.fill(message)
	return r, nil
}

// fill derives the convenient fields from a message.
func (r *Received) fill(m *waE2E.Message) {
	if inner := m.GetEphemeralMessage().GetMessage(); inner != nil {
		m = inner
	}
	switch {
	case m.Conversation != nil:
		r.Text = m.GetConversation()
	case m.ExtendedTextMessage != nil:
		r.Text, r.Context = m.ExtendedTextMessage.GetText(), m.ExtendedTextMessage.GetContextInfo()
	case m.ImageMessage != nil:
		r.Text, r.Context = m.ImageMessage.GetCaption(), m.ImageMessage.GetContextInfo()
	case m.VideoMessage != nil:
		r.Text, r.Context = m.VideoMessage.GetCaption(), m.VideoMessage.GetContextInfo()
	case m.DocumentMessage != nil:
		r.Text, r.Context = m.DocumentMessage.GetCaption(), m.DocumentMessage.GetContextInfo()
	case m.AudioMessage != nil:
		r.Context = m.AudioMessage.GetContextInfo()
	}
	r.Quoted = r.Context.GetStanzaID()
	r.Ephemeral = time.Duration(r.Context.GetExpiration()) * time.Second
}

// open decrypts one message, confirms it and lists it; or asks for it again.
func (p *Prospect) open(e envelope) {
	plaintext, err := p.person.read(e.from, e.kind, e.ciphertext)
	if errors.Is(err, signalerror.ErrOldCounter) {
		p.confirm(e) // the very same bytes came before, so a phone shows nothing new
		return
	} else if err != nil {
		p.srv.log.Info("prospect cannot read a message", "id", e.id, "error", err)
		p.askAgain(e)
		return
	}
	r, err := receivedFrom(e, plaintext)
	if err != nil {
		p.srv.log.Warn("prospect got an unreadable message", "id", e.id, "error", err)
		return
	}
	p.confirm(e) // first, so that whoever has seen the message knows that its receipt is on the way
	p.list(r)
}

// list shows a message to whoever waits for it.
func (p *Prospect) list(r Received) {
	p.srv.mu.Lock()
	defer p.srv.mu.Unlock()
	if slices.ContainsFunc(p.received, func(old Received) bool { return old.ID == r.ID }) {
		p.repeats = append(p.repeats, r)
	} else {
		p.received = append(p.received, r)
	}
	p.bell.ring()
}

// confirm sends a delivery receipt to the device that sent the message.
func (p *Prospect) confirm(e envelope) {
	if p.opts.NoReceipts || e.device == nil {
		return
	}
	e.device.deliver(waBinary.Node{Tag: "receipt", Attrs: waBinary.Attrs{"from": e.chat, "id": e.id, "t": unixNow()}}, 0)
}

// maxRetries is when a phone gives up, as clients do.
const maxRetries = 4

// askAgain sends a retry receipt with fresh keys to the device that sent a message.
func (p *Prospect) askAgain(e envelope) {
	if e.device == nil || e.retry >= maxRetries {
		return
	}
	keys := p.person.publish().nodes()
	e.device.deliver(waBinary.Node{
		Tag:   "receipt",
		Attrs: waBinary.Attrs{"from": e.chat, "id": e.id, "t": unixNow(), "type": "retry"},
		Content: []waBinary.Node{
			{Tag: "retry", Attrs: waBinary.Attrs{"count": e.retry + 1, "id": e.id, "t": e.at.Unix(), "v": 1}},
			keys[0], // registration
			{Tag: "keys", Content: keys[1:]},
		},
	}, 0)
}
