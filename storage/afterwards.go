package storage

import (
	"context"
	"fmt"

	"layak/bot"
)

const (
	withdrawQuery = `UPDATE handoff SET closed_at = $2, waiting_since = 0, note = $3 WHERE contact = $1 AND closed_at = 0`
	helpedQuery   = `
		UPDATE handoff SET helped = $2
		WHERE id = (SELECT id FROM handoff WHERE contact = $1 AND closed_at > 0 ORDER BY closed_at DESC, id DESC LIMIT 1)`
)

// afterwards keeps what a person says about their case: that it is not needed any more, or whether it helped.
func (s *Store) afterwards(ctx context.Context, key string, t bot.TurnRecord) error {
	if t.Withdraw {
		if _, err := s.db.Exec(ctx, withdrawQuery, key, ms(t.At), bot.NoteWithdrawn); err != nil {
			return fmt.Errorf("withdraw case: %w", err)
		}
	}
	if t.Helped != "" {
		if _, err := s.db.Exec(ctx, helpedQuery, key, t.Helped); err != nil {
			return fmt.Errorf("keep whether it helped: %w", err)
		}
	}
	return nil
}
