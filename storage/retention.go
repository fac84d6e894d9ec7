package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"layak/bot"
)

// Ids rise with time, so what is oldest is found among the lowest ones, without an index that every message would pay
// for. expireWindow rows are looked at, so that a few that are kept, or have a time of a clock that was wrong, do not hide
// the others.
const expireWindow = "5000"

const (
	expireInboxQuery = `
		DELETE FROM inbox WHERE id IN (SELECT id FROM (SELECT id, received_at, state FROM inbox ORDER BY id LIMIT ` + expireWindow + `) AS old
			WHERE received_at < $1 AND state <> 'pending' LIMIT $2)`
	expireOutboxQuery = `
		DELETE FROM outbox WHERE id IN (SELECT id FROM (SELECT id, composed_at, state FROM outbox ORDER BY id LIMIT ` + expireWindow + `) AS old
			WHERE composed_at < $1 AND state <> 'waiting' LIMIT $2)`
	expireMissedQuery = `
		DELETE FROM missed WHERE id IN (SELECT id FROM (SELECT id, at FROM missed ORDER BY id LIMIT ` + expireWindow + `) AS old
			WHERE at < $1 LIMIT $2)`
	// Summaries of cases whose contact is gone or lives on. The case itself stays: it says how much work there was.
	expireCasesQuery = `
		UPDATE handoff SET summary = '', override_reason = '', note = CASE WHEN closed_by = '' THEN note ELSE '' END WHERE id IN (
			SELECT id FROM handoff WHERE closed_at > 0 AND closed_at < $1
				AND (summary <> '' OR override_reason <> '' OR closed_by <> '' AND note <> '') LIMIT $2)`
	expireNotesQuery = `
		DELETE FROM note WHERE id IN (SELECT n.id FROM note n JOIN handoff h ON h.id = n.case_id
			WHERE h.closed_at > 0 AND h.closed_at < $1 LIMIT $2)`
	expireHooksQuery = `
		DELETE FROM hook WHERE id IN (SELECT id FROM (SELECT id, created_at FROM hook ORDER BY id LIMIT ` + expireWindow + `) AS old
			WHERE created_at < $1 LIMIT $2)`
	expireBridgedQuery = `
		DELETE FROM bridge_message WHERE (target, message_id) IN (SELECT target, message_id FROM bridge_message WHERE at < $1 LIMIT $2)`
	// A message that comes again after so long is not worth recognising.
	expireHashesQuery = `
		DELETE FROM forgotten WHERE hash IN (SELECT hash FROM forgotten WHERE kind <> 'opt_out' AND at < $1 LIMIT $2)`

	notBusy = `
		NOT EXISTS (SELECT 1 FROM handoff h WHERE h.contact = contact.key AND h.closed_at = 0)
		AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.contact = contact.key AND i.state = 'pending')
		AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.contact = contact.key AND o.state = 'waiting')`
	expiredContactsQuery = `
		SELECT key FROM contact WHERE touched_at < $1
			AND (owner = '' OR name <> '' OR EXISTS (SELECT 1 FROM conversation v WHERE v.contact = contact.key)) AND ` + notBusy + `
		ORDER BY touched_at LIMIT $2`
	// Written to, so that on Postgres whoever writes now is waited for, or waits.
	expireContactQuery = `UPDATE contact SET name = '', lang = '' WHERE key = $1 AND touched_at < $2 AND ` + notBusy + ` RETURNING owner, opted_out`
	dropContactQuery   = `DELETE FROM contact WHERE key = $1`
)

// Expire implements bot.Records.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) (int, error) {
	total := 0
	for _, q := range []string{
		expireInboxQuery, expireOutboxQuery, expireMissedQuery, expireCasesQuery, expireNotesQuery, expireHooksQuery, expireBridgedQuery,
		expireHashesQuery,
	} {
		err := s.write(ctx, func(ctx context.Context) error {
			res, err := s.db.Exec(ctx, q, ms(before), int64(limit))
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			total += int(n)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("remove what is old: %w", err)
		}
	}
	keys, err := s.expired(ctx, before, limit)
	if err != nil {
		return total, fmt.Errorf("find people to forget: %w", err)
	}
	for _, key := range keys {
		err := s.write(ctx, func(ctx context.Context) error { return s.expire(ctx, key, before) })
		if err != nil {
			return total, fmt.Errorf("forget a person: %w", err)
		}
		total++
	}
	if total > 0 {
		s.wipe(ctx)
	}
	return total, nil
}

func (s *Store) expired(ctx context.Context, before time.Time, limit int) (keys []string, err error) {
	rows, err := s.read.Query(ctx, expiredContactsQuery, ms(before), int64(limit))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// expire removes a person who has not written for long. One whose chat somebody owns stays, without what they said: else
// the bot would answer where it was told not to.
func (s *Store) expire(ctx context.Context, key string, before time.Time) error {
	var owner string
	var optedOut bool
	err := s.db.QueryRow(ctx, expireContactQuery, key, ms(before)).Scan(&owner, &optedOut)
	if errors.Is(err, sql.ErrNoRows) { // they wrote just now, or are gone
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.forgetContent(ctx, key, before); err != nil {
		return err
	}
	aliases, err := s.aliases(ctx, key)
	if err != nil {
		return err
	}
	if err := s.forgetOthers(ctx, aliases); err != nil {
		return err
	}
	if owner != "" {
		return nil
	}
	if optedOut {
		if err := s.keepOptOut(ctx, key, before); err != nil {
			return err
		}
	}
	_, err = s.db.Exec(ctx, dropContactQuery, key)
	return err
}

const (
	quietQuery = `
		SELECT key, owner, touched_at FROM contact WHERE owner <> '' AND touched_at < $1 AND (owner = $2 OR $3)
		ORDER BY touched_at LIMIT $4`
)

// Quiet implements bot.Records.
func (s *Store) Quiet(ctx context.Context, before time.Time, agents bool, limit int) ([]bot.QuietChat, error) {
	most := int64(limit)
	if limit <= 0 {
		most = 1 << 31
	}
	rows, err := s.read.Query(ctx, quietQuery, ms(before), bot.OwnerPhone, agents, most)
	if err != nil {
		return nil, fmt.Errorf("list quiet chats: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var chats []bot.QuietChat
	for rows.Next() {
		var c bot.QuietChat
		var touched int64
		if err := rows.Scan(&c.Key, &c.Owner, &touched); err != nil {
			return nil, fmt.Errorf("list quiet chats: %w", err)
		}
		c.Touched = at(touched)
		chats = append(chats, c)
	}
	return chats, rows.Err()
}
