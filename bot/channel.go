package bot

import (
	"context"
	"errors"
)

// Channel carries messages to and from one network.
type Channel interface {
	// Name is a short stable word used in keys and logs, for example "whatsapp".
	Name() string
	// Run receives until ctx is done or the network ended the login. It calls accept for each message, one call at a
	// time per chat, and confirms a message to the network only after accept returned nil. It returns only after every
	// call of accept has returned. An error stops the whole bot; nil ends this channel alone. After Run returned Send may
	// still be called: a Closer keeps its connection until Close, any other Channel answers ErrNotConnected.
	Run(ctx context.Context, accept func(context.Context, Inbound) error) error
	// Send delivers m and waits for the network's confirmation. Sending the same MessageID again is allowed after an
	// error that wraps ErrUncertain. An error that wraps ErrRejected cannot be mended by trying again, one that wraps
	// ErrNotConnected was not tried at all; every other error may be tried again later.
	Send(ctx context.Context, m Outbound) (Receipt, error)
	// NewMessageID makes an id in the network's form.
	NewMessageID() string
}

// Typer is a Channel that can show that somebody is typing.
type Typer interface {
	Typing(ctx context.Context, address string, on bool) error
}

// Reader is a Channel that can mark messages as read.
type Reader interface {
	MarkRead(ctx context.Context, address, sender string, messageIDs []string) error
}

// Connecter is a Channel that can tell when it is connected again, so that the sender need not try blindly.
type Connecter interface {
	// WaitConnected blocks until messages can be sent, or returns the error of ctx.
	WaitConnected(ctx context.Context) error
}

// Committer is a Channel whose Send first writes to the store and waits for that commit, as one does that keeps its keys
// there: what was written to the store before has then been committed, too, by the time anything leaves. For any other
// Channel the sender waits for that itself.
type Committer interface {
	CommitsFirst() bool
}

// Closer is a Channel whose connection outlives Run, so that the network's answer to the message in flight still
// arrives. Bot.Run calls Close last, once.
type Closer interface {
	Close() error
}

// Errors that a Channel's Send wraps.
var (
	ErrUncertain    = errors.New("whether the network took the message is not known")
	ErrRejected     = errors.New("the network refused the message")
	ErrNotConnected = errors.New("not connected")
)
