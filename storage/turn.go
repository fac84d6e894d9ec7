package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"layak/bot"
)

const (
	waitingQuery = `
		SELECT i.contact FROM inbox i JOIN contact c ON c.key = i.contact
		WHERE i.state = 'pending' AND c.owner = '' GROUP BY i.contact ORDER BY MIN(i.id) LIMIT $1`
	loadQuery = `
		SELECT c.key, c.channel, c.address, c.owner, c.fence, c.opted_out, c.ephemeral, c.heard_at, COALESCE(v.body, ''), COALESCE(v.version, 0)
		FROM contact c LEFT JOIN conversation v ON v.contact = c.key
		WHERE c.key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)`
	fenceQuery = `
		SELECT c.fence FROM contact c WHERE c.key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)`
	pendingQuery = `
		SELECT id, message_id, address, sender, input, received_at, failures FROM inbox
		WHERE contact = $1 AND state = 'pending' ORDER BY id`
)

// Waiting implements bot.Store.
func (s *Store) Waiting(ctx context.Context, limit int) ([]bot.ChatKey, error) {
	most := int64(limit)
	if limit <= 0 {
		most = 1 << 31 // LIMIT ALL in words that both databases know
	}
	rows, err := s.read.Query(ctx, waitingQuery, most)
	if err != nil {
		return nil, fmt.Errorf("list waiting chats: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var keys []bot.ChatKey
	for rows.Next() {
		var key bot.ChatKey
		if err := rows.Scan(&key); err != nil {
			return nil, fmt.Errorf("list waiting chats: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// Load implements bot.Store. The messages are read after the conversation: a turn stored in between makes Commit return
// ErrConflict, so no transaction is needed.
func (s *Store) Load(ctx context.Context, key bot.ChatKey) (c bot.Chat, err error) {
	err = repeat(ctx, func() (err error) { c, err = s.load(ctx, key); return err })
	return c, err
}

// Fence implements bot.Store. It reads one row, outside of transactions.
func (s *Store) Fence(ctx context.Context, key bot.ChatKey) (fence int64, err error) {
	err = repeat(ctx, func() error { return noChat(s.read.QueryRow(ctx, fenceQuery, string(key)).Scan(&fence)) })
	if err != nil {
		return 0, fmt.Errorf("read the owner of %s: %w", key, err)
	}
	return fence, nil
}

func (s *Store) load(ctx context.Context, key bot.ChatKey) (bot.Chat, error) {
	var c bot.Chat
	var body string
	var version, heard int64
	err := s.read.QueryRow(ctx, loadQuery, string(key)).Scan(
		&c.Key, &c.Channel, &c.Address, &c.Owner, &c.Fence, &c.OptedOut, &c.Ephemeral, &heard, &body, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Chat{}, bot.ErrNoChat
	}
	if err != nil {
		return bot.Chat{}, fmt.Errorf("read chat: %w", err)
	}
	c.HeardAt = at(heard)
	if body != "" {
		if err := json.Unmarshal([]byte(body), &c.Conversation); err != nil {
			return bot.Chat{}, fmt.Errorf("read conversation: %w", err)
		}
		c.Conversation.Version = version
	}
	rows, err := s.read.Query(ctx, pendingQuery, string(c.Key))
	if err != nil {
		return bot.Chat{}, fmt.Errorf("read pending messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var p bot.Pending
		var input string
		var received int64
		if err := rows.Scan(&p.ID, &p.MessageID, &p.Address, &p.Sender, &input, &received, &p.Failures); err != nil {
			return bot.Chat{}, fmt.Errorf("read pending messages: %w", err)
		}
		if err := json.Unmarshal([]byte(input), &p.Input); err != nil {
			return bot.Chat{}, fmt.Errorf("read input %d: %w", p.ID, err)
		}
		p.ReceivedAt = at(received)
		c.Pending = append(c.Pending, p)
	}
	return c, rows.Err()
}

const (
	// Writing the row makes two turns of one chat wait for each other on Postgres.
	lockContactQuery = `
		UPDATE contact SET lang = CASE WHEN $2 = '' THEN lang ELSE $2 END WHERE key = $1
		RETURNING owner, fence, channel, address, ephemeral, touched_at, open_case`
	insertConversationQuery = `
		INSERT INTO conversation (contact, version, body, flow, digest, state, status, category, lang, updated_at)
		VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	updateConversationQuery = `
		UPDATE conversation SET version = version + 1, body = $3, flow = $4, digest = $5, state = $6, status = $7, category = $8,
			lang = $9, updated_at = $10
		WHERE contact = $1 AND version = $2`
	answerQuery   = `UPDATE inbox SET state = $3, answered_at = $4 WHERE id = $2 AND contact = $1 AND state = 'pending'`
	leftOverQuery = `SELECT COUNT(*) FROM inbox WHERE contact = $1 AND state = 'pending' AND id < $2`
	countQuery    = `
		INSERT INTO verdict_count (day, category, verdict, pack, lang, n) VALUES ($1, $2, $3, $4, $5, 1)
		ON CONFLICT (day, category, verdict, pack, lang) DO UPDATE SET n = verdict_count.n + 1`
	insertMissedQuery = `INSERT INTO missed (contact, question, text, at) VALUES ($1, $2, $3, $4)`
	insertAuditQuery  = `INSERT INTO audit (contact, who, what, note, at) VALUES ($1, $2, $3, $4, $5)`
)

// Commit implements bot.Store.
func (s *Store) Commit(ctx context.Context, t bot.TurnRecord) error {
	err := s.write(ctx, func(ctx context.Context) error { return s.commit(ctx, t) })
	if err != nil {
		return fmt.Errorf("store turn: %w", err)
	}
	if t.Forget {
		s.wipe(ctx)
	}
	return nil
}

func (s *Store) commit(ctx context.Context, t bot.TurnRecord) error {
	key := string(t.Chat)
	var owner string
	var touched, openCase int64
	var chat outTemplate
	err := s.db.QueryRow(ctx, lockContactQuery, key, t.Next.Lang).Scan(
		&owner, &chat.fence, &chat.channel, &chat.address, &chat.ephemeral, &touched, &openCase)
	if errors.Is(err, sql.ErrNoRows) { // merged into another, or forgotten
		return bot.ErrConflict
	}
	if err != nil {
		return err
	}
	if r := t.Return; r != nil {
		if owner == "" || owner != r.From || !r.Quiet.IsZero() && touched > ms(r.Quiet) {
			return bot.ErrConflict
		}
		if err := s.takeBack(ctx, key, openCase, *r, t); err != nil {
			return err
		}
		chat.fence++
	} else if owner != "" {
		return bot.ErrConflict
	}
	if t.Return == nil || t.Next.ID != "" {
		if err := s.storeConversation(ctx, key, t); err != nil {
			return err
		}
	}
	if err := s.answer(ctx, key, t); err != nil {
		return err
	}
	if t.OptOut != nil {
		if err := s.optOut(ctx, key, *t.OptOut); err != nil {
			return err
		}
	}
	if t.HandOff != nil {
		if openCase, err = s.openCase(ctx, key, "", bot.AuthorBot, *t.HandOff, t.At); err != nil {
			return err
		}
	}
	if err := s.afterwards(ctx, key, t); err != nil {
		return err
	}
	if err := s.about(ctx, key, chat.channel, t.At, t.About...); err != nil {
		return err
	}
	if err := s.queueHooks(ctx, key, openCase, t.At, t.Hooks...); err != nil {
		return err
	}
	if v := t.Verdict; v != nil {
		day := t.At.UTC().Truncate(24 * time.Hour)
		if _, err := s.db.Exec(ctx, countQuery, ms(day), v.Category, v.Verdict, v.Pack, v.Lang); err != nil {
			return fmt.Errorf("count verdict: %w", err)
		}
	}
	for _, m := range t.Missed {
		if _, err := s.db.Exec(ctx, insertMissedQuery, key, clean(m.Question), clean(m.Text), ms(t.At)); err != nil {
			return fmt.Errorf("keep missed text: %w", err)
		}
	}
	if err := s.audit(ctx, key, t.At, t.Audit...); err != nil {
		return err
	}
	if t.Forget {
		if err := s.forget(ctx, key, t.At); err != nil {
			return fmt.Errorf("forget: %w", err)
		}
	}
	for _, o := range t.Out {
		if err := s.enqueue(ctx, key, chat, o, t); err != nil {
			return fmt.Errorf("queue message: %w", err)
		}
	}
	if t.Forget {
		_, err = s.db.Exec(ctx, purgeQuery, key)
		return err
	}
	if openCase != 0 && len(t.Out) > 0 {
		return s.event(ctx, bot.EventMessage, openCase, bot.AuthorBot, t.At)
	}
	return nil
}

// takeBack gives a chat back to the bot in the name of whoever the turn's log names first, and closes its case if asked to.
func (s *Store) takeBack(ctx context.Context, key string, openCase int64, r bot.Return, t bot.TurnRecord) error {
	who := r.From
	if len(t.Audit) > 0 {
		who = t.Audit[0].Who
	}
	if r.Close != nil && openCase != 0 {
		if err := s.closeCase(ctx, key, openCase, *r.Close, t.At); err != nil {
			return err
		}
	}
	return s.setOwner(ctx, key, "", who, t.At)
}

// storeConversation writes t.Next if the conversation is still the one the turn was computed from.
func (s *Store) storeConversation(ctx context.Context, key string, t bot.TurnRecord) error {
	body, err := json.Marshal(t.Next)
	if err != nil {
		return fmt.Errorf("write conversation: %w", err)
	}
	query := updateConversationQuery
	if t.Base == 0 {
		query = insertConversationQuery
	}
	n := t.Next
	return s.must(ctx, query, key, t.Base, string(body), n.FlowID, n.FlowDigest, string(n.Place.State), string(n.Status),
		n.Category(), n.Lang, ms(t.At))
}

// answer marks the messages of the turn, all of which must still be pending, with none before them left over.
func (s *Store) answer(ctx context.Context, key string, t bot.TurnRecord) error {
	for _, a := range []struct {
		ids   []bot.PendingID
		state bot.LineState
	}{{t.Answered, bot.LineAnswered}, {t.Failed, bot.LineFailed}} {
		for _, id := range a.ids {
			if err := s.must(ctx, answerQuery, key, int64(id), string(a.state), ms(t.At)); err != nil {
				return err
			}
		}
	}
	taken := slices.Concat(t.Answered, t.Failed)
	if len(taken) == 0 {
		return nil
	}
	var left int
	if err := s.db.QueryRow(ctx, leftOverQuery, key, int64(slices.Max(taken))).Scan(&left); err != nil {
		return err
	}
	if left > 0 {
		return bot.ErrConflict
	}
	return nil
}

// changed runs a statement and reports whether it changed a row.
func (s *Store) changed(ctx context.Context, query string, args ...any) (bool, error) {
	res, err := s.db.Exec(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// must runs a statement that changes one row, and returns ErrConflict when it changed none.
func (s *Store) must(ctx context.Context, query string, args ...any) error {
	res, err := s.db.Exec(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return bot.ErrConflict
	}
	return nil
}

func (s *Store) audit(ctx context.Context, key string, when time.Time, entries ...bot.AuditEntry) error {
	for _, e := range entries {
		if _, err := s.db.Exec(ctx, insertAuditQuery, key, clean(e.Who), clean(e.What), clean(e.Note), ms(when)); err != nil {
			return fmt.Errorf("write audit log: %w", err)
		}
	}
	return nil
}

const faultQuery = `UPDATE inbox SET failures = failures + 1 WHERE id = $1 RETURNING failures`

// Fault implements bot.Store.
func (s *Store) Fault(ctx context.Context, id bot.PendingID) (n int, err error) {
	if err := s.db.QueryRow(ctx, faultQuery, int64(id)).Scan(&n); err != nil {
		return 0, fmt.Errorf("count fault of message %d: %w", id, err)
	}
	return n, nil
}
