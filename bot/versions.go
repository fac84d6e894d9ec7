package bot

import (
	"context"
	"errors"
	"time"

	"layak/flows"
)

// ErrNoVersion means that a flow version is not kept, or that none was published yet.
var ErrNoVersion = errors.New("no such flow version")

// FlowVersion is a flow that ran here, with everything that is needed to run it again.
type FlowVersion struct {
	Digest  string
	Flow    string       // id of the flow
	Files   flows.Folder // the whole folder
	Model   []byte       // the trained classifier; nil when it is the one built into the program
	Author  string       // who brought it
	Note    string
	AddedAt time.Time
}

// Publication makes a version the one that new conversations begin with.
type Publication struct {
	ID     int64
	Digest string
	Folder string // digest of the flow folder at that time: a rollback holds until the folder changes
	Author string
	Note   string
	At     time.Time
}

// VersionInfo is what lists show of a version.
type VersionInfo struct {
	Digest        string
	Flow          string
	Author        string // who published it last, or brought it
	Note          string
	AddedAt       time.Time // zero where only conversations tell of it
	PublishedAt   time.Time // last time; zero: never
	Live          bool
	Kept          bool // its files are kept, so that it can be run
	Conversations int  // that are on it
}

// Command is what somebody asks of the running service through the database.
type Command struct {
	ID      int64
	Name    string
	Args    string // JSON
	AskedBy string
	AskedAt time.Time
	Taken   bool      // a service is at it, or was
	DoneAt  time.Time // zero until then
	OK      bool
	Result  string // for people, problems one a line
}

// Versions is what a Store keeps of flows, so that conversations can stay on the one they began with. All methods are safe
// for concurrent use.
type Versions interface {
	// AddVersion keeps a version, unless it is kept already.
	AddVersion(ctx context.Context, v FlowVersion) error
	// Version returns a version with its files, or ErrNoVersion.
	Version(ctx context.Context, digest string) (FlowVersion, error)
	// ListVersions lists every version that is kept or that a conversation is on, newest first, the live one at the top.
	ListVersions(ctx context.Context) ([]VersionInfo, error)
	// Publish makes a version that is kept the live one, else it returns ErrNoVersion, and adds an Event.
	Publish(ctx context.Context, p Publication) (id int64, err error)
	// Published returns the newest publication, or ErrNoVersion.
	Published(ctx context.Context) (Publication, error)
	// FolderSeen reports whether the flow folder with that digest was there at any publication.
	FolderSeen(ctx context.Context, digest string) (bool, error)
	// PruneVersions removes versions that no conversation is on, other than those of the newest publications, and returns
	// how many went.
	PruneVersions(ctx context.Context, newest int) (int, error)
	// FlowFailed adds an Event: who tried to publish something that could not be.
	FlowFailed(ctx context.Context, who string, at time.Time) error

	// ChatsOn lists chats whose conversation is on the version, in order of their keys after the given one, without their
	// pending messages. With others it lists those that are on any other version.
	ChatsOn(ctx context.Context, digest string, others bool, after ChatKey, limit int) ([]Chat, error)
	// Replace stores a conversation whose Version is still base, whoever owns the chat, as when it changed last, and writes
	// to the log. Otherwise it returns ErrConflict.
	Replace(ctx context.Context, key ChatKey, base int64, next flows.Conversation, entry AuditEntry, at time.Time) error

	// Ask leaves a command for the running service.
	Ask(ctx context.Context, c Command) (id int64, err error)
	// TakeCommand returns the oldest command that was asked since then and is not taken, and marks it as taken; false when
	// there is none.
	TakeCommand(ctx context.Context, since time.Time) (Command, bool, error)
	// FinishCommand records what became of a command.
	FinishCommand(ctx context.Context, id int64, ok bool, result string, at time.Time) error
	// Command returns a command.
	Command(ctx context.Context, id int64) (Command, error)
	// Withdraw removes a command that was not taken, and reports whether it did.
	Withdraw(ctx context.Context, id int64) (bool, error)
	// News returns the numbers of the newest publication and the newest command, 0 for none. It costs next to nothing.
	News(ctx context.Context) (publication, command int64, err error)
}
