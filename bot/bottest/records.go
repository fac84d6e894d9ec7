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
		s.setOwner(c, to)
		s.log(c.key, milli(at), bot.AuditEntry{Who: cmp.Or(to, from), What: "owner", Note: bot.OwnerNote(from, to)})
		return to, nil
	})
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
