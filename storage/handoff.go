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
	caseColumns = `h.id, h.contact, h.reasons, h.owner, h.summary, h.opened_at, h.closed_at, h.note, h.claimed_at, h.waiting_since, h.outcome,
		h.closed_by, h.override, h.override_by, h.override_reason, h.helped`
	openCaseQuery   = `SELECT ` + caseColumns + ` FROM handoff h WHERE contact = $1 AND closed_at = 0`
	insertCaseQuery = `
		INSERT INTO handoff (contact, reasons, owner, summary, opened_at, waiting_since, claimed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		RETURNING id`
	addReasonQuery = `
		UPDATE handoff SET reasons = $2, summary = $3, owner = $4,
			waiting_since = CASE WHEN CAST($5 AS BIGINT) = 0 THEN 0 WHEN waiting_since = 0 THEN $5 ELSE waiting_since END
		WHERE id = $1`
	hasOpenCaseQuery = `UPDATE contact SET open_case = $2 WHERE key = $1`
	// Only if it is still that one.
	noOpenCaseQuery = `UPDATE contact SET open_case = 0 WHERE key = $1 AND open_case = $2`
	casesQuery      = `
		SELECT ` + caseColumns + ` FROM handoff h
		WHERE contact = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1) ORDER BY id`
)

// scanCase reads caseColumns and what the caller selected besides. Labels are not among them.
func scanCase(row dbutil.Scannable, more ...any) (*bot.Case, error) {
	var c bot.Case
	var reasons string
	var opened, closed, claimed, waiting int64
	dest := append([]any{
		&c.ID, &c.Chat, &reasons, &c.Owner, &c.Summary, &opened, &closed, &c.Note, &claimed, &waiting, &c.Outcome,
		&c.ClosedBy, &c.Override, &c.OverrideBy, &c.OverrideReason, &c.Helped,
	}, more...)
	if err := row.Scan(dest...); err != nil {
		return nil, err
	}
	for _, r := range strings.Fields(reasons) {
		c.Reasons = append(c.Reasons, flows.HandOffReason(r))
	}
	c.OpenedAt, c.ClosedAt, c.ClaimedAt, c.WaitingSince = at(opened), at(closed), at(claimed), at(waiting)
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

// openCase opens a case for the present owner of the chat in the name of who, or adds the reason to the one that is open.
func (s *Store) openCase(ctx context.Context, key, owner, who string, h bot.HandOff, when time.Time) (id int64, err error) {
	h.Summary = clean(h.Summary)
	waiting, claimed := ms(when), int64(0)
	if h.Reason == flows.HandOffTakeover { // one of us is writing
		waiting = 0
	}
	if owner != "" && owner != bot.OwnerPhone {
		claimed = ms(when)
	}
	c, err := s.openCaseOf(ctx, key)
	if err != nil {
		return 0, err
	}
	if c == nil {
		err = s.db.QueryRow(ctx, insertCaseQuery, key, string(h.Reason), owner, h.Summary, ms(when), waiting, claimed).Scan(&id)
		if err == nil {
			_, err = s.db.Exec(ctx, hasOpenCaseQuery, key, id)
		}
	} else {
		id = c.ID
		known := slices.Contains(c.Reasons, h.Reason)
		c.Reasons = addReason(c.Reasons, h.Reason)
		_, err = s.db.Exec(ctx, addReasonQuery, id, joinReasons(c.Reasons), cmp.Or(h.Summary, c.Summary), cmp.Or(owner, c.Owner), waiting)
		if err == nil && known {
			return id, nil
		}
	}
	if err != nil {
		return 0, fmt.Errorf("open case: %w", err)
	}
	return id, s.event(ctx, bot.EventOpened, id, who, when)
}

// noOpenCase notes that a case was closed.
func (s *Store) noOpenCase(ctx context.Context, key string, id int64, who string, when time.Time) error {
	if _, err := s.db.Exec(ctx, noOpenCaseQuery, key, id); err != nil {
		return fmt.Errorf("close case: %w", err)
	}
	return s.event(ctx, bot.EventClosed, id, who, when)
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
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return cases, s.addLabels(ctx, cases)
}

// addLabels fills in the labels of cases.
func (s *Store) addLabels(ctx context.Context, cases []bot.Case) error {
	ids := make([]any, len(cases))
	for i, c := range cases {
		ids[i] = c.ID
	}
	labels, err := s.labels(ctx, ids)
	if err != nil {
		return err
	}
	for i := range cases {
		cases[i].Labels = labels[cases[i].ID]
	}
	return nil
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
		if err := s.setOwner(ctx, key, to, cmp.Or(to, from), when); err != nil {
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
