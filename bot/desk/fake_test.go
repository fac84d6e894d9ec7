package desk

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"layak/bot"
	"layak/flows"
	flowdefault "layak/flows/default"
)

// theSecret is everybody's password in these tests.
const theSecret = "kopi susu gula aren"

// theHash is its hash, made with little work.
var theHash = fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$c2FyaXNhcmlzYXJpc2FyaQ$%s", argon2.Version,
	base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(theSecret), []byte("sarisarisarisari"), 1, 8, 1, 32)))

// fake is a store of a few cases and users.
type fake struct {
	mu       sync.Mutex
	cards    map[int64]*bot.Card
	events   []bot.Event
	users    map[string]bot.User
	sessions map[string]bot.Session
	replies  []bot.Canned
	steps    []bot.FunnelStep
	verdicts []bot.VerdictCount
	missed   []bot.Missed
	polls    int
	sent     []string
	next     string // CasePage.Next
	asked    int    // how often User was called
	gone     []string
}

func newFake() *fake {
	f := &fake{cards: map[int64]*bot.Card{}, users: map[string]bot.User{}, sessions: map[string]bot.Session{}}
	for _, u := range []bot.User{
		{Name: "sari", Role: bot.RoleAgent},
		{Name: "budi", Role: bot.RoleAgent},
		{Name: "ratna", Role: bot.RoleAdmin},
		{Name: "lama", Role: bot.RoleAgent, Disabled: true},
	} {
		u.CreatedAt = time.Now()
		f.users[u.Name] = u
	}
	return f
}

func (f *fake) put(c bot.Card) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c.OpenedAt.IsZero() {
		c.OpenedAt = time.Now()
	}
	f.cards[c.ID] = &c
	f.tell(bot.EventOpened, c.ID)
}

func (f *fake) tell(kind bot.EventKind, id int64) {
	f.events = append(f.events, bot.Event{ID: int64(len(f.events) + 1), Kind: kind, Case: id, At: time.Now()})
}

func (f *fake) ListCases(_ context.Context, q bot.CaseQuery) (p bot.CasePage, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.cards {
		open := c.ClosedAt.IsZero()
		fits := map[bot.CaseView]bool{
			bot.ViewAll: true, bot.ViewQueue: open && (c.Owner == "" || slices.Contains(q.Gone, c.Owner)), bot.ViewMine: open && c.Owner == q.Owner,
			bot.ViewOpen: open, bot.ViewClosed: !open,
		}[q.View]
		if fits && (q.Label == "" || slices.Contains(c.Labels, q.Label)) && strings.Contains(c.Name+c.Phone, q.Search) {
			p.Cases = append(p.Cases, c.CaseRow)
		}
	}
	p.Next = f.next
	slices.SortFunc(p.Cases, func(a, b bot.CaseRow) int { return a.WaitingSince.Compare(b.WaitingSince) })
	return p, nil
}

func (f *fake) CaseCounts(_ context.Context, by string, gone ...string) (queue, mine int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.cards {
		switch {
		case !c.ClosedAt.IsZero():
		case c.Owner == "", slices.Contains(gone, c.Owner):
			queue++
		case c.Owner == by:
			mine++
		}
	}
	return queue, mine, nil
}

func (f *fake) Card(_ context.Context, id int64) (bot.Card, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.cards[id]; c != nil {
		return *c, nil
	}
	return bot.Card{}, bot.ErrNoCase
}

// change does something to an open case.
func (f *fake) change(id int64, kind bot.EventKind, do func(c *bot.Card) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.cards[id]
	if c == nil {
		return bot.ErrNoCase
	}
	if !c.ClosedAt.IsZero() {
		return bot.ErrClosed
	}
	if err := do(c); err != nil {
		return err
	}
	f.tell(kind, id)
	return nil
}

func (f *fake) AddNote(_ context.Context, id int64, by, text string, at time.Time) error {
	return f.change(id, bot.EventNote, func(c *bot.Card) error {
		c.Notes = append(c.Notes, bot.Note{Author: by, Text: text, At: at})
		return nil
	})
}

func (f *fake) SetLabels(_ context.Context, id int64, _ string, labels []string, _ time.Time) error {
	return f.change(id, bot.EventLabels, func(c *bot.Card) error { c.Labels = labels; return nil })
}

func (f *fake) OverrideVerdict(_ context.Context, id int64, by, verdict, reason string, _ time.Time) error {
	return f.change(id, bot.EventVerdict, func(c *bot.Card) error {
		c.Override, c.OverrideBy, c.OverrideReason = verdict, by, reason
		return nil
	})
}

func (f *fake) Events(_ context.Context, after int64, limit int) ([]bot.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.polls++
	rest := f.events[min(int(after), len(f.events)):]
	return slices.Clone(rest[:min(limit, len(rest))]), nil
}

func (f *fake) LastEvent(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.events)), nil
}

func (f *fake) Open(_ context.Context, number, by string) (int64, error) {
	f.mu.Lock()
	for id, c := range f.cards {
		if c.Phone == number {
			defer f.mu.Unlock()
			if c.Owner != by {
				return id, bot.ErrNotOwner
			}
			return id, nil
		}
	}
	id := int64(len(f.cards) + 1)
	f.mu.Unlock()
	f.put(bot.Card{CaseRow: bot.CaseRow{Case: bot.Case{ID: id, Owner: by}, Phone: number}})
	return id, nil
}

func (f *fake) Claim(_ context.Context, id int64, by string) (owner string, err error) {
	err = f.change(id, bot.EventOwner, func(c *bot.Card) error {
		if owner = c.Owner; owner != "" && owner != bot.OwnerPhone && owner != by && !slices.Contains(f.gone, owner) {
			return bot.ErrNotOwner
		}
		c.Owner, owner = by, by
		return nil
	})
	return owner, err
}

func (f *fake) Assign(_ context.Context, id int64, _, to string) error {
	return f.change(id, bot.EventOwner, func(c *bot.Card) error { c.Owner = to; return nil })
}

func (f *fake) owned(id int64, by string, kind bot.EventKind, do func(c *bot.Card)) error {
	return f.change(id, kind, func(c *bot.Card) error {
		if c.Owner != by {
			return bot.ErrNotOwner
		}
		do(c)
		return nil
	})
}

func (f *fake) Return(_ context.Context, id int64, by string) error {
	return f.owned(id, by, bot.EventOwner, func(c *bot.Card) { c.Owner = "" })
}

func (f *fake) Close(_ context.Context, id int64, how bot.Closing) error {
	return f.change(id, bot.EventClosed, func(c *bot.Card) error {
		if c.Owner != "" && c.Owner != how.By {
			return bot.ErrNotOwner
		}
		c.ClosedAt, c.ClosedBy, c.Outcome, c.Case.Note = time.Now(), how.By, how.Outcome, how.Note
		return nil
	})
}

func (f *fake) Reply(_ context.Context, id int64, by, text string) error {
	return f.owned(id, by, bot.EventMessage, func(c *bot.Card) {
		f.sent = append(f.sent, text)
		c.Lines = append(c.Lines, bot.Line{MessageID: "r" + itoa(int64(len(f.sent))), Author: by, Text: text, At: time.Now(), State: bot.LineWaiting})
	})
}

func (f *fake) Retry(_ context.Context, id int64, by, message string) error {
	return f.owned(id, by, bot.EventMessage, func(*bot.Card) { f.sent = append(f.sent, message) })
}

func (f *fake) AddUser(_ context.Context, u bot.User, _ string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.users[u.Name]; ok {
		return bot.ErrUserExists
	}
	f.users[u.Name] = u
	return nil
}

func (f *fake) Users(context.Context) (all []bot.User, _ error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, u := range f.users {
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b bot.User) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func (f *fake) User(_ context.Context, name string) (bot.User, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	u, ok := f.users[name]
	if !ok {
		return u, "", bot.ErrNoUser
	}
	return u, theHash, nil
}

func (f *fake) user(name string, do func(*bot.User)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	u, ok := f.users[name]
	if !ok {
		return bot.ErrNoUser
	}
	do(&u)
	f.users[name] = u
	return nil
}

func (f *fake) SetPassword(_ context.Context, name, _ string) error {
	return f.user(name, func(*bot.User) { f.end(name) })
}

func (f *fake) SetRole(_ context.Context, name string, role bot.Role) error {
	return f.user(name, func(u *bot.User) { u.Role = role })
}

func (f *fake) SetUserLang(_ context.Context, name, lang string) error {
	return f.user(name, func(u *bot.User) { u.Lang = lang })
}

func (f *fake) DisableUser(_ context.Context, name string, disabled bool) error {
	return f.user(name, func(u *bot.User) { u.Disabled = disabled; f.end(name) })
}

func (f *fake) end(name string) (n int) {
	for token, s := range f.sessions {
		if s.Name == name {
			delete(f.sessions, token)
			n++
		}
	}
	return n
}

func (f *fake) StartSession(_ context.Context, token, name string, now, expires time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions[token] = bot.Session{User: bot.User{Name: name}, StartedAt: now, SeenAt: now, ExpiresAt: expires}
	return nil
}

func (f *fake) Session(_ context.Context, token string, now time.Time, idle time.Duration, used bool) (bot.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.sessions[token]
	if !ok || !now.Before(s.ExpiresAt) || now.Sub(s.SeenAt) >= idle {
		return bot.Session{}, bot.ErrNoSession
	}
	if used {
		s.SeenAt = now
	}
	f.sessions[token] = s
	s.User = f.users[s.Name]
	return s, nil
}

func (f *fake) EndSession(_ context.Context, token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, token)
	return nil
}

func (f *fake) EndSessions(_ context.Context, name string) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.end(name), nil
}

func (f *fake) ListCanned(context.Context) ([]bot.Canned, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.replies), nil
}

func (f *fake) SaveCanned(_ context.Context, c bot.Canned) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, other := range f.replies {
		if c.ID == other.ID {
			f.replies[i] = c
			return c.ID, nil
		}
		if c.Title == other.Title {
			return 0, bot.ErrTitleTaken
		}
	}
	c.ID = int64(len(f.replies) + 1)
	f.replies = append(f.replies, c)
	return c.ID, nil
}

func (f *fake) DeleteCanned(_ context.Context, id int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.replies = slices.DeleteFunc(f.replies, func(c bot.Canned) bool { return c.ID == id })
	return nil
}

func (f *fake) Funnel(context.Context, time.Time, time.Time) ([]bot.FunnelStep, error) {
	return f.steps, nil
}
func (f *fake) VerdictCounts(context.Context) ([]bot.VerdictCount, error) { return f.verdicts, nil }
func (f *fake) MissedTexts(context.Context, int) ([]bot.Missed, error)    { return f.missed, nil }

var theFlow = sync.OnceValue(func() *flows.Flow {
	flow, problems := flows.Load(flowdefault.Files, flows.Options{Base: flowdefault.Files, Trained: flowdefault.Model})
	if len(problems) > 0 {
		panic(problems.Error())
	}
	return flow
})

// desk is a desk over a fake, served on loopback.
type testDesk struct {
	t     *testing.T
	store *fake
	desk  *Desk
	url   string
	now   time.Time
	mu    sync.Mutex
}

func newTestDesk(t *testing.T, change ...func(*Config)) *testDesk {
	t.Helper()
	d := &testDesk{t: t, store: newFake(), now: time.Now()}
	cfg := Config{
		Cases: d.store, Agents: d.store, Users: d.store, Canned: d.store, Reports: d.store,
		Channel: func() ChannelState { return ChannelState{LoggedIn: true, Since: time.Now(), ClientVersion: "2.3000.1"} },
		Gone:    func(context.Context) ([]string, error) { return d.store.gone, nil },
		Flow:    func(string) *flows.Flow { return theFlow() },
		Now:     d.clock,
	}
	for _, c := range change {
		c(&cfg)
	}
	d.desk = New(cfg)
	server := httptest.NewServer(d.desk)
	d.url = server.URL
	t.Cleanup(func() { d.desk.Close(); server.Close() })
	return d
}

func (d *testDesk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *testDesk) later(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

// browser is one that follows no redirects.
func (d *testDesk) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{d, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type browser struct {
	d      *testDesk
	client *http.Client
}

// as signs in.
func (d *testDesk) as(name string) *browser {
	d.t.Helper()
	b := d.browser()
	if got := b.post("/sign-in", url.Values{"name": {name}, "password": {theSecret}}); got.StatusCode != http.StatusSeeOther {
		d.t.Fatalf("sign in as %s: %s", name, got.Status)
	}
	return b
}
