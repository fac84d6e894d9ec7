package storage

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mau.fi/util/dbutil"

	"layak/bot"
	"layak/flows"
)

const (
	outColumns = `o.id, o.contact, o.channel, o.address, o.message_id, o.reply, o.author, o.fence, o.ephemeral, o.composed_at,
		o.not_before, o.attempts`
	insertOutboxQuery = `
		INSERT INTO outbox (contact, channel, address, message_id, reply, author, fence, ephemeral, state, composed_at, not_before,
			leased_until, last)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $10, $11)`
	touchedQuery = `UPDATE contact SET touched_at = $2 WHERE key = $1 AND touched_at < $2`
	firstOfChat  = `
		NOT EXISTS (SELECT 1 FROM outbox e
			WHERE e.contact = o.contact AND e.channel = o.channel AND e.state = 'waiting' AND e.id < o.id)`
	// The limit is a part of the text: SQLite prepares a statement anew whenever a limit is bound.
	dueQuery = `
		SELECT ` + outColumns + `, o.leased_until, o.last, c.fence, c.open_case
		FROM outbox o JOIN contact c ON c.key = o.contact
		WHERE o.channel = $1 AND o.state = 'waiting' AND o.leased_until <= $2 AND ` + firstOfChat + `
		ORDER BY o.leased_until, o.id LIMIT `
	// On Postgres messages that another process is claiming are passed over, and so are chats that are being written to,
	// as by a takeover: whether the bot may still speak there is only known afterwards.
	dueLock      = ` FOR NO KEY UPDATE OF o SKIP LOCKED FOR SHARE OF c SKIP LOCKED`
	leaseQuery   = `UPDATE outbox SET leased_until = $3, attempts = attempts + 1 WHERE id = $1 AND state = 'waiting' AND leased_until = $2`
	nextDueQuery = `
		SELECT o.leased_until FROM outbox o WHERE o.channel = $1 AND o.state = 'waiting' AND ` + firstOfChat + `
		ORDER BY o.leased_until LIMIT 1`
	lockSettlingQuery = `SELECT c.key FROM outbox o JOIN contact c ON c.key = o.contact WHERE o.id = $1 FOR NO KEY UPDATE OF c`
	settlingQuery     = `
		SELECT o.contact, o.channel, o.message_id, o.author, o.state, o.last, c.open_case
		FROM outbox o JOIN contact c ON c.key = o.contact WHERE o.id = $1`
	sentQuery    = `UPDATE outbox SET state = 'sent', sent_at = $2, error = '' WHERE id = $1`
	endQuery     = `UPDATE outbox SET state = $2, error = $3 WHERE id = $1 AND state = 'waiting'`
	retryQuery   = `UPDATE outbox SET not_before = $2, leased_until = $2, error = $3 WHERE id = $1 AND state = 'waiting'`
	putBackQuery = `UPDATE outbox SET not_before = $2, leased_until = $2, attempts = attempts - 1 WHERE id = $1 AND state = 'waiting'`
	byMessageQ   = `SELECT ` + outColumns + ` FROM outbox o WHERE o.channel = $1 AND o.message_id = $2`
)

// outTemplate is what the chat knows of an outgoing message.
type outTemplate struct {
	channel, address string
	fence, ephemeral int64
}

// enqueue adds one message of a turn, with what the chat knows filled in where it is empty.
func (s *Store) enqueue(ctx context.Context, key string, chat outTemplate, o bot.Outbound, t bot.TurnRecord) error {
	if o.MessageID == "" {
		return errors.New("it has no message id")
	}
	reply, err := json.Marshal(o.Reply)
	if err != nil {
		return err
	}
	composed := o.ComposedAt
	if composed.IsZero() {
		composed = t.At
	}
	due := o.NotBefore
	if due.IsZero() {
		due = composed
	}
	_, err = s.db.Exec(ctx, insertOutboxQuery, key, cmp.Or(o.Channel, chat.channel), cmp.Or(o.Address, chat.address), o.MessageID,
		string(reply), cmp.Or(o.Author, bot.AuthorBot), cmp.Or(o.Fence, chat.fence), cmp.Or(int64(o.Ephemeral), chat.ephemeral),
		ms(composed), ms(due), t.Forget)
	if err == nil && o.Author != "" && o.Author != bot.AuthorBot {
		_, err = s.db.Exec(ctx, touchedQuery, key, ms(composed))
	}
	return err
}

// scanOut reads outColumns and what the caller selected besides.
func scanOut(row dbutil.Scannable, more ...any) (o bot.Outbound, err error) {
	var reply string
	var composed, notBefore int64
	dest := append([]any{
		&o.ID, &o.Chat, &o.Channel, &o.Address, &o.MessageID, &reply, &o.Author, &o.Fence, &o.Ephemeral,
		&composed, &notBefore, &o.Attempts,
	}, more...)
	if err := row.Scan(dest...); err != nil {
		return o, err
	}
	o.ComposedAt, o.NotBefore = at(composed), at(notBefore)
	return o, json.Unmarshal([]byte(reply), &o.Reply)
}

// due is one candidate of Claim.
type due struct {
	bot.Outbound
	leasedUntil int64
	last        bool
	chatFence   int64
	openCase    int64
}

// Claim implements bot.Store.
func (s *Store) Claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, error) {
	var claimed []bot.Outbound
	err := s.write(ctx, func(ctx context.Context) (err error) {
		claimed, err = s.claim(ctx, channel, now, lease, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	s.wipeMasked(ctx)
	return claimed, nil
}

func (s *Store) claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, error) {
	var claimed []bot.Outbound
	for len(claimed) < limit {
		dues, err := s.due(ctx, channel, now, limit-len(claimed))
		if err != nil || len(dues) == 0 {
			return claimed, err
		}
		for _, d := range dues {
			if d.Author == bot.AuthorBot && d.Fence < d.chatFence {
				o := settling{id: d.ID, key: string(d.Chat), channel: d.Channel, messageID: d.MessageID, last: d.last}
				if err := s.end(ctx, o, bot.LineDropped, "", now); err != nil {
					return nil, err
				}
				if d.openCase != 0 {
					if err := s.event(ctx, bot.EventDelivery, d.openCase, bot.AuthorBot, now); err != nil {
						return nil, err
					}
				}
				continue
			}
			res, err := s.db.Exec(ctx, leaseQuery, int64(d.ID), d.leasedUntil, ms(now.Add(lease)))
			if err != nil {
				return nil, err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return claimed, err
			}
			d.Attempts++
			claimed = append(claimed, d.Outbound)
		}
	}
	return claimed, nil
}

func (s *Store) due(ctx context.Context, channel string, now time.Time, limit int) ([]due, error) {
	query := dueQuery + strconv.Itoa(limit)
	if s.postgres != nil {
		query += dueLock
	}
	rows, err := s.db.Query(ctx, query, channel, ms(now))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var dues []due
	for rows.Next() {
		var d due
		if d.Outbound, err = scanOut(rows, &d.leasedUntil, &d.last, &d.chatFence, &d.openCase); err != nil {
			return nil, err
		}
		dues = append(dues, d)
	}
	return dues, rows.Err()
}

// NextDue implements bot.Store.
func (s *Store) NextDue(ctx context.Context, channel string) (time.Time, bool, error) {
	var when int64
	err := s.read.QueryRow(ctx, nextDueQuery, channel).Scan(&when)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("find next due message: %w", err)
	}
	return at(when), true, nil
}

// Settle implements bot.Store.
func (s *Store) Settle(ctx context.Context, id bot.OutboxID, a bot.Attempt) error {
	wipe := false
	err := s.write(ctx, func(ctx context.Context) (err error) {
		wipe, err = s.settle(ctx, id, a)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle message %d: %w", id, err)
	}
	if wipe {
		s.wipe(ctx)
	}
	return nil
}

// SettleAndClaim implements bot.Store. On SQLite it returns before the commit, which comes before that of the keys with which
// the next message is encrypted.
func (s *Store) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	var claimed []bot.Outbound
	wipe := false
	stored := make(chan error, 1)
	err := s.WriteAhead(ctx, func(ctx context.Context) (err error) {
		if wipe, err = s.settle(ctx, id, a); err != nil {
			return err
		}
		claimed, err = s.claim(ctx, channel, now, lease, limit)
		return err
	}, func(err error) { stored <- err })
	if err != nil {
		return nil, nil, fmt.Errorf("settle message %d and claim more: %w", id, err)
	}
	return claimed, func() error {
		err := <-stored
		if wipe && err == nil {
			s.wipe(ctx)
		}
		return err
	}, nil
}

// settling is what must be known of a message to settle it.
type settling struct {
	id                                     bot.OutboxID
	key, channel, messageID, author, state string
	last                                   bool
	openCase                               int64
}

// settle reports whether content was removed.
func (s *Store) settle(ctx context.Context, id bot.OutboxID, a bot.Attempt) (wipe bool, err error) {
	locked, err := s.lockSettling(ctx, id)
	if err != nil {
		return false, err
	}
	o := settling{id: id}
	err = s.db.QueryRow(ctx, settlingQuery, int64(id)).Scan(&o.key, &o.channel, &o.messageID, &o.author, &o.state, &o.last, &o.openCase)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if s.postgres != nil && o.key != locked { // merged meanwhile
		return false, errMoved
	}
	if o.state == string(bot.LineSent) || (o.state != string(bot.LineWaiting) && a.Outcome != bot.OutcomeSent) {
		return false, nil
	}
	switch a.Outcome {
	case bot.OutcomeSent:
		if a.Address != "" {
			if o.key, err = s.alsoAt(ctx, o.key, o.channel, a.Address); err != nil {
				return false, err
			}
		}
		if o.last {
			return true, s.end(ctx, o, bot.LineSent, "", a.At)
		}
		if _, err = s.db.Exec(ctx, sentQuery, int64(id), ms(a.At)); err == nil && o.openCase != 0 {
			err = s.event(ctx, bot.EventDelivery, o.openCase, o.author, a.At)
		}
	case bot.OutcomeRetry:
		_, err = s.db.Exec(ctx, retryQuery, int64(id), ms(a.Retry), clean(a.Err))
	case bot.OutcomeNotTried:
		_, err = s.db.Exec(ctx, putBackQuery, int64(id), ms(a.Retry))
	case bot.OutcomeGivenUp:
		if err := s.end(ctx, o, bot.LineGivenUp, clean(a.Err), a.At); err != nil || o.last {
			return o.last, err
		}
		err = s.deliveryFailed(ctx, o, a.At)
	default:
		err = fmt.Errorf("unknown outcome %q", a.Outcome)
	}
	return false, err
}

// lockSettling makes other transactions on the contact of a message wait on Postgres, and returns its key, "" without one.
func (s *Store) lockSettling(ctx context.Context, id bot.OutboxID) (key string, err error) {
	if s.postgres == nil {
		return "", nil
	}
	err = s.db.QueryRow(ctx, lockSettlingQuery, int64(id)).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return key, err
}

const ownerOfQuery = `SELECT owner FROM contact WHERE key = $1`

// deliveryFailed opens a case for a message that was given up on, owned by whoever owns the chat.
func (s *Store) deliveryFailed(ctx context.Context, o settling, when time.Time) error {
	var owner string
	if err := s.db.QueryRow(ctx, ownerOfQuery, o.key).Scan(&owner); err != nil {
		return err
	}
	h := bot.HandOff{Reason: flows.HandOffDeliveryFailed}
	id, err := s.openCase(ctx, o.key, owner, "system", h, when)
	if err != nil {
		return err
	}
	if err := s.audit(ctx, o.key, when, bot.AuditEntry{Who: "system", What: "handoff", Note: string(h.Reason)}); err != nil {
		return err
	}
	return s.event(ctx, bot.EventDelivery, id, o.author, when)
}

// alsoAt records another address of a contact, merging it with the contact that was known by it.
func (s *Store) alsoAt(ctx context.Context, key, channel, address string) (string, error) {
	address = clean(address)
	var other string
	err := s.db.QueryRow(ctx, findPersonQuery, channel, address).Scan(&other)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return key, s.addAlias(ctx, key, channel, address)
	case err != nil || other == key:
		return key, err
	}
	return s.merge(ctx, key, other)
}

// end settles a message for good, and removes it if its person was forgotten.
func (s *Store) end(ctx context.Context, o settling, state bot.LineState, reason string, when time.Time) error {
	if !o.last {
		_, err := s.db.Exec(ctx, endQuery, int64(o.id), string(state), reason)
		return err
	}
	if err := s.dropOut(ctx, o.id, o.channel, o.messageID, when); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, purgeQuery, o.key)
	return err
}

// Sent implements bot.Store.
func (s *Store) Sent(ctx context.Context, channel, messageID string) (bot.Outbound, bool, error) {
	o, err := scanOut(s.read.QueryRow(ctx, byMessageQ, channel, messageID))
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Outbound{}, false, nil
	}
	if err != nil {
		return bot.Outbound{}, false, fmt.Errorf("find sent message: %w", err)
	}
	return o, true, nil
}
