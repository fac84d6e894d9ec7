package storagetest

import (
	"fmt"
	"time"

	"layak/bot"
	"layak/flows"
)

// What time does to chats: the return to the bot, and retention.

const days = 24 * time.Hour

func (s *suite) find(address string, at time.Time) bot.ChatKey {
	s.Helper()
	key, err := s.rec.Find(s.ctx, "test", address, at)
	s.ok(err)
	return key
}

func findChat(s *suite) {
	_, err := s.rec.Find(s.ctx, "test", "ana", time.Time{})
	s.is(err, bot.ErrNoChat)
	ana := s.says("ana", "hi")
	s.equal("who wrote", s.find("ana", time.Time{}), ana)
	s.equal("who wrote, making one", s.find("ana", s.now), ana)
	_, err = s.rec.Find(s.ctx, "other", "ana", time.Time{})
	s.is(err, bot.ErrNoChat)

	// A5: somebody who never wrote can be kept from the bot.
	budi := s.find("pn", s.now)
	c := s.load(budi)
	s.equal("chat", c, bot.Chat{Key: budi, Channel: "test", Address: "pn"})
	_, err = s.rec.SetOwner(s.ctx, budi, "", bot.OwnerAgent, s.now)
	s.ok(err)
	s.equal("found again", s.find("pn", s.now), budi)
	lid := s.says("lid", "hi") // under an address that nobody knows to be theirs
	s.equal("two chats", lid == budi, false)
	key := s.acquaint("lid", "pn", "hello?")
	c = s.load(key)
	s.equal("owner", c.Owner, bot.OwnerAgent)
	s.equal("pending", len(c.Pending), 0)
}

func oddBytes(s *suite) {
	in := s.message("ana", "zero \x00 byte")
	in.Name = "odd \x00\xff name"
	in.Input.Choice = "\x00"
	key := s.accept(in).Chat
	s.equal("text", s.load(key).Pending[0].Input.Text, in.Input.Text)
	if s.accept(in).Fresh {
		s.Error("fresh again")
	}
	t := s.turn(key, "reply \x00")
	t.Missed = []bot.Missed{{Question: "q\x00", Text: "odd \x00\xff"}}
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked, Summary: "\x00\xff"}
	t.Audit = []bot.AuditEntry{{Who: "bot\x00", What: "turn\xff", Note: "\x00"}}
	t.Next.Answers = map[string]flows.Value{"a": {Value: "\x00", Said: "\xff"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.settle(s.claim()[0], bot.Attempt{Outcome: bot.OutcomeRetry, Retry: s.now, Err: "odd \x00\xff"})
	s.equal("sent", s.sendAll(), []string{"reply \x00"})
	odd := s.message("odd\x00\xff", "hi")
	odd.MessageID += "\x00"
	a := s.accept(odd)
	if s.accept(odd).Fresh {
		s.Error("an odd id is fresh again")
	}
	s.answers(a.Chat, "hello")
	s.sendAll()
}

func (s *suite) quiet(before time.Time, agents bool) []bot.ChatKey {
	s.Helper()
	var keys []bot.ChatKey
	for _, q := range must(s.rec.Quiet(s.ctx, before, agents, 0)) {
		if owner := s.load(q.Key).Owner; q.Owner != owner {
			s.Errorf("%s belongs to %q, not to %q", q.Key, owner, q.Owner)
		}
		keys = append(keys, q.Key)
	}
	return keys
}

func quietChats(s *suite) {
	phone := s.says("ana", "hi")
	s.accept(fromMe(s.message("ana", "by hand")))
	mine := s.now
	claimed := s.says("budi", "hi")
	_, err := s.rec.SetOwner(s.ctx, claimed, "", "alice", s.now)
	s.ok(err)
	s.says("cara", "the bot's")
	later := s.now.Add(time.Hour)
	s.equal("of the phone", s.quiet(later, false), []bot.ChatKey{phone})
	s.equal("of all", s.quiet(later, true), []bot.ChatKey{phone, claimed})
	s.equal("limit", len(must(s.rec.Quiet(s.ctx, later, true, 1))), 1)
	s.equal("not quiet yet", s.quiet(mine, true), []bot.ChatKey(nil))
	s.equal("touched", must(s.rec.Quiet(s.ctx, later, false, 0)), []bot.QuietChat{{Key: phone, Owner: bot.OwnerPhone, Touched: mine}})

	// Whoever writes, it is not quiet.
	for what, write := range map[string]func(){
		"the person":   func() { s.says("ana", "are you there?") },
		"by hand":      func() { s.accept(fromMe(s.message("ana", "yes"))) },
		"another hand": func() { _, err := s.rec.SetOwner(s.ctx, phone, s.load(phone).Owner, "bea", s.now); s.ok(err) },
	} {
		before := s.now.Add(time.Second)
		s.equal(what+": quiet before", s.quiet(before, true)[0] == phone || len(s.quiet(before, true)) == 2, true)
		s.now = s.now.Add(time.Hour)
		write()
		s.equal(what, s.quiet(before, true), []bot.ChatKey{claimed})
	}
	c := s.load(phone)
	s.accept(fromMe(s.message("dina", "a new chat"))) // nobody has written there but us
	s.equal("never heard", s.load(s.find("dina", time.Time{})).HeardAt, time.Time{})
	s.equal("heard", c.HeardAt.IsZero(), false)
}

// returning is a turn that takes a chat back.
func (s *suite) returning(key bot.ChatKey, from string, quiet time.Time, texts ...string) bot.TurnRecord {
	s.Helper()
	t := s.turn(key, texts...)
	t.Next.ID = string(key)
	t.Return = &bot.Return{From: from, Quiet: quiet}
	t.Audit = []bot.AuditEntry{{Who: "system", What: "owner", Note: bot.OwnerNote(from, "")}}
	return t
}

func returnTurn(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "withdrawn")
	s.accept(fromMe(s.message("ana", "by hand")))
	s.says("ana", "left to the phone")
	before := s.load(key)
	s.ok(s.store.Commit(s.ctx, s.returning(key, bot.OwnerPhone, s.now, "I go on")))
	c := s.load(key)
	s.equal("owner", c.Owner, "")
	s.equal("fence", c.Fence, before.Fence+1)
	s.equal("version", c.Conversation.Version, before.Conversation.Version+1)
	s.equal("pending", len(c.Pending), 0)
	s.equal("sent", s.sendAll(), []string{"I go on"})
	cases := s.cases(key)
	if len(cases) != 1 || cases[0].ClosedAt.IsZero() || cases[0].Note != bot.NoteReturned {
		s.Errorf("cases %+v, want the takeover closed", cases)
	}
	s.equal("quiet", s.quiet(s.now.Add(time.Hour), true), []bot.ChatKey(nil))
	s.says("ana", "again")
	s.answers(key, "welcome back")
	s.equal("sent", s.sendAll(), []string{"welcome back"})

	// An agent's case stays open, without an owner; a turn without a conversation leaves it as it was.
	t := s.turn(key)
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked}
	s.ok(s.store.Commit(s.ctx, t))
	_, err := s.rec.SetOwner(s.ctx, key, "", "alice", s.now)
	s.ok(err)
	was := s.load(key).Conversation
	t = s.returning(key, "alice", time.Time{})
	t.Next = flows.Conversation{}
	s.ok(s.store.Commit(s.ctx, t))
	s.equal("conversation", s.load(key).Conversation, was)
	cases = s.cases(key)
	if k := cases[len(cases)-1]; !k.ClosedAt.IsZero() || k.Owner != "" {
		s.Errorf("case %+v, want it open and nobody's", k)
	}
}

func returnConflicts(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key)
	t := s.returning(key, bot.OwnerPhone, s.now, "never said")
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict) // it is the bot's
	t = s.returning(key, "", s.now, "never said")
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
	s.accept(fromMe(s.message("ana", "by hand")))
	t = s.returning(key, bot.OwnerPhone, s.now, "never said")
	s.is(s.store.Commit(s.ctx, s.returning(key, "alice", s.now, "never said")), bot.ErrConflict)
	s.accept(fromMe(s.message("ana", "by hand, just now")))
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
	s.equal("owner", s.load(key).Owner, bot.OwnerPhone)
	s.equal("sent", s.sendAll(), []string(nil))
}

// expire removes what is older than before, a little at a time.
func (s *suite) expire(before time.Time) {
	s.Helper()
	for range 1000 {
		n, err := s.rec.Expire(s.ctx, before, 3)
		s.ok(err)
		if n == 0 {
			return
		}
	}
	s.Fatal("there is always more to remove")
}

// told makes a chat with everything in it that retention is about.
func (s *suite) told(address, secret string) bot.ChatKey {
	s.Helper()
	key := s.says(address, secret)
	t := s.turn(key, "about "+secret)
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: secret}}
	t.Missed = []bot.Missed{{Question: "q", Text: secret}}
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked, Summary: secret}
	t.Verdict = &bot.Verdict{Category: "shop", Verdict: "eligible"}
	t.Audit = []bot.AuditEntry{{Who: "bot", What: "verdict", Note: "eligible"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	return key
}

// closeCase closes the chat's case in the way that a takeover that ends does.
func (s *suite) closeCase(address string) {
	s.Helper()
	key := s.says(address, "delete my data")
	t := s.forgetting(key)
	t.Out = nil
	s.ok(s.store.Commit(s.ctx, t))
}

func expireOld(s *suite) {
	for i := range 8 {
		s.says(fmt.Sprint("quiet", i), "hi")
		s.answers(s.find(fmt.Sprint("quiet", i), time.Time{}), "hello")
	}
	s.sendAll()
	ana := s.says("ana", "secret")
	t := s.turn(ana, "about secret")
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "secret"}}
	t.Missed = []bot.Missed{{Question: "q", Text: "secret"}}
	t.Verdict = &bot.Verdict{Category: "shop", Verdict: "eligible"}
	t.Audit = []bot.AuditEntry{{Who: "bot", What: "verdict", Note: "eligible"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	in := fromMe(s.message("ana", "secret by hand"))
	s.accept(in)
	_, err := s.rec.SetOwner(s.ctx, ana, bot.OwnerPhone, "", s.now)
	s.ok(err)
	old := s.now.Add(time.Millisecond)
	s.now = s.now.Add(90 * days)
	budi := s.says("budi", "new")
	s.answers(budi, "also new")
	s.sendAll()

	s.expire(start) // nothing is that old
	s.equal("before", len(s.lines(ana)), 3)
	s.expire(old)
	_, err = s.store.Load(s.ctx, ana)
	s.is(err, bot.ErrNoChat)
	_, err = s.rec.Transcript(s.ctx, ana)
	s.is(err, bot.ErrNoChat)
	_, err = s.rec.Find(s.ctx, "test", "ana", time.Time{})
	s.is(err, bot.ErrNoChat)
	s.equal("missed", len(must(s.rec.MissedTexts(s.ctx, 0))), 0)
	s.equal("verdicts", must(s.rec.VerdictCounts(s.ctx))[0].N, 1)
	var whats []string
	for _, a := range must(s.rec.Audit(s.ctx, ana)) {
		whats = append(whats, a.What)
	}
	s.equal("audit", whats, []string{"verdict", "takeover", "owner"})
	if cs := s.cases(ana); len(cs) != 1 || cs[0].Summary != "" {
		s.Errorf("cases %+v, want one without content", cs)
	}
	s.equal("new", s.lines(budi), []string{"> new answered", "bot also new sent"})
	if again := s.says("ana", "hi"); again == ana || s.load(again).Conversation.Version != 0 {
		s.Error("the conversation goes on")
	}
}

func expireActive(s *suite) {
	key := s.says("ana", "old")
	t := s.turn(key, "old question")
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "shop"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	old := s.now.Add(time.Millisecond)
	s.now = s.now.Add(90 * days)
	s.says("ana", "newer")
	s.expire(old)
	s.equal("transcript", s.lines(key), []string{"> newer pending"})
	s.equal("answers", s.load(key).Conversation.Category(), "shop")
	s.answers(key, "goes on")
	s.equal("sent", s.sendAll(), []string{"goes on"})
}

func expireOptOut(s *suite) {
	in := s.message("pn", "stop")
	in.Alt = "lid"
	key := s.accept(in).Chat
	t := s.turn(key, "bye")
	yes := true
	t.OptOut = &yes
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	s.now = s.now.Add(90 * days)
	s.expire(s.now)
	s.is(func() error { _, err := s.store.Load(s.ctx, key); return err }(), bot.ErrNoChat)
	s.equal("opted out", s.load(s.says("lid", "hi")).OptedOut, true)
}

func expireBusy(s *suite) {
	open := s.told("cara", "open")
	pending := s.says("ana", "waits")
	unsent := s.says("budi", "hi")
	s.answers(unsent, "not sent yet")
	s.now = s.now.Add(90 * days)
	s.expire(s.now)
	s.equal("pending", s.pendingTexts(pending), []string{"waits"})
	s.equal("unsent", s.sendAll(), []string{"not sent yet"})
	s.equal("open case", s.cases(open)[0].Summary, "open")
	s.equal("answers behind it", s.load(open).Conversation.Category(), "open")
	s.equal("its texts", s.lines(open), []string(nil))
	s.closeCase("cara")
	s.expire(s.now)
	s.equal("closed case", s.cases(open)[0].Summary, "")
}

func expireOwned(s *suite) {
	key := s.says("ana", "secret")
	t := s.turn(key, "question")
	t.Next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "secret"}}
	s.ok(s.store.Commit(s.ctx, t))
	s.sendAll()
	_, err := s.rec.SetOwner(s.ctx, key, "", bot.OwnerAgent, s.now)
	s.ok(err)
	s.now = s.now.Add(90 * days)
	s.expire(s.now)
	c := s.load(key)
	s.equal("owner", c.Owner, bot.OwnerAgent)
	s.equal("conversation", c.Conversation, flows.Conversation{})
	s.equal("transcript", s.lines(key), []string(nil))
	s.says("ana", "hi")
	s.equal("still left to the agent", s.lines(key), []string{"> hi left"})
}
