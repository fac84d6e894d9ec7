package storage_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layak/bot"
	"layak/storage"
)

// D8: turns are counted by day, version and question, each once, however often the store keeps house.
func TestFunnel(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, day := t.Context(), time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		n := 0
		turn := func(address string, when time.Time, notes ...string) {
			t.Helper()
			n++
			in := said(address, fmt.Sprint(n))
			in.ReceivedAt = when
			a, err := s.Accept(ctx, in)
			is(t, err, nil)
			c, err := s.Load(ctx, a.Chat)
			is(t, err, nil)
			rec := bot.TurnRecord{Chat: a.Chat, Base: c.Conversation.Version, Next: c.Conversation, At: when, Answered: []bot.PendingID{c.Pending[0].ID}}
			for _, note := range notes {
				rec.Audit = append(rec.Audit, bot.AuditEntry{Who: bot.AuthorBot, What: "turn", Note: note})
			}
			rec.Audit = append(rec.Audit, bot.AuditEntry{Who: bot.AuthorBot, What: "verdict", Note: "a → b: answered, flow aaaa"})
			is(t, s.Commit(ctx, rec), nil)
		}
		keep := func(now time.Time) {
			t.Helper()
			is(t, s.KeepHouse(ctx, now), nil)
		}
		const flow = ", flow aaaa"
		noon := day.Add(12 * time.Hour)
		turn("ana", noon, "() → business"+flow)
		turn("ana", noon.Add(time.Minute), "business → business: missed"+flow, "business → bpom: answered"+flow) // two in one turn
		turn("ana", noon.Add(2*time.Minute), "bpom → business: back"+flow)
		turn("ana", noon.Add(3*time.Minute), "business → bpom: answered"+flow)
		turn("ana", noon.Add(4*time.Minute), "bpom → (result): answered"+flow)
		turn("budi", noon, "() → business"+flow) // drops it
		turn("cici", noon, "() → business"+flow) // comes back the next day, too late
		turn("dedi", noon, "() → business"+flow) // waits for a person
		turn("dedi", noon.Add(time.Minute), "business → business: handed_over"+flow)
		turn("evi", noon, "() → business"+flow)
		turn("evi", noon.Add(time.Minute), "business → (stopped)"+flow)
		turn("fani", noon, "business → licence") // of an earlier version
		keep(noon.Add(10 * time.Minute))
		turn("cici", noon.Add(25*time.Hour), "business → bpom: answered, flow bbbb")
		keep(noon.Add(26 * time.Hour))
		keep(noon.Add(26 * time.Hour))
		keep(noon.Add(60 * time.Hour))
		next := day.AddDate(0, 0, 1)
		want := []bot.FunnelStep{
			{Day: day, Digest: "aaaa", Question: "bpom", What: "answered", N: 1},
			{Day: day, Digest: "aaaa", Question: "bpom", What: "back", N: 1},
			{Day: day, Digest: "aaaa", Question: "bpom", What: "reached", N: 2},
			{Day: day, Digest: "aaaa", Question: "business", What: "answered", N: 2},
			{Day: day, Digest: "aaaa", Question: "business", What: "dropped", N: 3},
			{Day: day, Digest: "aaaa", Question: "business", What: "handed_over", N: 1},
			{Day: day, Digest: "aaaa", Question: "business", What: "missed", N: 1},
			{Day: day, Digest: "aaaa", Question: "business", What: "reached", N: 6},
			{Day: next, Digest: "bbbb", Question: "bpom", What: "dropped", N: 1},
			{Day: next, Digest: "bbbb", Question: "bpom", What: "reached", N: 1},
			{Day: next, Digest: "bbbb", Question: "business", What: "answered", N: 1},
		}
		got, err := s.Funnel(ctx, time.Time{}, time.Time{})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("funnel (-want +got), %v:\n%s", err, diff)
		}
		// The full digest is told where the version is known.
		if _, err := s.DB().Exec(ctx, `INSERT INTO flow_version (digest, flow, files, author, note, added_at) VALUES ('bbbb77', 'f', '{}', '', '', 1)`); err != nil {
			t.Fatal(err)
		}
		got, err = s.Funnel(ctx, next, next.AddDate(0, 0, 1))
		if err != nil || len(got) != 3 || got[0].Digest != "bbbb77" {
			t.Errorf("the second day: %+v, %v", got, err)
		}
		if got, err = s.Funnel(ctx, next.AddDate(0, 0, 1), time.Time{}); err != nil || len(got) != 0 {
			t.Errorf("the third day: %+v, %v", got, err)
		}
	})
}

func TestOldEventsAndSessionsGo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 10, 9, 0, 0, 0, time.UTC)
		for _, at := range []time.Time{now.AddDate(0, 0, -8), now.AddDate(0, 0, -6)} {
			is(t, s.FlowFailed(ctx, "sari", at), nil)
		}
		is(t, s.AddUser(ctx, bot.User{Name: "sari", CreatedAt: now}, "hash"), nil)
		is(t, s.StartSession(ctx, "old", "sari", now.AddDate(0, 0, -8), now.AddDate(0, 0, -7)), nil)
		is(t, s.KeepHouse(ctx, now), nil)
		if events, err := s.Events(ctx, 0, 0); err != nil || len(events) != 1 {
			t.Errorf("events %+v, %v", events, err)
		}
		if n := count(t, s, `SELECT COUNT(*) FROM desk_session`); n != 0 {
			t.Errorf("%d expired sessions are kept", n)
		}
	})
}
