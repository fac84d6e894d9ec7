package storage_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"layak/bot"
	"layak/storage"
	"layak/storage/pgtest"
)

// TestBackupWhileWriting: the copy is one moment of a database that is written to, and opens like any other.
func TestBackupWhileWriting(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	if err := turn(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 1; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := turn(context.Background(), s, i); err != nil {
				done <- err
				return
			}
		}
	}()
	dir := t.TempDir()
	copies := []string{filepath.Join(dir, "a 1.db"), filepath.Join(dir, "file:b?.db")}
	for _, file := range copies {
		if err := storage.Backup(t.Context(), path, file); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != len(copies) {
		t.Errorf("%d files beside one another, want %d: %v", len(files), len(copies), err)
	}
	for _, file := range copies {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", file, info.Mode(), err)
		}
	}
	if err := storage.Backup(t.Context(), path, copies[0]); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	restored := open(t, copies[0])
	var n int
	if err := restored.DB().QueryRow(t.Context(), `SELECT COUNT(*) FROM inbox`).Scan(&n); err != nil || n == 0 {
		t.Errorf("the copy holds %d messages, %v", n, err)
	}
	if err := turn(t.Context(), restored, 1_000_000); err != nil {
		t.Errorf("the copy cannot go on: %v", err)
	}
}

func TestBackupRefuses(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "copy.db")
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("this is no database, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := newPath(t)
	open(t, path)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, c := range map[string]struct {
		ctx  context.Context
		dsn  string
		want error
	}{
		"missing":     {t.Context(), filepath.Join(dir, "missing.db"), fs.ErrNotExist},
		"other file":  {t.Context(), text, storage.ErrNotALayakDatabase},
		"interrupted": {ended, path, context.Canceled},
		"postgres":    {t.Context(), "postgres://localhost/a", storage.ErrUnsupported},
	} {
		if err := storage.Backup(c.ctx, c.dsn, to); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: something is left: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "missing.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the missing database was made")
	}
}

func TestDumpCommand(t *testing.T) {
	got, ok := storage.DumpCommand("postgres://layak:s3cret@db.example:5433/my%20chats?sslmode=require", "/b/it's.dump")
	want := `umask 077 && pg_dump --format=custom --host=db.example --port=5433 --username=layak --dbname='my chats' --file='/b/it'\''s.dump'`
	if !ok || got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, ok := storage.DumpCommand("layak.db", "x"); ok {
		t.Error("a command for SQLite")
	}
}

// TestDumpCommandWorks runs it, and restores what it wrote as the guide says.
func TestDumpCommandWorks(t *testing.T) {
	if _, err := exec.LookPath("pg_dump"); err != nil {
		pgtest.Missing(t, "pg_dump is not in PATH")
	}
	dsn := pgtest.New(t)
	s := open(t, dsn)
	if err := turn(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "layak.dump")
	command, _ := storage.DumpCommand(dsn, file)
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	target := pgtest.New(t)
	if out, err := exec.CommandContext(t.Context(), "pg_restore", "--dbname="+target, file).CombinedOutput(); err != nil {
		t.Fatalf("pg_restore: %v\n%s", err, out)
	}
	if err := turn(t.Context(), open(t, target), 1); err != nil {
		t.Errorf("the copy cannot go on: %v", err)
	}
}

func TestCounts(t *testing.T) {
	for name, dsn := range map[string]func() string{"sqlite": func() string { return newPath(t) }, "postgres": func() string { return pgtest.New(t) }} {
		t.Run(name, func(t *testing.T) {
			s := open(t, dsn())
			empty, err := s.Counts(t.Context())
			if err != nil || empty.Waiting != 0 || !empty.OldestWaiting.IsZero() || !empty.OldestPending.IsZero() || empty.OpenCases != 0 || !empty.OldestCase.IsZero() {
				t.Errorf("nothing: %+v, %v", empty, err)
			}
			when := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
			in := bot.Inbound{Channel: "whatsapp", Address: "1@lid", Sender: "1@lid", MessageID: "m1", ReceivedAt: when}
			in.Input.Kind, in.Input.Text, in.Input.At = "text", "halo", when
			a, err := s.Accept(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			c, err := s.Counts(t.Context())
			if err != nil || c.Pending != 1 || !c.OldestPending.Equal(when) {
				t.Errorf("one message: %+v, %v", c, err)
			}
			chat, err := s.Load(t.Context(), a.Chat)
			if err != nil {
				t.Fatal(err)
			}
			rec := bot.TurnRecord{
				Chat: a.Chat, At: when.Add(time.Minute), Answered: []bot.PendingID{chat.Pending[0].ID},
				Out: []bot.Outbound{{MessageID: "o1"}}, Missed: []bot.Missed{{Question: "q", Text: "?"}},
				HandOff: &bot.HandOff{Reason: "asked"}, Verdict: &bot.Verdict{Category: "c", Verdict: "eligible"},
			}
			if err := s.Commit(t.Context(), rec); err != nil {
				t.Fatal(err)
			}
			c, err = s.Counts(t.Context())
			if err != nil || c.Pending != 0 || c.Waiting != 1 || !c.OldestWaiting.Equal(when.Add(time.Minute)) || c.OpenCases != 1 || c.Unclaimed != 1 || !c.OldestCase.Equal(when.Add(time.Minute)) || c.Missed != 1 || c.Verdicts["eligible"] != 1 {
				t.Errorf("one turn: %+v, %v", c, err)
			}
		})
	}
}
