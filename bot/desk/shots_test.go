package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"layak/internal/chromium"
)

// Every page is drawn in a real browser, at the width of a screen and of a phone, light and dark: nothing may reach over
// the edge, and the browser may not complain, say of something that the policy forbids. With LAYAK_SHOTS=DIR the pictures
// are kept there, to be looked at.
func TestPagesInABrowser(t *testing.T) {
	ctx := chromium.New(t)
	var offline atomic.Bool
	d := newTestDesk(t, func(c *Config) {
		c.ChatAgents = someAgents
		in := c.Channel
		c.Channel = func() ChannelState {
			if offline.Load() {
				return ChannelState{Refused: "no WhatsApp account is linked; run: layak link", RefusedFor: "not_linked"}
			}
			return in()
		}
	})
	d.store.fillOrdinary(d.now)
	report := complaints(t, ctx)
	if err := chromedp.Do(ctx, chromedp.Navigate(d.url+"/sign-in")); err != nil {
		t.Fatal(err)
	}
	pages := []struct{ name, path string }{
		{"inbox", "/cases?view=open"},
		{"case", "/cases/41?view=open"},
		{"stopped", "/cases/45?view=open"},
		{"gone", "/cases/43?view=queue"},
		{"new", "/cases/new"},
		{"help", "/help"},
		{"overview", "/admin/"},
		{"missed", "/admin/missed"},
		{"channel", "/admin/channel"},
		{"users", "/admin/users"},
		{"canned", "/admin/canned"},
	}
	for i := range looks {
		shoot(t, ctx, i, "signin")
	}
	signInThere(t, ctx, d.url, "ratna")
	_ = d.store.Assign(t.Context(), 41, "", "ratna") // so that there is a box to reply in
	_ = d.store.Assign(t.Context(), 45, "", "ratna")
	_ = d.store.Assign(t.Context(), 43, "", "lama")
	d.store.gone = []string{"lama"}
	for _, name := range []string{"case", "channel"} {
		i := slices.IndexFunc(pages, func(p struct{ name, path string }) bool { return p.name == name })
		pages = append(pages, struct{ name, path string }{name + "-offline", pages[i].path})
	}
	pages = append(pages, struct{ name, path string }{"case-english", "/cases/41?view=open"}, struct{ name, path string }{"overview-english", "/admin/"})
	for _, p := range pages {
		offline.Store(strings.HasSuffix(p.name, "offline"))
		if strings.HasSuffix(p.name, "english") {
			_ = d.store.SetUserLang(t.Context(), "ratna", "en")
		}
		if err := chromedp.Do(ctx, chromedp.Navigate(d.url+p.path), chromedp.WaitReady("main")); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		for i := range looks {
			shoot(t, ctx, i, p.name)
		}
	}
	report()
}

// unreadable lists texts whose contrast is below 4.5 (WCAG AA; in the picture of the flow a text's ground is no element), fields without a label, and ids that stand twice.
const unreadable = `(() => {
  const wrong = [], parse = c => (c.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a)); };
  const ground = e => { const all = []; for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] !== 0) all.push(c); } return all.reverse().reduce((u, c) => over(c, u), [255, 255, 255]); };
  for (const e of document.body.querySelectorAll("*")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest(".hidden, .skip, option, .picture")) continue;
    const style = getComputedStyle(e), under = ground(e), c = parse(e instanceof SVGElement ? style.fill : style.color);
    let opacity = 1;
    for (let p = e; p; p = p.parentElement) opacity *= getComputedStyle(p).opacity;
    c[3] = (c[3] ?? 1) * opacity;
    const [a, b] = [light(over(c, under)), light(under)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) wrong.push("contrast " + ratio.toFixed(2) + " of " + e.tagName + "." + e.getAttribute("class") + ": " + e.textContent.trim().slice(0, 40));
  }
  for (const e of document.querySelectorAll("input:not([type=hidden]), select, textarea")) if (!e.labels.length && !e.ariaLabel) wrong.push("no label: " + e.outerHTML.slice(0, 80));
  const seen = new Set();
  for (const e of document.querySelectorAll("[id]")) { if (seen.has(e.id)) wrong.push("id twice: " + e.id); seen.add(e.id); }
  return wrong;
})()`

// looks are how pages are drawn.
var looks = []struct {
	name   string
	width  int64
	height int64
	scheme string
}{{"wide-light", 1280, 800, "light"}, {"wide-dark", 1280, 800, "dark"}, {"phone-light", 390, 844, "light"}, {"phone-dark", 390, 844, "dark"}}

// complaints gathers what the browser complains about from now on, until report fails the test with it.
func complaints(t *testing.T, ctx context.Context) (report func()) {
	t.Helper()
	var mu sync.Mutex
	var all []string
	err := chromedp.Listen(ctx, func(ev any) {
		var text string
		switch e := ev.(type) {
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.EntryLevelError {
				text = e.Entry.Text + " " + e.Entry.URL
			}
		case *runtime.EventExceptionThrown:
			text = e.ExceptionDetails.Text + " " + e.ExceptionDetails.Exception.Description
		}
		if text != "" {
			mu.Lock()
			all = append(all, text)
			mu.Unlock()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, cdplog.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		for _, c := range all {
			t.Error("the browser complains: " + c)
		}
	}
}

// shoot looks at the page that is open.
func shoot(t *testing.T, ctx context.Context, look int, name string) {
	t.Helper()
	l := looks[look]
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, l.height)); err != nil {
		t.Fatal(err)
	}
	over, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil {
		t.Fatalf("%s %s: %v", name, l.name, err)
	}
	wrong, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](unreadable))
	if err != nil {
		t.Fatalf("%s %s: %v", name, l.name, err)
	}
	for _, w := range wrong {
		t.Errorf("%s at %s: %s", name, l.name, w)
	}
	if over > 0 {
		t.Errorf("%s at %s reaches %g pixels over the edge", name, l.name, over)
	}
	if dir := os.Getenv("LAYAK_SHOTS"); dir != "" {
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, l.name)), shot, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// signInThere signs a browser in.
func signInThere(t *testing.T, ctx context.Context, address, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Navigate(address+"/sign-in"), chromedp.SendKeys("#name", name), chromedp.SendKeys("#password", theSecret),
		chromedp.Submit("#password"), chromedp.WaitReady(".rail"))
	if err != nil {
		t.Fatalf("sign in as %s: %v", name, err)
	}
}
