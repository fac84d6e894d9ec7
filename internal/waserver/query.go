package waserver

import (
	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// handleQuery answers an <iq>, or passes on the client's answer to one of ours. The device is nil before login.
func (c *session) handleQuery(d *device, node *waBinary.Node) {
	id, _ := node.Attrs["id"].(string)
	kind, _ := node.Attrs["type"].(string)
	space, _ := node.Attrs["xmlns"].(string)
	if kind == "result" || kind == "error" {
		c.srv.mu.Lock()
		then := c.replies[id]
		delete(c.replies, id)
		c.srv.mu.Unlock()
		if then != nil {
			then(node)
		}
		return
	}
	var child waBinary.Node
	if children := node.GetChildren(); len(children) > 0 {
		child = children[0]
	}
	if d == nil {
		if space != "md" {
			c.refuse(id, 401, "not-authorized")
			return
		}
		c.handlePairingQuery(id, child)
		return
	}
	switch space {
	case "encrypt":
		c.handleKeyQuery(d, id, kind, node)
	case "passive":
		c.answer(id)
		if child.Tag == "active" {
			c.activate(d)
		}
	case "usync":
		c.answer(id, c.srv.lookUp(child))
	case "w:m":
		c.answer(id, c.srv.mediaHosts())
	case "w:sync:app:state":
		c.answer(id, d.account.syncAppState(child))
	case "md":
		c.answer(id)
		if child.Tag == "remove-companion-device" {
			c.srv.mu.Lock()
			d.unlink()
			c.srv.mu.Unlock()
		}
	case "w:mex":
		c.answer(id, waBinary.Node{Tag: "result", Content: []byte(`{"data":{}}`)})
	case "w:profile:picture":
		c.refuse(id, 404, "item-not-found")
	case "blocklist":
		c.answer(id, waBinary.Node{Tag: "list", Attrs: waBinary.Attrs{"dhash": "0"}})
	case "w:g2":
		c.answer(id, waBinary.Node{Tag: "groups"})
	case "abt", "w":
		c.answer(id, waBinary.Node{Tag: "props"})
	case "privacy":
		if kind == "get" {
			c.answer(id, privacySettings())
		} else {
			c.answer(id)
		}
	default:
		// Keep-alives (w:p) and whatever else a client may ask without needing the answer.
		c.answer(id)
	}
}

// answer sends the result of a query.
func (c *session) answer(id string, content ...waBinary.Node) {
	node := waBinary.Node{Tag: "iq", Attrs: waBinary.Attrs{"from": types.ServerJID, "type": "result", "id": id}}
	if len(content) > 0 {
		node.Content = content
	}
	c.send(node)
}

// refuse sends an error in place of a result.
func (c *session) refuse(id string, code int, text string) {
	c.send(waBinary.Node{
		Tag:     "iq",
		Attrs:   waBinary.Attrs{"from": types.ServerJID, "type": "error", "id": id},
		Content: []waBinary.Node{{Tag: "error", Attrs: waBinary.Attrs{"code": code, "text": text}}},
	})
}

// privacySettings says that everybody may see everything.
func privacySettings() waBinary.Node {
	var categories []waBinary.Node
	for _, name := range []string{"groupadd", "last", "status", "profile", "readreceipts", "online", "calladd"} {
		categories = append(categories, waBinary.Node{Tag: "category", Attrs: waBinary.Attrs{"name": name, "value": "all"}})
	}
	return waBinary.Node{Tag: "privacy", Content: categories}
}

// text returns the content of a node that may arrive as bytes or as text.
func text(node waBinary.Node) string {
	switch content := node.Content.(type) {
	case []byte:
		return string(content)
	case string:
		return content
	}
	return ""
}
