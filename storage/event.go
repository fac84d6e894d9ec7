package storage

import (
	"context"
	"fmt"
	"time"

	"layak/bot"
)

const (
	insertEventQuery = `INSERT INTO event (kind, case_id, who, at) VALUES ($1, $2, $3, $4)`
	lockEventsQuery  = `SELECT pg_advisory_xact_lock($1)`
	eventsQuery      = `SELECT id, kind, case_id, who, at FROM event WHERE id > $1 ORDER BY id LIMIT $2`
	lastEventQuery   = `SELECT COALESCE(MAX(id), 0) FROM event`
	expireEventQuery = `
		DELETE FROM event WHERE id IN (SELECT id FROM (SELECT id, at FROM event ORDER BY id LIMIT ` + expireWindow + `) AS old WHERE at < $1)`
)

// event notes that something about a case, or with 0 the flow, changed, as the last thing its transaction does. On Postgres
// it makes other transactions with events wait: numbers are then given in the order of commits, so that who has seen one
// has seen all before it.
func (s *Store) event(ctx context.Context, kind bot.EventKind, id int64, who string, when time.Time) error {
	if s.postgres != nil {
		if _, err := s.db.Exec(ctx, lockEventsQuery, s.eventLock); err != nil {
			return fmt.Errorf("wait to note an event: %w", err)
		}
	}
	if _, err := s.db.Exec(ctx, insertEventQuery, string(kind), id, clean(who), ms(when)); err != nil {
		return fmt.Errorf("note an event: %w", err)
	}
	return nil
}

// Events implements bot.Cases.
func (s *Store) Events(ctx context.Context, after int64, limit int) ([]bot.Event, error) {
	rows, err := s.read.Query(ctx, eventsQuery, after, most(limit))
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var events []bot.Event
	for rows.Next() {
		var e bot.Event
		var when int64
		if err := rows.Scan(&e.ID, &e.Kind, &e.Case, &e.Who, &when); err != nil {
			return nil, fmt.Errorf("list events: %w", err)
		}
		e.At = at(when)
		events = append(events, e)
	}
	return events, rows.Err()
}

// LastEvent implements bot.Cases.
func (s *Store) LastEvent(ctx context.Context) (id int64, err error) {
	if err := s.read.QueryRow(ctx, lastEventQuery).Scan(&id); err != nil {
		return 0, fmt.Errorf("find the last event: %w", err)
	}
	return id, nil
}
