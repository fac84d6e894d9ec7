package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "github.com/mattn/go-sqlite3" // the database driver
	"go.mau.fi/util/dbutil"
)

// access is what connections to a file are for.
type access int

const (
	writes    access = iota
	reads            // beside the one that writes
	onlyReads        // nothing in the file is changed
	frozen           // onlyReads of a file that nobody can change
)

// openSQLite opens a pool of connections to the file at path.
//
// WAL lets reads go on beside the one writer. With synchronous=FULL a commit survives a power cut, which the receipts
// sent after it rely on. Transactions take the write lock when they begin, since one that is promoted later fails
// instead of waiting. Deleted content is overwritten.
func openSQLite(path string, conns int, use access) (*dbutil.Database, error) {
	q := url.Values{
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"FULL"},
		"_foreign_keys":    {"on"},
		"_busy_timeout":    {"5000"}, // ms; only a backup or a command beside the service can hold the lock
		"_secure_delete":   {"on"},
		"_stmt_cache_size": {"100"}, // more than we have statements, whatsmeow's included
	}
	switch use {
	case writes:
		q.Set("_txlock", "immediate")
	case reads:
		q.Set("_query_only", "on")
	case onlyReads, frozen:
		q.Set("_query_only", "on")
		q.Set("mode", "ro")
		q.Del("_journal_mode") // to set it is to write
		if use == frozen {
			q.Set("immutable", "1")
		}
	}
	uri := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	return dbutil.NewFromConfig("", dbutil.Config{PoolConfig: dbutil.PoolConfig{
		Type: "sqlite3", URI: uri, MaxOpenConns: conns, MaxIdleConns: conns,
	}}, nil)
}

// unchanging reports whether the file at path lies where nothing can be written, and nobody is at work on it: then SQLite,
// which writes beside a file even to read it, must be told not to.
func unchanging(path string) bool {
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".layak-*")
	if err != nil {
		return true
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	return false
}

// private makes sure that the file at path exists and that nobody but its owner can read it. SQLite gives the files it
// makes beside it the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("make the file private: %w", err)
		}
	}
	return nil
}
