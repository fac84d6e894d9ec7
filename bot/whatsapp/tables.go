package whatsapp

import (
	"context"
	"log/slog"

	"go.mau.fi/util/dbutil"
)

// PrepareTables brings the tables of logins and keys in a database to the present schema, for a program that moves them.
// Its error wraps ErrKeys.
func PrepareTables(ctx context.Context, db *dbutil.Database, log *slog.Logger) error {
	_, err := openKeys(ctx, Config{DB: db, Log: log})
	return err
}
