package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"layak/bot/versions"
	"layak/bot/whatsapp"
	"layak/storage"
)

// pingWait bounds one look at the database. A check that takes longer has failed: who asks gives up soon, too.
const pingWait = 2 * time.Second

// health answers whether the service works.
type health struct {
	ping       func(context.Context) error
	counts     func(context.Context) (storage.Counts, error)
	whatsapp   func() whatsapp.Status
	standby    func() bool // another process is logged in
	turns      func() int64
	flow       func() versions.State
	quietAfter time.Duration // how long it may be that nobody wrote; 0: for ever
	now        func() time.Time
}

// quiet reports that nobody has written for longer than that is normal here.
func (h health) quiet(s whatsapp.Status) bool {
	last := s.LastAccepted
	if last.IsZero() {
		last = s.FirstLogin
	}
	return h.quietAfter > 0 && !last.IsZero() && h.now().Sub(last) >= h.quietAfter
}

// probe is one thing that must hold for the service to be ready.
type probe struct {
	OK  bool   `json:"ok"`
	Why string `json:"why,omitempty"`
}

// checks looks at everything now.
func (h health) checks(ctx context.Context) map[string]probe {
	s := h.whatsapp()
	login := probe{OK: s.Connected}
	switch {
	case h.standby():
		login.Why = "standby: another process on this database is logged in to WhatsApp"
	case s.Refused != nil:
		login.Why = s.Refused.Error()
	case !s.Connected:
		login.Why = "not logged in to WhatsApp"
	}
	all := map[string]probe{"storage": {OK: true}, "whatsapp": login, "traffic": {OK: true}, "reach_out": {OK: !s.Locked}}
	switch {
	case s.Stale:
		all["traffic"] = probe{Why: "WhatsApp does not answer although the connection stands"}
	case h.quiet(s):
		all["traffic"] = probe{Why: "nobody has written for " + h.quietAfter.String() + " (ops.quiet_after); write to the bot to see whether it hears"}
	}
	if s.Locked {
		all["reach_out"] = probe{Why: "WhatsApp limits writing to new people until " + s.LockedUntil.Format(time.RFC3339)}
	}
	ctx, cancel := context.WithTimeout(ctx, pingWait)
	defer cancel()
	if err := h.ping(ctx); err != nil {
		all["storage"] = probe{Why: whatsapp.Mask(err.Error())}
	}
	return all
}

// ready reports whether all checks hold.
func ready(checks map[string]probe) bool {
	for _, c := range checks {
		if !c.OK {
			return false
		}
	}
	return true
}

// handler serves /healthz, /readyz and /metrics.
func (h health) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"alive":true}` + "\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		checks := h.checks(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if !ready(checks) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"ready": ready(checks), "standby": h.standby(), "checks": checks})
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(h.registry(), promhttp.HandlerOpts{}))
	return mux
}

// webServer is a server on an address that is open already.
type webServer struct {
	server http.Server
	done   chan error
}

// listen opens address and serves handler there until Close.
func listen(address string, handler http.Handler) (*webServer, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	w := &webServer{done: make(chan error, 1)}
	w.server.Handler = handler
	w.server.ReadHeaderTimeout = 5 * time.Second // a monitor sends its few lines at once
	go func() { w.done <- w.server.Serve(listener) }()
	return w, nil
}

// Close ends the server and waits for it.
func (w *webServer) Close() error {
	err := w.server.Close()
	if served := <-w.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
