package storagetest

import (
	"errors"
	"fmt"

	"layak/bot"
	"layak/flows"
)

func takeover(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "composed", "composed too")
	t := s.turn(key, "under way")
	before := s.load(key)
	in := fromMe(s.message("ana", "let me help"))
	if !s.accept(in).Fresh || s.accept(in).Fresh {
		s.Fatal("want fresh once")
	}
	c := s.load(key)
	s.equal("owner", c.Owner, bot.OwnerPhone)
	s.equal("fence", c.Fence, before.Fence+1)
	s.equal("fence alone", must(s.store.Fence(s.ctx, key)), c.Fence)
	s.equal("pending", len(c.Pending), 0)
	s.equal("claimed", texts(s.claim()), []string(nil))
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
	s.equal("transcript", s.lines(key), []string{
		"> hi answered", "bot composed dropped", "bot composed too dropped", "phone let me help left",
	})
	if cs := s.cases(key); len(cs) != 1 || cs[0].Owner != bot.OwnerPhone || cs[0].Reasons[0] != flows.HandOffTakeover {
		s.Errorf("cases %+v", cs)
	}
	s.accept(fromMe(s.message("ana", "still there?")))
	s.equal("fence after a second message", s.load(key).Fence, c.Fence)
	if _, some, err := s.store.NextDue(s.ctx, "test"); some || err != nil {
		s.Errorf("next due %t, %v; want nothing", some, err)
	}

	// A chat that begins with the business is the business's.
	first := s.accept(fromMe(s.message("new", "hello from us")))
	s.equal("owner", s.load(first.Chat).Owner, bot.OwnerPhone)
}

func echo(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	s.claim()
	in := fromMe(s.message("ana", "hello"))
	in.MessageID = fmt.Sprintf("OUT%d", s.n-1)
	if a := s.accept(in); a.Fresh || a.Chat != key {
		s.Errorf("echo %+v, want it known", a)
	}
	s.equal("owner", s.load(key).Owner, "")
}

func leftToOwner(s *suite) {
	key := s.says("ana", "before")
	s.accept(fromMe(s.message("ana", "by hand")))
	s.says("ana", "after")
	s.equal("pending", s.pendingTexts(key), []string(nil))
	s.equal("waiting", must(s.store.Waiting(s.ctx, 0)), []bot.ChatKey(nil))
	s.equal("transcript", s.lines(key), []string{"> before left", "phone by hand left", "> after left"})
}

func agentMessage(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key)
	o := s.out("from alice")
	o.Author = "alice"
	t.Out = []bot.Outbound{o}
	s.ok(s.store.Commit(s.ctx, t))
	s.accept(fromMe(s.message("ana", "by hand")))
	s.equal("claimed", texts(s.claim()), []string{"from alice"})
}

func ownerRace(s *suite) {
	key := s.says("ana", "hi")
	won := make([]int, 8)
	owners := make([]string, 8)
	atOnce(len(won), func(i int) {
		owner, err := s.rec.SetOwner(s.ctx, key, "", fmt.Sprint("agent", i), s.now)
		owners[i] = owner
		if err == nil {
			won[i] = 1
		} else if !errors.Is(err, bot.ErrConflict) {
			s.Error(err)
		}
	})
	sum := 0
	for _, w := range won {
		sum += w
	}
	s.equal("winners", sum, 1)
	for _, o := range owners {
		s.equal("everybody is told who", o, s.load(key).Owner)
	}
	s.equal("fence", s.load(key).Fence, int64(1))
	_, err := s.rec.SetOwner(s.ctx, "nobody", "", "alice", s.now)
	s.is(err, bot.ErrNoChat)
}

func ownerReturn(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key, "composed")
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked}
	s.ok(s.store.Commit(s.ctx, t))
	_, err := s.rec.SetOwner(s.ctx, key, "", "alice", s.now)
	s.ok(err)
	s.equal("case owner", s.cases(key)[0].Owner, "alice")
	owner, err := s.rec.SetOwner(s.ctx, key, "alice", "", s.now)
	s.ok(err)
	s.equal("owner", owner, "")
	s.equal("withdrawn for good", texts(s.claim()), []string(nil))
	s.says("ana", "again")
	s.answers(key, "welcome back")
	s.equal("sent", s.sendAll(), []string{"welcome back"})
}
