package waserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow/types"
)

// ErrClosed is returned by waits that were going on when the server was closed.
var ErrClosed = errors.New("server is closed")

// Options are what a Server needs to know before it listens. The zero value is a fast, silent server.
type Options struct {
	// RTT is the round-trip time added to everything the server says, as in SetRTT.
	RTT time.Duration
	// Log receives what the server finds odd about its clients. Nil means silence.
	Log *slog.Logger
	// Like is a server whose certificates this one shows, too: a process trusts one root. Nil for certificates of its own.
	Like *Server
}

// Server is a WhatsApp server on a loopback port. Make one with New.
//
// Lock order: a person's mu (ratchets) before Server.mu (everything else); neither is held while waiting for the network.
type Server struct {
	log      *slog.Logger
	ctx      context.Context // governs every connection and wait; ended by Close
	cancel   context.CancelFunc
	listener net.Listener
	web      *http.Server
	chain    *certificateChain
	rtt      atomic.Int64 // time.Duration
	running  sync.WaitGroup

	mu        sync.Mutex
	closed    bool
	bell      bell // rung at pairing steps and logins
	accounts  []*Account
	users     map[types.JID]user // by plain number and by plain LID
	sessions  map[*session]struct{}
	lastLID   int
	media     map[string][]byte
	downloads int
	refusals  int // upgrades still to be refused
	refusalAs int // with this HTTP status
}

// user is somebody who can be written to: an Account or a Prospect.
type user interface {
	self() *person
	deviceIDs() []deviceID
}

// New starts a server on a free port of 127.0.0.1. The caller closes it.
func New(opts Options) (*Server, error) {
	var chain *certificateChain
	var err error
	if opts.Like != nil {
		chain = opts.Like.chain
	} else if chain, err = newCertificateChain(time.Now()); err != nil {
		return nil, fmt.Errorf("make certificates: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		log:      log,
		listener: listener,
		chain:    chain,
		users:    make(map[types.JID]user),
		sessions: make(map[*session]struct{}),
		media:    make(map[string][]byte),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.rtt.Store(int64(opts.RTT))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ws/chat", s.serveChat)
	mux.HandleFunc("POST /mms/{kind}/{token}", s.serveUpload)
	mux.HandleFunc("GET /mms/{kind}/{token}", s.serveDownload)
	mux.HandleFunc("DELETE /mms/{kind}/{token}", s.serveDelete)
	// 10 s: nobody on the loopback device needs longer for a request header.
	s.web = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	s.running.Go(func() {
		if err := s.web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("http server ended", "error", err)
		}
	})
	return s, nil
}

// URL is the address of the chat websocket: "ws://127.0.0.1:PORT/ws/chat".
func (s *Server) URL() string {
	return "ws://" + s.Host() + "/ws/chat"
}

// Host is the address that serves both the websocket and the media files, in plain HTTP: "127.0.0.1:PORT".
func (s *Server) Host() string {
	return s.listener.Addr().String()
}

// RootKey is the public key that signs the server's certificates. The client must trust it before it connects.
func (s *Server) RootKey() [32]byte {
	return s.chain.root
}

// SetRTT changes the simulated round-trip time. It delays everything the server says from now on; answers do not wait
// for each other, so a slow line still carries many of them.
func (s *Server) SetRTT(d time.Duration) {
	s.rtt.Store(int64(d))
}

// RefuseConnections answers the next n websocket upgrades with an HTTP status such as 503.
func (s *Server) RefuseConnections(status, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusalAs, s.refusals = status, n
}

// Close cuts all connections and waits for everything the server started. It is safe to call more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	err := s.web.Close()
	s.running.Wait()
	return err
}

// nextLID makes up the hidden name of a new user. It needs s.mu.
func (s *Server) nextLID() types.JID {
	s.lastLID++
	// Far apart and of the usual 15 digits, so that a mix-up of names is easy to see in a trace.
	return types.NewJID(fmt.Sprintf("%015d", 150_000_000_000_000+s.lastLID*7919), types.HiddenUserServer)
}

// find returns the user behind a name of any device, or nil. It needs s.mu.
func (s *Server) find(jid types.JID) user {
	return s.users[jid.ToNonAD()]
}

// person returns the keys and sessions behind a name of any device, or nil.
func (s *Server) person(jid types.JID) *person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.find(jid); u != nil {
		return u.self()
	}
	return nil
}

// plainNumber keeps the digits of a telephone number.
func plainNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}
