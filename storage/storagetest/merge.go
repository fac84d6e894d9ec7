package storagetest

import (
	"layak/bot"
	"layak/flows"
)

func twoAddresses(s *suite) {
	in := s.message("lid:1", "hi")
	in.Alt = "pn:1"
	key := s.accept(in).Chat
	for _, address := range []string{"pn:1", "lid:1"} {
		if got := s.says(address, "from "+address); got != key {
			s.Errorf("%s leads to another chat", address)
		}
		s.equal("address", s.load(key).Address, address)
	}
}

// acquaint accepts a message that tells that two addresses are one person.
func (s *suite) acquaint(address, alt, text string) bot.ChatKey {
	s.Helper()
	in := s.message(address, text)
	in.Alt = alt
	return s.accept(in).Chat
}

func mergeChats(s *suite) {
	older := s.says("pn", "old answer")
	s.answers(older, "old question")
	newer := s.says("lid", "new answer")
	t := s.turn(newer, "new question")
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "shop"}}
	t.Missed = []bot.Missed{{Question: "q", Text: "what"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.says("pn", "waits 1")
	s.says("lid", "waits 2")
	now := s.acquaint("pn", "lid", "waits 3")

	s.equal("key", now, newer)
	c := s.load(now)
	s.equal("category", c.Conversation.Category(), "shop")
	s.equal("pending", s.pendingTexts(now), []string{"waits 1", "waits 2", "waits 3"})
	s.equal("old key", s.load(older), c)
	s.equal("transcript", s.lines(older), []string{
		"> old answer answered", "bot old question waiting", "> new answer answered", "bot new question waiting",
		"> waits 1 pending", "> waits 2 pending", "> waits 3 pending",
	})
	s.equal("sent", s.sendAll(), []string{"old question", "new question"})
	s.equal("waiting", must(s.store.Waiting(s.ctx, 0)), []bot.ChatKey{now})
	s.equal("missed", must(s.rec.MissedTexts(s.ctx, 0)), []bot.Missed{{Question: "q", Text: "what"}})
	s.answers(now, "one chat")

	// A third address joins; both earlier keys still lead to the chat.
	third := s.says("web", "third")
	s.answers(third, "to the third")
	last := s.acquaint("web", "pn", "fourth")
	s.equal("key after the second merge", last, third)
	for _, key := range []bot.ChatKey{older, newer, third} {
		s.equal("key after the second merge", s.load(key).Key, last)
	}
}

func duplicateAcrossAddresses(s *suite) {
	in := s.message("pn", "hi")
	in.Sender, in.Alt = "pn:3@net", "lid"
	key := s.accept(in).Chat
	in.Address, in.Alt, in.Sender = "lid", "pn", "lid:3@lid"
	if again := s.accept(in); again.Fresh || again.Chat != key {
		s.Errorf("under the other address %+v, want the same message of the same chat", again)
	}
	in.Alt = ""
	if again := s.accept(in); again.Fresh {
		s.Error("fresh under the other address alone")
	}
}

func duplicatesBeforeMerge(s *suite) {
	in := s.message("pn", "hi")
	in.Sender = "pn:3@net"
	a := s.accept(in).Chat
	s.answers(a, "hello")
	in.Address, in.Sender = "lid", "lid:3@lid"
	if !s.accept(in).Fresh {
		s.Fatal("nobody could know yet")
	}
	key := s.acquaint("pn", "lid", "next")
	s.equal("pending", s.pendingTexts(key), []string{"next"})
}

func mergeConflicts(s *suite) {
	a, b := s.says("pn", "1"), s.says("lid", "2")
	ta, tb := s.turn(a, "to a"), s.turn(b, "to b")
	key := s.acquaint("pn", "lid", "3")
	first, second := s.store.Commit(s.ctx, ta), s.store.Commit(s.ctx, tb)
	if key == a { // the turn on the contact that stays answers the oldest message, which is in order
		s.ok(first)
		s.is(second, bot.ErrConflict)
	} else {
		s.is(first, bot.ErrConflict)
	}
	for len(s.load(key).Pending) > 0 {
		s.answers(key, "to both")
	}
}

func mergeOwner(s *suite) {
	a, b := s.says("pn", "1"), s.says("lid", "2")
	t := s.turn(a, "case opens")
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked, Summary: "first"}
	optOut := true
	t.OptOut = &optOut
	s.ok(s.store.Commit(s.ctx, t))
	t = s.turn(b)
	t.HandOff = &bot.HandOff{Reason: flows.HandOffLoop, Summary: "second"}
	s.ok(s.store.Commit(s.ctx, t))
	_, err := s.rec.SetOwner(s.ctx, b, "", "alice", s.now)
	s.ok(err)
	key := s.acquaint("pn", "lid", "3")
	c := s.load(key)
	s.equal("owner", c.Owner, "alice")
	s.equal("opted out", c.OptedOut, true)
	s.equal("pending", len(c.Pending), 0)
	s.equal("claimed", texts(s.claim()), []string(nil))
	cases := s.cases(key)
	s.equal("fence by the key of old", must(s.store.Fence(s.ctx, b)), c.Fence)
	if len(cases) != 2 || !cases[0].ClosedAt.IsZero() || cases[1].ClosedAt.IsZero() || cases[1].Note != bot.NoteMerged {
		s.Fatalf("cases %+v, want the first open and the second closed", cases)
	}
	s.equal("reasons", cases[0].Reasons, []flows.HandOffReason{flows.HandOffAsked, flows.HandOffLoop})
	s.equal("case owner", cases[0].Owner, "alice")
}

func mergeOnReceipt(s *suite) {
	pn, lid := s.says("pn", "1"), s.says("lid", "2")
	s.answers(pn, "hello")
	out := s.claim()
	s.settle(out[0], bot.Attempt{Outcome: bot.OutcomeSent, Address: "lid"})
	if a, b := s.load(pn), s.load(lid); a.Key != b.Key {
		s.Error("the receipt did not bring the two together")
	}
	s.equal("pending", s.pendingTexts(pn), []string{"2"})
	cara := s.says("cara", "hi")
	s.answers(cara, "hello")
	s.settle(s.claim()[0], bot.Attempt{Outcome: bot.OutcomeSent, Address: "cara-lid"})
	s.equal("new address", s.says("cara-lid", "it is me"), cara)
}

func mergeOutbox(s *suite) {
	a := s.says("pn", "1")
	s.accept(fromMe(s.message("pn", "by hand"))) // raises the fence of one of them
	_, err := s.rec.SetOwner(s.ctx, a, bot.OwnerPhone, "", s.now)
	s.ok(err)
	b := s.says("lid", "2")
	s.answers(b, "kept")
	key := s.acquaint("pn", "lid", "3")
	s.equal("sent", s.sendAll(), []string{"kept"})
	s.answers(key, "next")
	s.equal("sent", s.sendAll(), []string{"next"})
}
