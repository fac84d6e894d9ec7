package bottest

import (
	"context"
	"errors"
	"slices"

	"layak/bot"
	"layak/flows"
)

// Accept implements bot.Store.
func (s *Store) Accept(ctx context.Context, in bot.Inbound) (bot.Accepted, error) {
	return run(ctx, s, "Accept", func() (bot.Accepted, error) {
		if in.Channel == "" || in.Address == "" || in.MessageID == "" {
			return bot.Accepted{}, errors.New("accept a message without channel, address or id")
		}
		addresses := []string{in.Address}
		if in.Alt != "" && in.Alt != in.Address {
			addresses = append(addresses, in.Alt)
		}
		key := seenKey{in.Channel, in.Device(), in.MessageID, in.FromMe}
		for _, a := range addresses {
			if s.forgotten[forgottenMessage(alias{in.Channel, a}, key)] {
				return bot.Accepted{Chat: s.keyOf(in.Channel, addresses)}, nil
			}
		}
		if in.FromMe && s.forgotten[forgottenOut(in.Channel, in.MessageID)] {
			return bot.Accepted{Chat: s.keyOf(in.Channel, addresses)}, nil
		}
		if out := s.sentIDs[messageID{in.Channel, in.MessageID}]; in.FromMe && out != nil {
			return bot.Accepted{Chat: out.contact.key}, nil
		}
		c := s.person(in, addresses)
		if c.seen[key] != nil {
			return bot.Accepted{Chat: c.key}, nil
		}
		s.lastIn++
		row := &inboxRow{id: s.lastIn, contact: c, in: copyInbound(in), state: bot.LinePending}
		s.inbox[row.id] = row
		c.inbox = append(c.inbox, row)
		c.seen[key] = row
		c.ephemeral = in.Ephemeral
		c.forgotten = false
		c.touched = row.in.ReceivedAt
		if in.FromMe {
			row.state = bot.LineLeft
			if c.owner != bot.OwnerPhone {
				s.setOwner(c, bot.OwnerPhone, row.in.ReceivedAt)
			}
			s.openCase(c, bot.HandOff{Reason: flows.HandOffTakeover}, row.in.ReceivedAt).Owner = bot.OwnerPhone
			s.log(c.key, row.in.ReceivedAt, bot.AuditEntry{Who: bot.OwnerPhone, What: "takeover"})
			return bot.Accepted{Chat: c.key, Fresh: true}, nil
		}
		c.address, c.heard = in.Address, row.in.ReceivedAt
		if in.Name != "" {
			c.name = in.Name
		}
		if c.owner != "" {
			row.state = bot.LineLeft
			if !slices.ContainsFunc(s.cases, func(k *bot.Case) bool { return k.Chat == c.key && k.ClosedAt.IsZero() }) {
				s.openCase(c, bot.HandOff{Reason: flows.HandOffTakeover}, row.in.ReceivedAt).Owner = c.owner
				s.log(c.key, row.in.ReceivedAt, bot.AuditEntry{Who: c.owner, What: "handoff", Note: string(flows.HandOffTakeover)})
			}
		}
		return bot.Accepted{Chat: c.key, Fresh: true}, nil
	})
}

func copyInbound(in bot.Inbound) bot.Inbound {
	in.Input.Masked = slices.Clone(in.Input.Masked)
	in.ReceivedAt = milli(in.ReceivedAt)
	if !in.Input.At.IsZero() {
		in.Input.At = milli(in.Input.At)
	}
	return in
}
