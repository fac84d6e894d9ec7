package bottest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"layak/bot"
)

// Transcript implements bot.Records.
func (s *Store) Transcript(ctx context.Context, key bot.ChatKey) ([]bot.Line, error) {
	return run(ctx, s, "Transcript", func() ([]bot.Line, error) {
		c := s.find(key)
		if c == nil {
			return nil, bot.ErrNoChat
		}
		var lines []bot.Line
		for _, r := range c.inbox {
			in := copyInbound(r.in)
			l := bot.Line{
				Inbound: !in.FromMe, MessageID: in.MessageID, Text: in.Input.Text, Input: &in.Input, At: in.ReceivedAt, State: r.state,
			}
			if in.FromMe {
				l.Author = bot.OwnerPhone
			}
			lines = append(lines, l)
		}
		for _, o := range c.outbox {
			reply := o.copy().Reply
			lines = append(lines, bot.Line{
				MessageID: o.MessageID, Author: o.Author, Text: reply.Text, Reply: &reply, At: o.ComposedAt,
				State: o.state, Attempts: o.Attempts, Err: o.err,
			})
		}
		slices.SortStableFunc(lines, func(a, b bot.Line) int { return a.At.Compare(b.At) })
		return lines, nil
	})
}

// Cases implements bot.Records.
func (s *Store) Cases(ctx context.Context, key bot.ChatKey) ([]bot.Case, error) {
	return run(ctx, s, "Cases", func() ([]bot.Case, error) {
		if to, ok := s.merged[key]; ok {
			key = to
		}
		var cases []bot.Case
		for _, k := range s.cases {
			if k.Chat == key {
				c := *k
				c.Reasons = slices.Clone(c.Reasons)
				cases = append(cases, c)
			}
		}
		return cases, nil
	})
}

// SetOwner implements bot.Records.
func (s *Store) SetOwner(ctx context.Context, key bot.ChatKey, from, to string, at time.Time) (string, error) {
	return run(ctx, s, "SetOwner", func() (string, error) {
		c := s.find(key)
		switch {
		case c == nil:
			return "", bot.ErrNoChat
		case c.owner != from:
			return c.owner, bot.ErrConflict
		case from == to:
			return c.owner, nil
		}
		s.setOwner(c, to, milli(at))
		s.log(c.key, milli(at), bot.AuditEntry{Who: cmp.Or(to, from), What: "owner", Note: bot.OwnerNote(from, to)})
		return to, nil
	})
}

// Find implements bot.Records.
func (s *Store) Find(ctx context.Context, channel, address string, at time.Time) (bot.ChatKey, error) {
	return run(ctx, s, "Find", func() (bot.ChatKey, error) {
		if c := s.aliases[alias{channel, address}]; c != nil {
			return c.key, nil
		}
		if at.IsZero() {
			return "", bot.ErrNoChat
		}
		return s.person(bot.Inbound{Channel: channel, Address: address, ReceivedAt: at}, []string{address}).key, nil
	})
}

// Quiet implements bot.Records.
func (s *Store) Quiet(ctx context.Context, before time.Time, agents bool, limit int) ([]bot.QuietChat, error) {
	return run(ctx, s, "Quiet", func() ([]bot.QuietChat, error) {
		var chats []bot.QuietChat
		for _, c := range s.contacts {
			if c.owner != "" && c.touched.Before(before) && (agents || c.owner == bot.OwnerPhone) {
				chats = append(chats, bot.QuietChat{Key: c.key, Owner: c.owner, Touched: c.touched})
			}
		}
		slices.SortFunc(chats, func(a, b bot.QuietChat) int { return a.Touched.Compare(b.Touched) })
		if limit > 0 && len(chats) > limit {
			chats = chats[:limit]
		}
		return chats, nil
	})
}

// Expire implements bot.Records. It does everything at once, whatever the limit.
func (s *Store) Expire(ctx context.Context, before time.Time, _ int) (int, error) {
	return run(ctx, s, "Expire", func() (int, error) {
		n := 0
		for _, r := range s.inbox {
			if r.in.ReceivedAt.Before(before) && !isPending(r) {
				delete(s.inbox, r.id)
				delete(r.contact.seen, r.seen())
				r.contact.inbox = slices.DeleteFunc(r.contact.inbox, func(x *inboxRow) bool { return x == r })
				n++
			}
		}
		for _, o := range s.outbox {
			if o.ComposedAt.Before(before) && o.state != bot.LineWaiting {
				delete(s.outbox, o.ID)
				delete(s.sentIDs, messageID{o.Channel, o.MessageID})
				o.contact.outbox = slices.DeleteFunc(o.contact.outbox, func(x *outboxRow) bool { return x == o })
				n++
			}
		}
		left := slices.DeleteFunc(slices.Clone(s.missed), func(m missedRow) bool { return m.at.Before(before) })
		n += len(s.missed) - len(left)
		s.missed = left
		for _, k := range s.cases {
			if k.Summary != "" && !k.ClosedAt.IsZero() && k.ClosedAt.Before(before) {
				k.Summary = ""
				n++
			}
		}
		for _, c := range s.contacts {
			if c.touched.Before(before) && (c.owner == "" || c.name != "" || c.conversation != nil) && !s.busy(c) {
				s.expire(c)
				n++
			}
		}
		return n, nil
	})
}

// busy reports whether somebody still has something to do with the contact.
func (s *Store) busy(c *contact) bool {
	return s.openOf(c) != nil || slices.ContainsFunc(c.inbox, isPending) ||
		slices.ContainsFunc(c.outbox, func(o *outboxRow) bool { return o.state == bot.LineWaiting })
}

// expire removes a person who has not written for long; one whose chat somebody owns stays, without what they said.
func (s *Store) expire(c *contact) {
	s.missed = slices.DeleteFunc(s.missed, func(m missedRow) bool { return m.chat == c.key })
	for _, k := range s.cases {
		if k.Chat == c.key {
			k.Summary = ""
		}
	}
	c.conversation, c.version, c.updated, c.name = nil, 0, time.Time{}, ""
	if c.owner != "" {
		return
	}
	if c.optedOut {
		for _, a := range c.aliases {
			s.forgotten[forgottenOptOut(a)] = true
		}
	}
	c.forgotten = true
	s.purge(c)
}

// VerdictCounts implements bot.Records.
func (s *Store) VerdictCounts(ctx context.Context) ([]bot.VerdictCount, error) {
	return run(ctx, s, "VerdictCounts", func() ([]bot.VerdictCount, error) {
		var counts []bot.VerdictCount
		for k, n := range s.counts {
			counts = append(counts, bot.VerdictCount{Day: time.UnixMilli(k.day).UTC(), Verdict: k.Verdict, N: n})
		}
		slices.SortFunc(counts, func(a, b bot.VerdictCount) int {
			return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Category, b.Category), cmp.Compare(a.Verdict.Verdict, b.Verdict.Verdict),
				cmp.Compare(a.Pack, b.Pack), cmp.Compare(a.Lang, b.Lang))
		})
		return counts, nil
	})
}

// MissedTexts implements bot.Records.
func (s *Store) MissedTexts(ctx context.Context, limit int) ([]bot.Missed, error) {
	return run(ctx, s, "MissedTexts", func() ([]bot.Missed, error) {
		var texts []bot.Missed
		for _, m := range slices.Backward(s.missed) {
			if limit > 0 && len(texts) == limit {
				break
			}
			texts = append(texts, m.Missed)
		}
		return texts, nil
	})
}

// Audit implements bot.Records.
func (s *Store) Audit(ctx context.Context, key bot.ChatKey) ([]bot.AuditLine, error) {
	return run(ctx, s, "Audit", func() ([]bot.AuditLine, error) {
		if to, ok := s.merged[key]; ok {
			key = to
		}
		return slices.Clone(s.audit[key]), nil
	})
}
