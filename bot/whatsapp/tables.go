package whatsapp

import (
	"context"
	"fmt"
	"log/slog"

	"go.mau.fi/util/dbutil"
)

// ForgetPerson removes what the tables of logins and keys hold about a person besides their keys: names, and the secrets
// of their messages. It joins the transaction of ctx. Keys, and which number belongs to which hidden id, stay, since
// without them the next message could not be read.
func ForgetPerson(ctx context.Context, db *dbutil.Database, addresses []string) error {
	for _, address := range addresses {
		for _, query := range []string{
			`DELETE FROM whatsmeow_contacts WHERE their_jid = $1`,
			`DELETE FROM whatsmeow_message_secrets WHERE chat_jid = $1`,
			`DELETE FROM whatsmeow_chat_settings WHERE chat_jid = $1`,
		} {
			if _, err := db.Exec(ctx, query, address); err != nil {
				return fmt.Errorf("%w: %w", ErrKeys, err)
			}
		}
	}
	return nil
}

// PrepareTables brings the tables of logins and keys in a database to the present schema, for a program that moves them.
// Its error wraps ErrKeys.
func PrepareTables(ctx context.Context, db *dbutil.Database, log *slog.Logger) error {
	_, err := openKeys(ctx, Config{DB: db, Log: log})
	return err
}
