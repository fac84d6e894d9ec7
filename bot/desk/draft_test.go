package desk

import (
	"testing"

	"github.com/chromedp/chromedp"

	"layak/internal/chromium"
)

// A reply that was being written outlives the end of the session, and is gone once it was sent.
func TestADraftOutlivesTheSession(t *testing.T) {
	ctx := chromium.New(t)
	d, _ := working(t)
	signInThere(t, ctx, d.url, "sari")
	do := func(what string, steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, steps...); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	draft := func() string {
		t.Helper()
		value, err := chromedp.Run(ctx, chromedp.Value("#text"))
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	do("write", chromedp.Navigate(d.url+"/cases/41?view=mine"), chromedp.SendKeys("#text", "Sudah saya cek"))
	if _, err := d.store.EndSessions(t.Context(), "sari"); err != nil {
		t.Fatal(err)
	}
	do("send", chromedp.Click("#reply .primary"), chromedp.WaitVisible(".signin .notice"))
	do("sign in again", chromedp.SendKeys("#name", "sari"), chromedp.SendKeys("#password", theSecret), chromedp.Submit("#password"), chromedp.WaitVisible("#text"))
	if got := draft(); got != "Sudah saya cek" {
		t.Fatalf("the draft is %q", got)
	}
	do("send again", chromedp.Click("#reply .primary"), chromedp.WaitVisible("#line-out-r1"))
	if got := draft(); got != "" || len(d.store.sent) != 1 {
		t.Errorf("the draft is %q, and %q was sent", got, d.store.sent)
	}
}
