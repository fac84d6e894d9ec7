package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"layak/bot/chatwoot"
	"layak/internal/waserver"
)

// chatwootInbox stands in for the public interface of Chatwoot, and keeps what people wrote.
type chatwootInbox struct {
	mu       sync.Mutex
	incoming []string
}

func (c *chatwootInbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct{ Content string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch path := strings.TrimPrefix(r.URL.Path, "/public/api/v1/inboxes/INBOX"); path {
	case "/contacts":
		fmt.Fprint(w, `{"source_id": "s1"}`)
	case "/contacts/s1/conversations":
		fmt.Fprint(w, `{"id": 7}`)
	case "/contacts/s1/conversations/7/messages":
		c.incoming = append(c.incoming, body.Content)
		fmt.Fprint(w, `{"id": 1}`)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (c *chatwootInbox) has(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.incoming, text)
}

// TestChatwootAgentAnswers mirrors a case into Chatwoot, has its agent answer and resolve it, and the bot go on.
func TestChatwootAgentAnswers(t *testing.T) {
	t.Parallel()
	inbox := &chatwootInbox{}
	server := httptest.NewServer(inbox)
	t.Cleanup(server.Close)
	const secret = "abcdefghijklmnopqrstuvwxyz"
	w := newWorld(t, sqlite(t), "LAYAK_CHATWOOT_URL="+server.URL, "LAYAK_CHATWOOT_INBOX=INBOX", "LAYAK_CHATWOOT_SECRET="+secret,
		"LAYAK_DESK_LISTEN=127.0.0.1:0")
	s := w.begin()
	address := s.logged("desk")["address"].(string) + chatwoot.Path + secret
	w.until("the mirror follows events", func() bool { return w.count(`SELECT COUNT(*) FROM meta WHERE key = 'follower:chatwoot'`) == 1 })
	call := func(body string) {
		t.Helper()
		res, err := http.Post(address, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusNoContent {
			t.Fatalf("status %d", res.StatusCode)
		}
	}
	replies := inTerminal(t, herbal...)
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	say(t, p, "agen")
	hear(t, p)
	w.until("the case is mirrored", func() bool { return inbox.has("agen") })
	call(`{"event": "message_created", "id": 3, "content": "Selamat pagi, saya Sari.", "message_type": "outgoing", "private": false,
		"sender": {"name": "Sari", "type": "user"}, "conversation": {"id": 7}}`)
	if got := hear(t, p); got.Text != "Selamat pagi, saya Sari." {
		t.Fatalf("got %q", got.Text)
	}
	say(t, p, "halo mbak Sari")
	w.until("the answer is mirrored", func() bool { return inbox.has("halo mbak Sari") })
	call(`{"event": "conversation_status_changed", "id": 7, "status": "resolved"}`)
	hears(t, p, "Apakah tadi Anda terbantu?")
	say(t, p, "ya")
	hears(t, p, "BPOM") // the question that stood
	say(t, p, herbal[2])
	expect(t, p, replies[2])
	s.stop()
	if n := w.count(`SELECT COUNT(*) FROM handoff WHERE helped = 'yes' AND closed_by = 'chatwoot:Sari'`); n != 1 {
		t.Errorf("%d cases helped, want 1", n)
	}
}
