package waserver

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waCompanionReg"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
	"golang.org/x/crypto/curve25519"
	"google.golang.org/protobuf/proto"
)

const (
	passkeySite = "whatsapp.com" // the relying party
	// Flags of an assertion: the person was present and identified.
	passkeyFlags = 0x05
	// passkeyTimeout is what a phone gives its owner, in milliseconds.
	passkeyTimeout = 300_000
)

var codeAlphabet = base32.NewEncoding("123456789ABCDEFGHJKLMNPQRSTVWXYZ")

// passkey is the security key of an account's owner.
type passkey struct {
	id     []byte
	secret *ecdsa.PrivateKey
	code   string // of the linking in progress; guarded by Server.mu
}

// DemandPasskey makes the account ask for a passkey signature whenever a device is linked; SignPasskey makes one.
func (a *Account) DemandPasskey() {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // the system's random source does not fail
	}
	a.srv.mu.Lock()
	defer a.srv.mu.Unlock()
	a.passkey = &passkey{id: randomBytes(16), secret: secret}
}

// SignPasskey answers a request as the account's security key does once its owner has touched it.
func (a *Account) SignPasskey(request *types.WebAuthnPublicKey) (*types.WebAuthnResponse, error) {
	a.srv.mu.Lock()
	k := a.passkey
	a.srv.mu.Unlock()
	if k == nil {
		return nil, fmt.Errorf("sign passkey: the account demands none")
	}
	if !slices.ContainsFunc(request.AllowCredentials, func(c types.AllowedCredential) bool { return slices.Equal(c.ID, k.id) }) {
		return nil, fmt.Errorf("sign passkey: the request is for another key")
	}
	said, err := json.Marshal(map[string]any{
		"type": "webauthn.get", "challenge": base64.RawURLEncoding.EncodeToString(request.Challenge),
		"origin": "https://web." + passkeySite, "crossOrigin": false,
	})
	if err != nil {
		return nil, err
	}
	site := sha256.Sum256([]byte(request.RelyingPartID))
	witnessed := join(site[:], []byte{passkeyFlags, 0, 0, 0, 1})
	signature, err := ecdsa.SignASN1(rand.Reader, k.secret, assertionDigest(witnessed, said))
	if err != nil {
		return nil, err
	}
	return &types.WebAuthnResponse{
		ID: base64.RawURLEncoding.EncodeToString(k.id), RawID: k.id, Type: "public-key",
		Response: types.WebAuthnResponseData{ClientDataJSON: said, AuthenticatorData: witnessed, Signature: signature},
	}, nil
}

// PasskeyCode waits for the code the phone shows during a linking with a passkey, for the owner to compare. The client
// must have revealed its part of it.
func (a *Account) PasskeyCode(ctx context.Context) (string, error) {
	var code string
	err := a.srv.await(ctx, &a.srv.bell, "the code of the passkey", func() bool {
		if a.passkey != nil {
			code = a.passkey.code
		}
		return code != ""
	})
	return code, err
}

// assertionDigest is what a security key signs.
func assertionDigest(witnessed, said []byte) []byte {
	clientData := sha256.Sum256(said)
	digest := sha256.Sum256(join(witnessed, clientData[:]))
	return digest[:]
}

// exchange demands a signature of the client and agrees with it on a new pairing secret, which it returns. The old one
// serves the client to prove that it is the program that showed the code.
func (k *passkey) exchange(ctx context.Context, c *session, old []byte) (adv []byte, err error) {
	challenge := randomBytes(32)
	options, err := json.Marshal(types.WebAuthnPublicKey{
		Challenge:        challenge,
		Timeout:          passkeyTimeout,
		RelyingPartID:    passkeySite,
		AllowCredentials: []types.AllowedCredential{{ID: k.id, Type: "public-key", Transports: []string{"internal", "hybrid"}}},
		UserVerification: "required",
	})
	if err != nil {
		return nil, err
	}
	c.srv.mu.Lock()
	c.linking.passkeyOptions = options
	k.code = ""
	c.srv.mu.Unlock()

	prologues := c.expect("passkey_prologue")
	c.send(notification("passkey_prologue_request", waBinary.Node{Tag: "passkey_request_options", Content: options}))
	prologue, err := c.hear(ctx, prologues)
	if err != nil {
		return nil, err
	}
	client, commitment, identity, err := k.checkPrologue(prologue, challenge, old)
	if err != nil {
		return nil, err
	}
	c.srv.mu.Lock()
	ref := c.linking.passkeyRef
	c.srv.mu.Unlock()
	if client.GetRef() != ref {
		return nil, fmt.Errorf("%w: the passkey answer has another ref", ErrPairing)
	}

	own, number := keys.NewKeyPair(), randomBytes(32)
	ephemeral, err := proto.Marshal(&waCompanionReg.PrimaryEphemeralIdentity{PublicKey: own.Pub[:], Nonce: number})
	if err != nil {
		return nil, err
	}
	nonces, requests := c.expect("companion_nonce"), c.expect("encrypted_pairing_request")
	c.send(notification("crsc_continuation", waBinary.Node{Tag: "primary_ephemeral_identity", Content: ephemeral}))
	revealed, err := c.hear(ctx, nonces)
	if err != nil {
		return nil, err
	}
	nonce, _ := revealed.Content.([]byte)
	if hash := sha256.Sum256(join(identity, nonce)); !slices.Equal(hash[:], commitment) {
		return nil, fmt.Errorf("%w: the client's nonce is not what it committed itself to", ErrPairing)
	}
	c.srv.mu.Lock()
	k.code = comparisonCode(number, nonce, own.Pub[:])
	c.srv.bell.ring()
	c.srv.mu.Unlock()

	request, err := c.hear(ctx, requests)
	if err != nil {
		return nil, err
	}
	sealed, _ := request.Content.([]byte)
	return openPairingRequest(c, own, client, sealed)
}

// checkPrologue verifies the signature and the proof in the client's first answer, and returns what it committed to.
func (k *passkey) checkPrologue(prologue waBinary.Node, challenge, old []byte) (client *waCompanionReg.CompanionEphemeralIdentity, commitment, identity []byte, err error) {
	assertion, _ := prologue.GetChildByTag("webauthn_assertion").Content.([]byte)
	payload, _ := prologue.GetChildByTag("prologue_payload").Content.([]byte)
	var response types.WebAuthnResponse
	var said struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if err = json.Unmarshal(assertion, &response); err == nil {
		err = json.Unmarshal(response.Response.ClientDataJSON, &said)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w: read the passkey answer: %w", ErrPairing, err)
	}
	digest := assertionDigest(response.Response.AuthenticatorData, response.Response.ClientDataJSON)
	site := sha256.Sum256([]byte(passkeySite))
	switch {
	case !slices.Equal(response.RawID, k.id):
		return nil, nil, nil, fmt.Errorf("%w: another passkey signed", ErrPairing)
	case said.Type != "webauthn.get" || said.Challenge != base64.RawURLEncoding.EncodeToString(challenge):
		return nil, nil, nil, fmt.Errorf("%w: the passkey signed another challenge", ErrPairing)
	case len(response.Response.AuthenticatorData) < 37 || !slices.Equal(response.Response.AuthenticatorData[:32], site[:]):
		return nil, nil, nil, fmt.Errorf("%w: the passkey signed for another site", ErrPairing)
	case !ecdsa.VerifyASN1(&k.secret.PublicKey, digest, response.Response.Signature):
		return nil, nil, nil, fmt.Errorf("%w: the passkey signature is wrong", ErrPairing)
	}
	if proof, ok := prologue.GetOptionalChildByTag("pairing_handoff_proof"); ok {
		key, err := hkdf.Key(sha256.New, old, nil, "shortcake-passkey-handoff-v1", 32)
		if err != nil {
			return nil, nil, nil, err
		}
		mac := hmac.New(sha256.New, key)
		mac.Write(payload)
		if given, _ := proof.Content.([]byte); !hmac.Equal(mac.Sum(nil), given) {
			return nil, nil, nil, fmt.Errorf("%w: the passkey answer is not from the program that showed the code", ErrPairing)
		}
	}
	var promise waCompanionReg.ProloguePayload
	client = new(waCompanionReg.CompanionEphemeralIdentity)
	if err = proto.Unmarshal(payload, &promise); err == nil {
		err = proto.Unmarshal(promise.GetCompanionEphemeralIdentity(), client)
	}
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w: read the passkey prologue: %w", ErrPairing, err)
	}
	return client, promise.GetCommitment().GetHash(), promise.GetCompanionEphemeralIdentity(), nil
}

// comparisonCode is what both sides show, so that a person can see that nobody sits between them.
func comparisonCode(number, nonce, public []byte) string {
	digest := sha256.Sum256(join(nonce, public))
	mixed := make([]byte, 5)
	for i := range mixed {
		mixed[i] = number[i] ^ digest[i]
	}
	code := codeAlphabet.EncodeToString(mixed)
	return code[:4] + "-" + code[4:]
}

// openPairingRequest decrypts the client's last word: its keys, which must be those of the connection, and the secret.
func openPairingRequest(c *session, own *keys.KeyPair, client *waCompanionReg.CompanionEphemeralIdentity, sealed []byte) ([]byte, error) {
	var outer waCompanionReg.EncryptedPairingRequest
	if err := proto.Unmarshal(sealed, &outer); err != nil {
		return nil, fmt.Errorf("%w: read the pairing request: %w", ErrPairing, err)
	}
	shared, err := curve25519.X25519(own.Priv[:], client.GetPublicKey())
	if err != nil {
		return nil, fmt.Errorf("%w: agree on a key: %w", ErrPairing, err)
	}
	salt := fmt.Sprintf("Companion Pairing %d with ref %s", client.GetDeviceType(), client.GetRef())
	key, err := hkdf.Key(sha256.New, shared, []byte(salt), "Pairing Information Encryption Key", 32)
	if err != nil {
		return nil, err
	}
	aead, err := newGCM(key)
	if err != nil {
		return nil, err
	}
	if len(outer.GetIV()) != aead.NonceSize() {
		return nil, fmt.Errorf("%w: nonce of %d bytes", ErrPairing, len(outer.GetIV()))
	}
	opened, err := aead.Open(nil, outer.GetIV(), outer.GetEncryptedPayload(), nil)
	if err != nil {
		return nil, fmt.Errorf("%w: open the pairing request: %w", ErrPairing, err)
	}
	var request waCompanionReg.PairingRequest
	if err = proto.Unmarshal(opened, &request); err != nil {
		return nil, fmt.Errorf("%w: read the pairing request: %w", ErrPairing, err)
	}
	if !slices.Equal(request.GetCompanionPublicKey(), c.static[:]) ||
		!slices.Equal(request.GetCompanionIdentityKey(), c.payload.GetDevicePairingData().GetEIdent()) {
		return nil, fmt.Errorf("%w: the pairing request names other keys", ErrPairing)
	}
	return request.GetAdvSecret(), nil
}
