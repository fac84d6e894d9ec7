package bot

import (
	"context"
	"errors"
	"time"
)

// Store keeps what must survive a crash. All methods are safe for concurrent use.
type Store interface {
	// Accept records in, and finds or makes the chat it belongs to from Address and Alt; two chats that turn out to be
	// one person are merged in the same transaction. Fresh is false when the same message was accepted before. A
	// message with FromMe whose id is not one of ours makes "phone" the owner of the chat, opens a case with reason
	// takeover owned by "phone", and so withdraws what the bot composed; it is never pending.
	Accept(ctx context.Context, in Inbound) (Accepted, error)
	// Waiting lists chats that have pending messages and belong to the bot, oldest message first.
	Waiting(ctx context.Context, limit int) ([]ChatKey, error)
	// Load returns the chat with its pending messages. It returns ErrNoChat when there is none.
	Load(ctx context.Context, key ChatKey) (Chat, error)
	// Commit stores a turn in one transaction, if the conversation's Version is still t.Base and the chat belongs to the
	// bot. Otherwise it stores nothing and returns ErrConflict.
	Commit(ctx context.Context, t TurnRecord) error
	// Fault counts one failed turn on a pending message and returns how many there were.
	Fault(ctx context.Context, id PendingID) (int, error)
	// Claim returns unsent messages due at or before now, at most one per chat (its oldest unsent), counts the attempt
	// and hides them until now+lease, so that a crash or a second process can neither lose nor race them. A bot's
	// message whose Fence is old is dropped instead.
	Claim(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]Outbound, error)
	// NextDue returns when the earliest unsent message may be claimed, and false when there is none.
	NextDue(ctx context.Context) (time.Time, bool, error)
	// Settle records what became of one attempt.
	Settle(ctx context.Context, id OutboxID, a Attempt) error
	// Sent returns a message composed earlier by its id, for a phone that asks for it again.
	Sent(ctx context.Context, channel, messageID string) (Outbound, bool, error)
}

// Accepted is what became of an inbound message.
type Accepted struct {
	Chat  ChatKey
	Fresh bool
}

// Errors that a Store returns.
var (
	ErrConflict = errors.New("the conversation changed meanwhile")
	ErrNoChat   = errors.New("no such chat")
)
