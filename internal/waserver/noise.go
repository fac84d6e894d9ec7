package waserver

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"go.mau.fi/whatsmeow/proto/waWa6"
	"go.mau.fi/whatsmeow/util/keys"
	"golang.org/x/crypto/curve25519"
	"google.golang.org/protobuf/proto"
)

// noisePattern is exactly 32 bytes long and therefore used unhashed.
const noisePattern = "Noise_XX_25519_AESGCM_SHA256\x00\x00\x00\x00"

// noiseState is the responder's side of the Noise XX handshake.
type noiseState struct {
	hash    []byte
	chain   []byte
	aead    cipher.AEAD
	counter uint32
}

// newNoiseState begins a handshake whose prologue is what the client sent before its first frame.
func newNoiseState(prologue []byte) (*noiseState, error) {
	aead, err := newGCM([]byte(noisePattern))
	if err != nil {
		return nil, err
	}
	n := &noiseState{hash: []byte(noisePattern), chain: []byte(noisePattern), aead: aead}
	n.mixHash(prologue)
	return n, nil
}

func (n *noiseState) mixHash(data []byte) {
	sum := sha256.Sum256(join(n.hash, data))
	n.hash = sum[:]
}

func (n *noiseState) mixKey(private, public []byte) error {
	secret, err := curve25519.X25519(private, public)
	if err != nil {
		return fmt.Errorf("agree on a key: %w", err)
	}
	okm, err := hkdf.Key(sha256.New, secret, n.chain, "", 64)
	if err != nil {
		return err
	}
	n.chain, n.counter = okm[:32], 0
	n.aead, err = newGCM(okm[32:])
	return err
}

func (n *noiseState) encrypt(plaintext []byte) []byte {
	ciphertext := n.aead.Seal(nil, nonce(n.counter), plaintext, n.hash)
	n.counter++
	n.mixHash(ciphertext)
	return ciphertext
}

func (n *noiseState) decrypt(ciphertext []byte) ([]byte, error) {
	plaintext, err := n.aead.Open(nil, nonce(n.counter), ciphertext, n.hash)
	n.counter++
	n.mixHash(ciphertext)
	return plaintext, err
}

// split returns the ciphers for what comes from the client and for what goes to it.
func (n *noiseState) split() (in, out cipher.AEAD, err error) {
	okm, err := hkdf.Key(sha256.New, nil, n.chain, "", 64)
	if err != nil {
		return nil, nil, err
	}
	if in, err = newGCM(okm[:32]); err != nil {
		return nil, nil, err
	}
	out, err = newGCM(okm[32:])
	return in, out, err
}

// hello answers the client's first message with the server's keys and certificates.
func (n *noiseState) hello(message []byte, own *certificateChain) (answer []byte, ephemeral *keys.KeyPair, err error) {
	var hello waWa6.HandshakeMessage
	if err = proto.Unmarshal(message, &hello); err != nil {
		return nil, nil, err
	}
	theirs := hello.GetClientHello().GetEphemeral()
	if len(theirs) != 32 {
		return nil, nil, fmt.Errorf("client key of %d bytes", len(theirs))
	}
	n.mixHash(theirs)
	ephemeral = keys.NewKeyPair()
	n.mixHash(ephemeral.Pub[:])
	if err = n.mixKey(ephemeral.Priv[:], theirs); err != nil {
		return nil, nil, err
	}
	static := n.encrypt(own.static.Pub[:])
	if err = n.mixKey(own.static.Priv[:], theirs); err != nil {
		return nil, nil, err
	}
	answer, err = proto.Marshal(&waWa6.HandshakeMessage{ServerHello: &waWa6.HandshakeMessage_ServerHello{
		Ephemeral: ephemeral.Pub[:],
		Static:    static,
		Payload:   n.encrypt(own.chain),
	}})
	return answer, ephemeral, err
}

// finish reads the client's second message: its static key and who it says it is.
func (n *noiseState) finish(message []byte, ephemeral *keys.KeyPair) (static [32]byte, payload *waWa6.ClientPayload, err error) {
	var finish waWa6.HandshakeMessage
	if err = proto.Unmarshal(message, &finish); err != nil {
		return static, nil, err
	}
	theirs, err := n.decrypt(finish.GetClientFinish().GetStatic())
	if err != nil {
		return static, nil, fmt.Errorf("open client key: %w", err)
	} else if len(theirs) != 32 {
		return static, nil, fmt.Errorf("client key of %d bytes", len(theirs))
	}
	if err = n.mixKey(ephemeral.Priv[:], theirs); err != nil {
		return static, nil, err
	}
	raw, err := n.decrypt(finish.GetClientFinish().GetPayload())
	if err != nil {
		return static, nil, fmt.Errorf("open client payload: %w", err)
	}
	payload = new(waWa6.ClientPayload)
	if err = proto.Unmarshal(raw, payload); err != nil {
		return static, nil, fmt.Errorf("read client payload: %w", err)
	}
	return [32]byte(theirs), payload, nil
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func nonce(counter uint32) []byte {
	var n [12]byte
	binary.BigEndian.PutUint32(n[8:], counter)
	return n[:]
}
