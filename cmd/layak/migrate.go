package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"layak/bot/whatsapp"
	"layak/storage"
)

type migrateCmd struct {
	configFlag
	Source string `arg:"" help:"SQLite file to move from. It stays as it is."`
	Target string `arg:"" optional:"" help:"Address of the Postgres database to move to. Without it the configuration's storage.dsn, which keeps the password out of the list of processes."`
}

// Help ends in the example of `layak migrate --help`.
func (migrateCmd) Help() string {
	return "Moves chats, cases, counts, the log and the WhatsApp login with its keys, all or nothing, and counts the rows on both sides. " +
		"The target must be empty, and no service may run on either database.\n\n" +
		"Afterwards start the service on the new database only. Two services with the same WhatsApp keys make messages unreadable.\n\n" +
		"Example:\n\n    layak migrate layak.db postgres://layak:secret@localhost/layak"
}

// Run moves everything.
func (c migrateCmd) Run(ctx context.Context, con *console) error {
	target := c.Target
	if target == "" {
		cfg, err := c.load(con)
		if err != nil {
			return err
		}
		target = cfg.Storage.DSN
	}
	if _, err := os.Stat(c.Source); err != nil { // opening it would make it
		return withCode(exitStorage, err)
	}
	moved, err := c.migrate(ctx, con, target)
	if err != nil {
		return withCode(exitStorage, err)
	}
	var rows int64
	for _, m := range moved {
		rows += m.Rows
		if m.Rows > 0 {
			fmt.Fprintf(con.Out, "%9d  %s\n", m.Rows, m.Table)
		}
	}
	fmt.Fprintf(con.Out, "Moved %d rows. Now set storage.dsn to the new address, and do not start the service on %s again.\n", rows, c.Source)
	return nil
}

func (c migrateCmd) migrate(ctx context.Context, con *console, target string) ([]storage.Moved, error) {
	from, err := storage.Open(ctx, c.Source, storage.Options{})
	if err != nil {
		return nil, err
	}
	defer from.Close()
	to, err := storage.Open(ctx, target, storage.Options{Shared: true})
	if err != nil {
		return nil, err
	}
	defer to.Close()
	log := newLog(con.Err, false, slog.LevelError)
	for _, s := range []*storage.Store{from, to} {
		if err := whatsapp.PrepareTables(ctx, s.DB(), log); err != nil {
			return nil, err
		}
	}
	moved, err := storage.Migrate(ctx, from, to, whatsapp.Name)
	switch {
	case errors.Is(err, storage.ErrNotEmpty):
		return nil, fmt.Errorf("%w; make a new database, or move to another", err)
	case errors.Is(err, storage.ErrRunning):
		return nil, fmt.Errorf("%w; stop it first", err)
	}
	return moved, err
}
