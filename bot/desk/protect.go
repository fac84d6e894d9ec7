package desk

import (
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"runtime/debug"
	"strings"

	"layak/bot"
)

// maxBody is the longest form: a text of WhatsApp's greatest length, percent-encoded.
const maxBody = 256 << 10

// policy lets a page use nothing but what this desk serves, no inline script or style, and nobody frame it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// What pages and forms return for people.
var (
	errNoPage = errors.New("no such page")
	errForm   = errors.New("the form is not from this session")
	errInput  = errors.New("the form is not complete")
	errRole   = errors.New("only for admins")
)

// page is a handler for somebody who is signed in. What it returns is shown by fail.
type page func(w http.ResponseWriter, r *http.Request, s bot.Session) error

// protect puts what holds for every answer around h.
func (d *Desk) protect(h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	if d.cfg.PublicURL != nil {
		if err := cross.AddTrustedOrigin(d.cfg.PublicURL.Scheme + "://" + d.cfg.PublicURL.Host); err != nil {
			panic("desk: PublicURL: " + err.Error())
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.fail(w, r, bot.Session{}, errForm) }))
	inner := cross.Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		if d.https() {
			head.Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				d.log.Error("a page failed", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
				http.Error(w, "Ada gangguan. / Something went wrong.", http.StatusInternalServerError)
			}
		}()
		limit := int64(maxBody)
		if r.URL.Path == "/admin/flow/edit" {
			limit = maxFlowBody
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		inner.ServeHTTP(w, r)
	})
}

// as serves h to those who are signed in with that role, and whose forms are their own.
func (d *Desk) as(role bot.Role, h page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := d.session(r)
		switch {
		case errors.Is(err, bot.ErrNoSession) && r.Method == http.MethodGet && r.Header.Get("Accept") != "text/event-stream" && r.Header.Get("X-Part") == "":
			http.Redirect(w, r, "/sign-in?next="+queryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		case errors.Is(err, bot.ErrNoSession) && r.Method == http.MethodPost:
			// What was written stays in the browser, see desk.js; signing in leads back to it.
			back, _ := path.Split(r.URL.Path)
			d.renderSignIn(w, r, http.StatusUnauthorized, signInView{Ended: true, Next: localPath(strings.TrimSuffix(back, "/"))})
			return
		case errors.Is(err, bot.ErrNoSession):
			http.Error(w, "signed out", http.StatusUnauthorized)
			return
		case err != nil:
			d.fail(w, r, bot.Session{}, err)
			return
		case role == bot.RoleAdmin && s.Role != bot.RoleAdmin:
			d.fail(w, r, s, errRole)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			if err := r.ParseForm(); err != nil {
				d.fail(w, r, s, err)
				return
			}
			if err := d.checkForm(r); err != nil {
				d.fail(w, r, s, err)
				return
			}
		}
		if err := h(w, r, s); err != nil {
			d.fail(w, r, s, err)
		}
	})
}

type failView struct{ Title, Text string }

// fail shows what went wrong: place and remedy to people, everything else to the log.
func (d *Desk) fail(w http.ResponseWriter, r *http.Request, s bot.Session, err error) {
	status, key := http.StatusInternalServerError, "fault"
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		status, key = http.StatusRequestEntityTooLarge, "too_large"
	case errors.Is(err, errNoPage), errors.Is(err, bot.ErrNoCase), errors.Is(err, fs.ErrNotExist):
		status, key = http.StatusNotFound, "no_page"
	case errors.Is(err, errForm):
		status, key = http.StatusForbidden, "form"
	case errors.Is(err, errRole):
		status, key = http.StatusForbidden, "role"
	case errors.Is(err, errInput):
		status, key = http.StatusBadRequest, "input"
	default:
		if r.Context().Err() != nil {
			return // nobody is there to see it
		}
		d.log.Error("a page failed", "path", r.URL.Path, "error", bot.Redact(err))
	}
	lang := d.lang(r, s)
	d.render(w, r, status, "fail", s, failView{text(lang, "fail."+key), text(lang, "fail."+key+".text")})
}

// address is where a request comes from. Only trusted proxies may say that it is from elsewhere.
func (d *Desk) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && d.trusted(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap()
	}
	if ip.Is6() { // one line usually has a whole /64
		prefix, _ := ip.WithZone("").Prefix(64)
		return prefix.String()
	}
	return ip.String()
}

func (d *Desk) trusted(ip netip.Addr) bool {
	for _, p := range d.cfg.TrustedProxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// cached lets browsers keep what carries its version in its address.
func cached(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		h.ServeHTTP(w, r)
	})
}
