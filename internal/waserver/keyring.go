package waserver

import (
	"context"
	"encoding/binary"
	"fmt"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/libsignal/keys/identity"
	"go.mau.fi/libsignal/keys/prekey"
	"go.mau.fi/libsignal/logger"
	"go.mau.fi/libsignal/protocol"
	"go.mau.fi/libsignal/serialize"
	signal "go.mau.fi/libsignal/session"
	"go.mau.fi/libsignal/state/record"
	"go.mau.fi/libsignal/util/optional"
	"go.mau.fi/whatsmeow/util/keys"
)

var wireFormat = serialize.NewProtoBufSerializer()

// quiet replaces libsignal's default logger, which fills a list at its first message without a lock and prints every
// duplicate to the standard output.
type quiet struct{}

func (quiet) Debug(_, _ string)   {}
func (quiet) Info(_, _ string)    {}
func (quiet) Warning(_, _ string) {}
func (quiet) Error(_, _ string)   {}
func (quiet) Configure(_ string)  {}

func init() {
	// At start-up, because the logger is a plain global variable: later would be a race with running sessions.
	if logger.Logger == nil {
		var silent logger.Loggable = quiet{}
		logger.Setup(&silent)
	}
}

// publicKeys is what somebody needs to begin a session: a key bundle. The one-time key may be missing.
type publicKeys struct {
	registration uint32
	identity     [32]byte
	signedID     uint32
	signed       [32]byte
	signature    [64]byte
	oneTime      *oneTimeKey
}

// oneTimeKey is the public half of a key that serves for one session.
type oneTimeKey struct {
	id     uint32
	public [32]byte
}

func (k publicKeys) bundle(id deviceID) *prekey.Bundle {
	oneTimeID, oneTime := optional.NewEmptyUint32(), ecc.ECPublicKeyable(nil)
	if k.oneTime != nil {
		oneTimeID, oneTime = optional.NewOptionalUint32(k.oneTime.id), ecc.NewDjbECPublicKey(k.oneTime.public)
	}
	return prekey.NewBundle(k.registration, uint32(id), oneTimeID, k.signedID, oneTime,
		ecc.NewDjbECPublicKey(k.signed), k.signature, identity.NewKey(ecc.NewDjbECPublicKey(k.identity)))
}

// keyring holds the private keys and sessions of one simulated phone, in the form libsignal asks for. Its owner's lock
// guards it. Whoever writes to it is trusted: a test that swaps identities means it.
type keyring struct {
	identity     *keys.KeyPair
	signed       *keys.PreKey
	registration uint32
	oneTime      map[uint32]*keys.PreKey
	lastOneTime  uint32
	sessions     map[string][]byte // serialized, because libsignal changes a record even when it fails
}

func newKeyring() *keyring {
	own := keys.NewKeyPair()
	return &keyring{
		identity:     own,
		signed:       own.CreateSignedPreKey(1),
		registration: binary.BigEndian.Uint32(randomBytes(4)) & 0x3fff,
		oneTime:      make(map[uint32]*keys.PreKey),
		sessions:     make(map[string][]byte),
	}
}

// publish returns the public keys with a fresh one-time key.
func (k *keyring) publish() publicKeys {
	k.lastOneTime++
	fresh := keys.NewPreKey(k.lastOneTime)
	k.oneTime[fresh.KeyID] = fresh
	return publicKeys{
		registration: k.registration,
		identity:     *k.identity.Pub,
		signedID:     k.signed.KeyID,
		signed:       *k.signed.Pub,
		signature:    *k.signed.Signature,
		oneTime:      &oneTimeKey{id: fresh.KeyID, public: *fresh.Pub},
	}
}

// begin starts a new session with the owner of the given keys.
func (k *keyring) begin(address *protocol.SignalAddress, theirs *prekey.Bundle) error {
	return signal.NewBuilder(k, k, k, k, address, wireFormat).ProcessBundle(context.Background(), theirs)
}

// seal encrypts a message for somebody with whom there is a session. It returns the kind of the ciphertext, too.
func (k *keyring) seal(address *protocol.SignalAddress, plaintext []byte) (kind string, ciphertext []byte, err error) {
	builder := signal.NewBuilder(k, k, k, k, address, wireFormat)
	message, err := signal.NewCipher(builder, address).Encrypt(context.Background(), pad(plaintext))
	if err != nil {
		return "", nil, err
	}
	kind = "msg"
	if message.Type() == protocol.PREKEY_TYPE {
		kind = "pkmsg"
	}
	return kind, message.Serialize(), nil
}

// open decrypts a message.
func (k *keyring) open(address *protocol.SignalAddress, kind string, ciphertext []byte) ([]byte, error) {
	ctx := context.Background()
	builder := signal.NewBuilder(k, k, k, k, address, wireFormat)
	reader := signal.NewCipher(builder, address)
	var plaintext []byte
	switch kind {
	case "pkmsg":
		message, err := protocol.NewPreKeySignalMessageFromBytes(ciphertext, wireFormat.PreKeySignalMessage, wireFormat.SignalMessage)
		if err != nil {
			return nil, err
		}
		if plaintext, err = reader.DecryptMessage(ctx, message); err != nil {
			return nil, err
		}
	case "msg":
		message, err := protocol.NewSignalMessageFromBytes(ciphertext, wireFormat.SignalMessage)
		if err != nil {
			return nil, err
		}
		if plaintext, err = reader.Decrypt(ctx, message); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("unknown kind of ciphertext %q", kind)
	}
	return unpad(plaintext)
}

// pad adds 1 to 15 bytes that all say how many they are.
func pad(plaintext []byte) []byte {
	n := randomBytes(1)[0]%15 + 1
	padded := append(make([]byte, 0, len(plaintext)+int(n)), plaintext...)
	for range n {
		padded = append(padded, n)
	}
	return padded
}

func unpad(padded []byte) ([]byte, error) {
	if len(padded) == 0 {
		return nil, fmt.Errorf("empty plaintext")
	}
	n := int(padded[len(padded)-1])
	if n == 0 || n > len(padded) {
		return nil, fmt.Errorf("padding of %d bytes in %d", n, len(padded))
	}
	return padded[:len(padded)-n], nil
}

// The rest is what libsignal calls.

func (k *keyring) GetIdentityKeyPair() *identity.KeyPair {
	return identity.NewKeyPair(identity.NewKey(ecc.NewDjbECPublicKey(*k.identity.Pub)), ecc.NewDjbECPrivateKey(*k.identity.Priv))
}

func (k *keyring) GetLocalRegistrationID() uint32 {
	return k.registration
}

func (k *keyring) SaveIdentity(context.Context, *protocol.SignalAddress, *identity.Key) error {
	return nil
}

func (k *keyring) IsTrustedIdentity(context.Context, *protocol.SignalAddress, *identity.Key) (bool, error) {
	return true, nil
}

func (k *keyring) LoadPreKey(_ context.Context, id uint32) (*record.PreKey, error) {
	key := k.oneTime[id]
	if key == nil {
		return nil, nil
	}
	return record.NewPreKey(id, signalPair(key.KeyPair), nil), nil
}

func (k *keyring) StorePreKey(context.Context, uint32, *record.PreKey) error {
	return fmt.Errorf("keys are made by publish")
}

func (k *keyring) ContainsPreKey(_ context.Context, id uint32) (bool, error) {
	return k.oneTime[id] != nil, nil
}

func (k *keyring) RemovePreKey(_ context.Context, id uint32) error {
	delete(k.oneTime, id)
	return nil
}

func (k *keyring) LoadSignedPreKey(_ context.Context, id uint32) (*record.SignedPreKey, error) {
	if id != k.signed.KeyID {
		return nil, nil
	}
	return record.NewSignedPreKey(id, 0, signalPair(k.signed.KeyPair), *k.signed.Signature, nil), nil
}

func (k *keyring) LoadSignedPreKeys(ctx context.Context) ([]*record.SignedPreKey, error) {
	only, err := k.LoadSignedPreKey(ctx, k.signed.KeyID)
	return []*record.SignedPreKey{only}, err
}

func (k *keyring) StoreSignedPreKey(context.Context, uint32, *record.SignedPreKey) error {
	return fmt.Errorf("the signed key is made once")
}

func (k *keyring) ContainsSignedPreKey(_ context.Context, id uint32) (bool, error) {
	return id == k.signed.KeyID, nil
}

func (k *keyring) RemoveSignedPreKey(context.Context, uint32) error {
	return fmt.Errorf("the signed key stays")
}

func (k *keyring) LoadSession(_ context.Context, address *protocol.SignalAddress) (*record.Session, error) {
	if raw, ok := k.sessions[address.String()]; ok {
		return record.NewSessionFromBytes(raw, wireFormat.Session, wireFormat.State)
	}
	return record.NewSession(wireFormat.Session, wireFormat.State), nil
}

func (k *keyring) GetSubDeviceSessions(context.Context, string) ([]uint32, error) {
	return nil, nil
}

func (k *keyring) StoreSession(_ context.Context, address *protocol.SignalAddress, session *record.Session) error {
	k.sessions[address.String()] = session.Serialize()
	return nil
}

func (k *keyring) ContainsSession(_ context.Context, address *protocol.SignalAddress) (bool, error) {
	_, ok := k.sessions[address.String()]
	return ok, nil
}

func (k *keyring) DeleteSession(_ context.Context, address *protocol.SignalAddress) error {
	delete(k.sessions, address.String())
	return nil
}

func (k *keyring) DeleteAllSessions(context.Context) error {
	clear(k.sessions)
	return nil
}

func signalPair(pair keys.KeyPair) *ecc.ECKeyPair {
	return ecc.NewECKeyPair(ecc.NewDjbECPublicKey(*pair.Pub), ecc.NewDjbECPrivateKey(*pair.Priv))
}
