package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/flows/rules"
)

// caseView is the page of one case, with the list beside it.
type caseView struct {
	List     listView
	Card     bot.Card
	URL      string // of this case, for its forms, without the list
	Query    string // of the list beside it
	Mine     bool
	Open     bool
	Gone     bool // whoever has it does not look any more, so that anybody may claim it
	Free     bool // nobody of the desk has it, so whoever sees it may end it
	Notice   string
	Draft    string // a reply that was not taken, or a canned one
	NoteText string
	Confirm  bool // somebody who said stop: ask before sending
	Waited   time.Duration
	Entries  []entry
	Answers  []answer
	Business string
	Verdict  *rules.Verdict
	Shown    string // the verdict that counts: an agent's before that of the rules
	Outdated bool   // an agent's verdict was about something else
	Stuck    string
	People   []bot.User
	Canned   []bot.Canned
	IDs      []identity
	Log      []bot.AuditLine // who did what, without the turns of the bot
}

// entry is one thing in the conversation: a message or a note. Their types are told apart all the way to the page, so that
// a note never looks like something that was sent.
type entry struct {
	Line   *bot.Line
	Note   *bot.Note
	At     time.Time
	NewDay bool
	Retry  bool // an agent's message that can be sent again
	Mine   bool
}

type answer struct{ Label, Value, Number, Said string }

// identity is one address of a person, told by its kind. A hidden id is never shown as a telephone number.
type identity struct {
	Kind  string // phone, lid, address
	Value string
}

func caseID(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, errNoPage
	}
	return id, nil
}

func (d *Desk) showCase(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	id, err := caseID(r)
	if err != nil {
		return err
	}
	if onlyList(r) {
		v, err := d.list(r.Context(), s, listQuery(r), id)
		if err != nil {
			return err
		}
		d.part(w, r, "inbox", "list", s, v)
		return nil
	}
	return d.renderCase(w, r, s, http.StatusOK, id, func(*caseView) {})
}

// renderCase writes the page of a case. Change puts in what an action that was refused has to say.
func (d *Desk) renderCase(w http.ResponseWriter, r *http.Request, s bot.Session, status int, id int64, change func(*caseView)) error {
	ctx, q := r.Context(), listQuery(r)
	list, err := d.list(ctx, s, q, id)
	if err != nil {
		return err
	}
	card, err := d.cfg.Cases.Card(ctx, id)
	if err != nil {
		return err
	}
	v := caseView{List: list, Card: card, URL: "/cases/" + itoa(id), Mine: card.Owner == s.Name, Open: card.ClosedAt.IsZero()}
	v.Free = slices.Contains([]string{"", bot.OwnerPhone, bot.OwnerAgent}, card.Owner)
	v.Gone = list.left(card.Case)
	v.Query = strings.TrimPrefix(listURL("", q, q.Cursor), "?")
	v.Waited = d.waited(card.Case, d.now())
	v.Entries = d.entries(card, s.Name, v.Mine && v.Open)
	v.IDs = identities(card)
	v.Log = slices.DeleteFunc(slices.Clone(card.Audit), func(l bot.AuditLine) bool { return l.What == "turn" })
	d.explain(&v, d.lang(r, s))
	if v.Canned, err = d.cfg.Canned.ListCanned(ctx); err != nil {
		return err
	}
	for i, c := range v.Canned {
		v.Canned[i].Text = d.fill(c.Text, v, s.Name)
		if itoa(c.ID) == r.URL.Query().Get("canned") {
			v.Draft = v.Canned[i].Text
		}
	}
	users, err := d.cfg.Users.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if !u.Disabled && u.Name != card.Owner {
			v.People = append(v.People, u)
		}
	}
	v.Confirm = card.OptedOut
	change(&v)
	d.render(w, r, status, "case", s, v)
	return nil
}

// entries puts messages and notes in order of time.
func (d *Desk) entries(card bot.Card, me string, canRetry bool) []entry {
	var all []entry
	for i := range card.Lines {
		l := &card.Lines[i]
		agents := !l.Inbound && l.Author != bot.AuthorBot && l.Author != bot.OwnerPhone
		failed := agents && l.State == bot.LineGivenUp && !slices.ContainsFunc(card.Lines[i+1:], func(later bot.Line) bool {
			return !later.Inbound && later.Author != bot.AuthorBot && later.Text == l.Text // sent again already
		})
		all = append(all, entry{Line: l, At: l.At, Retry: canRetry && failed, Mine: l.Author == me})
	}
	for i := range card.Notes {
		n := &card.Notes[i]
		all = append(all, entry{Note: n, At: n.At, Mine: n.Author == me})
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.At.Compare(b.At) })
	day := ""
	for i := range all {
		if this := all[i].At.In(d.zone).Format(time.DateOnly); this != day {
			all[i].NewDay, day = true, this
		}
	}
	return all
}

// identities tells telephone numbers and hidden ids apart.
func identities(card bot.Card) []identity {
	var ids []identity
	if card.Phone != "" {
		ids = append(ids, identity{"phone", phoneText(card.Phone)})
	}
	for _, a := range card.Addresses {
		user, server, _ := strings.Cut(a, "@")
		user, _, _ = strings.Cut(user, ":")
		switch {
		case server == "lid":
			ids = append(ids, identity{"lid", user})
		case user == card.Phone:
		case server == "s.whatsapp.net":
			ids = append(ids, identity{"phone", phoneText(user)})
		default:
			ids = append(ids, identity{"address", a})
		}
	}
	return ids
}

// explain says in the agent's language what the conversation stands at.
func (d *Desk) explain(v *caseView, lang string) {
	c := v.Card.Conversation
	flow := d.cfg.Flow(c.FlowDigest)
	v.Shown = v.Card.Counting()
	v.Outdated = v.Shown != v.Card.Override
	if flow == nil {
		return
	}
	pack := flow.Pack
	category := pack.Category(cmp.Or(c.Category(), v.Card.Category))
	if category != nil {
		v.Business = category.Title.In(lang)
	}
	for _, f := range pack.Facts {
		value, ok := c.Answers[f.ID]
		if !ok || f.ID == flows.FactCategory {
			continue
		}
		a := answer{Label: f.Label.In(lang), Value: valueText(f, value.Value, lang), Number: value.Number}
		if value.Stated {
			a.Said = text(lang, "card.stated")
		}
		v.Answers = append(v.Answers, a)
	}
	if c.Place.State != "" {
		v.Stuck = d.stuckAt(flow, c, lang)
	}
	c.Lang = lang
	if verdict, ok := flows.NewEngine(flow, 0).Verdict(c); ok {
		v.Verdict = &verdict
		v.Shown = cmp.Or(v.Shown, string(verdict.Verdict))
	}
}

func valueText(f *rules.Fact, value, lang string) string {
	for _, known := range f.Values {
		if known.ID == value && known.Title != nil {
			return known.Title.In(lang)
		}
	}
	if hasText("value." + value) {
		return text(lang, "value."+value)
	}
	return value
}

// stuckAt names the question that stands.
func (d *Desk) stuckAt(flow *flows.Flow, c flows.Conversation, lang string) string {
	if f := flow.Pack.Fact(c.Place.Fact); f != nil {
		return f.Label.In(lang)
	}
	state := flow.States[c.Place.State]
	if state == nil || state.Ask == nil {
		return ""
	}
	return d.questionText(lang, state.Ask.ID)
}

// fill puts what is known of a contact into a canned reply, in the contact's language.
func (d *Desk) fill(template string, v caseView, agent string) string {
	lang := v.Card.Lang
	if !known(lang) {
		lang = langs[0]
	}
	business := text(lang, "fill.business")
	if flow := d.cfg.Flow(v.Card.Conversation.FlowDigest); flow != nil {
		if c := flow.Pack.Category(cmp.Or(v.Card.Conversation.Category(), v.Card.Category)); c != nil {
			business = c.Short.In(lang)
		}
	}
	return strings.NewReplacer(
		"{name}", cmp.Or(v.Card.Name, text(lang, "fill.name")),
		"{business}", business,
		"{verdict}", strings.ToLower(text(lang, "verdict."+v.Shown)),
		"{case}", itoa(v.Card.ID),
		"{agent}", agent,
	).Replace(template)
}

func (v caseView) lastEvent() int64 { return v.List.event }
func (v caseView) waiting() int     { return v.List.queue }
func (v caseView) self() string     { return v.URL + "?" + v.Query }
