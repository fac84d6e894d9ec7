package whatsapp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/util/dbutil"
	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/types"

	"layak/bot"
)

// Name is the channel's name in keys and logs.
const Name = "whatsapp"

// Config is what a Channel needs. DB and Log must be set.
type Config struct {
	// DB is the program's database; the login and the encryption keys get tables of their own in it.
	DB *dbutil.Database
	// Commits is for databases whose commits wait for one another. Nil: every transaction is one of its own.
	Commits Commits
	// Sent finds a message that was sent earlier, for a phone that asks for it again. Nil means that none is found.
	Sent func(ctx context.Context, messageID string) (bot.Outbound, bool, error)
	// DeviceName is what the phone calls this program in its list of linked devices. It takes effect when linking.
	DeviceName string
	// TestServer stands in for WhatsApp. Nil means WhatsApp itself.
	TestServer *TestServer
	// StayOnRefused makes Run wait for its context instead of returning a LoginError, so that the rest of the program
	// goes on without the channel. Status tells the error.
	StayOnRefused bool
	Log           *slog.Logger
}

type sentFunc func(ctx context.Context, messageID string) (bot.Outbound, bool, error)

// Channel is WhatsApp as the bot sees it. Run it once; its other methods may be called at any time.
type Channel struct {
	cfg    Config
	sent   sentFunc
	client atomic.Pointer[whatsmeow.Client] // nil until Run has found a login
	reader *reader                          // set before the first event
	ended  chan *LoginError                 // holds the first event that ended the login
	lost   chan struct{}                    // holds the news that the connection has to be made anew
	clock  clock
	named  atomic.Bool // the account's name is known

	conn       context.Context // of the connection, which outlives Run
	disconnect context.CancelFunc
	background sync.WaitGroup // goroutines of the connection

	accept   func(context.Context, bot.Inbound) error
	acceptMu sync.Mutex // one accept at a time: a reconnect can deliver a message while its first handler still runs

	mu        sync.Mutex
	draining  bool                      // Run is over: messages are not accepted any more
	handlers  sync.WaitGroup            // handlers at work; Add only under mu while not draining
	refusing  bool                      // until the next connection, so that messages keep their order
	resets    int                       // resets in a row
	stood     time.Duration             // how long the last login stood, 0 without one
	panics    map[string]int            // by message id
	caughtUp  bool                      // everything written before the login is stored
	ready     bool                      // logged in and caught up
	connected chan struct{}             // closed while ready, replaced when the connection is lost
	typing    map[types.JID]*time.Timer // by address; a timer ends what no message ended
	status    Status
}

var (
	_ bot.Channel   = (*Channel)(nil)
	_ bot.Typer     = (*Channel)(nil)
	_ bot.Reader    = (*Channel)(nil)
	_ bot.Connecter = (*Channel)(nil)
	_ bot.Committer = (*Channel)(nil)
	_ bot.Closer    = (*Channel)(nil)
)

// ErrKeys is wrapped by errors of the tables that hold the login and the encryption keys.
var ErrKeys = errors.New("tables of the WhatsApp login")

// New makes a channel. Nothing happens before Run.
func New(cfg Config) *Channel {
	c := &Channel{
		cfg:       cfg,
		sent:      cfg.Sent,
		ended:     make(chan *LoginError, 1),
		lost:      make(chan struct{}, 1),
		clock:     realClock(),
		panics:    map[string]int{},
		connected: make(chan struct{}),
		typing:    map[types.JID]*time.Timer{},
	}
	if c.sent == nil {
		c.sent = func(context.Context, string) (bot.Outbound, bool, error) { return bot.Outbound{}, false, nil }
	}
	c.conn, c.disconnect = context.WithCancel(context.Background())
	return c
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return Name }

// NewMessageID implements bot.Channel: the form that WhatsApp Web uses.
func (c *Channel) NewMessageID() string {
	random := make([]byte, idBytes)
	_, _ = rand.Read(random) // never fails
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(hex.EncodeToString(random))
}

// idBytes is how many bytes WhatsApp Web draws for an id.
const idBytes = 9

// MessageID makes an id of the same form that is always the same for a seed, so that what was queued before a crash is
// recognised.
func MessageID(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return whatsmeow.WebMessageIDPrefix + strings.ToUpper(hex.EncodeToString(sum[:idBytes]))
}

// Run implements bot.Channel. It returns a *LoginError when there is no login or WhatsApp ended it, unless StayOnRefused
// is set, and an error that wraps ErrKeys when the login cannot be read.
func (c *Channel) Run(ctx context.Context, accept func(context.Context, bot.Inbound) error) error {
	err := c.run(ctx, accept)
	var refused *LoginError
	if !errors.As(err, &refused) {
		return err
	}
	c.mu.Lock()
	c.status.Refused = refused
	c.mu.Unlock()
	if !c.cfg.StayOnRefused {
		return err
	}
	c.cfg.Log.Error("WhatsApp is off until the next start", "reason", string(refused.Reason), "error", refused.Error())
	<-ctx.Done()
	return nil
}

func (c *Channel) run(ctx context.Context, accept func(context.Context, bot.Inbound) error) error {
	box, err := openKeys(ctx, c.cfg)
	if err != nil {
		return err
	}
	device, err := box.GetFirstDevice(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrKeys, err)
	}
	if device.ID == nil {
		return notLinked()
	}
	id := *device.ID
	c.named.Store(device.PushName != "")
	client := newClient(c.cfg, device)
	c.reader = &reader{
		own: id.ToNonAD(), ownLID: device.GetLID().ToNonAD(),
		vote: client.DecryptPollVote, edit: client.DecryptSecretEncryptedMessage, sent: c.sent, now: time.Now,
		number: func(lid types.JID) types.JID { // the library itself looks the other way round
			number, err := client.Store.LIDs.GetPNForLID(c.conn, lid)
			if err != nil {
				c.cfg.Log.Warn("the number behind a hidden id cannot be looked up", "error", Mask(err.Error()))
			}
			return number
		},
	}
	c.accept = accept
	client.AddEventHandlerWithSuccessStatus(c.handle)
	client.GetMessageForRetry = c.forRetry
	client.EnableAutoReconnect = false      // serve connects again, and knows when not to
	client.DisableLoginAutoReconnect = true // it tries once, and tells nobody when that fails
	c.client.Store(client)
	err = c.serve(ctx, client)
	c.drain()
	if refused := (*LoginError)(nil); errors.As(err, &refused) && refused.Reason == LoggedOut {
		err = errors.Join(err, forget(context.WithoutCancel(ctx), box, id))
	}
	return err
}

// drain refuses messages from now on and waits for those that are being accepted.
func (c *Channel) drain() {
	c.mu.Lock()
	c.draining = true
	c.mu.Unlock()
	c.handlers.Wait()
}

// Close implements bot.Closer: it ends the connection.
func (c *Channel) Close() error {
	c.drain()
	if client := c.client.Load(); client != nil {
		client.Disconnect()
		c.setConnected(false)
	}
	c.disconnect()
	c.background.Wait()
	return nil
}

// forget removes what is left of a login that WhatsApp ended. The library does so, too, but does not say when it is done.
func forget(ctx context.Context, box *sqlstore.Container, id types.JID) error {
	device := box.NewDevice()
	device.ID = &id
	if err := box.DeleteDevice(ctx, device); err != nil {
		return fmt.Errorf("%w: forget the ended login: %w", ErrKeys, err)
	}
	return nil
}
