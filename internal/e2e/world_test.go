package e2e

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"layak/bot"
	"layak/internal/waserver"
	"layak/storage"
	"layak/storage/pgtest"
)

// world is a business with a linked bot, and the people who write to it.
type world struct {
	t       *testing.T // the test that is at work
	home    *testing.T // the test that everything ends with
	srv     *waserver.Server
	account *waserver.Account
	dsn     string
	env     []string
	db      *storage.Store // nil until it is asked for
	first   int            // the people of two businesses on one server have numbers of their own

	mu       sync.Mutex
	people   []*waserver.Prospect
	services []*service
}

// engines runs a test on every kind of database.
func engines(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sqlite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, pgtest.NewDurable(t))
	})
}

// mostly runs a test on SQLite, and in the long run on every kind of database.
func mostly(t *testing.T, test func(t *testing.T, dsn string)) {
	if full() {
		engines(t, test)
		return
	}
	test(t, sqlite(t))
}

func sqlite(t *testing.T) string { return filepath.Join(t.TempDir(), "layak.db") }

// newWorld links an account of a new server. env comes on top of settings without limits, typing and pages.
func newWorld(t *testing.T, dsn string, env ...string) *world {
	t.Helper()
	srv, err := waserver.New(waserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return newBusiness(t, srv, "628110000001", dsn, env...)
}

// newBusiness links an account of srv.
func newBusiness(t *testing.T, srv *waserver.Server, number, dsn string, env ...string) *world {
	t.Helper()
	key := srv.RootKey()
	w := &world{t: t, home: t, srv: srv, account: srv.NewAccount(number), dsn: dsn, env: append([]string{
		"LAYAK_STORAGE_DSN=" + dsn,
		"LAYAK_WHATSAPP_TEST_SERVER_URL=" + srv.URL(), "LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY=" + hex.EncodeToString(key[:]),
		"LAYAK_WHATSAPP_TYPING=false", "LAYAK_WHATSAPP_READ_RECEIPTS=false",
		"LAYAK_LIMITS_CHAT_PER_MINUTE=0", "LAYAK_LIMITS_ACCOUNT_PER_SECOND=0", "LAYAK_LIMITS_LOOP_TURNS=0",
		"LAYAK_OPS_LISTEN=", "LAYAK_DESK_LISTEN=",
	}, env...)}
	link := spawn(t, w.env, "link", "--json")
	if err := w.account.Scan(waiting(t), link.find(link.out, "event", "qr")["code"].(string)); err != nil {
		t.Fatal(err)
	}
	if code := link.wait(); code != 0 {
		t.Fatalf("link: exit code %d\n%s", code, link.log)
	}
	t.Cleanup(w.noNumbersInLogs)
	return w
}

// in makes t the test at work until it ends.
func (w *world) in(t *testing.T) {
	before := w.t
	w.t = t
	t.Cleanup(func() { w.t = before })
}

// run starts the service and waits until it answers.
func (w *world) run(env ...string) *service {
	w.t.Helper()
	s := w.begin(env...)
	s.logged("ready")
	return s
}

// begin starts the service and does not wait.
func (w *world) begin(env ...string) *service {
	w.t.Helper()
	s := spawn(w.t, append(w.env[:len(w.env):len(w.env)], env...), "run", "--json")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.services = append(w.services, s)
	return s
}

// person makes somebody who can write to this business.
func (w *world) person(opts waserver.ProspectOptions) *waserver.Prospect {
	w.mu.Lock()
	defer w.mu.Unlock()
	if opts.To == nil {
		opts.To = w.account
	}
	p := w.srv.NewProspect(fmt.Sprintf("6281255%06d", w.first+len(w.people)+1), opts)
	w.people = append(w.people, p)
	return p
}

// noNumbersInLogs checks that no log line names anybody.
func (w *world) noNumbersInLogs() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.services {
		log := s.log.String()
		for _, p := range w.people {
			for _, name := range []string{p.Number().User, p.LID().User} {
				if strings.Contains(log, name) {
					w.t.Errorf("the log names %s:\n%s", name, log)
					return
				}
			}
		}
	}
}

// store opens the database beside the service, once.
func (w *world) store() *storage.Store {
	w.t.Helper()
	if w.db != nil {
		return w.db
	}
	s, err := storage.Open(w.home.Context(), w.dsn, storage.Options{Shared: true})
	if err != nil {
		w.t.Fatal(err)
	}
	w.home.Cleanup(func() { _ = s.Close() })
	w.db = s
	return s
}

// settled waits until nothing is left to send: WhatsApp took every answer, and the database says so.
func (w *world) settled() {
	w.t.Helper()
	w.until("everything is sent", func() bool { return w.count(`SELECT COUNT(*) FROM outbox WHERE state = 'waiting'`) == 0 })
}

// until waits for what only shows in the database, and nobody announces.
func (w *world) until(what string, holds func() bool) {
	w.t.Helper()
	ctx := waiting(w.t)
	for tick := time.NewTicker(5 * time.Millisecond); !holds(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("not in time: %s", what)
		}
	}
}

// count runs a query for one number.
func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	if err := w.store().DB().QueryRow(w.t.Context(), query, args...).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// chatAt returns the key of the chat known by an address, "" if there is none.
func chatAt(t *testing.T, s *storage.Store, address string) bot.ChatKey {
	t.Helper()
	rows, err := s.DB().Query(t.Context(), `SELECT contact FROM contact_alias WHERE address = $1`, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var key string
	for rows.Next() {
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return bot.ChatKey(key)
}
