package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
		p.addUser(name, "agent")
	}
	return "http://" + address
}

// addUser lets somebody sign in.
func (p *place) addUser(name, role string) {
	p.t.Helper()
	add := p.start("user", "add", name, "--role", role, "--lang", "id")
	if _, err := add.stdin.Write([]byte(deskPassword + "\n")); err != nil {
		p.t.Fatal(err)
	}
	if code := add.wait(); code != 0 {
		p.t.Fatalf("user add: exit code %d\n%s", code, add.err)
	}
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
	t.Parallel()
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

// agent works on the desk without a browser: forms and pages.
type agent struct {
	t       *testing.T
	address string
	client  http.Client
}

func (p *place) agent(address, name string) *agent {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	a := &agent{t: p.t, address: address, client: http.Client{Jar: jar}}
	if page := a.post("/sign-in", url.Values{"name": {name}, "password": {deskPassword}}); !strings.Contains(page, name) {
		p.t.Fatalf("not signed in:\n%s", page)
	}
	return a
}

func (a *agent) get(path string) string {
	a.t.Helper()
	resp, err := a.client.Get(a.address + path)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.read(resp)
}

func (a *agent) read(resp *http.Response) string {
	a.t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return string(body)
}

var formToken = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// post sends a form and returns the page that it leads to.
func (a *agent) post(path string, form url.Values) string {
	a.t.Helper()
	if path != "/sign-in" {
		form.Set("csrf", formToken.FindStringSubmatch(a.get("/help"))[1])
	}
	resp, err := a.client.PostForm(a.address+path, form)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.read(resp)
}

// sees waits until a page has this text, which nobody announces to a program without a stream.
func (a *agent) sees(path, text string) {
	a.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		page := a.get(path)
		if strings.Contains(page, text) {
			return
		}
		if time.Now().After(deadline) {
			a.t.Fatalf("%s never shows %q:\n%s", path, text, page)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// A process that stands by serves the desk; what its agents write is sent by the one that is logged in.
func TestDeskOfAStandby(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.onPostgres()
	p.link()
	q := p.another()
	p.withDesk("sari")
	address := q.withDesk()
	leader := p.start("run", "--json")
	leader.logged("ready")
	standby := q.start("run", "--json")
	standby.logged("standby")
	sari := p.agent(address, "sari")

	wulan := p.srv.NewProspect("6281255000002", waserver.ProspectOptions{Name: "Bu Wulan", To: p.account})
	say(t, wulan, "agen")
	hear(t, wulan)
	sari.sees("/cases", "Bu Wulan")
	sari.post("/cases/1/claim", url.Values{})
	sari.post("/cases/1/reply", url.Values{"text": {"Halo dari proses yang siaga"}})
	if got := hear(t, wulan); !strings.HasSuffix(got, "Halo dari proses yang siaga") {
		t.Errorf("the person got %q", got)
	}
	sari.sees("/cases/1", "✓ terkirim")
}

// A reply that WhatsApp refuses is shown as such, with what to do, and can be sent again.
func TestUndeliveredReplyOnTheDesk(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	address := p.withDesk("sari")
	service := p.start("run", "--json")
	service.logged("ready")
	sari := p.agent(address, "sari")

	wulan := p.srv.NewProspect("6281255000003", waserver.ProspectOptions{Name: "Bu Wulan", To: p.account})
	say(t, wulan, "agen")
	hear(t, wulan)
	sari.post("/cases/1/claim", url.Values{})
	p.account.RefuseSends(479, 1)
	sari.post("/cases/1/reply", url.Values{"text": {"Sampai atau tidak?"}})
	sari.sees("/cases/1", "tidak terkirim")
	page := sari.get("/cases/1")
	if !strings.Contains(page, "Pesan ini tidak sampai") || !strings.Contains(page, "479") {
		t.Errorf("the page does not say what to do:\n%s", page)
	}
	failed := regexp.MustCompile(`name="message" value="([^"]+)"`).FindStringSubmatch(page)
	if failed == nil {
		t.Fatal("there is nothing to send it again with")
	}
	sari.post("/cases/1/retry", url.Values{"message": {failed[1]}})
	if got := hear(t, wulan); !strings.HasSuffix(got, "Sampai atau tidak?") {
		t.Errorf("the person got %q", got)
	}
	if page := sari.post("/cases/1/retry", url.Values{"message": {failed[1]}}); !strings.Contains(page, "sudah dikirim lagi") {
		t.Errorf("the same message again:\n%s", page)
	}
}

// The desk is served while WhatsApp refuses the login, and says so to admins.
func TestDeskWithoutALogin(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.configure("  on_refused: stay\n")
	address := p.withDesk("sari")
	service := p.start("run", "--json")
	service.logged("desk")
	sari := p.agent(address, "sari")
	sari.sees("/cases", "Antrean kosong")
}

// Before a number is linked the desk can be looked at with cases that are made in the terminal, as docs/agents.md says.
func TestPractiseWithoutWhatsApp(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.configure("  on_refused: stay\n")
	address := p.withDesk("sari")
	db := filepath.Join(filepath.Dir(p.config), "layak.db")
	if code, _, errs := layak(t, "halo\nagen\n", "chat", "--config", p.config, "--db", db, "--as", "Ibu Sri"); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	p.start("run", "--json").logged("WhatsApp is off until the next start")
	sari := p.agent(address, "sari")
	sari.sees("/cases", "Ibu Sri")
	sari.sees("/cases", ">⚠ WhatsApp tidak tersambung")
}

func TestDeskThatOthersReach(t *testing.T) {
	for _, c := range []struct {
		cfg  DeskConfig
		want string
	}{
		{DeskConfig{Listen: "127.0.0.1:8090"}, ""},
		{DeskConfig{Listen: "localhost:8090"}, ""},
		{DeskConfig{Listen: "[::1]:8090"}, ""},
		{DeskConfig{Listen: ":8090"}, "desk.public_url"},
		{DeskConfig{Listen: "0.0.0.0:8090", PublicURL: "http://desk.example"}, "desk.public_url"},
		{DeskConfig{Listen: "192.0.2.1:8090", PublicURL: "https://desk.example"}, "desk.trusted_proxies"},
		{DeskConfig{Listen: "desk.example:8090", PublicURL: "https://desk.example", TrustedProxies: addressList{"10.0.0.1"}}, ""},
	} {
		if got := c.cfg.exposed(); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%+v: %q, want %q", c.cfg, got, c.want)
		}
	}
}

func TestDeskConfigIsChecked(t *testing.T) {
	for _, bad := range []string{"desk.example.com", "ftp://desk.example", "https://desk.example/path", "https://u:p@desk.example", "https://"} {
		if _, err := (DeskConfig{PublicURL: bad}).public(); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := (addressList{"10.0.0.0/8", "::1", "nirgendwo"}).prefixes(); err == nil || !strings.Contains(err.Error(), "nirgendwo") {
		t.Errorf("%v", err)
	}
	got, err := addressList{"10.1.2.3/8", "::1"}.prefixes()
	if err != nil || len(got) != 2 || got[0].String() != "10.0.0.0/8" || got[1].String() != "::1/128" {
		t.Errorf("%v %v", got, err)
	}
}
