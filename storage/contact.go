package storage

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"layak/bot"
)

const (
	findPersonQuery    = `SELECT contact FROM contact_alias WHERE channel = $1 AND address = $2`
	insertContactQuery = `INSERT INTO contact (key, channel, address, created_at, touched_at) VALUES ($1, $2, $3, $4, $4)`
	insertAliasQuery   = `INSERT INTO contact_alias (channel, address, contact) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	optOutQuery        = `UPDATE contact SET opted_out = $2 WHERE key = $1`
	aliasesQuery       = `SELECT channel, address FROM contact_alias WHERE contact = $1 ORDER BY channel, address`
)

// findPeople returns the contacts that the addresses of a message lead to: none, one, or two that are to be merged. It
// also returns the addresses that lead nowhere yet.
func (s *Store) findPeople(ctx context.Context, in bot.Inbound) (keys, unknown []string, err error) {
	for _, address := range addresses(in) {
		var key string
		err := s.db.QueryRow(ctx, findPersonQuery, in.Channel, address).Scan(&key)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			unknown = append(unknown, address)
		case err != nil:
			return nil, nil, fmt.Errorf("find contact: %w", err)
		case len(keys) == 0 || keys[0] != key:
			keys = append(keys, key)
		}
	}
	return keys, unknown, nil
}

// Find implements bot.Records.
func (s *Store) Find(ctx context.Context, channel, address string, when time.Time) (bot.ChatKey, error) {
	var key string
	err := s.write(ctx, func(ctx context.Context) (err error) {
		in := bot.Inbound{Channel: channel, Address: clean(address), ReceivedAt: when}
		if !when.IsZero() {
			key, err = s.person(ctx, in)
			return err
		}
		keys, _, err := s.findPeople(ctx, in)
		if err == nil && len(keys) == 0 {
			return bot.ErrNoChat
		}
		if err == nil {
			key = keys[0]
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("find chat: %w", err)
	}
	return bot.ChatKey(key), nil
}

// person finds or makes the contact behind a message, merging two that turn out to be one, and returns its key.
func (s *Store) person(ctx context.Context, in bot.Inbound) (string, error) {
	keys, unknown, err := s.findPeople(ctx, in)
	if err != nil {
		return "", err
	}
	var key string
	switch len(keys) {
	case 0:
		key = rand.Text()
		if _, err := s.db.Exec(ctx, insertContactQuery, key, in.Channel, in.Address, ms(in.ReceivedAt)); err != nil {
			return "", fmt.Errorf("add contact: %w", err)
		}
	case 1:
		key = keys[0]
	default:
		if key, err = s.merge(ctx, keys[0], keys[1]); err != nil {
			return "", fmt.Errorf("merge contacts: %w", err)
		}
	}
	for _, address := range unknown {
		if err := s.addAlias(ctx, key, in.Channel, address); err != nil {
			return "", err
		}
	}
	return key, nil
}

// addAlias makes an address that was unknown lead to the contact, and honours an opt-out that outlived the person's data.
func (s *Store) addAlias(ctx context.Context, key, channel, address string) error {
	res, err := s.db.Exec(ctx, insertAliasQuery, channel, address, key)
	if err != nil {
		return fmt.Errorf("add address: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 { // another process was quicker
		return errMoved
	}
	out, err := s.isForgotten(ctx, s.hashOptOut(channel, address))
	if err != nil || !out {
		return err
	}
	_, err = s.db.Exec(ctx, optOutQuery, key, true)
	return err
}

type addressOf struct{ channel, address string }

func (s *Store) aliases(ctx context.Context, key string) ([]addressOf, error) {
	rows, err := s.db.Query(ctx, aliasesQuery, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var as []addressOf
	for rows.Next() {
		var a addressOf
		if err := rows.Scan(&a.channel, &a.address); err != nil {
			return nil, err
		}
		as = append(as, a)
	}
	return as, rows.Err()
}

// mergeSide is what decides how two contacts become one.
type mergeSide struct {
	key, name, owner    string
	fence, ephemeral    int64
	optedOut, forgotten bool
	created             int64
	heard, touched      int64
	updated             int64 // of the conversation; -1 without one
}

const (
	mergeSideQuery = `
		SELECT c.key, c.name, c.owner, c.fence, c.ephemeral, c.opted_out, c.forgotten, c.created_at, c.heard_at, c.touched_at,
			COALESCE(v.updated_at, -1)
		FROM contact c LEFT JOIN conversation v ON v.contact = c.key WHERE c.key = $1`
	mergeContactQuery = `
		UPDATE contact SET name = $2, owner = $3, fence = $4, ephemeral = $5, opted_out = $6, forgotten = $7, created_at = $8,
			heard_at = $9, touched_at = $10
		WHERE key = $1`
	// What was current stays current if the bot still owns the chat; what was withdrawn, or is now, gets fence 0.
	mergeFenceQuery = `
		UPDATE outbox SET fence = CASE WHEN fence = $2 AND $4 THEN $3 ELSE 0 END WHERE contact = $1 AND state = 'waiting'`
	// The same message accepted under both addresses: when one of the two was answered, both were.
	mergeAnsweredQuery = `
		UPDATE inbox SET answered_at = $3, state = (
			SELECT g.state FROM inbox g WHERE g.contact = $2 AND g.channel = inbox.channel AND g.from_me = inbox.from_me
				AND g.device = inbox.device AND g.message_id = inbox.message_id)
		WHERE contact = $1 AND state = 'pending' AND EXISTS (
			SELECT 1 FROM inbox g WHERE g.contact = $2 AND g.channel = inbox.channel AND g.from_me = inbox.from_me
				AND g.device = inbox.device AND g.message_id = inbox.message_id AND g.state <> 'pending')`
	mergeTwinsQuery = `
		DELETE FROM inbox WHERE contact = $2 AND EXISTS (
			SELECT 1 FROM inbox k WHERE k.contact = $1 AND k.channel = inbox.channel AND k.from_me = inbox.from_me
				AND k.device = inbox.device AND k.message_id = inbox.message_id)`
	mergeInboxQuery   = `UPDATE inbox SET contact = $1 WHERE contact = $2`
	mergeOutboxQuery  = `UPDATE outbox SET contact = $1 WHERE contact = $2`
	mergeMissedQuery  = `UPDATE missed SET contact = $1 WHERE contact = $2`
	mergeAliasQuery   = `UPDATE contact_alias SET contact = $1 WHERE contact = $2`
	mergeKeysQuery    = `UPDATE contact_merged SET contact = $1 WHERE contact = $2`
	insertMergedQuery = `INSERT INTO contact_merged (contact, old_key) VALUES ($1, $2)`
	deleteMergedQuery = `DELETE FROM contact WHERE key = $1 AND key <> $2`
)

// merge makes one contact of two and returns the key that stays: that of the conversation which was updated last, else
// of the older contact. The audit log is append-only, so its rows keep the old key; Audit follows contact_merged.
func (s *Store) merge(ctx context.Context, a, b string) (string, error) {
	if err := s.lockContacts(ctx, a, b); err != nil {
		return "", err
	}
	stays, err := s.mergeSide(ctx, a)
	if err != nil {
		return "", err
	}
	goes, err := s.mergeSide(ctx, b)
	if err != nil {
		return "", err
	}
	if cmp.Or(cmp.Compare(goes.updated, stays.updated), cmp.Compare(stays.created, goes.created)) > 0 {
		stays, goes = goes, stays
	}
	owner := cmp.Or(stays.owner, goes.owner)
	fence := max(stays.fence, goes.fence) + 1
	for _, side := range []mergeSide{stays, goes} {
		if _, err := s.db.Exec(ctx, mergeFenceQuery, side.key, side.fence, fence, owner == ""); err != nil {
			return "", err
		}
	}
	if _, err := s.db.Exec(ctx, mergeContactQuery, stays.key, cmp.Or(stays.name, goes.name), owner, fence,
		cmp.Or(stays.ephemeral, goes.ephemeral), stays.optedOut || goes.optedOut, stays.forgotten && goes.forgotten,
		min(stays.created, goes.created), max(stays.heard, goes.heard), max(stays.touched, goes.touched)); err != nil {
		return "", err
	}
	if _, err := s.db.Exec(ctx, mergeAnsweredQuery, stays.key, goes.key, max(stays.updated, goes.updated)); err != nil {
		return "", err
	}
	for _, q := range []string{
		mergeTwinsQuery, mergeInboxQuery, mergeOutboxQuery, mergeMissedQuery, mergeAliasQuery, mergeKeysQuery, insertMergedQuery,
	} {
		if _, err := s.db.Exec(ctx, q, stays.key, goes.key); err != nil {
			return "", err
		}
	}
	if owner != "" {
		if _, err := s.db.Exec(ctx, leavePendingQuery, stays.key, max(stays.updated, goes.updated)); err != nil {
			return "", err
		}
	}
	if err := s.mergeCases(ctx, stays.key, goes.key, owner); err != nil {
		return "", err
	}
	_, err = s.db.Exec(ctx, deleteMergedQuery, goes.key, stays.key)
	return stays.key, err
}

func (s *Store) mergeSide(ctx context.Context, key string) (m mergeSide, err error) {
	err = s.db.QueryRow(ctx, mergeSideQuery, key).Scan(
		&m.key, &m.name, &m.owner, &m.fence, &m.ephemeral, &m.optedOut, &m.forgotten, &m.created,
		&m.heard, &m.touched, &m.updated)
	return m, err
}

const (
	closeMergedQuery = `UPDATE handoff SET closed_at = $2, waiting_since = 0, note = $3 WHERE id = $1`
	mergeCaseQuery   = `
		UPDATE handoff SET reasons = $2, summary = $3, owner = $4, claimed_at = $5, waiting_since = $6, override = $7, override_by = $8,
			override_reason = $9
		WHERE id = $1`
	moveNotesQuery = `UPDATE note SET case_id = $1 WHERE case_id = $2`
	moveCardsQuery = `UPDATE card SET case_id = $1 WHERE case_id = $2`
	// The labels of a closed case stay on it, too.
	copyLabelsQuery = `
		INSERT INTO case_label (case_id, label) SELECT CAST($1 AS BIGINT), label FROM case_label l WHERE l.case_id = $2 ON CONFLICT DO NOTHING`
	moveCasesQuery   = `UPDATE handoff SET contact = $1 WHERE contact = $2`
	moveAgentQuery   = `UPDATE card SET agent = $1 WHERE agent = $2`
	moveHooksQuery   = `UPDATE hook SET contact = $1 WHERE contact = $2`
	moveBridgesQuery = `
		UPDATE bridge SET contact = $1 WHERE contact = $2
			AND NOT EXISTS (SELECT 1 FROM bridge k WHERE k.contact = $1 AND k.target = bridge.target)`
	mergeOpenCaseQuery = `
		UPDATE contact SET open_case = COALESCE((SELECT id FROM handoff h WHERE h.contact = contact.key AND h.closed_at = 0), 0)
		WHERE key = $1 RETURNING open_case`
	mergedOwnerQuery = `UPDATE handoff SET owner = $2 WHERE id = $1`
)

// mergeCases keeps the case that was opened first and adds the other's reasons to it. What is kept beside cases follows.
func (s *Store) mergeCases(ctx context.Context, stays, goes, owner string) error {
	a, err := s.openCaseOf(ctx, stays)
	if err != nil {
		return err
	}
	b, err := s.openCaseOf(ctx, goes)
	if err != nil {
		return err
	}
	if a != nil && b != nil {
		if b.OpenedAt.Before(a.OpenedAt) {
			a, b = b, a
		}
		if err := s.mergeOpenCases(ctx, *a, *b); err != nil {
			return err
		}
	}
	for _, q := range []string{moveCasesQuery, moveAgentQuery, moveHooksQuery, moveBridgesQuery} {
		if _, err := s.db.Exec(ctx, q, stays, goes); err != nil {
			return err
		}
	}
	var openCase int64
	if err := s.db.QueryRow(ctx, mergeOpenCaseQuery, stays).Scan(&openCase); err != nil || openCase == 0 {
		return err
	}
	if owner != "" {
		if _, err := s.db.Exec(ctx, mergedOwnerQuery, openCase, owner); err != nil {
			return err
		}
	}
	if a != nil && b != nil {
		if err := s.event(ctx, bot.EventClosed, b.ID, "system", b.OpenedAt); err != nil {
			return err
		}
	}
	when := cmp.Or(a, b).OpenedAt
	return s.event(ctx, bot.EventOwner, openCase, "system", when)
}

// mergeOpenCases closes case b, and makes all of it a part of case a.
func (s *Store) mergeOpenCases(ctx context.Context, a, b bot.Case) error {
	for _, r := range b.Reasons {
		a.Reasons = addReason(a.Reasons, r)
	}
	if a.Override == "" {
		a.Override, a.OverrideBy, a.OverrideReason = b.Override, b.OverrideBy, b.OverrideReason
	}
	if _, err := s.db.Exec(ctx, closeMergedQuery, b.ID, ms(b.OpenedAt), bot.NoteMerged); err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, mergeCaseQuery, a.ID, joinReasons(a.Reasons), cmp.Or(b.Summary, a.Summary), cmp.Or(a.Owner, b.Owner),
		first(a.ClaimedAt, b.ClaimedAt), first(a.WaitingSince, b.WaitingSince), a.Override, a.OverrideBy, a.OverrideReason); err != nil {
		return err
	}
	for _, q := range []string{moveNotesQuery, moveCardsQuery, copyLabelsQuery} {
		if _, err := s.db.Exec(ctx, q, a.ID, b.ID); err != nil {
			return err
		}
	}
	return nil
}

// first is the earlier of two times, of which any may be missing.
func first(a, b time.Time) int64 {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		a = b
	}
	return ms(a)
}
