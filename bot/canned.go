package bot

import (
	"context"
	"errors"
	"time"
)

// Canned is an answer that agents use often.
type Canned struct {
	ID        int64
	Title     string // unique
	Lang      string // "" for any
	Text      string // may hold placeholders, which the desk fills in
	ChangedBy string
	ChangedAt time.Time
}

// CannedReplies is what a Store offers to the desk about answers that are used often.
type CannedReplies interface {
	// ListCanned lists all of them by title.
	ListCanned(ctx context.Context) ([]Canned, error)
	// SaveCanned changes the one with c.ID, or adds one when that is 0, and returns its number. It returns ErrNoCanned for
	// an unknown number and ErrTitleTaken for the title of another.
	SaveCanned(ctx context.Context, c Canned) (id int64, err error)
	// DeleteCanned removes one, or returns ErrNoCanned.
	DeleteCanned(ctx context.Context, id int64) error
}

// Errors that CannedReplies returns.
var (
	ErrNoCanned   = errors.New("no such canned reply")
	ErrTitleTaken = errors.New("another canned reply has this title")
)
