package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/desk"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/bot/whatsapp"
	"layak/flows"
)

// DeskConfig says where people work on cases.
type DeskConfig struct {
	Listen         string      `yaml:"listen"`
	PublicURL      string      `yaml:"public_url"`
	TrustedProxies addressList `yaml:"trusted_proxies"`
}

// addressList is IP addresses and networks as they are written down.
type addressList []string

// fromText reads "10.0.0.1, 192.168.0.0/16", as the environment gives it.
func (l *addressList) fromText(text string) error {
	*l = addressList{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*l = append(*l, part)
		}
	}
	return nil
}

// prefixes reads the list. The error names the entry that is wrong.
func (l addressList) prefixes() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range l {
		prefix, err := netip.ParsePrefix(text)
		if ip, ipErr := netip.ParseAddr(text); ipErr == nil {
			prefix, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network; write 10.0.0.1 or 10.0.0.0/8", text)
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

// public reads public_url, nil where it is empty.
func (c DeskConfig) public() (*url.URL, error) {
	if c.PublicURL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("%q is not where a desk can be; write https://desk.example.com, without a path", c.PublicURL)
	}
	return u, nil
}

// validate notes what is wrong.
func (c DeskConfig) validate(wrong func(path, format string, args ...any)) {
	if _, err := c.public(); err != nil {
		wrong("desk.public_url", "%v", err)
	}
	if _, err := c.TrustedProxies.prefixes(); err != nil {
		wrong("desk.trusted_proxies", "%v", err)
	}
}

// exposed says what is missing for a desk that others than this computer can reach, "" for nothing.
func (c DeskConfig) exposed() string {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return ""
	}
	ip, err := netip.ParseAddr(host)
	if host == "localhost" || err == nil && ip.IsLoopback() {
		return ""
	}
	switch {
	case !strings.HasPrefix(c.PublicURL, "https://"):
		return "desk.public_url is not an https address: passwords and messages cross the network in the clear; put a TLS proxy before the desk"
	case len(c.TrustedProxies) == 0:
		return "desk.trusted_proxies is empty: all browsers behind the proxy count as one address when attempts to sign in are limited"
	}
	return ""
}

// serveDesk opens the desk. The caller closes it.
func (s *service) serveDesk(ctx context.Context, cfg Config, flow *versions.Publisher) (*deskServer, error) {
	public, err := cfg.Desk.public()
	if err != nil {
		return nil, err
	}
	proxies, err := cfg.Desk.TrustedProxies.prefixes()
	if err != nil {
		return nil, err
	}
	calendar := calendarOf(cfg)
	edits := newEditor(cfg, s.store, flow, s.log)
	deskConfig := desk.Config{
		Cases: s.store, Agents: s.agents(cfg, flow.Engine), Gone: rosterOf(cfg, s.store).Gone, Users: s.store, Canned: s.store, Reports: s.store, Editor: edits,
		Channel: func() desk.ChannelState { return s.channelState(flow.State()) }, Flow: versionOf(flow.Engine),
		Waiting: calendar.Between, Location: cfg.Hours.zone(), PublicURL: public, TrustedProxies: proxies, Log: s.log,
	}
	if agents := newAgents(cfg, flow.Engine, s.store, s.log); agents != nil {
		deskConfig.ChatAgents = agents.List // also while this process stands by
	}
	d := desk.New(deskConfig)
	listener, err := net.Listen("tcp", cfg.Desk.Listen)
	if err != nil {
		d.Close()
		edits.Close()
		return nil, err
	}
	if why := cfg.Desk.exposed(); why != "" {
		s.log.Warn("the desk can be reached from other computers", "listen", cfg.Desk.Listen, "why", why)
	}
	if users, err := s.store.Users(ctx); err == nil && len(users) == 0 {
		s.log.Info("nobody may sign in to the desk yet", "remedy", "layak user add NAME --role admin")
	}
	server := &deskServer{desk: d, edits: edits, done: make(chan error, 1)}
	server.http = http.Server{
		Handler:           withMirror(d, s.mirror(cfg, flow.Engine)),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second, // a form is small; who sends it slowly holds a connection
		WriteTimeout:      30 * time.Second, // streams of events set their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() { server.done <- server.http.Serve(listener) }()
	s.log.Info("desk", "address", "http://"+listener.Addr().String())
	return server, nil
}

// deskServer is the desk on its address.
type deskServer struct {
	desk  *desk.Desk
	edits *editor.Editor
	http  http.Server
	done  chan error
}

// Close ends streams, lets forms that are being taken finish, and waits for it.
func (d *deskServer) Close() error {
	d.desk.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if err := d.http.Shutdown(ctx); err != nil {
		_ = d.http.Close()
	}
	d.edits.Close()
	if served := <-d.done; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return nil
}

// channelState is what the admin's page of the channel shows.
func (s *service) channelState(flow versions.State) desk.ChannelState {
	st := s.status()
	state := desk.ChannelState{
		Standby: s.standby.Load(), LoggedIn: st.Connected, Since: st.Since, LastMessage: st.LastAccepted, LockedUntil: st.LockedUntil,
		Stale: st.Stale, Accepted: st.Accepted, Sent: st.Sent, SendFailures: st.SendFailures, Undecryptable: st.Undecryptable,
		Reconnects: st.Reconnects, RefusedSends: map[int]int64{}, ClientVersion: whatsapp.ClientVersion(),
	}
	for code, n := range st.RefusedSends {
		state.RefusedSends[code] = n
	}
	if flow.Failure != nil {
		state.ReloadError, state.ReloadedAt = flow.Failure.Problems, flow.Failure.At
	}
	if st.Refused != nil {
		state.Refused, state.RefusedFor = st.Refused.Error(), string(st.Refused.Reason)
	}
	return state
}

// agents is what people can do in chats, also while this process stands by: whoever leads sends it.
func (s *service) agents(cfg Config, engine *versions.Engine) *bot.Agents {
	form := whatsapp.New(whatsapp.Config{}) // of message ids
	return &bot.Agents{
		Store: s.store, Gone: rosterOf(cfg, s.store).Gone,
		Turns: &bot.Turns{
			Store: s.store, Engine: engine, Resume: engine.Resume, Closed: engine.Closed, Log: s.log,
			NewMessageID: func(string) string { return form.NewMessageID() },
		},
		Wake: func(chat bot.ChatKey) {
			if b := s.bot.Load(); b != nil {
				b.Wake(chat)
			}
		},
	}
}

// flowWait bounds the look-up of an old version of the flow; a page then speaks of the live one.
const flowWait = 2 * time.Second

// versionOf gives the desk a version of the flow by its digest, or the live one.
func versionOf(engine *versions.Engine) func(digest string) *flows.Flow {
	return func(digest string) *flows.Flow {
		ctx, cancel := context.WithTimeout(context.Background(), flowWait)
		defer cancel()
		if digest != "" {
			if v, err := engine.Version(ctx, digest); err == nil {
				return v.Flow()
			}
		}
		return engine.Live().Flow()
	}
}
