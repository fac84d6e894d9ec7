package storage

import (
	"context"
	"database/sql"
	"strings"
)

// readsApart sends queries outside transactions to the connections for reading, so that they do not wait for the one that
// writes. They see everything that was committed. A query that writes and is not recognised fails there. Statements share
// commits with everything else that writes.
type readsApart struct {
	write, read *sql.DB
	group       *group
}

func (r readsApart) forQuery(query string) *sql.DB {
	if strings.HasPrefix(strings.TrimLeft(query, " \t\n"), "SELECT") {
		return r.read
	}
	return r.write
}

func (r readsApart) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	var result sql.Result
	err := r.group.do(ctx, func(ctx context.Context) (err error) {
		result, err = r.group.db.Exec(ctx, query, args...)
		return err
	})
	return result, err
}

func (r readsApart) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.forQuery(query).QueryContext(ctx, query, args...)
}

func (r readsApart) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return r.forQuery(query).QueryRowContext(ctx, query, args...)
}
