package chatwoot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"layak/bot"
)

// Path is where Chatwoot calls; the secret follows.
const Path = "/hooks/chatwoot/"

const (
	maxBody     = 1 << 20          // of a call; Chatwoot repeats the conversation in each
	receiveWait = 20 * time.Second // for the work of one call
	maxOwner    = 40               // letters of an agent's name that are kept
)

// call is what Chatwoot sends, as far as it matters here.
type call struct {
	Event        string          `json:"event"`
	ID           json.Number     `json:"id"` // of the message, or of the conversation whose state changed
	Content      string          `json:"content"`
	MessageType  json.RawMessage `json:"message_type"` // "outgoing", or 1
	Private      bool            `json:"private"`
	Status       string          `json:"status"`
	Conversation struct {
		ID json.Number `json:"id"`
	} `json:"conversation"`
	Sender struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"sender"`
	Attachments []json.RawMessage `json:"attachments"`
}

// refusal is why a message of an agent is not sent, for the agent.
type refusal string

func (r refusal) Error() string { return string(r) }

// ServeHTTP takes the calls of Chatwoot. Whoever does not know the secret gets 404, as for any address that is not there.
// Chatwoot calls once and does not repeat it; an answer of 422 or 500, or none, has it mark the message as failed, where the
// agent sees it. A call that is repeated all the same does nothing twice.
func (m *Mirror) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secret, ok := strings.CutPrefix(r.URL.Path, Path)
	given, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(m.cfg.Secret))
	if !ok || m.cfg.Secret == "" || subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST", http.StatusMethodNotAllowed)
		return
	}
	var c call
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&c); err != nil {
		http.Error(w, "this is no event of Chatwoot", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), receiveWait)
	defer cancel()
	err := m.receive(ctx, c)
	if why := refusal(""); errors.As(err, &why) {
		http.Error(w, why.Error(), http.StatusUnprocessableEntity)
		return
	}
	if err != nil {
		m.cfg.Log.Error("event of Chatwoot not carried out", "event", c.Event, "err", bot.Redact(err))
		http.Error(w, "it could not be carried out", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// receive carries out one call. What does not concern a mirrored chat is left alone.
func (m *Mirror) receive(ctx context.Context, c call) error {
	switch c.Event {
	case "message_created":
		kind := strings.Trim(string(c.MessageType), `"`)
		if c.Private || kind != "outgoing" && kind != "1" || c.Sender.Type != "user" && (c.Sender.Type != "" || c.Sender.Name == "") {
			return nil // nobody's, as what an automation writes, or a bot's: neither may take a chat over
		}
		return m.answered(ctx, c)
	case "conversation_status_changed":
		if c.Status != "resolved" {
			return nil
		}
		return m.resolved(ctx, c.ID.String())
	}
	return nil
}

// chatOf returns the chat that a conversation mirrors, "" for none.
func (m *Mirror) chatOf(ctx context.Context, conversation string) (bot.Chat, error) {
	key, err := m.cfg.Store.BridgedChat(ctx, Target, conversation)
	if err == nil {
		var chat bot.Chat
		chat, err = m.cfg.Store.Load(ctx, key)
		if err == nil {
			return chat, nil
		}
	}
	if errors.Is(err, bot.ErrNoChat) {
		return bot.Chat{}, nil
	}
	return bot.Chat{}, err
}

// answered sends what an agent wrote there to the person, and makes them the owner of the chat: both or neither. It returns
// a refusal for what cannot be sent, after a private note that says why.
func (m *Mirror) answered(ctx context.Context, c call) error {
	conversation := c.Conversation.ID.String()
	refuse := func(why string) error {
		if err := m.note(ctx, conversation, "Not sent: "+why); err != nil {
			return err
		}
		return refusal(why)
	}
	chat, err := m.chatOf(ctx, conversation)
	if err != nil {
		return err
	}
	if chat.Key == "" {
		ours, err := m.cfg.Store.Mirrored(ctx, Target, []string{conversationID(conversation)})
		switch {
		case err != nil:
			return err
		case ours[conversationID(conversation)]:
			return refuse("this person had their data deleted, and is not known here any more. If they write again, that is a new conversation.")
		}
		return refusal("this conversation mirrors no chat") // and may be of another inbox, where a note would be out of place
	}
	id := m.cfg.MessageID("chatwoot " + c.ID.String())
	if _, there, err := m.cfg.Store.Sent(ctx, chat.Channel, id); there || err != nil {
		return err // the call came before
	}
	text := strings.TrimSpace(c.Content)
	switch {
	case text == "":
		return refuse("only text can be sent from here.")
	case chat.OptedOut:
		return refuse("this person asked for no more messages.")
	case len(c.Attachments) > 0:
		if err := m.note(ctx, conversation, "The attachment was not sent, only the text: files cannot be sent from here."); err != nil {
			return err
		}
	}
	by := owner(c.Sender.Name)
	now := m.cfg.Now().UTC()
	err = m.cfg.Store.Write(ctx, func(ctx context.Context) error { // a bot that is silent for a message that is lost helps nobody
		number, err := m.cfg.Store.OpenCase(ctx, chat.Key, by, now)
		if errors.Is(err, bot.ErrNotOwner) && Owns(chat.Owner) {
			err = m.cfg.Store.AssignCase(ctx, number, by, by, now) // a colleague there goes on
		}
		if err != nil {
			return err
		}
		return m.cfg.Store.ReplyCase(ctx, number, by, id, text, now)
	})
	if errors.Is(err, bot.ErrNotOwner) {
		return refuse(chat.Owner + " has this chat, outside of Chatwoot.")
	}
	if err != nil {
		return err
	}
	m.cfg.Wake(chat.Key)
	return nil
}

// Owns reports that an owner of a chat is an agent there.
func Owns(owner string) bool { return strings.HasPrefix(owner, ownerPrefix) }

// owner is the name under which an agent there owns chats.
func owner(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > maxOwner {
		name = string(runes[:maxOwner])
	}
	if name == "" {
		name = "agent"
	}
	return ownerPrefix + name
}

// resolved closes the case and gives the chat back to the bot, if somebody there has it.
func (m *Mirror) resolved(ctx context.Context, conversation string) error {
	chat, err := m.chatOf(ctx, conversation)
	if err != nil || !Owns(chat.Owner) {
		return err
	}
	cases, err := m.cfg.Store.Cases(ctx, chat.Key)
	if err != nil {
		return err
	}
	for _, k := range cases {
		if k.ClosedAt.IsZero() {
			err := m.cfg.Desk.Close(ctx, k.ID, bot.Closing{By: chat.Owner, Outcome: bot.ClosedAnswered, Note: "resolved in Chatwoot"})
			if errors.Is(err, bot.ErrClosed) || errors.Is(err, bot.ErrNotOwner) {
				return nil // somebody else was faster
			}
			return err
		}
	}
	return fmt.Errorf("chat %s is owned by %s without an open case", chat.Key, chat.Owner)
}
