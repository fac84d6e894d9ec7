package whatsapp

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"go.mau.fi/util/dbutil"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

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

func TestConversation(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	for name, addressing := range map[string]waserver.Addressing{"628120000001": waserver.ByLID, "628120000002": waserver.ByNumber, "628120000003": waserver.ByHiddenLID} {
		p := srv.NewProspect(name, waserver.ProspectOptions{Addressing: addressing, Name: "Rina"})
		id := must[string](t)(p.Send(waiting(t), "halo"))
		in := s.next()
		if in.MessageID != id || in.Address != p.Address().String() || in.Input.Text != "halo" || in.Name != "Rina" || in.FromMe {
			t.Errorf("got %+v", in)
		}
		switch addressing {
		case waserver.ByLID:
			if in.Alt != p.Number().String() {
				t.Errorf("the other address is %q, want %s", in.Alt, p.Number())
			}
		case waserver.ByNumber:
			if in.Alt != p.LID().String() {
				t.Errorf("the other address is %q, want %s", in.Alt, p.LID())
			}
		case waserver.ByHiddenLID:
			if in.Alt != "" {
				t.Errorf("the other address is %q, want none", in.Alt)
			}
		}
		receipt := s.answer(in, "Halo, ini jawaban otomatis.")
		if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Text != "Halo, ini jawaban otomatis." {
			t.Errorf("the prospect got %q", got.Text)
		}
		if addressing == waserver.ByNumber && receipt.Address != p.LID().String() {
			t.Errorf("the message went to %q, want %s", receipt.Address, p.LID())
		}
		if addressing != waserver.ByNumber && receipt.Address != "" {
			t.Errorf("the message went to %q, want no news", receipt.Address)
		}
	}
	if got := s.channel.Status(); !got.Connected || got.Logins != 1 || got.Accepted != 3 {
		t.Errorf("status %+v", got)
	}
}

func TestTimerIsCarriedAndChatIsMarkedRead(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	id := must[string](t)(p.SendMessage(waiting(t), &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: proto.String("halo"), ContextInfo: &waE2E.ContextInfo{Expiration: proto.Uint32(604800)},
	}}, waserver.SendOptions{}))
	in := s.next()
	if err := s.channel.MarkRead(waiting(t), in.Address, in.Sender, []string{in.MessageID}); err != nil {
		t.Fatal(err)
	}
	must[waserver.Receipt](t)(p.WaitReceipt(waiting(t), id, "read"))
	if err := s.channel.Typing(waiting(t), in.Address, true); err != nil {
		t.Fatal(err)
	}
	s.answer(in, "baik")
	if err := s.channel.Typing(waiting(t), in.Address, false); err != nil {
		t.Fatal(err)
	}
	if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Ephemeral != 7*24*time.Hour {
		t.Errorf("the answer disappears after %s, want a week", got.Ephemeral)
	}
	if states := p.ChatStates(); len(states) == 0 {
		t.Error("the prospect saw no typing")
	}
}

func TestOthersGetNoAnswerButAreAcknowledged(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	for _, place := range []types.JID{types.NewJID("120363000000000001", types.GroupServer), types.StatusBroadcastJID, types.NewJID("1700000000", types.BroadcastServer)} {
		must[string](t)(p.SendIn(waiting(t), place, said("halo"), waserver.SendOptions{}))
	}
	must[string](t)(account.InjectChannel(types.NewJID("120363000000000002", types.NewsletterServer), said("berita")))
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	s.none()
	if got := account.Sends(); len(got) != 0 {
		t.Errorf("something was sent: %+v", got)
	}
}

func TestBusinessPhoneIsSeen(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(account.Phone().Send(waiting(t), p, "saya bantu ya"))
	if in := s.next(); !in.FromMe || in.Address != p.Address().String() || in.Input.Text != "saya bantu ya" {
		t.Errorf("got %+v", in)
	}
}

// TestHistoryIsNotFetched offers the chats of the past, and sends a message after it.
func TestHistoryIsNotFetched(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	for range 3 {
		if err := account.Phone().OfferHistory(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(p.Send(waiting(t), "halo"))
	if in := s.next(); in.Input.Text != "halo" {
		t.Errorf("got %+v", in)
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Error(err)
	}
	if n := srv.Downloads(); n > 0 {
		t.Errorf("%d files were fetched", n)
	}
}

func TestRestart(t *testing.T) {
	srv, account := newServer(t)
	path := filepath.Join(t.TempDir(), "a.db")
	cfg := testConfig(t, srv, openDB(t, path))
	scanned(t, cfg, account)
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	// Before the first run: what was sent while only `layak link` was there.
	must[string](t)(p.Send(waiting(t), "satu"))
	s := start(t, cfg).ready()
	in := s.next()
	if in.Input.Text != "satu" {
		t.Errorf("got %q", in.Input.Text)
	}
	id := s.channel.NewMessageID()
	out := bot.Outbound{Address: in.Address, MessageID: id, Reply: flows.Reply{Text: "jawaban satu"}}
	must[bot.Receipt](t)(s.channel.Send(waiting(t), out))
	must[waserver.Received](t)(p.Next(waiting(t)))
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	must[string](t)(p.Send(waiting(t), "dua"))

	// The phone cannot read what comes next, and asks again for a message of the earlier run.
	p.LoseSessions()
	cfg.Sent = func(_ context.Context, asked string) (bot.Outbound, bool, error) {
		if asked == out.MessageID {
			return out, true, nil
		}
		return bot.Outbound{}, false, nil
	}
	s = start(t, cfg).ready()
	if in := s.next(); in.Input.Text != "dua" {
		t.Errorf("got %q", in.Input.Text)
	}
	s.answer(in, "jawaban dua")
	if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Text != "jawaban dua" || got.Retry == 0 {
		t.Errorf("got %+v, want the second answer after a retry", got)
	}
}

func TestRetryAfterRestartIsServedFromTheOutbox(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	other := srv.NewProspect("628120000002", waserver.ProspectOptions{})
	s := start(t, cfg).ready()
	must[string](t)(p.Send(waiting(t), "halo"))
	s.next()
	must[string](t)(other.Send(waiting(t), "halo"))
	s.next()
	sent := bot.Outbound{Address: p.Number().String(), Reply: flows.Reply{Text: "jawaban"}}
	s.channel.sent = func(context.Context, string) (bot.Outbound, bool, error) { return sent, true, nil }
	if got := s.channel.forRetry(p.LID(), p.LID(), "X"); got.GetConversation() != "jawaban" {
		t.Errorf("asked by LID for what went to the number: got %v", got)
	}
	if got := s.channel.forRetry(other.LID(), other.LID(), "X"); got != nil {
		t.Errorf("somebody else got the message: %v", got)
	}
	s.channel.sent = func(context.Context, string) (bot.Outbound, bool, error) { return bot.Outbound{}, false, nil }
	if got := s.channel.forRetry(p.LID(), p.LID(), "X"); got != nil {
		t.Errorf("an unknown message was found: %v", got)
	}
}

func TestNothingIsConfirmedBeforeItIsStored(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	fail := make(chan struct{})
	tries := 0
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		if in.Input.Text == "satu" {
			if tries++; tries == 3 {
				close(fail)
			}
			if tries <= 3 {
				if n := account.QueueLength(); n == 0 {
					t.Error("the message was confirmed although it was not stored")
				}
				return errors.New("disk full")
			}
		}
		return nil
	}
	s.mu.Unlock()
	for _, text := range []string{"satu", "dua", "tiga"} {
		must[string](t)(p.Send(waiting(t), text))
	}
	<-fail
	for _, want := range []string{"satu", "dua", "tiga"} {
		if got := s.next().Input.Text; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
}

func TestPanicIsNotSuccess(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	panicked := false
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		if !panicked {
			panicked = true
			panic("boom")
		}
		return nil
	}
	s.mu.Unlock()
	for _, text := range []string{"satu", "dua", "tiga"} {
		must[string](t)(p.Send(waiting(t), text))
	}
	for _, want := range []string{"satu", "dua", "tiga"} {
		if got := s.next().Input.Text; got != want {
			t.Errorf("got %q, want %q: all must come again in order", got, want)
		}
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
}

func TestStopWaitsForWhatIsBeingAccepted(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	begun, goOn := make(chan struct{}), make(chan struct{})
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		close(begun)
		<-goOn
		return nil
	}
	s.mu.Unlock()
	must[string](t)(p.Send(waiting(t), "satu"))
	<-begun
	s.stop()
	select {
	case err := <-s.ended:
		t.Fatalf("Run returned %v while a message was being accepted", err)
	default:
	}
	must[string](t)(p.Send(waiting(t), "dua"))
	close(goOn)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	// The connection outlives Run, so that an answer in flight arrives.
	s.answer(bot.Inbound{Address: p.Address().String()}, "jawaban")
	must[waserver.Received](t)(p.Next(waiting(t)))
	s.next()
	s.none()
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	if n := account.QueueLength(); n == 0 {
		t.Error("a message was confirmed after the end")
	}
}

func TestSendFailures(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(p.Send(waiting(t), "halo"))
	in := s.next()
	send := func(address string) error {
		_, err := s.channel.Send(waiting(t), bot.Outbound{Address: address, MessageID: s.channel.NewMessageID(), Reply: flows.Reply{Text: "x"}})
		return err
	}
	account.RefuseSends(463, 1)
	var refused *SendError
	if err := send(in.Address); !errors.As(err, &refused) || refused.Code != 463 || errors.Is(err, bot.ErrRejected) || errors.Is(err, bot.ErrUncertain) {
		t.Errorf("463: %v", err)
	}
	account.RefuseSends(479, 1)
	if err := send(in.Address); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("479: %v", err)
	}
	if err := send("120363000000000001@g.us"); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("a group: %v", err)
	}
	unknown := srv.NewProspect("628120000002", waserver.ProspectOptions{Addressing: waserver.ByNumber, LIDUnknown: true})
	must[string](t)(unknown.Send(waiting(t), "halo"))
	s.next()
	if err := send(unknown.Number().String()); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("no hidden id: %v", err)
	}
	if err := send(in.Address); err != nil {
		t.Errorf("after the failures: %v", err)
	}
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	if err := New(cfg).Close(); err != nil {
		t.Error(err)
	}
	if _, err := New(cfg).Send(t.Context(), bot.Outbound{Address: in.Address}); !errors.Is(err, bot.ErrNotConnected) {
		t.Errorf("before Run: %v", err)
	}
}

func TestReachOutLockIsSeen(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	until := time.Now().Add(time.Hour).Truncate(time.Second).UTC()
	account.NotifyTimelock(true, "reach_out", until)
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if got := s.channel.Status(); !got.Locked || !got.LockedUntil.Equal(until) {
		t.Errorf("status %+v, want locked until %s", got, until)
	}
	account.NotifyTimelock(false, "reach_out", until)
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if s.channel.Status().Locked {
		t.Error("still locked")
	}
}

func TestReconnects(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	logins := account.Logins()
	s := start(t, cfg).ready()
	account.Drop()
	if err := account.WaitLogins(waiting(t), logins+2); err != nil {
		t.Fatal(err)
	}
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(p.Send(waiting(t), "halo"))
	in := s.next()
	s.ready()
	s.answer(in, "baik")
	must[waserver.Received](t)(p.Next(waiting(t)))
}

func TestFirstConnectionIsTriedAgain(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	srv.RefuseConnections(503, 1)
	start(t, cfg).ready()
}

func TestStopWhileConnecting(t *testing.T) {
	// Takes connections and says nothing.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	cfg.TestServer.host = silent.Addr().String()
	s := start(t, cfg)
	taken, err := silent.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s.stop()
	begin := time.Now()
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(begin); d > 8*time.Second {
		t.Errorf("stopping took %s", d)
	}
}

// TestLoginRefusals is the table of every way in which WhatsApp refuses or ends a login.
func TestLoginRefusals(t *testing.T) {
	atLogin := func(f waserver.LoginFailure) func(*waserver.Account) {
		return func(a *waserver.Account) { a.FailLogins(1, f) }
	}
	for name, c := range map[string]struct {
		before, after func(*waserver.Account)
		reason        LoginReason
		text          string
		gone          bool // the login is forgotten
	}{
		"logged_out_at_login":      {atLogin(waserver.LoginFailure{Reason: 401}), nil, LoggedOut, "layak link", true},
		"phone_gone":               {atLogin(waserver.LoginFailure{Reason: 403}), nil, LoggedOut, "phone", true},
		"banned_for_good":          {atLogin(waserver.LoginFailure{Reason: 406}), nil, LoggedOut, "banned", true},
		"outdated":                 {atLogin(waserver.LoginFailure{Reason: 405}), nil, Outdated, "whatsapp.client_version", false},
		"banned":                   {atLogin(waserver.LoginFailure{Reason: 402, Code: 101, Expire: time.Hour}), nil, Banned, "101", false},
		"unknown_reason":           {atLogin(waserver.LoginFailure{Reason: 409}), nil, Refused, "409", false},
		"removed_while_running":    {nil, (*waserver.Account).RemoveDevice, LoggedOut, "layak link", true},
		"replaced_by_another_host": {nil, (*waserver.Account).ReplaceSession, Replaced, "another process", false},
	} {
		t.Run(name, func(t *testing.T) {
			srv, account := newServer(t)
			cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
			scanned(t, cfg, account)
			logins := account.Logins()
			if c.before != nil {
				c.before(account)
			}
			s := start(t, cfg)
			if c.after != nil {
				s.ready()
				c.after(account)
			}
			err := s.end()
			var refused *LoginError
			if !errors.As(err, &refused) || refused.Reason != c.reason || !strings.Contains(refused.Error(), c.text) {
				t.Fatalf("got %v, want %s with %q", err, c.reason, c.text)
			}
			if name == "banned" && (refused.Code != 101 || refused.Expire != time.Hour || !strings.Contains(refused.Error(), "ends in 1h0m0s")) {
				t.Errorf("got %+v", refused)
			}
			if s.channel.Status().Refused != refused || s.channel.Status().Connected {
				t.Errorf("status %+v", s.channel.Status())
			}
			if err := s.halt(); !errors.As(err, &refused) {
				t.Error(err)
			}
			want := 1
			if c.before != nil {
				want = 0
			}
			if got := account.Logins() - logins; got > want {
				t.Errorf("%d logins, want %d: it must not try again", got, want)
			}
			if c.gone {
				if err := start(t, cfg).end(); !errors.As(err, &refused) || refused.Reason != NotLinked {
					t.Errorf("the next start says %v, want not linked", err)
				}
			}
		})
	}
}

func TestNotLinked(t *testing.T) {
	srv, _ := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	err := start(t, cfg).end()
	var refused *LoginError
	if !errors.As(err, &refused) || refused.Reason != NotLinked || !strings.Contains(err.Error(), "layak link") {
		t.Errorf("got %v", err)
	}
	cfg.StayOnRefused = true
	s := start(t, cfg)
	for s.channel.Status().Refused == nil {
		select {
		case <-waiting(t).Done():
			t.Fatal("the refusal is not told")
		case <-time.After(time.Millisecond):
		}
	}
	select {
	case err := <-s.ended:
		t.Fatalf("the channel ended with %v although it shall stay", err)
	default:
	}
	if err := s.halt(); err != nil {
		t.Errorf("stopped with %v", err)
	}
}

func TestTablesOfTheLoginAreReported(t *testing.T) {
	srv, _ := newServer(t)
	db := openDB(t, filepath.Join(t.TempDir(), "a.db"))
	cfg := testConfig(t, srv, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := start(t, cfg).end(); !errors.Is(err, ErrKeys) {
		t.Errorf("got %v, want ErrKeys", err)
	}
}

func TestMessageIDs(t *testing.T) {
	c := New(Config{})
	seen := map[string]bool{}
	for range 1000 {
		id := c.NewMessageID()
		if seen[id] || len(id) != 22 || !strings.HasPrefix(id, "3EB0") || strings.ToUpper(id) != id {
			t.Fatalf("id %q after %d others", id, len(seen))
		}
		seen[id] = true
	}
	_ = c.Close()
	if got := fmt.Sprint(c.Name()); got != "whatsapp" {
		t.Error(got)
	}
}
