package storage_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/util/dbutil"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/store/sqlstore/upgrades"
	"go.uber.org/goleak"

	"layak/bot"
	"layak/bot/bottest"
	"layak/flows"
	"layak/storage"
	"layak/storage/pgtest"
	"layak/storage/storagetest"
)

// The test binary plays a second process when this variable names a database.
const childEnv = "LAYAK_STORAGE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	dbutil.ForceDeadlockDetection = true // a query beside the transaction it belongs in would wait for ever
	goleak.VerifyTestMain(m)
}

// child leads, and stores messages and turns until it is killed, and says after each what is safe.
func child(path string) {
	ctx := context.Background()
	s, err := storage.Open(ctx, path, storage.Options{})
	if err == nil {
		ctx, _, err = s.Lead(ctx, "test", nil)
	}
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(4)
	}
	fmt.Println("opened")
	for i := 0; ; i++ {
		if err := turn(ctx, s, i); err != nil {
			fmt.Println("turn:", err)
			os.Exit(1)
		}
		fmt.Println("stored", i)
	}
}

// turn stores one message of a contact of its own and its answer, and sends that.
func turn(ctx context.Context, s bot.Store, i int) error {
	now := time.Now()
	address := fmt.Sprint("person", i)
	a, err := s.Accept(ctx, bot.Inbound{
		Channel: "test", Address: address, Sender: address, MessageID: fmt.Sprint("IN", i), ReceivedAt: now,
		Input: flows.Input{Kind: flows.InputText, Text: "saya jual jamu kapsul", At: now},
	})
	if err != nil {
		return err
	}
	chat, err := s.Load(ctx, a.Chat)
	if err != nil {
		return err
	}
	next := chat.Conversation
	next.Place.State, next.Lang, next.UpdatedAt = "licence", "id", now
	next.Answers = map[string]flows.Value{flows.FactCategory: {Value: "herbal_medicine"}}
	err = s.Commit(ctx, bot.TurnRecord{
		Chat: chat.Key, Base: chat.Conversation.Version, Next: next, Answered: []bot.PendingID{chat.Pending[0].ID}, At: now,
		Out:   []bot.Outbound{{MessageID: fmt.Sprint("OUT", i), Reply: flows.Reply{Text: strings.Repeat("Pertanyaan 2 dari 3. ", 20)}}},
		Audit: []bot.AuditEntry{{Who: bot.AuthorBot, What: "turn", Note: "business → licence"}},
	})
	if err != nil {
		return err
	}
	out, err := s.Claim(ctx, "test", time.Now(), time.Minute, 1)
	if err != nil || len(out) == 0 {
		return fmt.Errorf("claimed %d: %w", len(out), err)
	}
	return s.Settle(ctx, out[0].ID, bot.Attempt{Outcome: bot.OutcomeSent, At: time.Now()})
}

func open(t testing.TB, path string) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), path, storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "layak.db") }

func TestConformance(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) bot.Store { return open(t, newPath(t)) })
	storagetest.RunVersions(t, func(t *testing.T) storagetest.VersionStore { return open(t, newPath(t)) })
}

// BenchmarkTurn is one message from accept to settled: Accept, Load, Commit, Claim, Settle, four of them transactions
// that wait for the disk. On a 2-core amd64 machine shared with other work: 3.0 ms on its disk, 1.4 ms in memory, 42 kB,
// 720 allocations. The budget is 5 ms.
func BenchmarkTurn(b *testing.B) { benchmarkTurn(b, open(b, newPath(b))) }

func benchmarkTurn(b *testing.B, s *storage.Store) {
	i := 0
	for b.Loop() {
		if err := turn(b.Context(), s, i); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkTurnAmongMany shows that a turn does not cost more among 20,000 contacts with history and 5,000 unsent
// messages: 1.4 ms in memory, like BenchmarkTurn.
func BenchmarkTurnAmongMany(b *testing.B) {
	s := open(b, newPath(b))
	if _, err := s.DB().Exec(b.Context(), `
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO contact (key, channel, address, created_at) SELECT 'old' || i, 'test', 'old' || i, 0 FROM n;
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO inbox (contact, channel, address, sender, device, from_me, message_id, kind, input, at, received_at, state)
		SELECT 'old' || i, 'test', 'old' || i, '', '', FALSE, 'OLD' || i, 'text', '{}', 0, 0, 'answered' FROM n;
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
		INSERT INTO outbox (contact, channel, address, message_id, reply, author, fence, ephemeral, state, composed_at, not_before, leased_until)
		SELECT 'old' || i, 'test', 'old' || i, 'OLDOUT' || i, '{}', 'bot', 0, 0, CASE WHEN i < 5000 THEN 'waiting' ELSE 'sent' END,
			0, 9000000000000, 9000000000000 FROM n`); err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		if err := turn(b.Context(), s, i); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// The whole bot on a real database: 50 people at once, three questions each, every message delivered twice.
func TestBotOnSQLite(t *testing.T) { fiftyPeople(t, newPath(t)) }

func fiftyPeople(t *testing.T, dsn string) {
	s := open(t, dsn)
	ch := bottest.NewChannel("test")
	b := bot.New(bot.Config{Store: s, Engine: counting{}, Channels: []bot.Channel{ch}})
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- b.Run(ctx) }()
	var people sync.WaitGroup
	for i := range 50 {
		people.Go(func() {
			address := fmt.Sprint("person", i)
			for n := range 3 {
				in := bot.Inbound{
					Address: address, Sender: address, MessageID: fmt.Sprint("IN", i, "-", n),
					Input: flows.Input{Kind: flows.InputText, Text: fmt.Sprint(n)},
				}
				for range 2 {
					if err := ch.Deliver(t.Context(), in); err != nil {
						t.Error(err)
					}
				}
				if err := ch.WaitShown(t.Context(), address, n+1); err != nil {
					t.Error(err)
				}
			}
			if diff := cmp.Diff([]string{"0 after 0", "1 after 1", "2 after 2"}, ch.Shown(address)); diff != "" {
				t.Errorf("%s sees (-want +got):\n%s", address, diff)
			}
		})
	}
	people.Wait()
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	var pending, unsent int
	if err := s.DB().QueryRow(t.Context(), `SELECT
		(SELECT COUNT(*) FROM inbox WHERE state <> 'answered'), (SELECT COUNT(*) FROM outbox WHERE state <> 'sent')`).Scan(&pending, &unsent); err != nil {
		t.Fatal(err)
	}
	if pending > 0 || unsent > 0 {
		t.Errorf("%d messages are not answered, %d answers not sent", pending, unsent)
	}
}

// counting answers with the text and how many there were before.
type counting struct{}

func (counting) Step(_ context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	t := flows.Turn{Next: c.Clone(), Replies: []flows.Reply{{Text: fmt.Sprint(in.Text, " after ", c.Misses)}}}
	t.Next.Misses++
	t.Next.Place.State = "counting"
	return t, nil
}

func TestFilesArePrivate(t *testing.T) {
	path := newPath(t)
	if err := os.WriteFile(path, nil, 0o644); err != nil { // made by hand, for all to read
		t.Fatal(err)
	}
	s := open(t, path)
	if err := turn(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want mode 0600", suffix, info, err)
		}
	}
}

func TestSettings(t *testing.T) {
	s := open(t, newPath(t))
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "secure_delete": "1",
	} {
		var got string
		if err := s.DB().QueryRow(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	for dsn, want := range map[string]error{
		"":                          storage.ErrUnsupported,
		":memory:":                  storage.ErrUnsupported,
		"/nowhere/at/all/layak.db":  fs.ErrNotExist,
		t.TempDir():                 nil, // a folder
		"mysql://root:hunter2@host": storage.ErrUnsupported,
	} {
		s, err := storage.Open(t.Context(), dsn, storage.Options{})
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", dsn, err, want)
		}
		if err == nil {
			_ = s.Close()
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a password is in the error: %v", err)
		}
	}
}

func TestUnusualPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "#1.db", "ü.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := open(t, path)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	_, err := storage.Open(t.Context(), path, storage.Options{})
	if !errors.Is(err, storage.ErrLocked) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("got %q, want ErrLocked with the file and the process", err)
	}
	shared, err := storage.Open(t.Context(), path, storage.Options{Shared: true})
	if err != nil {
		t.Fatalf("a command beside the service: %v", err)
	}
	if err := shared.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	open(t, path)
}

// A process that is killed loses nothing it said was safe, and its lock goes with it.
func TestKilledProcess(t *testing.T) {
	for round := range 3 {
		path := newPath(t)
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		last := -1
		for lines.Scan() {
			if _, err := fmt.Sscanf(lines.Text(), "stored %d", &last); err != nil && lines.Text() != "opened" {
				t.Fatal(lines.Text())
			}
			if last == 0 {
				if _, err := storage.Open(t.Context(), path, storage.Options{}); !errors.Is(err, storage.ErrLocked) {
					t.Errorf("opened beside another process: %v", err)
				}
			}
			if last >= 40+7*round {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it still said before it died
			_, _ = fmt.Sscanf(lines.Text(), "stored %d", &last)
		}
		_ = cmd.Wait()

		s := open(t, path)
		for i := range last + 1 {
			a, err := s.Accept(t.Context(), bot.Inbound{
				Channel: "test", Address: fmt.Sprint("person", i), Sender: fmt.Sprint("person", i), MessageID: fmt.Sprint("IN", i),
			})
			if err != nil || a.Fresh {
				t.Fatalf("message %d of %d was lost (%v)", i, last, err)
			}
			lines, err := s.Transcript(t.Context(), a.Chat)
			if err != nil || len(lines) != 2 || lines[0].State != bot.LineAnswered || lines[1].State != bot.LineSent {
				t.Fatalf("chat %d: %+v, %v", i, lines, err)
			}
		}
		var ok string
		if err := s.DB().QueryRow(t.Context(), `PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
			t.Errorf("integrity: %q, %v", ok, err)
		}
	}
}

// A message whose send was cut off is tried again at once after a restart, not only when its lease ends.
func TestLeasesEndWithTheProcess(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	now := time.Now()
	a, err := s.Accept(t.Context(), bot.Inbound{Channel: "test", Address: "ana", MessageID: "1", ReceivedAt: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), bot.TurnRecord{Chat: a.Chat, At: now, Out: []bot.Outbound{
		{MessageID: "now"}, {MessageID: "later", NotBefore: now.Add(time.Hour)},
	}}); err != nil {
		t.Fatal(err)
	}
	claim := func() []bot.Outbound {
		t.Helper()
		out, err := s.Claim(t.Context(), "test", now, time.Hour, 10)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if out := claim(); len(out) != 1 || len(claim()) != 0 {
		t.Fatalf("claimed %+v", out)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	if out := claim(); len(out) != 1 || out[0].MessageID != "now" || out[0].Attempts != 2 {
		t.Errorf("after the restart %+v, want the message that was cut off", out)
	}
}

// Nothing that was forgotten can be read from the files.
func TestForgottenTextIsGoneFromDisk(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	ctx := t.Context()
	now := time.Now()
	secrets := []string{"6281234567890", "jamu-rahasia", "Nama Rahasia", "pertanyaan-rahasia", "catatan-rahasia", "selamat-jalan"}
	in := bot.Inbound{
		Channel: "test", Address: secrets[0] + "@net", Sender: secrets[0] + ":1@net", MessageID: "IN1", Name: secrets[2], ReceivedAt: now,
		Input: flows.Input{Kind: flows.InputText, Text: secrets[1], At: now},
	}
	for i := range 50 { // enough for pages to split
		other := in
		other.MessageID, other.Input.Text = fmt.Sprint("IN", i), fmt.Sprint(secrets[1], strings.Repeat("x", i*20))
		a, err := s.Accept(ctx, other)
		if err != nil {
			t.Fatal(err)
		}
		chat, err := s.Load(ctx, a.Chat)
		if err != nil {
			t.Fatal(err)
		}
		rec := bot.TurnRecord{
			Chat: a.Chat, Base: chat.Conversation.Version, Next: chat.Conversation, Answered: []bot.PendingID{chat.Pending[0].ID}, At: now,
			Out:     []bot.Outbound{{MessageID: fmt.Sprint("OUT", i), Reply: flows.Reply{Text: secrets[3]}}},
			Missed:  []bot.Missed{{Text: secrets[1]}},
			HandOff: &bot.HandOff{Reason: flows.HandOffAsked, Summary: secrets[4]},
		}
		rec.Next.Answers = map[string]flows.Value{"a": {Value: secrets[1]}}
		if i == 49 {
			rec.Forget = true
			rec.Out[0].Reply.Text = secrets[5]
		}
		if err := s.Commit(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	out, err := s.Claim(ctx, "test", now, time.Minute, 10)
	if err != nil || len(out) != 1 || out[0].Reply.Text != secrets[5] {
		t.Fatalf("claimed %+v, %v; want the goodbye alone", out, err)
	}
	if err := s.Settle(ctx, out[0].ID, bot.Attempt{Outcome: bot.OutcomeSent, At: now}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(path + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if strings.Contains(string(data), secret) {
				t.Errorf("%q is still in %s", secret, filepath.Base(f))
			}
		}
	}
}

func TestAuditIsAppendOnly(t *testing.T) { auditIsAppendOnly(t, open(t, newPath(t))) }

func auditIsAppendOnly(t *testing.T, s *storage.Store) {
	if err := turn(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{`UPDATE audit SET note = ''`, `DELETE FROM audit`} {
		if _, err := s.DB().Exec(t.Context(), q); err == nil {
			t.Errorf("%s: no error", q)
		}
	}
}

// whatsmeow's tables live in the same file, and one transaction covers both.
func TestTablesOfOthers(t *testing.T) { tablesOfOthers(t, open(t, newPath(t))) }

func tablesOfOthers(t *testing.T, s *storage.Store) {
	box := sqlstore.NewWithWrappedDB(s.DB().Child("whatsmeow_version", upgrades.Table, nil), nil)
	if err := box.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := box.GetFirstDevice(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := turn(t.Context(), s, 0); err != nil {
		t.Fatal(err)
	}
	undo := errors.New("undo")
	err := s.DB().DoTxn(t.Context(), nil, func(ctx context.Context) error {
		if _, err := s.Accept(ctx, bot.Inbound{Channel: "test", Address: "ana", MessageID: "1"}); err != nil {
			return err
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	if a, err := s.Accept(t.Context(), bot.Inbound{Channel: "test", Address: "ana", MessageID: "1"}); err != nil || !a.Fresh {
		t.Errorf("the rollback did not cover the message: %+v, %v", a, err)
	}
}

// spaces are set in one way by us and in another by SQLite when it adds a column.
var spaces = strings.NewReplacer(" ,", ",", "( ", "(", " )", ")")

// tables returns the schema of a database as SQLite keeps it, without spaces and comments.
func tables(t *testing.T, db *sql.DB) map[string]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT name, COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		var words []string
		for line := range strings.Lines(text) {
			code, _, _ := strings.Cut(line, "--")
			words = append(words, strings.Fields(code)...)
		}
		all[name] = spaces.Replace(strings.Join(words, " "))
	}
	return all
}

// Every schema that was ever released comes to the same present one, with its rows. testdata holds the first.
func TestUpgradeFromEveryRelease(t *testing.T) {
	fresh := tables(t, open(t, newPath(t)).DB().RawDB)
	files, err := filepath.Glob("testdata/v*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no earlier schemas: %v", err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			script, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			path := newPath(t)
			old, err := sql.Open("sqlite3", path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := old.ExecContext(t.Context(), string(script)); err != nil {
				t.Fatal(err)
			}
			if err := old.Close(); err != nil {
				t.Fatal(err)
			}
			s := open(t, path)
			if diff := cmp.Diff(fresh, tables(t, s.DB().RawDB)); diff != "" {
				t.Errorf("schema (-fresh +upgraded):\n%s", diff)
			}
			var untouched int
			if err := s.DB().QueryRow(t.Context(), `SELECT COUNT(*) FROM contact WHERE touched_at = 0`).Scan(&untouched); err != nil || untouched > 0 {
				t.Errorf("%d contacts have no time of their last message (%v)", untouched, err)
			}
			lines, err := s.Transcript(t.Context(), "KEY1")
			if err != nil || len(lines) != 2 || lines[0].Text != "halo" || lines[1].Text != "Halo juga" {
				t.Errorf("transcript %+v, %v", lines, err)
			}
		})
	}
}

// A store that is only read is read beside the service, and nothing in it is changed: not even an earlier schema.
func TestOnlyRead(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	if _, err := s.Ask(t.Context(), bot.Command{Name: "reload"}); err != nil {
		t.Fatal(err)
	}
	onlyRead(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	onlyRead(t, path)
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file is another one: %v", err)
	}

	script, err := os.ReadFile("testdata/v1.sql")
	if err != nil {
		t.Fatal(err)
	}
	path = newPath(t)
	old, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if _, err := old.ExecContext(t.Context(), string(script)); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), path, storage.Options{ReadOnly: true}); !errors.Is(err, storage.ErrOlder) {
		t.Errorf("an earlier schema: %v", err)
	}
	var version int
	if err := old.QueryRowContext(t.Context(), `SELECT version FROM version`).Scan(&version); err != nil || version != 1 {
		t.Errorf("the schema is %d now (%v)", version, err)
	}
}

func TestOnlyReadOnPostgres(t *testing.T) {
	dsn := pgtest.New(t)
	if _, err := storage.Open(t.Context(), dsn, storage.Options{ReadOnly: true}); err == nil {
		t.Error("an empty database is taken for one of ours")
	}
	s := open(t, dsn)
	onlyRead(t, dsn)
	if _, err := s.DB().Exec(t.Context(), `UPDATE version SET version = 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), dsn, storage.Options{ReadOnly: true}); !errors.Is(err, storage.ErrOlder) {
		t.Errorf("an earlier schema: %v", err)
	}
}

// onlyRead fails unless a database can be opened to be read, and not be written.
func onlyRead(t *testing.T, dsn string) {
	t.Helper()
	s, err := storage.Open(t.Context(), dsn, storage.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Funnel(t.Context(), time.Time{}, time.Time{}); err != nil {
		t.Error(err)
	}
	if _, err := s.Ask(t.Context(), bot.Command{Name: "reload"}); err == nil {
		t.Error("it can be written")
	}
}

func TestNewerDatabase(t *testing.T) {
	for name, tt := range map[string]struct {
		version, compat int
		refused         bool
	}{
		"incompatible": {99, 99, true},
		"compatible":   {99, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path)
			if _, err := s.DB().Exec(t.Context(), `UPDATE version SET version = $1, compat = $2`, tt.version, tt.compat); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s, err := storage.Open(t.Context(), path, storage.Options{})
			if tt.refused != errors.Is(err, storage.ErrNewer) {
				t.Errorf("got %v, refused should be %t", err, tt.refused)
			}
			if err == nil {
				_ = s.Close()
			}
		})
	}
	// Somebody else's database is not touched.
	path := newPath(t)
	db, err := dbutil.NewFromConfig("other", dbutil.Config{PoolConfig: dbutil.PoolConfig{Type: "sqlite3", URI: path, MaxOpenConns: 1}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	db.UpgradeTable = dbutil.BuildUpgradeTable().Finish()
	if err := db.Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := storage.Open(t.Context(), path, storage.Options{}); !errors.Is(err, dbutil.ErrNotOwned) {
		t.Errorf("opened the database of another program: %v", err)
	}
}
