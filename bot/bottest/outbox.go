package bottest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"layak/bot"
	"layak/flows"
)

// enqueue adds one message to send, with what the chat knows filled in where it is empty.
func (s *Store) enqueue(c *contact, o bot.Outbound, at time.Time, last bool) {
	s.lastOut++
	o.ID, o.Chat, o.Attempts = s.lastOut, c.key, 0
	o.Reply.Options = slices.Clone(o.Reply.Options)
	o.Channel = cmp.Or(o.Channel, c.channel)
	o.Address = cmp.Or(o.Address, c.address)
	o.Author = cmp.Or(o.Author, bot.AuthorBot)
	o.Fence = cmp.Or(o.Fence, c.fence)
	o.Ephemeral = cmp.Or(o.Ephemeral, c.ephemeral)
	if o.ComposedAt.IsZero() {
		o.ComposedAt = at
	}
	o.ComposedAt = milli(o.ComposedAt)
	if o.NotBefore.IsZero() {
		o.NotBefore = o.ComposedAt
	}
	o.NotBefore = milli(o.NotBefore)
	row := &outboxRow{Outbound: o, contact: c, state: bot.LineWaiting, due: o.NotBefore, last: last}
	s.outbox[o.ID] = row
	s.sentIDs[messageID{o.Channel, o.MessageID}] = row
	c.outbox = append(c.outbox, row)
	if o.Author != bot.AuthorBot && o.ComposedAt.After(c.touched) {
		c.touched = o.ComposedAt
	}
	s.markWaiting(c)
}

// Claim implements bot.Store.
func (s *Store) Claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, error) {
	return run(ctx, s, "Claim", func() ([]bot.Outbound, error) { return s.claim(channel, now, lease, limit), nil })
}

func (s *Store) claim(channel string, now time.Time, lease time.Duration, limit int) []bot.Outbound {
	var due []*outboxRow
	for c := range s.waiting[channel] {
		for {
			o := c.oldestUnsent(channel)
			if o == nil || o.due.After(now) {
				break
			}
			if o.Author == bot.AuthorBot && o.Fence < c.fence {
				s.settled(o, bot.LineDropped)
				continue
			}
			// The earliest ones, in order; usually only one is asked for.
			if at, _ := slices.BinarySearchFunc(due, o, compareDue); at < limit {
				due = slices.Insert(due, at, o)[:min(limit, len(due)+1)]
			}
			break
		}
	}
	var claimed []bot.Outbound
	for _, o := range due {
		o.Attempts++
		o.due = milli(now).Add(lease)
		claimed = append(claimed, o.copy())
	}
	return claimed
}

// SettleAndClaim implements bot.Store. Faults of Settle and of Claim are its own, too.
func (s *Store) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	claimed, err := run(ctx, s, "Settle", func() ([]bot.Outbound, error) {
		if s.faults.fail["Claim"] > 0 {
			s.faults.fail["Claim"]--
			return nil, ErrInjected
		}
		if err := s.settle(id, a); err != nil {
			return nil, err
		}
		claimed := s.claim(channel, now, lease, limit)
		if s.faults.lose["Claim"] > 0 {
			s.faults.lose["Claim"]--
			return nil, ErrInjected
		}
		return claimed, nil
	})
	return claimed, func() error { return nil }, err
}

// NextDue implements bot.Store.
func (s *Store) NextDue(ctx context.Context, channel string) (time.Time, bool, error) {
	var found bool
	at, err := run(ctx, s, "NextDue", func() (time.Time, error) {
		var at time.Time
		for c := range s.waiting[channel] {
			if o := c.oldestUnsent(channel); o != nil && (!found || o.due.Before(at)) {
				at, found = o.due, true
			}
		}
		return at, nil
	})
	return at, found && err == nil, err
}

// Settle implements bot.Store.
func (s *Store) Settle(ctx context.Context, id bot.OutboxID, a bot.Attempt) error {
	_, err := run(ctx, s, "Settle", func() (struct{}, error) { return struct{}{}, s.settle(id, a) })
	return err
}

func (s *Store) settle(id bot.OutboxID, a bot.Attempt) error {
	o := s.outbox[id]
	if o == nil || o.state == bot.LineSent || (o.state != bot.LineWaiting && a.Outcome != bot.OutcomeSent) {
		return nil
	}
	c := o.contact
	switch a.Outcome {
	case bot.OutcomeSent:
		o.err, o.sentAt = "", milli(a.At)
		s.settled(o, bot.LineSent)
		if a.Address != "" {
			if other := s.aliases[alias{o.Channel, a.Address}]; other != nil && other != c {
				c = s.merge(c, other)
			}
			s.addAlias(c, a.Address)
		}
	case bot.OutcomeRetry, bot.OutcomeNotTried:
		o.NotBefore = milli(a.Retry)
		o.due = o.NotBefore
		if a.Outcome == bot.OutcomeNotTried {
			o.Attempts--
		} else {
			o.err = a.Err
		}
	case bot.OutcomeGivenUp:
		o.err = a.Err
		s.settled(o, bot.LineGivenUp)
		if !o.last {
			s.openCase(c, bot.HandOff{Reason: flows.HandOffDeliveryFailed}, milli(a.At))
			s.log(c.key, milli(a.At), bot.AuditEntry{Who: "system", What: "handoff", Note: string(flows.HandOffDeliveryFailed)})
		}
	default:
		return fmt.Errorf("settle: unknown outcome %q", a.Outcome)
	}
	s.purge(c)
	return nil
}

// settled ends an outbound message, and removes it if its person was forgotten.
func (s *Store) settled(o *outboxRow, state bot.LineState) {
	o.state = state
	if o.last {
		s.dropOut(o)
		s.purge(o.contact)
	}
	if o.contact.oldestUnsent(o.Channel) == nil {
		delete(s.waiting[o.Channel], o.contact)
	}
}

// Sent implements bot.Store.
func (s *Store) Sent(ctx context.Context, channel, id string) (bot.Outbound, bool, error) {
	var found bool
	o, err := run(ctx, s, "Sent", func() (bot.Outbound, error) {
		row := s.sentIDs[messageID{channel, id}]
		if row == nil {
			return bot.Outbound{}, nil
		}
		found = true
		return row.copy(), nil
	})
	return o, found && err == nil, err
}

func (s *Store) markWaiting(c *contact) {
	for _, o := range c.outbox {
		if o.state == bot.LineWaiting {
			if s.waiting[o.Channel] == nil {
				s.waiting[o.Channel] = map[*contact]struct{}{}
			}
			s.waiting[o.Channel][c] = struct{}{}
		}
	}
}

// oldestUnsent returns the message of the chat that must go next, or nil.
func (c *contact) oldestUnsent(channel string) *outboxRow {
	for _, o := range c.outbox {
		if o.state == bot.LineWaiting && o.Channel == channel {
			return o
		}
	}
	return nil
}

func compareDue(a, b *outboxRow) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.ID, b.ID)) }
