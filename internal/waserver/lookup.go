package waserver

import (
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/types"
)

// lookUp answers a <usync>: what the server knows about each user, in the name space it was asked in.
func (s *Server) lookUp(usync waBinary.Node) waBinary.Node {
	var wanted []string
	query := usync.GetChildByTag("query")
	for _, child := range query.GetChildren() {
		wanted = append(wanted, child.Tag)
	}
	list := usync.GetChildByTag("list")
	s.mu.Lock()
	defer s.mu.Unlock()
	var users []waBinary.Node
	for _, asked := range list.GetChildren() {
		if contact, ok := asked.GetOptionalChildByTag("contact"); ok {
			users = append(users, s.lookUpContact(contact))
			continue
		}
		jid := asked.AttrGetter().OptionalJIDOrEmpty("jid")
		found := waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{"jid": jid}}
		var facts []waBinary.Node
		for _, fact := range wanted {
			if node, ok := s.fact(fact, jid); ok {
				facts = append(facts, node)
			}
		}
		if len(facts) > 0 {
			found.Content = facts
		}
		users = append(users, found)
	}
	attrs := waBinary.Attrs{}
	for _, name := range []string{"sid", "index", "last", "mode", "context"} {
		if value, ok := usync.Attrs[name]; ok {
			attrs[name] = value
		}
	}
	return waBinary.Node{Tag: "usync", Attrs: attrs, Content: []waBinary.Node{
		{Tag: "result"},
		{Tag: "list", Content: users},
	}}
}

// fact makes one child of a <user>. It needs Server.mu.
func (s *Server) fact(name string, jid types.JID) (waBinary.Node, bool) {
	u := s.find(jid)
	switch name {
	case "devices":
		var devices []waBinary.Node
		if u != nil {
			for _, id := range u.deviceIDs() {
				d := waBinary.Node{Tag: "device", Attrs: waBinary.Attrs{"id": int(id)}}
				if id > 0 {
					d.Attrs["key-index"] = int(id)
				}
				devices = append(devices, d)
			}
		}
		list := waBinary.Node{Tag: "device-list"}
		if len(devices) > 0 {
			list.Content = devices
		}
		return waBinary.Node{Tag: "devices", Content: []waBinary.Node{list}}, true
	case "lid":
		if u == nil || lidUnknown(u) {
			return waBinary.Node{}, false
		}
		return waBinary.Node{Tag: "lid", Attrs: waBinary.Attrs{"val": u.self().lid}}, true
	}
	return waBinary.Node{}, false // status, picture, business: nobody has any
}

// lookUpContact tells whether a telephone number is on WhatsApp. It needs Server.mu.
func (s *Server) lookUpContact(contact waBinary.Node) waBinary.Node {
	asked := text(contact)
	number := types.NewJID(plainNumber(strings.TrimSuffix(asked, "@"+types.LegacyUserServer)), types.DefaultUserServer)
	u := s.find(number)
	answer := waBinary.Node{Tag: "user", Attrs: waBinary.Attrs{}}
	kind := "out"
	switch {
	case u == nil:
		answer.Attrs["pn_jid"] = number
	case lidUnknown(u):
		kind = "in"
		answer.Attrs["pn_jid"] = number
	default:
		kind = "in"
		answer.Attrs["pn_jid"] = number
		answer.Attrs["jid"] = u.self().lid
	}
	answer.Content = []waBinary.Node{{Tag: "contact", Attrs: waBinary.Attrs{"type": kind}, Content: []byte(asked)}}
	return answer
}

// lidUnknown reports whether the server pretends not to know somebody's LID. It needs Server.mu.
func lidUnknown(u user) bool {
	p, ok := u.(*Prospect)
	return ok && p.lidUnknown
}
