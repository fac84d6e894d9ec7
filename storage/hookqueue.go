package storage

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"layak/bot"
)

const (
	insertHookQuery = `
		INSERT INTO hook (target, kind, case_id, contact, body, state, not_before, created_at) VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $6)`
	hookColumns    = `id, target, kind, case_id, contact, body, attempts, created_at, not_before, error`
	dueHooksQuery  = `SELECT ` + hookColumns + ` FROM hook WHERE target = $1 AND state = 'waiting' AND not_before <= $2 ORDER BY id LIMIT $3`
	nextHookQuery  = `SELECT COALESCE(MIN(not_before), 0) FROM hook WHERE target = $1 AND state = 'waiting'`
	hookDoneQuery  = `DELETE FROM hook WHERE id = $1`
	hookAgainQuery = `UPDATE hook SET attempts = attempts + 1, error = $2, not_before = $3 WHERE id = $1 AND state = 'waiting'`
	hookDeadQuery  = `UPDATE hook SET attempts = attempts + 1, error = $2, done_at = $3, state = 'dead' WHERE id = $1 AND state = 'waiting'`
	deadHooksQuery = `SELECT ` + hookColumns + ` FROM hook WHERE state = 'dead' ORDER BY id LIMIT $1`
	reviveQuery    = `
		UPDATE hook SET state = 'waiting', not_before = $2, created_at = $2, done_at = 0
		WHERE state = 'dead' AND (id = $1 OR $1 = 0)`
	waitingHooksQuery = `SELECT COUNT(*) FROM hook WHERE state = 'waiting'`
)

// queueHooks adds to the queue, within a transaction.
func (s *Store) queueHooks(ctx context.Context, key string, openCase int64, when time.Time, hooks ...bot.Hook) error {
	for _, h := range hooks {
		_, err := s.db.Exec(ctx, insertHookQuery, h.Target, h.Kind, cmp.Or(h.Case, openCase), cmp.Or(string(h.Chat), key), clean(h.Body), ms(when))
		if err != nil {
			return fmt.Errorf("queue for %s: %w", h.Target, err)
		}
	}
	return nil
}

// QueueHooks implements bot.HookQueue.
func (s *Store) QueueHooks(ctx context.Context, follower string, from, to int64, hooks []bot.Hook, when time.Time) error {
	err := s.write(ctx, func(ctx context.Context) error {
		if err := s.moveOn(ctx, follower, from, to); err != nil {
			return err
		}
		return s.queueHooks(ctx, "", 0, when, hooks...)
	})
	if err != nil {
		return fmt.Errorf("queue what other systems are to be told: %w", err)
	}
	return nil
}

// DueHooks implements bot.HookQueue.
func (s *Store) DueHooks(ctx context.Context, target string, now time.Time, limit int) (due []bot.Hook, next time.Time, err error) {
	if due, err = s.hooks(ctx, dueHooksQuery, target, ms(now), most(limit)); err != nil {
		return nil, time.Time{}, err
	}
	var first int64
	if err := s.read.QueryRow(ctx, nextHookQuery, target).Scan(&first); err != nil {
		return nil, time.Time{}, fmt.Errorf("find the next hook: %w", err)
	}
	return due, at(first), nil
}

func (s *Store) hooks(ctx context.Context, query string, args ...any) ([]bot.Hook, error) {
	rows, err := s.read.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list hooks: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []bot.Hook
	for rows.Next() {
		var h bot.Hook
		var created, notBefore int64
		if err := rows.Scan(&h.ID, &h.Target, &h.Kind, &h.Case, &h.Chat, &h.Body, &h.Attempts, &created, &notBefore, &h.Err); err != nil {
			return nil, fmt.Errorf("list hooks: %w", err)
		}
		h.CreatedAt, h.NotBefore = at(created), at(notBefore)
		all = append(all, h)
	}
	return all, rows.Err()
}

// HookDone implements bot.HookQueue.
func (s *Store) HookDone(ctx context.Context, id int64) error {
	return s.change(ctx, "take out a hook", hookDoneQuery, id)
}

// HookFailed implements bot.HookQueue.
func (s *Store) HookFailed(ctx context.Context, id int64, why string, again time.Time) error {
	if again.IsZero() {
		return s.change(ctx, "give a hook up", hookDeadQuery, id, clean(why), ms(time.Now()))
	}
	return s.change(ctx, "put a hook off", hookAgainQuery, id, clean(why), ms(again))
}

// change runs one statement in a transaction.
func (s *Store) change(ctx context.Context, what, query string, args ...any) error {
	err := s.write(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, query, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// DeadHooks implements bot.HookQueue.
func (s *Store) DeadHooks(ctx context.Context, limit int) ([]bot.Hook, error) {
	return s.hooks(ctx, deadHooksQuery, most(limit))
}

// RetryHooks implements bot.HookQueue.
func (s *Store) RetryHooks(ctx context.Context, id int64, now time.Time) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		result, err := s.db.Exec(ctx, reviveQuery, id, ms(now))
		if err != nil {
			return err
		}
		rows, err := result.RowsAffected()
		n = int(rows)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("try hooks again: %w", err)
	}
	return n, nil
}

// WaitingHooks implements bot.HookQueue.
func (s *Store) WaitingHooks(ctx context.Context) (n int, err error) {
	if err := s.read.QueryRow(ctx, waitingHooksQuery).Scan(&n); err != nil {
		return 0, fmt.Errorf("count hooks: %w", err)
	}
	return n, nil
}
