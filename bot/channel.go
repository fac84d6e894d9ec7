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
	// time per chat, and confirms a message to the network only after accept returned nil.
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

// Errors that a Channel's Send wraps.
var (
	ErrUncertain    = errors.New("whether the network took the message is not known")
	ErrRejected     = errors.New("the network refused the message")
	ErrNotConnected = errors.New("not connected")
)
