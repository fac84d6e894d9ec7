package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"layak/internal/waserver"
)

// withFlow gives the place a flow folder of its own, and returns its name.
func (p *place) withFlow() string {
	p.t.Helper()
	dir := filepath.Join(p.t.TempDir(), "mybot")
	if code, _, errs := layak(p.t, "", "init", dir); code != 0 {
		p.t.Fatalf("init: exit code %d\n%s", code, errs)
	}
	text, err := os.ReadFile(p.config)
	if err != nil {
		p.t.Fatal(err)
	}
	dir = filepath.Join(dir, "flow")
	if err := os.WriteFile(p.config, append(text, []byte("flow: {dir: \""+dir+"\"}\n")...), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return dir
}

// replaceIn edits a file.
func replaceIn(t *testing.T, file, old, with string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(old)) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte(old), []byte(with)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// greets fails unless somebody new is greeted by that name.
func (p *place) greets(number, name string) {
	p.t.Helper()
	who := p.srv.NewProspect(number, waserver.ProspectOptions{})
	if _, err := who.Send(waiting(p.t), "halo"); err != nil {
		p.t.Fatal(err)
	}
	got, err := who.Next(waiting(p.t))
	if err != nil {
		p.t.Fatal(err)
	}
	if !strings.Contains(got.Text, name) {
		p.t.Errorf("the greeting is not that of %q:\n%s", name, got.Text)
	}
}

// A hang-up signal publishes an edited flow; one that is wrong changes nothing, which the log and a metric tell.
func TestReloadOnSignal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	dir := p.withFlow()
	p.link()
	cmd, proc := p.spawn("run --json")
	proc.logged("ready")
	replaceIn(t, filepath.Join(dir, "lang", "id.yaml"), "Saya Layak", "Saya Laras")
	hangUp := func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	hangUp()
	proc.logged("flow version published")
	p.greets("628120000001", "Saya Laras")
	replaceIn(t, filepath.Join(dir, "flow.yaml"), "to: recap}", "to: rcap}")
	hangUp()
	if line := proc.logged("the flow folder was not published; the live version stays"); !strings.Contains(strings.Join(texts(line["problems"]), ""), "rcap") {
		t.Errorf("the log does not say why: %v", line)
	}
	p.greets("628120000002", "Saya Laras")
	if _, body := p.get("/metrics"); !strings.Contains(body, "layak_flow_invalid 1") || !strings.Contains(body, "layak_flow_reload_failures_total 1") {
		t.Error("the metrics do not tell")
	}
	if code, _ := p.get("/readyz"); code != 200 {
		t.Errorf("/readyz: %d, although people are answered", code)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A folder that breaks an invariant is not used, although no version before it could be: nobody is told what was ruled out.
func TestABrokenInvariantIsNeverLive(t *testing.T) {
	p := newPlace(t)
	dir := p.withFlow()
	p.link()
	replaceIn(t, filepath.Join(dir, "rules.yaml"), "  - id: gambling\n    when: category == \"gambling\"\n    verdict: not_eligible", "  - id: gambling\n    when: category == \"gambling\"\n    verdict: eligible")
	cmd, proc := p.spawn("run --json")
	line := proc.logged("stopped")
	if !strings.Contains(fmt.Sprint(line["error"]), "invariant prohibited-stays-no is broken: gambling gives eligible") {
		t.Errorf("stopped for another reason: %v", line["error"])
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != exitConfig {
		t.Errorf("it ended with %v", err)
	}
}

func texts(list any) (out []string) {
	all, _ := list.([]any)
	for _, v := range all {
		text, _ := v.(string)
		out = append(out, text)
	}
	return out
}

// On Postgres a standby takes up what the other publishes, and keeps it when it takes over, although its own folder still
// holds what was there before.
func TestReloadReachesTheStandby(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.onPostgres()
	first := p.withFlow()
	q := p.another()
	second := filepath.Join(t.TempDir(), "flow")
	if err := os.CopyFS(second, os.DirFS(first)); err != nil {
		t.Fatal(err)
	}
	replaceIn(t, q.config, first, second)
	p.link()
	leader := p.start("run", "--json")
	leader.logged("ready")
	standby := q.start("run", "--json")
	standby.logged("standby")
	replaceIn(t, filepath.Join(first, "lang", "id.yaml"), "Saya Layak", "Saya Laras")
	if code, out, errs := layak(t, "", "reload", "--config", q.config, "--note", "asked where the standby is"); code != 0 || !strings.Contains(out, "is live") {
		t.Fatalf("reload: exit code %d\n%s%s", code, out, errs)
	}
	standby.logged("flow version is live")
	p.greets("628120000001", "Saya Laras")
	leader.stop()
	if code := leader.wait(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, leader.err)
	}
	standby.logged("the flow folder differs from the live version; `layak reload` publishes it")
	standby.logged("ready")
	q.greets("628120000002", "Saya Laras")
	standby.stop()
	if code := standby.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, standby.err)
	}
}
