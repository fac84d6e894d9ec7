package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"layak/bot"
)

const (
	bridgeQuery = `
		SELECT person, conversation FROM bridge
		WHERE target = $1 AND contact = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $2), $2)`
	setBridgeQuery = `
		INSERT INTO bridge (target, contact, person, conversation, at)
		SELECT $1, key, $3, $4, $5 FROM contact WHERE key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $2), $2)
		ON CONFLICT (target, contact) DO UPDATE SET person = excluded.person, conversation = excluded.conversation
		RETURNING contact`
	bridgedChatQuery = `SELECT contact FROM bridge WHERE target = $1 AND conversation = $2`
	mirroredQuery    = `SELECT message_id FROM bridge_message WHERE target = $1 AND message_id IN (`
	setMirroredQuery = `INSERT INTO bridge_message (target, message_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
)

// Bridge implements bot.Bridges.
func (s *Store) Bridge(ctx context.Context, target string, chat bot.ChatKey) (b bot.Bridge, err error) {
	err = s.read.QueryRow(ctx, bridgeQuery, target, string(chat)).Scan(&b.Person, &b.Conversation)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("find the mirror of %s: %w", chat, err)
	}
	return b, nil
}

// SetBridge implements bot.Bridges.
func (s *Store) SetBridge(ctx context.Context, target string, chat bot.ChatKey, b bot.Bridge, when time.Time) error {
	err := s.write(ctx, func(ctx context.Context) error {
		var key string
		return noChat(s.db.QueryRow(ctx, setBridgeQuery, target, string(chat), clean(b.Person), clean(b.Conversation), ms(when)).Scan(&key))
	})
	if err != nil {
		return fmt.Errorf("keep the mirror of %s: %w", chat, err)
	}
	return nil
}

// BridgedChat implements bot.Bridges.
func (s *Store) BridgedChat(ctx context.Context, target, conversation string) (bot.ChatKey, error) {
	var key string
	err := s.read.QueryRow(ctx, bridgedChatQuery, target, clean(conversation)).Scan(&key)
	if err != nil {
		return "", fmt.Errorf("find what is mirrored: %w", noChat(err))
	}
	return bot.ChatKey(key), nil
}

// Mirrored implements bot.Bridges.
func (s *Store) Mirrored(ctx context.Context, target string, ids []string) (map[string]bool, error) {
	done, names := map[string]bool{}, map[string]string{}
	if len(ids) == 0 {
		return done, nil
	}
	args := []any{target}
	for _, id := range ids {
		hash := s.hashMirrored(target, id)
		names[hash] = id
		args = append(args, hash)
	}
	rows, err := s.read.Query(ctx, mirroredQuery+list(2, len(ids))+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("list mirrored messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil {
			return nil, fmt.Errorf("list mirrored messages: %w", err)
		}
		done[names[hash]] = true
	}
	return done, rows.Err()
}

// SetMirrored implements bot.Bridges.
func (s *Store) SetMirrored(ctx context.Context, target, id string, when time.Time) error {
	return s.change(ctx, "note a mirrored message", setMirroredQuery, target, s.hashMirrored(target, id), ms(when))
}

// hashMirrored is what is kept of the id of a mirrored message: it outlives a person who had their data deleted.
func (s *Store) hashMirrored(target, id string) string { return s.hash("mirrored", target, id) }
