package bottest

import (
	"cmp"
	"crypto/rand"
	"slices"

	"layak/bot"
)

// keyOf finds a chat by any of its addresses, "" when there is none.
func (s *Store) keyOf(channel string, addresses []string) bot.ChatKey {
	for _, a := range addresses {
		if c := s.aliases[alias{channel, a}]; c != nil {
			return c.key
		}
	}
	return ""
}

// person finds or makes the contact behind addresses, merging two that turn out to be one.
func (s *Store) person(in bot.Inbound, addresses []string) *contact {
	var c *contact
	for _, a := range addresses {
		other := s.aliases[alias{in.Channel, a}]
		switch {
		case c == nil:
			c = other
		case other != nil && other != c:
			c = s.merge(c, other)
		}
	}
	if c == nil {
		c = &contact{
			key: bot.ChatKey(rand.Text()), channel: in.Channel, address: in.Address,
			created: milli(in.ReceivedAt).UnixMilli(), touched: milli(in.ReceivedAt), seen: map[seenKey]*inboxRow{},
		}
		s.contacts[c.key] = c
	}
	for _, a := range addresses {
		s.addAlias(c, a)
	}
	return c
}

// addAlias makes address lead to c and honours an opt-out that outlived the person's data.
func (s *Store) addAlias(c *contact, address string) {
	a := alias{c.channel, address}
	if s.aliases[a] == c {
		return
	}
	s.aliases[a] = c
	c.aliases = append(c.aliases, a)
	if s.forgotten[forgottenOptOut(a)] {
		c.optedOut = true
	}
}

// merge makes one contact of two and returns the one that stays.
func (s *Store) merge(a, b *contact) *contact {
	stays, goes := a, b
	switch {
	case a.conversation == nil && b.conversation == nil, a.updated.Equal(b.updated):
		if b.created < a.created {
			stays, goes = b, a
		}
	case a.conversation == nil, b.conversation != nil && b.updated.After(a.updated):
		stays, goes = b, a
	}
	owner := cmp.Or(stays.owner, goes.owner)
	fence := max(a.fence, b.fence) + 1
	for _, c := range []*contact{a, b} {
		for _, o := range c.outbox { // what was current stays current, what was withdrawn stays so
			if o.Fence == c.fence && owner == "" {
				o.Fence = fence
			} else {
				o.Fence = 0
			}
		}
	}
	stays.owner, stays.fence = owner, fence
	stays.optedOut = a.optedOut || b.optedOut
	stays.name = cmp.Or(stays.name, goes.name)
	stays.created = min(a.created, b.created)
	if goes.heard.After(stays.heard) {
		stays.heard = goes.heard
	}
	if goes.touched.After(stays.touched) {
		stays.touched = goes.touched
	}
	stays.forgotten = a.forgotten && b.forgotten
	stays.ephemeral = cmp.Or(stays.ephemeral, goes.ephemeral)
	for _, al := range goes.aliases {
		s.aliases[al] = stays
		stays.aliases = append(stays.aliases, al)
	}
	for _, r := range goes.inbox {
		if twin := stays.seen[r.seen()]; twin != nil { // accepted under both addresses before anyone knew
			if r.state != bot.LinePending && twin.state == bot.LinePending {
				twin.state = r.state
			}
			delete(s.inbox, r.id)
			continue
		}
		r.contact = stays
		stays.seen[r.seen()] = r
		stays.inbox = append(stays.inbox, r)
	}
	slices.SortFunc(stays.inbox, func(x, y *inboxRow) int { return cmp.Compare(x.id, y.id) })
	if owner != "" {
		s.leavePending(stays)
	}
	for _, o := range goes.outbox {
		o.contact, o.Chat = stays, stays.key
		stays.outbox = append(stays.outbox, o)
	}
	slices.SortFunc(stays.outbox, func(x, y *outboxRow) int { return cmp.Compare(x.ID, y.ID) })
	s.markWaiting(stays)
	delete(s.waiting[goes.channel], goes)
	s.mergeCases(stays, goes)
	for i := range s.missed {
		if s.missed[i].chat == goes.key {
			s.missed[i].chat = stays.key
		}
	}
	s.audit[stays.key] = append(s.audit[stays.key], s.audit[goes.key]...)
	slices.SortStableFunc(s.audit[stays.key], func(x, y bot.AuditLine) int { return x.At.Compare(y.At) })
	delete(s.audit, goes.key)
	delete(s.contacts, goes.key)
	for k, v := range s.merged {
		if v == goes.key {
			s.merged[k] = stays.key
		}
	}
	s.merged[goes.key] = stays.key
	return stays
}

// mergeCases keeps the case that was opened first and adds the other's reasons to it.
func (s *Store) mergeCases(stays, goes *contact) {
	a, b := s.openOf(stays), s.openOf(goes)
	for _, c := range s.cases {
		if c.Chat == goes.key {
			c.Chat = stays.key
		}
	}
	if a != nil && b != nil {
		if b.OpenedAt.Before(a.OpenedAt) {
			a, b = b, a
		}
		for _, r := range b.Reasons {
			addReason(a, r)
		}
		a.Summary = cmp.Or(b.Summary, a.Summary)
		b.ClosedAt, b.Note = b.OpenedAt, bot.NoteMerged
		a.Owner = cmp.Or(a.Owner, b.Owner)
	}
	if c := s.openOf(stays); c != nil && stays.owner != "" {
		c.Owner = stays.owner
	}
}
