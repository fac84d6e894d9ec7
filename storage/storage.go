// Package storage keeps chats, messages and cases in an SQL database. Its Store implements bot.Store and bot.Records.
package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"go.mau.fi/util/dbutil"

	"layak/bot"
)

// Errors that Open returns.
var (
	// ErrLocked means that another process has the database open, where only one can.
	ErrLocked = errors.New("the database is in use")
	// ErrNewer means that a newer version of the program wrote the database and this one cannot read it.
	ErrNewer = errors.New("the database was written by a newer version")
	// ErrOlder means that a store that is only read has the schema of an earlier version, and cannot be brought to this one.
	ErrOlder = errors.New("the database was last used by an earlier version of layak, and is only read here; layak run of this version brings it up to date")
	// ErrUnsupported means that the address names a kind of database that this build does not know.
	ErrUnsupported = errors.New("this kind of database is not supported")
)

// Options change how a store is opened. The zero value is what the service uses.
type Options struct {
	// Shared skips the lock against a second process, for a short command beside a running service. Leases of the
	// service are then left alone.
	Shared bool
	// ReadOnly reads a database that is there and changes nothing in it, nor the schema: Open returns ErrOlder for one of an
	// earlier version. Nothing that writes may be called. It can be beside a running service.
	ReadOnly bool
	// ReadConns is how many connections to SQLite serve reads outside transactions; 0 means 4, enough for a desk and a
	// report while turns are loaded.
	ReadConns int
	// Forget is called when a person is removed. Nil: there is nothing else to remove.
	Forget ForgetFunc
	// Conns is how many connections to Postgres there are at most; 0 means 20.
	Conns int
}

// ForgetFunc removes what others keep about a person in tables of their own in the same database. It is called within the
// transaction that removes the person, with a context that carries it, and with all their addresses on one channel.
type ForgetFunc func(ctx context.Context, db *dbutil.Database, channel string, addresses []string) error

// Store is a database of chats. It is safe for concurrent use. On SQLite writes wait for one another; on Postgres, which
// several processes may use at the same time, those of one contact do. Reads do not wait for writes.
type Store struct {
	db        *dbutil.Database // SQLite: one writing connection; Postgres: all connections
	read      *dbutil.Database // SQLite: reading connections; Postgres: the same as db
	group     *group           // SQLite: of writes that share a commit
	key       []byte           // of the hashes of forgotten people
	postgres  *pgx.ConnConfig  // nil on SQLite
	eventLock int64            // Postgres: the lock of who adds an event
	masked    atomic.Int64     // when a message came last that had held a personal number, Unix nanoseconds; 0 when wiped
	others    ForgetFunc       // Options.Forget
	unlock    func() error
}

var (
	_ bot.Store   = (*Store)(nil)
	_ bot.Records = (*Store)(nil)
)

//go:embed schema/*.sql
var schema embed.FS

// upgrades holds 00-latest.sql for a new database and the numbered steps for one of an earlier version.
var upgrades = dbutil.BuildUpgradeTable().WithFSPath(schema, "schema").Finish()

// Open opens the Postgres database at the address dsn (postgres://…), or the SQLite database in the file of that name,
// which it makes where it does not exist, and brings it to the present schema. It blocks for as long as that takes. It
// returns ErrLocked when another process has the file open, ErrNewer when a newer version of the program wrote the
// database, ErrUnsupported for other kinds of address. No error holds a password.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	if isPostgres(dsn) {
		cfg, err := parsePostgres(dsn)
		if err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
		s := &Store{others: o.Forget, unlock: func() error { return nil }}
		if err := s.openPostgres(ctx, cfg, o); err != nil {
			_ = s.Close()
			return nil, fmt.Errorf("open database %s: %w", placeOf(cfg), err)
		}
		return s, nil
	}
	path := strings.TrimPrefix(dsn, "file:")
	if kind, _, found := strings.Cut(dsn, "://"); found {
		return nil, fmt.Errorf("open %s://…: %w: give the path of a file, or postgres://…", kind, ErrUnsupported)
	}
	if path == "" || path == ":memory:" {
		return nil, fmt.Errorf("open %q: %w: give the path of a file", dsn, ErrUnsupported)
	}
	s := &Store{others: o.Forget, unlock: func() error { return nil }}
	if err := s.open(ctx, path, o); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string, o Options) (err error) {
	if o.ReadOnly {
		how := onlyReads
		if unchanging(path) {
			how = frozen
		}
		if s.db, err = openSQLite(path, 1, how); err != nil {
			return err
		}
		s.read, s.group = s.db, newGroup(s.db)
		return s.present(ctx)
	}
	if !o.Shared {
		if s.unlock, err = lock(path + ".lock"); err != nil {
			s.unlock = func() error { return nil }
			return err
		}
	}
	if err := private(path); err != nil {
		return err
	}
	if s.db, err = openSQLite(path, 1, writes); err != nil {
		return err
	}
	s.group = newGroup(s.db)
	if err := s.upgrade(ctx); err != nil {
		return err
	}
	conns := o.ReadConns
	if conns <= 0 {
		conns = 4
	}
	if s.read, err = openSQLite(path, conns, reads); err != nil {
		return err
	}
	if s.key, err = s.hashKey(ctx); err != nil {
		return err
	}
	if !o.Shared {
		// No other process can be sending, so attempts that were cut off may be made again at once.
		if _, err := s.db.Exec(ctx, endLeasesQuery); err != nil {
			return fmt.Errorf("end leases of the last run: %w", err)
		}
	}
	return nil
}

const endLeasesQuery = `UPDATE outbox SET leased_until = not_before WHERE state = 'waiting' AND leased_until > not_before`

func (s *Store) upgrade(ctx context.Context) error {
	s.db.Owner = "layak"
	s.db.UpgradeTable = upgrades
	err := s.db.Upgrade(ctx)
	if errors.Is(err, dbutil.ErrUnsupportedDatabaseVersion) {
		return fmt.Errorf("%w (%w); use that version, or restore a backup made before it", ErrNewer, err)
	}
	if err != nil {
		return fmt.Errorf("upgrade the schema: %w", err)
	}
	return nil
}

// schemaQuery reads which schema a database has, and down to which version of it a program must know to use it.
const schemaQuery = `SELECT version, COALESCE(compat, version) FROM version LIMIT 1`

// present returns an error unless the database has the schema of this program, and changes nothing.
func (s *Store) present(ctx context.Context) error {
	var version, compat int
	switch err := s.db.QueryRow(ctx, schemaQuery).Scan(&version, &compat); {
	case err != nil && s.Ping(ctx) == nil:
		return fmt.Errorf("read which schema it has: %w; is it a database of layak?", err)
	case err != nil:
		return err
	case compat > len(upgrades):
		return fmt.Errorf("%w (schema %d, known here %d); use that version", ErrNewer, version, len(upgrades))
	case version < len(upgrades):
		return fmt.Errorf("%w (schema %d, wanted %d)", ErrOlder, version, len(upgrades))
	}
	return nil
}

const (
	hashKeyQuery    = `SELECT value FROM meta WHERE key = 'hash_key'`
	setHashKeyQuery = `INSERT INTO meta (key, value) VALUES ('hash_key', $1) ON CONFLICT DO NOTHING`
)

// hashKey reads the key of the hashes and makes one for a new database.
func (s *Store) hashKey(ctx context.Context) ([]byte, error) {
	var text string
	err := s.db.QueryRow(ctx, hashKeyQuery).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		fresh := make([]byte, sha256.Size)
		_, _ = rand.Read(fresh) // never fails
		if _, err := s.db.Exec(ctx, setHashKeyQuery, hex.EncodeToString(fresh)); err != nil {
			return nil, fmt.Errorf("store the key of hashes: %w", err)
		}
		err = s.db.QueryRow(ctx, hashKeyQuery).Scan(&text)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of hashes: %w", err)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != sha256.Size {
		return nil, fmt.Errorf("read the key of hashes: it is not %d bytes of hex", sha256.Size)
	}
	return key, nil
}

// DB returns the database, so that other tables can live beside ours: pass a Child of it. Queries made with the context
// of a transaction join that transaction; on SQLite others do not wait for the connection that writes. Do not close it.
func (s *Store) DB() *dbutil.Database {
	if s.read == s.db {
		return s.db
	}
	db := s.db.Child(s.db.VersionTable, s.db.UpgradeTable, nil)
	db.Owner = s.db.Owner
	db.LoggingDB.UnderlyingExecable = readsApart{write: s.db.RawDB, read: s.read.RawDB, group: s.group}
	return db
}

// Write runs fn in a transaction on the database; queries join it by the context fn is given. On SQLite operations that
// wait for one another share a commit, though not their errors. It returns after the commit. fn may be run again when
// that fails, so it must begin from the beginning each time; once begun it is not cut off by ctx.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.write(ctx, fn)
}

// WriteSoon does what Write does and does not wait for it: on SQLite fn is part of the next commit. Then done is called
// with its error, from another goroutine; it must not block. Close waits for it.
func (s *Store) WriteSoon(ctx context.Context, fn func(ctx context.Context) error, done func(error)) {
	ctx = context.WithoutCancel(ctx)
	if s.group != nil {
		s.group.later(ctx, fn, done)
		return
	}
	go func() { done(s.write(ctx, fn)) }()
}

// WriteAhead does what Write does and, on SQLite, returns before the commit: that is shared with the next operation, or
// follows within milliseconds. Whatever is written later is committed later, or together. Unless it returns an error, ended
// is called after the commit, from another goroutine, and must not block; with an error nothing of fn is stored.
func (s *Store) WriteAhead(ctx context.Context, fn func(ctx context.Context) error, ended func(error)) error {
	if s.group != nil && !s.inTransaction(ctx) {
		return s.group.aheadOf(ctx, fn, ended)
	}
	err := s.write(ctx, fn)
	if err == nil {
		ended(nil)
	}
	return err
}

// SharesCommits reports whether Write gains anything over a transaction on DB.
func (s *Store) SharesCommits() bool { return s.postgres == nil }

// Ping reports whether the database answers a read. It blocks for at most as long as ctx allows.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.QueryRow(ctx, `SELECT 1`).Scan(&one)
}

const flushWait = 5 * time.Second // for what nobody waits for when the store is closed

// Close closes the database and lets other processes have it. The store cannot be used afterwards.
func (s *Store) Close() error {
	var errs []error
	if s.group != nil {
		ctx, cancel := context.WithTimeout(context.Background(), flushWait)
		s.group.flush(ctx)
		cancel()
	}
	if s.read != nil && s.read != s.db {
		errs = append(errs, s.read.Close())
	}
	if s.db != nil { // the writer last: its end folds the log into the file
		errs = append(errs, s.db.Close())
	}
	return errors.Join(append(errs, s.unlock())...)
}

// write runs fn in one transaction; queries inside must use the context fn is given. It may run fn again, on Postgres after
// it met another transaction, on SQLite after one that it shared could not be committed, so fn must begin from the
// beginning each time. Within a transaction of somebody else fn is a part of that.
func (s *Store) write(ctx context.Context, fn func(ctx context.Context) error) error {
	switch {
	case s.inTransaction(ctx):
		return fn(ctx)
	case s.postgres == nil:
		return s.group.do(ctx, fn)
	}
	return s.retry(ctx, fn)
}
