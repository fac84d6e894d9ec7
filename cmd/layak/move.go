package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/flows"
	"layak/storage"
)

// moveBatch is how many chats are read at a time.
const moveBatch = 200

type moveCmd struct {
	configFlag
	From string `arg:"" optional:"" help:"The version to take conversations from, as layak versions shows it."`
	To   string `arg:"" optional:"" help:"The version to bring them to. Without it the live one."`
	All  bool   `help:"Take them from every other version."`
}

// Help ends in the example of `layak move --help`.
func (moveCmd) Help() string {
	return "Brings conversations to another version of the flow. Answers stay where that version still asks for them. A question that is gone or has " +
		"other options is asked again with the person's next message; nothing is sent by the move itself. Works beside the running service.\n\nExample:\n\n" +
		"    layak move --all --config config.yaml"
}

// Run moves the conversations.
func (c moveCmd) Run(ctx context.Context, con *console) error {
	if err := notAVersion(c.From, c.To); err != nil {
		return err
	}
	if c.All && c.To != "" || !c.All && c.From == "" {
		return withCode(exitUsage, errors.New("name the version to take conversations from, or --all"))
	}
	if c.All {
		c.From, c.To = "", c.From // layak move --all TO
	}
	return beside(ctx, con, c.configFlag, func(cfg Config, store *storage.Store) error {
		list, err := store.ListVersions(ctx)
		if err != nil {
			return err
		}
		from, to, err := c.between(list)
		if err != nil {
			return withCode(exitProblems, err)
		}
		engine, err := liveEngine(ctx, cfg, store)
		if err != nil {
			return err
		}
		target, err := engine.Version(ctx, to.Digest)
		if errors.Is(err, bot.ErrNoVersion) {
			return withCode(exitProblems, fmt.Errorf("version %s cannot be run: %w", versions.Short(to.Digest), err))
		}
		if err != nil {
			return err
		}
		m := mover{store: store, engine: engine, to: target, by: "command"}
		if c.All {
			err = m.run(ctx, to.Digest, true)
		} else {
			err = m.run(ctx, from.Digest, false)
		}
		fmt.Fprintf(con.Out, "Moved %s to version %s. %s with the next message.\n", versions.Count(m.moved, "conversation"), versions.Short(to.Digest),
			versions.Count(m.asked, "question")+map[bool]string{true: " is asked again", false: " are asked again"}[m.asked == 1])
		for _, key := range m.failed {
			fmt.Fprintf(con.Out, "not moved: chat %s\n", key)
		}
		if err == nil && len(m.failed) > 0 {
			return withCode(exitProblems, nil)
		}
		return err
	})
}

// between finds both versions.
func (c moveCmd) between(list []bot.VersionInfo) (from, to bot.VersionInfo, err error) {
	for _, v := range list {
		if v.Live {
			to = v
		}
	}
	if c.To != "" {
		to, err = versions.Match(list, c.To)
	}
	if err == nil && to.Digest == "" {
		err = errors.New("no version is live yet; `layak run` publishes one")
	}
	if err == nil && !c.All {
		from, err = versions.Match(list, c.From)
		if err == nil && from.Digest == to.Digest {
			err = fmt.Errorf("both are version %s", versions.Short(to.Digest))
		}
	}
	return from, to, err
}

// moveTries is how often a conversation that changes at the same time is tried: each time somebody wrote just then.
const moveTries = 10

// mover brings conversations to another version.
type mover struct {
	store interface {
		bot.Versions
		Load(ctx context.Context, key bot.ChatKey) (bot.Chat, error)
	}
	engine *versions.Engine
	to     *versions.Version
	by     string

	moved, asked int           // conversations moved; of these, whose question is asked again
	failed       []bot.ChatKey // that the flow cannot take, or that changed all the time
}

// run moves every conversation on a version, or on any other.
func (m *mover) run(ctx context.Context, digest string, others bool) error {
	for after := bot.ChatKey(""); ; {
		chats, err := m.store.ChatsOn(ctx, digest, others, after, moveBatch)
		if err != nil || len(chats) == 0 {
			return err
		}
		for _, chat := range chats {
			after = chat.Key
			if err := m.move(ctx, chat); err != nil {
				return err
			}
		}
	}
}

// move moves one conversation.
func (m *mover) move(ctx context.Context, chat bot.Chat) error {
	from := chat.Conversation.FlowDigest
	for range moveTries {
		was := chat.Conversation
		next, err := m.engine.Move(ctx, was, m.to)
		if wrong := (*flows.FlowError)(nil); errors.As(err, &wrong) {
			break
		}
		if err != nil {
			return err
		}
		entry := bot.AuditEntry{Who: m.by, What: "moved", Note: versions.Short(was.FlowDigest) + " → " + versions.Short(next.FlowDigest)}
		err = m.store.Replace(ctx, chat.Key, was.Version, next, entry, time.Now())
		if err == nil {
			m.moved++
			if next.Moved != "" {
				m.asked++
			}
			return nil
		}
		if !errors.Is(err, bot.ErrConflict) {
			return err
		}
		chat, err = m.store.Load(ctx, chat.Key)
		if errors.Is(err, bot.ErrNoChat) || err == nil && chat.Conversation.FlowDigest != from {
			return nil // it is gone, or began anew on the live version
		}
		if err != nil {
			return err
		}
	}
	m.failed = append(m.failed, chat.Key)
	return nil
}
