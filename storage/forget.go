package storage

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"layak/bot"
)

const (
	isForgottenQuery     = `SELECT COUNT(*) FROM forgotten WHERE hash = $1`
	insertForgottenQuery = `INSERT INTO forgotten (hash, kind, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	deleteForgottenQuery = `DELETE FROM forgotten WHERE hash = $1`
	settledInboxQuery    = `SELECT channel, device, from_me, message_id FROM inbox WHERE contact = $1 AND state <> 'pending'`
	deleteInboxQuery     = `DELETE FROM inbox WHERE contact = $1 AND state <> 'pending'`
	outIDsQuery          = `SELECT id, channel, message_id FROM outbox WHERE contact = $1`
	deleteOutQuery       = `DELETE FROM outbox WHERE id = $1`
	deleteMissedQuery    = `DELETE FROM missed WHERE contact = $1`
	deleteConvQuery      = `DELETE FROM conversation WHERE contact = $1`
	blankCasesQuery      = `
		UPDATE handoff SET summary = '', override_reason = '', note = CASE WHEN closed_by = '' THEN note ELSE '' END WHERE contact = $1`
	closeForgottenQuery = `UPDATE handoff SET closed_at = $2, waiting_since = 0, note = $3 WHERE contact = $1 AND closed_at = 0 RETURNING id`
	deleteNotesQuery    = `DELETE FROM note WHERE case_id IN (SELECT id FROM handoff WHERE contact = $1)`
	deleteLabelsQuery   = `DELETE FROM case_label WHERE case_id IN (SELECT id FROM handoff WHERE contact = $1)`
	deleteHooksQuery    = `DELETE FROM hook WHERE contact = $1`
	deleteBridgesQuery  = `DELETE FROM bridge WHERE contact = $1`
	// What agents were told on WhatsApp about the cases of a person.
	cardsOfQuery = `
		SELECT o.id, o.channel, o.message_id FROM card k JOIN handoff h ON h.id = k.case_id
		JOIN outbox o ON o.channel = k.channel AND o.message_id = k.message_id WHERE h.contact = $1`
	deleteCommandsQuery = `
		DELETE FROM inbox WHERE id IN (SELECT i.id FROM card k JOIN handoff h ON h.id = k.case_id
			JOIN inbox i ON i.contact = k.agent AND i.channel = k.channel AND i.message_id = k.message_id WHERE h.contact = $1)`
	deleteCardsQuery  = `DELETE FROM card WHERE case_id IN (SELECT id FROM handoff WHERE contact = $1)`
	optedOutQuery     = `SELECT opted_out FROM contact WHERE key = $1`
	blankContactQuery = `
		UPDATE contact SET name = '', lang = '', forgotten = NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.contact = contact.key)
		WHERE key = $1`
	// A forgotten contact goes once nothing is left to answer or to send.
	purgeQuery = `
		DELETE FROM contact WHERE key = $1 AND forgotten
			AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.contact = contact.key)
			AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.contact = contact.key)`
)

// forget removes what is known about a person, within the transaction of the turn that asked for it. Messages that
// arrived meanwhile stay pending; the contact itself stays until its last message is settled.
func (s *Store) forget(ctx context.Context, key string, when time.Time) error {
	aliases, err := s.aliases(ctx, key)
	if err != nil {
		return err
	}
	if err := s.forgetInbox(ctx, key, aliases, when); err != nil {
		return err
	}
	if err := s.dropOuts(ctx, outIDsQuery, key, when); err != nil {
		return err
	}
	var optedOut bool
	if err := s.db.QueryRow(ctx, optedOutQuery, key).Scan(&optedOut); err != nil {
		return err
	}
	if optedOut {
		if err := s.keepOptOut(ctx, key, when); err != nil {
			return err
		}
	}
	if err := s.forgetOthers(ctx, aliases); err != nil {
		return err
	}
	if err := s.forgetContent(ctx, key, when); err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, blankContactQuery, key); err != nil {
		return err
	}
	openCase, err := s.changedCase(ctx, closeForgottenQuery, key, ms(when), bot.NoteForgotten)
	if err != nil || openCase == 0 {
		return err
	}
	return s.noOpenCase(ctx, key, openCase, "system", when)
}

// forgetContent removes what was said and written about a person, and what other systems are to be told of it.
func (s *Store) forgetContent(ctx context.Context, key string, when time.Time) error {
	if err := s.dropOuts(ctx, cardsOfQuery, key, when); err != nil {
		return err
	}
	for _, q := range []string{
		deleteMissedQuery, deleteConvQuery, blankCasesQuery, deleteNotesQuery, deleteLabelsQuery, deleteCommandsQuery, deleteCardsQuery, deleteHooksQuery,
		deleteBridgesQuery,
	} {
		if _, err := s.db.Exec(ctx, q, key); err != nil {
			return err
		}
	}
	return nil
}

// forgetOthers removes what others keep about the person behind addresses.
func (s *Store) forgetOthers(ctx context.Context, aliases []addressOf) error {
	if s.others == nil {
		return nil
	}
	channels := map[string][]string{}
	for _, a := range aliases {
		channels[a.channel] = append(channels[a.channel], a.address)
	}
	for channel, addresses := range channels {
		if err := s.others(ctx, s.db, channel, addresses); err != nil {
			return fmt.Errorf("tables of %s: %w", channel, err)
		}
	}
	return nil
}

// keepOptOut makes an opt-out outlive what is known about the person.
func (s *Store) keepOptOut(ctx context.Context, key string, when time.Time) error {
	aliases, err := s.aliases(ctx, key)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		if _, err := s.db.Exec(ctx, insertForgottenQuery, s.hashOptOut(a.channel, a.address), "opt_out", ms(when)); err != nil {
			return err
		}
	}
	return nil
}

// forgetInbox leaves nothing of answered messages but hashes by which they are recognised when they come again.
func (s *Store) forgetInbox(ctx context.Context, key string, aliases []addressOf, when time.Time) error {
	rows, err := s.db.Query(ctx, settledInboxQuery, key)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var hashes []string
	for rows.Next() {
		var channel, device, id string
		var fromMe bool
		if err := rows.Scan(&channel, &device, &fromMe, &id); err != nil {
			return err
		}
		for _, a := range aliases {
			hashes = append(hashes, s.hashIn(a.channel, a.address, device, id, fromMe))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := s.db.Exec(ctx, insertForgottenQuery, h, "in", ms(when)); err != nil {
			return err
		}
	}
	_, err = s.db.Exec(ctx, deleteInboxQuery, key)
	return err
}

// dropOuts removes the outbound messages that a query finds for a contact.
func (s *Store) dropOuts(ctx context.Context, query, key string, when time.Time) error {
	type out struct {
		id                 bot.OutboxID
		channel, messageID string
	}
	rows, err := s.db.Query(ctx, query, key)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	var outs []out
	for rows.Next() {
		var o out
		if err := rows.Scan(&o.id, &o.channel, &o.messageID); err != nil {
			return err
		}
		outs = append(outs, o)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, o := range outs {
		if err := s.dropOut(ctx, o.id, o.channel, o.messageID, when); err != nil {
			return err
		}
	}
	return nil
}

// dropOut removes an outbound message for good; only the hash of its id stays, so that its echo is not taken for a
// message typed by hand.
func (s *Store) dropOut(ctx context.Context, id bot.OutboxID, channel, messageID string, when time.Time) error {
	if _, err := s.db.Exec(ctx, insertForgottenQuery, s.hashOut(channel, messageID), "out", ms(when)); err != nil {
		return err
	}
	_, err := s.db.Exec(ctx, deleteOutQuery, int64(id))
	return err
}

// optOut records whether the person wants messages. Taking an opt-out back also ends one that outlived their data.
func (s *Store) optOut(ctx context.Context, key string, out bool) error {
	if _, err := s.db.Exec(ctx, optOutQuery, key, out); err != nil {
		return err
	}
	aliases, err := s.aliases(ctx, key)
	if err != nil {
		return err
	}
	for _, a := range aliases {
		if _, err := s.db.Exec(ctx, deleteForgottenQuery, s.hashOptOut(a.channel, a.address)); err != nil {
			return err
		}
	}
	return nil
}

// wipe empties SQLite's write-ahead log, in which removed content would otherwise stay until later commits overwrite it.
// It is done as far as readers allow: what is left goes with the next checkpoint.
func (s *Store) wipe(ctx context.Context) {
	if s.postgres != nil {
		return // there it goes with the server's own clean-up
	}
	_, _ = s.db.Exec(context.WithoutCancel(ctx), `PRAGMA wal_checkpoint(TRUNCATE)`)
}

// wipeAfter is how long after a message a channel has certainly removed the copy it kept of it until it was accepted.
const wipeAfter = 3 * time.Second

// wipeMasked wipes, some time after a message that held a personal number: the channel's own copy, whatsmeow's buffer of
// decrypted messages, was not masked.
func (s *Store) wipeMasked(ctx context.Context) {
	if at := s.masked.Load(); at != 0 && time.Since(time.Unix(0, at)) > wipeAfter && s.masked.CompareAndSwap(at, 0) {
		s.wipe(ctx)
	}
}

func (s *Store) isForgotten(ctx context.Context, hash string) (bool, error) {
	var n int
	if err := s.db.QueryRow(ctx, isForgottenQuery, hash).Scan(&n); err != nil {
		return false, fmt.Errorf("look among the forgotten: %w", err)
	}
	return n > 0, nil
}

// The hashes of what is left of forgotten people. Without the key in the meta table they cannot be computed, so a phone
// number cannot be looked for in a copy of this table alone.

func (s *Store) hashIn(channel, address, device, messageID string, fromMe bool) string {
	return s.hash("in", channel, address, device, messageID, fmt.Sprint(fromMe))
}

func (s *Store) hashOut(channel, messageID string) string { return s.hash("out", channel, messageID) }

func (s *Store) hashOptOut(channel, address string) string {
	return s.hash("opt_out", channel, address)
}

func (s *Store) hash(parts ...string) string {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(h.Sum(nil))
}
