package whatsapp

import (
	"context"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
)

// forRetry finds a message that a phone could not decrypt and asks for again. The library remembers the last ones by
// itself; this finds those sent before a restart. The phone may use the person's other address, so the message is looked
// up by its id, and then must have been meant for the same person.
func (c *Channel) forRetry(requester, to types.JID, id types.MessageID) *waE2E.Message {
	m, found, err := c.sent(c.conn, id)
	if err != nil {
		c.cfg.Log.Error("message asked for again cannot be looked up", "id", id, "error", Mask(err.Error()))
		return nil
	}
	if !found {
		c.cfg.Log.Info("message asked for again is not known", "id", id)
		return nil
	}
	meant, ok := personAddress(m.Address)
	if !ok || !c.samePerson(c.conn, meant, requester) && !c.samePerson(c.conn, meant, to) {
		c.cfg.Log.Warn("message asked for again by somebody it was not sent to", "id", id)
		return nil
	}
	return message(m)
}

// samePerson compares two addresses, by number or hidden id.
func (c *Channel) samePerson(ctx context.Context, a, b types.JID) bool {
	a, b = a.ToNonAD(), b.ToNonAD()
	if a == b {
		return true
	}
	if a.Server == types.HiddenUserServer {
		a, b = b, a
	}
	if a.Server != types.DefaultUserServer || b.Server != types.HiddenUserServer {
		return false
	}
	lid, err := c.client.Load().Store.LIDs.GetLIDForPN(ctx, a)
	return err == nil && lid.ToNonAD() == b
}
