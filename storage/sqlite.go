package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"

	_ "github.com/mattn/go-sqlite3" // the database driver
	"go.mau.fi/util/dbutil"
)

// openSQLite opens a pool of connections to the file at path.
//
// WAL lets reads go on beside the one writer. With synchronous=FULL a commit survives a power cut, which the receipts
// sent after it rely on. Transactions take the write lock when they begin, since one that is promoted later fails
// instead of waiting. Deleted content is overwritten.
func openSQLite(path string, conns int, readOnly bool) (*dbutil.Database, error) {
	q := url.Values{
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"FULL"},
		"_foreign_keys":    {"on"},
		"_busy_timeout":    {"5000"}, // ms; only a backup or a command beside the service can hold the lock
		"_secure_delete":   {"on"},
		"_stmt_cache_size": {"100"}, // more than we have statements, whatsmeow's included
	}
	if readOnly {
		q.Set("_query_only", "on")
	} else {
		q.Set("_txlock", "immediate")
	}
	uri := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	return dbutil.NewFromConfig("", dbutil.Config{PoolConfig: dbutil.PoolConfig{
		Type: "sqlite3", URI: uri, MaxOpenConns: conns, MaxIdleConns: conns,
	}}, nil)
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
