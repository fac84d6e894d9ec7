package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"layak/bot"
)

const (
	caseByIDQuery = `SELECT * FROM handoff WHERE id = $1`
	cardChatQuery = `
		SELECT c.channel, c.opted_out, COALESCE(v.body, ''), COALESCE(v.version, 0)
		FROM contact c LEFT JOIN conversation v ON v.contact = c.key WHERE c.key = $1`
	notesQuery         = `SELECT author, text, at FROM note WHERE case_id = $1 ORDER BY id`
	missedOfQuery      = `SELECT question, text FROM missed WHERE contact = $1 ORDER BY id`
	cardAddressesQuery = `SELECT address FROM contact_alias WHERE contact = $1 AND ` + remembered + ` ORDER BY address`
)

// Card implements bot.Cases.
func (s *Store) Card(ctx context.Context, id int64) (bot.Card, error) {
	card, err := s.card(ctx, id)
	if err != nil {
		return bot.Card{}, fmt.Errorf("read case %d: %w", id, err)
	}
	return card, nil
}

func (s *Store) card(ctx context.Context, id int64) (card bot.Card, err error) {
	rows, err := s.caseRows(ctx, fmt.Sprintf(caseRowsQuery, caseByIDQuery), id)
	if err != nil {
		return card, err
	}
	if len(rows) == 0 {
		return card, bot.ErrNoCase
	}
	card.CaseRow = rows[0]
	key := string(card.Chat)
	if err := s.cardChat(ctx, key, &card); err != nil {
		return card, err
	}
	if card.Lines, err = s.Transcript(ctx, card.Chat); err != nil && !errors.Is(err, bot.ErrNoChat) { // forgotten, or expired
		return card, err
	}
	if card.Notes, err = s.notes(ctx, id); err != nil {
		return card, err
	}
	cases, err := s.Cases(ctx, card.Chat)
	if err != nil {
		return card, err
	}
	for _, c := range cases {
		if c.ID < id {
			card.Earlier = append([]bot.Case{c}, card.Earlier...)
		}
	}
	card.Audit, err = s.Audit(ctx, card.Chat)
	return card, err
}

// cardChat reads what is known about the person, which is nothing once they are forgotten.
func (s *Store) cardChat(ctx context.Context, key string, card *bot.Card) error {
	var body string
	var version int64
	err := s.read.QueryRow(ctx, cardChatQuery, key).Scan(&card.Channel, &card.OptedOut, &body, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if body != "" {
		if err := json.Unmarshal([]byte(body), &card.Conversation); err != nil {
			return fmt.Errorf("read conversation: %w", err)
		}
		card.Conversation.Version = version
	}
	err = s.eachRow(ctx, cardAddressesQuery, key, func(scan func(...any) error) error {
		var address string
		err := scan(&address)
		card.Addresses = append(card.Addresses, address)
		return err
	})
	if err != nil {
		return err
	}
	return s.eachRow(ctx, missedOfQuery, key, func(scan func(...any) error) error {
		var m bot.Missed
		err := scan(&m.Question, &m.Text)
		card.Missed = append(card.Missed, m)
		return err
	})
}

func (s *Store) notes(ctx context.Context, id int64) (notes []bot.Note, err error) {
	err = s.eachRow(ctx, notesQuery, id, func(scan func(...any) error) error {
		var n bot.Note
		var when int64
		err := scan(&n.Author, &n.Text, &when)
		n.At = at(when)
		notes = append(notes, n)
		return err
	})
	return notes, err
}

// eachRow runs a query about one thing, and calls row for every row.
func (s *Store) eachRow(ctx context.Context, query string, of any, row func(scan func(...any) error) error) error {
	rows, err := s.read.Query(ctx, query, of)
	if err != nil {
		return err
	}
	return eachOf(rows, row)
}
