package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"layak/bot"
)

// views are the tabs of the inbox.
var views = []bot.CaseView{bot.ViewQueue, bot.ViewMine, bot.ViewOpen, bot.ViewClosed, bot.ViewAll}

const (
	maxSearch = 200 // runes
	pageSize  = 40
)

// listView is one page of the inbox, as it stands alone and beside a case.
type listView struct {
	View   bot.CaseView
	Tabs   []tab
	Rows   []row
	Search string
	Label  string
	Next   string // address of the next page, "" on the last
	First  string // address of the first page, "" on it
	Clear  string // address without search and label
	Labels []string
	event  int64
	queue  int
	gone   []string
}

func (v listView) lastEvent() int64 { return v.event }
func (v listView) waiting() int     { return v.queue }
func (v listView) self() string     { return "" }

type tab struct {
	View bot.CaseView
	URL  string
	On   bool
	N    int // how many, -1 where it is not counted
}

// row is one case of the list.
type row struct {
	bot.CaseRow
	URL    string
	On     bool // shown beside the list
	Waited time.Duration
	Mine   bool
	Gone   bool // of somebody who does not look any more
}

// listQuery reads which list a page shows, and keeps it in its links.
func listQuery(r *http.Request) bot.CaseQuery {
	q := r.URL.Query()
	view := bot.CaseView(q.Get("view"))
	if !slices.Contains(views, view) {
		view = bot.ViewQueue
		if q.Get("q") != "" || q.Get("label") != "" {
			view = bot.ViewAll
		}
	}
	return bot.CaseQuery{
		View: view, Search: cut(strings.TrimSpace(q.Get("q")), maxSearch), Label: cut(strings.TrimSpace(q.Get("label")), maxLabel),
		Cursor: cut(q.Get("cursor"), maxSearch), Limit: pageSize,
	}
}

func cut(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// listURL is the address of a list, below path.
func listURL(path string, q bot.CaseQuery, cursor string) string {
	v := url.Values{"view": {string(q.View)}}
	if q.Search != "" {
		v.Set("q", q.Search)
	}
	if q.Label != "" {
		v.Set("label", q.Label)
	}
	if cursor != "" {
		v.Set("cursor", cursor)
	}
	return path + "?" + v.Encode()
}

// list reads one page of the inbox. Selected is the case shown beside it, or 0.
func (d *Desk) list(ctx context.Context, s bot.Session, q bot.CaseQuery, selected int64) (listView, error) {
	last, err := d.cfg.Cases.LastEvent(ctx) // before the rest: what happens from now on is told
	if err != nil {
		return listView{}, err
	}
	gone, err := d.gone(ctx)
	if err != nil {
		return listView{}, err
	}
	q.Owner, q.Gone = s.Name, gone
	page, err := d.cfg.Cases.ListCases(ctx, q)
	if err != nil {
		return listView{}, err
	}
	queue, mine, err := d.cfg.Cases.CaseCounts(ctx, s.Name, gone...)
	if err != nil {
		return listView{}, err
	}
	out := listView{View: q.View, Search: q.Search, Label: q.Label, event: last, queue: queue, gone: gone}
	for _, v := range views {
		t := tab{View: v, URL: "/cases?view=" + string(v), On: v == q.View, N: -1}
		switch v {
		case bot.ViewQueue:
			t.N = queue
		case bot.ViewMine:
			t.N = mine
		}
		out.Tabs = append(out.Tabs, t)
	}
	now := d.now()
	for _, c := range page.Cases {
		out.Rows = append(out.Rows, row{
			CaseRow: c, URL: listURL("/cases/"+itoa(c.ID), q, q.Cursor), On: c.ID == selected,
			Waited: d.waited(c.Case, now), Mine: c.Owner == s.Name, Gone: out.left(c.Case),
		})
		for _, l := range c.Labels {
			if !slices.Contains(out.Labels, l) {
				out.Labels = append(out.Labels, l)
			}
		}
	}
	slices.Sort(out.Labels)
	if page.Next != "" {
		out.Next = listURL("/cases", q, page.Next)
	}
	if q.Cursor != "" {
		out.First = listURL("/cases", q, "")
	}
	if q.Search != "" || q.Label != "" {
		out.Clear = "/cases?view=" + string(q.View)
	}
	return out, nil
}

// gone lists the owners whose cases are anybody's.
func (d *Desk) gone(ctx context.Context) ([]string, error) {
	if d.cfg.Gone == nil {
		return nil, nil
	}
	return d.cfg.Gone(ctx)
}

// left reports whether an open case is of somebody who does not look any more.
func (v listView) left(c bot.Case) bool {
	return c.ClosedAt.IsZero() && slices.Contains(v.gone, c.Owner)
}

// waited is for how long somebody waits for one of us, in business hours.
func (d *Desk) waited(c bot.Case, now time.Time) time.Duration {
	if c.WaitingSince.IsZero() || !c.ClosedAt.IsZero() || now.Before(c.WaitingSince) {
		return 0
	}
	return d.cfg.Waiting(c.WaitingSince, now)
}

func (d *Desk) inbox(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	v, err := d.list(r.Context(), s, listQuery(r), 0)
	if err != nil {
		return err
	}
	if onlyList(r) {
		d.part(w, r, "inbox", "list", s, v)
		return nil
	}
	d.render(w, r, http.StatusOK, "inbox", s, v)
	return nil
}

// onlyList reports that a page asks for its list only, since nothing else on it changed.
func onlyList(r *http.Request) bool { return r.Header.Get("X-Part") == "list" }

func parseID(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	return strconv.ParseInt(s, 10, 64)
}
