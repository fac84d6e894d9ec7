package bottest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"layak/bot"
)

// forget removes what is known about a person but keeps the messages that arrived meanwhile.
func (s *Store) forget(c *contact, at time.Time) {
	pending := slices.DeleteFunc(slices.Clone(c.inbox), func(r *inboxRow) bool { return !isPending(r) })
	for _, r := range c.inbox {
		if isPending(r) {
			continue
		}
		for _, a := range c.aliases {
			s.forgotten[forgottenMessage(a, r.seen())] = true
		}
		delete(c.seen, r.seen())
		delete(s.inbox, r.id)
	}
	c.inbox = pending
	for _, o := range slices.Clone(c.outbox) {
		s.dropOut(o)
	}
	if c.optedOut {
		for _, a := range c.aliases {
			s.forgotten[forgottenOptOut(a)] = true
		}
	}
	for _, k := range s.cases {
		if k.Chat == c.key {
			k.Summary = ""
			if k.ClosedAt.IsZero() {
				k.ClosedAt, k.Note = at, bot.NoteForgotten
			}
		}
	}
	s.missed = slices.DeleteFunc(s.missed, func(m missedRow) bool { return m.chat == c.key })
	c.conversation, c.version, c.updated, c.name = nil, 0, time.Time{}, ""
	c.forgotten = len(pending) == 0
}

// dropOut removes an outbound message for good; only the hash of its id stays, so that its echo is not taken for a
// message typed by hand.
func (s *Store) dropOut(o *outboxRow) {
	s.forgotten[forgottenOut(o.Channel, o.MessageID)] = true
	delete(s.outbox, o.ID)
	delete(s.sentIDs, messageID{o.Channel, o.MessageID})
	o.contact.outbox = slices.DeleteFunc(o.contact.outbox, func(x *outboxRow) bool { return x == o })
}

// purge removes a forgotten contact once nothing is left to send.
func (s *Store) purge(c *contact) {
	if !c.forgotten || len(c.outbox) > 0 || len(c.inbox) > 0 {
		return
	}
	for _, a := range c.aliases {
		delete(s.aliases, a)
	}
	delete(s.contacts, c.key)
	delete(s.waiting[c.channel], c)
	maps.DeleteFunc(s.merged, func(_, to bot.ChatKey) bool { return to == c.key })
}

// The memory ends with the process, so plain text does here where a store on disk keeps a keyed hash.
func forgottenMessage(a alias, k seenKey) string {
	return fmt.Sprintf("in %q %q %+v", a.channel, a.address, k)
}
func forgottenOut(channel, id string) string { return fmt.Sprintf("out %q %q", channel, id) }
func forgottenOptOut(a alias) string         { return fmt.Sprintf("optout %q %q", a.channel, a.address) }
