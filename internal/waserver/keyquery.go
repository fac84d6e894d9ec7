package waserver

import (
	"encoding/binary"

	"go.mau.fi/libsignal/ecc"
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// handleKeyQuery counts, takes or gives out one-time keys.
func (c *session) handleKeyQuery(d *device, id, kind string, node *waBinary.Node) {
	if kind == "set" {
		keys, oneTime, ok := readUpload(node)
		if !ok {
			c.refuse(id, 400, "bad-request")
			return
		}
		c.srv.mu.Lock()
		d.keys = keys
		d.oneTime = append(d.oneTime, oneTime...)
		d.warned = false
		d.account.bell.ring()
		c.srv.mu.Unlock()
		c.answer(id)
		return
	}
	if wanted, ok := node.GetOptionalChildByTag("key"); ok {
		var users []waBinary.Node
		for _, child := range wanted.GetChildren() {
			users = append(users, c.srv.keysOf(child.AttrGetter().OptionalJIDOrEmpty("jid")))
		}
		c.answer(id, waBinary.Node{Tag: "list", Content: users})
		return
	}
	if _, ok := node.GetOptionalChildByTag("count"); ok {
		c.srv.mu.Lock()
		left := len(d.oneTime)
		c.srv.mu.Unlock()
		c.answer(id, waBinary.Node{Tag: "count", Attrs: waBinary.Attrs{"value": left}})
		return
	}
	c.refuse(id, 404, "item-not-found")
}

// keysOf makes the key bundle of one device, under the name it was asked by.
func (s *Server) keysOf(jid types.JID) waBinary.Node {
	s.mu.Lock()
	u := s.find(jid)
	var linked *device
	if account, ok := u.(*Account); ok {
		linked = account.devices[deviceID(jid.Device)]
	}
	s.mu.Unlock()
	node := waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{"jid": jid, "t": unixNow()}}
	switch {
	case linked != nil:
		content := linked.takeKeys().nodes()
		node.Content = append(content, waBinary.Node{Tag: "device-identity", Content: linked.identity})
	case u != nil && jid.Device == 0:
		node.Content = u.self().publish().nodes()
	default:
		node.Content = []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": 404, "text": "item-not-found"}}}
	}
	return node
}

// nodes writes a bundle as the children of a <user>.
func (k publicKeys) nodes() []waBinary.Node {
	nodes := []waBinary.Node{
		{Tag: "registration", Content: binary.BigEndian.AppendUint32(nil, k.registration)},
		{Tag: "type", Content: []byte{ecc.DjbType}},
		{Tag: "identity", Content: k.identity[:]},
	}
	if k.oneTime != nil {
		nodes = append(nodes, waBinary.Node{Tag: "key", Content: []waBinary.Node{
			{Tag: "id", Content: toThreeBytes(k.oneTime.id)},
			{Tag: "value", Content: k.oneTime.public[:]},
		}})
	}
	return append(nodes, waBinary.Node{Tag: "skey", Content: []waBinary.Node{
		{Tag: "id", Content: toThreeBytes(k.signedID)},
		{Tag: "value", Content: k.signed[:]},
		{Tag: "signature", Content: k.signature[:]},
	}})
}

// readUpload reads the keys a client uploads.
func readUpload(node *waBinary.Node) (keys publicKeys, oneTime []oneTimeKey, ok bool) {
	keys, ok = readKeys(node.GetChildByTag("registration"), *node)
	if !ok {
		return keys, nil, false
	}
	list := node.GetChildByTag("list")
	for _, child := range list.GetChildren() {
		if key, ok := readOneTime(child); ok {
			oneTime = append(oneTime, key)
		}
	}
	return keys, oneTime, true
}

// readKeys reads identity, signed key and, if there is one, the one-time key among the children of a node.
func readKeys(registration, node waBinary.Node) (keys publicKeys, ok bool) {
	number, _ := registration.Content.([]byte)
	identity, _ := node.GetChildByTag("identity").Content.([]byte)
	skey := node.GetChildByTag("skey")
	signed, ok := readOneTime(skey)
	signature, _ := skey.GetChildByTag("signature").Content.([]byte)
	if !ok || len(number) != 4 || len(identity) != 32 || len(signature) != 64 {
		return keys, false
	}
	keys = publicKeys{
		registration: binary.BigEndian.Uint32(number),
		identity:     [32]byte(identity),
		signedID:     signed.id,
		signed:       signed.public,
		signature:    [64]byte(signature),
	}
	if child, found := node.GetOptionalChildByTag("key"); found {
		if key, ok := readOneTime(child); ok {
			keys.oneTime = &key
		}
	}
	return keys, true
}

// readOneTime reads ID and value of a <key> or <skey>.
func readOneTime(node waBinary.Node) (oneTimeKey, bool) {
	id, _ := node.GetChildByTag("id").Content.([]byte)
	value, _ := node.GetChildByTag("value").Content.([]byte)
	if len(id) != 3 || len(value) != 32 {
		return oneTimeKey{}, false
	}
	return oneTimeKey{id: threeBytes(id), public: [32]byte(value)}, true
}
