package bottest

import (
	"cmp"
	"slices"
	"time"

	"layak/bot"
	"layak/flows"
)

// openCase opens a case or adds the reason to the one that is open, and returns it.
func (s *Store) openCase(c *contact, h bot.HandOff, at time.Time) *bot.Case {
	k := s.openOf(c)
	if k == nil {
		k = &bot.Case{ID: int64(len(s.cases) + 1), Chat: c.key, OpenedAt: at, Owner: c.owner}
		if h.Reason != flows.HandOffTakeover {
			k.WaitingSince = at
		}
		s.cases = append(s.cases, k)
	}
	addReason(k, h.Reason)
	k.Summary = cmp.Or(h.Summary, k.Summary)
	return k
}

func (s *Store) closedLast(c *contact) (last *bot.Case) {
	for _, k := range s.cases {
		if k.Chat == c.key && !k.ClosedAt.IsZero() && (last == nil || !k.ClosedAt.Before(last.ClosedAt)) {
			last = k
		}
	}
	return last
}

func (s *Store) openOf(c *contact) *bot.Case {
	for _, k := range s.cases {
		if k.Chat == c.key && k.ClosedAt.IsZero() {
			return k
		}
	}
	return nil
}

// setOwner hands a chat over and leaves what is pending to a new owner who is not the bot.
func (s *Store) setOwner(c *contact, to string, at time.Time) {
	c.owner, c.touched = to, at
	c.fence++
	if k := s.openOf(c); k != nil {
		k.Owner = to
		if to == "" && slices.Equal(k.Reasons, []flows.HandOffReason{flows.HandOffTakeover}) {
			k.ClosedAt, k.Note = at, bot.NoteReturned
		}
	}
	if to != "" {
		s.leavePending(c)
	}
}

func (s *Store) leavePending(c *contact) {
	for _, r := range c.inbox {
		if isPending(r) {
			r.state = bot.LineLeft
		}
	}
}

func addReason(k *bot.Case, r flows.HandOffReason) {
	if !slices.Contains(k.Reasons, r) {
		k.Reasons = append(k.Reasons, r)
	}
}
