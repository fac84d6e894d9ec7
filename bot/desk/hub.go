package desk

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"layak/bot"
)

const (
	pollEvery    = 200 * time.Millisecond // a new message has 500 ms to appear; a look at an index costs microseconds
	eventBatch   = 500
	clientQueue  = 64               // events that a slow browser may be behind; then it has to come back
	channelEvery = time.Second      // how late a page may know that WhatsApp is gone, or back; it is a look into memory
	heartbeat    = 15 * time.Second // proxies close what is silent for a minute; a session that was revoked ends as soon
	writeWait    = 10 * time.Second // for one event to reach a browser
	maxClients   = 500              // streams at once, about 20 kB each
)

// eventSource is where the hub looks for news.
type eventSource interface {
	Events(ctx context.Context, after int64, limit int) ([]bot.Event, error)
	LastEvent(ctx context.Context) (int64, error)
}

// hub tells connected browsers what happens. It asks the store, so that what other processes do is told, too; once for
// all browsers, and only while there are some.
type hub struct {
	source  eventSource
	log     *slog.Logger
	done    <-chan struct{}
	mu      sync.Mutex
	clients map[*client]struct{}
	running bool
	loops   sync.WaitGroup
}

// client is one browser that listens. Its channel is closed when it fell too far behind.
type client struct{ events chan bot.Event }

func newHub(source eventSource, log *slog.Logger, done <-chan struct{}) *hub {
	return &hub{source: source, log: log, done: done, clients: map[*client]struct{}{}}
}

// join adds a browser, and starts to ask the store for it if it is the first. It is told whatever is stored after join
// returned. It is nil when there are too many, or the hub has ended; the error is the store's.
func (h *hub) join(ctx context.Context) (*client, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
		return nil, nil
	default:
	}
	if len(h.clients) >= maxClients {
		return nil, nil
	}
	if !h.running {
		last, err := h.source.LastEvent(ctx)
		if err != nil {
			return nil, err
		}
		h.running = true
		h.loops.Go(func() { h.poll(last) })
	}
	c := &client{make(chan bot.Event, clientQueue)}
	h.clients[c] = struct{}{}
	return c, nil
}

func (h *hub) leave(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

// wait waits for the end of the reading, which the hub's done channel asks for.
func (h *hub) wait() {
	h.mu.Lock() // so that none is being started
	defer h.mu.Unlock()
	for h.running {
		h.mu.Unlock()
		h.loops.Wait()
		h.mu.Lock()
	}
}

// idle reports whether nobody listens any more, and marks the reading as ended if so.
func (h *hub) idle() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
	default:
		if len(h.clients) > 0 {
			return false
		}
	}
	h.running = false
	return true
}

// poll reads the news after an event and hands them out until nobody listens.
func (h *hub) poll(after int64) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // ends with poll
		select {
		case <-h.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for !h.idle() {
		news, err := h.source.Events(ctx, after, eventBatch)
		if err == nil && len(news) > 0 {
			after = news[len(news)-1].ID
			h.tell(news)
		}
		if err != nil && ctx.Err() == nil && !failing {
			h.log.Error("news of cases cannot be read; pages stand still until they can", "error", bot.Redact(err))
		}
		failing = err != nil
		if len(news) == eventBatch {
			continue
		}
		select {
		case <-tick.C:
		case <-h.done:
		}
	}
}

func (h *hub) tell(news []bot.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.clients {
		for _, e := range news {
			select {
			case c.events <- e:
				continue
			default:
			}
			delete(h.clients, c)
			close(c.events)
			break
		}
	}
}

// events streams what happens to one browser, from the event on that it names.
func (d *Desk) events(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	after, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64)
	if err != nil {
		after, err = strconv.ParseInt(r.FormValue("after"), 10, 64)
	}
	c, joinErr := d.hub.join(r.Context())
	if joinErr != nil {
		return joinErr
	}
	if c == nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "too many connections", http.StatusServiceUnavailable)
		return nil
	}
	defer d.hub.leave(c)
	stream := &stream{w: w, control: http.NewResponseController(w)}
	_ = stream.control.SetReadDeadline(time.Time{}) // the server's would end the stream
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // or nginx keeps events back
	last, lastErr := d.cfg.Cases.LastEvent(r.Context())
	if lastErr != nil {
		return lastErr
	}
	if err != nil || after > last {
		after = last
	}
	if !stream.write("retry: 1000\n\n") {
		return nil
	}
	if after, err = d.catchUp(r.Context(), stream, after); err != nil {
		return nil // the browser comes back by itself, and a status cannot be sent any more
	}
	beat, look := time.NewTicker(heartbeat), time.NewTicker(channelEvery)
	defer beat.Stop()
	defer look.Stop()
	offline := d.offline()
	if r.FormValue("channel") != "" && !stream.channel(offline) { // the page may be older than that
		return nil
	}
	for {
		select {
		case <-look.C:
			if now := d.offline(); now != offline {
				if offline = now; !stream.channel(now) {
					return nil
				}
			}
		case e, ok := <-c.events:
			if !ok || e.ID > after && !stream.event(e) {
				return nil
			}
		case <-beat.C:
			if _, err := d.session(r); err != nil || !stream.write(": still here\n\n") {
				return nil
			}
		case <-d.done:
			return nil
		case <-r.Context().Done():
			return nil
		}
	}
}

// catchUp sends what happened since the browser was last connected. After a long time it is told to look at everything.
func (d *Desk) catchUp(ctx context.Context, s *stream, after int64) (int64, error) {
	missed, err := d.cfg.Cases.Events(ctx, after, eventBatch)
	if err != nil {
		return after, err
	}
	if len(missed) == eventBatch {
		last, err := d.cfg.Cases.LastEvent(ctx)
		if err != nil {
			return after, err
		}
		s.write(fmt.Sprintf("id: %d\nevent: all\ndata: {}\n\n", last))
		return last, nil
	}
	for _, e := range missed {
		if !s.event(e) {
			break
		}
		after = e.ID
	}
	return after, nil
}

// stream writes events to one browser.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s *stream) event(e bot.Event) bool {
	return s.write(fmt.Sprintf("id: %d\nevent: case\ndata: {\"case\":%d,\"kind\":%q}\n\n", e.ID, e.Case, e.Kind))
}

// channel says whether nothing can be sent just now. It has no number: it is the state, and no news that a browser could miss.
func (s *stream) channel(offline bool) bool {
	return s.write(fmt.Sprintf("event: channel\ndata: {\"offline\":%t}\n\n", offline))
}

// write reports false when the browser is gone, or does not take it in time.
func (s *stream) write(text string) bool {
	_ = s.control.SetWriteDeadline(time.Now().Add(writeWait))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return false
	}
	return s.control.Flush() == nil
}
