package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"layak/internal/chromium"
	"layak/internal/waserver"
)

// An admin publishes an edit of the flow on the desk of the running service: the next person gets the new words, `layak
// versions` says who and why, and going back brings the old words. Everything runs as in production but for WhatsApp.
func TestFlowPageEndToEnd(t *testing.T) {
	t.Parallel()
	ctx := chromium.New(t)
	p := newPlace(t)
	flow := p.withFlow()
	p.link()
	address := p.withDesk()
	add := p.start("user", "add", "ratna", "--role", "admin", "--lang", "id")
	if _, err := add.stdin.Write([]byte(deskPassword + "\n")); err != nil || add.wait() != 0 {
		t.Fatalf("user add: %v\n%s", err, add.err)
	}
	service := p.start("run", "--json")
	service.logged("ready")

	signIn(t, ctx, address, "ratna")
	tab(t, ctx, "edit", chromedp.Navigate(address+"/admin/flow/edit?text=business.ask"), chromedp.WaitVisible(`textarea[name="in.id"]`),
		chromedp.SendKeys(`textarea[name="in.id"]`, " Silakan, kami menunggu."), chromedp.WaitVisible("#check-result .status.good"))
	tab(t, ctx, "publish", chromedp.SendKeys("#edit-note", "lebih ramah"), chromedp.Click(`button[value="publish"]`), chromedp.WaitVisible(".flow-page .rollback"))
	shows(t, ctx, "lebih ramah")
	p.greets("6281255000001", "Silakan, kami menunggu.")
	if data, err := os.ReadFile(filepath.Join(flow, "lang/id.yaml")); err != nil || !strings.Contains(string(data), "Silakan, kami menunggu.") {
		t.Errorf("the folder does not hold the edit: %v", err)
	}
	if out := p.does(0, "versions"); !strings.Contains(out, "lebih ramah") || !strings.Contains(out, "ratna") {
		t.Errorf("layak versions says\n%s", out)
	}
	tab(t, ctx, "roll back", chromedp.Click(".rollback summary"), chromedp.SendKeys(`.rollback input[name="note"]`, "terlalu ramah"), chromedp.Click(".rollback button"))
	shows(t, ctx, "terlalu ramah")
	budi := p.srv.NewProspect("6281255000002", waserver.ProspectOptions{Name: "Pak Budi"})
	say(t, budi, "halo")
	if got := hear(t, budi); strings.Contains(got, "Silakan, kami menunggu.") {
		t.Errorf("after going back the person got %q", got)
	}
	service.stop()
	if code := service.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, service.err)
	}
}
