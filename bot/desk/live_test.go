package desk

import (
	"bufio"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"layak/bot"
)

// listener is a browser that listens to events.
type listener struct {
	t      *testing.T
	lines  chan string
	cancel func()
}

// listen connects, and returns once the stream stands.
func (b *browser) listen(path, lastID string) *listener {
	b.d.t.Helper()
	r := b.request(http.MethodGet, path, nil)
	r.Header.Set("Accept", "text/event-stream")
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.d.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		b.d.t.Fatalf("%s: %s %s", path, resp.Status, resp.Header.Get("Content-Type"))
	}
	l := &listener{t: b.d.t, lines: make(chan string, 1000), cancel: func() { _ = resp.Body.Close() }}
	go func() {
		defer close(l.lines)
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			l.lines <- s.Text()
		}
	}()
	b.d.t.Cleanup(l.cancel)
	return l
}

// next returns the next line that begins with prefix, and how long it took; "" when the stream ended.
func (l *listener) next(prefix string) (string, time.Duration) {
	l.t.Helper()
	begin, late := time.Now(), time.After(30*time.Second)
	for {
		select {
		case line, ok := <-l.lines:
			if !ok {
				return "", time.Since(begin)
			}
			if strings.HasPrefix(line, prefix) {
				return line, time.Since(begin)
			}
		case <-late:
			l.t.Fatalf("no line %q", prefix)
		}
	}
}

func (l *listener) wants(prefix, want string) {
	l.t.Helper()
	if got, _ := l.next(prefix); got != want {
		l.t.Fatalf("got %q, want %q", got, want)
	}
}

func TestNewsReachBrowsers(t *testing.T) {
	d, b := working(t)
	l := b.listen("/events", "")
	l.wants("retry", "retry: 1000")
	_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	line, took := l.next("data:")
	if line != `data: {"case":41,"kind":"note"}` {
		t.Errorf("got %s", line)
	}
	if took > 500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

// A browser that was away hears first what it missed, each once and in order, and then what is new.
func TestABrowserThatReconnectsMissesNothing(t *testing.T) {
	d, b := working(t)
	last, _ := d.store.LastEvent(t.Context())
	for range 3 {
		_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	}
	for name, l := range map[string]*listener{
		"Last-Event-ID": b.listen("/events?after=0", fmt.Sprint(last)), "after": b.listen(fmt.Sprint("/events?after=", last), ""),
	} {
		for i := range 3 {
			l.wants("id:", fmt.Sprint("id: ", last+int64(i)+1))
		}
		if name == "after" {
			_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
			l.wants("id:", fmt.Sprint("id: ", last+4))
		}
		l.cancel()
	}
}

// While WhatsApp takes nothing, every page of an agent says so, and takes it back by itself.
func TestPagesSayThatWhatsAppIsOff(t *testing.T) {
	var state atomic.Pointer[ChannelState]
	state.Store(&ChannelState{Refused: "no WhatsApp account is linked; run: layak link", RefusedFor: "not_linked"})
	d := newTestDesk(t, func(c *Config) { c.Channel = func() ChannelState { return *state.Load() } })
	d.store.fillOrdinary(d.now)
	b := d.as("sari")
	for _, path := range []string{"/cases", "/cases/41", "/cases/new", "/help"} {
		b.get(path).has(t, `>⚠ WhatsApp tidak tersambung`)
	}
	d.as("ratna").get("/admin/channel").has(t, "Belum ada nomor WhatsApp yang ditautkan.</b> Jalankan <code>layak link</code>.").lacks(t, "no WhatsApp account")
	l := b.listen("/events?channel=1", "")
	l.wants("event:", "event: channel")
	l.wants("data:", `data: {"offline":true}`)
	state.Store(&ChannelState{LoggedIn: true})
	l.wants("data:", `data: {"offline":false}`)
	b.get("/cases").lacks(t, `>⚠ WhatsApp`)
	state.Store(&ChannelState{Standby: true}) // the process that sends is another
	b.get("/cases").lacks(t, `>⚠ WhatsApp`)
	state.Store(&ChannelState{Refused: "<the library's words>", RefusedFor: "banned"})
	d.as("ratna").get("/admin/channel").has(t, "memblokir akun ini", "&lt;the library")
}

func TestALongAbsenceLeadsToOneLook(t *testing.T) {
	d, b := working(t)
	for range eventBatch + 1 {
		_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	}
	l := b.listen("/events?after=1", "")
	l.wants("event:", "event: all")
	_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	l.wants("event:", "event: case")
}

// An id that never was, as after a restored backup, starts with what is new.
func TestAnIDFromTheFuture(t *testing.T) {
	d, b := working(t)
	l := b.listen("/events", "99999")
	l.next("retry")
	last, _ := d.store.LastEvent(t.Context())
	_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	l.wants("id:", fmt.Sprint("id: ", last+1))
}

// One look at the store serves all browsers, and none is made without any.
func TestThePollingIsShared(t *testing.T) {
	d, b := working(t)
	if d.desk.hub.running {
		t.Fatal("it polls for nobody")
	}
	l, other := b.listen("/events", ""), b.listen("/events", "")
	_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	l.next("data:")
	other.next("data:")
	l.cancel()
	other.cancel()
	for deadline := time.Now().Add(30 * time.Second); !d.desk.hub.resting(); {
		if time.Now().After(deadline) {
			t.Fatal("it polls for nobody")
		}
		runtime.Gosched()
	}
	again := b.listen("/events", "")
	_ = d.store.AddNote(t.Context(), 41, "budi", "x", time.Now())
	again.next("data:")
}

func (h *hub) resting() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.running
}

// A browser that takes nothing is let go, and holds up nobody.
func TestASlowBrowserIsLetGo(t *testing.T) {
	done := make(chan struct{})
	h := newHub(newFake(), nil, done)
	c, _ := h.join(t.Context())
	quick, _ := h.join(t.Context())
	for i := range clientQueue + 1 {
		h.tell([]bot.Event{{ID: int64(i + 1)}})
		<-quick.events
	}
	n := 0
	for range c.events {
		n++
	}
	if n != clientQueue {
		t.Errorf("%d events were kept for it", n)
	}
	close(done)
	h.wait()
	if again, err := h.join(t.Context()); again != nil || err != nil {
		t.Error("it takes browsers after its end")
	}
}

func TestStreamsEndWithTheDesk(t *testing.T) {
	d, b := working(t)
	l := b.listen("/events", "")
	l.next("retry")
	d.desk.Close()
	if line, _ := l.next("data:"); line != "" {
		t.Errorf("got %q", line)
	}
	b.do(b.request(http.MethodGet, "/events", nil)).is(t, "afterwards", http.StatusServiceUnavailable)
}

// 50 browsers that listen cost less than 50 MB.
func TestConnectedBrowsersAreCheap(t *testing.T) {
	_, b := working(t)
	before := heap()
	var all []*listener
	for range 50 {
		l := b.listen("/events", "")
		l.next("retry")
		all = append(all, l)
	}
	used := heap() - before // both ends of every connection
	t.Logf("50 browsers: %d kB", used>>10)
	if used > 50<<20 {
		t.Errorf("50 browsers take %d MB", used>>20)
	}
	for _, l := range all {
		l.cancel()
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}
