package storagetest

import (
	"layak/bot"
	"layak/flows"
)

// forgetting is a turn that removes everything, with a goodbye.
func (s *suite) forgetting(key bot.ChatKey) bot.TurnRecord {
	s.Helper()
	t := s.turn(key, "goodbye")
	t.Forget = true
	t.Audit = []bot.AuditEntry{{Who: "bot", What: "forget"}}
	return t
}

func forget(s *suite) {
	in := s.message("pn", "secret answer")
	in.Alt = "lid"
	key := s.accept(in).Chat
	t := s.turn(key, "secret question", "unsent question")
	t.Verdict = &bot.Verdict{Category: "shop", Verdict: "eligible"}
	t.Missed = []bot.Missed{{Question: "q", Text: "secret"}}
	t.Audit = []bot.AuditEntry{{Who: "bot", What: "turn"}}
	s.ok(s.store.Commit(s.ctx, t))
	first := s.claim()[0]
	s.settle(first, bot.Attempt{Outcome: bot.OutcomeSent})
	s.says("pn", "delete my data")
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))

	s.equal("transcript", s.lines(key), []string{"bot goodbye waiting"})
	s.equal("missed", len(must(s.rec.MissedTexts(s.ctx, 0))), 0)
	s.equal("conversation", s.load(key).Conversation, flows.Conversation{})
	s.equal("sent", s.sendAll(), []string{"goodbye"})
	_, err := s.store.Load(s.ctx, key)
	s.is(err, bot.ErrNoChat)
	s.equal("verdicts", must(s.rec.VerdictCounts(s.ctx))[0].N, 1)
	var whats []string
	for _, a := range must(s.rec.Audit(s.ctx, key)) {
		whats = append(whats, a.What)
	}
	s.equal("audit", whats, []string{"turn", "forget"})
	for _, id := range []string{first.MessageID, t.Out[1].MessageID} {
		if _, found, _ := s.store.Sent(s.ctx, "test", id); found {
			s.Errorf("%s can still be read", id)
		}
	}
	if again := s.says("lid", "hi"); again == key {
		s.Error("the next message continued the forgotten chat")
	}
}

func forgetGoodbye(s *suite) {
	for name, a := range map[string]bot.Attempt{
		"sent":     {Outcome: bot.OutcomeSent, Address: "another address"},
		"given up": {Outcome: bot.OutcomeGivenUp},
	} {
		key := s.says("ana", "delete my data")
		t := s.forgetting(key)
		s.ok(s.store.Commit(s.ctx, t))
		out := s.claim()
		s.equal(name, texts(out), []string{"goodbye"})
		s.settle(out[0], bot.Attempt{Outcome: bot.OutcomeRetry, Retry: s.now})
		s.settle(s.claim()[0], a)
		if _, found, _ := s.store.Sent(s.ctx, "test", t.Out[0].MessageID); found {
			s.Errorf("%s: the goodbye can still be read", name)
		}
		s.equal(name+": cases", len(s.cases(key)), 0)
		_, err := s.store.Load(s.ctx, key)
		s.is(err, bot.ErrNoChat)
		in := fromMe(s.message("ana", "goodbye")) // our own words, echoed late
		in.MessageID = t.Out[0].MessageID
		if s.accept(in).Fresh {
			s.Errorf("%s: the echo of the goodbye was taken for a takeover", name)
		}
	}
	// Without a goodbye nothing keeps the contact.
	key := s.says("cara", "delete my data")
	t := s.forgetting(key)
	t.Out = nil
	s.ok(s.store.Commit(s.ctx, t))
	_, err := s.store.Load(s.ctx, key)
	s.is(err, bot.ErrNoChat)
	// Somebody writes again before the goodbye is out: it is still sent, and the new chat lives on.
	key = s.says("dina", "delete my data")
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))
	again := s.says("dina", "hi")
	s.answers(again, "hello")
	s.equal("sent", s.sendAll(), []string{"goodbye", "hello"})
	s.equal("transcript", s.lines(again), []string{"> hi answered", "bot hello sent"})
}

func forgetOptOut(s *suite) {
	in := s.message("pn", "stop")
	in.Alt = "lid"
	key := s.accept(in).Chat
	t := s.turn(key, "bye")
	yes, no := true, false
	t.OptOut = &yes
	s.ok(s.store.Commit(s.ctx, t))
	s.says("pn", "delete my data")
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))
	s.sendAll()
	key = s.says("lid", "hi")
	s.equal("opted out", s.load(key).OptedOut, true)
	t = s.turn(key, "welcome back")
	t.OptOut = &no
	s.ok(s.store.Commit(s.ctx, t))
	s.says("lid", "delete my data")
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))
	s.sendAll()
	s.equal("opted out after opting in", s.load(s.says("lid", "hi")).OptedOut, false)
}

func forgetDuplicates(s *suite) {
	in := s.message("pn", "delete my data")
	in.Alt, in.Sender = "lid", "pn:3@net"
	key := s.accept(in).Chat
	s.ok(s.store.Commit(s.ctx, s.forgetting(key)))
	again := in
	again.Address, again.Alt, again.Sender = "lid", "", "lid:3@lid"
	for range 2 { // before and after the goodbye
		for _, in := range []bot.Inbound{in, again} {
			if a := s.accept(in); a.Fresh {
				s.Errorf("%s: fresh again", in.Address)
			}
		}
		s.sendAll()
	}
	if a := s.accept(in); a.Chat != "" {
		s.Errorf("a repetition made chat %s", a.Chat)
	}
	s.equal("waiting", len(must(s.store.Waiting(s.ctx, 0))), 0)
}

func forgetMeanwhile(s *suite) {
	key := s.says("ana", "delete my data")
	t := s.forgetting(key)
	s.says("ana", "one more thing")
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("sent", s.sendAll(), []string{"goodbye"})
	s.equal("pending", s.pendingTexts(key), []string{"one more thing"})
	s.equal("waiting", must(s.store.Waiting(s.ctx, 0)), []bot.ChatKey{key})
	s.answers(key, "yes?")
	s.equal("sent", s.sendAll(), []string{"yes?"})
}

func forgetCase(s *suite) {
	key := s.says("ana", "agent")
	t := s.turn(key)
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked, Summary: "secret answers"}
	s.ok(s.store.Commit(s.ctx, t))
	s.says("ana", "delete my data")
	t = s.forgetting(key)
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	cases := s.cases(key)
	if len(cases) != 1 || !cases[0].ClosedAt.Equal(t.At) || cases[0].Note != bot.NoteForgotten || cases[0].Summary != "" {
		s.Errorf("cases %+v, want one, closed with a note and without answers", cases)
	}
}
