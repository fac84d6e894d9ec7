package waserver_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/appstate"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

// patience bounds every wait of these tests; under -race on a busy machine a pairing code alone takes many seconds.
const patience = 60 * time.Second

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func newServer(t testing.TB) *waserver.Server {
	t.Helper()
	srv, err := waserver.New(waserver.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	})
	whatsmeow.WACertPubKey = srv.RootKey()
	return srv
}

func TestMain(m *testing.M) {
	if os.Getenv(childHost) != "" {
		runChild()
		return
	}
	// A frame that arrives while its client disconnects leaves one goroutine behind: nobody takes it any more.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("go.mau.fi/whatsmeow/socket.(*FrameSocket).frameComplete"))
}

// detour sends every request to the test server.
type detour struct{ host string }

func (d detour) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", d.host
	return direct.RoundTrip(r)
}

// direct keeps no connections between requests, so that none outlives its test.
var direct = &http.Transport{DisableKeepAlives: true}

// bot is an unchanged whatsmeow client in at-least-once mode, and what it has been told.
type bot struct {
	t      testing.TB
	client *whatsmeow.Client
	box    *sqlstore.Container

	mu     sync.Mutex
	events []any
	grown  chan struct{} // closed and replaced when events grows
	handle func(evt any) bool
}

// startBot opens a client on the database at path; what an earlier one left there is used.
func startBot(t testing.TB, srv *waserver.Server, path string) *bot {
	t.Helper()
	client, box, err := openClient(t.Context(), srv.Host(), path)
	if err != nil {
		t.Fatal(err)
	}
	b := &bot{t: t, client: client, box: box, grown: make(chan struct{})}
	b.client.AddEventHandlerWithSuccessStatus(b.accept)
	t.Cleanup(b.stop)
	return b
}

// openClient makes an unchanged client in at-least-once mode that speaks to a test server.
func openClient(ctx context.Context, host, path string) (*whatsmeow.Client, *sqlstore.Container, error) {
	db, err := sql.Open("sqlite3", "file:"+path+"?_foreign_keys=on&_txlock=immediate&_journal_mode=WAL&_synchronous=OFF")
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1) // with more, the client meets "database is locked" and takes it for an unreadable message
	box := sqlstore.NewWithDB(db, "sqlite3", nil)
	if err = box.Upgrade(ctx); err != nil {
		return nil, nil, err
	}
	device, err := box.GetFirstDevice(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := whatsmeow.NewClient(device, nil)
	web := &http.Client{Transport: detour{host}}
	client.SetPreLoginHTTPClient(web)
	client.SetWebsocketHTTPClient(web)
	client.SetMediaHTTPClient(web)
	client.SynchronousAck = true
	client.EnableDecryptedEventBuffer = true
	return client, box, nil
}

// stop ends the client as a process would, without a word to the server.
func (b *bot) stop() {
	b.client.Disconnect()
	_ = b.box.Close()
}

func (b *bot) accept(evt any) bool {
	b.mu.Lock()
	handle := b.handle
	b.mu.Unlock()
	stored := handle == nil || handle(evt)
	if !stored {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, evt)
	close(b.grown)
	b.grown = make(chan struct{})
	return true
}

// refuse decides which events the handler refuses; they are not recorded.
func (b *bot) refuse(choose func(evt any) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handle = func(evt any) bool { return !choose(evt) }
}

func (b *bot) connect() {
	b.t.Helper()
	if err := b.client.Connect(); err != nil {
		b.t.Fatal(err)
	}
}

// await returns the first event from index from on that match accepts, and the index behind it.
func await[E any](b *bot, from int, match func(E) bool) (E, int) {
	b.t.Helper()
	deadline := time.After(patience)
	for {
		b.mu.Lock()
		seen, grown := b.events, b.grown
		b.mu.Unlock()
		for i := from; i < len(seen); i++ {
			if evt, ok := seen[i].(E); ok && (match == nil || match(evt)) {
				return evt, i + 1
			}
		}
		select {
		case <-grown:
		case <-deadline:
			var zero E
			b.t.Fatalf("no %T among %d events: %s", zero, len(seen), kinds(seen))
		}
	}
}

func kinds(evts []any) string {
	var s string
	for _, evt := range evts {
		s += fmt.Sprintf(" %T", evt)
	}
	return s
}

// count tells how many events of a kind came so far.
func count[E any](b *bot) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, evt := range b.events {
		if _, ok := evt.(E); ok {
			n++
		}
	}
	return n
}

// mark is the present number of events, for await.
func (b *bot) mark() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

// message waits for the chat message with an ID.
func (b *bot) message(id string) *events.Message {
	b.t.Helper()
	evt, _ := await(b, 0, func(m *events.Message) bool { return m.Info.ID == id })
	return evt
}

// pushName waits until the bot has read its settings, after which nothing of the first login is outstanding.
func (b *bot) pushName() string {
	b.t.Helper()
	for _, name := range appstate.AllPatchNames {
		await(b, 0, func(e *events.AppStateSyncComplete) bool { return e.Name == name })
	}
	return b.client.Store.PushName
}

func (b *bot) say(ctx context.Context, to types.JID, text string, extra ...whatsmeow.SendRequestExtra) (whatsmeow.SendResponse, error) {
	return b.client.SendMessage(ctx, to, &waE2E.Message{Conversation: proto.String(text)}, extra...)
}

// linkedBot is a bot that was linked by QR code and is logged in.
func linkedBot(t testing.TB, srv *waserver.Server, account *waserver.Account) *bot {
	t.Helper()
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	b.scan(account)
	await[*events.Connected](b, 0, nil)
	b.pushName()
	return b
}

func (b *bot) scan(account *waserver.Account) {
	b.t.Helper()
	b.connect()
	codes, _ := await[*events.QR](b, 0, nil)
	if err := account.Scan(testContext(b.t), codes.Codes[0]); err != nil {
		b.t.Fatal(err)
	}
}
