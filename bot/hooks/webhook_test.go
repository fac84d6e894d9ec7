package hooks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/flows/rules"
	"layak/storage"
)

// judge hands over whoever writes "agen", and gives a verdict to whoever writes "hasil".
type judge struct{}

func (judge) Step(_ context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	c.Place.State, c.Lang, c.UpdatedAt = "asked", "id", in.At
	c.Answers = map[string]flows.Value{"category": {Value: "herbal_medicine"}}
	t := flows.Turn{Next: c, Replies: []flows.Reply{{Text: "bot: " + in.Text}}}
	switch in.Text {
	case "agen":
		t.Effects = []flows.Effect{flows.HandOff{Reason: flows.HandOffAsked}}
	case "hasil":
		t.Effects = []flows.Effect{flows.Decided{Verdict: rules.Verdict{
			Verdict: rules.NeedsReview, Category: "herbal_medicine", Pack: rules.PackRef{ID: "id", Version: "1"},
		}}}
	}
	return t, nil
}

// place is a store with the turns of a bot that tells a webhook.
type place struct {
	t     *testing.T
	store *storage.Store
	hook  Webhook
	turns *bot.Turns
	n     int
	now   time.Time
}

func newPlace(t *testing.T, hook Webhook) *place {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	hook.Store = store
	p := &place{t: t, store: store, hook: hook, now: time.Now().Add(time.Minute)}
	p.turns = &bot.Turns{
		Store: store, Engine: judge{}, Hooks: hook.Turn,
		NewMessageID: func(string) string { p.n++; return fmt.Sprint("OUT", p.n) },
	}
	p.step()
	return p
}

// step queues hooks of what happened.
func (p *place) step() {
	p.t.Helper()
	if _, err := p.hook.Follow().Step(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) says(text string) bot.ChatKey {
	p.t.Helper()
	p.n++
	a, err := p.store.Accept(p.t.Context(), bot.Inbound{
		Channel: "whatsapp", Address: "62899000009@s.whatsapp.net", Sender: "62899000009@s.whatsapp.net", MessageID: fmt.Sprint("IN", p.n), Name: "Rina",
		Input: flows.Input{Kind: flows.InputText, Text: text, At: time.Now()}, ReceivedAt: time.Now(),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.turns.Answer(p.t.Context(), a.Chat); err != nil {
		p.t.Fatal(err)
	}
	p.step()
	return a.Chat
}

func (p *place) runner() Runner {
	return Runner{Store: p.store, Target: Target, Deliver: p.hook.Deliver, Retries: DefaultRetries, Now: func() time.Time { return p.now }, Log: discard}
}

// deliver makes one attempt at everything that is due.
func (p *place) deliver() {
	p.t.Helper()
	due, _, err := p.store.DueHooks(p.t.Context(), Target, p.now, 0)
	for _, h := range due {
		err = errors.Join(err, p.runner().one(p.t.Context(), h))
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// receiver keeps what it got, and answers with a status.
type receiver struct {
	*httptest.Server
	status   int
	got      []map[string]any
	raw      []string
	headers  []http.Header
	location string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		var m map[string]any
		if err := json.Unmarshal(body, &m); err != nil {
			t.Errorf("body %q: %v", body, err)
		}
		r.got, r.raw, r.headers = append(r.got, m), append(r.raw, string(body)), append(r.headers, req.Header)
		if r.location != "" {
			w.Header().Set("Location", r.location)
		}
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func TestWebhookTellsCaseAndVerdict(t *testing.T) {
	r := newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL, Secret: "s3cret"})
	chat := p.says("hasil")
	p.says("agen")
	p.says("agen") // no other case
	if _, err := p.store.CloseCase(t.Context(), 1, bot.Closing{By: "sari", Outcome: bot.ClosedEligible, Note: "secret note"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	p.step()
	p.deliver()
	var kinds []string
	for i, m := range r.got {
		kinds = append(kinds, m["event"].(string))
		if m["chat"] != string(chat) || r.headers[i].Get(HeaderEvent) != m["event"] || r.headers[i].Get(HeaderDelivery) == "" {
			t.Errorf("%v with %v", m, r.headers[i])
		}
		signature := r.headers[i].Get(HeaderSignature)
		var unix int64
		if _, err := fmt.Sscanf(signature, "t=%d,", &unix); err != nil || Sign("s3cret", time.Unix(unix, 0), []byte(r.raw[i])) != signature {
			t.Errorf("the signature %q does not hold", signature)
		}
		for _, private := range []string{"62899", "Rina", "answers", "secret note"} {
			if strings.Contains(r.raw[i], private) {
				t.Errorf("%q is told: %s", private, r.raw[i])
			}
		}
	}
	if fmt.Sprint(kinds) != "[verdict case_opened case_closed]" {
		t.Fatalf("told %v", kinds)
	}
	if v := r.got[0]; v["verdict"] != "needs_review" || v["category"] != "herbal_medicine" || v["pack"] != "id 1" {
		t.Errorf("verdict: %v", v)
	}
	if c := r.got[2]; c["case"] != 1.0 || c["outcome"] != "eligible" || c["closed_by"] != "sari" || fmt.Sprint(c["reasons"]) != "[asked]" {
		t.Errorf("closed: %v", c)
	}
	p.deliver()
	if len(r.got) != 3 {
		t.Errorf("%d deliveries, want 3", len(r.got))
	}
}

func TestWebhookTellsThePersonIfAsked(t *testing.T) {
	r := newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL, Personal: true})
	p.says("agen")
	p.deliver()
	if len(r.got) != 1 || fmt.Sprint(r.got[0]["person"]) != "map[name:Rina phone:62899000009]" || fmt.Sprint(r.got[0]["answers"]) != "map[category:herbal_medicine]" {
		t.Errorf("told %v", r.got)
	}
	if r.headers[0].Get(HeaderSignature) != "" {
		t.Error("signed without a secret")
	}
}

func TestWebhookIsTriedAgainThenDead(t *testing.T) {
	r := newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL})
	r.status = http.StatusInternalServerError
	p.says("hasil")
	p.deliver()
	p.deliver() // not due yet
	if len(r.got) != 1 {
		t.Fatalf("%d attempts at once, want 1", len(r.got))
	}
	for range 500 {
		p.now = p.now.Add(time.Hour)
		p.deliver()
	}
	dead, err := p.store.DeadHooks(t.Context(), 0)
	if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Err, "500 Internal Server Error") || dead[0].Attempts != len(r.got) {
		t.Fatalf("dead %+v, %v, after %d attempts", dead, err, len(r.got))
	}
	if n := len(r.got); n < 30 || n > 80 {
		t.Errorf("%d attempts in two days", n)
	}
	r.status = http.StatusOK
	if n, err := p.store.RetryHooks(t.Context(), dead[0].ID, p.now); n != 1 || err != nil {
		t.Fatalf("%d tried again, %v", n, err)
	}
	before := len(r.got)
	p.deliver()
	if n, err := p.store.WaitingHooks(t.Context()); n != 0 || err != nil || len(r.got) != before+1 {
		t.Errorf("%d wait, %v, %d deliveries", n, err, len(r.got)-before)
	}
}

func TestWebhookFollowsNoRedirectAndGivesUpWhenGone(t *testing.T) {
	other, r := newReceiver(t), newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL})
	r.status, r.location = http.StatusTemporaryRedirect, other.URL
	p.says("hasil")
	p.deliver()
	if len(other.got) > 0 || len(r.got) != 1 {
		t.Errorf("the redirect was followed")
	}
	r.status = http.StatusGone
	p.now = p.now.Add(time.Hour)
	p.deliver()
	if dead, err := p.store.DeadHooks(t.Context(), 0); len(dead) != 1 || err != nil {
		t.Errorf("dead %+v, %v; want one after 410", dead, err)
	}
}

func TestForgottenPersonIsNotTold(t *testing.T) {
	r := newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL, Personal: true})
	chat, err := p.store.Load(t.Context(), p.says("hasil"))
	if err != nil {
		t.Fatal(err)
	}
	rec := bot.TurnRecord{Chat: chat.Key, Base: chat.Conversation.Version, Next: chat.Conversation, Forget: true, At: time.Now()}
	if err := p.store.Commit(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	p.deliver()
	if len(r.got) > 0 {
		t.Errorf("told %v", r.got)
	}
}

// Until the last message to somebody who had their data deleted is sent, the store still knows where to send it.
func TestWebhookKeepsQuietAboutTheForgotten(t *testing.T) {
	r := newReceiver(t)
	p := newPlace(t, Webhook{URL: r.URL, Personal: true})
	key := p.says("agen")
	p.deliver()
	chat, err := p.store.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	rec := bot.TurnRecord{
		Chat: chat.Key, Base: chat.Conversation.Version, Next: chat.Conversation, Forget: true, At: time.Now(),
		Out: []bot.Outbound{{MessageID: "GONE", Reply: flows.Reply{Text: "it is deleted"}}},
	}
	if err := p.store.Commit(t.Context(), rec); err != nil {
		t.Fatal(err)
	}
	p.step()
	p.deliver()
	if len(r.got) != 2 || r.got[1]["event"] != KindClosed || strings.Contains(r.raw[1], "62899") || strings.Contains(r.raw[1], "Rina") {
		t.Errorf("told %v", r.raw[1:])
	}
}

func TestCheckURL(t *testing.T) {
	for address, fine := range map[string]bool{
		"https://example.com/x": true, "http://127.0.0.1:8000/": true, "http://localhost/": true, "http://[::1]:1/": true,
		"http://example.com/": false, "example.com": false, "https://user:pw@example.com/": false, "ftp://127.0.0.1/": false, "": false,
		"http://127.0.0.1.example.com/": false,
	} {
		if err := CheckURL(address); (err == nil) != fine {
			t.Errorf("%s: %v", address, err)
		}
	}
}
