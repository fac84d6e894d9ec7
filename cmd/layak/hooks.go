package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"layak/bot/hooks"
	"layak/storage"
)

// HooksConfig is where other systems are told what happens.
type HooksConfig struct {
	URL        string `yaml:"url"`
	Secret     string `yaml:"secret" secret:"true"`
	SecretFile string `yaml:"secret_file" path:"true"`
	Personal   bool   `yaml:"personal"`
}

// minSecret is how long a secret has to be at least: shorter ones are guessed.
const minSecret = 16

// check calls wrong with the key and the reason for everything that is wrong.
func (h HooksConfig) check(wrong func(path, format string, args ...any)) {
	if h.URL != "" {
		if err := hooks.CheckURL(h.URL); err != nil {
			wrong("hooks.url", "%v", err)
		}
	}
	switch {
	case h.URL != "" && h.Secret == "":
		wrong("hooks.secret", "is missing: without it the receiver cannot tell who wrote; set it to at least %d characters, such as the output of openssl rand -hex 32", minSecret)
	case h.Secret != "" && len(h.Secret) < minSecret:
		wrong("hooks.secret", "has %d characters; it needs at least %d", len(h.Secret), minSecret)
	}
}

// newWebhook makes the webhook of a configuration, nil where there is none.
func newWebhook(cfg Config, store *storage.Store) *hooks.Webhook {
	if cfg.Hooks.URL == "" {
		return nil
	}
	return &hooks.Webhook{Store: store, URL: cfg.Hooks.URL, Secret: cfg.Hooks.Secret, Personal: cfg.Hooks.Personal}
}

type hooksCmd struct {
	List  hooksListCmd  `cmd:"" default:"withargs" help:"List what could not be delivered to other systems, and why."`
	Retry hooksRetryCmd `cmd:"" help:"Have it tried again."`
}

type hooksListCmd struct {
	configFlag
}

// Help ends in the example of `layak hooks list --help`.
func (hooksListCmd) Help() string {
	return "What was given up, after two days of trying or because the receiver does not want it, oldest first. Works beside the running " +
		"service.\n\nExample:\n\n    layak hooks list --config config.yaml"
}

// Run prints the dead letters.
func (c hooksListCmd) Run(ctx context.Context, con *console) error {
	return withStore(ctx, con, c.configFlag, func(store *storage.Store) error {
		waiting, err := store.WaitingHooks(ctx)
		if err != nil {
			return err
		}
		dead, err := store.DeadHooks(ctx, 0)
		if err != nil {
			return err
		}
		for _, h := range dead {
			about := ""
			if h.Case != 0 {
				about = fmt.Sprintf(" of case %d", h.Case)
			}
			fmt.Fprintf(con.Out, "%d  %s  %s: %s%s, tried %d times: %s\n", h.ID, h.CreatedAt.Local().Format(time.DateTime), h.Target, h.Kind, about, h.Attempts, h.Err)
		}
		fmt.Fprintf(con.Out, "%d given up, %d waiting.\n", len(dead), waiting)
		if len(dead) > 0 {
			fmt.Fprintln(con.Out, "To try again: layak hooks retry ID, or layak hooks retry --all")
		}
		return nil
	})
}

type hooksRetryCmd struct {
	configFlag
	ID  int64 `arg:"" optional:"" help:"Number of what was given up, as layak hooks lists it."`
	All bool  `help:"Everything that was given up."`
}

// Help ends in the example of `layak hooks retry --help`.
func (hooksRetryCmd) Help() string {
	return "The running service tries within a few seconds, and again for two days.\n\nExample:\n\n    layak hooks retry 12"
}

// Run puts dead letters back into the queue.
func (c hooksRetryCmd) Run(ctx context.Context, con *console) error {
	if (c.ID > 0) == c.All {
		return withCode(exitUsage, errors.New("give the number of one, as layak hooks lists it, or --all"))
	}
	return withStore(ctx, con, c.configFlag, func(store *storage.Store) error {
		n, err := store.RetryHooks(ctx, c.ID, time.Now())
		if err != nil {
			return err
		}
		if n == 0 && c.ID > 0 {
			return withCode(exitProblems, fmt.Errorf("nothing with the number %d was given up; layak hooks lists what was", c.ID))
		}
		fmt.Fprintf(con.Out, "%d will be tried again.\n", n)
		return nil
	})
}

// withStore opens the database beside the service that may be running on it.
func withStore(ctx context.Context, con *console, f configFlag, do func(*storage.Store) error) error {
	return inDatabase(ctx, con, f, func(_ Config, store *storage.Store) error { return do(store) })
}
