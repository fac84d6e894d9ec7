package whatsapp

import (
	"context"
	"encoding/hex"
	"log/slog"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"go.mau.fi/util/dbutil"
	"go.uber.org/goleak"

	"layak/bot"
	"layak/flows"
	"layak/internal/waserver"
)

// patience bounds every wait of these tests; under -race on a busy machine a pairing code alone takes seconds.
const patience = 60 * time.Second

func TestMain(m *testing.M) {
	// The library leaves this goroutine behind when a frame arrives while it disconnects.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("go.mau.fi/whatsmeow/socket.(*FrameSocket).readPump"))
}

func waiting(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func newServer(t *testing.T) (*waserver.Server, *waserver.Account) {
	t.Helper()
	srv, err := waserver.New(waserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	return srv, srv.NewAccount("628110000001")
}

func openDB(t *testing.T, path string) *dbutil.Database {
	t.Helper()
	db, err := dbutil.NewFromConfig("test", dbutil.Config{PoolConfig: dbutil.PoolConfig{
		Type: "sqlite3", URI: "file:" + path + "?_foreign_keys=on&_txlock=immediate&_journal_mode=WAL&_busy_timeout=5000", MaxOpenConns: 1, MaxIdleConns: 1,
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func testConfig(t *testing.T, srv *waserver.Server, db *dbutil.Database) Config {
	t.Helper()
	key := srv.RootKey()
	server, err := ParseTestServer(srv.URL(), hex.EncodeToString(key[:]))
	if err != nil {
		t.Fatal(err)
	}
	return Config{DB: db, TestServer: server, DeviceName: "layak test", Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

// scanned links the account by the first QR code.
func scanned(t *testing.T, cfg Config, account *waserver.Account) Linked {
	t.Helper()
	linked, err := Link(waiting(t), cfg, LinkOptions{Show: byScan(t, account)})
	if err != nil {
		t.Fatal(err)
	}
	return linked
}

// byScan is a Show that scans the first code.
func byScan(t *testing.T, account *waserver.Account) func(LinkEvent) {
	var once sync.Once
	return func(e LinkEvent) {
		if e.Kind != LinkQR {
			return
		}
		once.Do(func() {
			go func() {
				if err := account.Scan(waiting(t), e.Code); err != nil {
					t.Errorf("scan: %v", err)
				}
			}()
		})
	}
}

// service is a running channel whose messages go into a list, in place of a bot.
type service struct {
	t       *testing.T
	channel *Channel
	got     chan bot.Inbound
	stop    context.CancelFunc
	ended   chan error

	mu     sync.Mutex
	accept func(bot.Inbound) error // nil: everything is stored
}

func start(t *testing.T, cfg Config) *service {
	t.Helper()
	return startAt(t, cfg, realClock())
}

func startAt(t *testing.T, cfg Config, clock clock) *service {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	channel := New(cfg)
	channel.clock = clock
	s := &service{t: t, channel: channel, got: make(chan bot.Inbound, 1000), stop: stop, ended: make(chan error, 1)}
	go func() {
		s.ended <- s.channel.Run(ctx, func(_ context.Context, in bot.Inbound) error {
			s.mu.Lock()
			accept := s.accept
			s.mu.Unlock()
			if accept != nil {
				if err := accept(in); err != nil {
					return err
				}
			}
			s.got <- in
			return nil
		})
	}()
	t.Cleanup(func() { _ = s.halt() })
	return s
}

// halt stops the service in order, and returns the error of Run. It may be called again.
func (s *service) halt() error {
	s.stop()
	err := <-s.ended
	s.ended <- err
	if cerr := s.channel.Close(); cerr != nil {
		s.t.Error(cerr)
	}
	return err
}

// end waits for Run to return by itself.
func (s *service) end() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		s.ended <- err
		return err
	case <-time.After(patience):
		s.t.Fatal("the channel does not end")
		return nil
	}
}

func (s *service) ready() *service {
	s.t.Helper()
	if err := s.channel.WaitConnected(waiting(s.t)); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func (s *service) next() bot.Inbound {
	s.t.Helper()
	select {
	case in := <-s.got:
		return in
	case <-time.After(patience):
		s.t.Fatal("no message came")
		return bot.Inbound{}
	}
}

func (s *service) none() {
	s.t.Helper()
	select {
	case in := <-s.got:
		s.t.Errorf("a message came that should not: %+v", in)
	default:
	}
}

func (s *service) answer(in bot.Inbound, text string) bot.Receipt {
	s.t.Helper()
	receipt, err := s.channel.Send(waiting(s.t), bot.Outbound{
		Address: in.Address, MessageID: s.channel.NewMessageID(), Reply: flows.Reply{Text: text}, Ephemeral: in.Ephemeral,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return receipt
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
