package storage

import (
	"database/sql"
	"errors"
	"strconv"
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

// most is a limit as LIMIT understands it on both databases; 0 stands for none.
func most(limit int) int64 {
	if limit <= 0 {
		return 1 << 31
	}
	return int64(limit)
}

// list writes the placeholders $from … for n values of an IN.
func list(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(from+i))
	}
	return b.String()
}

// clean takes out what Postgres does not store in a text: bytes that are not UTF-8, and zero bytes.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
