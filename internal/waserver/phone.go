package waserver

import (
	"context"
	"fmt"
	"slices"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// Phone is the account's own phone, where a person of the business can read along and write.
type Phone struct {
	account *Account
	person  *person

	// Guarded by Server.mu.
	bell     bell // rung when received grows
	received []Received
	read     int // how many of them Next has returned
	inbox    inbox
}

// Send writes a text from the phone to a prospect, as a person does who takes a chat over. The bot gets its copy, the
// prospect the message. It returns the ID.
func (f *Phone) Send(ctx context.Context, to *Prospect, text string) (string, error) {
	return f.SendMessage(ctx, to, &waE2E.Message{Conversation: proto.String(text)}, SendOptions{})
}

// SendMessage is Send for messages of any kind.
func (f *Phone) SendMessage(ctx context.Context, to *Prospect, message *waE2E.Message, opts SendOptions) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if opts.ID == "" {
		opts.ID = newMessageID()
	}
	if opts.Timestamp.IsZero() {
		opts.Timestamp = time.Now()
	}
	chat := to.Address()
	copied, err := proto.Marshal(&waE2E.Message{DeviceSentMessage: &waE2E.DeviceSentMessage{
		DestinationJID: proto.String(chat.String()),
		Message:        message,
	}})
	if err != nil {
		return "", fmt.Errorf("encode copy: %w", err)
	}
	kind, media := stanzaKind(message)
	l := letter{to: f.account, enc: waBinary.Attrs{}, more: opts.Children, plaintext: copied, stanza: waBinary.Attrs{
		"from": f.account.number, "recipient": chat, "id": opts.ID, "t": opts.Timestamp.Unix(), "type": kind,
	}}
	if media != "" {
		l.enc["mediatype"] = media
	}
	names := to.names()
	if chat.Server == types.HiddenUserServer {
		l.stanza["from"] = f.account.lid
		if number, ok := names["sender_pn"]; ok {
			l.stanza["peer_recipient_pn"] = number
		}
	} else if lid, ok := names["sender_lid"]; ok {
		l.stanza["peer_recipient_lid"] = lid
	}
	for name, value := range opts.Attrs {
		l.stanza[name] = value
	}
	if _, err = f.person.post(l); err != nil {
		return "", err
	}
	shown := Received{ID: opts.ID, Chat: chat, At: time.Now(), Message: message, FromPhone: true}
	shown.fill(message)
	to.list(shown)
	return opts.ID, nil
}

// OfferHistory tells the linked devices where the chats of the past can be fetched, as a phone does after linking.
func (f *Phone) OfferHistory(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	id := newMessageID()
	offer, err := proto.Marshal(&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_HISTORY_SYNC_NOTIFICATION.Enum(),
		HistorySyncNotification: &waE2E.HistorySyncNotification{
			DirectPath: proto.String("/mms/md-msg-hist/" + id + "?ccb=1"), FileLength: proto.Uint64(1000), MediaKey: make([]byte, 32),
			FileSHA256: make([]byte, 32), FileEncSHA256: make([]byte, 32), SyncType: waE2E.HistorySyncType_RECENT.Enum(),
		},
	}})
	if err != nil {
		return fmt.Errorf("encode offer: %w", err)
	}
	_, err = f.person.post(letter{to: f.account, enc: waBinary.Attrs{}, plaintext: offer, stanza: waBinary.Attrs{
		"from": f.account.number, "id": id, "t": unixNow(), "type": "protocol", "category": "peer",
	}})
	return err
}

// Received returns the copies of what the bot has sent so far, as they arrived at the phone.
func (f *Phone) Received() []Received {
	f.account.srv.mu.Lock()
	defer f.account.srv.mu.Unlock()
	return slices.Clone(f.received)
}

// Next waits for the next copy of what the bot sends that no earlier call returned.
func (f *Phone) Next(ctx context.Context) (Received, error) {
	var next Received
	err := f.account.srv.await(ctx, &f.bell, "copy at the phone", func() bool {
		if f.read == len(f.received) {
			return false
		}
		next = f.received[f.read]
		f.read++
		return true
	})
	return next, err
}

// open decrypts a copy of what the bot sent and lists it. Words to the phone itself are not listed.
func (f *Phone) open(e envelope) {
	srv := f.account.srv
	plaintext, err := f.person.read(e.from, e.kind, e.ciphertext)
	if err != nil {
		srv.log.Info("phone cannot read a copy", "id", e.id, "error", err)
		return
	}
	r, err := receivedFrom(e, plaintext)
	if err != nil {
		srv.log.Warn("phone got an unreadable copy", "id", e.id, "error", err)
		return
	}
	inner := r.Message.GetDeviceSentMessage().GetMessage()
	if inner == nil {
		return
	}
	r.Message = inner
	r.fill(inner)
	srv.mu.Lock()
	defer srv.mu.Unlock()
	f.received = append(f.received, r)
	f.bell.ring()
}

// ringKeys returns the phone's private keys: they are the account's, too.
func (f *Phone) ringKeys() *keyring {
	f.person.mu.Lock()
	defer f.person.mu.Unlock()
	return f.person.ring()
}
