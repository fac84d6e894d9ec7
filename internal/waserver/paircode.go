package waserver

import (
	waBinary "go.mau.fi/whatsmeow/binary"
)

type codeHello struct{}

func (c *session) handlePairingQuery(id string, child waBinary.Node) {
	c.answer(id)
}
