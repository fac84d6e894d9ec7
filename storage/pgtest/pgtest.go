// Package pgtest gives tests a PostgreSQL server of their own: the one that is installed, started in a temporary
// directory once for each test binary. It goes away with the binary, however that ends.
package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// errMissing means that no server is installed here.
var errMissing = errors.New("PostgreSQL is not installed (initdb is neither in PATH nor in /usr/lib/postgresql)")

// The servers of this test binary: one that forgets what a power cut would take, and one that waits for the disk.
var (
	quick = sync.OnceValues(func() (string, error) {
		return start(memory(), "-c fsync=off -c synchronous_commit=off -c full_page_writes=off")
	})
	durable = sync.OnceValues(func() (string, error) { return start("", "") })
)

var databases atomic.Int64

// New makes an empty database for one test and returns its address. Each setting, such as "timezone = 'Asia/Jakarta'",
// becomes a default of that database. Commits do not wait for the disk, which only a power cut would show.
// Where PostgreSQL is missing the test is skipped, or fails if the environment variable LAYAK_REQUIRE lists postgres.
func New(t testing.TB, settings ...string) string {
	t.Helper()
	return newDatabase(t, quick, settings)
}

// NewDurable is New on a server whose commits wait for the disk, for tests of crashes and of speed.
func NewDurable(t testing.TB, settings ...string) string {
	t.Helper()
	return newDatabase(t, durable, settings)
}

// Missing skips a test for want of a part of PostgreSQL, loudly, or fails it if the environment variable LAYAK_REQUIRE lists
// postgres.
func Missing(t testing.TB, what string) {
	t.Helper()
	text := "NOT RUN: " + what
	if slices.Contains(strings.FieldsFunc(os.Getenv("LAYAK_REQUIRE"), func(r rune) bool { return r == ',' || r == ' ' }), "postgres") {
		t.Fatal(text + ", and LAYAK_REQUIRE asks for postgres")
	}
	fmt.Fprintln(os.Stderr, t.Name()+": "+text)
	t.Skip(text)
}

func newDatabase(t testing.TB, server func() (string, error), settings []string) string {
	t.Helper()
	dir, err := server()
	if errors.Is(err, errMissing) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprint("test", databases.Add(1))
	statements := []string{"CREATE DATABASE " + name}
	for _, s := range settings {
		statements = append(statements, "ALTER DATABASE "+name+" SET "+s)
	}
	if err := Exec(address(dir, "postgres"), statements...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := Exec(address(dir, "postgres"), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return address(dir, name)
}

// Exec runs statements one by one on a connection of their own, for what a test does behind the store's back.
func Exec(dsn string, statements ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// Until waits, for up to a minute, until a query that gives one truth value gives true.
func Until(t testing.TB, dsn, query string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for ok := false; !ok; {
		if err := conn.QueryRow(ctx, query).Scan(&ok); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
}

// address is that of a database on the server whose socket is in dir.
func address(dir, name string) string {
	return (&url.URL{Scheme: "postgres", User: url.User("layak"), Path: "/" + name, RawQuery: url.Values{"host": {dir}}.Encode()}).String()
}

// supervise starts the server, says "ready", and removes everything when its standard input ends, which it does even if
// the test binary is killed.
const supervise = `
trap '' INT TERM HUP
set -e
"$1/initdb" -D "$2/data" -U layak --auth=trust --no-sync -E UTF8 --locale=C >"$2/log" 2>&1
"$1/pg_ctl" -D "$2/data" -w -t 60 -l "$2/log" -o "-c listen_addresses='' -c unix_socket_directories='$2' -c max_connections=200 $3" start >>"$2/log" 2>&1
echo ready
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate stop >>"$2/log" 2>&1 || true
rm -rf "$2"
`

// memory is where files are kept in memory, "" where there is no such place.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// start starts a server with options in a directory below parent, and returns the directory of its socket.
func start(parent, options string) (dir string, err error) {
	programs, err := find()
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp(parent, "layak-pg"); err != nil {
		return "", err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "sh", programs, dir, options)
	cmd.Dir = dir
	if os.Geteuid() == 0 { // which the server refuses to run as
		if cmd.SysProcAttr, err = unprivileged(dir); err != nil {
			return "", err
		}
	}
	in, keep, err := os.Pipe()
	if err != nil {
		return "", err
	}
	out, report, err := os.Pipe()
	if err != nil {
		return "", err
	}
	cmd.Stdin, cmd.Stdout = in, report
	if err := cmd.Start(); err != nil {
		return "", err
	}
	_, _ = in.Close(), report.Close()
	forever.Store(keep, nil)
	defer out.Close()
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return "", fmt.Errorf("PostgreSQL does not start in %s:\n%s", dir, log)
	}
	return dir, nil
}

// forever keeps the supervisors' standard inputs from being collected, and so closed, before this process ends.
var forever sync.Map

// find returns the directory of the newest server that is installed.
func find() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	all, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(all) == 0 {
		return "", errMissing
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	return filepath.Dir(slices.MaxFunc(all, func(a, b string) int { return version(a) - version(b) })), nil
}

// unprivileged hands dir to the user postgres, and gives the attributes of a process that runs as them.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	who, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	if err := os.Chown(dir, int(uid), int(gid)); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}
