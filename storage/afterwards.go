package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"layak/bot"
)

const (
	withdrawQuery   = `UPDATE handoff SET closed_at = $2, waiting_since = 0, note = $3 WHERE contact = $1 AND closed_at = 0 RETURNING id`
	helpedLastQuery = `
		UPDATE handoff SET helped = $2
		WHERE id = (SELECT id FROM handoff WHERE contact = $1 AND closed_at > 0 ORDER BY closed_at DESC, id DESC LIMIT 1)
		RETURNING id`
)

// afterwards keeps what a person says about their case: that it is not needed any more, or whether it helped.
func (s *Store) afterwards(ctx context.Context, key string, t bot.TurnRecord) error {
	if t.Withdraw {
		id, err := s.changedCase(ctx, withdrawQuery, key, ms(t.At), bot.NoteWithdrawn)
		if err == nil && id != 0 {
			err = s.noOpenCase(ctx, key, id, "", t.At)
		}
		if err != nil {
			return fmt.Errorf("withdraw case: %w", err)
		}
	}
	if t.Helped != "" {
		id, err := s.changedCase(ctx, helpedLastQuery, key, t.Helped)
		if err == nil && id != 0 {
			err = s.event(ctx, bot.EventHelped, id, "", t.At)
		}
		if err != nil {
			return fmt.Errorf("keep whether it helped: %w", err)
		}
	}
	return nil
}

// changedCase runs a query that returns the case it changed; 0 when that is none.
func (s *Store) changedCase(ctx context.Context, query string, args ...any) (id int64, err error) {
	err = s.db.QueryRow(ctx, query, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
