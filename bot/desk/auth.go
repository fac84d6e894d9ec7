package desk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"

	"layak/bot"
	"layak/internal/password"
)

const (
	sessionIdle  = 12 * time.Hour      // a working day: who leaves in the evening signs in the next morning
	sessionMost  = 7 * 24 * time.Hour  // and once a week in any case
	maxName      = 200                 // bytes of a name that is tried
	maxHashing   = 2                   // passwords checked at a time: each takes 19 MiB and 20 ms
	tokenBytes   = 32                  // 256 bits
	signInWindow = 10 * time.Minute    // said to people who tried too often
	langCookie   = "layak_desk_lang"   // the language of the sign-in page
	langAge      = 365 * 24 * 3600     // seconds
	cookieName   = "layak_desk"        // of the session, on plain http
	secureCookie = "__Host-layak_desk" // and on https, where no other host of the domain can set it
)

// session returns who is signed in, or bot.ErrNoSession. What a page asks for by itself does not count as use: else an open
// tab would keep its session until the end of the week.
func (d *Desk) session(r *http.Request) (bot.Session, error) {
	cookie, err := r.Cookie(d.cookieName())
	if err != nil || len(cookie.Value) > 100 {
		return bot.Session{}, bot.ErrNoSession
	}
	used := r.URL.Path != "/events" && (r.Header.Get("X-Part") == "" || r.Method != http.MethodGet)
	return d.cfg.Users.Session(r.Context(), cookie.Value, d.now(), sessionIdle, used)
}

func (d *Desk) https() bool { return d.cfg.PublicURL != nil && d.cfg.PublicURL.Scheme == "https" }

func (d *Desk) cookieName() string {
	if d.https() {
		return secureCookie
	}
	return cookieName
}

// csrfToken is what forms of a session carry: only who knows the cookie can make it.
func csrfToken(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(cookie.Value))
	mac.Write([]byte("layak desk form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (d *Desk) checkForm(r *http.Request) error {
	want := csrfToken(r, d.cookieName())
	if want == "" || !hmac.Equal([]byte(r.PostFormValue("csrf")), []byte(want)) {
		return errForm
	}
	return nil
}

type signInView struct {
	Failed bool
	Ended  bool // a form came in after the end of its session
	Wait   int  // minutes until the next attempt, with too many
	Name   string
	Next   string
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request) {
	if lang := r.FormValue("lang"); known(lang) {
		d.setCookie(w, langCookie, lang, langAge)
		http.Redirect(w, r, "/sign-in?next="+queryEscape(localPath(r.FormValue("next"))), http.StatusSeeOther)
		return
	}
	if _, err := d.session(r); err == nil {
		http.Redirect(w, r, localPath(r.FormValue("next")), http.StatusSeeOther)
		return
	}
	d.renderSignIn(w, r, http.StatusOK, signInView{Next: localPath(r.FormValue("next"))})
}

func (d *Desk) renderSignIn(w http.ResponseWriter, r *http.Request, status int, v signInView) {
	d.render(w, r, status, "signin", bot.Session{}, v)
}

// signIn checks a password. Names that exist and names that do not cost the same, and are told apart by nothing.
func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) {
	name, secret := strings.TrimSpace(r.PostFormValue("name")), r.PostFormValue("password")
	v := signInView{Name: name, Next: localPath(r.PostFormValue("next"))}
	if !d.limits.allow(d.address(r), name) {
		v.Wait = int(signInWindow.Minutes())
		w.Header().Set("Retry-After", "600")
		d.log.Warn("too many attempts to sign in", "address", d.address(r))
		d.renderSignIn(w, r, http.StatusTooManyRequests, v)
		return
	}
	if len(name) > maxName || len(secret) > password.MaxBytes {
		v.Failed, v.Name = true, ""
		d.renderSignIn(w, r, http.StatusUnauthorized, v)
		return
	}
	user, err := d.check(r.Context(), name, secret)
	if err != nil {
		if !errors.Is(err, bot.ErrNoUser) {
			d.fail(w, r, bot.Session{}, err)
			return
		}
		v.Failed = true
		d.renderSignIn(w, r, http.StatusUnauthorized, v)
		return
	}
	d.limits.forgive(d.address(r), name)
	if err := d.endSession(r); err != nil { // the browser's last one, whosoever it was
		d.fail(w, r, bot.Session{}, err)
		return
	}
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails
	token, now := base64.RawURLEncoding.EncodeToString(random), d.now()
	if err := d.cfg.Users.StartSession(r.Context(), token, user.Name, now, now.Add(sessionMost)); err != nil {
		d.fail(w, r, bot.Session{}, err)
		return
	}
	d.log.Info("signed in", "user", user.Name, "address", d.address(r))
	d.setCookie(w, d.cookieName(), token, int(sessionMost.Seconds()))
	http.Redirect(w, r, v.Next, http.StatusSeeOther)
}

func (d *Desk) setCookie(w http.ResponseWriter, name, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: d.https(), SameSite: http.SameSiteLaxMode,
	})
}

// check returns the user whose password it is, or bot.ErrNoUser. A name that nobody has, or that is disabled, costs as much
// as any other.
func (d *Desk) check(ctx context.Context, name, secret string) (bot.User, error) {
	var user bot.User
	var hash string
	err := bot.ErrNoUser
	if bot.CheckUserName(name) == nil { // the store leaves out what it cannot keep, and each way to write a name has attempts of its own
		user, hash, err = d.cfg.Users.User(ctx, name)
	}
	unknown := errors.Is(err, bot.ErrNoUser)
	if err != nil && !unknown {
		return bot.User{}, err
	}
	if unknown {
		hash = password.Nobody
	}
	select {
	case d.hashing <- struct{}{}:
	case <-ctx.Done():
		return bot.User{}, ctx.Err()
	}
	matches := password.Matches(hash, secret)
	<-d.hashing
	if !matches || unknown || user.Disabled {
		return bot.User{}, bot.ErrNoUser
	}
	return user, nil
}

func (d *Desk) endSession(r *http.Request) error {
	cookie, err := r.Cookie(d.cookieName())
	if err != nil {
		return nil
	}
	return d.cfg.Users.EndSession(r.Context(), cookie.Value)
}

func (d *Desk) signOut(w http.ResponseWriter, r *http.Request, _ bot.Session) error {
	if err := d.endSession(r); err != nil {
		return err
	}
	d.setCookie(w, d.cookieName(), "", -1)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

func (d *Desk) setLanguage(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	lang := r.PostFormValue("lang")
	if !known(lang) {
		return errInput
	}
	if err := d.cfg.Users.SetUserLang(r.Context(), s.Name, lang); err != nil {
		return err
	}
	d.setCookie(w, langCookie, lang, langAge)
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
	return nil
}

// localPath keeps a path of this desk, and is / for everything that would lead elsewhere.
func localPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") ||
		strings.HasPrefix(path, "/sign-in") || strings.HasPrefix(path, "/events") {
		return "/"
	}
	return path
}
