// Package chatwoot mirrors chats with a case into an API channel of Chatwoot and lets its agents answer. Messages of
// people arrive there as incoming ones; what the bot, the phone and agents elsewhere say as private notes. What agents there
// write goes to the person, and from then on they own the chat, until they resolve the conversation.
package chatwoot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/hooks"
)

// Target is the name of the mirror in the store, and of its follower.
const Target = "chatwoot"

// ownerPrefix begins the names of agents there, as owners of chats.
const ownerPrefix = "chatwoot:"

// Store is what the mirror needs of the store.
type Store interface {
	hooks.Store
	bot.Bridges
	CaseOf(ctx context.Context, id int64) (bot.Case, error)
	OpenCase(ctx context.Context, chat bot.ChatKey, by string, at time.Time) (id int64, err error)
	AssignCase(ctx context.Context, id int64, by, to string, at time.Time) error
	ReplyCase(ctx context.Context, id int64, by, messageID, text string, at time.Time) error
	// Write runs fn in a transaction, which what fn does with the context it is given is part of. It may run fn again.
	Write(ctx context.Context, fn func(ctx context.Context) error) error
	Load(ctx context.Context, key bot.ChatKey) (bot.Chat, error)
	Cases(ctx context.Context, key bot.ChatKey) ([]bot.Case, error)
	Sent(ctx context.Context, channel, messageID string) (bot.Outbound, bool, error)
}

// Closer closes a case and gives its chat back to the bot.
type Closer interface {
	Close(ctx context.Context, id int64, c bot.Closing) error
}

// Config is what a Mirror is made of. Token, Now, Wake and Log may be empty, everything else is needed.
type Config struct {
	Store    Store
	Desk     Closer
	URL      string // of Chatwoot, without a path
	Inbox    string // identifier of the API channel's inbox
	Account  string // number of the account
	Token    string // access token of an agent there; without one nothing but the person's messages can be shown
	Secret   string // last part of the address that Chatwoot calls
	Personal bool   // tell name and telephone number
	// MessageID makes an id in the network's form; equal seeds give equal ids, so that nothing is sent twice.
	MessageID func(seed string) string
	Wake      func(bot.ChatKey) // called when something was queued
	Now       func() time.Time
	Log       *slog.Logger
	Client    *http.Client // nil: one that follows no redirect
}

// Mirror is the bridge to one inbox. It is safe for concurrent use.
type Mirror struct{ cfg Config }

// New returns the mirror of a configuration.
func New(cfg Config) *Mirror {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Wake == nil {
		cfg.Wake = func(bot.ChatKey) {}
	}
	if cfg.Client == nil {
		cfg.Client = &http.Client{
			Timeout:       10 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	return &Mirror{cfg}
}

// Follow makes the follower that queues what is to be mirrored.
func (m *Mirror) Follow() hooks.Follower {
	return hooks.Follower{Store: m.cfg.Store, Name: Target, Hooks: m.changed, Log: m.cfg.Log}
}

// Runner makes the runner that mirrors what is queued.
func (m *Mirror) Runner() hooks.Runner {
	return hooks.Runner{Store: m.cfg.Store, Target: Target, Deliver: m.Deliver, Log: m.cfg.Log}
}

// kindSync brings a mirror up to date, whatever is missing there. Its hook has no content of its own.
const kindSync = "sync"

// changed queues one hook for each case in which something is to be shown.
func (m *Mirror) changed(ctx context.Context, events []bot.Event) ([]bot.Hook, error) {
	var all []bot.Hook
	seen := map[int64]bool{}
	for _, e := range events {
		switch e.Kind {
		case bot.EventOpened, bot.EventMessage, bot.EventDelivery, bot.EventClosed:
		default:
			continue
		}
		if e.Case == 0 || seen[e.Case] {
			continue
		}
		seen[e.Case] = true
		c, err := m.cfg.Store.CaseOf(ctx, e.Case)
		if errors.Is(err, bot.ErrNoCase) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, bot.Hook{Target: Target, Kind: kindSync, Case: c.ID, Chat: c.Chat, Body: "{}"})
	}
	return all, nil
}

// shownLines bounds what is shown of a chat: the context of a case, and what is written meanwhile.
const shownLines = 100

// Deliver brings the mirror of a case up to date: message by message, in order, each noted once it is there.
func (m *Mirror) Deliver(ctx context.Context, h bot.Hook) error {
	card, err := m.cfg.Store.Card(ctx, h.Case)
	if errors.Is(err, bot.ErrNoCase) {
		return nil
	}
	if err != nil {
		return err
	}
	lines := card.Lines[max(0, len(card.Lines)-shownLines):]
	if len(lines) == 0 {
		return nil // the person was forgotten
	}
	at, err := m.bridge(ctx, card)
	if errors.Is(err, bot.ErrNoChat) {
		return nil
	}
	if err != nil {
		return err
	}
	ids := make([]string, 0, 2*len(lines)+2)
	for _, l := range lines {
		ids = append(ids, lineID(l), failedID(l))
	}
	closed, here := fmt.Sprint("closed ", card.ID), conversationID(at.Conversation)
	done, err := m.cfg.Store.Mirrored(ctx, Target, append(ids, closed, here))
	if err != nil {
		return err
	}
	once := func(id string, show func() error) error {
		if done[id] {
			return nil
		}
		if err := show(); err != nil {
			return err
		}
		return m.cfg.Store.SetMirrored(ctx, Target, id, m.cfg.Now())
	}
	if err := once(here, func() error { return nil }); err != nil { // outlives a person who has their data deleted
		return err
	}
	for _, l := range lines {
		if err := once(lineID(l), func() error { return m.show(ctx, at, l) }); err != nil {
			return err
		}
		if l.State == bot.LineGivenUp && !l.Inbound {
			why := "This could not be delivered: " + l.Err + "\n" + l.Text
			if err := once(failedID(l), func() error { return m.note(ctx, at.Conversation, why) }); err != nil {
				return err
			}
		}
	}
	if card.ClosedAt.IsZero() {
		return nil
	}
	return once(closed, func() error {
		return errors.Join(m.note(ctx, at.Conversation, fmt.Sprintf("Case #%d closed: %s %s", card.ID, card.Outcome, card.Note)), m.resolve(ctx, at.Conversation))
	})
}

func lineID(l bot.Line) string {
	if l.Inbound {
		return "in " + l.MessageID
	}
	return "out " + l.MessageID
}

// conversationID stands for a conversation there that mirrors, or mirrored, a chat.
func conversationID(number string) string { return "conversation " + number }

func failedID(l bot.Line) string { return "failed " + l.MessageID }

// bridge returns the conversation that mirrors a chat, and makes it where there is none.
func (m *Mirror) bridge(ctx context.Context, card bot.Card) (bot.Bridge, error) {
	b, err := m.cfg.Store.Bridge(ctx, Target, card.Chat)
	if err != nil || b.Conversation != "" {
		return b, err
	}
	who := contact{Identifier: string(card.Chat), Name: fmt.Sprintf("Case #%d", card.ID)}
	if m.cfg.Personal {
		if card.Name != "" {
			who.Name = card.Name
		}
		if card.Phone != "" {
			who.Phone = "+" + card.Phone
		}
	}
	if b.Person, err = m.newContact(ctx, who); err != nil {
		return b, err
	}
	if b.Conversation, err = m.newConversation(ctx, b.Person); err != nil {
		return b, err
	}
	if err := m.cfg.Store.SetBridge(ctx, Target, card.Chat, b, m.cfg.Now()); err != nil {
		return b, err
	}
	about := fmt.Sprintf("Case #%d: %v. Kind of business: %s. Language: %s.\n%s", card.ID, card.Reasons, card.Category, card.Lang, card.Summary)
	return b, m.note(ctx, b.Conversation, strings.TrimSpace(about))
}

// show mirrors one message. What agents wrote there is there already.
func (m *Mirror) show(ctx context.Context, at bot.Bridge, l bot.Line) error {
	text := l.Text
	if text == "" && l.Input != nil && l.Input.Media != "" {
		text = "[" + l.Input.Media + ", see the business phone]"
	}
	switch {
	case text == "" || strings.HasPrefix(l.Author, ownerPrefix) || l.State == bot.LineDropped:
		return nil
	case l.Inbound:
		return m.incoming(ctx, at, text, l.MessageID)
	}
	return m.note(ctx, at.Conversation, l.Author+": "+text)
}
