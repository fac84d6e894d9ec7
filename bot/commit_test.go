package bot_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/bottest"
)

// lateStore finds out after it said so that deliveries could not be stored.
type lateStore struct {
	*bottest.Store
	lost int // how many
}

func (s *lateStore) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	if s.lost == 0 {
		return s.Store.SettleAndClaim(ctx, id, a, channel, now, lease, limit)
	}
	s.lost--
	claimed, err := s.Claim(ctx, channel, now, lease, limit)
	return claimed, func() error { return errors.New("not committed") }, err
}

// TestDeliveryThatIsNotStoredAfterAll sends nothing twice although the store takes back what it said.
func TestDeliveryThatIsNotStoredAfterAll(t *testing.T) {
	store := &lateStore{lost: 3}
	inWorld(t, func(c *bot.Config) { store.Store = c.Store.(*bottest.Store); c.Store = store }, func(w *world) {
		w.ch.SetOnline(false)
		for _, who := range []string{"ana", "budi", "citra", "dewi"} { // to be sent one after the other
			w.says(who, "hi")
		}
		w.ch.SetOnline(true)
		time.Sleep(time.Hour)
		sent := map[string]int{}
		for _, a := range w.ch.Attempts() {
			if a.Err == nil {
				sent[a.MessageID]++
			}
			if sent[a.MessageID] > 1 {
				t.Errorf("%q was sent again", a.Reply.Text)
			}
		}
		if store.lost > 0 {
			t.Errorf("%d more were to be lost", store.lost)
		}
		for _, who := range []string{"ana", "budi", "citra", "dewi"} {
			w.shown(who, "hello [hi] business?")
			lines, err := w.store.Transcript(t.Context(), w.key(who))
			if err != nil || lines[len(lines)-1].State != bot.LineSent {
				t.Errorf("%s: %+v, %v", who, lines, err)
			}
		}
	})
}

// slowStore takes a second to commit what came with an outcome.
type slowStore struct{ *bottest.Store }

func (s slowStore) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	claimed, stored, err := s.Store.SettleAndClaim(ctx, id, a, channel, now, lease, limit)
	committed := time.Now().Add(time.Second)
	return claimed, func() error { time.Sleep(time.Until(committed)); return stored() }, err
}

// What is not committed yet does not leave by a channel that commits nothing of its own first.
func TestNothingLeavesBeforeItIsCommitted(t *testing.T) {
	inWorld(t, func(c *bot.Config) { c.Store = slowStore{c.Store.(*bottest.Store)} }, func(w *world) {
		w.ch.SetOnline(false)
		people := []string{"ana", "budi", "citra"}
		for _, who := range people {
			w.says(who, "hi")
		}
		w.ch.SetOnline(true)
		began := time.Now()
		time.Sleep(time.Hour)
		sent := 0
		for _, a := range w.ch.Attempts() {
			if a.Err != nil {
				continue
			}
			if got := a.At.Sub(began); sent > 0 && got < time.Duration(sent)*time.Second {
				t.Errorf("message %d left after %v, before it was committed", sent, got)
			}
			sent++
		}
		if sent != len(people) {
			t.Errorf("%d messages were sent", sent)
		}
	})
}
