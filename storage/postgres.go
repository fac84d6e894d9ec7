package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"go.mau.fi/util/dbutil"
)

const (
	// A server has 100 connections by default, and two processes of ours beside a desk and a backup should fit.
	postgresConns     = 20
	postgresIdle      = 8 // a busy minute needs no more
	postgresIdleTime  = 5 * time.Minute
	postgresConnect   = 10 * time.Second // to connect, where the address does not say
	postgresTries     = 50               // of one transaction; many in a row are only met on a machine that has too much to do
	postgresFirstWait = 2 * time.Millisecond

	// The server notices within 6 s that this computer is gone, and gives back what its transactions and its lock hold.
	keepAliveQuery = `SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3`
)

// isPostgres tells the address of a Postgres database from a file name.
func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// parsePostgres reads an address. Its errors hold no part of it, since any part could be of a password.
func parsePostgres(dsn string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("the address cannot be read; write postgres://user:password@host:5432/database?sslmode=require, " +
			"special characters in user and password as %40 and the like")
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = "layak"
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = postgresConnect
	}
	return cfg, nil
}

// placeOf names a database without user and password.
func placeOf(cfg *pgx.ConnConfig) string {
	return "postgres://" + net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))) + "/" + cfg.Database
}

func (s *Store) openPostgres(ctx context.Context, cfg *pgx.ConnConfig, o Options) (err error) {
	conns := o.Conns
	if conns <= 0 {
		conns = postgresConns
	}
	if o.ReadOnly {
		cfg.RuntimeParams["default_transaction_read_only"] = "on"
	}
	pool := stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, keepAliveQuery)
		return err
	}))
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(min(conns, postgresIdle))
	pool.SetConnMaxIdleTime(postgresIdleTime)
	if s.db, err = dbutil.NewWithDB(pool, "pgx"); err != nil {
		return err
	}
	s.read, s.postgres = s.db, cfg
	if o.ReadOnly {
		return s.present(ctx)
	}
	if err := s.upgradeAlone(ctx); err != nil {
		return err
	}
	if s.eventLock, err = s.lockKey(ctx, "event"); err != nil {
		return err
	}
	s.key, err = s.hashKey(ctx)
	return err
}

const (
	lockSessionQuery   = `SELECT pg_advisory_lock($1)`
	unlockSessionQuery = `SELECT pg_advisory_unlock($1)`
)

// upgradeAlone upgrades the schema while no other process does.
func (s *Store) upgradeAlone(ctx context.Context) error {
	conn, err := s.db.RawDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	key, err := lockKey(ctx, conn, "upgrade")
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, lockSessionQuery, key); err != nil {
		return fmt.Errorf("wait for the upgrade of another process: %w", err)
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), unlockSessionQuery, key) }()
	return s.upgrade(ctx)
}

// lockKey is the number of an advisory lock. Those of a database are shared by all its schemas, so the schema is in it.
func lockKey(ctx context.Context, conn *sql.Conn, name string) (int64, error) {
	var schema sql.NullString
	if err := conn.QueryRowContext(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return 0, err
	}
	return advisory(schema.String, name), nil
}

// lockKey is the number of an advisory lock of the schema that is in use.
func (s *Store) lockKey(ctx context.Context, name string) (int64, error) {
	conn, err := s.db.RawDB.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	return lockKey(ctx, conn, name)
}

func advisory(schema, name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("layak\n" + schema + "\n" + name)) // never fails
	return int64(h.Sum64())
}

// errMoved means that a contact was merged, forgotten or made by another transaction meanwhile: this one is run again.
var errMoved = errors.New("the contact changed meanwhile")

// again reports whether a transaction that ended with err stored nothing and may succeed when it is run again.
func again(err error) bool {
	if errors.Is(err, errMoved) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") { // serialization failure, deadlock
		return true
	}
	// A connection that was lost while it was idle shows when a transaction begins on it. The next one may be alive,
	// unless there is no connecting at all.
	var connect *pgconn.ConnectError
	return errors.Is(err, dbutil.ErrTxnBegin) && !errors.As(err, &connect)
}

// retry runs one transaction until it does not meet another.
func (s *Store) retry(ctx context.Context, fn func(ctx context.Context) error) error {
	return repeat(ctx, func() error { return s.db.DoTxn(ctx, nil, fn) })
}

// repeat runs something on Postgres until it does not meet a transaction. Where the database is set to serializable, a
// read can meet one, too.
func repeat(ctx context.Context, once func() error) error {
	for try := 1; ; try++ {
		err := once()
		if err == nil || try == postgresTries || !again(err) || ctx.Err() != nil {
			return err
		}
		pause := time.NewTimer(rand.N(postgresFirstWait * time.Duration(try)))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// inTransaction reports whether ctx carries a transaction of somebody else, which alone can run it again.
func (s *Store) inTransaction(ctx context.Context) bool {
	_, ok := s.db.Execable(ctx).(dbutil.Transaction)
	return ok
}

const lockContactsQuery = `SELECT key FROM contact WHERE key IN ($1, $2) ORDER BY key FOR UPDATE`

// lockContacts makes other transactions on one or two contacts wait for this one, which on SQLite all do anyway. What is
// read afterwards is what they left.
func (s *Store) lockContacts(ctx context.Context, a, b string) error {
	if s.postgres == nil {
		return nil
	}
	rows, err := s.db.Query(ctx, lockContactsQuery, a, b)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if want := 2; n < want && (a != b || n < 1) {
		return errMoved
	}
	return nil
}
