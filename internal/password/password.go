// Package password keeps passwords as argon2id hashes.
package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	// MinRunes is the least length: what is shorter is found by trying.
	MinRunes = 10
	// MaxBytes bounds the work that somebody who is not signed in can ask for.
	MaxBytes = 1024

	// 19 MiB and two passes take some 20 ms, which nobody notices who signs in, and are what OWASP asks for at least.
	memory, passes, lanes = 19 * 1024, 2, 1
	saltBytes, keyBytes   = 16, 32
)

// Errors of Hash.
var (
	ErrShort = fmt.Errorf("the password is too short: use at least %d characters", MinRunes)
	ErrLong  = fmt.Errorf("the password is too long: use at most %d bytes", MaxBytes)
)

// Hash returns what to keep of a password, with its parameters and a salt of its own.
func Hash(text string) (string, error) {
	switch {
	case utf8.RuneCountInString(text) < MinRunes:
		return "", ErrShort
	case len(text) > MaxBytes:
		return "", ErrLong
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(text), salt, passes, memory, lanes, keyBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, b64(salt), b64(key)), nil
}

// Matches reports whether text is the password that hash was made of. A hash that cannot be read matches nothing. It takes
// the same time whatever text is, so call it with Nobody for a name that does not exist.
func Matches(hash, text string) bool {
	if len(text) > MaxBytes {
		return false
	}
	h, err := parse(hash)
	if err != nil {
		return false
	}
	key := argon2.IDKey([]byte(text), h.salt, h.passes, h.memory, h.lanes, uint32(len(h.key)))
	return subtle.ConstantTimeCompare(key, h.key) == 1
}

// Nobody is a hash that takes as long as any other and whose password nobody knows.
const Nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

type parsed struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

var errHash = errors.New("not an argon2id hash")

func parse(hash string) (h parsed, err error) {
	parts := strings.Split(hash, "$")
	var version int
	if len(parts) != 6 || parts[1] != "argon2id" {
		return h, errHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return h, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); err != nil {
		return h, errHash
	}
	if h.salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return h, errHash
	}
	if h.key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return h, errHash
	}
	if h.passes < 1 || h.lanes < 1 || h.memory > 1<<20 || len(h.key) < 16 { // 1 GiB: more is a mistake
		return h, errHash
	}
	return h, nil
}
