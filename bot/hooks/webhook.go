package hooks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"layak/bot"
	"layak/flows"
)

// Target is the name of the webhook in the queue.
const Target = "webhook"

// What is told.
const (
	KindOpened  = "case_opened"
	KindVerdict = "verdict"
	KindClosed  = "case_closed"
)

// Headers of a delivery. The signature is "t=" and the Unix time, a comma, "v1=" and the hexadecimal HMAC-SHA256 of that
// time, a dot and the body, under the secret.
const (
	HeaderEvent     = "X-Layak-Event"
	HeaderDelivery  = "X-Layak-Delivery"
	HeaderSignature = "X-Layak-Signature"
)

// Webhook posts events to one address.
type Webhook struct {
	Store    Store
	URL      string
	Secret   string
	Personal bool // tell who it is and what was answered, too
	Now      func() time.Time
	// Client makes the requests; nil: one that follows no redirect.
	Client *http.Client
}

// event is the body of a delivery. Who it is and what they said is only there if the configuration wants it.
type event struct {
	Event    string        `json:"event"`
	At       time.Time     `json:"at"`
	Chat     bot.ChatKey   `json:"chat"` // random; the same for one person until their data is deleted
	Case     int64         `json:"case,omitempty"`
	Reasons  []string      `json:"reasons,omitempty"`
	Category string        `json:"category,omitempty"`
	Lang     string        `json:"lang,omitempty"`
	Verdict  string        `json:"verdict,omitempty"`
	Pack     string        `json:"pack,omitempty"`
	Override string        `json:"override,omitempty"` // the verdict an agent gave instead
	Outcome  string        `json:"outcome,omitempty"`
	ClosedBy string        `json:"closed_by,omitempty"`
	Opened   *time.Time    `json:"opened_at,omitempty"`
	Person   *person       `json:"person,omitempty"`
	Answers  answersByFact `json:"answers,omitempty"`
}

type person struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phone,omitempty"`
}

type answersByFact map[string]string

func answers(c flows.Conversation) answersByFact {
	all := answersByFact{}
	for fact, v := range c.Answers {
		all[fact] = v.Value
	}
	return all
}

// CheckURL returns an error unless private data may be sent to address: over TLS, or within this computer.
func CheckURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("write a full address, such as https://example.com/layak")
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	if u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("only https:// is safe; http:// is for addresses of this computer, such as http://127.0.0.1:8000/")
}

// Follow makes the follower of the webhook.
func (w Webhook) Follow() Follower { return Follower{Store: w.Store, Name: Target, Hooks: w.cases} }

// cases makes hooks of cases that were opened or closed.
func (w Webhook) cases(ctx context.Context, events []bot.Event) ([]bot.Hook, error) {
	var all []bot.Hook
	for _, e := range events {
		if e.Case == 0 || e.Kind != bot.EventOpened && e.Kind != bot.EventClosed {
			continue
		}
		card, err := w.Store.Card(ctx, e.Case)
		if errors.Is(err, bot.ErrNoCase) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if e.Kind == bot.EventOpened && !e.At.Equal(card.OpenedAt) {
			continue // another reason for a case that was told already
		}
		out := event{
			Event: KindOpened, At: e.At, Chat: card.Chat, Case: card.ID, Category: card.Category, Lang: card.Lang, Override: card.Counting(),
			Opened: &card.OpenedAt,
		}
		for _, r := range card.Reasons {
			out.Reasons = append(out.Reasons, string(r))
		}
		if e.Kind == bot.EventClosed {
			out.Event, out.Outcome, out.ClosedBy = KindClosed, string(card.Outcome), card.ClosedBy
		}
		if w.Personal && card.Case.Note != bot.NoteForgotten {
			out.Person, out.Answers = &person{card.Name, card.Phone}, answers(card.Conversation)
		}
		h, err := out.hook()
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// Turn makes hooks of a turn that gave a verdict.
func (w Webhook) Turn(chat bot.ChatKey, turn flows.Turn) []bot.Hook {
	v := turn.Verdict()
	if v == nil {
		return nil
	}
	out := event{
		Event: KindVerdict, At: turn.Next.UpdatedAt.UTC(), Chat: chat, Category: v.Category, Lang: turn.Next.Lang, Verdict: string(v.Verdict),
		Pack: v.Pack.ID + " " + v.Pack.Version,
	}
	if w.Personal {
		out.Answers = answers(turn.Next)
	}
	h, err := out.hook()
	if err != nil {
		return nil // a struct of texts can always be written
	}
	return []bot.Hook{h}
}

func (e event) hook() (bot.Hook, error) {
	body, err := json.Marshal(e)
	return bot.Hook{Target: Target, Kind: e.Event, Case: e.Case, Chat: e.Chat, Body: string(body)}, err
}

// Deliver posts one hook. Any answer from 200 to 299 takes it; 410 says that it is not wanted any more.
func (w Webhook) Deliver(ctx context.Context, h bot.Hook) error {
	now := time.Now
	if w.Now != nil {
		now = w.Now
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader([]byte(h.Body)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "layak")
	req.Header.Set(HeaderEvent, h.Kind)
	req.Header.Set(HeaderDelivery, strconv.FormatInt(h.ID, 10))
	if w.Secret != "" {
		req.Header.Set(HeaderSignature, Sign(w.Secret, now(), []byte(h.Body)))
	}
	client := w.Client
	if client == nil {
		client = direct
	}
	res, err := client.Do(req)
	if err != nil {
		return plain(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	return taken(res.StatusCode)
}

// plain takes the address out of an error of the client, which may hold a secret.
func plain(err error) error {
	if urlErr := (*url.Error)(nil); errors.As(err, &urlErr) {
		return urlErr.Err
	}
	return err
}

// taken says what a status means.
func taken(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return fmt.Errorf("the receiver answers %d, a redirect, which is not followed; give its final address", status)
	case status == http.StatusGone:
		return fmt.Errorf("the receiver answers %d, it does not want it any more: %w", status, ErrGiveUp)
	}
	return fmt.Errorf("the receiver answers %d %s", status, http.StatusText(status))
}

// direct follows no redirect, which could lead anywhere.
var direct = &http.Client{
	Timeout:       deliverWait,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Sign makes the signature of a body at a time.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}
