package whatsapp

import (
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

// fakeClock stands still but for what somebody waits, which takes no time, and notes that.
type fakeClock struct {
	mu    sync.Mutex
	t     time.Time
	waits []string
}

// clock waits for the longest that chance allows.
func (f *fakeClock) clock() clock {
	return clock{now: f.now, after: f.after, random: func(most time.Duration) time.Duration { return most }}
}

func (f *fakeClock) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.t
}

func (f *fakeClock) pass(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.t = f.t.Add(d)
}

func (f *fakeClock) after(d time.Duration) <-chan time.Time {
	f.pass(d)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = append(f.waits, d.String())
	fired := make(chan time.Time, 1)
	fired <- f.t
	return fired
}

// waited returns the waits since the last call.
func (f *fakeClock) waited() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.waits
	f.waits = nil
	return w
}

func TestPauseGrowsAndIsChance(t *testing.T) {
	least := clock{random: func(time.Duration) time.Duration { return 0 }}
	most := clock{random: func(d time.Duration) time.Duration { return d }}
	for failures, want := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second, 6: time.Minute, 1000: time.Minute} {
		if got := most.pause(failures); got != want {
			t.Errorf("after %d failures at most %s, want %s", failures, got, want)
		}
		if got := least.pause(failures); got != leastPause {
			t.Errorf("after %d failures at least %s, want %s", failures, got, leastPause)
		}
	}
}

// TestPausesBetweenConnections: they grow while connections, logins or short logins fail, and begin anew after a stable one.
func TestPausesBetweenConnections(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	fake := &fakeClock{t: time.Unix(1_800_000_000, 0)}
	srv.RefuseConnections(503, 8)
	s := startAt(t, cfg, fake.clock()).ready()
	check := func(name string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, fake.waited()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	again := func(cut func()) {
		t.Helper()
		logins := account.Logins()
		cut()
		if err := account.WaitLogins(waiting(t), logins+1); err != nil {
			t.Fatal(err)
		}
		s.ready()
	}
	check("HTTP 503", "1s", "2s", "4s", "8s", "16s", "32s", "1m0s", "1m0s")
	again(account.Drop)
	check("a login that did not stand", "1m0s")
	fake.pass(stableAfter)
	again(account.Drop)
	check("a stable login", "1s")
	again(func() {
		account.FailLogins(2, waserver.LoginFailure{Reason: waserver.ReasonUnavailable})
		account.Drop()
	})
	check("logins refused with 503", "2s", "4s", "8s")
	fake.pass(stableAfter)
	again(func() {
		account.FailLogins(1, waserver.LoginFailure{Reason: waserver.ReasonServerError})
		account.Drop()
	})
	check("a login refused with 500", "1s", "2s")
	fake.pass(stableAfter)
	again(func() { account.StreamError(503) })
	check("the server restarts", "1s")
	fake.pass(stableAfter)
	again(func() { account.StreamError(515) })
	check("the server asks for a new connection", "1s")
	if n := s.channel.Status().Reconnects; n != 17 {
		t.Errorf("%d attempts to connect again, want 17", n)
	}
}

// TestASilentServerIsLeft: after three minutes without an answer the connection is made anew.
func TestASilentServerIsLeft(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	fake := &fakeClock{t: time.Unix(1_800_000_000, 0)}
	s := startAt(t, cfg, fake.clock()).ready()
	logins := account.Logins()
	answered := fake.now()
	fake.pass(2 * time.Minute)
	s.channel.handle(&events.KeepAliveTimeout{ErrorCount: 4, LastSuccess: answered})
	if status := s.channel.Status(); !status.Stale || !status.Connected {
		t.Errorf("after two minutes: %+v", status)
	}
	fake.pass(2 * time.Minute)
	s.channel.handle(&events.KeepAliveTimeout{ErrorCount: 8, LastSuccess: answered})
	if err := account.WaitLogins(waiting(t), logins+1); err != nil {
		t.Fatal(err)
	}
	s.ready()
	if s.channel.Status().Stale {
		t.Error("the new connection counts as stale")
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
