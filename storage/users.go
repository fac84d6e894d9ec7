package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.mau.fi/util/dbutil"

	"layak/bot"
)

const (
	userColumns   = `u.name, u.role, u.lang, u.disabled, u.created_at`
	addUserQuery  = `INSERT INTO desk_user (name, role, hash, lang, disabled, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	usersQuery    = `SELECT ` + userColumns + ` FROM desk_user u ORDER BY u.name`
	userQuery     = `SELECT ` + userColumns + `, u.hash FROM desk_user u WHERE u.name = $1`
	passwordQuery = `UPDATE desk_user SET hash = $2 WHERE name = $1`
	roleQuery     = `UPDATE desk_user SET role = $2 WHERE name = $1`
	userLangQuery = `UPDATE desk_user SET lang = $2 WHERE name = $1`
	disableQuery  = `UPDATE desk_user SET disabled = $2 WHERE name = $1`

	startSessionQuery = `
		INSERT INTO desk_session (hash, name, created_at, seen_at, expires_at)
		SELECT CAST($1 AS TEXT), name, CAST($3 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM desk_user WHERE name = $2 AND NOT disabled`
	sessionQuery = `
		SELECT ` + userColumns + `, s.created_at, s.seen_at, s.expires_at
		FROM desk_session s JOIN desk_user u ON u.name = s.name
		WHERE s.hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND NOT u.disabled`
	seenSessionQuery   = `UPDATE desk_session SET seen_at = $2 WHERE hash = $1`
	endSessionQuery    = `DELETE FROM desk_session WHERE hash = $1`
	endSessionsQuery   = `DELETE FROM desk_session WHERE name = $1`
	staleSessionsQuery = `DELETE FROM desk_session WHERE expires_at <= $1`
)

// seenEvery is how often the use of a session is written down: a page would else cost a commit.
const seenEvery = time.Minute

var _ bot.Users = (*Store)(nil)

func scanUser(row dbutil.Scannable, more ...any) (u bot.User, err error) {
	var created int64
	err = row.Scan(append([]any{&u.Name, &u.Role, &u.Lang, &u.Disabled, &created}, more...)...)
	u.CreatedAt = at(created)
	return u, err
}

// AddUser implements bot.Users.
func (s *Store) AddUser(ctx context.Context, u bot.User, hash string) error {
	return s.userChange(ctx, "add", u.Name, bot.ErrUserExists, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, addUserQuery, u.Name, string(u.Role), hash, u.Lang, u.Disabled, ms(u.CreatedAt))
	})
}

// Users implements bot.Users.
func (s *Store) Users(ctx context.Context) ([]bot.User, error) {
	rows, err := s.read.Query(ctx, usersQuery)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var users []bot.User
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, fmt.Errorf("list users: %w", err)
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

// User implements bot.Users.
func (s *Store) User(ctx context.Context, name string) (u bot.User, hash string, err error) {
	u, err = scanUser(s.read.QueryRow(ctx, userQuery, clean(name)), &hash)
	if errors.Is(err, sql.ErrNoRows) {
		err = bot.ErrNoUser
	}
	if err != nil {
		return bot.User{}, "", fmt.Errorf("read user %q: %w", name, err)
	}
	return u, hash, nil
}

// SetPassword implements bot.Users.
func (s *Store) SetPassword(ctx context.Context, name, hash string) error {
	return s.userChange(ctx, "change the password of", name, bot.ErrNoUser, func(ctx context.Context) (sql.Result, error) {
		if _, err := s.db.Exec(ctx, endSessionsQuery, name); err != nil {
			return nil, err
		}
		return s.db.Exec(ctx, passwordQuery, name, hash)
	})
}

// SetRole implements bot.Users.
func (s *Store) SetRole(ctx context.Context, name string, role bot.Role) error {
	return s.userChange(ctx, "change the role of", name, bot.ErrNoUser, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, roleQuery, name, string(role))
	})
}

// SetUserLang implements bot.Users.
func (s *Store) SetUserLang(ctx context.Context, name, lang string) error {
	return s.userChange(ctx, "change the language of", name, bot.ErrNoUser, func(ctx context.Context) (sql.Result, error) {
		return s.db.Exec(ctx, userLangQuery, name, clean(lang))
	})
}

// DisableUser implements bot.Users.
func (s *Store) DisableUser(ctx context.Context, name string, disabled bool) error {
	return s.userChange(ctx, "disable", name, bot.ErrNoUser, func(ctx context.Context) (sql.Result, error) {
		if disabled {
			if _, err := s.db.Exec(ctx, endSessionsQuery, name); err != nil {
				return nil, err
			}
		}
		return s.db.Exec(ctx, disableQuery, name, disabled)
	})
}

// userChange makes one change, which returns none when it changed nothing.
func (s *Store) userChange(ctx context.Context, what, name string, none error, do func(ctx context.Context) (sql.Result, error)) error {
	err := s.write(ctx, func(ctx context.Context) error {
		res, err := do(ctx)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return none
	})
	if err != nil {
		return fmt.Errorf("%s user %q: %w", what, name, err)
	}
	return nil
}

// tokenHash is what is kept of a token: whoever reads the table cannot sign in with it.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// StartSession implements bot.Users.
func (s *Store) StartSession(ctx context.Context, token, name string, now, expires time.Time) error {
	return s.userChange(ctx, "sign in", name, bot.ErrNoUser, func(ctx context.Context) (sql.Result, error) {
		if _, err := s.db.Exec(ctx, staleSessionsQuery, ms(now)); err != nil {
			return nil, err
		}
		return s.db.Exec(ctx, startSessionQuery, tokenHash(token), clean(name), ms(now), ms(expires))
	})
}

// Session implements bot.Users.
func (s *Store) Session(ctx context.Context, token string, now time.Time, idle time.Duration, used bool) (bot.Session, error) {
	var session bot.Session
	var started, seen, expires int64
	hash := tokenHash(token)
	u, err := scanUser(s.read.QueryRow(ctx, sessionQuery, hash, ms(now), ms(now.Add(-idle))), &started, &seen, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return bot.Session{}, bot.ErrNoSession
	}
	if err != nil {
		return bot.Session{}, fmt.Errorf("read session: %w", err)
	}
	session = bot.Session{User: u, StartedAt: at(started), SeenAt: at(seen), ExpiresAt: at(expires)}
	if !used || now.Sub(session.SeenAt) < seenEvery {
		return session, nil
	}
	err = s.write(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, seenSessionQuery, hash, ms(now))
		return err
	})
	if err != nil {
		return bot.Session{}, fmt.Errorf("note the use of a session: %w", err)
	}
	session.SeenAt = at(ms(now))
	return session, nil
}

// EndSession implements bot.Users.
func (s *Store) EndSession(ctx context.Context, token string) error {
	err := s.write(ctx, func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, endSessionQuery, tokenHash(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndSessions implements bot.Users.
func (s *Store) EndSessions(ctx context.Context, name string) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		res, err := s.db.Exec(ctx, endSessionsQuery, clean(name))
		if err != nil {
			return err
		}
		ended, err := res.RowsAffected()
		n = int(ended)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end sessions of %q: %w", name, err)
	}
	return n, nil
}
