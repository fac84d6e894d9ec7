package main

import (
	"context"

	"go.mau.fi/util/dbutil"

	"layak/bot/whatsapp"
)

// forgetPerson removes what the channels keep about a person.
func forgetPerson(ctx context.Context, db *dbutil.Database, channel string, addresses []string) error {
	if channel != whatsapp.Name {
		return nil
	}
	return whatsapp.ForgetPerson(ctx, db, addresses)
}
