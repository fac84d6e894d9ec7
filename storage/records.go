package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"layak/bot"
	"layak/flows"
)

const (
	resolveQuery       = `SELECT key FROM contact WHERE key = COALESCE((SELECT contact FROM contact_merged WHERE old_key = $1), $1)`
	inLinesQuery       = `SELECT message_id, from_me, input, received_at, state FROM inbox WHERE contact = $1 ORDER BY id`
	outLinesQuery      = `SELECT message_id, author, reply, composed_at, state, attempts, error FROM outbox WHERE contact = $1 ORDER BY id`
	verdictCountsQuery = `SELECT day, category, verdict, pack, lang, n FROM verdict_count ORDER BY day, category, verdict, pack, lang`
	missedQuery        = `SELECT question, text FROM missed ORDER BY id DESC LIMIT $1`
	auditQuery         = `
		SELECT who, what, note, at FROM audit
		WHERE contact = $1 OR contact IN (SELECT old_key FROM contact_merged WHERE contact = $1) ORDER BY at, id`
)

// resolve returns the key a chat has now, after any merge.
func (s *Store) resolve(ctx context.Context, key bot.ChatKey) (now string, err error) {
	err = s.read.QueryRow(ctx, resolveQuery, string(key)).Scan(&now)
	return now, noChat(err)
}

// Transcript implements bot.Records.
func (s *Store) Transcript(ctx context.Context, chat bot.ChatKey) ([]bot.Line, error) {
	key, err := s.resolve(ctx, chat)
	if err != nil {
		return nil, err
	}
	lines, err := s.inLines(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("read transcript: %w", err)
	}
	out, err := s.outLines(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("read transcript: %w", err)
	}
	lines = append(lines, out...)
	slices.SortStableFunc(lines, func(a, b bot.Line) int { return a.At.Compare(b.At) })
	return lines, nil
}

func (s *Store) inLines(ctx context.Context, key string) ([]bot.Line, error) {
	rows, err := s.read.Query(ctx, inLinesQuery, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var lines []bot.Line
	for rows.Next() {
		l := bot.Line{Input: &flows.Input{}}
		var fromMe bool
		var input string
		var received int64
		if err := rows.Scan(&l.MessageID, &fromMe, &input, &received, &l.State); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(input), l.Input); err != nil {
			return nil, err
		}
		l.Inbound, l.Text, l.At = !fromMe, l.Input.Text, at(received)
		if fromMe {
			l.Author = bot.OwnerPhone
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

func (s *Store) outLines(ctx context.Context, key string) ([]bot.Line, error) {
	rows, err := s.read.Query(ctx, outLinesQuery, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var lines []bot.Line
	for rows.Next() {
		l := bot.Line{Reply: &flows.Reply{}}
		var reply string
		var composed int64
		if err := rows.Scan(&l.MessageID, &l.Author, &reply, &composed, &l.State, &l.Attempts, &l.Err); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(reply), l.Reply); err != nil {
			return nil, err
		}
		l.Text, l.At = l.Reply.Text, at(composed)
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// VerdictCounts implements bot.Records.
func (s *Store) VerdictCounts(ctx context.Context) ([]bot.VerdictCount, error) {
	rows, err := s.read.Query(ctx, verdictCountsQuery)
	if err != nil {
		return nil, fmt.Errorf("count verdicts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var counts []bot.VerdictCount
	for rows.Next() {
		var c bot.VerdictCount
		var day int64
		if err := rows.Scan(&day, &c.Category, &c.Verdict.Verdict, &c.Pack, &c.Lang, &c.N); err != nil {
			return nil, fmt.Errorf("count verdicts: %w", err)
		}
		c.Day = at(day)
		counts = append(counts, c)
	}
	return counts, rows.Err()
}

// MissedTexts implements bot.Records.
func (s *Store) MissedTexts(ctx context.Context, limit int) ([]bot.Missed, error) {
	most := int64(limit)
	if limit <= 0 {
		most = 1 << 31
	}
	rows, err := s.read.Query(ctx, missedQuery, most)
	if err != nil {
		return nil, fmt.Errorf("list missed texts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var texts []bot.Missed
	for rows.Next() {
		var m bot.Missed
		if err := rows.Scan(&m.Question, &m.Text); err != nil {
			return nil, fmt.Errorf("list missed texts: %w", err)
		}
		texts = append(texts, m)
	}
	return texts, rows.Err()
}

// Audit implements bot.Records.
func (s *Store) Audit(ctx context.Context, key bot.ChatKey) ([]bot.AuditLine, error) {
	now, err := s.resolve(ctx, key)
	if err != nil {
		now = string(key) // the log outlives the chat
	}
	rows, err := s.read.Query(ctx, auditQuery, now)
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var lines []bot.AuditLine
	for rows.Next() {
		var l bot.AuditLine
		var when int64
		if err := rows.Scan(&l.Who, &l.What, &l.Note, &when); err != nil {
			return nil, fmt.Errorf("read audit log: %w", err)
		}
		l.At = at(when)
		lines = append(lines, l)
	}
	return lines, rows.Err()
}
