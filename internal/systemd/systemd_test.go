package systemd

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func listen(t *testing.T, name string) (read func() string) {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return func() string {
		t.Helper()
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		buffer := make([]byte, 1000)
		n, err := conn.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		return string(buffer[:n])
	}
}

func TestSend(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), "@layak-test-" + strconv.Itoa(os.Getpid())} {
		read := listen(t, name)
		if err := New([]string{"NOTIFY_SOCKET=" + name}).Send("READY=1", "STATUS=here"); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != "READY=1\nSTATUS=here" {
			t.Errorf("%s got %q", name, got)
		}
	}
	if err := New([]string{"NOTIFY_SOCKET=" + t.TempDir() + "/gone"}).Send("READY=1"); err == nil {
		t.Error("nobody listens, and no error")
	}
	if err := New(nil).Send("READY=1"); err != nil {
		t.Errorf("without a service manager: %v", err)
	}
}

func TestWatch(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	read := listen(t, name)
	n := New([]string{"NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=2000", "WATCHDOG_PID=" + strconv.Itoa(os.Getpid())})
	ctx, stop := context.WithCancel(t.Context())
	asked := 0
	over := make(chan struct{})
	go func() { n.Watch(ctx, func() { asked++ }); close(over) }()
	for range 3 {
		if got := read(); got != "WATCHDOG=1" {
			t.Errorf("got %q", got)
		}
	}
	stop()
	<-over
	if asked < 3 {
		t.Errorf("asked %d times whether it is alive", asked)
	}
	New([]string{"NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=2000", "WATCHDOG_PID=1"}).Watch(t.Context(), nil) // meant for another process
	New([]string{"NOTIFY_SOCKET=" + name}).Watch(t.Context(), nil)
}
