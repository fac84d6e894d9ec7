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

	"layak/internal/waserver"
)

func TestRunWithoutALink(t *testing.T) {
	p := newPlace(t)
	proc := p.start("run")
	if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "layak: no WhatsApp account is linked; run: layak link\n") {
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

// TestConversation is the whole way: link, run, a prospect is asked and answered, a restart between two answers.
func TestConversation(t *testing.T) {
	p := newPlace(t)
	p.link()
	rina := p.srv.NewProspect("628120000001", waserver.ProspectOptions{Name: "Rina"})
	say := func(text string) string {
		t.Helper()
		if _, err := rina.Send(waiting(t), text); err != nil {
			t.Fatal(err)
		}
		got, err := rina.Next(waiting(t))
		if err != nil {
			t.Fatal(err)
		}
		return got.Text
	}
	proc := p.start("run", "--json")
	proc.logged("ready")
	if got := say("halo"); !strings.Contains(got, "asisten otomatis") {
		t.Errorf("greeted with %q", got)
	}
	asked := say("jual obat herbal")
	proc.stop()
	if code := proc.wait(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, proc.err)
	}
	log := proc.err.String()

	proc = p.start("run", "--json")
	proc.logged("ready")
	answered := say("1")
	if answered == asked || strings.Contains(answered, "otomatis") {
		t.Errorf("after the restart the conversation began anew: %q then %q", asked, answered)
	}
	if sends := p.account.Sends(); len(sends) != 3 {
		t.Errorf("%d messages were sent, want 3", len(sends))
	}
	if err := p.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	proc.stop()
	if code := proc.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
	log += proc.err.String()
	for _, secret := range []string{rina.Number().User, rina.LID().User, "628110000001", "herbal", "Rina"} {
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
	for name, c := range map[string]struct {
		failure waserver.LoginFailure
		text    string
	}{
		"logged_out": {waserver.LoginFailure{Reason: 401}, "layak link"},
		"banned":     {waserver.LoginFailure{Reason: 402, Code: 104}, "banned"},
	} {
		t.Run(name, func(t *testing.T) {
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
	p := newPlace(t)
	p.link()
	proc := p.start("run", "--json")
	proc.logged("ready")
	second := p.start("run")
	if code := second.wait(); code != exitStorage || !strings.Contains(second.err.String(), "in use") {
		t.Errorf("a second process: exit code %d\n%s", code, second.err)
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
