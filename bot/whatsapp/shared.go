package whatsapp

import (
	"context"
	"log/slog"

	"go.mau.fi/whatsmeow/store"
)

// Commits are transactions of the program's database that share a commit where several wait for one. A function may be run
// again when that fails.
type Commits interface {
	// Write runs fn in a transaction and returns after its commit.
	Write(ctx context.Context, fn func(ctx context.Context) error) error
	// WriteSoon runs fn with the next commit, or one of its own, and does not wait for it. Then done is called.
	WriteSoon(ctx context.Context, fn func(ctx context.Context) error, done func(error))
}

// shareCommits makes the transactions that come with every message, received or sent, share their commits with the
// program's own. They are as durable as before.
func shareCommits(device *store.Device, commits Commits, log *slog.Logger) {
	if _, done := device.EventBuffer.(sharedBuffer); commits == nil || done || device.ID == nil {
		return // before linking there are no keys
	}
	device.EventBuffer = sharedBuffer{device.EventBuffer, commits, log}
	device.Sessions = sharedSessions{device.Sessions, commits}
}

// sharedBuffer keeps decrypted messages until they are handled.
type sharedBuffer struct {
	store.EventBuffer
	commits Commits
	log     *slog.Logger
}

// DoDecryptionTxn implements store.EventBuffer. All that fn changes is in the database, so it may be run again.
func (b sharedBuffer) DoDecryptionTxn(ctx context.Context, fn func(context.Context) error) error {
	return b.commits.Write(ctx, fn)
}

// ClearBufferedEventPlaintext implements store.EventBuffer. It comes after a message was handled, and does not wait: should
// the program end before, the message may be handled again, which is noticed as any other repetition is.
func (b sharedBuffer) ClearBufferedEventPlaintext(ctx context.Context, hash [32]byte) error {
	b.commits.WriteSoon(ctx, func(ctx context.Context) error {
		return b.EventBuffer.ClearBufferedEventPlaintext(ctx, hash)
	}, func(err error) {
		if err != nil {
			b.log.Error("the text of a handled message was not removed from the library's buffer", "error", Mask(err.Error()))
		}
	})
	return nil
}

// sharedSessions keeps the state of the encryption with each device.
type sharedSessions struct {
	store.SessionStore
	commits Commits
}

// PutManySessions implements store.SessionStore. It is called for every message that is sent.
func (s sharedSessions) PutManySessions(ctx context.Context, sessions map[string][]byte) error {
	return s.commits.Write(ctx, func(ctx context.Context) error { return s.SessionStore.PutManySessions(ctx, sessions) })
}
