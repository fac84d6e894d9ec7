package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const (
	waitingCountQuery = `SELECT COUNT(*), COALESCE(MIN(composed_at), 0) FROM outbox WHERE state = 'waiting'`
	pendingCountQuery = `SELECT COUNT(*), COALESCE(MIN(received_at), 0) FROM inbox WHERE state = 'pending'`
	unclaimedQuery    = `SELECT COUNT(*) FROM handoff WHERE closed_at = 0 AND owner = ''`
	openCasesQuery    = `SELECT COUNT(*) FROM handoff WHERE closed_at = 0`
	oldestCaseQuery   = `SELECT waiting_since FROM handoff WHERE closed_at = 0 ORDER BY ` + waitRank + `, id LIMIT 1`
	hookCountsQuery   = `SELECT COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) FROM hook`
	missedCountQuery  = `SELECT COUNT(*) FROM missed`
	verdictSumsQuery  = `SELECT verdict, CAST(SUM(n) AS BIGINT) FROM verdict_count GROUP BY verdict`
)

// Counts is how much of what the database holds, for monitoring.
type Counts struct {
	Waiting       int64     // messages to be sent
	OldestWaiting time.Time // when the oldest of them was composed, zero without one
	Pending       int64     // messages to be answered
	OldestPending time.Time // when the oldest of them arrived, zero without one
	OpenCases     int64
	Unclaimed     int64            // of these, those that nobody has
	OldestCase    time.Time        // since when somebody waits for a person, the longest of all; zero where nobody does
	HooksWaiting  int64            // what other systems are still to be told
	HooksDead     int64            // what they could not be told, and was given up
	Missed        int64            // texts that were not understood and are kept
	Verdicts      map[string]int64 // given since the database was made, by outcome
}

// Counts counts. What it looks at is small, however many chats there are.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	c := Counts{Verdicts: map[string]int64{}}
	var waiting, pending int64
	for _, q := range []struct {
		query string
		into  []any
	}{
		{waitingCountQuery, []any{&c.Waiting, &waiting}},
		{pendingCountQuery, []any{&c.Pending, &pending}},
		{openCasesQuery, []any{&c.OpenCases}},
		{unclaimedQuery, []any{&c.Unclaimed}},
		{hookCountsQuery, []any{&c.HooksWaiting, &c.HooksDead}},
		{missedCountQuery, []any{&c.Missed}},
	} {
		if err := s.read.QueryRow(ctx, q.query).Scan(q.into...); err != nil {
			return Counts{}, fmt.Errorf("count: %w", err)
		}
	}
	c.OldestWaiting, c.OldestPending = at(waiting), at(pending)
	var longest int64
	err := s.read.QueryRow(ctx, oldestCaseQuery).Scan(&longest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Counts{}, fmt.Errorf("find the oldest case: %w", err)
	}
	c.OldestCase = at(longest)
	rows, err := s.read.Query(ctx, verdictSumsQuery)
	if err != nil {
		return Counts{}, fmt.Errorf("count verdicts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var verdict string
		var n int64
		if err := rows.Scan(&verdict, &n); err != nil {
			return Counts{}, fmt.Errorf("count verdicts: %w", err)
		}
		c.Verdicts[verdict] = n
	}
	return c, rows.Err()
}
