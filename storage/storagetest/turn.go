package storagetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"layak/bot"
	"layak/flows"
)

func waiting(s *suite) {
	var want []bot.ChatKey
	for i := range 5 {
		want = append(want, s.says(fmt.Sprint("person", i), "hi"))
	}
	s.says("person0", "again")
	s.says("person3", "again")
	s.accept(fromMe(s.message("person1", "by hand")))
	s.answers(want[2], "hello")
	want = []bot.ChatKey{want[0], want[3], want[4]}
	s.equal("waiting", must(s.store.Waiting(s.ctx, 0)), want)
	s.equal("waiting, two", must(s.store.Waiting(s.ctx, 2)), want[:2])
}

func unknownChat(s *suite) {
	_, err := s.store.Load(s.ctx, "nobody")
	s.is(err, bot.ErrNoChat)
	_, err = s.store.Fence(s.ctx, "nobody")
	s.is(err, bot.ErrNoChat)
	s.is(s.store.Commit(s.ctx, bot.TurnRecord{Chat: "nobody", At: s.now}), bot.ErrConflict)
	_, err = s.rec.Transcript(s.ctx, "nobody")
	s.is(err, bot.ErrNoChat)
}

func commitAll(s *suite) {
	in := s.message("ana", "hi")
	in.Ephemeral = 604800
	key := s.accept(in).Chat
	t := s.turn(key, "hello", "question")
	yes := true
	t.Next.Answers = map[string]flows.Value{"licence": {Value: "no", Number: "12•••89", Stated: true, Said: "in_progress"}}
	t.Next.Trail = []flows.Place{{State: "one", Fact: "f", Offer: []string{"a", "b"}}}
	t.Next.Return = &flows.Place{State: "two"}
	t.Next.LangChosen, t.Next.StartedAt = true, s.now
	t.HandOff = &bot.HandOff{Reason: flows.HandOffNeedsReview, Summary: "licence: no"}
	t.Verdict = &bot.Verdict{Category: "shop", Verdict: "needs_review", Pack: "p 1", Lang: "id"}
	t.OptOut = &yes
	t.Missed = []bot.Missed{{Question: "q1", Text: "hä?"}, {Question: "q2", Text: "what"}}
	t.Audit = []bot.AuditEntry{{Who: "bot", What: "verdict", Note: "n"}, {Who: "bot", What: "handoff"}}
	t.Out[0].Reply.Options = []flows.Option{{ID: "yes", Label: "Ya"}}
	t.Out[1].Ephemeral, t.Out[1].Address, t.Out[1].NotBefore = 5, "elsewhere", s.now.Add(time.Hour)
	s.ok(s.store.Commit(s.ctx, t))

	c := s.load(key)
	want := t.Next
	want.Version = 1
	s.equal("conversation", c.Conversation, want)
	s.equal("opted out", c.OptedOut, true)
	s.equal("pending", len(c.Pending), 0)
	out := s.claim()
	s.equal("claimed", out, []bot.Outbound{{
		ID: out[0].ID, Chat: key, Channel: "test", Address: "ana", MessageID: t.Out[0].MessageID, Reply: t.Out[0].Reply,
		Author: "bot", Fence: c.Fence, Ephemeral: 604800, ComposedAt: s.now, NotBefore: s.now, Attempts: 1,
	}})
	s.settle(out[0], bot.Attempt{Outcome: bot.OutcomeSent})
	s.now = s.now.Add(time.Hour)
	out = s.claim()
	s.equal("second message", []any{out[0].Address, out[0].Ephemeral, out[0].Reply.Text}, []any{"elsewhere", uint32(5), "question"})
	cases := s.cases(key)
	s.equal("case", cases, []bot.Case{{
		ID: cases[0].ID, Chat: key, Reasons: []flows.HandOffReason{flows.HandOffNeedsReview}, Summary: "licence: no", OpenedAt: t.At,
		WaitingSince: t.At,
	}})
	s.equal("verdicts", must(s.rec.VerdictCounts(s.ctx)), []bot.VerdictCount{{Day: start.Truncate(24 * time.Hour), Verdict: *t.Verdict, N: 1}})
	s.equal("missed", must(s.rec.MissedTexts(s.ctx, 1)), []bot.Missed{{Question: "q2", Text: "what"}})
	s.equal("audit", must(s.rec.Audit(s.ctx, key)), []bot.AuditLine{{AuditEntry: t.Audit[0], At: t.At}, {AuditEntry: t.Audit[1], At: t.At}})

	t = s.turn(key)
	t.Verdict = &bot.Verdict{Category: "shop", Verdict: "needs_review", Pack: "p 1", Lang: "id"}
	no := false
	t.OptOut = &no
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("version", s.load(key).Conversation.Version, int64(2))
	s.equal("opted out", s.load(key).OptedOut, false)
	s.equal("verdict count", must(s.rec.VerdictCounts(s.ctx))[0].N, 2)
}

func commitConflict(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key, "hello")
	s.ok(s.store.Commit(s.ctx, t))
	s.says("ana", "next")
	before := s.load(key)
	for name, change := range map[string]func(*bot.TurnRecord){
		"old base":       func(t *bot.TurnRecord) { t.Base = 0 },
		"future base":    func(t *bot.TurnRecord) { t.Base = 7 },
		"answered twice": func(t *bot.TurnRecord) { t.Answered = append(t.Answered, t.Answered[0]-1) },
		"not ours":       func(t *bot.TurnRecord) { t.Answered = append(t.Answered, 999) },
	} {
		t := s.turn(key, "lost "+name)
		t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked}
		t.Verdict = &bot.Verdict{Category: "shop"}
		t.Missed = []bot.Missed{{Text: "x"}}
		t.Audit = []bot.AuditEntry{{Who: "bot", What: "turn"}}
		change(&t)
		if err := s.store.Commit(s.ctx, t); !errors.Is(err, bot.ErrConflict) {
			s.Errorf("%s: got %v, want a conflict", name, err)
		}
	}
	s.equal("chat", s.load(key), before)
	s.equal("sent", s.sendAll(), []string{"hello"})
	s.equal("cases", len(s.cases(key)), 0)
	s.equal("verdicts", len(must(s.rec.VerdictCounts(s.ctx))), 0)
	s.equal("missed", len(must(s.rec.MissedTexts(s.ctx, 0))), 0)
	s.equal("audit", len(must(s.rec.Audit(s.ctx, key))), 0)
}

func commitRace(s *suite) {
	key := s.says("ana", "hi")
	turns := make([]bot.TurnRecord, 8)
	for i := range turns {
		turns[i] = s.turn(key, fmt.Sprint("from ", i))
	}
	var won [8]int
	atOnce(len(turns), func(i int) {
		err := s.store.Commit(s.ctx, turns[i])
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
	s.equal("sent", len(s.sendAll()), 1)
}

func commitFailed(s *suite) {
	key := s.says("ana", "poison")
	t := s.turn(key, "sorry")
	t.Failed, t.Answered = t.Answered, nil
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("pending", s.pendingTexts(key), []string(nil))
	s.equal("waiting", len(must(s.store.Waiting(s.ctx, 0))), 0)
	s.equal("transcript", s.lines(key), []string{"> poison failed", "bot sorry waiting"})
}

func commitOrder(s *suite) {
	key := s.says("ana", "first")
	s.says("ana", "second")
	t := s.turn(key)
	t.Answered = t.Answered[1:]
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
	t = s.turn(key, "to the first")
	t.Answered = t.Answered[:1]
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("pending", s.pendingTexts(key), []string{"second"})
}

func commitUsedID(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	s.says("ana", "more")
	t := s.turn(key, "again")
	t.Out[0].MessageID = fmt.Sprintf("OUT%d", 2)
	if err := s.store.Commit(s.ctx, t); err == nil {
		s.Error("stored a second message under one id")
	}
	s.equal("pending", s.pendingTexts(key), []string{"more"})
}

func caseReasons(s *suite) {
	key := s.says("ana", "hi")
	for i, r := range []flows.HandOffReason{flows.HandOffAsked, flows.HandOffFault, flows.HandOffAsked} {
		t := s.turn(key)
		t.HandOff = &bot.HandOff{Reason: r, Summary: fmt.Sprint("summary ", i)}
		s.ok(s.store.Commit(s.ctx, t))
	}
	cases := s.cases(key)
	if len(cases) != 1 {
		s.Fatalf("%d cases, want one", len(cases))
	}
	s.equal("reasons", cases[0].Reasons, []flows.HandOffReason{flows.HandOffAsked, flows.HandOffFault})
	s.equal("summary", cases[0].Summary, "summary 2")
}

func faults(s *suite) {
	key := s.says("ana", "poison")
	id := s.load(key).Pending[0].ID
	for want := range 5 {
		n, err := s.store.Fault(s.ctx, id)
		s.ok(err)
		s.equal("faults", n, want+1)
	}
	s.equal("failures", s.load(key).Pending[0].Failures, 5)
	if _, err := s.store.Fault(s.ctx, 999); err == nil {
		s.Error("counted a fault of an unknown message")
	}
}

func cancelled(s *suite) {
	key := s.says("ana", "hi")
	t := s.turn(key, "hello")
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	_, err := s.store.Accept(ctx, s.message("ana", "more"))
	s.is(err, context.Canceled)
	s.is(s.store.Commit(ctx, t), context.Canceled)
	s.equal("pending", s.pendingTexts(key), []string{"hi"})
}
