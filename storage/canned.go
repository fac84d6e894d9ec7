package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"layak/bot"
)

const (
	listCannedQuery   = `SELECT id, title, lang, text, changed_by, changed_at FROM canned ORDER BY LOWER(title), id`
	titleTakenQuery   = `SELECT COUNT(*) FROM canned WHERE title = $1 AND id <> $2`
	insertCannedQuery = `INSERT INTO canned (title, lang, text, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`
	updateCannedQuery = `UPDATE canned SET title = $2, lang = $3, text = $4, changed_by = $5, changed_at = $6 WHERE id = $1 RETURNING id`
	deleteCannedQuery = `DELETE FROM canned WHERE id = $1 RETURNING id`
)

var _ bot.CannedReplies = (*Store)(nil)

// ListCanned implements bot.CannedReplies.
func (s *Store) ListCanned(ctx context.Context) ([]bot.Canned, error) {
	rows, err := s.read.Query(ctx, listCannedQuery)
	if err != nil {
		return nil, fmt.Errorf("list canned replies: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []bot.Canned
	for rows.Next() {
		var c bot.Canned
		var changed int64
		if err := rows.Scan(&c.ID, &c.Title, &c.Lang, &c.Text, &c.ChangedBy, &changed); err != nil {
			return nil, fmt.Errorf("list canned replies: %w", err)
		}
		c.ChangedAt = at(changed)
		all = append(all, c)
	}
	return all, rows.Err()
}

// SaveCanned implements bot.CannedReplies.
func (s *Store) SaveCanned(ctx context.Context, c bot.Canned) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		title, lang, text, by := clean(c.Title), clean(c.Lang), clean(c.Text), clean(c.ChangedBy)
		var taken int
		if err := s.db.QueryRow(ctx, titleTakenQuery, title, c.ID).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return bot.ErrTitleTaken
		}
		if c.ID == 0 {
			return s.db.QueryRow(ctx, insertCannedQuery, title, lang, text, by, ms(c.ChangedAt)).Scan(&id)
		}
		return noCanned(s.db.QueryRow(ctx, updateCannedQuery, c.ID, title, lang, text, by, ms(c.ChangedAt)).Scan(&id))
	})
	if err != nil {
		return 0, fmt.Errorf("keep canned reply: %w", err)
	}
	return id, nil
}

// DeleteCanned implements bot.CannedReplies.
func (s *Store) DeleteCanned(ctx context.Context, id int64) error {
	err := s.write(ctx, func(ctx context.Context) error {
		return noCanned(s.db.QueryRow(ctx, deleteCannedQuery, id).Scan(&id))
	})
	if err != nil {
		return fmt.Errorf("delete canned reply %d: %w", id, err)
	}
	return nil
}

func noCanned(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return bot.ErrNoCanned
	}
	return err
}
