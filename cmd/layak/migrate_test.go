package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layak/internal/waserver"
	"layak/storage/pgtest"
)

// TestMigrate moves a service with its WhatsApp login to Postgres, in the middle of a conversation.
func TestMigrate(t *testing.T) {
	t.Parallel()
	dsn := pgtest.New(t)
	p := newPlace(t)
	p.link()
	file := filepath.Join(filepath.Dir(p.config), "layak.db")
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
	say("halo")
	asked := say("jual obat herbal")
	if out := p.does(exitStorage, "migrate", file, dsn); !strings.Contains(out, "in use") {
		t.Errorf("moved from under a running service: %s", out)
	}
	proc.stop()
	proc.wait()

	out := p.does(0, "migrate", file, dsn)
	if !strings.Contains(out, "whatsmeow_device") || !strings.Contains(out, "contact") || !strings.Contains(out, "do not start") {
		t.Errorf("it said %s", out)
	}
	if out := p.does(exitStorage, "migrate", file, dsn); !strings.Contains(out, "not empty") {
		t.Errorf("moved twice: %s", out)
	}

	if err := os.Rename(file, file+".old"); err != nil {
		t.Fatal(err)
	}
	p.setDSN("layak.db", dsn)
	proc = p.start("run", "--json")
	proc.logged("ready")
	if answered := say("1"); answered == asked || strings.Contains(answered, "otomatis") {
		t.Errorf("after the move the conversation began anew: %q then %q", asked, answered)
	}
	if out := p.does(exitStorage, "migrate", file+".old"); !strings.Contains(out, "is running on the target") {
		t.Errorf("moved to under a running service: %s", out)
	}
	if n := len(rina.Repeats()); n > 0 {
		t.Errorf("%d answers came twice", n)
	}
	proc.stop()
	if code := proc.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
}

func TestMigrateRefuses(t *testing.T) {
	p := newPlace(t)
	missing := filepath.Join(t.TempDir(), "missing.db")
	if out := p.does(exitStorage, "migrate", missing, "postgres://u:hunter2@127.0.0.1:1/x"); !strings.Contains(out, "no such file") {
		t.Errorf("said %s", out)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("the source was made")
	}
	p.link()
	file := filepath.Join(filepath.Dir(p.config), "layak.db")
	if out := p.does(exitStorage, "migrate", file, "postgres://u:hunter2@127.0.0.1:1/x"); strings.Contains(out, "hunter2") || !strings.Contains(out, "127.0.0.1:1/x") {
		t.Errorf("said %s", out)
	}
	if out := p.does(exitStorage, "migrate", file, missing); !strings.Contains(out, "Postgres") {
		t.Errorf("said %s", out)
	}
}
