package desk

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"layak/bot"
	"layak/internal/chromium"
)

// An admin clicks a state, edits its text, sees what the check says while typing, tries it, and publishes it, in a real
// browser that complains of nothing. With LAYAK_SHOTS=DIR the built-in flow is drawn, to be looked at.
func TestFlowPageInABrowser(t *testing.T) {
	ctx := chromium.New(t)
	source := theLoan
	if os.Getenv("LAYAK_SHOTS") != "" {
		source = "../../flows/default"
	}
	f, use := withEditor(t, source, true)
	f.testDesk = newTestDesk(t, use)
	live := f.publisher.Engine.Live()
	for _, q := range []string{"business", "recap"} {
		for what, n := range map[string]int{"reached": 400, "answered": 340, "missed": 31, "dropped": 30, "handed_over": 9} {
			f.store.steps = append(f.store.steps, bot.FunnelStep{Day: time.Now(), Digest: live.Digest(), Question: q, What: what, N: n})
		}
	}
	report := complaints(t, ctx)
	do := func(what string, steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
		defer cancel()
		if err := chromedp.Do(ctx, steps...); err != nil {
			page, _ := chromedp.Run(context.WithoutCancel(ctx), chromedp.Text("main"))
			t.Fatalf("%s: %v; the page says\n%s", what, err, page)
		}
	}
	see := func(text string) chromedp.Action[chromedp.Void] {
		return chromedp.WaitVisible(`//main//*[contains(text(), "` + text + `")]`)
	}
	empty := func(selector string) chromedp.Action[chromedp.Void] {
		return chromedp.Evaluate[chromedp.Void](`document.querySelector('` + selector + `').value = ""; void 0`)
	}
	draw := func(name string) {
		t.Helper()
		for i := range looks {
			shoot(t, ctx, i, name)
		}
		do("widen", chromedp.EmulateViewport(1280, 800))
	}
	do("sign in", chromedp.Navigate(f.url+"/sign-in"))
	signInThere(t, ctx, f.url, "ratna")
	f.publisher.Refused("budi", errors.New("flow.yaml:13:9: state \"licens\" does not exist; did you mean \"licence\"?"))
	do("open", chromedp.Navigate(f.url+"/admin/flow"), chromedp.WaitVisible("#state-recap"))
	draw("flow")
	do("click a state", chromedp.Click("#state-business"), see("business.ask"), chromedp.WaitVisible("#state-business.on"))
	draw("flow-state")
	do("edit its text", chromedp.Click(`#state a[href*="text=business.ask"]`), chromedp.WaitVisible(`textarea[name="in.en"]`))
	do("a mistake, live", empty(`textarea[name="in.en"]`), chromedp.SendKeys(`textarea[name="in.en"]`, "Tell us {{.Busines}}, please."), see("there is no"))
	draw("flow-mistake")
	do("mended, live", empty(`textarea[name="in.en"]`), chromedp.SendKeys(`textarea[name="in.en"]`, "What do you *do*? <i>Shortly</i>, please."),
		chromedp.WaitVisible("#check-result .status.good, #check-result .status.warn"), see("<i>Shortly</i>"))
	do("try it", chromedp.SendKeys("#try-text", "hello\r"), chromedp.WaitVisible(".try-reply"), see("<i>Shortly</i>"))
	draw("flow-edit")
	do("publish", chromedp.SendKeys("#edit-note", "shorter question"), chromedp.Click(`button[value="publish"]`), see("shorter question"))
	if got := f.publisher.Engine.Live(); got == live || !strings.Contains(got.Flow().Texts("en")["business.ask"], "Shortly") {
		t.Error("it is not live")
	}
	if !strings.Contains(f.file("lang/en.yaml"), "What do you *do*?") {
		t.Error("the folder does not hold it")
	}
	draw("flow-published")
	_ = f.store.SetUserLang(t.Context(), "ratna", "en")
	rule := live.Flow().Pack.Rules[0]
	do("another verdict, live", chromedp.Navigate(f.url+"/admin/flow/edit?kind=rule&id="+rule.ID), chromedp.WaitVisible("textarea.code"),
		chromedp.Evaluate[chromedp.Void](`{ const box = document.querySelector("textarea.code"); box.value = box.value.replace("verdict: `+string(rule.Outcome)+`", "verdict: needs_review"); box.dispatchEvent(new Event("input", { bubbles: true })); }`),
		see("get another verdict"), chromedp.WaitVisible("#check-result table"))
	draw("flow-verdict")
	do("Enter in the note", chromedp.Navigate(f.url+"/admin/flow/edit"), chromedp.WaitVisible("#edit-note"), chromedp.SendKeys("#edit-note", "stricter\r"),
		chromedp.WaitVisible("#check-result table"), chromedp.WaitVisible(`#edit-note[value="stricter"]`))
	do("thrown away", chromedp.Click(".discard summary"), chromedp.Click(`button[value="discard"]`), see("No edits yet"))
	do("a whole file", chromedp.Navigate(f.url+"/admin/flow/edit?file=rules.yaml"), chromedp.WaitVisible("textarea.code"))
	draw("flow-file")
	do("all parts", chromedp.Navigate(f.url+"/admin/flow/edit"), chromedp.WaitVisible(".picks"))
	draw("flow-parts")
	report()
}
