package whatsapp

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"go.mau.fi/whatsmeow"
)

// TestServer is a local server that speaks WhatsApp's protocol, to be used in place of WhatsApp.
type TestServer struct {
	host    string // host:port on a loopback address
	rootKey [32]byte
}

// ErrRootKey is wrapped by the errors of ParseTestServer that concern the key and not the address.
var ErrRootKey = errors.New("the root key must be 64 hexadecimal digits")

// ParseTestServer reads the address ws://127.0.0.1:PORT/ws/chat and the public key, in hexadecimal digits, that signs the
// server's certificates. Only loopback addresses are accepted, so that nobody's login ever goes to a stranger's server.
func ParseTestServer(address, rootKey string) (*TestServer, error) {
	if address == "" {
		return nil, errors.New("the address is missing although the root key is set")
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%q is not an address: write ws://127.0.0.1:PORT/ws/chat", address)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme != "ws":
		return nil, fmt.Errorf("%q must begin with ws://", address)
	case err != nil || !ip.IsLoopback():
		return nil, fmt.Errorf("%q is not a loopback address; only 127.0.0.1 and the like, or [::1], are accepted", u.Hostname())
	case u.Port() == "":
		return nil, fmt.Errorf("%q names no port", address)
	case u.Path != "/ws/chat" || u.RawQuery != "" || u.User != nil || u.Fragment != "":
		return nil, fmt.Errorf("%q must end in /ws/chat after the port", address)
	}
	key, err := hex.DecodeString(rootKey)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%w, not %d characters like %.8q", ErrRootKey, len(rootKey), rootKey)
	}
	return &TestServer{host: u.Host, rootKey: [32]byte(key)}, nil
}

// use makes client talk to the test server only: websocket and media, in plain HTTP, path and query unchanged.
func (s *TestServer) use(client *whatsmeow.Client) {
	if whatsmeow.WACertPubKey != s.rootKey { // a variable of the whole process
		whatsmeow.WACertPubKey = s.rootKey
	}
	diverted := &http.Client{Transport: s.transport()}
	client.SetPreLoginHTTPClient(diverted)
	client.SetWebsocketHTTPClient(diverted)
	client.SetMediaHTTPClient(diverted)
}

func (s *TestServer) transport() http.RoundTripper {
	dialer := &net.Dialer{Timeout: 10 * time.Second} // the loopback device answers at once or not at all
	return &diversion{host: s.host, next: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, s.host)
		},
	}}
}

// diversion sends every request to one host.
type diversion struct {
	host string
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (d *diversion) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme = "http"
	request.URL.Host = d.host
	request.Host = d.host
	return d.next.RoundTrip(request)
}

// CloseIdleConnections implements what http.Client looks for.
func (d *diversion) CloseIdleConnections() {
	if c, ok := d.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
