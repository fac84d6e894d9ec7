package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"layak/bot/hooks"
	"layak/internal/waserver"
)

const hookSecret = "a secret of sixteen letters"

// told is a receiver of hooks that can be out of order.
type told struct {
	mu    sync.Mutex
	down  bool
	kinds map[string]string // by delivery
}

// ServeHTTP takes what is signed.
func (r *told) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	var unix int64
	_, _ = fmt.Sscanf(req.Header.Get(hooks.HeaderSignature), "t=%d,", &unix)
	r.mu.Lock()
	defer r.mu.Unlock()
	var event struct{ Event string }
	switch {
	case r.down || json.Unmarshal(body, &event) != nil:
		w.WriteHeader(http.StatusBadGateway)
	case req.Header.Get(hooks.HeaderSignature) != hooks.Sign(hookSecret, time.Unix(unix, 0), body):
		w.WriteHeader(http.StatusUnauthorized)
	default:
		r.kinds[req.Header.Get(hooks.HeaderDelivery)] = event.Event
	}
}

// has reports whether that many events of a kind came, each under an id of its own.
func (r *told) has(kind string, n int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range r.kinds {
		if k == kind {
			n--
		}
	}
	return n == 0
}

// TestWebhookOutlivesKills tells a receiver that is down at first, by a service that is killed meanwhile.
func TestWebhookOutlivesKills(t *testing.T) {
	t.Parallel()
	r := &told{down: true, kinds: map[string]string{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	w := newWorld(t, sqlite(t), "LAYAK_HOOKS_URL="+server.URL, "LAYAK_HOOKS_SECRET="+hookSecret)
	s := w.run()
	w.until("the service follows events", func() bool { return w.count(`SELECT COUNT(*) FROM meta WHERE key = 'follower:webhook'`) == 1 })
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal, inTerminal(t, herbal...))
	w.until("the verdict and the case are queued", func() bool { return w.count(`SELECT COUNT(*) FROM hook`) == 2 })
	s.kill()
	r.mu.Lock()
	r.down = false
	r.mu.Unlock()
	s = w.run()
	w.until("both are told", func() bool { return r.has(hooks.KindVerdict, 1) && r.has(hooks.KindOpened, 1) })
	say(t, p, "batal")
	hears(t, p, "tidak perlu lagi")
	w.until("the end is told", func() bool { return r.has(hooks.KindClosed, 1) })
	w.until("nothing is left", func() bool { return w.count(`SELECT COUNT(*) FROM hook`) == 0 })
	s.stop()
	if !r.has(hooks.KindVerdict, 1) || !r.has(hooks.KindOpened, 1) {
		t.Errorf("told %v", r.kinds)
	}
}
