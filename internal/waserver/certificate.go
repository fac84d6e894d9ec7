package waserver

import (
	"fmt"
	"time"

	"go.mau.fi/libsignal/ecc"
	"go.mau.fi/whatsmeow/proto/waCert"
	"go.mau.fi/whatsmeow/util/keys"
	"google.golang.org/protobuf/proto"
)

// certificateChain is how the server proves itself during the handshake.
type certificateChain struct {
	root   [32]byte      // public key the clients must trust
	static *keys.KeyPair // the server's own Noise key
	chain  []byte        // encoded waCert.CertChain: root signs intermediate, intermediate signs static
}

const (
	intermediateSerial = 1
	leafSerial         = 2
	// Certificates are checked against the client's clock; a day on both sides forgives any test machine.
	certificateSlack = 24 * time.Hour
)

// newCertificateChain makes fresh keys and certificates that are valid around now.
func newCertificateChain(now time.Time) (*certificateChain, error) {
	root, intermediate, static := keys.NewKeyPair(), keys.NewKeyPair(), keys.NewKeyPair()
	first, err := certify(root, intermediate, intermediateSerial, 0, now)
	if err != nil {
		return nil, fmt.Errorf("intermediate certificate: %w", err)
	}
	second, err := certify(intermediate, static, leafSerial, intermediateSerial, now)
	if err != nil {
		return nil, fmt.Errorf("leaf certificate: %w", err)
	}
	chain, err := proto.Marshal(&waCert.CertChain{Intermediate: first, Leaf: second})
	if err != nil {
		return nil, fmt.Errorf("encode chain: %w", err)
	}
	return &certificateChain{root: *root.Pub, static: static, chain: chain}, nil
}

// certify signs a key with the key of its issuer.
func certify(issuer, subject *keys.KeyPair, serial, issuerSerial uint32, now time.Time) (*waCert.CertChain_NoiseCertificate, error) {
	details, err := proto.Marshal(&waCert.CertChain_NoiseCertificate_Details{
		Serial:       &serial,
		IssuerSerial: &issuerSerial,
		Key:          subject.Pub[:],
		NotBefore:    proto.Uint64(uint64(now.Add(-certificateSlack).Unix())),
		NotAfter:     proto.Uint64(uint64(now.Add(certificateSlack).Unix())),
	})
	if err != nil {
		return nil, err
	}
	signature := sign(issuer, details)
	return &waCert.CertChain_NoiseCertificate{Details: details, Signature: signature}, nil
}

// sign makes the 64-byte signature of a message as Signal does, with a key made for key agreement.
func sign(by *keys.KeyPair, parts ...[]byte) []byte {
	signature := ecc.CalculateSignature(ecc.NewDjbECPrivateKey(*by.Priv), join(parts...))
	return signature[:]
}

// verify checks a signature made by sign.
func verify(by [32]byte, signature []byte, parts ...[]byte) bool {
	return len(signature) == 64 && ecc.VerifySignature(ecc.NewDjbECPublicKey(by), join(parts...), [64]byte(signature))
}

// join concatenates byte strings into a new one.
func join(parts ...[]byte) []byte {
	var whole []byte
	for _, part := range parts {
		whole = append(whole, part...)
	}
	return whole
}
