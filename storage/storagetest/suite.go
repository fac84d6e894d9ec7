// Package storagetest holds the promises of bot.Store and bot.Records as tests, the same for every implementation.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"layak/bot"
	"layak/flows"
)

// Run checks every promise on stores made by open: each test gets one of its own, which must be empty and is not closed
// by the suite. The store must implement bot.Records, too.
func Run(t *testing.T, open func(t *testing.T) bot.Store) {
	for _, tt := range []struct {
		name string
		run  func(s *suite)
	}{
		{"accept/first_message_makes_a_chat", firstMessage},
		{"accept/same_message_again", sameMessageAgain},
		{"accept/same_message_at_the_same_time", sameMessageAtOnce},
		{"accept/same_id_of_another_chat_sender_or_direction", sameIDElsewhere},
		{"accept/input_survives", inputSurvives},
		{"accept/incomplete_message_is_refused", incomplete},
		{"accept/order_is_kept", acceptOrder},
		{"merge/two_addresses_in_one_message", twoAddresses},
		{"merge/two_chats_become_one", mergeChats},
		{"merge/duplicate_under_the_other_address", duplicateAcrossAddresses},
		{"merge/duplicates_accepted_before_it", duplicatesBeforeMerge},
		{"merge/turn_under_way_conflicts", mergeConflicts},
		{"merge/owner_opt_out_and_case_stay", mergeOwner},
		{"merge/address_from_a_receipt", mergeOnReceipt},
		{"merge/unsent_messages_stay_sendable", mergeOutbox},
		{"takeover/withdraws_what_was_composed", takeover},
		{"takeover/echo_of_our_own_message", echo},
		{"takeover/messages_are_left_to_the_owner", leftToOwner},
		{"takeover/agent_message_is_not_withdrawn", agentMessage},
		{"case/withdrawn_by_the_person", withdrawn},
		{"owner/one_of_two_agents_wins", ownerRace},
		{"owner/return_to_the_bot", ownerReturn},
		{"waiting/oldest_first_and_only_the_bot's", waiting},
		{"load/unknown_chat", unknownChat},
		{"commit/stores_the_whole_turn", commitAll},
		{"commit/stores_nothing_on_conflict", commitConflict},
		{"commit/one_of_many_wins", commitRace},
		{"commit/failed_message_is_not_offered_again", commitFailed},
		{"commit/answers_in_order_only", commitOrder},
		{"commit/used_message_id_stores_nothing", commitUsedID},
		{"commit/case_gathers_reasons", caseReasons},
		{"fault/counts", faults},
		{"claim/oldest_of_each_chat", claimOrder},
		{"claim/not_before", claimNotBefore},
		{"claim/many_at_once_get_each_message_once", claimRace},
		{"claim/lease_ends", leaseEnds},
		{"claim/only_the_named_channel", claimChannel},
		{"settle/retry_keeps_id_and_order", settleRetry},
		{"settle/not_tried_does_not_count", settleNotTried},
		{"settle/given_up_opens_a_case", settleGivenUp},
		{"settle/late_news", settleLate},
		{"settle/and_claim_the_next", settleAndClaim},
		{"sent/finds_by_id", sent},
		{"forget/leaves_nothing_of_the_person", forget},
		{"forget/goodbye_is_sent_and_removed", forgetGoodbye},
		{"forget/opt_out_outlives_it", forgetOptOut},
		{"forget/duplicates_are_known", forgetDuplicates},
		{"forget/message_meanwhile_is_answered", forgetMeanwhile},
		{"forget/closes_the_case", forgetCase},
		{"records/transcript", transcript},
		{"find/by_address", findChat},
		{"return/quiet_chats", quietChats},
		{"return/turn_takes_the_chat_back", returnTurn},
		{"return/not_when_somebody_wrote", returnConflicts},
		{"expire/old_chats_go", expireOld},
		{"expire/active_conversation_stays", expireActive},
		{"expire/opt_out_outlives_it", expireOptOut},
		{"expire/what_is_under_way_stays", expireBusy},
		{"expire/owned_chat_stays_owned", expireOwned},
		{"all/odd_bytes", oddBytes},
		{"all/cancelled_context", cancelled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			store := open(t)
			records, ok := store.(bot.Records)
			if !ok {
				t.Fatalf("%T does not implement bot.Records", store)
			}
			tt.run(&suite{T: t, ctx: t.Context(), store: store, rec: records, now: start})
		})
	}
}

var start = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

const lease = time.Minute

// suite is one test's store and clock.
type suite struct {
	*testing.T
	ctx   context.Context
	store bot.Store
	rec   bot.Records
	now   time.Time
	n     int
}

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("got error %v, want %v", err, want)
	}
}

func (s *suite) equal(what string, got, want any, opts ...cmp.Option) {
	s.Helper()
	if diff := cmp.Diff(want, got, append(opts, cmpopts.EquateEmpty())...); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// message makes an inbound message with an id of its own.
func (s *suite) message(address, text string) bot.Inbound {
	s.n++
	s.now = s.now.Add(time.Second)
	return bot.Inbound{
		Channel: "test", Address: address, Sender: address, MessageID: fmt.Sprintf("IN%d", s.n), Name: "name of " + address,
		ReceivedAt: s.now, Input: flows.Input{Kind: flows.InputText, Text: text, At: s.now},
	}
}

func (s *suite) accept(in bot.Inbound) bot.Accepted {
	s.Helper()
	a, err := s.store.Accept(s.ctx, in)
	s.ok(err)
	return a
}

// says accepts a text and returns its chat.
func (s *suite) says(address, text string) bot.ChatKey {
	s.Helper()
	a := s.accept(s.message(address, text))
	if !a.Fresh || a.Chat == "" {
		s.Fatalf("accepted %+v, want a fresh message of a chat", a)
	}
	return a.Chat
}

func (s *suite) load(key bot.ChatKey) bot.Chat {
	s.Helper()
	c, err := s.store.Load(s.ctx, key)
	s.ok(err)
	return c
}

func (s *suite) out(text string) bot.Outbound {
	s.n++
	return bot.Outbound{MessageID: fmt.Sprintf("OUT%d", s.n), Reply: flows.Reply{Text: text}, Author: bot.AuthorBot}
}

// turn is a turn that answers everything pending with the given texts.
func (s *suite) turn(key bot.ChatKey, texts ...string) bot.TurnRecord {
	s.Helper()
	c := s.load(key)
	s.now = s.now.Add(time.Second)
	next := c.Conversation.Clone()
	next.UpdatedAt = s.now
	next.Place.State = "asked"
	next.Lang = "id"
	t := bot.TurnRecord{Chat: c.Key, Base: c.Conversation.Version, Next: next, At: s.now}
	for _, p := range c.Pending {
		t.Answered = append(t.Answered, p.ID)
	}
	for _, text := range texts {
		t.Out = append(t.Out, s.out(text))
	}
	return t
}

// answers commits a turn.
func (s *suite) answers(key bot.ChatKey, texts ...string) {
	s.Helper()
	s.ok(s.store.Commit(s.ctx, s.turn(key, texts...)))
}

func (s *suite) claim() []bot.Outbound {
	s.Helper()
	out, err := s.store.Claim(s.ctx, "test", s.now, lease, 100)
	s.ok(err)
	return out
}

func texts(out []bot.Outbound) []string {
	var ts []string
	for _, o := range out {
		ts = append(ts, o.Reply.Text)
	}
	return ts
}

func (s *suite) settle(o bot.Outbound, a bot.Attempt) {
	s.Helper()
	if a.At.IsZero() {
		a.At = s.now
	}
	s.ok(s.store.Settle(s.ctx, o.ID, a))
}

// sendAll sends everything that is due and returns the texts in order.
func (s *suite) sendAll() []string {
	s.Helper()
	var sent []string
	for {
		out := s.claim()
		if len(out) == 0 {
			return sent
		}
		for _, o := range out {
			s.settle(o, bot.Attempt{Outcome: bot.OutcomeSent})
			sent = append(sent, o.Reply.Text)
		}
	}
}

// lines returns the transcript as short words: who, text, state.
func (s *suite) lines(key bot.ChatKey) []string {
	s.Helper()
	lines, err := s.rec.Transcript(s.ctx, key)
	s.ok(err)
	var short []string
	for _, l := range lines {
		who := l.Author
		if l.Inbound {
			who = ">"
		}
		short = append(short, fmt.Sprintf("%s %s %s", who, l.Text, l.State))
	}
	return short
}

func (s *suite) pendingTexts(key bot.ChatKey) []string {
	s.Helper()
	var ts []string
	for _, p := range s.load(key).Pending {
		ts = append(ts, p.Input.Text)
	}
	return ts
}

func (s *suite) cases(key bot.ChatKey) []bot.Case {
	s.Helper()
	cs, err := s.rec.Cases(s.ctx, key)
	s.ok(err)
	return cs
}

// atOnce runs fn n times at the same time.
func atOnce(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

func fromMe(in bot.Inbound) bot.Inbound {
	in.FromMe, in.Sender, in.Name = true, "me", "the business"
	return in
}

// Accept

func firstMessage(s *suite) {
	in := s.message("ana", "hi")
	in.Ephemeral = 86400
	a := s.accept(in)
	c := s.load(a.Chat)
	want := bot.Chat{
		Key: a.Chat, Channel: "test", Address: "ana", Ephemeral: 86400, HeardAt: in.ReceivedAt,
		Pending: []bot.Pending{{MessageID: in.MessageID, Address: "ana", Sender: "ana", Input: in.Input, ReceivedAt: in.ReceivedAt}},
	}
	s.equal("chat", c, want, cmpopts.IgnoreFields(bot.Pending{}, "ID"))
	if b := s.says("budi", "hi"); b == a.Chat {
		s.Error("two people share a chat")
	}
}

func sameMessageAgain(s *suite) {
	in := s.message("ana", "hi")
	first := s.accept(in)
	for range 4 {
		if again := s.accept(in); again.Fresh || again.Chat != first.Chat {
			s.Fatalf("accepted again %+v, want the same chat and not fresh", again)
		}
	}
	s.answers(first.Chat, "hello")
	if again := s.accept(in); again.Fresh {
		s.Error("fresh again after the answer")
	}
	s.equal("pending", s.pendingTexts(first.Chat), []string(nil))
}

func sameMessageAtOnce(s *suite) {
	in := s.message("ana", "hi")
	var fresh atomic.Int32
	atOnce(8, func(int) {
		a, err := s.store.Accept(s.ctx, in)
		if err != nil {
			s.Error(err)
		}
		if a.Fresh {
			fresh.Add(1)
		}
	})
	s.equal("fresh", fresh.Load(), int32(1))
}

func sameIDElsewhere(s *suite) {
	in := s.message("ana", "hi")
	in.Sender = "ana:1@net"
	s.accept(in)
	other := in
	other.Address, other.Sender = "budi", "budi:1@net"
	device := in
	device.Sender = "ana:2@net"
	me := fromMe(in)
	for name, in := range map[string]bot.Inbound{"other chat": other, "other device": device, "written by us": me} {
		if !s.accept(in).Fresh {
			s.Errorf("%s: taken for a repetition", name)
		}
	}
}

func inputSurvives(s *suite) {
	in := s.message("ana", "1 😀\n'quoted' \"text\"")
	in.Input.Choice, in.Input.Media, in.Input.Target, in.Input.Masked = "yes", "image", "IN0", []string{"nik", "card"}
	key := s.accept(in).Chat
	s.equal("input", s.load(key).Pending[0].Input, in.Input)
	s.equal("input in transcript", must(s.rec.Transcript(s.ctx, key))[0].Input, &in.Input)
}

func incomplete(s *suite) {
	for _, broken := range []func(*bot.Inbound){
		func(in *bot.Inbound) { in.Channel = "" },
		func(in *bot.Inbound) { in.Address = "" },
		func(in *bot.Inbound) { in.MessageID = "" },
	} {
		in := s.message("ana", "hi")
		broken(&in)
		if _, err := s.store.Accept(s.ctx, in); err == nil {
			s.Errorf("accepted %+v", in)
		}
	}
}

func acceptOrder(s *suite) {
	var key bot.ChatKey
	var want []string
	for i := range 20 {
		key = s.says("ana", fmt.Sprint(i))
		s.says("budi", "between")
		want = append(want, fmt.Sprint(i))
	}
	s.equal("order", s.pendingTexts(key), want)
	ps := s.load(key).Pending
	if !slices.IsSortedFunc(ps, func(a, b bot.Pending) int { return int(a.ID - b.ID) }) {
		s.Error("ids do not rise")
	}
}

// Merge

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

// Ownership

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

// Commit

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

// Outbox

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

// Forget

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

// Records

func transcript(s *suite) {
	key := s.says("ana", "hi")
	s.answers(key, "hello")
	s.sendAll()
	s.says("ana", "shop")
	s.equal("lines", s.lines(key), []string{"> hi answered", "bot hello sent", "> shop pending"})
	l := must(s.rec.Transcript(s.ctx, key))[1]
	s.equal("line", l, bot.Line{
		MessageID: l.MessageID, Author: "bot", Text: "hello", Reply: &flows.Reply{Text: "hello"}, At: l.At, State: bot.LineSent, Attempts: 1,
	})
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

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
