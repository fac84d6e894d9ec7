package storage

import (
	"database/sql"
	"errors"
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
