package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"layak/storage"
)

type backupCmd struct {
	configFlag
	File string `arg:"" help:"The file to write. There must be none of this name yet."`
}

// Help ends in the example of `layak backup --help`.
func (backupCmd) Help() string {
	return `The copy is checked before the command succeeds. It holds everything: chats, queue, and the login of the WhatsApp account, so keep it as safe as the account itself. How to restore it is in the operating guide. A Postgres database is backed up with pg_dump, whose command line is printed.

Example:

    layak backup /var/backups/layak-$(date +%F).db`
}

// Run copies the database.
func (c backupCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	if command, postgres := storage.DumpCommand(cfg.Storage.DSN, c.File); postgres {
		return withCode(exitUsage, fmt.Errorf("a Postgres database is backed up with its own tool:\n\n    %s", command))
	}
	ctx, release := stopOnSignal(ctx, con, "")
	defer release()
	switch err := storage.Backup(ctx, cfg.Storage.DSN, c.File); {
	case errors.Is(err, fs.ErrExist):
		return withCode(exitUsage, fmt.Errorf("%s exists already and is left alone; choose another name", c.File))
	case err != nil:
		return withCode(exitStorage, err)
	}
	fmt.Fprintf(con.Out, "Backed up to %s, and checked.\n", c.File)
	return nil
}
