package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"layak/bot"
)

//go:embed assets/*
var assets embed.FS

//go:embed templates/*.html
var templates embed.FS

// pageSet is every page in one language.
type pageSet map[string]*template.Template

// layout is the frame of every page.
const layout = "layout.html"

// version changes with every asset, so that browsers may keep the others for good.
var version = func() string {
	sum := sha256.New()
	_ = fs.WalkDir(assets, "assets", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			data, _ := assets.ReadFile(path)
			sum.Write(data)
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil))[:12]
}()

// compile reads every page with the words of one language.
func (d *Desk) compile(lang string) pageSet {
	funcs := d.funcs(lang)
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic(err)
	}
	var shared []string
	for _, name := range names {
		if strings.HasPrefix(name, "templates/_") {
			shared = append(shared, name)
		}
	}
	all := pageSet{}
	for _, name := range names {
		base := strings.TrimSuffix(strings.TrimPrefix(name, "templates/"), ".html")
		if strings.HasPrefix(base, "_") || base == "layout" {
			continue
		}
		files := append([]string{"templates/" + layout, name}, shared...)
		all[base] = template.Must(template.New(layout).Funcs(funcs).ParseFS(templates, files...))
	}
	return all
}

// view is what every page knows.
type view struct {
	Page    string
	User    bot.User
	Admin   bool
	Flow    bool // there is a flow page
	Lang    string
	CSRF    string
	Path    string // of this page, with its query, to come back to
	Version string
	Event   int64 // the newest event when the page was made
	Live    bool  // the page changes by itself
	Queue   int   // cases that wait
	Offline bool  // nothing can be sent just now
	V       any
}

// render writes a page.
func (d *Desk) render(w http.ResponseWriter, r *http.Request, status int, name string, s bot.Session, v any) {
	lang := d.lang(r, s)
	out := view{
		Page: name, User: s.User, Admin: s.Role == bot.RoleAdmin, Flow: d.cfg.Editor != nil, Lang: lang, CSRF: csrfToken(r, d.cookieName()),
		Path: localPath(r.URL.RequestURI()), Version: version, Offline: d.offline(), V: v,
	}
	if l, ok := v.(live); ok {
		out.Live, out.Event = true, l.lastEvent()
		out.Queue = l.waiting()
		if self := l.self(); self != "" {
			out.Path = self
		}
	} else if s.Name != "" {
		if gone, err := d.gone(r.Context()); err == nil {
			out.Queue, _, _ = d.cfg.Cases.CaseCounts(r.Context(), s.Name, gone...)
		}
	}
	d.write(w, status, lang, name, layout, out)
}

// offline reports that WhatsApp takes no replies just now. A process that stands by knows nothing of the one that sends.
func (d *Desk) offline() bool {
	state := d.cfg.Channel()
	return !state.LoggedIn && !state.Standby
}

// part writes one template of a page, for a page that changes by itself.
func (d *Desk) part(w http.ResponseWriter, r *http.Request, name, part string, s bot.Session, v any) {
	d.write(w, http.StatusOK, d.lang(r, s), name, part, v)
}

func (d *Desk) write(w http.ResponseWriter, status int, lang, name, part string, v any) {
	var b bytes.Buffer
	if err := d.pages[lang][name].ExecuteTemplate(&b, part, v); err != nil {
		d.log.Error("a page failed", "page", name, "error", err)
		http.Error(w, text(lang, "fail.fault"), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// live is a view that changes by itself. It knows the newest event that it shows, how many cases wait, and where it can be fetched again, ""
// for where it was: a page that answers a form stands at the address of the form.
type live interface {
	lastEvent() int64
	waiting() int
	self() string
}

// lang is the language of somebody's pages: their own choice, else that of the sign-in page, else Indonesian.
func (d *Desk) lang(r *http.Request, s bot.Session) string {
	if known(s.Lang) {
		return s.Lang
	}
	if c, err := r.Cookie(langCookie); err == nil && known(c.Value) {
		return c.Value
	}
	return langs[0]
}
