package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
)

func TestEachConversation(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		const people = 3
		for i := range people {
			in := bot.Inbound{
				Channel: "test", Address: fmt.Sprint(i), Sender: fmt.Sprint(i), MessageID: "1", Input: flows.Input{Kind: flows.InputText, Text: "x", At: now}, ReceivedAt: now,
			}
			accepted, err := s.Accept(ctx, in)
			is(t, err, nil)
			chat, err := s.Load(ctx, accepted.Chat)
			is(t, err, nil)
			c := flows.Conversation{FlowID: "f", Answers: map[string]flows.Value{flows.FactCategory: {Value: fmt.Sprint("c", i)}}}
			is(t, s.Commit(ctx, bot.TurnRecord{Chat: accepted.Chat, Next: c, Answered: []bot.PendingID{chat.Pending[0].ID}, At: now}), nil)
		}
		seen := map[string]int{}
		is(t, s.EachConversation(ctx, func(c flows.Conversation) error { seen[c.Category()]++; return nil }), nil)
		if len(seen) != people || seen["c0"] != 1 {
			t.Errorf("conversations %v, want each of %d once", seen, people)
		}
		stop := errors.New("stop")
		is(t, s.EachConversation(ctx, func(flows.Conversation) error { return stop }), stop)
	})
}
