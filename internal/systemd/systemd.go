// Package systemd tells the service manager how the service is doing, in its notification protocol (sd_notify). Without a
// service manager nothing happens.
package systemd

import (
	"context"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Notifier talks to the service manager. The zero value talks to nobody.
type Notifier struct {
	socket   string
	watchdog time.Duration // the manager restarts the service that is silent for so long; 0: it does not
}

// New reads what the service manager left in the environment, NAME=value each.
func New(env []string) Notifier {
	values := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		values[name] = value
	}
	n := Notifier{socket: values["NOTIFY_SOCKET"]}
	micros, err := strconv.ParseInt(values["WATCHDOG_USEC"], 10, 64)
	if pid := values["WATCHDOG_PID"]; err == nil && micros > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid())) {
		n.watchdog = time.Duration(micros) * time.Microsecond
	}
	return n
}

// Send sends lines such as READY=1 and STATUS=text. It does not block for long.
func (n Notifier) Send(lines ...string) error {
	if n.socket == "" {
		return nil
	}
	// A leading @ stands for the abstract name space, here as there.
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte(strings.Join(lines, "\n")))
	return err
}

// Watch says that the service is alive twice in each watchdog period, until ctx ends. It calls alive before, which must
// hang if the service does.
func (n Notifier) Watch(ctx context.Context, alive func()) {
	if n.socket == "" || n.watchdog == 0 {
		return
	}
	tick := time.NewTicker(n.watchdog / 2)
	defer tick.Stop()
	for {
		alive()
		_ = n.Send("WATCHDOG=1") // one that is lost is followed by another in time
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
