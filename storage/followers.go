package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.mau.fi/util/dbutil"

	"layak/bot"
	"layak/flows"
)

const (
	startFollowQuery = `
		INSERT INTO meta (key, value) VALUES ($1, CAST((SELECT COALESCE(MAX(id), 0) FROM event) AS TEXT)) ON CONFLICT DO NOTHING`
	followQuery    = `SELECT value FROM meta WHERE key = $1`
	moveOnQuery    = `UPDATE meta SET value = $3 WHERE key = $1 AND value = $2 RETURNING value`
	agentChatQuery = `
		UPDATE contact SET fence = fence WHERE key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)
		RETURNING key, fence, channel, address, ephemeral`
	toldMessageQuery = `SELECT 1 FROM outbox WHERE channel = $1 AND message_id = $2`
	insertCardQuery  = `INSERT INTO card (channel, message_id, case_id, agent, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	cardCaseQuery    = `
		SELECT k.case_id FROM card k JOIN contact c ON c.channel = k.channel
		WHERE k.message_id = $2 AND c.key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)`
	toldQuery = `
		SELECT COUNT(*) FROM card
		WHERE case_id = $2 AND (agent = $1 OR agent IN (SELECT old_key FROM contact_merged WHERE contact = $1))`
	addressesQuery = `
		SELECT address FROM contact_alias WHERE contact = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)
		ORDER BY address`
)

// followKey is where the place of a follower is kept.
func followKey(follower string) string { return "follower:" + follower }

// Follow implements bot.Followers.
func (s *Store) Follow(ctx context.Context, follower string) (event int64, err error) {
	place := func(ctx context.Context, db *dbutil.Database) error {
		var value string
		if err := db.QueryRow(ctx, followQuery, followKey(follower)).Scan(&value); err != nil {
			return err
		}
		event, err = strconv.ParseInt(value, 10, 64)
		return err
	}
	err = place(ctx, s.read)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.write(ctx, func(ctx context.Context) error {
			if _, err := s.db.Exec(ctx, startFollowQuery, followKey(follower)); err != nil {
				return err
			}
			return place(ctx, s.db)
		})
	}
	if err != nil {
		return 0, fmt.Errorf("find the place of %s: %w", follower, err)
	}
	return event, nil
}

// moveOn notes within a transaction that a follower did its work up to an event.
func (s *Store) moveOn(ctx context.Context, follower string, from, to int64) error {
	var value string
	err := s.db.QueryRow(ctx, moveOnQuery, followKey(follower), strconv.FormatInt(from, 10), strconv.FormatInt(to, 10)).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.ErrConflict
	}
	return err
}

// Tell implements bot.Followers.
func (s *Store) Tell(ctx context.Context, follower string, from, to int64, messages []bot.AgentMessage, when time.Time) error {
	err := s.write(ctx, func(ctx context.Context) error {
		if err := s.moveOn(ctx, follower, from, to); err != nil {
			return err
		}
		for _, m := range messages {
			if err := s.tell(ctx, m, when); err != nil {
				return fmt.Errorf("queue message: %w", err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell agents: %w", err)
	}
	return nil
}

// tell queues one message to an agent, unless it is queued already or the agent is gone.
func (s *Store) tell(ctx context.Context, m bot.AgentMessage, when time.Time) error {
	var key string
	var chat outTemplate
	err := s.db.QueryRow(ctx, agentChatQuery, string(m.Chat)).Scan(&key, &chat.fence, &chat.channel, &chat.address, &chat.ephemeral)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var one int
	err = s.db.QueryRow(ctx, toldMessageQuery, chat.channel, m.MessageID).Scan(&one)
	if !errors.Is(err, sql.ErrNoRows) {
		return err // or nil: it is there
	}
	o := bot.Outbound{MessageID: m.MessageID, Reply: flows.Reply{Text: clean(m.Text)}, Author: bot.AuthorBot, ComposedAt: when}
	if err := s.enqueue(ctx, key, chat, o, bot.TurnRecord{At: when}); err != nil {
		return err
	}
	return s.about(ctx, key, chat.channel, when, bot.CaseMessage{MessageID: m.MessageID, Case: m.Case})
}

// about remembers which cases messages in an agent's chat are about.
func (s *Store) about(ctx context.Context, key, channel string, when time.Time, messages ...bot.CaseMessage) error {
	for _, m := range messages {
		if _, err := s.db.Exec(ctx, insertCardQuery, channel, clean(m.MessageID), m.Case, key, ms(when)); err != nil {
			return fmt.Errorf("remember what a message is about: %w", err)
		}
	}
	return nil
}

// CaseOfMessage implements bot.Followers.
func (s *Store) CaseOfMessage(ctx context.Context, chat bot.ChatKey, messageID string) (id int64, err error) {
	err = s.read.QueryRow(ctx, cardCaseQuery, string(chat), clean(messageID)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, bot.ErrNoCase
	}
	if err != nil {
		return 0, fmt.Errorf("find the case of a message: %w", err)
	}
	return id, nil
}

// Told implements bot.Followers.
func (s *Store) Told(ctx context.Context, chat bot.ChatKey, id int64) (bool, error) {
	var n int
	if err := s.read.QueryRow(ctx, toldQuery, string(chat), id).Scan(&n); err != nil {
		return false, fmt.Errorf("see whether an agent knows case %d: %w", id, err)
	}
	return n > 0, nil
}

// Addresses implements bot.Followers.
func (s *Store) Addresses(ctx context.Context, chat bot.ChatKey) ([]string, error) {
	rows, err := s.read.Query(ctx, addressesQuery, string(chat))
	if err != nil {
		return nil, fmt.Errorf("list addresses: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var a string
		if err := rows.Scan(&a); err != nil {
			return nil, fmt.Errorf("list addresses: %w", err)
		}
		all = append(all, a)
	}
	return all, rows.Err()
}
