package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"layak/bot"
	"layak/bot/whatsapp"
	"layak/storage"
)

// contactArg is the person that pause and resume are about.
type contactArg struct {
	Contact string `arg:"" help:"Telephone number in international form, WhatsApp address (…@s.whatsapp.net or …@lid), or the key of a chat."`
}

type pauseCmd struct {
	configFlag
	contactArg
	As string `default:"agent" placeholder:"NAME" help:"Who has the chat meanwhile; the log names them."`
}

// Help ends in the example of `layak pause --help`.
func (pauseCmd) Help() string {
	return "What the bot was about to say is withdrawn, and messages are left to you: what the person writes becomes a case in the queue " +
		"of the desk. It also works for a number that has never written. Works beside the running service.\n\nExample:\n\n    layak pause +62811000001"
}

// Run pauses the bot in one chat.
func (c pauseCmd) Run(ctx context.Context, con *console) error {
	if c.As == "" || c.As == bot.AuthorBot || c.As == bot.OwnerPhone {
		return withCode(exitUsage, fmt.Errorf("--as %q: give the name of a person", c.As))
	}
	return inDatabase(ctx, con, c.configFlag, func(_ Config, store *storage.Store) error {
		key, err := c.find(ctx, store, time.Now())
		if err != nil {
			return err
		}
		owner := ""
		for { // until nobody else changes it at the same time
			var now string
			now, err = store.SetOwner(ctx, key, owner, c.As, time.Now())
			if !errors.Is(err, bot.ErrConflict) {
				break
			}
			owner = now
		}
		if err != nil {
			return err
		}
		if owner == c.As {
			fmt.Fprintf(con.Out, "The bot is paused in chat %s already.\n", key)
			return nil
		}
		fmt.Fprintf(con.Out, "The bot is paused in chat %s. To let it go on: layak resume %s\n", key, c.Contact)
		return nil
	})
}

type resumeCmd struct {
	configFlag
	contactArg
}

// Help ends in the example of `layak resume --help`.
func (resumeCmd) Help() string {
	return "The bot says that it goes on and asks its question again, if the person wrote within a day; else it waits for their next " +
		"message. Works beside the running service, which sends what is said.\n\nExample:\n\n    layak resume +62811000001"
}

// Run gives one chat back to the bot.
func (c resumeCmd) Run(ctx context.Context, con *console) error {
	return inDatabase(ctx, con, c.configFlag, func(cfg Config, store *storage.Store) error {
		engine, err := liveEngine(ctx, cfg, store)
		if err != nil {
			return err
		}
		key, err := c.find(ctx, store, time.Time{})
		if err != nil {
			return err
		}
		turns := bot.Turns{
			Store: store, Engine: engine, Resume: engine.Resume, NewMessageID: func(string) string { return whatsapp.New(whatsapp.Config{}).NewMessageID() },
		}
		for {
			chat, err := store.Load(ctx, key)
			if err != nil {
				return err
			}
			if chat.Owner == "" {
				fmt.Fprintf(con.Out, "The bot has chat %s already.\n", key)
				return nil
			}
			done, err := turns.TakeBack(ctx, key, chat.Owner, time.Time{}, "command")
			if err != nil {
				return err
			}
			if done {
				fmt.Fprintf(con.Out, "The bot goes on in chat %s.\n", key)
				return nil
			}
		}
	})
}

// find returns the chat of the person, and makes one unless at is zero.
func (c contactArg) find(ctx context.Context, store *storage.Store, at time.Time) (bot.ChatKey, error) {
	chat, err := store.Load(ctx, bot.ChatKey(c.Contact))
	if err == nil {
		return chat.Key, nil
	}
	if !errors.Is(err, bot.ErrNoChat) {
		return "", err
	}
	address, err := bot.PersonAddress(c.Contact)
	if err != nil {
		return "", withCode(exitUsage, err)
	}
	key, err := store.Find(ctx, whatsapp.Name, address, at)
	if errors.Is(err, bot.ErrNoChat) {
		return "", withCode(exitProblems, fmt.Errorf("%s has not written, and the bot is not paused for them", c.Contact))
	}
	return key, err
}
