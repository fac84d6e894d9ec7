package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNotALayakDatabase means that a file holds no chats.
var ErrNotALayakDatabase = errors.New("it is not a database of layak")

// Backup copies the SQLite database at the address dsn into a new file, while a service may be using it: the copy is the
// database at one moment, without what was deleted. It is checked, and only its owner can read it. An error that wraps
// fs.ErrExist says that there is such a file already, which is left alone; after any other error there is none. It wraps
// ErrUnsupported for Postgres, see DumpCommand.
func Backup(ctx context.Context, dsn, file string) error {
	if isPostgres(dsn) {
		return fmt.Errorf("back up: %w: pg_dump does that", ErrUnsupported)
	}
	from := strings.TrimPrefix(dsn, "file:")
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	file, err := filepath.Abs(file) // SQLite reads a name that begins with file: as an address
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	// An empty file is the only one that SQLite writes a copy into.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	err = copyInto(ctx, from, file)
	if err == nil {
		err = check(ctx, file)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = syncFolder(filepath.Dir(file))
	}
	if err != nil {
		_ = os.Remove(file)
		_ = os.Remove(file + "-journal")
		return fmt.Errorf("back up %s: %w", from, err)
	}
	return nil
}

// copyInto reads in one transaction, which writers do not wait for.
func copyInto(ctx context.Context, from, file string) error {
	db, err := openPlain(from, "rw") // the files beside it may have to be made
	if err != nil {
		return err
	}
	defer db.Close()
	if err := ours(ctx, db); err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, file)
	return err
}

// check reads every page of a copy.
func check(ctx context.Context, file string) error {
	db, err := openPlain(file, "ro")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := ours(ctx, db); err != nil {
		return err
	}
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return fmt.Errorf("check the copy: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("the copy is damaged: %s", verdict)
	}
	return nil
}

// ours looks for what every database of this program holds.
func ours(ctx context.Context, db *sql.DB) error {
	var key string
	if err := db.QueryRowContext(ctx, hashKeyQuery).Scan(&key); err != nil {
		return fmt.Errorf("%w: %w", ErrNotALayakDatabase, err)
	}
	return nil
}

// openPlain opens an existing file without changing how it is kept.
func openPlain(path, mode string) (*sql.DB, error) {
	q := url.Values{"mode": {mode}, "_busy_timeout": {"5000"}}
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// syncFolder makes the name of a new file survive a power cut.
func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// DumpCommand is the shell command that backs up the Postgres database at the address dsn into file. It holds no password:
// pg_dump asks for one, or takes it from ~/.pgpass. It reports false for other databases.
func DumpCommand(dsn, file string) (string, bool) {
	if !isPostgres(dsn) {
		return "", false
	}
	cfg, err := parsePostgres(dsn)
	if err != nil {
		return "", false
	}
	command := "umask 077 && pg_dump --format=custom --host=" + quote(cfg.Host) + " --port=" + strconv.Itoa(int(cfg.Port)) +
		" --username=" + quote(cfg.User) + " --dbname=" + quote(cfg.Database)
	return command + " --file=" + quote(file), true
}

// quote makes text one word for a shell.
func quote(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@", r)
	}) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
