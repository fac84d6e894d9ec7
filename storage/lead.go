package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"layak/bot"
)

const (
	leadEvery = time.Second // between two tries to take the lead: a process that died is replaced soon after
	// The leader asks whether its connection is alive, so that it knows within leadCheck+leadAnswer = 5 s that it is not.
	// The server, by keepAliveQuery, gives the lead to another after 6 s at the earliest.
	leadCheck  = 2 * time.Second
	leadAnswer = 3 * time.Second

	tryLeadQuery = `SELECT pg_try_advisory_lock($1)`
	// No other process can be sending, so attempts that were cut off may be made again at once.
	endLeasesOfQuery = `
		UPDATE outbox SET leased_until = not_before WHERE state = 'waiting' AND leased_until > not_before AND channel = $1`
)

// Lead blocks until this process is the one that speaks on the named channel, or ctx ends, whose error it then returns.
// On SQLite that is at once, since no other process has the file open. On Postgres it is when no other process leads;
// waiting is called once if another does, and a connection that cannot be made is tried again.
//
// The context it returns is derived from ctx and lasts as long as the lead, which the caller gives back with release. It
// ends with the cause bot.ErrStandDown when the connection that holds the lead is lost: another process may lead by then.
// Attempts at sending that an earlier leader left unfinished are due again.
func (s *Store) Lead(ctx context.Context, channel string, waiting func()) (leading context.Context, release func(), err error) {
	if s.postgres == nil {
		leading, stop := context.WithCancel(ctx)
		return leading, stop, ctx.Err()
	}
	conn, err := s.takeLead(ctx, channel, waiting)
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.db.Exec(ctx, endLeasesOfQuery, channel); err != nil {
		closeConn(conn)
		return nil, nil, fmt.Errorf("end leases of the last leader: %w", err)
	}
	leading, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		defer closeConn(conn) // which gives the lead back
		if watch(leading, conn) {
			stop(bot.ErrStandDown)
		}
	}()
	return leading, func() { stop(context.Canceled); <-watched }, nil
}

// takeLead returns the connection that holds the lead. It has one of its own, since the lead ends with it.
func (s *Store) takeLead(ctx context.Context, channel string, waiting func()) (*pgx.Conn, error) {
	var conn *pgx.Conn
	told := waiting == nil
	for {
		got, err := false, error(nil)
		if conn == nil {
			conn, err = s.leadConn(ctx)
		}
		if err == nil {
			got, err = s.tryLead(ctx, conn, channel)
		}
		if got {
			return conn, nil
		}
		if err != nil && conn != nil {
			closeConn(conn)
			conn = nil
		}
		if err == nil && !told {
			waiting()
			told = true
		}
		select {
		case <-ctx.Done():
			if conn != nil {
				closeConn(conn)
			}
			return nil, ctx.Err()
		case <-time.After(leadEvery):
		}
	}
}

func (s *Store) leadConn(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, s.postgres)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, keepAliveQuery); err != nil {
		closeConn(conn)
		return nil, err
	}
	return conn, nil
}

func (s *Store) tryLead(ctx context.Context, conn *pgx.Conn, channel string) (got bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, postgresConnect)
	defer cancel()
	var schema *string
	if err := conn.QueryRow(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return false, err
	}
	if schema == nil {
		schema = new(string)
	}
	err = conn.QueryRow(ctx, tryLeadQuery, advisory(*schema, "lead "+channel)).Scan(&got)
	return got, err
}

// watch returns when ctx ends, and reports true when the connection was lost before that.
func watch(ctx context.Context, conn *pgx.Conn) (lost bool) {
	for {
		// Nobody notifies: this is a read that fails as soon as the connection ends.
		wait, cancel := context.WithTimeout(ctx, leadCheck)
		_, err := conn.WaitForNotification(wait)
		cancel()
		if ctx.Err() != nil {
			return false
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return true
		}
		answer, cancel := context.WithTimeout(ctx, leadAnswer)
		err = conn.Ping(answer)
		cancel()
		if ctx.Err() != nil {
			return false
		}
		if err != nil {
			return true
		}
	}
}

func closeConn(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}
