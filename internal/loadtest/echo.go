package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	_ "github.com/mattn/go-sqlite3" // the driver
	"go.mau.fi/libsignal/logger"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

// echoLength is the environment variable with the length of an answer in letters.
const echoLength = "LOADTEST_ANSWER_LENGTH"

// echo is a bare bot in whatsmeow's at-least-once mode: it answers every text with one of fixed length, from the handler.
func echo(ctx context.Context) error {
	length, err := strconv.Atoi(os.Getenv(echoLength))
	if err != nil {
		return err
	}
	var quiet logger.Loggable = silent{}
	logger.Setup(&quiet)
	server, err := url.Parse(os.Getenv("LAYAK_WHATSAPP_TEST_SERVER_URL"))
	if err != nil {
		return err
	}
	if ip := net.ParseIP(server.Hostname()); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%s is not a loopback address", server.Host)
	}
	key, err := hex.DecodeString(os.Getenv("LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY"))
	if err != nil {
		return err
	}
	copy(whatsmeow.WACertPubKey[:], key)
	db, err := sql.Open("sqlite3", "file:"+os.Getenv("LAYAK_STORAGE_DSN")+"?_foreign_keys=on&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_secure_delete=on&_stmt_cache_size=100")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	box := sqlstore.NewWithDB(db, "sqlite3", nil)
	if err := box.Upgrade(ctx); err != nil {
		return err
	}
	device, err := box.GetFirstDevice(ctx)
	if err != nil {
		return err
	}
	client := whatsmeow.NewClient(device, nil)
	http1 := &http.Client{Transport: toServer{server.Host}}
	client.SetPreLoginHTTPClient(http1)
	client.SetWebsocketHTTPClient(http1)
	client.SetMediaHTTPClient(http1)
	client.SynchronousAck = true
	client.EnableDecryptedEventBuffer = true
	answer := strings.Repeat("jawaban ", length/8+1)[:length]
	client.AddEventHandlerWithSuccessStatus(func(evt any) bool {
		m, ok := evt.(*events.Message)
		if !ok || m.Info.IsFromMe || m.Message.GetConversation() == "" && m.Message.GetExtendedTextMessage() == nil {
			return true
		}
		_, err := client.SendMessage(ctx, m.Info.Chat, &waE2E.Message{Conversation: proto.String(answer)})
		return err == nil
	})
	if device.ID == nil {
		codes, err := client.GetQRChannel(ctx)
		if err != nil {
			return err
		}
		go func() {
			for item := range codes {
				if item.Event == "code" {
					_ = json.NewEncoder(os.Stdout).Encode(map[string]string{"event": "qr", "code": item.Code})
				}
			}
		}()
	}
	if err := client.ConnectContext(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	client.Disconnect()
	return nil
}

// toServer sends every request to the server for tests, over plain http.
type toServer struct{ host string }

// RoundTrip sends r there.
func (t toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", t.host, t.host
	return http.DefaultTransport.RoundTrip(r)
}

// silent drops libsignal's log.
type silent struct{}

func (silent) Debug(string, string)   {}
func (silent) Info(string, string)    {}
func (silent) Warning(string, string) {}
func (silent) Error(string, string)   {}
func (silent) Configure(string)       {}
