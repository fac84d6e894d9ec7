package storage

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"layak/bot"
)

// noChat turns the driver's word for "no row" into the store's.
func noChat(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return bot.ErrNoChat
	}
	return err
}

// ms is a time as the database keeps it: Unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// at is the time that was kept as ms.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// moved turns "no row" for a contact that was there a moment ago into the word to try again.
func moved(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errMoved
	}
	return err
}

// clean takes out what Postgres does not store in a text: bytes that are not UTF-8, and zero bytes.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
