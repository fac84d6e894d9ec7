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
}

// Desk closes cases and gives chats back, which takes a turn of the bot.
type Desk interface {
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
	Zone  *time.Location // of the times agents read; nil: UTC
	Now   func() time.Time
	Wake  func(bot.ChatKey) // called when something was queued
	Log   *slog.Logger
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

// reach lists the agents who wrote to the bot before and did not say stop since; of the others the log tells once.
func (a *Agents) reach(ctx context.Context) ([]reachable, error) {
	var all []reachable
	for _, agent := range a.cfg.Agents {
		chat, err := a.chatOf(ctx, agent)
		if err != nil {
			return nil, err
		}
		why := ""
		switch {
		case chat.Key == "" || chat.HeardAt.IsZero():
			why = "has to write to the bot once before getting cards"
		case chat.OptedOut:
			why = "said stop, and gets no cards until writing again"
		default:
			all = append(all, reachable{agent.Name, chat})
		}
		a.tellLog(agent.Name, why)
	}
	return all, nil
}

// chatOf returns an agent's chat, empty where there is none. It takes the chat back from whoever owns it, be it the business
// phone or somebody who opened a case: a colleague is nobody's case, and commands have to be answered.
func (a *Agents) chatOf(ctx context.Context, agent Agent) (bot.Chat, error) {
	key, err := a.cfg.Store.Find(ctx, a.cfg.Channel, agent.Address, time.Time{})
	if errors.Is(err, bot.ErrNoChat) {
		return bot.Chat{}, nil
	}
	if err != nil {
		return bot.Chat{}, fmt.Errorf("find agent %s: %w", agent.Name, err)
	}
	chat, err := a.cfg.Store.Load(ctx, key)
	if errors.Is(err, bot.ErrNoChat) {
		return bot.Chat{}, nil
	}
	if err == nil && chat.Owner != "" {
		if _, err = a.cfg.Store.SetOwner(ctx, key, chat.Owner, "", a.cfg.Now()); errors.Is(err, bot.ErrConflict) {
			err = nil
		}
	}
	if err != nil {
		return bot.Chat{}, fmt.Errorf("find agent %s: %w", agent.Name, err)
	}
	return chat, nil
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
