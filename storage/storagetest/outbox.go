package storagetest

import (
	"fmt"
	"sync"
	"time"

	"layak/bot"
	"layak/flows"
)

func claimOrder(s *suite) {
	ana, budi := s.says("ana", "hi"), s.says("budi", "hi")
	s.answers(ana, "ana 1", "ana 2")
	s.answers(budi, "budi 1")
	first := s.claim()
	s.equal("first", texts(first), []string{"ana 1", "budi 1"})
	s.equal("while in flight", texts(s.claim()), []string(nil))
	s.settle(first[0], bot.Attempt{Outcome: bot.OutcomeSent})
	s.equal("after the first", texts(s.claim()), []string{"ana 2"})
	s.equal("limit", len(must(s.store.Claim(s.ctx, "test", s.now.Add(time.Hour), lease, 1))), 1)
}

func claimNotBefore(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key, "later", "after it")
	t.Out[0].NotBefore = s.now.Add(time.Minute)
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("too early", texts(s.claim()), []string(nil))
	due, some, err := s.store.NextDue(s.ctx, "test")
	if err != nil || !some || !due.Equal(s.now.Add(time.Minute)) {
		s.Errorf("next due %v %t %v, want in a minute", due, some, err)
	}
	s.now = due
	s.equal("in time", s.sendAll(), []string{"later", "after it"})
	if _, some, err = s.store.NextDue(s.ctx, "test"); some || err != nil {
		s.Errorf("next due %t, %v; want nothing", some, err)
	}
}

func claimRace(s *suite) {
	for i := range 20 {
		key := s.says(fmt.Sprint("person", i), "hi")
		s.answers(key, fmt.Sprint("to ", i))
	}
	var mu sync.Mutex
	seen := map[bot.OutboxID]int{}
	atOnce(8, func(int) {
		for {
			out, err := s.store.Claim(s.ctx, "test", s.now, lease, 3)
			if err != nil {
				s.Error(err)
			}
			if len(out) == 0 {
				return
			}
			mu.Lock()
			for _, o := range out {
				seen[o.ID]++
			}
			mu.Unlock()
		}
	})
	s.equal("messages", len(seen), 20)
	for id, n := range seen {
		if n != 1 {
			s.Errorf("message %d was claimed %d times", id, n)
		}
	}
}

func leaseEnds(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello", "second")
	first := s.claim()[0]
	due, _, err := s.store.NextDue(s.ctx, "test")
	s.ok(err)
	s.equal("next due", due, s.now.Add(lease))
	s.now = due
	again := s.claim()
	s.equal("again", texts(again), []string{"hello"})
	s.equal("same message id", again[0].MessageID, first.MessageID)
	s.equal("attempts", again[0].Attempts, 2)
}

func claimChannel(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	s.equal("other channel", len(must(s.store.Claim(s.ctx, "other", s.now, lease, 10))), 0)
	if _, some, _ := s.store.NextDue(s.ctx, "other"); some {
		s.Error("something is due on another channel")
	}
	s.equal("sent", s.sendAll(), []string{"hello"})
}

func settleRetry(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello", "second")
	first := s.claim()[0]
	s.settle(first, bot.Attempt{Outcome: bot.OutcomeRetry, Retry: s.now.Add(time.Second), Err: "it was busy"})
	s.equal("too early", texts(s.claim()), []string(nil))
	s.equal("why", must(s.rec.Transcript(s.ctx, key))[1].Err, "it was busy")
	s.now = s.now.Add(time.Second)
	again := s.claim()
	s.equal("again", texts(again), []string{"hello"})
	s.equal("id and attempts", []any{again[0].MessageID, again[0].Attempts}, []any{first.MessageID, 2})
	s.settle(again[0], bot.Attempt{Outcome: bot.OutcomeSent})
	s.equal("then", s.sendAll(), []string{"second"})
}

func settleNotTried(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	for range 3 {
		out := s.claim()
		s.equal("attempts", out[0].Attempts, 1)
		s.settle(out[0], bot.Attempt{Outcome: bot.OutcomeNotTried, Retry: s.now.Add(time.Second)})
		s.equal("too early", texts(s.claim()), []string(nil))
		s.now = s.now.Add(time.Second)
	}
}

func settleGivenUp(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello", "second")
	s.settle(s.claim()[0], bot.Attempt{Outcome: bot.OutcomeGivenUp, Err: "refused"})
	s.equal("transcript", s.lines(key), []string{"> hi answered", "bot hello given_up", "bot second waiting"})
	cases := s.cases(key)
	if len(cases) != 1 || cases[0].Reasons[0] != flows.HandOffDeliveryFailed || !cases[0].OpenedAt.Equal(s.now) {
		s.Errorf("cases %+v, want one with reason delivery_failed", cases)
	}
	s.equal("the next goes on", s.sendAll(), []string{"second"})
}

func settleLate(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	out := s.claim()[0]
	s.settle(out, bot.Attempt{Outcome: bot.OutcomeSent})
	s.settle(out, bot.Attempt{Outcome: bot.OutcomeGivenUp})
	s.settle(out, bot.Attempt{Outcome: bot.OutcomeRetry, Retry: s.now})
	s.equal("stays sent", s.lines(key), []string{"> hi answered", "bot hello sent"})
	s.equal("cases", len(s.cases(key)), 0)

	budi := s.says("budi", "hi")
	s.answers(budi, "hello")
	out = s.claim()[0]
	s.settle(out, bot.Attempt{Outcome: bot.OutcomeGivenUp})
	s.settle(out, bot.Attempt{Outcome: bot.OutcomeSent})
	s.equal("it did arrive", s.lines(budi), []string{"> hi answered", "bot hello sent"})
	s.settle(bot.Outbound{ID: 999}, bot.Attempt{Outcome: bot.OutcomeSent})
	if err := s.store.Settle(s.ctx, out.ID, bot.Attempt{Outcome: "lost"}); err == nil && s.lines(budi)[1] != "bot hello sent" {
		s.Error("an unknown outcome changed something")
	}
}

func settleAndClaim(s *suite) {
	ana := s.says("ana", "hi")
	s.answers(ana, "one", "two")
	s.answers(s.says("budi", "hi"), "three")
	out := s.claim()
	s.equal("claimed", texts(out), []string{"one", "three"})

	next := func(o bot.Outbound, a bot.Attempt) []string {
		s.Helper()
		a.At = s.now
		out, stored, err := s.store.SettleAndClaim(s.ctx, o.ID, a, "test", s.now, time.Minute, 1)
		s.ok(err)
		s.ok(stored())
		return texts(out)
	}
	s.equal("the next of the same chat", next(out[0], bot.Attempt{Outcome: bot.OutcomeSent}), []string{"two"})
	s.equal("nothing is left", len(next(out[1], bot.Attempt{Outcome: bot.OutcomeRetry, Retry: s.now.Add(time.Hour)})), 0)
	s.equal("lines", s.lines(ana), []string{"> hi answered", "bot one sent", "bot two waiting"})

	s.answers(s.says("citra", "hi"), "four")
	_, _, err := s.store.SettleAndClaim(s.ctx, out[1].ID, bot.Attempt{Outcome: "lost"}, "test", s.now, time.Minute, 1)
	if err == nil {
		s.Error("an unknown outcome is accepted")
	}
	s.equal("then nothing is claimed", texts(s.claim()), []string{"four"})
}

func sent(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key, "hello")
	s.ok(s.store.Commit(s.ctx, t))
	for range 2 { // before and after it was sent
		o, found, err := s.store.Sent(s.ctx, "test", t.Out[0].MessageID)
		if err != nil || !found || o.Reply.Text != "hello" || o.Address != "ana" || o.Chat != key {
			s.Errorf("sent %+v %t %v", o, found, err)
		}
		s.sendAll()
	}
	for _, q := range [][2]string{{"test", "unknown"}, {"other", t.Out[0].MessageID}} {
		if _, found, err := s.store.Sent(s.ctx, q[0], q[1]); found || err != nil {
			s.Errorf("%v: found %t, %v", q, found, err)
		}
	}
}
