package waserver

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"
)

// newMessageID makes an ID as phones do; clients of the web kind use another prefix.
func newMessageID() string {
	return "3A" + randomHex(9)
}

// newQueryID makes an ID for a query or notification of the server.
func newQueryID() string {
	return randomHex(8)
}

func randomHex(n int) string {
	return strings.ToUpper(hex.EncodeToString(randomBytes(n)))
}

// randomBytes returns n random bytes. The system's source never fails (crypto/rand since Go 1.24).
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// unixNow is the present time as stanzas carry it.
func unixNow() int64 {
	return time.Now().Unix()
}
