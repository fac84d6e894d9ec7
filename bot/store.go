package bot

import (
	"context"
	"errors"
	"time"
)

// Store keeps what must survive a crash. All methods are safe for concurrent use.
type Store interface {
	// Accept records in, and finds or makes the chat it belongs to from Address and Alt; two chats that turn out to be
	// one person are merged in the same transaction: the conversation that was updated last wins, opt-out and ownership
	// by a person win, the order of messages stays. Fresh is false when the same message was accepted before, under
	// either address; Chat is then "" if that person was forgotten since. A message with FromMe whose id is not one of
	// ours makes "phone" the owner of the chat, opens a case with reason takeover owned by "phone", and so withdraws what
	// the bot composed; it is never pending. Nor is a message to a chat that somebody other than the bot owns; if that
	// has no open case, one with reason takeover is opened for the owner.
	Accept(ctx context.Context, in Inbound) (Accepted, error)
	// Waiting lists chats that have pending messages and belong to the bot, oldest message first; all of them when limit
	// is 0.
	Waiting(ctx context.Context, limit int) ([]ChatKey, error)
	// Load returns the chat with its pending messages. The key of a chat that was merged into another finds that other,
	// whose Key then differs. It returns ErrNoChat when there is none.
	Load(ctx context.Context, key ChatKey) (Chat, error)
	// Fence returns the ownership number of a chat, as Load does and for less. It sees every takeover that was stored.
	Fence(ctx context.Context, key ChatKey) (int64, error)
	// Commit stores a turn in one transaction, if the conversation's Version is still t.Base, the chat belongs to the
	// bot, and the messages it answers are still pending with none before them left over. Otherwise it stores nothing and returns ErrConflict.
	//
	// With t.Return the chat must belong to that owner instead, and belongs to the bot afterwards, with its fence raised; an
	// open case stays open without an owner, or is closed if takeover was its only reason.
	//
	// With t.Forget it then removes everything about the person, t.Next included, closes an open case with a note and
	// withdraws unsent messages of earlier turns. Messages of this turn are still sent and removed once settled; messages
	// that arrived meanwhile stay pending. The chat's key may be gone afterwards.
	Commit(ctx context.Context, t TurnRecord) error
	// Fault counts one failed turn on a pending message and returns how many there were.
	Fault(ctx context.Context, id PendingID) (int, error)
	// Claim returns unsent messages of one channel that are due at or before now, at most one per chat (its oldest
	// unsent, never a later one), counts the attempt and hides them until now+lease, so that a crash or a second process
	// can neither lose nor race them. A bot's message whose Fence is old is dropped instead.
	Claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]Outbound, error)
	// NextDue returns when the earliest unsent message of the channel may be claimed, and false when there is none.
	NextDue(ctx context.Context, channel string) (time.Time, bool, error)
	// Settle records what became of one attempt. It does nothing for a message that is gone or settled already, except
	// that the news of a delivery is always kept.
	Settle(ctx context.Context, id OutboxID, a Attempt) error
	// SettleAndClaim does what Settle and then Claim do, in one transaction: either both or, with an error, neither. It may
	// return before that is durable, which it is before whatever is stored afterwards: stored, to be called once, waits for
	// it and says whether it worked out.
	SettleAndClaim(ctx context.Context, id OutboxID, a Attempt, channel string, now time.Time, lease time.Duration, limit int) (claimed []Outbound, stored func() error, err error)
	// Sent returns a message composed earlier by its id, for a phone that asks for it again. It reports false for an
	// unknown id and for a message whose person was forgotten.
	Sent(ctx context.Context, channel, messageID string) (Outbound, bool, error)
}

// Records is what a Store offers besides, to the desk, to reports and to tests. All methods are safe for concurrent use.
type Records interface {
	// Transcript returns the chat's messages in both directions in order of time, dropped and failed ones included.
	Transcript(ctx context.Context, key ChatKey) ([]Line, error)
	// Cases returns the chat's cases, oldest first.
	Cases(ctx context.Context, key ChatKey) ([]Case, error)
	// SetOwner hands the chat from one owner to another and raises its fence, so that what the bot composed is withdrawn.
	// An open case follows. When to is not the bot, pending messages are left to the new owner. It returns ErrConflict
	// and the present owner when that is not from, ErrNoChat when there is no such chat. A case whose only reason is
	// takeover is closed when the chat returns to the bot.
	SetOwner(ctx context.Context, key ChatKey, from, to string, at time.Time) (owner string, err error)
	// Find returns the chat of an address, and makes one when there is none, unless at is zero: then it returns ErrNoChat.
	Find(ctx context.Context, channel, address string, at time.Time) (ChatKey, error)
	// Quiet lists chats that a person owns and in which nobody has written since before, longest quiet first; chats of
	// agents only if asked for, all of them when limit is 0.
	Quiet(ctx context.Context, before time.Time, agents bool, limit int) ([]QuietChat, error)
	// Expire removes what is older than before, at most about limit rows of each kind, and returns how many went; call it
	// until none do. Texts, answers, names, addresses and the summaries of closed cases go; verdict counts, opt-outs, the
	// audit log, and chats that a person owns, without their content, stay. So does everything about somebody who wrote
	// since then, except for older messages, and what is pending, unsent, or belongs to an open case.
	Expire(ctx context.Context, before time.Time, limit int) (int, error)
	// VerdictCounts returns how many verdicts were given, by day and kind, without any person.
	VerdictCounts(ctx context.Context) ([]VerdictCount, error)
	// MissedTexts returns the texts that were not understood, newest first; all of them when limit is 0.
	MissedTexts(ctx context.Context, limit int) ([]Missed, error)
	// Audit returns the log of one chat, oldest first. It outlives the chat.
	Audit(ctx context.Context, key ChatKey) ([]AuditLine, error)
}

// VerdictCount is how often one verdict was given on one day.
type VerdictCount struct {
	Day time.Time // midnight UTC
	Verdict
	N int
}

// AuditLine is an AuditEntry as it was stored.
type AuditLine struct {
	AuditEntry
	At time.Time
}

// QuietChat is a chat that a person owns.
type QuietChat struct {
	Key     ChatKey
	Owner   string
	Touched time.Time // when a person last wrote in it, on either side, or it changed hands
}

// Accepted is what became of an inbound message.
type Accepted struct {
	Chat  ChatKey
	Fresh bool // false for a message that was accepted before
}

// Errors that a Store returns.
var (
	ErrConflict = errors.New("the conversation changed meanwhile")
	ErrNoChat   = errors.New("no such chat")
)
