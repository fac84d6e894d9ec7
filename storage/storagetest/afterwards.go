package storagetest

import (
	"layak/bot"
	"layak/flows"
)

// withdrawn: a person who needs nobody any more closes their case; the next wish opens another.
func withdrawn(s *suite) {
	key := s.says("pn", "1")
	t := s.turn(key)
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked}
	s.ok(s.store.Commit(s.ctx, t))
	s.says("pn", "2")
	t = s.turn(key, "withdrawn")
	t.Withdraw = true
	s.ok(s.store.Commit(s.ctx, t))
	cases := s.cases(key)
	if len(cases) != 1 || !cases[0].ClosedAt.Equal(t.At) || cases[0].Note != bot.NoteWithdrawn {
		s.Fatalf("cases %+v, want one, withdrawn", cases)
	}
	s.says("pn", "3")
	t = s.turn(key)
	t.HandOff, t.Helped = &bot.HandOff{Reason: flows.HandOffAsked}, "yes"
	s.ok(s.store.Commit(s.ctx, t))
	if cases = s.cases(key); len(cases) != 2 || !cases[1].ClosedAt.IsZero() {
		s.Fatalf("cases %+v, want another, open", cases)
	}
	s.says("pn", "4")
	t = s.turn(key, "nothing to withdraw twice")
	t.Withdraw = true
	s.ok(s.store.Commit(s.ctx, t))
	t = s.turn(key)
	t.Withdraw = true
	s.ok(s.store.Commit(s.ctx, t))
}
