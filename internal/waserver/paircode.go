package waserver

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
	"golang.org/x/crypto/curve25519"
)

// ErrWrongCode is returned by EnterCode when the code is not the one the client shows. It wraps ErrPairing.
var ErrWrongCode = fmt.Errorf("%w: wrong code", ErrPairing)

const (
	codeLength     = 8
	codeIterations = 2 << 16 // of PBKDF2, as the clients do
)

// codeHello is what a client said when it made a code for a certain number.
type codeHello struct {
	number types.JID
	ref    []byte
	sealed []byte // its ephemeral key, sealed with the code
}

// EnterCode types the code a client shows ("ABCD-EFGH") on the account's phone and returns when the client is linked, as
// Scan does. If no client has made a code for this number yet, it waits for one.
func (a *Account) EnterCode(ctx context.Context, code string) error {
	code = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	if len(code) != codeLength {
		return fmt.Errorf("%w: it has %d characters, not %d", ErrWrongCode, len(code), codeLength)
	}
	c, hello, err := a.awaitCode(ctx)
	if err != nil {
		return err
	}
	theirs, err := unsealKey(code, hello.sealed)
	if err != nil {
		return err
	}
	own := keys.NewKeyPair()
	sealed, err := sealKey(code, own.Pub[:])
	if err != nil {
		return err
	}
	ring := a.phone.ringKeys()
	finished := c.expect("link_code_companion_reg")
	c.send(notification("link_code_companion_reg", waBinary.Node{
		Tag:   "link_code_companion_reg",
		Attrs: waBinary.Attrs{"stage": "primary_hello"},
		Content: []waBinary.Node{
			{Tag: "link_code_pairing_wrapped_primary_ephemeral_pub", Content: sealed},
			{Tag: "primary_identity_pub", Content: ring.identity.Pub[:]},
			{Tag: "link_code_pairing_ref", Content: hello.ref},
		},
	}))
	finish, err := c.hear(ctx, finished)
	if err != nil {
		return err
	}
	identity, _ := finish.GetChildByTag("companion_identity_public").Content.([]byte)
	sealedKeys, _ := finish.GetChildByTag("link_code_pairing_wrapped_key_bundle").Content.([]byte)
	shared, err := curve25519.X25519(own.Priv[:], theirs)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWrongCode, err)
	}
	random, err := openKeyBundle(shared, sealedKeys, identity, ring.identity.Pub[:])
	if err != nil {
		return err
	}
	lasting, err := curve25519.X25519(ring.identity.Priv[:], identity)
	if err != nil {
		return fmt.Errorf("%w: agree on a key: %w", ErrPairing, err)
	}
	adv, err := hkdf.Key(sha256.New, join(shared, lasting, random), nil, "adv_secret", 32)
	if err != nil {
		return err
	}
	return a.link(ctx, c, adv)
}

// awaitCode finds the client that made a code for this account.
func (a *Account) awaitCode(ctx context.Context) (c *session, hello codeHello, err error) {
	err = a.srv.await(ctx, &a.srv.bell, "a client with a code", func() bool {
		for candidate := range a.srv.sessions {
			if made := candidate.linking.code; made != nil && made.number == a.number {
				c, hello = candidate, *made
				return true
			}
		}
		return false
	})
	return c, hello, err
}

// openKeyBundle checks what the client sealed with the shared key: both identities, and 32 random bytes.
func openKeyBundle(shared, sealed, identity, own []byte) (random []byte, err error) {
	if len(sealed) < 44 {
		return nil, fmt.Errorf("%w: key bundle of %d bytes", ErrPairing, len(sealed))
	}
	key, err := hkdf.Key(sha256.New, shared, sealed[:32], "link_code_pairing_key_bundle_encryption_key", 32)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	opened, err := aead.Open(nil, sealed[32:44], sealed[44:], nil)
	if err != nil {
		return nil, ErrWrongCode // both sides computed another key
	}
	if len(opened) != 96 || !slices.Equal(opened[:32], identity) || !slices.Equal(opened[32:64], own) {
		return nil, fmt.Errorf("%w: the key bundle names other identities", ErrPairing)
	}
	return opened[64:], nil
}

// sealKey hides a public key behind a code: salt, start value, ciphertext.
func sealKey(code string, public []byte) ([]byte, error) {
	sealed := append(randomBytes(48), public...)
	return sealed, codeStream(code, sealed)
}

// unsealKey undoes sealKey. A wrong code yields a wrong key, not an error.
func unsealKey(code string, sealed []byte) ([]byte, error) {
	if len(sealed) != 80 {
		return nil, fmt.Errorf("%w: sealed key of %d bytes", ErrPairing, len(sealed))
	}
	opened := slices.Clone(sealed)
	if err := codeStream(code, opened); err != nil {
		return nil, err
	}
	return opened[48:], nil
}

// codeStream encrypts or decrypts the last 32 of 80 bytes in place.
func codeStream(code string, sealed []byte) error {
	key, err := pbkdf2.Key(sha256.New, code, sealed[:32], codeIterations, 32)
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	cipher.NewCTR(block, sealed[32:48]).XORKeyStream(sealed[48:], sealed[48:])
	return nil
}

// handlePairingQuery answers what an unlinked client asks on its way to be linked.
func (c *session) handlePairingQuery(id string, child waBinary.Node) {
	stage, _ := child.Attrs["stage"].(string)
	switch {
	case stage == "companion_hello":
		sealed, _ := child.GetChildByTag("link_code_pairing_wrapped_companion_ephemeral_pub").Content.([]byte)
		hello := &codeHello{number: child.AttrGetter().OptionalJIDOrEmpty("jid"), ref: randomBytes(16), sealed: sealed}
		c.srv.mu.Lock()
		c.linking.code = hello
		c.srv.bell.ring()
		c.srv.mu.Unlock()
		c.answer(id, waBinary.Node{Tag: "link_code_companion_reg", Content: []waBinary.Node{
			{Tag: "link_code_pairing_ref", Content: hello.ref},
		}})
	case child.Tag == "ref":
		ref := base64.RawURLEncoding.EncodeToString(randomBytes(24))
		c.srv.mu.Lock()
		c.linking.passkeyRef = ref
		c.srv.mu.Unlock()
		c.answer(id, waBinary.Node{Tag: "ref", Content: []byte(ref)})
	case child.Tag == "passkey_request_options":
		c.srv.mu.Lock()
		options := c.linking.passkeyOptions
		c.srv.mu.Unlock()
		if options == nil {
			c.refuse(id, 404, "item-not-found")
			return
		}
		c.answer(id, waBinary.Node{Tag: "passkey_request_options", Content: options})
	default:
		c.srv.mu.Lock()
		expected := c.linking.expected[child.Tag]
		delete(c.linking.expected, child.Tag)
		c.srv.mu.Unlock()
		c.answer(id)
		if expected != nil {
			expected <- child
		}
	}
}

// expect returns a channel for the next query of a kind from an unlinked client. Call it before what provokes the query.
func (c *session) expect(tag string) <-chan waBinary.Node {
	heard := make(chan waBinary.Node, 1)
	c.srv.mu.Lock()
	defer c.srv.mu.Unlock()
	if c.linking.expected == nil {
		c.linking.expected = make(map[string]chan<- waBinary.Node)
	}
	c.linking.expected[tag] = heard
	return heard
}

var errHungUp = errors.New("the client hung up")

// hear waits for what expect promised.
func (c *session) hear(ctx context.Context, heard <-chan waBinary.Node) (waBinary.Node, error) {
	select {
	case node := <-heard:
		return node, nil
	case <-c.ctx.Done():
		return waBinary.Node{}, fmt.Errorf("%w: %w", ErrPairing, errHungUp)
	case <-ctx.Done():
		return waBinary.Node{}, fmt.Errorf("%w: wait for the client: %w", ErrPairing, context.Cause(ctx))
	}
}
