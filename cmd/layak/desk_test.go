package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"layak/internal/chromium"
	"layak/internal/waserver"
)

const deskPassword = "kopi susu gula aren"

// withDesk makes the place serve a desk, with users of these names who are agents.
func (p *place) withDesk(agents ...string) (address string) {
	p.t.Helper()
	address = freeAddress(p.t)
	text, err := os.ReadFile(p.config)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.config, []byte(strings.Replace(string(text), `desk: {listen: ""}`, `desk: {listen: "`+address+`"}`, 1)), 0o600); err != nil {
		p.t.Fatal(err)
	}
	for _, name := range agents {
		add := p.start("user", "add", name, "--role", "agent", "--lang", "id")
		if _, err := add.stdin.Write([]byte(deskPassword + "\n")); err != nil {
			p.t.Fatal(err)
		}
		if code := add.wait(); code != 0 {
			p.t.Fatalf("user add: exit code %d\n%s", code, add.err)
		}
	}
	return "http://" + address
}

// tab does steps in a browser, each within patience.
func tab(t *testing.T, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		page, _ := chromedp.Run(context.WithoutCancel(ctx), chromedp.Text("main"))
		t.Fatalf("%s: %v; the page says\n%s", what, err, page)
	}
}

// shows waits until the page has this text.
func shows(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	tab(t, ctx, "waiting for "+text, chromedp.WaitVisible(`//main//*[contains(text(), "`+text+`")]`))
}

func signIn(t *testing.T, ctx context.Context, address, name string) {
	t.Helper()
	tab(t, ctx, "sign in", chromedp.Navigate(address+"/"), chromedp.WaitVisible("#name"), chromedp.SendKeys("#name", name),
		chromedp.SendKeys("#password", deskPassword), chromedp.Click(".signin .primary"), chromedp.WaitVisible("body[data-connected] .rail"))
}

func hear(t *testing.T, p *waserver.Prospect) string {
	t.Helper()
	got, err := p.Next(waiting(t))
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	return got.Text
}

func say(t *testing.T, p *waserver.Prospect, text string) {
	t.Helper()
	if _, err := p.Send(waiting(t), text); err != nil {
		t.Fatal(err)
	}
}

// A person asks for somebody; two agents see it live, one wins, writes, and gives the chat back; the bot goes on at the
// same question. Everything runs as in production but for WhatsApp itself.
func TestDeskEndToEnd(t *testing.T) {
	first := chromium.New(t)
	second := chromium.New(t)
	p := newPlace(t)
	p.link()
	address := p.withDesk("sari", "budi")
	service := p.start("run", "--json")
	service.logged("ready")

	signIn(t, first, address, "sari")
	signIn(t, second, address, "budi")
	shows(t, first, "Antrean kosong")

	wulan := p.srv.NewProspect("6281255000001", waserver.ProspectOptions{Name: "Bu Wulan", To: p.account})
	say(t, wulan, "halo, jual obat herbal kapsul")
	question := hear(t, wulan)
	say(t, wulan, "agen")
	hear(t, wulan)
	shows(t, first, "Bu Wulan") // without loading the page
	shows(t, second, "Bu Wulan")

	tab(t, first, "open the case", chromedp.KeyEvent("j"), chromedp.KeyEvent("\r"), chromedp.WaitVisible("#claim"))
	tab(t, second, "open the case", chromedp.Click("#rows .row"), chromedp.WaitVisible("#claim"))
	shows(t, first, "Obat herbal")
	// Budi's page must not hear of the claim before he clicks.
	tab(t, second, "stand still", chromedp.Evaluate[chromedp.Void](`document.querySelector("#claim").addEventListener("submit", e => e.stopPropagation()); document.querySelectorAll("[data-live]").forEach(e => delete e.dataset.live)`))
	tab(t, first, "claim", chromedp.KeyEvent("c"), chromedp.WaitVisible("#reply"))
	tab(t, second, "claim, too late", chromedp.Click("#claim button"))
	shows(t, second, "sari lebih dulu mengambil kasus ini")

	say(t, wulan, "sudah ada yang bisa bantu?")
	begin := time.Now()
	shows(t, first, "sudah ada yang bisa bantu?")
	t.Logf("a message was on the page %s after it was sent", time.Since(begin))
	tab(t, first, "reply", chromedp.SendKeys("#text", "Halo Bu Wulan, saya Sari."), chromedp.Click("#reply .primary"), chromedp.WaitVisible(`//*[contains(@class, "by-agent")]`))
	if got := hear(t, wulan); !strings.HasSuffix(got, "Halo Bu Wulan, saya Sari.") {
		t.Fatalf("the person got %q", got)
	}
	tab(t, first, "delivered", chromedp.WaitVisible(`//*[contains(@class, "by-agent")]//*[contains(text(), "terkirim")]`))
	tab(t, first, "note", chromedp.Click("#add-note summary"), chromedp.SendKeys("#note", "jangan dikirim"), chromedp.Click(".note-form button"), chromedp.WaitVisible(".line.note"))
	shows(t, second, "jangan dikirim")

	tab(t, first, "return", chromedp.Click(`//button[contains(text(), "Kembalikan ke bot")]`), chromedp.WaitVisible("#claim"))
	again := hear(t, wulan)
	last := question[strings.LastIndex(strings.TrimSpace(question), "\n")+1:]
	if !strings.Contains(again, strings.TrimSpace(last)) {
		t.Fatalf("the bot goes on with\n%s\nand not with its question\n%s", again, question)
	}
	say(t, wulan, "sudah")
	if got := hear(t, wulan); strings.Contains(got, "jangan dikirim") || got == "" {
		t.Fatalf("the person got %q", got)
	}
	for _, r := range wulan.Received() {
		if strings.Contains(r.Text, "jangan dikirim") {
			t.Error("a private note was sent")
		}
	}
	service.stop()
	if code := service.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, service.err)
	}
}
