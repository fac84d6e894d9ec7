package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"layak/storage"
)

// beside opens the database beside the service that may be running on it. It makes none.
func beside(ctx context.Context, con *console, f configFlag, do func(Config, *storage.Store) error) error {
	cfg, err := f.load(con)
	if err != nil {
		return err
	}
	if _, err := os.Stat(strings.TrimPrefix(cfg.Storage.DSN, "file:")); err != nil && !isAddress(cfg.Storage.DSN) {
		return withCode(exitStorage, fmt.Errorf("there is no database %s yet; `layak link` or `layak run` makes it. Has the service another one? Name its configuration with --config", cfg.Storage.DSN))
	}
	return inDatabase(ctx, con, f, do)
}

// inDatabase is beside, and makes the database where there is none. An error of do without an exit code is one of storage.
func inDatabase(ctx context.Context, con *console, f configFlag, do func(Config, *storage.Store) error) error {
	cfg, err := f.load(con)
	if err != nil {
		return err
	}
	store, err := storage.Open(ctx, cfg.Storage.DSN, storage.Options{Shared: true})
	if err != nil {
		return withCode(exitStorage, err)
	}
	defer store.Close()
	err = do(cfg, store)
	var coded *exitError
	if err == nil || errors.As(err, &coded) {
		return err
	}
	return withCode(exitStorage, err)
}
