package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layak/internal/waserver"
	"layak/storage/pgtest"
)

// onPostgres makes the place use a Postgres database, and returns its address.
func (p *place) onPostgres() string {
	p.t.Helper()
	dsn := pgtest.New(p.t)
	p.setDSN("layak.db", dsn)
	return dsn
}

func (p *place) setDSN(from, to string) {
	p.t.Helper()
	text, err := os.ReadFile(p.config)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.config, []byte(strings.Replace(string(text), "dsn: "+from, "dsn: "+to, 1)), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// another is a second process for the same database and account, with health pages of its own.
func (p *place) another() *place {
	p.t.Helper()
	text, err := os.ReadFile(p.config)
	if err != nil {
		p.t.Fatal(err)
	}
	q := *p
	q.ops, q.config = freeAddress(p.t), filepath.Join(p.t.TempDir(), "config.yaml")
	if err := os.WriteFile(q.config, []byte(strings.Replace(string(text), p.ops, q.ops, 1)), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return &q
}

// spawn starts the program in a process of its own.
func (p *place) spawn(args string) (*exec.Cmd, *process) {
	p.t.Helper()
	program, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.CommandContext(p.t.Context(), program)
	cmd.Env = append(os.Environ(), asProgram+"="+args+" --config "+p.config)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	return cmd, &process{t: p.t, out: &lines{}, err: readLines(stderr)}
}

// TestStandby: of two services on one Postgres database one is logged in; the other shows that it stands by, takes over
// when the first is killed, and goes on where the first stopped.
func TestStandby(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	dsn := p.onPostgres()
	p.link()
	cmd, first := p.spawn("run --json")
	first.logged("ready")
	q := p.another()
	link := q.start("link", "--json", "--force")
	if got := link.event("error"); !strings.Contains(fmt.Sprint(got["message"]), "stop layak run") {
		t.Errorf("link beside the service: %v", got)
	}
	if code := link.wait(); code != exitStorage || !strings.Contains(link.err.String(), "the service is running") {
		t.Errorf("link beside the service: exit code %d\n%s", code, link.err)
	}
	second := q.start("run", "--json")
	second.logged("standby")
	if code, body := q.get("/readyz"); code != 503 || !strings.Contains(body, `"standby":true`) || !strings.Contains(body, `"storage":{"ok":true}`) {
		t.Errorf("/readyz of the standby: %d %s", code, body)
	}
	if _, body := q.get("/metrics"); !strings.Contains(body, "layak_standby 1") {
		t.Error("the metric does not tell")
	}
	if code, body := p.get("/readyz"); code != 200 || !strings.Contains(body, `"standby":false`) {
		t.Errorf("/readyz of the leader: %d %s", code, body)
	}
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
	say("halo")
	asked := say("jual obat herbal")
	pgtest.Until(t, dsn, `SELECT COUNT(*) = 2 FROM outbox WHERE state = 'sent'`) // else it may be sent again, and rightly

	begin := time.Now()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	second.logged("taking over")
	second.logged("ready")
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("took over after %v", took)
	}
	if answered := say("1"); answered == asked || strings.Contains(answered, "otomatis") {
		t.Errorf("after the takeover the conversation began anew: %q then %q", asked, answered)
	}
	if code, body := q.get("/readyz"); code != 200 {
		t.Errorf("/readyz after the takeover: %d %s", code, body)
	}

	pgtest.Until(t, dsn, `SELECT COUNT(*) = 3 FROM outbox WHERE state = 'sent'`)

	// Losing the connection that holds the lead stops the channel. Nobody else is there, so it is taken up again.
	if err := pgtest.Exec(dsn, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`); err != nil {
		t.Fatal(err)
	}
	second.logged("channel ended")
	second.logged("standing down: the connection to the database that holds the login was lost")
	second.logged("ready")
	say("kembali")
	if n := len(rina.Repeats()); n > 0 {
		t.Errorf("%d answers came twice", n)
	}
	second.stop()
	if code := second.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, second.err)
	}
	for _, log := range []string{first.err.String(), second.err.String()} {
		for _, secret := range []string{rina.Number().User, rina.LID().User, "herbal", "Rina"} {
			if strings.Contains(log, secret) {
				t.Errorf("the log shows %q:\n%s", secret, log)
			}
		}
	}
}

// A standby stops when it is told to.
func TestStandbyStops(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.onPostgres()
	p.link()
	first := p.start("run", "--json")
	first.logged("ready")
	second := p.another().start("run", "--json")
	second.logged("standby")
	second.stop()
	if code := second.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, second.err)
	}
	first.stop()
	if code := first.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, first.err)
	}
}
