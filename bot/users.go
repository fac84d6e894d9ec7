package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// User is somebody who may sign in to the desk. Cases, messages and the log carry the name.
type User struct {
	Name      string
	Role      Role
	Lang      string // of the desk for them, "" where they did not choose
	Disabled  bool
	CreatedAt time.Time
}

// Role says what a user may do.
type Role string

// The roles.
const (
	RoleAgent Role = "agent" // works on cases
	RoleAdmin Role = "admin" // sees reports and the state of the service, too
)

// Session is one browser that is signed in.
type Session struct {
	User
	StartedAt, SeenAt, ExpiresAt time.Time
}

// Users is what a Store offers to the desk about people who sign in. Tokens are kept as their hash only. All methods are
// safe for concurrent use. Those that name a user return ErrNoUser for an unknown one.
type Users interface {
	// AddUser adds a user with the hash of their password. It returns ErrUserExists for a name that is taken.
	AddUser(ctx context.Context, u User, hash string) error
	// Users lists all users by name, disabled ones included.
	Users(ctx context.Context) ([]User, error)
	// User returns one user with the hash of their password.
	User(ctx context.Context, name string) (u User, hash string, err error)
	// SetPassword changes a password, and ends all sessions of the user.
	SetPassword(ctx context.Context, name, hash string) error
	// SetRole changes what a user may do.
	SetRole(ctx context.Context, name string, role Role) error
	// SetUserLang keeps the language that a user chose.
	SetUserLang(ctx context.Context, name, lang string) error
	// DisableUser keeps a user from signing in, and ends all their sessions; or lets them sign in again.
	DisableUser(ctx context.Context, name string, disabled bool) error
	// StartSession makes token stand for a user until expires. It returns ErrNoUser for one who is disabled, too.
	StartSession(ctx context.Context, token, name string, now, expires time.Time) error
	// Session returns the session of a token and, if somebody used it, notes that, at most once a minute. It returns
	// ErrNoSession when there is none, it has expired or was not used for idle, or its user is disabled.
	Session(ctx context.Context, token string, now time.Time, idle time.Duration, used bool) (Session, error)
	// EndSession ends one session; one that is unknown is no error.
	EndSession(ctx context.Context, token string) error
	// EndSessions ends all sessions of a user and returns how many there were.
	EndSessions(ctx context.Context, name string) (int, error)
}

// Errors that Users returns.
var (
	ErrNoUser     = errors.New("no such user")
	ErrUserExists = errors.New("there is a user of that name")
	ErrNoSession  = errors.New("not signed in")
)

// reservedNames stand for somebody else where a chat has an owner, or the log a name.
var reservedNames = []string{AuthorBot, OwnerPhone, OwnerAgent, "system", "command"}

var userName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// CheckUserName says what is wrong with the name of a new user, nil for nothing.
func CheckUserName(name string) error {
	if !userName.MatchString(name) {
		return fmt.Errorf("%q cannot be a name: use 1 to 40 of a-z, 0-9, dot, hyphen and underscore, beginning with a letter or digit", name)
	}
	if slices.Contains(reservedNames, name) {
		return fmt.Errorf("%q cannot be a name: the program uses it itself", name)
	}
	return nil
}
