package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"layak/bot/whatsapp"
)

// pingWait bounds one look at the database. A check that takes longer has failed: who asks gives up soon, too.
const pingWait = 2 * time.Second

// health answers whether the service works.
type health struct {
	ping     func(context.Context) error
	whatsapp func() whatsapp.Status
	standby  func() bool // another process is logged in
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
	all := map[string]probe{"storage": {OK: true}, "whatsapp": login, "traffic": {OK: !s.Stale}, "reach_out": {OK: !s.Locked}}
	if s.Stale {
		all["traffic"] = probe{Why: "WhatsApp does not answer although the connection stands"}
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

// registry holds the numbers of this service and nothing that another package registered.
func (h health) registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gauge := func(name, help string, holds func() bool) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			if holds() {
				return 1
			}
			return 0
		}))
	}
	counter := func(name, help string, value func(whatsapp.Status) int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 {
			return float64(value(h.whatsapp()))
		}))
	}
	gauge("layak_storage_up", "Whether the database answers.", func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), pingWait)
		defer cancel()
		return h.ping(ctx) == nil
	})
	gauge("layak_standby", "Whether this process waits because another is logged in.", h.standby)
	gauge("layak_whatsapp_logged_in", "Whether the account is logged in.", func() bool { return h.whatsapp().Connected })
	gauge("layak_whatsapp_refused", "Whether WhatsApp refused or ended the login.", func() bool { return h.whatsapp().Refused != nil })
	gauge("layak_whatsapp_stale", "Whether WhatsApp does not answer although the connection stands.", func() bool { return h.whatsapp().Stale })
	gauge("layak_whatsapp_reach_out_locked", "Whether WhatsApp limits writing to new people.", func() bool { return h.whatsapp().Locked })
	counter("layak_whatsapp_logins_total", "Logins since the start.", func(s whatsapp.Status) int64 { return int64(s.Logins) })
	counter("layak_messages_accepted_total", "Messages stored.", func(s whatsapp.Status) int64 { return s.Accepted })
	counter("layak_messages_ignored_total", "Messages that were not from a person in a direct chat, or carried nothing.", func(s whatsapp.Status) int64 { return s.Ignored })
	counter("layak_messages_sent_total", "Messages that the network took.", func(s whatsapp.Status) int64 { return s.Sent })
	counter("layak_send_failures_total", "Attempts to send that failed.", func(s whatsapp.Status) int64 { return s.SendFailures })
	return r
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
