package bottest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"layak/bot"
)

// Waiting implements bot.Store.
func (s *Store) Waiting(ctx context.Context, limit int) ([]bot.ChatKey, error) {
	return run(ctx, s, "Waiting", func() ([]bot.ChatKey, error) {
		oldest := map[bot.ChatKey]bot.PendingID{}
		for _, c := range s.contacts {
			if i := slices.IndexFunc(c.inbox, isPending); i >= 0 && c.owner == "" {
				oldest[c.key] = c.inbox[i].id
			}
		}
		keys := slices.SortedFunc(maps.Keys(oldest), func(a, b bot.ChatKey) int { return cmp.Compare(oldest[a], oldest[b]) })
		if limit > 0 && len(keys) > limit {
			keys = keys[:limit]
		}
		return keys, nil
	})
}

// Fence implements bot.Store.
func (s *Store) Fence(ctx context.Context, key bot.ChatKey) (int64, error) {
	return run(ctx, s, "Fence", func() (int64, error) {
		c := s.find(key)
		if c == nil {
			return 0, bot.ErrNoChat
		}
		return c.fence, nil
	})
}

// Load implements bot.Store.
func (s *Store) Load(ctx context.Context, key bot.ChatKey) (bot.Chat, error) {
	return run(ctx, s, "Load", func() (bot.Chat, error) {
		c := s.find(key)
		if c == nil {
			return bot.Chat{}, bot.ErrNoChat
		}
		chat := bot.Chat{
			Key: c.key, Channel: c.channel, Address: c.address, Owner: c.owner, Fence: c.fence,
			OptedOut: c.optedOut, Ephemeral: c.ephemeral, HeardAt: c.heard,
		}
		if c.conversation != nil {
			if err := json.Unmarshal(c.conversation, &chat.Conversation); err != nil {
				return bot.Chat{}, fmt.Errorf("read conversation of %s: %w", c.key, err)
			}
			chat.Conversation.Version = c.version
		}
		for _, r := range c.inbox {
			if isPending(r) {
				in := copyInbound(r.in)
				chat.Pending = append(chat.Pending, bot.Pending{
					ID: r.id, MessageID: in.MessageID, Address: in.Address, Sender: in.Sender, Input: in.Input,
					ReceivedAt: in.ReceivedAt, Failures: r.failures,
				})
			}
		}
		return chat, nil
	})
}

// Commit implements bot.Store.
func (s *Store) Commit(ctx context.Context, t bot.TurnRecord) error {
	_, err := run(ctx, s, "Commit", func() (struct{}, error) {
		c := s.contacts[t.Chat]
		if c == nil || c.version != t.Base || !mayCommit(c, t.Return) {
			return struct{}{}, bot.ErrConflict
		}
		for _, id := range slices.Concat(t.Answered, t.Failed) {
			if r := s.inbox[id]; r == nil || r.contact != c || !isPending(r) {
				return struct{}{}, bot.ErrConflict
			}
		}
		if !inOrder(c, t) {
			return struct{}{}, bot.ErrConflict
		}
		for _, o := range t.Out {
			if s.sentIDs[messageID{cmp.Or(o.Channel, c.channel), o.MessageID}] != nil || o.MessageID == "" {
				return struct{}{}, fmt.Errorf("store turn: message id %q is empty or used already", o.MessageID)
			}
		}
		body, err := json.Marshal(t.Next)
		if err != nil {
			return struct{}{}, fmt.Errorf("store turn: %w", err)
		}
		at := milli(t.At)
		if t.Return != nil {
			s.setOwner(c, "", at)
		}
		if t.Return == nil || t.Next.ID != "" {
			c.conversation, c.version, c.updated = body, c.version+1, at
		}
		for _, id := range t.Answered {
			s.inbox[id].state = bot.LineAnswered
		}
		for _, id := range t.Failed {
			s.inbox[id].state = bot.LineFailed
		}
		if t.OptOut != nil {
			c.optedOut = *t.OptOut
			for _, a := range c.aliases {
				delete(s.forgotten, forgottenOptOut(a))
			}
		}
		if k := s.openOf(c); t.Withdraw && k != nil {
			k.ClosedAt, k.WaitingSince, k.Note = at, time.Time{}, bot.NoteWithdrawn
		}
		if k := s.closedLast(c); t.Helped != "" && k != nil {
			k.Helped = t.Helped
		}
		if t.HandOff != nil {
			s.openCase(c, *t.HandOff, at)
		}
		if t.Verdict != nil {
			s.counts[verdictDay{midnight(at), *t.Verdict}]++
		}
		for _, m := range t.Missed {
			s.missed = append(s.missed, missedRow{c.key, at, m})
		}
		for _, a := range t.Audit {
			s.log(c.key, at, a)
		}
		if t.Forget {
			s.forget(c, at)
		}
		for _, o := range t.Out {
			s.enqueue(c, o, at, t.Forget)
		}
		s.purge(c)
		return struct{}{}, nil
	})
	return err
}

// Fault implements bot.Store.
func (s *Store) Fault(ctx context.Context, id bot.PendingID) (int, error) {
	return run(ctx, s, "Fault", func() (int, error) {
		r := s.inbox[id]
		if r == nil {
			return 0, fmt.Errorf("count fault: no message %d", id)
		}
		r.failures++
		return r.failures, nil
	})
}

// mayCommit reports whether the chat belongs to whom a turn needs it to.
func mayCommit(c *contact, r *bot.Return) bool {
	if r == nil {
		return c.owner == ""
	}
	return c.owner != "" && c.owner == r.From && (r.Quiet.IsZero() || !c.touched.After(r.Quiet))
}

// inOrder reports whether the turn leaves no message pending that came before one it answers.
func inOrder(c *contact, t bot.TurnRecord) bool {
	taken := slices.Concat(t.Answered, t.Failed)
	for _, r := range c.inbox {
		if isPending(r) && !slices.Contains(taken, r.id) && len(taken) > 0 && r.id < slices.Max(taken) {
			return false
		}
	}
	return true
}
