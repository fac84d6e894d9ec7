// Package storagetest holds the promises of bot.Store and bot.Records as tests, the same for every implementation.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
