// Package desk is where people work on cases: web pages for agents and admins that are rendered on the server, work
// without JavaScript, and change by themselves where there is some. It asks nothing of any other host.
package desk

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"layak/bot"
	"layak/flows"
)

// Cases is what the pages read of cases, and the little that they change without the bot; see bot.Cases.
type Cases interface {
	ListCases(ctx context.Context, q bot.CaseQuery) (bot.CasePage, error)
	CaseCounts(ctx context.Context, by string, gone ...string) (queue, mine int, err error)
	Card(ctx context.Context, id int64) (bot.Card, error)
	AddNote(ctx context.Context, id int64, by, text string, at time.Time) error
	SetLabels(ctx context.Context, id int64, by string, labels []string, at time.Time) error
	OverrideVerdict(ctx context.Context, id int64, by, verdict, reason string, at time.Time) error
	Events(ctx context.Context, after int64, limit int) ([]bot.Event, error)
	LastEvent(ctx context.Context) (int64, error)
}

// Agents does what changes hands, or is sent. All return the errors of bot.Cases.
type Agents interface {
	// Open opens a case for a telephone number, digits only, and gives it to by. The number may never have written.
	Open(ctx context.Context, number, by string) (id int64, err error)
	// Claim gives a case that nobody has, or somebody who is gone, to by, or returns bot.ErrNotOwner and who has it.
	Claim(ctx context.Context, id int64, by string) (owner string, err error)
	// Assign hands a case, whoever has it, to another agent.
	Assign(ctx context.Context, id int64, by, to string) error
	// Return gives the chat of a case that by has back to the bot.
	Return(ctx context.Context, id int64, by string) error
	// Close ends a case, and gives its chat back to the bot.
	Close(ctx context.Context, id int64, c bot.Closing) error
	// Reply sends a text in the name of by, who must have the case.
	Reply(ctx context.Context, id int64, by, text string) error
	// Retry sends a message that could not be delivered once more.
	Retry(ctx context.Context, id int64, by, messageID string) error
}

// Reports is what admins read.
type Reports interface {
	// Funnel returns what became of questions between two days, the second excluded; a zero time stands for no bound.
	Funnel(ctx context.Context, from, to time.Time) ([]bot.FunnelStep, error)
	VerdictCounts(ctx context.Context) ([]bot.VerdictCount, error)
	MissedTexts(ctx context.Context, limit int) ([]bot.Missed, error)
}

// ChannelState is how the way to people is doing.
type ChannelState struct {
	Standby       bool // another process is logged in
	LoggedIn      bool
	Since         time.Time // when LoggedIn last changed
	Refused       string    // why there is no login; "" where nothing was refused
	RefusedFor    string    // the same as a stable word, see whatsapp.LoginReason
	LastMessage   time.Time // zero: none since the start
	LockedUntil   time.Time // WhatsApp's lock on writing to new people; zero without one
	Stale         bool      // the connection stands, and nothing answers
	Accepted      int64
	Sent          int64
	SendFailures  int64
	Undecryptable int64
	Reconnects    int64
	RefusedSends  map[int]int64 // by WhatsApp's code
	ClientVersion string
	ReloadError   string // why the last reload of the flow changed nothing; "" where it did
	ReloadedAt    time.Time
}

// Config is what a Desk is made of. Only Gone, ChatAgents, Editor, Waiting, Now, Log, PublicURL and TrustedProxies may be empty.
type Config struct {
	Cases   Cases
	Agents  Agents
	Users   bot.Users
	Canned  bot.CannedReplies
	Reports Reports
	Channel func() ChannelState
	// Flow returns a flow version by its digest, or the one that new conversations begin with where that is gone or "".
	Flow func(digest string) *flows.Flow
	// Gone lists the owners of open cases whose cases are anybody's, see bot.Roster; nil: there are none.
	Gone func(ctx context.Context) ([]string, error)
	// ChatAgents lists the agents who work from a chat of their own; nil: there are none.
	ChatAgents func(ctx context.Context) ([]bot.ChatAgent, error)
	// Editor is the flow folder and its versions; nil: there is no flow page.
	Editor Editor
	// Waiting is how much of the time between two moments counts as waiting. Nil: all of it.
	Waiting func(from, to time.Time) time.Duration
	// PublicURL is where browsers find the desk, behind a proxy; nil where it is served as is.
	PublicURL *url.URL
	// TrustedProxies may say in X-Forwarded-For for whom they ask.
	TrustedProxies []netip.Prefix
	Location       *time.Location // of times on pages; nil: Asia/Jakarta
	Now            func() time.Time
	Log            *slog.Logger
}

// Desk serves the pages.
type Desk struct {
	cfg     Config
	log     *slog.Logger
	pages   map[string]pageSet // by language
	hub     *hub
	limits  signInLimits
	hashing chan struct{} // one token per password that may be checked at a time
	zone    *time.Location
	handler http.Handler
	drafts  drafts
	talks   talks
	done    chan struct{}
	end     func()
}

// New returns a desk. It panics on templates that do not compile, which is a mistake of the program. Close ends it.
func New(cfg Config) *Desk {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Waiting == nil {
		cfg.Waiting = func(from, to time.Time) time.Duration { return to.Sub(from) }
	}
	d := &Desk{cfg: cfg, log: cfg.Log, zone: cfg.Location, done: make(chan struct{}), hashing: make(chan struct{}, maxHashing)}
	d.end = sync.OnceFunc(func() { close(d.done) })
	if d.zone == nil {
		d.zone = jakarta()
	}
	d.limits = newSignInLimits(cfg.Now)
	d.hub = newHub(cfg.Cases, cfg.Log, d.done)
	d.pages = map[string]pageSet{}
	for _, lang := range langs {
		d.pages[lang] = d.compile(lang)
	}
	d.handler = d.protect(d.routes())
	return d
}

// jakarta is the time of most of Indonesia's businesses, also where the computer knows no zones.
func jakarta() *time.Location {
	if zone, err := time.LoadLocation("Asia/Jakarta"); err == nil {
		return zone
	}
	return time.FixedZone("WIB", 7*60*60)
}

// Close ends the streams of browsers and the reading for them. The handler answers as before.
func (d *Desk) Close() {
	d.end()
	d.hub.wait()
}

// ServeHTTP serves the desk.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.handler.ServeHTTP(w, r) }

func (d *Desk) now() time.Time { return d.cfg.Now().UTC() }

// routes lists every page. Those for admins and agents are told apart here and nowhere else.
func (d *Desk) routes() http.Handler {
	mux := http.NewServeMux()
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		panic(err)
	}
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", cached(http.FileServerFS(files))))
	mux.HandleFunc("GET /sign-in", d.showSignIn)
	mux.HandleFunc("POST /sign-in", d.signIn)

	agent := func(pattern string, h page) { mux.Handle(pattern, d.as(bot.RoleAgent, h)) }
	agent("GET /{$}", func(w http.ResponseWriter, r *http.Request, s bot.Session) error {
		http.Redirect(w, r, "/cases", http.StatusSeeOther)
		return nil
	})
	agent("POST /sign-out", d.signOut)
	agent("POST /language", d.setLanguage)
	agent("GET /events", d.events)
	agent("GET /cases", d.inbox)
	agent("GET /cases/new", d.newCase)
	agent("POST /cases/new", d.openCase)
	agent("GET /cases/{id}", d.showCase)
	for name, act := range d.actions() {
		agent("POST /cases/{id}/"+name, d.act(act))
	}
	agent("GET /help", d.help)

	admin := func(pattern string, h page) { mux.Handle(pattern, d.as(bot.RoleAdmin, h)) }
	admin("GET /admin/{$}", d.overview)
	admin("GET /admin/missed", d.missed)
	admin("GET /admin/channel", d.channel)
	admin("GET /admin/users", d.users)
	admin("POST /admin/users", d.changeUsers)
	admin("GET /admin/canned", d.canned)
	admin("POST /admin/canned", d.changeCanned)
	admin("GET /admin/export/{what}", d.export)
	if d.cfg.Editor != nil {
		admin("GET /admin/flow", d.flowPage)
		admin("POST /admin/flow", d.rollbackFlow)
		admin("GET /admin/flow/edit", d.editFlow)
		admin("POST /admin/flow/edit", d.changeFlow)
		admin("POST /admin/flow/try", d.tryFlow)
	}
	mux.Handle("/", d.as(bot.RoleAgent, func(w http.ResponseWriter, r *http.Request, s bot.Session) error { return errNoPage }))
	return mux
}
