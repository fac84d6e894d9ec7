package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mau.fi/util/dbutil"

	"layak/bot"
	"layak/flows"
)

const (
	metaQuery    = `SELECT value FROM meta WHERE key = $1`
	setMetaQuery = `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2`
	// Written to, so that on Postgres one process counts at a time.
	lockMetaQuery = `UPDATE meta SET value = value WHERE key = $1`
	turnsQuery    = `SELECT id, note, at, FALSE FROM audit WHERE id > $1 AND what = 'turn' ORDER BY id LIMIT $2`
	// With whether the person went on within a day.
	leftQuery = `
		SELECT a.id, a.note, a.at, EXISTS (SELECT 1 FROM audit n
			WHERE n.contact = a.contact AND n.id > a.id AND n.what = 'turn' AND n.at < a.at + 86400000)
		FROM audit a WHERE a.id > $1 AND a.what = 'turn' ORDER BY a.id LIMIT $2`
	countStepQuery = `
		INSERT INTO funnel (day, digest, question, what, n) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (day, digest, question, what) DO UPDATE SET n = funnel.n + $5`
	funnelQuery = `
		SELECT f.day, COALESCE((SELECT MIN(v.digest) FROM flow_version v WHERE v.digest >= f.digest AND v.digest < f.digest || 'g'), f.digest),
			f.question, f.what, f.n
		FROM funnel f WHERE f.day >= $1 AND f.day < $2 ORDER BY f.day, f.digest, f.question, f.what`
)

const (
	funnelBatch = 2000               // turns counted in one transaction: some 20 ms
	funnelDelay = 2 * time.Minute    // rows may be stored in another order than they are numbered in, not by that much
	funnelAhead = time.Hour          // a time further ahead is of a clock that was wrong, and is not waited for
	dropAfter   = 24 * time.Hour     // a question that is left for so long was dropped
	keepEvents  = 7 * 24 * time.Hour // a browser that was away for longer loads its page anew
)

var _ bot.Housekeeper = (*Store)(nil)

// KeepHouse implements bot.Housekeeper: it counts new turns for Funnel, and removes old events, commands and sessions.
func (s *Store) KeepHouse(ctx context.Context, now time.Time) error {
	for _, p := range []pass{
		{"funnel", turnsQuery, now.Add(-funnelDelay), stepped},
		{"funnel_dropped", leftQuery, now.Add(-dropAfter - funnelDelay), dropped},
	} {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = s.countTurns(ctx, p, now); err != nil {
				return fmt.Errorf("count turns: %w", err)
			}
		}
	}
	old := now.Add(-keepEvents)
	for query, before := range map[string]time.Time{expireEventQuery: old, expireCommandsQuery: old, staleSessionsQuery: now} {
		err := s.write(ctx, func(ctx context.Context) error {
			_, err := s.db.Exec(ctx, query, ms(before))
			return err
		})
		if err != nil {
			return fmt.Errorf("remove what is old: %w", err)
		}
	}
	return ctx.Err()
}

// Funnel returns what became of the questions between two days, the second excluded; a zero time stands for no bound. It
// is as new as the last KeepHouse.
func (s *Store) Funnel(ctx context.Context, from, to time.Time) ([]bot.FunnelStep, error) {
	until := int64(1<<63 - 1)
	if !to.IsZero() {
		until = ms(to)
	}
	rows, err := s.read.Query(ctx, funnelQuery, ms(from), until)
	if err != nil {
		return nil, fmt.Errorf("read funnel: %w", err)
	}
	var steps []bot.FunnelStep
	err = eachOf(rows, func(scan func(...any) error) error {
		var step bot.FunnelStep
		var day int64
		err := scan(&day, &step.Digest, &step.Question, &step.What, &step.N)
		step.Day = at(day)
		steps = append(steps, step)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read funnel: %w", err)
	}
	return steps, nil
}

// pass is one way to count turns: each is met once, in the order of the log.
type pass struct {
	name  string // of the value in meta that says how far it came
	query string
	until time.Time // later turns are for the next time
	count func(p bot.Progress, wentOn bool) []outcome
}

// outcome is one thing that became of a question.
type outcome struct{ question, what string }

// stepped says which question was reached, and what became of the one before.
func stepped(p bot.Progress, _ bool) (steps []outcome) {
	if p.Fate != "" && p.From != "" {
		steps = append(steps, outcome{p.From, string(p.Fate)})
	}
	if p.To != "" && p.To != p.From {
		steps = append(steps, outcome{p.To, "reached"})
	}
	return steps
}

// dropped says which question the person never came back to.
func dropped(p bot.Progress, wentOn bool) []outcome {
	switch {
	case p.To == "" && p.From != "" && p.Fate == "": // they asked to stop, or to be forgotten
		return []outcome{{p.From, "dropped"}}
	case p.To != "" && !wentOn && p.Fate != flows.FateHandedOver:
		return []outcome{{p.To, "dropped"}}
	}
	return nil
}

// funnelRow is what is counted.
type funnelRow struct {
	day    int64
	digest string
	outcome
}

// countTurns counts one batch, and reports whether there may be more.
func (s *Store) countTurns(ctx context.Context, p pass, now time.Time) (more bool, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		var position int64
		if _, err := s.db.Exec(ctx, lockMetaQuery, p.name); err != nil {
			return err
		}
		var value string
		err := s.db.QueryRow(ctx, metaQuery, p.name).Scan(&value)
		if err == nil {
			position, err = strconv.ParseInt(value, 10, 64)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read how far %s came: %w", p.name, err)
		}
		rows, err := s.db.Query(ctx, p.query, position, int64(funnelBatch))
		if err != nil {
			return err
		}
		counts, last, n, err := p.countRows(rows, now)
		if err != nil || last == 0 {
			return err
		}
		more = n == funnelBatch
		for row, n := range counts {
			if _, err := s.db.Exec(ctx, countStepQuery, row.day, row.digest, row.question, row.what, int64(n)); err != nil {
				return err
			}
		}
		_, err = s.db.Exec(ctx, setMetaQuery, p.name, strconv.FormatInt(last, 10))
		return err
	})
	return more, err
}

// countRows counts turns up to the first that is too new, and returns the number of the last that it counted.
func (p pass) countRows(rows dbutil.Rows, now time.Time) (counts map[funnelRow]int, last int64, n int, err error) {
	counts = map[funnelRow]int{}
	ended := false
	err = eachOf(rows, func(scan func(...any) error) error {
		var id, when int64
		var note string
		var wentOn bool
		if err := scan(&id, &note, &when, &wentOn); err != nil || ended {
			return err
		}
		if when > ms(p.until) && when < ms(now.Add(funnelAhead)) {
			ended = true
			return nil
		}
		last = id
		n++
		step, ok := bot.ParseProgress(note)
		if !ok {
			return nil
		}
		day := ms(at(when).Truncate(24 * time.Hour))
		for _, o := range p.count(step, wentOn) {
			counts[funnelRow{day, step.Flow, o}]++
		}
		return nil
	})
	return counts, last, n, err
}
