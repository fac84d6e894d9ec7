package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
)

// RunCases checks every promise of bot.Cases, as Run does. The stores must implement bot.Cases, too.
func RunCases(t *testing.T, open func(t *testing.T) bot.Store) {
	for _, tt := range []struct {
		name string
		run  func(s *desk)
	}{
		{"claim/one_of_two_agents_wins", claimCaseRace},
		{"claim/withdraws_what_the_bot_composed", claimWithdraws},
		{"claim/from_the_phone", claimFromPhone},
		{"claim/races_with_turns_and_the_sender", claimFence},
		{"assign/whoever_has_it", assignCase},
		{"open/for_who_never_wrote", openForStranger},
		{"open/for_who_writes_where_the_bot_is_paused", openForSilenced},
		{"close/without_owner", closeCase},
		{"close/with_the_return_to_the_bot", closeOnReturn},
		{"reply/reaches_the_person", replyCase},
		{"reply/given_up_and_sent_again", retryReply},
		{"waiting/begins_and_ends", waitingSince},
		{"notes/are_never_sent", notes},
		{"labels/replace", labels},
		{"override/needs_a_reason", override},
		{"helped/is_kept", helped},
		{"lists/views_and_order", views},
		{"lists/cases_of_who_is_gone", viewOfTheGone},
		{"lists/pages", pages},
		{"lists/rows", rows},
		{"lists/rows_of_who_never_wrote", rowsOfTheSilent},
		{"search/finds", search},
		{"card/everything", card},
		{"merge/cases_become_one", mergeDesk},
		{"forget/leaves_no_content", forgetDesk},
		{"expire/words_of_old_cases_go", expireWords},
		{"withdraw/leaves_no_open_case", withdrawnCase},
		{"events/in_order", events},
		{"events/are_followed", followers},
		{"hooks/queue", hookQueue},
		{"bridges/one_mirror", bridges},
		{"all/unknown_and_closed", unknownCase},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := open(t)
			cases, ok := store.(bot.Cases)
			if !ok {
				t.Fatalf("%T does not implement bot.Cases", store)
			}
			tt.run(&desk{suite{T: t, ctx: t.Context(), store: store, rec: store.(bot.Records), now: start}, cases})
		})
	}
}

// desk is a suite for people who work on cases.
type desk struct {
	suite
	desk bot.Cases
}

// opens makes a chat with a case that was asked for, and returns both.
func (s *desk) opens(address string) (bot.ChatKey, int64) {
	s.Helper()
	key := s.says(address, "a person please, "+address)
	t := s.turn(key, "somebody will answer")
	t.HandOff = &bot.HandOff{Reason: flows.HandOffAsked, Summary: "answers of " + address}
	s.ok(s.store.Commit(s.ctx, t))
	return key, s.openCase(key).ID
}

// openCase is the open case of a chat.
func (s *desk) openCase(key bot.ChatKey) bot.Case {
	s.Helper()
	for _, c := range s.cases(key) {
		if c.ClosedAt.IsZero() {
			return c
		}
	}
	s.Fatalf("chat %s has no open case", key)
	return bot.Case{}
}

func (s *desk) tick() time.Time {
	s.now = s.now.Add(time.Second)
	return s.now
}

func (s *desk) claims(id int64, by string) {
	s.Helper()
	owner, err := s.desk.ClaimCase(s.ctx, id, by, s.tick())
	s.ok(err)
	s.equal("owner", owner, by)
}

func (s *desk) card(id int64) bot.Card {
	s.Helper()
	c, err := s.desk.Card(s.ctx, id)
	s.ok(err)
	return c
}

// list returns the numbers of the cases of a list.
func (s *desk) list(q bot.CaseQuery) []int64 {
	s.Helper()
	page, err := s.desk.ListCases(s.ctx, q)
	s.ok(err)
	var ids []int64
	for _, c := range page.Cases {
		ids = append(ids, c.ID)
	}
	return ids
}

// happened returns the events since one, as words.
func (s *desk) happened(after int64) []string {
	s.Helper()
	events, err := s.desk.Events(s.ctx, after, 0)
	s.ok(err)
	var words []string
	for _, e := range events {
		words = append(words, strings.TrimSpace(string(e.Kind)+" "+e.Who))
	}
	return words
}

func (s *desk) last() int64 {
	s.Helper()
	id, err := s.desk.LastEvent(s.ctx)
	s.ok(err)
	return id
}

func (s *desk) logged(key bot.ChatKey, who, what string) bool {
	lines, err := s.rec.Audit(s.ctx, key)
	s.ok(err)
	return slices.ContainsFunc(lines, func(l bot.AuditLine) bool { return l.Who == who && l.What == what && !l.At.IsZero() })
}

func claimCaseRace(s *desk) {
	_, id := s.opens("ana")
	const agents = 8
	owners, errs := make([]string, agents), make([]error, agents)
	atOnce(agents, func(i int) {
		owners[i], errs[i] = s.desk.ClaimCase(s.ctx, id, fmt.Sprintf("agent%d", i), s.now)
	})
	winner := ""
	for i, err := range errs {
		if err == nil && winner != "" {
			s.Fatalf("%s and agent%d have both claimed it", winner, i)
		}
		if err == nil {
			winner = fmt.Sprintf("agent%d", i)
		}
	}
	for i, err := range errs {
		s.equal("owner", owners[i], winner)
		if owners[i] != fmt.Sprintf("agent%d", i) {
			s.is(err, bot.ErrNotOwner)
		}
	}
	c := s.card(id)
	s.equal("owner", c.Owner, winner)
	s.equal("claimed", c.ClaimedAt, s.now)
	s.claims(id, winner) // again is fine
	s.equal("claimed once", s.card(id).ClaimedAt, c.ClaimedAt)
	if !s.logged(c.Chat, winner, "owner") {
		s.Error("the log does not say who claimed it")
	}
}

func claimWithdraws(s *desk) {
	key, id := s.opens("ana")
	s.says("ana", "and another thing")
	t := s.turn(key, "under way")
	s.claims(id, "sari")
	s.is(s.store.Commit(s.ctx, t), bot.ErrConflict)
	before := s.last()
	s.equal("claimed to be sent", texts(s.claim()), []string(nil))
	s.equal("events", s.happened(before), []string{"delivery bot"})
	s.equal("pending", s.pendingTexts(key), []string(nil))
	s.says("ana", "hello?")
	s.equal("waiting", must(s.store.Waiting(s.ctx, 0)), []bot.ChatKey(nil))
}

func claimFromPhone(s *desk) {
	key := s.says("ana", "hi")
	s.accept(fromMe(s.message("ana", "by hand")))
	id := s.openCase(key).ID
	s.claims(id, "sari")
	s.equal("owner", s.load(key).Owner, "sari")
	s.accept(fromMe(s.message("ana", "by hand again")))
	s.equal("owner", s.openCase(key).Owner, bot.OwnerPhone)
	if _, err := s.desk.ClaimCase(s.ctx, id, "budi", s.now); err != nil {
		s.Errorf("claim from the phone: %v", err)
	}
}

func assignCase(s *desk) {
	key, id := s.opens("ana")
	fence := s.load(key).Fence
	s.ok(s.desk.AssignCase(s.ctx, id, "sari", "budi", s.tick()))
	s.equal("owner", s.load(key).Owner, "budi")
	s.equal("fence", s.load(key).Fence, fence+1)
	s.ok(s.desk.AssignCase(s.ctx, id, "sari", "cici", s.tick()))
	s.ok(s.desk.AssignCase(s.ctx, id, "sari", "cici", s.tick()))
	s.equal("fence", s.load(key).Fence, fence+2)
	s.equal("case", s.openCase(key).Owner, "cici")
	if s.desk.AssignCase(s.ctx, id, "sari", "", s.now) == nil {
		s.Error("assigned to nobody")
	}
	if !s.logged(key, "sari", "owner") {
		s.Error("the log does not say who assigned it")
	}
}

func openForStranger(s *desk) {
	key := s.find("new", s.tick())
	before := s.last()
	id, err := s.desk.OpenCase(s.ctx, key, "sari", s.tick())
	s.ok(err)
	c := s.openCase(key)
	s.equal("case", []any{c.ID, c.Owner, c.Reasons}, []any{id, "sari", []flows.HandOffReason{flows.HandOffTakeover}})
	s.equal("waiting", c.WaitingSince.IsZero(), true)
	s.equal("events", s.happened(before), []string{"opened sari"})
	again, err := s.desk.OpenCase(s.ctx, key, "sari", s.tick())
	s.ok(err)
	s.equal("case", again, id)
	other, err := s.desk.OpenCase(s.ctx, key, "budi", s.tick())
	s.is(err, bot.ErrNotOwner)
	s.equal("case", other, id)
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()))
	s.equal("sent", s.sendAll(), []string{"hello"})
	s.says("new", "hello yourself")
	s.equal("pending", s.pendingTexts(key), []string(nil))
	_, err = s.desk.OpenCase(s.ctx, "nobody", "sari", s.now)
	s.is(err, bot.ErrNoChat)

	key, id = s.opens("ana")
	taken, err := s.desk.OpenCase(s.ctx, key, "sari", s.tick())
	s.ok(err)
	s.equal("case", taken, id)
	s.equal("owner", s.load(key).Owner, "sari")
}

// A chat that was paused by command has no case; a message in it that nobody answers makes one.
func openForSilenced(s *desk) {
	key := s.find("ana", s.tick())
	_, err := s.rec.SetOwner(s.ctx, key, "", bot.OwnerAgent, s.tick())
	s.ok(err)
	s.equal("cases of who is silent", len(s.cases(key)), 0)
	before := s.last()
	s.says("ana", "is anybody there?")
	c := s.openCase(key)
	s.equal("case", []any{c.Owner, c.Reasons, c.WaitingSince}, []any{bot.OwnerAgent, []flows.HandOffReason{flows.HandOffTakeover}, s.now})
	s.equal("events", s.happened(before), []string{"opened agent", "message"})
	s.says("ana", "hello?")
	s.equal("cases", len(s.cases(key)), 1)
	s.equal("queue", s.list(bot.CaseQuery{View: bot.ViewQueue, Gone: []string{bot.OwnerAgent}}), []int64{c.ID})
	s.claims(c.ID, "sari")
	s.ok(s.store.Commit(s.ctx, s.returning(key, "sari", time.Time{})))
	s.equal("closed with the return", s.cases(key)[0].ClosedAt.IsZero(), false)
}

func closeCase(s *desk) {
	key, id := s.opens("ana")
	closing := bot.Closing{By: "sari", Outcome: bot.ClosedSpam, Note: "nonsense"}
	s.claims(id, "budi")
	owner, err := s.desk.CloseCase(s.ctx, id, closing, s.tick())
	s.is(err, bot.ErrNotOwner)
	s.equal("owner", owner, "budi")
	_, err = s.rec.SetOwner(s.ctx, key, "budi", "", s.tick())
	s.ok(err)
	before := s.last()
	_, err = s.desk.CloseCase(s.ctx, id, closing, s.tick())
	s.ok(err)
	c := s.card(id)
	s.equal("case", []any{c.ClosedAt, c.Outcome, c.ClosedBy, c.Note, c.WaitingSince.IsZero()},
		[]any{s.now, bot.ClosedSpam, "sari", "nonsense", true})
	s.equal("events", s.happened(before), []string{"closed sari"})
	if !s.logged(key, "sari", "closed") {
		s.Error("the log does not say who closed it")
	}
	before = s.last()
	s.says("ana", "hello again")
	s.answers(key, "hello")
	s.equal("events without an open case", s.happened(before), []string(nil))
	_, next := s.opens("ana")
	if next == id {
		s.Error("a closed case was opened again")
	}
	s.equal("earlier", s.card(next).Earlier[0].ID, id)
}

func closeOnReturn(s *desk) {
	key, id := s.opens("ana")
	s.sendAll()
	s.claims(id, "sari")
	t := s.returning(key, "sari", time.Time{}, "back again")
	t.Return.Close = &bot.Closing{By: "sari", Outcome: bot.ClosedAnswered}
	t.Audit = []bot.AuditEntry{{Who: "sari", What: "owner"}}
	s.ok(s.store.Commit(s.ctx, t))
	c := s.card(id)
	s.equal("case", []any{c.ClosedAt, c.Outcome, c.ClosedBy, c.Owner}, []any{s.now, bot.ClosedAnswered, "sari", "sari"})
	s.equal("owner", s.load(key).Owner, "")
	s.equal("sent", s.sendAll(), []string{"back again"})

	// Without it the case waits for somebody again.
	_, id = s.opens("ana")
	s.claims(id, "sari")
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()))
	s.ok(s.store.Commit(s.ctx, s.returning(key, "sari", time.Time{})))
	s.equal("queue", s.list(bot.CaseQuery{View: bot.ViewQueue}), []int64{id})
	s.equal("waiting since", s.card(id).WaitingSince, s.now)
}

func replyCase(s *desk) {
	key, id := s.opens("ana")
	s.sendAll()
	s.is(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()), bot.ErrNotOwner)
	s.is(s.desk.ReplyCase(s.ctx, id, "", "R1", "hello", s.tick()), bot.ErrNotOwner)
	s.claims(id, "sari")
	s.is(s.desk.ReplyCase(s.ctx, id, "budi", "R1", "hello", s.tick()), bot.ErrNotOwner)
	before := s.last()
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()))
	if s.desk.ReplyCase(s.ctx, id, "sari", "R2", " \n", s.tick()) == nil {
		s.Error("an empty message was queued")
	}
	out := s.claim()
	if len(out) != 1 || out[0].Author != "sari" || out[0].Address != "ana" || out[0].MessageID != "R1" || out[0].Reply.Text != "hello" {
		s.Fatalf("claimed %+v", out)
	}
	s.settle(out[0], bot.Attempt{Outcome: bot.OutcomeSent})
	s.equal("events", s.happened(before), []string{"message sari", "delivery sari"})
	s.equal("transcript", s.lines(key)[2:], []string{"sari hello sent"})
	if !s.logged(key, "sari", "reply") {
		s.Error("the log does not say who answered")
	}
	// What an agent wrote is sent, whoever has the chat by then.
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R3", "one more", s.tick()))
	s.ok(s.desk.AssignCase(s.ctx, id, "sari", "budi", s.tick()))
	s.equal("sent", s.sendAll(), []string{"one more"})
}

func retryReply(s *desk) {
	key, id := s.opens("ana")
	s.sendAll()
	s.claims(id, "sari")
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()))
	s.is(s.desk.RetryReply(s.ctx, id, "sari", "R1", "R2", s.tick()), bot.ErrNoMessage)
	before := s.last()
	s.settle(s.claim()[0], bot.Attempt{Outcome: bot.OutcomeGivenUp, Err: "refused"})
	s.equal("events", s.happened(before), []string{"opened system", "delivery sari"})
	row := s.card(id)
	s.equal("failed", row.Failed, true)
	s.equal("reasons", row.Reasons, []flows.HandOffReason{flows.HandOffAsked, flows.HandOffDeliveryFailed})
	s.is(s.desk.RetryReply(s.ctx, id, "budi", "R1", "R2", s.tick()), bot.ErrNotOwner)
	s.is(s.desk.RetryReply(s.ctx, id, "sari", "R9", "R2", s.tick()), bot.ErrNoMessage)
	s.ok(s.desk.RetryReply(s.ctx, id, "sari", "R1", "R2", s.tick()))
	s.is(s.desk.RetryReply(s.ctx, id, "sari", "R1", "R3", s.tick()), bot.ErrNoMessage)
	s.equal("failed", s.card(id).Failed, false)
	s.equal("sent", s.sendAll(), []string{"hello"})
	s.equal("transcript", s.lines(key)[2:], []string{"sari hello dropped", "sari hello sent"})
}

func waitingSince(s *desk) {
	key, id := s.opens("ana")
	opened := s.now
	waiting := func(want time.Time) {
		s.Helper()
		s.equal("waiting since", s.card(id).WaitingSince, want)
	}
	waiting(opened)
	s.says("ana", "hello?")
	waiting(opened)
	s.answers(key, "the bot goes on")
	waiting(opened)
	s.claims(id, "sari")
	waiting(opened)
	s.ok(s.desk.ReplyCase(s.ctx, id, "sari", "R1", "hello", s.tick()))
	waiting(time.Time{})
	s.says("ana", "thanks, and")
	since := s.now
	s.says("ana", "one more thing")
	waiting(since)
	s.accept(fromMe(s.message("ana", "by hand")))
	waiting(time.Time{})
	s.says("ana", "ok")
	waiting(s.now)
}

func notes(s *desk) {
	key, id := s.opens("ana")
	s.sendAll()
	before := s.last()
	s.ok(s.desk.AddNote(s.ctx, id, "sari", " call back at nine ", s.tick()))
	s.ok(s.desk.AddNote(s.ctx, id, "budi", "done", s.tick()))
	if s.desk.AddNote(s.ctx, id, "sari", " ", s.now) == nil {
		s.Error("an empty note was kept")
	}
	s.equal("notes", s.card(id).Notes, []bot.Note{
		{Author: "sari", Text: "call back at nine", At: s.now.Add(-time.Second)}, {Author: "budi", Text: "done", At: s.now},
	})
	s.equal("sent", s.sendAll(), []string(nil))
	s.equal("events", s.happened(before), []string{"note sari", "note budi"})
	lines, err := s.rec.Audit(s.ctx, key)
	s.ok(err)
	for _, l := range lines {
		if strings.Contains(l.Note, "nine") {
			s.Errorf("the log holds the note: %+v", l)
		}
	}
	for _, l := range s.lines(key) {
		if strings.Contains(l, "nine") {
			s.Errorf("the transcript holds the note: %s", l)
		}
	}
}

func labels(s *desk) {
	key, id := s.opens("ana")
	s.ok(s.desk.SetLabels(s.ctx, id, "sari", []string{"Herbal ", "call  back", "herbal", ""}, s.tick()))
	s.equal("labels", s.card(id).Labels, []string{"call back", "herbal"})
	s.equal("labels of the chat's cases", s.openCase(key).Labels, []string{"call back", "herbal"})
	s.equal("with label", s.list(bot.CaseQuery{View: bot.ViewOpen, Label: "herbal"}), []int64{id})
	s.equal("with another", s.list(bot.CaseQuery{View: bot.ViewOpen, Label: "other"}), []int64(nil))
	s.ok(s.desk.SetLabels(s.ctx, id, "sari", nil, s.tick()))
	s.equal("labels", s.card(id).Labels, []string(nil))
	if !s.logged(key, "sari", "labels") {
		s.Error("the log does not say who labelled it")
	}
}

func override(s *desk) {
	key, id := s.opens("ana")
	s.is(s.desk.OverrideVerdict(s.ctx, id, "sari", "eligible", " ", s.tick()), bot.ErrNoReason)
	s.ok(s.desk.OverrideVerdict(s.ctx, id, "sari", "eligible", "saw the licence", s.tick()))
	c := s.card(id)
	s.equal("override", []string{c.Override, c.OverrideBy, c.OverrideReason}, []string{"eligible", "sari", "saw the licence"})
	if !s.logged(key, "sari", "override") {
		s.Error("the log does not say who changed the verdict")
	}
	s.ok(s.desk.OverrideVerdict(s.ctx, id, "budi", "not_eligible", "it has expired", s.tick()))
	var reasons []string
	for _, n := range s.card(id).Notes {
		reasons = append(reasons, n.Author+": "+n.Text)
	}
	s.equal("reasons", reasons, []string{"sari: rules → eligible: saw the licence", "budi: eligible → not_eligible: it has expired"})
}

func helped(s *desk) {
	_, id := s.opens("ana")
	s.ok(s.desk.SetHelped(s.ctx, id, "yes", s.tick()))
	s.equal("helped", s.card(id).Helped, "yes")
}

func unknownCase(s *desk) {
	key, id := s.opens("ana")
	_, err := s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari", Outcome: bot.ClosedOther}, s.tick())
	s.ok(err)
	for _, tt := range []struct {
		name string
		open bool
		do   func(id int64) error
	}{
		{"card", false, func(id int64) error { _, err := s.desk.Card(s.ctx, id); return err }},
		{"claim", true, func(id int64) error { _, err := s.desk.ClaimCase(s.ctx, id, "sari", s.now); return err }},
		{"assign", true, func(id int64) error { return s.desk.AssignCase(s.ctx, id, "sari", "budi", s.now) }},
		{"close", true, func(id int64) error {
			_, err := s.desk.CloseCase(s.ctx, id, bot.Closing{By: "sari"}, s.now)
			return err
		}},
		{"reply", true, func(id int64) error { return s.desk.ReplyCase(s.ctx, id, "sari", "R", "hello", s.now) }},
		{"retry", true, func(id int64) error { return s.desk.RetryReply(s.ctx, id, "sari", "R", "S", s.now) }},
		{"note", false, func(id int64) error { return s.desk.AddNote(s.ctx, id, "sari", "note", s.now) }},
		{"labels", false, func(id int64) error { return s.desk.SetLabels(s.ctx, id, "sari", []string{"l"}, s.now) }},
		{"override", false, func(id int64) error { return s.desk.OverrideVerdict(s.ctx, id, "sari", "eligible", "r", s.now) }},
		{"helped", false, func(id int64) error { return s.desk.SetHelped(s.ctx, id, "no", s.now) }},
	} {
		if err := tt.do(id + 1); !errors.Is(err, bot.ErrNoCase) {
			s.Errorf("%s of an unknown case: %v", tt.name, err)
		}
		var want error
		if tt.open {
			want = bot.ErrClosed
		}
		if err := tt.do(id); !errors.Is(err, want) {
			s.Errorf("%s of a closed case: %v, want %v", tt.name, err, want)
		}
	}
	s.equal("owner", s.load(key).Owner, "")
}
