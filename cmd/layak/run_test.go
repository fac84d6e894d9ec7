package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"layak/flows"
	"layak/internal/waserver"
)

func TestRunWithoutALink(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	proc := p.start("run")
	if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "layak: no WhatsApp account is linked; run: layak link --config "+p.config+"\n") ||
		!strings.Contains(proc.err.String(), "\nTo look at the desk first, without WhatsApp: set on_refused: stay") {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
	proc = p.start("run", "--json")
	if got := proc.logged("stopped"); !strings.Contains(fmt.Sprint(got["error"]), "layak link") {
		t.Errorf("got %v", got)
	}
	if code := proc.wait(); code != exitLogin {
		t.Errorf("exit code %d", code)
	}
}

// seedConversations are the businesses the product began with, each to its verdict.
var seedConversations = map[string][]string{
	"628120000001": {"halo", "fintech p2p lending", "1", "ya"},
	"628120000002": {"halo", "pinjaman online p2p lending", "belum", "1"},
	"628120000003": {"halo", "jamu herbal kapsul", "belum", "ya"},
	"628120000004": {"halo", "jual obat herbal", "sudah", "punya", "1"},
	"628120000005": {"halo", "leasing motor", "1", "1"},
}

// inTerminal is what `layak chat` answers to the same messages.
func inTerminal(t *testing.T, messages []string) (replies []string) {
	t.Helper()
	var out, errs strings.Builder
	if code := run(t.Context(), []string{"chat", "--json"}, strings.NewReader(strings.Join(messages, "\n")+"\n"), &out, &errs, nil); code != 0 {
		t.Fatalf("chat: exit code %d\n%s", code, &errs)
	}
	var last struct {
		Replies []flows.Reply
		Verdict any
	}
	for line := range strings.Lines(out.String()) {
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		if len(last.Replies) != 1 {
			t.Fatalf("%d replies in %s", len(last.Replies), line)
		}
		replies = append(replies, last.Replies[0].Text)
	}
	if last.Verdict == nil {
		t.Fatalf("%q ends without a verdict", messages)
	}
	return replies
}

// TestConversations is the whole way: link, run, prospects are asked, answer and get their verdicts, word for word as in
// the terminal; the service is restarted between two answers.
func TestConversations(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	want := map[string][]string{}
	for number, messages := range seedConversations {
		want[number] = inTerminal(t, messages)
	}
	log := ""
	proc := p.start("run", "--json")
	proc.logged("ready")
	restart := func() {
		proc.stop()
		if code := proc.wait(); code != 0 {
			t.Fatalf("exit code %d\n%s", code, proc.err)
		}
		log += proc.err.String()
	}
	sent := 0
	for i := range 5 {
		if i == 2 { // the question about the licence was asked and not answered
			restart()
			proc = p.start("run", "--json")
			proc.logged("ready")
		}
		for number, messages := range seedConversations {
			if i >= len(messages) {
				continue
			}
			sent++
			prospect := p.srv.NewProspect(number, waserver.ProspectOptions{Name: "Rina"})
			if _, err := prospect.Send(waiting(t), messages[i]); err != nil {
				t.Fatal(err)
			}
			got, err := prospect.Next(waiting(t))
			if err != nil {
				t.Fatalf("%s, message %d: %v\n%s", number, i+1, err, proc.err)
			}
			if got.Text != want[number][i] {
				t.Errorf("%s: to %q came\n%s\nwant\n%s", number, messages[i], got.Text, want[number][i])
			}
		}
	}
	if err := p.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if sends := p.account.Sends(); len(sends) != sent {
		t.Errorf("%d messages were sent, want %d", len(sends), sent)
	}
	restart()
	for _, secret := range []string{"628120000", "628110000001", "15000000000", "herbal", "leasing", "Rina"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log shows %q:\n%s", secret, log)
		}
	}
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not a JSON line: %s", line)
		}
	}
}

func TestHealthPages(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	logins := p.account.Logins()
	proc := p.start("run", "--json")
	proc.logged("ready")
	if code, body := p.get("/healthz"); code != 200 || !strings.Contains(body, "alive") {
		t.Errorf("/healthz: %d %s", code, body)
	}
	code, body := p.get("/readyz")
	var page struct {
		Ready  bool
		Checks map[string]probe
	}
	if err := json.Unmarshal([]byte(body), &page); err != nil || code != 200 || !page.Ready || len(page.Checks) != 4 || !page.Checks["storage"].OK || !page.Checks["whatsapp"].OK {
		t.Errorf("/readyz: %d %s", code, body)
	}
	_, body = p.get("/metrics")
	for _, want := range []string{"layak_whatsapp_logged_in 1", "layak_storage_up 1", "layak_messages_accepted_total 0", "go_goroutines"} {
		if !strings.Contains(body, want) {
			t.Errorf("/metrics lacks %q", want)
		}
	}
	p.account.Drop()
	if err := p.account.WaitLogins(waiting(t), logins+2); err != nil {
		t.Fatal(err)
	}
	proc.stop()
	if code := proc.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
}

// TestLoginEnds goes through the ways in which WhatsApp ends the service: exit code 5, and a text that says what to do.
func TestLoginEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failure waserver.LoginFailure
		text    string
	}{
		"logged_out": {waserver.LoginFailure{Reason: 401}, "layak link"},
		"banned":     {waserver.LoginFailure{Reason: 402, Code: 104}, "banned"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			p.link()
			p.account.FailLogins(1, c.failure)
			proc := p.start("run")
			if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "layak: WhatsApp ") || !strings.Contains(proc.err.String(), c.text) {
				t.Errorf("exit code %d\n%s", code, proc.err)
			}
		})
	}
	t.Run("replaced", func(t *testing.T) {
		t.Parallel()
		p := newPlace(t)
		p.link()
		proc := p.start("run", "--json")
		proc.logged("ready")
		p.account.ReplaceSession()
		if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "another process") {
			t.Errorf("exit code %d\n%s", code, proc.err)
		}
	})
	t.Run("stay", func(t *testing.T) {
		t.Parallel()
		p := newPlace(t)
		p.link()
		p.configure("  on_refused: stay\n")
		p.account.FailLogins(1, waserver.LoginFailure{Reason: 405})
		proc := p.start("run", "--json")
		proc.logged("WhatsApp is off until the next start")
		if code, body := p.get("/readyz"); code != 503 || !strings.Contains(body, "outdated") {
			t.Errorf("/readyz: %d %s", code, body)
		}
		if code, _ := p.get("/healthz"); code != 200 {
			t.Errorf("/healthz: %d", code)
		}
		if _, body := p.get("/metrics"); !strings.Contains(body, "layak_whatsapp_refused 1") {
			t.Error("the metric does not tell")
		}
		proc.stop()
		if code := proc.wait(); code != 0 {
			t.Errorf("exit code %d\n%s", code, proc.err)
		}
	})
}

func TestRunRefusesWhatItCannotUse(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	proc := p.start("run", "--json")
	proc.logged("ready")
	second := p.start("run")
	if code := second.wait(); code != exitStorage || !strings.Contains(second.err.String(), "in use") {
		t.Errorf("a second process: exit code %d\n%s", code, second.err)
	}
	link := p.start("link", "--json", "--force")
	if got := link.event("error"); !strings.Contains(fmt.Sprint(got["message"]), "stop layak run") {
		t.Errorf("link beside the service: %v", got)
	}
	if code := link.wait(); code != exitStorage || !strings.Contains(link.err.String(), "the service is running") {
		t.Errorf("link beside the service: exit code %d\n%s", code, link.err)
	}
	other := newPlace(t)
	other.link()
	other.ops = p.ops
	other.configure("")
	third := other.start("run")
	if code := third.wait(); code != exitConfig || !strings.Contains(third.err.String(), "ops.listen") {
		t.Errorf("address in use: exit code %d\n%s", code, third.err)
	}
	proc.stop()
	proc.wait()
	if err := os.WriteFile(filepath.Join(filepath.Dir(p.config), "layak.db"), []byte("this is no database, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"layak.db-wal", "layak.db-shm"} {
		_ = os.Remove(filepath.Join(filepath.Dir(p.config), name))
	}
	broken := p.start("run")
	if code := broken.wait(); code != exitStorage {
		t.Errorf("broken database: exit code %d\n%s", code, broken.err)
	}
}

// TestSignals runs a process of its own: the first signal stops it in order, the second at once.
func TestSignals(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	spawn := func() (*exec.Cmd, *lines) {
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), asProgram+"=run --json --config "+p.config)
		stderr, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, readLines(stderr)
	}
	until := func(l *lines, msg string) {
		t.Helper()
		for line := range l.next {
			if strings.Contains(line, `"msg":"`+msg+`"`) {
				return
			}
		}
		t.Fatalf("no %q in\n%s", msg, l)
	}
	finish := func(cmd *exec.Cmd, l *lines, want int) {
		t.Helper()
		<-l.done
		_ = cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("exit code %d, want %d\n%s", got, want, l)
		}
	}
	cmd, l := spawn()
	until(l, "ready")
	_ = cmd.Process.Signal(syscall.SIGTERM)
	finish(cmd, l, exitOK)

	// The answer in flight never comes, so an orderly stop takes its time.
	p.account.SwallowSends(1)
	rina := p.srv.NewProspect("628120000001", waserver.ProspectOptions{})
	cmd, l = spawn()
	until(l, "ready")
	if _, err := rina.Send(waiting(t), "halo"); err != nil {
		t.Fatal(err)
	}
	if err := p.account.WaitSends(waiting(t), 1); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Signal(syscall.SIGINT)
	until(l, "channel ended")
	_ = cmd.Process.Signal(syscall.SIGINT)
	finish(cmd, l, exitForced)
}
