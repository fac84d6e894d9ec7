package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Errors that Migrate returns.
var (
	// ErrNotEmpty means that the target holds rows already.
	ErrNotEmpty = errors.New("the target is not empty")
	// ErrRunning means that a service is running on the target.
	ErrRunning = errors.New("a service is running on the target")
)

// Moved says how many rows of a table were moved.
type Moved struct {
	Table string
	Rows  int64
}

// bookkeeping are the tables that say which schema a database has. They are compared, not moved.
var bookkeeping = []string{"version", "whatsmeow_version", "database_owner"}

// Migrate moves everything in a SQLite database to an empty Postgres database, the tables of others included, which must
// be there already. It is one transaction: after an error the target is as it was. The source is only read; that no
// service writes to it meanwhile is seen to by its lock; nobody may use the target meanwhile. channel is the one whose leader would be a running service. It
// returns ErrNotEmpty and ErrRunning.
func Migrate(ctx context.Context, from, to *Store, channel string) ([]Moved, error) {
	if from.postgres != nil || to.postgres == nil {
		return nil, errors.New("move from SQLite to Postgres only")
	}
	conn, err := to.leadConn(ctx)
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	if got, err := to.tryLead(ctx, conn, channel); err != nil || !got {
		return nil, errors.Join(err, orNil(got, ErrRunning))
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	m := &migration{from: from.db.RawDB, to: tx}
	moved, err := m.run(ctx)
	if err != nil {
		return nil, err
	}
	if err := tx.Commit(ctx); err != nil {
		return nil, err
	}
	if to.key, err = to.hashKey(ctx); err != nil { // which came with the rest
		return moved, err
	}
	_, err = conn.Exec(ctx, `ANALYZE`) // so that the first queries are planned for what is there
	return moved, err
}

func orNil(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}

type migration struct {
	from *sql.DB
	to   pgx.Tx
}

func (m *migration) run(ctx context.Context) ([]Moved, error) {
	tables, err := m.tables(ctx)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	if err := m.compare(ctx, tables); err != nil {
		return nil, err
	}
	// The target has a key of hashes of its own, made when it was opened. Nothing was hashed with it.
	if _, err := m.to.Exec(ctx, `DELETE FROM meta`); err != nil {
		return nil, err
	}
	var moved []Moved
	for _, table := range tables {
		n, err := m.copy(ctx, table)
		if err != nil {
			return nil, fmt.Errorf("move table %s: %w", table, err)
		}
		moved = append(moved, Moved{table, n})
	}
	return moved, nil
}

// tables lists the tables of the source, each after those it refers to.
func (m *migration) tables(ctx context.Context) ([]string, error) {
	names, err := m.strings(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	var sorted []string
	var visit func(name string) error
	visit = func(name string) error {
		if slices.Contains(sorted, name) || slices.Contains(bookkeeping, name) {
			return nil
		}
		refers, err := m.strings(ctx, `SELECT DISTINCT "table" FROM pragma_foreign_key_list(?1) WHERE "table" <> ?1 ORDER BY 1`, name)
		if err != nil {
			return err
		}
		for _, r := range refers {
			if err := visit(r); err != nil {
				return err
			}
		}
		sorted = append(sorted, name)
		return nil
	}
	for _, name := range names {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return sorted, nil
}

// compare sees to it that both databases have the same schema and that the target is empty, and keeps others out of it.
func (m *migration) compare(ctx context.Context, tables []string) error {
	for _, table := range bookkeeping[:2] {
		var here, there int
		err := m.from.QueryRowContext(ctx, `SELECT version FROM `+table).Scan(&here)
		if err != nil && strings.Contains(err.Error(), "no such table") {
			continue
		}
		if err == nil {
			err = m.to.QueryRow(ctx, `SELECT version FROM `+table).Scan(&there)
		}
		if err != nil {
			return fmt.Errorf("compare schemas: %w", err)
		}
		if here != there {
			return fmt.Errorf("the schemas differ: %s is %d in the source and %d in the target", table, here, there)
		}
	}
	var full []string
	for _, table := range tables {
		name := pgx.Identifier{table}.Sanitize()
		if _, err := m.to.Exec(ctx, `LOCK TABLE `+name+` IN ACCESS EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("table %s in the target: %w", table, err)
		}
		var some bool
		if err := m.to.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM `+name+`)`).Scan(&some); err != nil {
			return err
		}
		if some && table != "meta" {
			full = append(full, table)
		}
	}
	if len(full) > 0 {
		return fmt.Errorf("%w: there are rows in %s", ErrNotEmpty, strings.Join(full, ", "))
	}
	return nil
}

// column is one of a table in the target.
type column struct {
	name, kind string
	identity   bool // numbered by the database
}

// copy moves one table, and sees to it that as many rows arrived as there were.
func (m *migration) copy(ctx context.Context, table string) (int64, error) {
	columns, err := m.columns(ctx, table)
	if err != nil {
		return 0, err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	name := pgx.Identifier{table}.Sanitize()
	rows, err := m.from.QueryContext(ctx, `SELECT "`+strings.Join(names, `", "`)+`" FROM `+name)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	if _, err := m.to.CopyFrom(ctx, pgx.Identifier{table}, names, &copySource{rows: rows, columns: columns}); err != nil {
		return 0, err
	}
	_ = rows.Close()
	var were, are int64
	if err := m.from.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+name).Scan(&were); err != nil {
		return 0, err
	}
	if err := m.to.QueryRow(ctx, `SELECT COUNT(*) FROM `+name).Scan(&are); err != nil {
		return 0, err
	}
	if were != are {
		return 0, fmt.Errorf("%d rows were there and %d arrived", were, are)
	}
	return are, m.number(ctx, table, columns)
}

// number makes the numbers of new rows go on where the source stopped, so that none is used twice.
func (m *migration) number(ctx context.Context, table string, columns []column) error {
	for _, c := range columns {
		if !c.identity {
			continue
		}
		var last int64
		err := m.from.QueryRowContext(ctx, `SELECT seq FROM sqlite_sequence WHERE name = ?1`, table).Scan(&last)
		if errors.Is(err, sql.ErrNoRows) {
			continue // no row was ever added
		}
		if err == nil && last > 0 {
			_, err = m.to.Exec(ctx, `SELECT setval(pg_get_serial_sequence($1, $2), $3)`, table, c.name, last)
		}
		if err != nil {
			return fmt.Errorf("number new rows: %w", err)
		}
	}
	return nil
}

func (m *migration) columns(ctx context.Context, table string) ([]column, error) {
	here, err := m.strings(ctx, `SELECT name FROM pragma_table_info(?1) ORDER BY name`, table)
	if err != nil {
		return nil, err
	}
	rows, err := m.to.Query(ctx, `
		SELECT column_name::text, data_type::text, is_identity = 'YES' FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1`, table)
	if err != nil {
		return nil, err
	}
	columns, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c column, err error) {
		return c, row.Scan(&c.name, &c.kind, &c.identity)
	})
	if err != nil {
		return nil, err
	}
	var there []string
	for _, c := range columns {
		there = append(there, c.name)
	}
	slices.Sort(there)
	if !slices.Equal(here, there) {
		return nil, fmt.Errorf("the columns differ: %s in the source, %s in the target", strings.Join(here, ", "), strings.Join(there, ", "))
	}
	return columns, nil
}

// strings runs a query on the source that gives one text a row.
func (m *migration) strings(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := m.from.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// copySource hands the rows of one database to another.
type copySource struct {
	rows    *sql.Rows
	columns []column
	err     error
}

// Next implements pgx.CopyFromSource.
func (c *copySource) Next() bool { return c.rows.Next() }

// Err implements pgx.CopyFromSource.
func (c *copySource) Err() error { return errors.Join(c.err, c.rows.Err()) }

// Values implements pgx.CopyFromSource.
func (c *copySource) Values() ([]any, error) {
	values, dest := make([]any, len(c.columns)), make([]any, len(c.columns))
	for i := range values {
		dest[i] = &values[i]
	}
	if err := c.rows.Scan(dest...); err != nil {
		return nil, err
	}
	for i, col := range c.columns {
		v, err := convert(values[i], col.kind)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", col.name, err)
		}
		values[i] = v
	}
	return values, nil
}

// convert makes what SQLite, which knows few types, gives for a column what Postgres takes.
func convert(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []byte:
		switch kind {
		case "bytea":
			return v, nil
		case "text", "character varying":
			return clean(string(v)), nil
		case "uuid":
			if len(v) == 16 {
				return [16]byte(v), nil
			}
			return string(v), nil
		}
	case string:
		switch kind {
		case "bytea":
			return []byte(v), nil
		case "text", "character varying":
			return clean(v), nil
		case "uuid":
			return v, nil
		}
	case bool:
		if kind == "boolean" {
			return v, nil
		}
	case int64:
		switch kind {
		case "boolean":
			return v != 0, nil
		case "bigint", "integer", "smallint":
			return v, nil
		case "text", "character varying":
			return fmt.Sprint(v), nil
		}
	}
	return nil, fmt.Errorf("a %T does not fit %s", v, kind)
}
