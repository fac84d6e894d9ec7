package bot

import (
	"context"
	"time"
)

// Hook is one thing that another system is to be told. It waits in a queue that survives a restart.
type Hook struct {
	ID        int64
	Target    string  // which system: webhook, chatwoot
	Kind      string  // what happened
	Case      int64   // 0 for none; filled in where a turn belongs to an open case
	Chat      ChatKey // goes with the person
	Body      string  // JSON
	Attempts  int     // that failed
	CreatedAt time.Time
	NotBefore time.Time
	Err       string // why the last attempt failed, for people
}

// HookQueue is what a Store offers to those who tell other systems. All methods are safe for concurrent use.
type HookQueue interface {
	// QueueHooks queues hooks and moves a follower on, in one transaction. It returns ErrConflict when the follower is no
	// longer at from.
	QueueHooks(ctx context.Context, follower string, from, to int64, hooks []Hook, at time.Time) error
	// DueHooks returns what is due, oldest first, and when the next one is, zero for none.
	DueHooks(ctx context.Context, target string, now time.Time, limit int) (due []Hook, next time.Time, err error)
	// HookDone removes a hook that was delivered.
	HookDone(ctx context.Context, id int64) error
	// HookFailed counts a failed attempt. The next is at again; the zero time gives the hook up.
	HookFailed(ctx context.Context, id int64, why string, again time.Time) error
	// DeadHooks lists what was given up, oldest first.
	DeadHooks(ctx context.Context, limit int) ([]Hook, error)
	// RetryHooks has one hook, or with 0 all, that were given up tried again, and returns how many there were.
	RetryHooks(ctx context.Context, id int64, now time.Time) (int, error)
	// WaitingHooks returns how many wait for delivery.
	WaitingHooks(ctx context.Context) (int, error)
}
