package chatwoot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/storage"
)

// standIn answers as Chatwoot's public and account interfaces do, and keeps what it got.
type standIn struct {
	*httptest.Server
	t        *testing.T
	contacts []map[string]any
	messages []string // "in: …" of the person, "note: …" for agents
	resolved int
	down     bool
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{t: t}
	mux := http.NewServeMux()
	read := func(r *http.Request) map[string]any {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		return m
	}
	mux.HandleFunc("POST /public/api/v1/inboxes/INBOX/contacts", func(w http.ResponseWriter, r *http.Request) {
		s.contacts = append(s.contacts, read(r))
		fmt.Fprintf(w, `{"source_id": "source-%d", "pubsub_token": "x", "id": 5, "name": "x"}`, len(s.contacts))
	})
	mux.HandleFunc("POST /public/api/v1/inboxes/INBOX/contacts/{source}/conversations", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"id": %d, "inbox_id": 1, "messages": [], "contact": {}}`, 40+len(s.contacts))
	})
	mux.HandleFunc("POST /public/api/v1/inboxes/INBOX/contacts/{source}/conversations/{id}/messages", func(w http.ResponseWriter, r *http.Request) {
		m := read(r)
		s.messages = append(s.messages, fmt.Sprint("in: ", m["content"]))
		fmt.Fprintf(w, `{"id": %d, "content": "x", "message_type": 0}`, len(s.messages))
	})
	account := func(do func(w http.ResponseWriter, m map[string]any)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("api_access_token") != "TOKEN" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			do(w, read(r))
		}
	}
	mux.HandleFunc("POST /api/v1/accounts/1/conversations/{id}/messages", account(func(w http.ResponseWriter, m map[string]any) {
		if m["private"] != true || m["message_type"] != "outgoing" {
			t.Errorf("a message that people would get: %v", m)
		}
		s.messages = append(s.messages, fmt.Sprint("note: ", m["content"]))
		fmt.Fprint(w, `{"id": 1}`)
	}))
	mux.HandleFunc("POST /api/v1/accounts/1/conversations/{id}/toggle_status", account(func(w http.ResponseWriter, m map[string]any) {
		if m["status"] == "resolved" {
			s.resolved++
		}
		fmt.Fprint(w, `{"payload": {"success": true}}`)
	}))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// asks hands over whoever writes "agen".
type asks struct{}

func (asks) Step(_ context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	c.Place.State, c.Lang = "asked", "id"
	t := flows.Turn{Next: c, Replies: []flows.Reply{{Text: "which business?"}}}
	if in.Text == "agen" {
		t.Effects = []flows.Effect{flows.HandOff{Reason: flows.HandOffAsked}}
	}
	return t, nil
}

const person = "62899000009@s.whatsapp.net"

// place is a bot whose cases are mirrored in a stand-in.
type place struct {
	t      *testing.T
	store  *storage.Store
	turns  *bot.Turns
	mirror *Mirror
	there  *standIn
	n      int
}

func newPlace(t *testing.T, change func(*Config)) *place {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p := &place{t: t, store: store, there: newStandIn(t)}
	p.turns = &bot.Turns{
		Store: store, Engine: asks{}, NewMessageID: func(string) string { p.n++; return fmt.Sprint("OUT", p.n) },
		Closed: func(_ context.Context, c flows.Conversation, _ time.Time) (flows.Turn, error) {
			return flows.Turn{Next: c, Replies: []flows.Reply{{Text: "did it help?"}}}, nil
		},
	}
	cfg := Config{
		Store: store, Desk: &bot.Agents{Store: store, Turns: p.turns}, URL: p.there.URL, Inbox: "INBOX", Account: "1", Token: "TOKEN",
		Secret: "the secret of the path", MessageID: func(seed string) string { return "ID " + seed },
	}
	if change != nil {
		change(&cfg)
	}
	p.mirror = New(cfg)
	p.step()
	return p
}

// step mirrors what happened.
func (p *place) step() (failed error) {
	p.t.Helper()
	if _, err := p.mirror.Follow().Step(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
	due, _, err := p.store.DueHooks(p.t.Context(), Target, time.Now().Add(time.Minute), 0)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, h := range due {
		if err := p.mirror.Deliver(p.t.Context(), h); err != nil {
			failed = err
			continue
		}
		if err := p.store.HookDone(p.t.Context(), h.ID); err != nil {
			p.t.Fatal(err)
		}
	}
	return failed
}

func (p *place) says(text string) bot.ChatKey {
	p.t.Helper()
	p.n++
	a, err := p.store.Accept(p.t.Context(), bot.Inbound{
		Channel: "whatsapp", Address: person, Sender: person, MessageID: fmt.Sprint("IN", p.n), Name: "Rina",
		Input: flows.Input{Kind: flows.InputText, Text: text, At: time.Now()}, ReceivedAt: time.Now(),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.turns.Answer(p.t.Context(), a.Chat); err != nil {
		p.t.Fatal(err)
	}
	return a.Chat
}

// sent takes what the person gets.
func (p *place) sent() (texts []string) {
	p.t.Helper()
	for {
		out, err := p.store.Claim(p.t.Context(), "whatsapp", time.Now().Add(time.Second), time.Minute, 10)
		if err != nil {
			p.t.Fatal(err)
		}
		if len(out) == 0 {
			return texts
		}
		for _, o := range out {
			texts = append(texts, o.Author+": "+o.Reply.Text)
			if err := p.store.Settle(p.t.Context(), o.ID, bot.Attempt{Outcome: bot.OutcomeSent, At: time.Now()}); err != nil {
				p.t.Fatal(err)
			}
		}
	}
}

// calls has Chatwoot call, and returns the status.
func (p *place) calls(secret, body string) int {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.mirror.ServeHTTP(w, httptest.NewRequest(http.MethodPost, Path+secret, strings.NewReader(body)))
	return w.Code
}

func written(id int, content, more string) string {
	return fmt.Sprintf(`{"event": "message_created", "id": %d, "content": %q, "message_type": "outgoing", "content_type": "text", "private": false,
		"sender": {"id": 1, "name": "Sari Dewi", "email": "x@example.com", "type": "user"}, "account": {"id": 1},
		"conversation": {"id": 41, "display_id": 41, "status": "open"}, "inbox": {"id": 1}%s}`, id, content, more)
}

func (p *place) owner() string {
	p.t.Helper()
	key, err := p.store.Find(p.t.Context(), "whatsapp", person, time.Time{})
	if err != nil {
		p.t.Fatal(err)
	}
	chat, err := p.store.Load(p.t.Context(), key)
	if err != nil {
		p.t.Fatal(err)
	}
	return chat.Owner
}

func TestAgentInChatwootAnswers(t *testing.T) {
	p := newPlace(t, nil)
	p.says("halo")
	if err := p.step(); err != nil || len(p.there.contacts) > 0 {
		t.Fatalf("a chat without a case was mirrored: %v, %v", p.there.contacts, err)
	}
	key := p.says("agen")
	if err := p.step(); err != nil {
		t.Fatal(err)
	}
	if c := p.there.contacts; len(c) != 1 || c[0]["identifier"] != string(key) || c[0]["phone_number"] != nil || c[0]["name"] != "Case #1" {
		t.Errorf("contacts %v", c)
	}
	want := "[in: halo note: bot: which business? in: agen note: bot: which business?]"
	if got := fmt.Sprint(p.there.messages[1:]); got != want || !strings.HasPrefix(p.there.messages[0], "note: Case #1: [asked]") {
		t.Errorf("mirrored %q, want %s", p.there.messages, want)
	}
	p.sent()
	if code := p.calls("the%20secret%20of%20the%20path", written(7, "Selamat pagi", "")); code != http.StatusNoContent {
		t.Fatalf("status %d", code)
	}
	p.calls("the%20secret%20of%20the%20path", written(7, "Selamat pagi", "")) // once more
	if got := p.sent(); fmt.Sprint(got) != "[chatwoot:Sari Dewi: Selamat pagi]" || p.owner() != "chatwoot:Sari Dewi" {
		t.Errorf("sent %q, owner %q", got, p.owner())
	}
	before := len(p.there.messages)
	p.says("ya, pagi")
	if err := p.step(); err != nil || fmt.Sprint(p.there.messages[before:]) != "[in: ya, pagi]" {
		t.Errorf("mirrored %q, %v; what was written there must not come back", p.there.messages[before:], err)
	}
	if got := p.sent(); len(got) > 0 {
		t.Errorf("the bot speaks: %q", got)
	}
	p.calls("the%20secret%20of%20the%20path", `{"event": "conversation_status_changed", "id": 41, "status": "resolved"}`)
	if got := p.sent(); fmt.Sprint(got) != "[bot: did it help?]" || p.owner() != "" {
		t.Errorf("after it was resolved %q is said, and the owner is %q", got, p.owner())
	}
	if c, err := p.store.CaseOf(t.Context(), 1); err != nil || c.Outcome != bot.ClosedAnswered || c.ClosedBy != "chatwoot:Sari Dewi" {
		t.Errorf("case %+v, %v", c, err)
	}
	if err := p.step(); err != nil || p.there.resolved != 1 {
		t.Errorf("resolved %d times, %v", p.there.resolved, err)
	}
}

func TestChatwootCallsThatCount(t *testing.T) {
	p := newPlace(t, nil)
	p.says("agen")
	if err := p.step(); err != nil {
		t.Fatal(err)
	}
	p.sent()
	secret := "the%20secret%20of%20the%20path"
	for name, test := range map[string]struct {
		secret, body string
		status       int
	}{
		"private_note":       {secret, strings.Replace(written(1, "x", ""), `"private": false`, `"private": true`, 1), 204},
		"incoming":           {secret, strings.Replace(written(2, "x", ""), `"outgoing"`, `"incoming"`, 1), 204},
		"bot":                {secret, strings.Replace(written(3, "x", ""), `"type": "user"`, `"type": "agent_bot"`, 1), 204},
		"automation":         {secret, strings.Replace(written(8, "x", ""), `"sender": {"id": 1, "name": "Sari Dewi", "email": "x@example.com", "type": "user"}`, `"sender": null`, 1), 204},
		"other_conversation": {secret, strings.Replace(written(4, "x", ""), `{"id": 41,`, `{"id": 99,`, 1), 422},
		"other_event":        {secret, `{"event": "webwidget_triggered", "id": 1}`, 204},
		"reopened":           {secret, `{"event": "conversation_status_changed", "id": 41, "status": "open"}`, 204},
		"resolved_not_ours":  {secret, `{"event": "conversation_status_changed", "id": 41, "status": "resolved"}`, 204},
		"empty":              {secret, written(5, " ", `, "attachments": [{}]`), 422},
		"no_json":            {secret, `<html>`, 400},
		"wrong_secret":       {"guess", written(6, "x", ""), 404},
		"no_secret":          {"", written(6, "x", ""), 404},
	} {
		if code := p.calls(test.secret, test.body); code != test.status {
			t.Errorf("%s: status %d, want %d", name, code, test.status)
		}
		if got := p.sent(); len(got) > 0 || p.owner() != "" {
			t.Errorf("%s: sent %q, owner %q", name, got, p.owner())
		}
	}
	if n := len(p.there.messages); !strings.Contains(p.there.messages[n-1], "only text can be sent") {
		t.Errorf("the agent is not told: %q", p.there.messages)
	}
	w := httptest.NewRecorder()
	p.mirror.ServeHTTP(w, httptest.NewRequest(http.MethodGet, Path+secret, nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d", w.Code)
	}
	number := strings.Replace(written(8, "halo", ""), `"message_type": "outgoing"`, `"message_type": 1`, 1)
	if p.calls(secret, number); fmt.Sprint(p.sent()) != "[chatwoot:Sari Dewi: halo]" {
		t.Error("a type given as a number is not read")
	}
	if p.calls(secret, strings.Replace(written(9, "lanjut", ""), "Sari Dewi", "Budi", 1)); fmt.Sprint(p.sent()) != "[chatwoot:Budi: lanjut]" {
		t.Error("a colleague there cannot go on")
	}
}

func TestChatwootRefusals(t *testing.T) {
	p := newPlace(t, nil)
	p.says("agen")
	if err := p.step(); err != nil {
		t.Fatal(err)
	}
	p.sent()
	if _, err := p.store.ClaimCase(t.Context(), 1, "budi", time.Now()); err != nil {
		t.Fatal(err)
	}
	code := p.calls("the%20secret%20of%20the%20path", written(1, "halo", ""))
	if got := p.there.messages; code != 422 || len(p.sent()) > 0 || p.owner() != "budi" || !strings.Contains(got[len(got)-1], "budi has this chat") {
		t.Errorf("an agent of the desk was talked over: %q", got)
	}
}

// What cannot be mirrored now is mirrored later, in order, and once.
func TestMirrorWaitsForChatwoot(t *testing.T) {
	p := newPlace(t, func(c *Config) { c.Token, c.Personal = "", true })
	p.there.down = true
	p.says("agen")
	if err := p.step(); err == nil || errors.Is(err, context.Canceled) {
		t.Fatalf("no failure: %v", err)
	}
	p.says("agen kedua")
	p.there.down = false
	for range 2 {
		if err := p.step(); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(p.there.messages); got != "[in: agen in: agen kedua]" {
		t.Errorf("mirrored %s", got)
	}
	if c := p.there.contacts; len(c) != 1 || c[0]["phone_number"] != "+62899000009" || c[0]["name"] != "Rina" {
		t.Errorf("contacts %v", c)
	}
}

func TestForgottenPersonLeavesTheMirror(t *testing.T) {
	p := newPlace(t, nil)
	key := p.says("agen")
	if err := p.step(); err != nil {
		t.Fatal(err)
	}
	chat, err := p.store.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	rec := bot.TurnRecord{Chat: key, Base: chat.Conversation.Version, Next: chat.Conversation, Forget: true, At: time.Now()}
	if err := p.store.Commit(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	before := len(p.there.contacts)
	if err := p.step(); err != nil || len(p.there.contacts) != before {
		t.Errorf("mirrored again: %v, %v", p.there.contacts, err)
	}
	p.sent()
	notes := len(p.there.messages)
	if code := p.calls("the%20secret%20of%20the%20path", written(1, "halo", "")); code != 422 || len(p.sent()) > 0 {
		t.Errorf("status %d", code)
	}
	if got := p.there.messages[notes:]; len(got) != 1 || !strings.HasPrefix(got[0], "note: Not sent: this person had their data deleted") {
		t.Errorf("the agent is told %q", got)
	}
	// Of a conversation that never was ours nothing is said there: it may be of another inbox.
	notes = len(p.there.messages)
	if code := p.calls("the%20secret%20of%20the%20path", strings.Replace(written(2, "halo", ""), `{"id": 41,`, `{"id": 99,`, 1)); code != 422 {
		t.Errorf("status %d", code)
	}
	if got := p.there.messages[notes:]; len(got) > 0 {
		t.Errorf("in a conversation of somebody else it says %q", got)
	}
}

// dying is a store that fails when a message is queued, at the worst moment.
type dying struct {
	*storage.Store
	before func(ctx context.Context) error
}

func (d *dying) ReplyCase(ctx context.Context, id int64, by, messageID, text string, at time.Time) error {
	if err := d.before(ctx); err != nil {
		return err
	}
	return d.Store.ReplyCase(ctx, id, by, messageID, text, at)
}

// A chat is taken and the message queued, or neither: whoever dies in between leaves a bot that goes on answering, and
// Chatwoot shows the message as failed. The same call again, should it come, does it all, once.
func TestChatIsTakenWithTheMessage(t *testing.T) {
	store := &dying{}
	p := newPlace(t, func(c *Config) { store.Store = c.Store.(*storage.Store); c.Store = store })
	key := p.says("agen")
	if err := p.step(); err != nil {
		t.Fatal(err)
	}
	p.sent()
	for _, what := range []struct {
		name, before, after, call string
	}{
		{"from nobody", "", "chatwoot:Sari Dewi", written(1, "halo", "")},
		{"from a colleague", "chatwoot:Sari Dewi", "chatwoot:Budi", strings.Replace(written(2, "lanjut", ""), "Sari Dewi", "Budi", 1)},
	} {
		work := func() int { return p.calls("the%20secret%20of%20the%20path", what.call) }
		store.before = func(context.Context) error {
			chat, err := p.store.Load(t.Context(), key) // what another process, or this one after a crash, finds
			if err != nil || chat.Owner != what.before {
				t.Errorf("%s: before the message is queued %q has the chat, %v", what.name, chat.Owner, err)
			}
			return errors.New("power cut")
		}
		if code := work(); code != http.StatusInternalServerError {
			t.Errorf("%s: status %d", what.name, code)
		}
		if got := p.sent(); len(got) > 0 || p.owner() != what.before {
			t.Errorf("%s: after the fault %q is sent, and %q has the chat", what.name, got, p.owner())
		}
		store.before = func(context.Context) error { return nil }
		for range 2 {
			if code := work(); code != http.StatusNoContent {
				t.Errorf("%s: status %d", what.name, code)
			}
		}
		if got := p.sent(); len(got) != 1 || p.owner() != what.after {
			t.Errorf("%s: then %q is sent, and %q has the chat", what.name, got, p.owner())
		}
	}
}
