package storagetest

import (
	"errors"

	"layak/bot"
)

// followers: whoever follows events begins after the newest, and what they tell is queued with the step they take.
func followers(s *desk) {
	f, ok := s.store.(bot.Followers)
	if !ok {
		s.Fatalf("%T does not implement bot.Followers", s.store)
	}
	agent := s.says("agent", "hello")
	s.answers(agent)
	_, old := s.opens("pn")
	from, err := f.Follow(s.ctx, "test")
	s.ok(err)
	last, err := s.desk.LastEvent(s.ctx)
	s.ok(err)
	s.equal("a new follower's place", from, last)
	s.claim() // what the bot said

	_, id := s.opens("pn2")
	last, err = s.desk.LastEvent(s.ctx)
	s.ok(err)
	m := bot.AgentMessage{Chat: agent, MessageID: "CARD", Text: "a case", Case: id}
	s.ok(f.Tell(s.ctx, "test", from, last, []bot.AgentMessage{m, m, {Chat: "unknown", MessageID: "X", Case: id}}, s.tick()))
	if err := f.Tell(s.ctx, "test", from, last, []bot.AgentMessage{{Chat: agent, MessageID: "LATE", Case: id}}, s.tick()); !errors.Is(err, bot.ErrConflict) {
		s.Errorf("telling from an old place: %v, want a conflict", err)
	}
	now, err := f.Follow(s.ctx, "test")
	s.ok(err)
	s.equal("place", now, last)
	s.ok(f.Tell(s.ctx, "test", last, last+1, []bot.AgentMessage{m}, s.tick()))
	var cards []string
	for _, o := range s.claim() {
		if o.Chat == agent {
			cards = append(cards, o.MessageID+" "+o.Reply.Text)
		}
	}
	s.equal("cards", cards, []string{"CARD a case"})

	got, err := f.CaseOfMessage(s.ctx, agent, "CARD")
	s.ok(err)
	s.equal("case of the card", got, id)
	if _, err := f.CaseOfMessage(s.ctx, agent, "OTHER"); !errors.Is(err, bot.ErrNoCase) {
		s.Errorf("case of an unknown message: %v", err)
	}
	for n, want := range map[int64]bool{id: true, old: false} {
		told, err := f.Told(s.ctx, agent, n)
		s.ok(err)
		s.equal("told", told, want)
	}
	all, err := f.Addresses(s.ctx, agent)
	s.ok(err)
	s.equal("addresses", all, []string{"agent"})

	s.says("agent", "take it") // a command that is about a case
	t := s.turn(agent)
	t.About = []bot.CaseMessage{{MessageID: "COMMAND", Case: id}}
	s.ok(s.store.Commit(s.ctx, t))
	got, err = f.CaseOfMessage(s.ctx, agent, "COMMAND")
	s.ok(err)
	s.equal("case of the command", got, id)
}
