// Package agentchat lets agents work on cases from a chat of their own: new cases are announced there, what the person
// writes is passed on, and commands are carried out. Who is an agent is decided by the addresses of their contact, so
// that nobody else can give a command.
package agentchat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"layak/bot"
)

// Follower is the name under which events are followed.
const Follower = "agents"

// Detail says what a card tells of a person before somebody took the case.
type Detail string

// What a card may tell.
const (
	Minimal Detail = "minimal" // case number, reasons, kind of business, language, since when
	Answers Detail = "answers" // the answers, too
)

// Agent is somebody who works on cases from a chat.
type Agent struct {
	Name    string // owner of their cases, as in the desk
	Address string // of their chat, by telephone number
}

// Store is what agents need of the store.
type Store interface {
	bot.Cases
	bot.Followers
	Load(ctx context.Context, key bot.ChatKey) (bot.Chat, error)
	Find(ctx context.Context, channel, address string, at time.Time) (bot.ChatKey, error)
	Sent(ctx context.Context, channel, messageID string) (bot.Outbound, bool, error)
	SetOwner(ctx context.Context, key bot.ChatKey, from, to string, at time.Time) (string, error)
	User(ctx context.Context, name string) (u bot.User, hash string, err error)
}

// Desk claims cases, closes them and gives chats back.
type Desk interface {
	Claim(ctx context.Context, id int64, by string) (owner string, err error)
	Return(ctx context.Context, id int64, by string) error
	Close(ctx context.Context, id int64, c bot.Closing) error
}

// Config is what Agents are made of. Log, Now and Zone may be nil, everything else is needed.
type Config struct {
	Store   Store
	Desk    Desk   // or by Attach
	Channel string // the agents' chats are on
	Agents  []Agent
	Detail  Detail
	// MessageID makes an id in the channel's form; equal seeds give equal ids, so that nothing is sent twice.
	MessageID func(seed string) string
	// Title is the name of a kind of business in a language.
	Title func(category, lang string) string
	// Gone lists the owners of open cases whose cases are anybody's, see bot.Roster; nil: there are none.
	Gone func(ctx context.Context) ([]string, error)
	Zone *time.Location // of the times agents read; nil: UTC
	Now  func() time.Time
	Wake func(bot.ChatKey) // called when something was queued
	Log  *slog.Logger
}

// Agents are the agents who work from a chat. It implements bot.AgentChats and is safe for concurrent use.
type Agents struct {
	cfg    Config // Desk and Wake are set by Attach
	mu     sync.Mutex
	silent map[string]bool // agents of whom the log says already that they have to write first
}

var _ bot.AgentChats = (*Agents)(nil)

// New returns the agents of a configuration.
func New(cfg Config) *Agents {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Gone == nil {
		cfg.Gone = func(context.Context) ([]string, error) { return nil, nil }
	}
	if cfg.Wake == nil {
		cfg.Wake = func(bot.ChatKey) {}
	}
	return &Agents{cfg: cfg, silent: map[string]bool{}}
}

// Attach tells who closes cases and gives chats back, and how to have sent what was queued. It is called before anything
// else.
func (a *Agents) Attach(desk Desk, wake func(bot.ChatKey)) {
	a.cfg.Desk, a.cfg.Wake = desk, wake
}

// Agent implements bot.AgentChats.
func (a *Agents) Agent(ctx context.Context, chat bot.ChatKey) (string, error) {
	addresses, err := a.cfg.Store.Addresses(ctx, chat)
	if err != nil {
		return "", err
	}
	return a.named(addresses), nil
}

// AgentAt implements bot.AgentChats.
func (a *Agents) AgentAt(ctx context.Context, channel string, addresses ...string) (string, error) {
	if channel != a.cfg.Channel {
		return "", nil
	}
	if name := a.named(addresses); name != "" {
		return name, nil
	}
	for _, address := range addresses {
		if address == "" {
			continue
		}
		key, err := a.cfg.Store.Find(ctx, channel, address, time.Time{})
		if errors.Is(err, bot.ErrNoChat) {
			continue
		}
		if err != nil {
			return "", err
		}
		if name, err := a.Agent(ctx, key); name != "" || err != nil {
			return name, err
		}
	}
	return "", nil
}

// named returns the agent that one of the addresses belongs to, or "".
func (a *Agents) named(addresses []string) string {
	for _, agent := range a.cfg.Agents {
		for _, address := range addresses {
			if address == agent.Address {
				return agent.Name
			}
		}
	}
	return ""
}

// reachable is an agent who may be written to.
type reachable struct {
	name string
	chat bot.Chat
}

// unreached is what the log says of an agent who gets no cards.
var unreached = map[bot.Reach]string{
	bot.Reached:    "",
	bot.NeverWrote: "has to write to the bot once before getting cards",
	bot.SaidStop:   "said stop, and gets no cards until writing again",
	bot.OffDesk:    "is disabled in the desk",
}

// reach lists the agents who get cards; of the others the log tells once. It takes their chats back from whoever owns them, be
// it the business phone or somebody who opened a case: a colleague is nobody's case, and commands have to be answered.
func (a *Agents) reach(ctx context.Context) ([]reachable, error) {
	var all []reachable
	for _, agent := range a.cfg.Agents {
		chat, reach, err := a.reachOf(ctx, agent)
		if err == nil && chat.Owner != "" {
			if _, err = a.cfg.Store.SetOwner(ctx, chat.Key, chat.Owner, "", a.cfg.Now()); errors.Is(err, bot.ErrConflict) {
				err = nil
			}
		}
		if err != nil {
			return nil, fmt.Errorf("find agent %s: %w", agent.Name, err)
		}
		if reach == bot.Reached {
			all = append(all, reachable{agent.Name, chat})
		}
		a.tellLog(agent.Name, unreached[reach])
	}
	return all, nil
}

// List returns the agents of the configuration, in its order, and which of them get cards. It changes nothing.
func (a *Agents) List(ctx context.Context) ([]bot.ChatAgent, error) {
	var all []bot.ChatAgent
	for _, agent := range a.cfg.Agents {
		_, reach, err := a.reachOf(ctx, agent)
		if err != nil {
			return nil, fmt.Errorf("find agent %s: %w", agent.Name, err)
		}
		all = append(all, bot.ChatAgent{Name: agent.Name, Phone: bot.PhoneOf(agent.Address), Reach: reach})
	}
	return all, nil
}

// reachOf returns an agent's chat, empty where there is none, and whether they get cards.
func (a *Agents) reachOf(ctx context.Context, agent Agent) (chat bot.Chat, reach bot.Reach, err error) {
	key, err := a.cfg.Store.Find(ctx, a.cfg.Channel, agent.Address, time.Time{})
	if err == nil {
		chat, err = a.cfg.Store.Load(ctx, key)
	}
	if err != nil && !errors.Is(err, bot.ErrNoChat) {
		return bot.Chat{}, "", err
	}
	off, err := a.disabled(ctx, agent.Name)
	switch {
	case err != nil:
		return bot.Chat{}, "", err
	case off:
		return chat, bot.OffDesk, nil
	case chat.Key == "" || chat.HeardAt.IsZero():
		return chat, bot.NeverWrote, nil
	case chat.OptedOut:
		return chat, bot.SaidStop, nil
	}
	return chat, bot.Reached, nil
}

// disabled reports whether a name is that of a user who was disabled in the desk. An agent need not be a user.
func (a *Agents) disabled(ctx context.Context, name string) (bool, error) {
	u, _, err := a.cfg.Store.User(ctx, name)
	if errors.Is(err, bot.ErrNoUser) {
		return false, nil
	}
	return u.Disabled, err
}

// tellLog says once why an agent gets no cards, "" for that they do.
func (a *Agents) tellLog(name, why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if why == "" {
		delete(a.silent, name)
		return
	}
	if !a.silent[name] {
		a.cfg.Log.Warn("agent cannot be reached: "+why, "agent", name)
	}
	a.silent[name] = true
}
