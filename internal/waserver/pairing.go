package waserver

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waAdv"
	"google.golang.org/protobuf/proto"
)

// ErrPairing is wrapped by everything that can go wrong between the phone and a client that wants to be linked.
var ErrPairing = errors.New("linking failed")

// refsOffered is how many codes a client gets to show, one after the other.
const refsOffered = 6

// What is signed begins with two bytes that say who signs what.
var (
	accountSigns = []byte{6, 0}
	deviceSigns  = []byte{6, 1}
)

// linking is what a session that is not linked yet has said and heard. Guarded by Server.mu.
type linking struct {
	refs           []string // shown as codes
	code           *codeHello
	passkeyRef     string
	passkeyOptions []byte
	expected       map[string]chan<- waBinary.Node // by the tag of the query
}

// offerPairing gives an unlinked client its codes.
func (c *session) offerPairing() {
	refs := make([]string, refsOffered)
	children := make([]waBinary.Node, refsOffered)
	for i := range refs {
		refs[i] = "2@" + base64.RawURLEncoding.EncodeToString(randomBytes(66))
		children[i] = waBinary.Node{Tag: "ref", Content: []byte(refs[i])}
	}
	c.srv.mu.Lock()
	c.linking.refs = refs
	c.srv.bell.ring()
	c.srv.mu.Unlock()
	c.ask(waBinary.Node{
		Tag:     "iq",
		Attrs:   waBinary.Attrs{"type": "set", "xmlns": "md"},
		Content: []waBinary.Node{{Tag: "pair-device", Content: children}},
	}, func(*waBinary.Node) {})
}

// Scan lets the account's phone read the text of a QR code and returns when the client is linked: it has accepted the
// phone's signature and is being told to log in. If the account demands a passkey, that takes until the client has sent
// the signature, so ctx must leave time for it.
func (a *Account) Scan(ctx context.Context, qrText string) error {
	// The part before '#' is a web address; the fifth field, the kind of client, only chooses an icon.
	fields := strings.Split(qrText[strings.LastIndexByte(qrText, '#')+1:], ",")
	if len(fields) < 4 {
		return fmt.Errorf("%w: the code has %d fields", ErrPairing, len(fields))
	}
	var secrets [3][]byte
	for i := range secrets {
		raw, err := base64.StdEncoding.DecodeString(fields[i+1])
		if err != nil || len(raw) != 32 {
			return fmt.Errorf("%w: field %d of the code is not a key", ErrPairing, i+2)
		}
		secrets[i] = raw
	}
	noise, identity, adv := secrets[0], secrets[1], secrets[2]
	c := a.srv.showing(fields[0])
	switch {
	case c == nil:
		return fmt.Errorf("%w: nobody shows this code (any more)", ErrPairing)
	case [32]byte(noise) != c.static:
		return fmt.Errorf("%w: the code names another connection key", ErrPairing)
	case !slices.Equal(identity, c.payload.GetDevicePairingData().GetEIdent()):
		return fmt.Errorf("%w: the code names another identity", ErrPairing)
	}
	return a.link(ctx, c, adv)
}

// showing finds the unlinked session that was given a certain ref.
func (s *Server) showing(ref string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		if slices.Contains(c.linking.refs, ref) {
			return c
		}
	}
	return nil
}

// link continues after the phone has got to know the client, with a passkey if one is demanded.
func (a *Account) link(ctx context.Context, c *session, adv []byte) error {
	a.srv.mu.Lock()
	demanded := a.passkey
	a.srv.mu.Unlock()
	if demanded != nil {
		var err error
		if adv, err = demanded.exchange(ctx, c, adv); err != nil {
			return err
		}
	}
	return a.sealLink(ctx, c, adv)
}

// sealLink signs the client's identity, has it sign back and makes it a device of the account.
func (a *Account) sealLink(ctx context.Context, c *session, adv []byte) error {
	d, err := a.newDevice(c)
	if err != nil {
		return err
	}
	ring := a.phone.ringKeys()
	details, err := proto.Marshal(&waAdv.ADVDeviceIdentity{
		RawID:       proto.Uint32(binary.BigEndian.Uint32(randomBytes(4))),
		Timestamp:   proto.Uint64(uint64(unixNow())),
		KeyIndex:    proto.Uint32(uint32(d.id)),
		AccountType: waAdv.ADVEncryptionType_E2EE.Enum(),
		DeviceType:  waAdv.ADVEncryptionType_E2EE.Enum(),
	})
	if err != nil {
		return err
	}
	signed := &waAdv.ADVSignedDeviceIdentity{
		Details:             details,
		AccountSignatureKey: ring.identity.Pub[:],
		AccountSignature:    sign(ring.identity, accountSigns, details, d.keys.identity[:]),
	}
	inner, err := proto.Marshal(signed)
	if err != nil {
		return err
	}
	authentic := hmac.New(sha256.New, adv)
	authentic.Write(inner)
	outer, err := proto.Marshal(&waAdv.ADVSignedDeviceIdentityHMAC{
		Details:     inner,
		HMAC:        authentic.Sum(nil),
		AccountType: waAdv.ADVEncryptionType_E2EE.Enum(),
	})
	if err != nil {
		return err
	}
	answered := make(chan waBinary.Node, 1)
	c.ask(waBinary.Node{
		Tag:   "iq",
		Attrs: waBinary.Attrs{"type": "set", "xmlns": "md", "t": unixNow()},
		Content: []waBinary.Node{{Tag: "pair-success", Content: []waBinary.Node{
			{Tag: "device-identity", Content: outer},
			{Tag: "device", Attrs: waBinary.Attrs{"jid": d.jid(), "lid": d.lid()}},
			{Tag: "platform", Attrs: waBinary.Attrs{"name": "android"}},
		}}},
	}, func(answer *waBinary.Node) { answered <- *answer })
	answer, err := c.hear(ctx, answered)
	if err != nil {
		return err
	}
	if err = checkAnswer(answer, signed, d); err != nil {
		return err
	}
	d.identity, err = proto.Marshal(signed)
	if err != nil {
		return err
	}
	a.srv.mu.Lock()
	a.devices[d.id] = d
	a.bell.ring()
	a.srv.mu.Unlock()
	c.sendLast(streamError("515", ""))
	return nil
}

// checkAnswer reads the client's answer to pair-success and puts its signature beside the account's.
func checkAnswer(answer waBinary.Node, signed *waAdv.ADVSignedDeviceIdentity, d *device) error {
	if refusal, ok := answer.GetOptionalChildByTag("error"); ok {
		return fmt.Errorf("%w: the client says %v %v", ErrPairing, refusal.Attrs["code"], refusal.Attrs["text"])
	}
	node := answer.GetChildByTag("pair-device-sign", "device-identity")
	raw, _ := node.Content.([]byte)
	var back waAdv.ADVSignedDeviceIdentity
	if err := proto.Unmarshal(raw, &back); err != nil {
		return fmt.Errorf("%w: read the client's signature: %w", ErrPairing, err)
	}
	// The client leaves the account's key out, but signs it.
	if !verify(d.keys.identity, back.GetDeviceSignature(), deviceSigns, signed.Details, d.keys.identity[:], signed.AccountSignatureKey) {
		return fmt.Errorf("%w: the client's signature is wrong", ErrPairing)
	}
	signed.DeviceSignature = back.GetDeviceSignature()
	return nil
}

// newDevice numbers a device and takes its keys from what the client said at the handshake; they never come again
// before its first key upload.
func (a *Account) newDevice(c *session) (*device, error) {
	said := c.payload.GetDevicePairingData()
	if len(said.GetERegid()) != 4 || len(said.GetEIdent()) != 32 || len(said.GetESkeyID()) != 3 ||
		len(said.GetESkeyVal()) != 32 || len(said.GetESkeySig()) != 64 {
		return nil, fmt.Errorf("%w: the client's keys are incomplete", ErrPairing)
	}
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	a.lastDevice++
	return &device{account: a, id: a.lastDevice, noise: c.static, keys: publicKeys{
		registration: binary.BigEndian.Uint32(said.GetERegid()),
		identity:     [32]byte(said.GetEIdent()),
		signedID:     threeBytes(said.GetESkeyID()),
		signed:       [32]byte(said.GetESkeyVal()),
		signature:    [64]byte(said.GetESkeySig()),
	}}, nil
}

// WaitPairing waits until a client shows codes to be linked.
func (s *Server) WaitPairing(ctx context.Context) error {
	return s.await(ctx, &s.bell, "a client to link", func() bool {
		for c := range s.sessions {
			if len(c.linking.refs) > 0 {
				return true
			}
		}
		return false
	})
}

// threeBytes reads a key ID as stanzas carry it.
func threeBytes(b []byte) uint32 {
	return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
}

func toThreeBytes(id uint32) []byte {
	return []byte{byte(id >> 16), byte(id >> 8), byte(id)}
}

// unlink forgets a device. It needs Server.mu.
func (d *device) unlink() {
	delete(d.account.devices, d.id)
	d.queue, d.last = nil, nil
	d.account.bell.ring()
}
