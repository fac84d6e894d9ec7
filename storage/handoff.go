package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.mau.fi/util/dbutil"

	"layak/bot"
	"layak/flows"
)

const (
	caseColumns     = `id, contact, reasons, owner, summary, opened_at, closed_at, note`
	openCaseQuery   = `SELECT ` + caseColumns + ` FROM handoff WHERE contact = $1 AND closed_at = 0`
	insertCaseQuery = `INSERT INTO handoff (contact, reasons, owner, summary, opened_at) VALUES ($1, $2, $3, $4, $5)`
	casesQuery      = `
		SELECT ` + caseColumns + ` FROM handoff
		WHERE contact = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1) ORDER BY id`
)

func scanCase(row dbutil.Scannable) (*bot.Case, error) {
	var c bot.Case
	var reasons string
	var opened, closed int64
	if err := row.Scan(&c.ID, &c.Chat, &reasons, &c.Owner, &c.Summary, &opened, &closed, &c.Note); err != nil {
		return nil, err
	}
	for _, r := range strings.Fields(reasons) {
		c.Reasons = append(c.Reasons, flows.HandOffReason(r))
	}
	c.OpenedAt, c.ClosedAt = at(opened), at(closed)
	return &c, nil
}

// openCaseOf returns the open case of a contact, nil when there is none.
func (s *Store) openCaseOf(ctx context.Context, key string) (*bot.Case, error) {
	c, err := scanCase(s.db.QueryRow(ctx, openCaseQuery, key))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find open case: %w", err)
	}
	return c, nil
}

// openCase opens a case for the present owner of the chat, or adds the reason to the one that is open.
func (s *Store) openCase(ctx context.Context, key, owner string, h bot.HandOff, when time.Time) error {
	h.Summary = clean(h.Summary)
	c, err := s.openCaseOf(ctx, key)
	if err != nil {
		return err
	}
	if c == nil {
		_, err = s.db.Exec(ctx, insertCaseQuery, key, string(h.Reason), owner, h.Summary, ms(when))
	} else {
		c.Reasons = addReason(c.Reasons, h.Reason)
		_, err = s.db.Exec(ctx, reopenCaseQuery, c.ID, joinReasons(c.Reasons), cmp.Or(h.Summary, c.Summary), cmp.Or(owner, c.Owner))
	}
	if err != nil {
		return fmt.Errorf("open case: %w", err)
	}
	return nil
}

func addReason(rs []flows.HandOffReason, r flows.HandOffReason) []flows.HandOffReason {
	if slices.Contains(rs, r) {
		return rs
	}
	return append(rs, r)
}

func joinReasons(rs []flows.HandOffReason) string {
	words := make([]string, len(rs))
	for i, r := range rs {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// Cases implements bot.Records.
func (s *Store) Cases(ctx context.Context, key bot.ChatKey) ([]bot.Case, error) {
	rows, err := s.read.Query(ctx, casesQuery, string(key))
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var cases []bot.Case
	for rows.Next() {
		c, err := scanCase(rows)
		if err != nil {
			return nil, fmt.Errorf("list cases: %w", err)
		}
		cases = append(cases, *c)
	}
	return cases, rows.Err()
}

const ownerQuery = `
	UPDATE contact SET fence = fence WHERE key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)
	RETURNING key, owner`

// SetOwner implements bot.Records.
func (s *Store) SetOwner(ctx context.Context, chat bot.ChatKey, from, to string, when time.Time) (owner string, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		var key string
		err := s.db.QueryRow(ctx, ownerQuery, string(chat)).Scan(&key, &owner)
		if errors.Is(err, sql.ErrNoRows) { // merged while this waited, or not there
			err = s.db.QueryRow(ctx, ownerQuery, string(chat)).Scan(&key, &owner)
		}
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return bot.ErrNoChat
		case err != nil:
			return err
		case owner != from:
			return bot.ErrConflict
		case from == to:
			return nil
		}
		if err := s.setOwner(ctx, key, to, when); err != nil {
			return err
		}
		owner = to
		return s.audit(ctx, key, when, bot.AuditEntry{Who: cmp.Or(to, from), What: "owner", Note: bot.OwnerNote(from, to)})
	})
	if err != nil {
		return owner, fmt.Errorf("hand over chat %s: %w", chat, err)
	}
	return owner, nil
}
