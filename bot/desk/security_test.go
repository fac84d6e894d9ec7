package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/flows"
)

// agentPages and adminPages are every page that shows something; a new page belongs here.
var (
	agentPages = []string{"/", "/cases", "/cases/41", "/cases/new", "/help", "/events", "/nowhere"}
	adminPages = []string{
		"/admin/", "/admin/missed", "/admin/channel", "/admin/users", "/admin/canned",
		"/admin/export/verdicts.csv", "/admin/export/funnel.csv", "/admin/export/cases.csv", "/admin/export/missed.csv",
	}
	agentForms = []string{
		"/cases/41/claim", "/cases/41/assign", "/cases/41/return", "/cases/41/close", "/cases/41/reply", "/cases/41/retry", "/cases/41/note",
		"/cases/41/labels", "/cases/41/override", "/cases/new", "/sign-out", "/language",
	}
	adminForms = []string{"/admin/users", "/admin/canned"}
)

func TestSignedOutSeesNothing(t *testing.T) {
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	b := d.browser()
	for _, path := range append(agentPages, adminPages...) {
		got := b.get(path).is(t, path, http.StatusSeeOther)
		if to := got.Header.Get("Location"); !strings.HasPrefix(to, "/sign-in?next=") {
			t.Errorf("%s leads to %q", path, to)
		}
		got.lacks(t, "Wulan")
		r := b.request(http.MethodGet, path, nil)
		r.Header.Set("X-Part", "list")
		b.do(r).is(t, path+" as a part", http.StatusUnauthorized)
	}
	for _, path := range append(agentForms, adminForms...) {
		b.post(path, url.Values{"text": {"x"}, "note": {"x"}}).is(t, path, http.StatusUnauthorized)
	}
	if len(d.store.sent) > 0 {
		t.Errorf("sent %q", d.store.sent)
	}
}

func TestAgentsCannotReadAdminPages(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("sari")
	for _, path := range adminPages {
		b.get(path).is(t, path, http.StatusForbidden)
	}
	for _, path := range adminForms {
		b.submit(path, url.Values{"do": {"add"}, "name": {"teman"}, "password": {theSecret}, "role": {"admin"}}).is(t, path, http.StatusForbidden)
	}
	if _, ok := d.store.users["teman"]; ok {
		t.Error("an agent added a user")
	}
	d.store.fillOrdinary(d.now)
	for _, path := range adminPages {
		d.as("ratna").get(path).is(t, path, http.StatusOK)
	}
}

// A role that was taken away counts at once.
func TestRoleIsReadAnew(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("ratna")
	b.get("/admin/").is(t, "as admin", http.StatusOK)
	_ = d.store.SetRole(t.Context(), "ratna", bot.RoleAgent)
	b.get("/admin/").is(t, "as agent", http.StatusForbidden)
}

func TestFormsNeedTheTokenOfTheirSession(t *testing.T) {
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	b, other := d.as("sari"), d.as("budi")
	token := tokenField.FindStringSubmatch(other.get("/help").body)[1]
	for _, path := range agentForms {
		b.post(path, url.Values{"note": {"x"}, "text": {"x"}}).is(t, path+" without a token", http.StatusForbidden)
		b.post(path, url.Values{"note": {"x"}, "text": {"x"}, "csrf": {token}}).is(t, path+" with another's token", http.StatusForbidden)
	}
	r := b.request(http.MethodPost, "/cases/41/note", url.Values{"note": {"x"}, "csrf": {tokenField.FindStringSubmatch(b.get("/help").body)[1]}})
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b.do(r).is(t, "from another site", http.StatusForbidden)
	r = b.request(http.MethodPost, "/sign-in", url.Values{"name": {"sari"}, "password": {theSecret}})
	r.Header.Set("Origin", "https://evil.example")
	b.do(r).is(t, "sign-in from another site", http.StatusForbidden)
	if n := len(d.store.cards[41].Notes); n != 1 {
		t.Errorf("%d notes, want the one that was there", n)
	}
}

func TestSignIn(t *testing.T) {
	d := newTestDesk(t)
	b := d.browser()
	try := func(name, password string) answerOf {
		return b.post("/sign-in", url.Values{"name": {name}, "password": {password}})
	}
	wrong := try("sari", "bukan itu sandinya").is(t, "wrong password", http.StatusUnauthorized)
	unknown := try("siapa", "bukan itu sandinya").is(t, "unknown name", http.StatusUnauthorized)
	barred := try("lama", theSecret).is(t, "disabled user", http.StatusUnauthorized)
	for _, got := range []answerOf{unknown, barred} {
		if a, b := strings.ReplaceAll(wrong.body, "sari", ""), strings.NewReplacer("siapa", "", "lama", "").Replace(got.body); len(a) != len(b) {
			t.Errorf("names that exist can be told from those that do not:\n%s\n%s", a, b)
		}
	}
	got := try("sari", theSecret).is(t, "right password", http.StatusSeeOther)
	cookie := got.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure || len(cookie.Value) < 43 || cookie.Path != "/" {
		t.Errorf("cookie %v", cookie)
	}
}

func TestCookieBehindTLS(t *testing.T) {
	d := newTestDesk(t, func(c *Config) { c.PublicURL, _ = url.Parse("https://desk.example") })
	b := d.browser()
	r := b.request(http.MethodPost, "/sign-in", url.Values{"name": {"sari"}, "password": {theSecret}})
	r.Header.Set("Origin", "https://desk.example") // the proxy may ask under another name
	got := b.do(r).is(t, "sign-in through the proxy", http.StatusSeeOther)
	cookie := got.Cookies()[0]
	if !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") {
		t.Errorf("cookie %v", cookie)
	}
	if got.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no Strict-Transport-Security")
	}
}

// Only a path of this desk may follow a sign-in.
func TestSignInLeadsNowhereElse(t *testing.T) {
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", "", "/\n/evil.example"} {
		if got := localPath(next); got != "/" {
			t.Errorf("%q leads to %q", next, got)
		}
	}
	if got := localPath("/cases/7?view=mine"); got != "/cases/7?view=mine" {
		t.Error(got)
	}
}

func TestSignInAttemptsAreLimited(t *testing.T) {
	t.Run("by name, from everywhere", func(t *testing.T) {
		d := newTestDesk(t, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
		b := d.browser()
		try := func(i int, name, password string) answerOf {
			r := b.request(http.MethodPost, "/sign-in", url.Values{"name": {name}, "password": {password}})
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
			return b.do(r)
		}
		for i := range tries {
			try(i, "sari", "salah sekali lagi").is(t, "attempt", http.StatusUnauthorized)
		}
		got := try(99, "Sari", theSecret).is(t, "one too many", http.StatusTooManyRequests)
		if got.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
		try(100, "budi", theSecret).is(t, "another name", http.StatusSeeOther)
		d.later(tryEvery)
		try(101, "sari", theSecret).is(t, "after a while", http.StatusSeeOther)
	})
	t.Run("by address, for all names", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.browser()
		for i := range tries {
			r := b.request(http.MethodPost, "/sign-in", url.Values{"name": {fmt.Sprint("nama", i)}, "password": {"salah sekali lagi"}})
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)) // from nobody who is trusted
			b.do(r).is(t, "attempt", http.StatusUnauthorized)
		}
		b.post("/sign-in", url.Values{"name": {"sari"}, "password": {theSecret}}).is(t, "one too many", http.StatusTooManyRequests)
	})
}

func TestLimitsStayBounded(t *testing.T) {
	now := time.Now()
	l := newSignInLimits(func() time.Time { return now })
	for i := range maxBuckets + 100 {
		l.allow(fmt.Sprint("a", i), fmt.Sprint("n", i))
	}
	if len(l.byAddress) > maxBuckets || len(l.byName) > maxBuckets {
		t.Errorf("%d addresses and %d names are kept", len(l.byAddress), len(l.byName))
	}
}

// Somebody who may not try any more cannot push the counts of others off the list by trying on.
func TestRefusedAttemptsAreNotListed(t *testing.T) {
	now := time.Now()
	l := newSignInLimits(func() time.Time { return now })
	for i := range 10 * tries {
		l.allow("192.0.2.1", fmt.Sprint("n", i))
	}
	if len(l.byName) > tries {
		t.Errorf("%d names are kept of %d attempts that were let through", len(l.byName), tries)
	}
}

// A name that is written in another way than it is kept is nobody's, so that each way does not get attempts of its own.
func TestOneNameHasOneSpelling(t *testing.T) {
	d := newTestDesk(t)
	for _, name := range []string{"sa\x00ri", "sari\x00", "SARI", "sari\xff"} {
		if _, err := d.desk.check(t.Context(), name, theSecret); !errors.Is(err, bot.ErrNoUser) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if d.store.asked > 0 {
		t.Errorf("the store was asked %d times for names that cannot be", d.store.asked)
	}
}

func TestAddressOfARequest(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"198.51.100.7:4000", "203.0.113.1", "198.51.100.7"}, // not a proxy of ours
		{"10.0.0.1:4000", "203.0.113.1", "203.0.113.1"},
		{"10.0.0.1:4000", "203.0.113.9, 203.0.113.1", "203.0.113.1"}, // the first was written by the asker
		{"10.0.0.1:4000", "203.0.113.1, 10.2.3.4", "203.0.113.1"},
		{"10.0.0.1:4000", "rubbish", "10.0.0.1"},
		{"10.0.0.1:4000", "", "10.0.0.1"},
		{"[2001:db8:1:2:3:4:5:6]:4000", "", "2001:db8:1:2::/64"},
	} {
		d := &Desk{cfg: Config{TrustedProxies: proxies}}
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := d.address(r); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	gone := func(t *testing.T, b *browser) {
		t.Helper()
		b.get("/cases").is(t, "afterwards", http.StatusSeeOther)
	}
	t.Run("unused", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.as("sari")
		d.later(sessionIdle - time.Minute)
		b.get("/cases").is(t, "before", http.StatusOK)
		d.later(sessionIdle)
		gone(t, b)
	})
	t.Run("left open", func(t *testing.T) { // the page looks for news by itself
		d := newTestDesk(t)
		b := d.as("sari")
		for range 2 {
			d.later(sessionIdle/2 - time.Minute)
			r := b.request(http.MethodGet, "/cases", nil)
			r.Header.Set("X-Part", "list")
			b.do(r).is(t, "the page's own look", http.StatusOK)
			if _, err := d.desk.session(&http.Request{URL: &url.URL{Path: "/events"}, Header: http.Header{"Cookie": {cookieOf(b)}}}); err != nil {
				t.Fatal(err)
			}
		}
		d.later(2 * time.Minute)
		gone(t, b)
	})
	t.Run("after a week", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.as("sari")
		for range int(sessionMost / (sessionIdle - time.Hour)) {
			d.later(sessionIdle - time.Hour)
			b.get("/cases").is(t, "in use", http.StatusOK)
		}
		d.later(sessionIdle - time.Hour)
		gone(t, b)
	})
	t.Run("revoked", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.as("sari")
		d.as("ratna").submit("/admin/users", url.Values{"do": {"revoke"}, "name": {"sari"}}).is(t, "revoke", http.StatusSeeOther)
		gone(t, b)
	})
	t.Run("disabled", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.as("sari")
		d.store.put(bot.Card{CaseRow: bot.CaseRow{Case: bot.Case{ID: 7, Owner: "sari"}}})
		d.as("ratna").submit("/admin/users", url.Values{"do": {"disable"}, "name": {"sari"}}).is(t, "disable", http.StatusSeeOther)
		gone(t, b)
		if owner := d.store.cards[7].Owner; owner != "ratna" {
			t.Errorf("the case of somebody who is gone belongs to %q", owner)
		}
	})
	t.Run("signed out", func(t *testing.T) {
		d := newTestDesk(t)
		b := d.as("sari")
		cookies := b.client.Jar.Cookies(b.request(http.MethodGet, "/", nil).URL)
		b.submit("/sign-out", nil).is(t, "sign out", http.StatusSeeOther)
		r := d.browser().request(http.MethodGet, "/cases", nil)
		r.AddCookie(cookies[0]) // a copy of the cookie is worth nothing either
		d.browser().do(r).is(t, "afterwards", http.StatusSeeOther)
	})
}

// cookieOf is the cookie of a browser's session as a header.
func cookieOf(b *browser) string {
	for _, c := range b.client.Jar.Cookies(b.request(http.MethodGet, "/", nil).URL) {
		if c.Name == cookieName {
			return c.String()
		}
	}
	return ""
}

func TestAdminsCannotBarThemselves(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("ratna")
	b.submit("/admin/users", url.Values{"do": {"disable"}, "name": {"ratna"}}).is(t, "disable oneself", http.StatusConflict)
	b.submit("/admin/users", url.Values{"do": {"role"}, "role": {"agent"}, "name": {"ratna"}}).is(t, "lower oneself", http.StatusConflict)
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("ratna")
	for _, path := range []string{"/sign-in", "/cases", "/admin/", "/assets/desk.js", "/assets/nothing", "/nowhere", "/cases/999"} {
		got := b.get(path)
		policy := got.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'", "style-src 'self'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: policy %q lacks %s", path, policy, want)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if got := got.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	if got := b.get("/cases").Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("pages may be kept: %q", got)
	}
}

// Nothing on a page names another host, but for links that a person follows.
func TestPagesAskNobodyElse(t *testing.T) {
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	b := d.as("ratna")
	for _, path := range append([]string{"/sign-in", "/cases", "/cases/41", "/assets/desk.css", "/assets/desk.js"}, adminPages[:5]...) {
		for _, attribute := range []string{`src="http`, `src="//`, `action="http`, "url(http", "@import", "<style", " style=", " onclick=", "<script>"} {
			b.get(path).lacks(t, attribute)
		}
	}
}

// Text of strangers shows as they wrote it, and is nothing else.
func TestTextOfStrangersStaysText(t *testing.T) {
	const evil = `<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)`
	d := newTestDesk(t)
	d.store.put(bot.Card{
		CaseRow: bot.CaseRow{Case: bot.Case{ID: 7, Owner: "sari", Labels: []string{evil}, WaitingSince: time.Now(), Note: evil}, Name: evil, Phone: "62811", Last: evil, LastAt: time.Now()},
		Lines:   []bot.Line{{Inbound: true, Text: evil, MessageID: evil, At: time.Now(), State: bot.LineLeft}, {Author: "sari", Text: evil, Err: evil, MessageID: "m", At: time.Now(), State: bot.LineGivenUp}},
		Notes:   []bot.Note{{Author: "budi", Text: evil, At: time.Now()}}, Missed: []bot.Missed{{Question: evil, Text: evil}},
		Addresses: []string{evil}, Audit: []bot.AuditLine{{AuditEntry: bot.AuditEntry{Who: evil, What: evil, Note: evil}}},
	})
	d.store.missed = []bot.Missed{{Question: evil, Text: evil}}
	d.store.replies = []bot.Canned{{ID: 1, Title: evil, Text: evil + "{name}"}}
	for name, paths := range map[string][]string{
		"sari":  {"/cases?view=all", "/cases/7?view=all", "/cases?view=all&q=" + url.QueryEscape(evil), "/cases?view=all&label=" + url.QueryEscape(evil), "/cases/7?canned=1"},
		"ratna": {"/admin/missed", "/admin/missed?question=" + url.QueryEscape(evil), "/admin/canned"},
	} {
		b := d.as(name)
		for _, path := range paths {
			b.get(path).is(t, path, http.StatusOK).lacks(t, "<script>alert", "<img src=x", `" onmouseover="alert`)
		}
	}
	d.browser().get("/sign-in?next="+url.QueryEscape(evil)).lacks(t, "<script>alert")
	d.browser().post("/sign-in", url.Values{"name": {evil}, "password": {"x"}}).lacks(t, "<script>alert", `" onmouseover="alert`)
}

// What the bot says in bold is bold, and whatever it repeats of a stranger is text all the same.
func TestBold(t *testing.T) {
	for in, want := range map[string]string{
		"Ketik *batal*.": "Ketik <b>batal</b>.", "2 * 3 * 4": "2 * 3 * 4", "*<script>*": "<b>&lt;script&gt;</b>", `*a" onclick="x*`: "<b>a&#34; onclick=&#34;x</b>",
		"*a\nb*": "*a\nb*", "": "", "*": "*", "**": "**",
		"• Boleh. _(Praktik, 2026)_": "• Boleh. <i>(Praktik, 2026)</i>", "_a_ *_b_*": "<i>a</i> <b><i>b</i></b>", "nama_usaha_saya": "nama_usaha_saya",
		"_ a _": "_ a _", "*a _b* c_": "<b>a _b</b> c_", "__": "__", "_<i onclick=x>_": "<i>&lt;i onclick=x&gt;</i>",
	} {
		if got := string(bold(in)); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// A list shows what people wrote: as they wrote it, and what it was where it has no words. Where they never wrote, it shows
// what was written to them as they see it.
func TestWordsInTheList(t *testing.T) {
	d := newTestDesk(t)
	for i, r := range []bot.CaseRow{
		{Last: "Ketik *agen*."},
		{Last: "harga *promo* <b>", LastIn: true, LastKind: flows.InputText, Category: "fashion_retail"},
		{LastIn: true, LastKind: flows.InputMedia, LastMedia: "voice"},
		{Last: "struknya", LastIn: true, LastKind: flows.InputText, LastMedia: "image"},
		{LastIn: true, LastKind: flows.InputMedia, LastMedia: `<script>`},
		{LastIn: true, LastKind: flows.InputDelete},
	} {
		r.ID, r.WaitingSince, r.LastAt = int64(i+1), d.now, d.now
		d.store.put(bot.Card{CaseRow: r})
	}
	d.as("sari").get("/cases?view=all").has(t, "Ketik <b>agen</b>.", ">harga *promo* &lt;b&gt;<", "<i>(pesan suara)</i>", "<i>(gambar)</i> struknya", "<i>(lampiran)</i>",
		">pakaian dan fashion<", "<i>(pesan ditarik)</i>").lacks(t, "(isi pesan sudah dihapus)")
}

func TestOnlyWebAddressesBecomeLinks(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", "", "https://", "file:///etc/passwd", "\x01javascript:alert(1)"} {
		if got := safeLink(address); got != "" {
			t.Errorf("%q becomes %q", address, got)
		}
	}
	if got := safeLink("https://peraturan.example/a?b=c"); got != "https://peraturan.example/a?b=c" {
		t.Error(got)
	}
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	page := d.as("sari").get("/cases/41").body
	for part := range strings.SplitSeq(page, "<a ") {
		tag, _, _ := strings.Cut(part, ">")
		if strings.Contains(tag, `href="http`) && !strings.Contains(tag, "noopener") {
			t.Errorf("a link that gives itself away: %s", tag)
		}
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for in, want := range map[string]string{
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`, "+62811": "'+62811", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "\t'=1", "  =1": "  '=1",
		"a;=1": "a;'=1", "a\n=1": "a\n'=1", "\x00=1": "'=1", "＝1": "'＝1", "baju = celana": "baju = celana", "62811": "62811", "": "",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	d.store.put(bot.Card{CaseRow: bot.CaseRow{Case: bot.Case{ID: 9, Note: "+1", OpenedAt: d.now}, Name: `=cmd|' /C calc'!A0`, Phone: "62811"}})
	b := d.as("ratna")
	b.get("/admin/export/cases.csv").has(t, `"'=cmd|`, `"'+1"`).lacks(t, `"=cmd`)
	b.get("/admin/export/missed.csv").has(t, `"'=HYPERLINK(""http://x"")"`)
	if got := b.get("/admin/export/missed.csv").Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("Content-Disposition %q", got)
	}
}

func TestLargeFormsAreRefused(t *testing.T) {
	d := newTestDesk(t)
	d.store.fillOrdinary(d.now)
	b := d.as("sari")
	b.submit("/cases/41/note", url.Values{"note": {strings.Repeat("x", maxBody)}}).is(t, "a huge form", http.StatusRequestEntityTooLarge)
	b.submit("/cases/41/note", url.Values{"note": {strings.Repeat("x", maxNote+1)}}).is(t, "a long note", http.StatusConflict)
	d.browser().post("/sign-in", url.Values{"name": {strings.Repeat("x", maxBody)}}).is(t, "a huge sign-in", http.StatusUnauthorized)
	if n := len(d.store.cards[41].Notes); n != 1 {
		t.Errorf("%d notes", n)
	}
}

func TestUnknownWays(t *testing.T) {
	d := newTestDesk(t)
	b := d.as("sari")
	b.get("/cases/0").is(t, "case 0", http.StatusNotFound)
	b.get("/cases/abc").is(t, "no number", http.StatusNotFound)
	b.get("/cases/999").is(t, "no such case", http.StatusNotFound)
	b.get("/nowhere").is(t, "no such page", http.StatusNotFound)
	b.get("/cases/41/claim").is(t, "a form that is fetched", http.StatusNotFound)
	b.submit("/cases/999/claim", nil).is(t, "claim of nothing", http.StatusNotFound)
}
