package bot

import (
	"context"
	"time"
)

// Bridge is where a chat is mirrored in another system.
type Bridge struct {
	Person       string // id of the person there
	Conversation string // id of the conversation there
}

// Bridges is what a Store offers to mirrors of chats. All methods are safe for concurrent use.
type Bridges interface {
	// Bridge returns where a chat is mirrored, the zero value where it is not.
	Bridge(ctx context.Context, target string, chat ChatKey) (Bridge, error)
	// SetBridge keeps that. It returns ErrNoChat when the person was forgotten meanwhile.
	SetBridge(ctx context.Context, target string, chat ChatKey, b Bridge, at time.Time) error
	// BridgedChat returns the chat of a conversation there, ErrNoChat where there is none.
	BridgedChat(ctx context.Context, target, conversation string) (ChatKey, error)
	// Mirrored reports which of the messages were mirrored.
	Mirrored(ctx context.Context, target string, ids []string) (map[string]bool, error)
	// SetMirrored notes that one was.
	SetMirrored(ctx context.Context, target, id string, at time.Time) error
}
