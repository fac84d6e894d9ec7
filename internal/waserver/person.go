package waserver

import (
	"errors"
	"fmt"
	"sync"

	"go.mau.fi/libsignal/protocol"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// ErrNotLinked is returned for messages to an account that has no linked device to receive them.
var ErrNotLinked = errors.New("account has no linked device")

// ErrUnknownMessage is returned when somebody is asked to repeat what they never sent.
var ErrUnknownMessage = errors.New("no such message was sent")

// person is a simulated phone with its own keys: a prospect's, or the account's. Its keys are made at the first use, so
// that thousands of silent people cost nothing.
type person struct {
	srv    *Server
	number types.JID // plain
	lid    types.JID // plain

	mu   sync.Mutex // guards the rest; held while encrypting, so that messages leave in the order of their ratchet
	keys *keyring
	sent map[string]letter
}

// letter is what a person sends to the linked devices of an account. It can be sent again.
type letter struct {
	to        *Account
	stanza    waBinary.Attrs // of the message stanza
	enc       waBinary.Attrs // beside version, type and count
	more      []waBinary.Node
	plaintext []byte
	last      map[deviceID]waBinary.Node // as it went out last
}

func newPerson(srv *Server, number, lid types.JID) *person {
	return &person{srv: srv, number: number, lid: lid, sent: make(map[string]letter)}
}

// ring returns the person's keys. It needs p.mu.
func (p *person) ring() *keyring {
	if p.keys == nil {
		p.keys = newKeyring()
	}
	return p.keys
}

// publish returns the person's public keys for somebody who wants to write to them.
func (p *person) publish() publicKeys {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ring().publish()
}

// post encrypts a letter for every linked device of its account and queues it there.
func (p *person) post(l letter) (id string, err error) {
	id, _ = l.stanza["id"].(string)
	p.mu.Lock()
	defer p.mu.Unlock()
	devices := l.to.linked()
	if len(devices) == 0 {
		return "", ErrNotLinked
	}
	l.last = make(map[deviceID]waBinary.Node, len(devices))
	p.sent[id] = l
	for _, d := range devices {
		if err = p.postTo(d, l, 0, 0); err != nil {
			return "", err
		}
	}
	return id, nil
}

// repost answers the retry receipt of a device: the letter again, under the same ID, in a new session. The keys may come
// with the receipt.
func (p *person) repost(d *device, id string, count int, theirs *publicKeys, staleAcks int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.sent[id]
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknownMessage, id)
	}
	if theirs == nil {
		taken := d.takeKeys()
		theirs = &taken
	}
	if err := p.ring().begin(d.address(), theirs.bundle(d.id)); err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	return p.postTo(d, l, count, staleAcks)
}

// again sends an earlier letter to all devices: encrypted anew, or the very same stanza.
func (p *person) again(id string, anew bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.sent[id]
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknownMessage, id)
	}
	for _, d := range l.to.linked() {
		if !anew {
			if node, ok := l.last[d.id]; ok {
				d.deliver(node, 0)
			}
			continue
		}
		if err := p.postTo(d, l, 0, 0); err != nil {
			return err
		}
	}
	return nil
}

// postTo encrypts a letter for one device and queues it. It needs p.mu.
func (p *person) postTo(d *device, l letter, count, staleAcks int) error {
	ring := p.ring()
	address := d.address()
	if known, _ := ring.ContainsSession(p.srv.ctx, address); !known {
		if err := ring.begin(address, d.takeKeys().bundle(d.id)); err != nil {
			return fmt.Errorf("begin session: %w", err)
		}
	}
	kind, ciphertext, err := ring.seal(address, l.plaintext)
	if err != nil {
		return fmt.Errorf("encrypt: %w", err)
	}
	enc := waBinary.Attrs{"v": "2", "type": kind}
	for name, value := range l.enc {
		enc[name] = value
	}
	if count > 0 {
		enc["count"] = count
	}
	node := waBinary.Node{
		Tag:     "message",
		Attrs:   l.stanza,
		Content: append([]waBinary.Node{{Tag: "enc", Attrs: enc, Content: ciphertext}}, l.more...),
	}
	l.last[d.id] = node
	d.deliver(node, staleAcks)
	return nil
}

// read decrypts what a device sent.
func (p *person) read(from *protocol.SignalAddress, kind string, ciphertext []byte) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ring().open(from, kind, ciphertext)
}

// forgetSessions loses all sessions, as a reinstalled phone does.
func (p *person) forgetSessions() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.ring().sessions)
}
