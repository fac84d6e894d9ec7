package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"layak/flows"
)

// pageOfConversationsQuery reads a page of conversations, in the order of their contacts.
const pageOfConversationsQuery = `SELECT contact, body FROM conversation WHERE contact > $1 ORDER BY contact LIMIT $2`

const conversationsPage = 500 // few enough that a service beside is not held up

// EachConversation calls f with every stored conversation, until it returns an error, which is returned. Conversations
// that change meanwhile are shown as they were or as they are.
func (s *Store) EachConversation(ctx context.Context, f func(flows.Conversation) error) error {
	after := ""
	for {
		page, last, err := s.conversations(ctx, after)
		if err != nil {
			return fmt.Errorf("read conversations: %w", err)
		}
		for _, c := range page {
			if err := f(c); err != nil {
				return err
			}
		}
		if last == "" {
			return nil
		}
		after = last
	}
}

// conversations returns a page, and the contact to go on after, "" after the last page.
func (s *Store) conversations(ctx context.Context, after string) (page []flows.Conversation, last string, err error) {
	rows, err := s.read.Query(ctx, pageOfConversationsQuery, after, conversationsPage)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body string
		if err := rows.Scan(&last, &body); err != nil {
			return nil, "", err
		}
		var c flows.Conversation
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return nil, "", fmt.Errorf("the conversation of contact %s: %w", last, err)
		}
		page = append(page, c)
	}
	if len(page) < conversationsPage {
		last = ""
	}
	return page, last, rows.Err()
}
