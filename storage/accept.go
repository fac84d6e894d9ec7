package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"layak/bot"
	"layak/flows"
)

const (
	ownMessageQuery = `SELECT contact FROM outbox WHERE channel = $1 AND message_id = $2`
	// The row is written to even if nothing changes, so that on Postgres two transactions on one contact wait for each other.
	touchContactQuery = `UPDATE contact SET forgotten = FALSE WHERE key = $1 RETURNING owner, open_case`
	insertInboxQuery  = `
		INSERT INTO inbox (contact, channel, address, sender, device, from_me, message_id, kind, input, at, received_at, state, answered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT DO NOTHING RETURNING id`
	heardFromQuery = `
		UPDATE contact SET address = $2, ephemeral = $3, name = CASE WHEN $4 = '' THEN name ELSE $4 END, heard_at = $5, touched_at = $5
		WHERE key = $1`
	byHandQuery = `UPDATE contact SET ephemeral = $2, touched_at = $3 WHERE key = $1`
)

// Accept implements bot.Store.
func (s *Store) Accept(ctx context.Context, in bot.Inbound) (bot.Accepted, error) {
	if in.Channel == "" || in.Address == "" || in.MessageID == "" {
		return bot.Accepted{}, errors.New("accept a message without channel, address or id")
	}
	in.Address, in.Alt, in.Sender, in.MessageID = clean(in.Address), clean(in.Alt), clean(in.Sender), clean(in.MessageID)
	in.Name = clean(in.Name)
	var a bot.Accepted
	err := s.write(ctx, func(ctx context.Context) (err error) {
		a, err = s.accept(ctx, in)
		return err
	})
	if err != nil {
		return bot.Accepted{}, fmt.Errorf("accept message: %w", err)
	}
	if len(in.Input.Masked) > 0 {
		s.masked.Store(time.Now().UnixNano())
	}
	return a, nil
}

func (s *Store) accept(ctx context.Context, in bot.Inbound) (bot.Accepted, error) {
	known, err := s.ownOrForgotten(ctx, in)
	if err != nil || known != nil {
		return *orNone(known), err
	}
	key, err := s.person(ctx, in)
	if err != nil {
		return bot.Accepted{}, err
	}
	var owner string
	var openCase int64
	if err := s.db.QueryRow(ctx, touchContactQuery, key).Scan(&owner, &openCase); err != nil {
		return bot.Accepted{}, fmt.Errorf("read contact: %w", moved(err))
	}
	in.ReceivedAt = at(ms(in.ReceivedAt))
	in.Input.At = at(ms(in.Input.At))
	input, err := json.Marshal(in.Input)
	if err != nil {
		return bot.Accepted{}, fmt.Errorf("write input: %w", err)
	}
	state, answered := bot.LinePending, int64(0)
	if in.FromMe || owner != "" {
		state, answered = bot.LineLeft, ms(in.ReceivedAt)
	}
	var id int64
	err = s.db.QueryRow(ctx, insertInboxQuery, key, in.Channel, in.Address, in.Sender, in.Device(), in.FromMe, in.MessageID,
		string(in.Input.Kind), string(input), ms(in.Input.At), ms(in.ReceivedAt), string(state), answered).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Accepted{Chat: bot.ChatKey(key)}, nil
	}
	if err != nil {
		return bot.Accepted{}, fmt.Errorf("store message: %w", err)
	}
	if in.FromMe {
		err = s.takeOver(ctx, key, owner, in)
	} else {
		_, err = s.db.Exec(ctx, heardFromQuery, key, in.Address, int64(in.Ephemeral), in.Name, ms(in.ReceivedAt))
		if err == nil && owner != "" && openCase == 0 {
			openCase, err = s.wroteToSilence(ctx, key, owner, in)
		}
	}
	if err == nil && openCase != 0 {
		err = s.caseMessage(ctx, openCase, in, owner)
	}
	if err != nil {
		return bot.Accepted{}, fmt.Errorf("update contact: %w", err)
	}
	return bot.Accepted{Chat: bot.ChatKey(key), Fresh: true}, nil
}

// ownOrForgotten recognises an echo of what we sent and a repetition of what a forgotten person wrote. It returns nil for
// any other message.
func (s *Store) ownOrForgotten(ctx context.Context, in bot.Inbound) (*bot.Accepted, error) {
	var hashes []string
	for _, address := range addresses(in) {
		hashes = append(hashes, s.hashIn(in.Channel, address, in.Device(), in.MessageID, in.FromMe))
	}
	if in.FromMe {
		hashes = append(hashes, s.hashOut(in.Channel, in.MessageID))
	}
	for _, h := range hashes {
		found, err := s.isForgotten(ctx, h)
		if err != nil {
			return nil, err
		}
		if found {
			keys, _, err := s.findPeople(ctx, in)
			if err != nil || len(keys) == 0 {
				return &bot.Accepted{}, err
			}
			return &bot.Accepted{Chat: bot.ChatKey(keys[0])}, nil
		}
	}
	if !in.FromMe {
		return nil, nil
	}
	var key string
	err := s.db.QueryRow(ctx, ownMessageQuery, in.Channel, in.MessageID).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for our own message: %w", err)
	}
	return &bot.Accepted{Chat: bot.ChatKey(key)}, nil
}

// wroteToSilence opens a case for a message in a chat that was taken from the bot without one, as by a command: nobody would
// see it otherwise.
func (s *Store) wroteToSilence(ctx context.Context, key, owner string, in bot.Inbound) (id int64, err error) {
	if id, err = s.openCase(ctx, key, owner, owner, bot.HandOff{Reason: flows.HandOffTakeover}, in.ReceivedAt); err != nil {
		return 0, err
	}
	return id, s.audit(ctx, key, in.ReceivedAt, bot.AuditEntry{Who: owner, What: "handoff", Note: string(flows.HandOffTakeover)})
}

// takeOver makes the business phone the owner of a chat that somebody wrote to by hand.
func (s *Store) takeOver(ctx context.Context, key, owner string, in bot.Inbound) error {
	if _, err := s.db.Exec(ctx, byHandQuery, key, int64(in.Ephemeral), ms(in.ReceivedAt)); err != nil {
		return err
	}
	if owner != bot.OwnerPhone {
		if err := s.setOwner(ctx, key, bot.OwnerPhone, bot.OwnerPhone, in.ReceivedAt); err != nil {
			return err
		}
	}
	h := bot.HandOff{Reason: flows.HandOffTakeover}
	if _, err := s.openCase(ctx, key, bot.OwnerPhone, bot.OwnerPhone, h, in.ReceivedAt); err != nil {
		return err
	}
	return s.audit(ctx, key, in.ReceivedAt, bot.AuditEntry{Who: bot.OwnerPhone, What: "takeover"})
}

const (
	setOwnerQuery = `UPDATE contact SET owner = $2, fence = fence + 1, touched_at = $3 WHERE key = $1 RETURNING open_case`
	// A case that nobody has waits for one of us again.
	setCaseOwnerQuery = `
		UPDATE handoff SET owner = $2, claimed_at = CASE WHEN claimed_at = 0 AND $4 THEN $3 ELSE claimed_at END,
			waiting_since = CASE WHEN waiting_since = 0 AND $2 = '' THEN $3 ELSE waiting_since END
		WHERE id = $1`
	// The work of a case that only says that somebody took over is done when they give the chat back.
	closeReturnedQuery = `UPDATE handoff SET closed_at = $2, waiting_since = 0, note = $3 WHERE id = $1 AND reasons = $4`
	leavePendingQuery  = `UPDATE inbox SET state = 'left', answered_at = $2 WHERE contact = $1 AND state = 'pending'`
)

// setOwner hands a chat over in the name of who, and leaves what is pending to a new owner who is not the bot.
func (s *Store) setOwner(ctx context.Context, key, to, who string, when time.Time) error {
	var openCase int64
	if err := s.db.QueryRow(ctx, setOwnerQuery, key, to, ms(when)).Scan(&openCase); err != nil {
		return err
	}
	if to != "" {
		if _, err := s.db.Exec(ctx, leavePendingQuery, key, ms(when)); err != nil {
			return err
		}
	}
	if openCase == 0 {
		return nil
	}
	agent := to != "" && to != bot.OwnerPhone
	if _, err := s.db.Exec(ctx, setCaseOwnerQuery, openCase, to, ms(when), agent); err != nil {
		return err
	}
	if to == "" {
		closed, err := s.changed(ctx, closeReturnedQuery, openCase, ms(when), bot.NoteReturned, string(flows.HandOffTakeover))
		if err != nil {
			return err
		}
		if closed {
			return s.noOpenCase(ctx, key, openCase, who, when)
		}
	}
	return s.event(ctx, bot.EventOwner, openCase, who, when)
}

func addresses(in bot.Inbound) []string {
	if in.Alt == "" || in.Alt == in.Address {
		return []string{in.Address}
	}
	return []string{in.Address, in.Alt}
}

func orNone(a *bot.Accepted) *bot.Accepted {
	if a == nil {
		return &bot.Accepted{}
	}
	return a
}
