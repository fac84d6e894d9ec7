package chatwoot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"layak/bot"
	"layak/bot/hooks"
)

// contact is a person as Chatwoot takes one.
type contact struct {
	Identifier string `json:"identifier"`
	Name       string `json:"name,omitempty"`
	Phone      string `json:"phone_number,omitempty"`
}

// newContact makes a contact and returns its id within the inbox.
func (m *Mirror) newContact(ctx context.Context, c contact) (string, error) {
	var out struct {
		SourceID string `json:"source_id"`
	}
	err := m.post(ctx, m.public("contacts"), "", c, &out)
	if err == nil && out.SourceID == "" {
		err = errors.New("chatwoot's answer names no source_id; is chatwoot.inbox the identifier of an API channel?")
	}
	return out.SourceID, err
}

// newConversation makes a conversation of a contact and returns its number.
func (m *Mirror) newConversation(ctx context.Context, person string) (string, error) {
	var out struct {
		ID json.Number `json:"id"`
	}
	err := m.post(ctx, m.public("contacts", person, "conversations"), "", struct{}{}, &out)
	if err == nil && out.ID == "" {
		err = errors.New("chatwoot's answer names no conversation")
	}
	return out.ID.String(), err
}

// incoming shows what the person wrote.
func (m *Mirror) incoming(ctx context.Context, at bot.Bridge, text, id string) error {
	body := map[string]string{"content": text, "echo_id": id}
	return m.post(ctx, m.public("contacts", at.Person, "conversations", at.Conversation, "messages"), "", body, nil)
}

// note shows something to agents only. Without a token it cannot.
func (m *Mirror) note(ctx context.Context, conversation, text string) error {
	if m.cfg.Token == "" {
		return nil
	}
	body := map[string]any{"content": text, "message_type": "outgoing", "private": true}
	return m.post(ctx, m.account(conversation, "messages"), m.cfg.Token, body, nil)
}

// resolve marks a conversation as done. Without a token it cannot.
func (m *Mirror) resolve(ctx context.Context, conversation string) error {
	if m.cfg.Token == "" {
		return nil
	}
	return m.post(ctx, m.account(conversation, "toggle_status"), m.cfg.Token, map[string]string{"status": "resolved"}, nil)
}

func (m *Mirror) public(parts ...string) string {
	return m.address(append([]string{"public", "api", "v1", "inboxes", m.cfg.Inbox}, parts...))
}

func (m *Mirror) account(conversation, what string) string {
	return m.address([]string{"api", "v1", "accounts", m.cfg.Account, "conversations", conversation, what})
}

func (m *Mirror) address(parts []string) string {
	address := m.cfg.URL
	for _, p := range parts {
		address += "/" + url.PathEscape(p)
	}
	return address
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 1 << 20

// post sends in as JSON and reads the answer into out, unless that is nil.
func (m *Mirror) post(ctx context.Context, address, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "layak")
	if token != "" {
		req.Header.Set("api_access_token", token)
	}
	res, err := m.cfg.Client.Do(req)
	if err != nil {
		if urlErr := (*url.Error)(nil); errors.As(err, &urlErr) {
			err = urlErr.Err // without the address
		}
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusUnauthorized && token != "":
		return fmt.Errorf("chatwoot answers %d: chatwoot.token is not an agent's access token", res.StatusCode)
	case res.StatusCode == http.StatusNotFound && token == "":
		return fmt.Errorf("chatwoot answers %d: chatwoot.url or chatwoot.inbox is wrong, or the conversation was deleted there", res.StatusCode)
	case res.StatusCode == http.StatusUnprocessableEntity:
		return fmt.Errorf("chatwoot answers %d, it does not take this: %w", res.StatusCode, hooks.ErrGiveUp)
	case res.StatusCode < 200 || res.StatusCode > 299:
		return fmt.Errorf("chatwoot answers %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return errors.New("chatwoot's answer is not what its API describes; is chatwoot.url the address of Chatwoot?")
	}
	return nil
}
