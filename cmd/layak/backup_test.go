package main

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"layak/internal/waserver"
)

// TestRestoreDrill is the drill of the operating guide: a backup of the running service takes its place, and people go on
// from where they were then, although their phones know of answers that the backup does not.
func TestRestoreDrill(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.link()
	const number = "628120000001"
	messages := seedConversations[number]
	want := inTerminal(t, messages)
	rina := p.srv.NewProspect(number, waserver.ProspectOptions{Name: "Rina"})
	say := func(text, answer string) {
		t.Helper()
		if _, err := rina.Send(waiting(t), text); err != nil {
			t.Fatal(err)
		}
		got, err := rina.Next(waiting(t))
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != answer {
			t.Errorf("to %q came\n%s\nwant\n%s", text, got.Text, answer)
		}
	}
	dir := filepath.Dir(p.config)
	backup := filepath.Join(dir, "backup.db")

	service := p.start("run", "--json")
	service.logged("ready")
	say(messages[0], want[0])
	say(messages[1], want[1])
	copying := p.start("backup", backup)
	if code := copying.wait(); code != exitOK || !strings.Contains(copying.out.String(), "checked") {
		t.Fatalf("backup: exit code %d\n%s", code, copying.err)
	}
	say(messages[2], want[2]) // the service goes on, and the backup does not know of it
	if code, body := p.get("/metrics"); code != 200 || !strings.Contains(body, "\nlayak_turns_total 3\n") || strings.Contains(body, number) ||
		strings.Contains(body, rina.LID().User) || regexp.MustCompile(`(?m)^layak_.*62\d{8}`).MatchString(body) {
		t.Errorf("/metrics: %d\n%s", code, body)
	}
	service.stop()
	if code := service.wait(); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, service.err)
	}

	for _, name := range []string{"layak.db", "layak.db-wal", "layak.db-shm"} {
		_ = os.Remove(filepath.Join(dir, name))
	}
	copied, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "layak.db"), copied, 0o600); err != nil {
		t.Fatal(err)
	}
	service = p.start("run", "--json")
	service.logged("ready")
	say(messages[2], want[2])
	say(messages[3], want[3])
}

func TestServiceManagerIsTold(t *testing.T) {
	p := newPlace(t)
	p.link()
	name := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	t.Setenv("WATCHDOG_USEC", "20000")
	t.Setenv("WATCHDOG_PID", "")
	_ = manager.SetReadDeadline(time.Now().Add(patience))
	until := func(want string) {
		t.Helper()
		buffer := make([]byte, 1000)
		for {
			n, err := manager.Read(buffer)
			if err != nil {
				t.Fatalf("%s: %v", want, err)
			}
			if strings.Contains(string(buffer[:n]), want) {
				return
			}
		}
	}
	cmd, proc := p.spawn("run --json")
	until("READY=1")
	until("WATCHDOG=1")
	proc.logged("ready")
	until("WATCHDOG=1")
	_ = cmd.Process.Signal(os.Interrupt)
	until("STOPPING=1")
	_ = cmd.Wait()
}
