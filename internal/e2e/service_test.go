package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// service is one `layak` process.
type service struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  *lines
	log  *lines
	done chan struct{} // closed when it has ended
}

// spawn starts `layak` with args and env.
func spawn(t *testing.T, env []string, args ...string) *service {
	t.Helper()
	s := &service{t: t, cmd: exec.Command(program(t), args...), done: make(chan struct{})}
	s.cmd.Dir = t.TempDir()
	s.cmd.Env = append(os.Environ(), env...)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.out, s.log = readLines(out), readLines(log)
	go func() {
		<-s.out.ended
		<-s.log.ended
		_ = s.cmd.Wait()
		close(s.done)
	}()
	t.Cleanup(s.kill)
	return s
}

// kill ends the process as a power cut does. Killing it again does nothing.
func (s *service) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// freeze stops the process where it is.
func (s *service) freeze() { _ = s.cmd.Process.Signal(syscall.SIGSTOP) }

// stop ends the process in order.
func (s *service) stop() {
	s.t.Helper()
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if code := s.wait(); code != 0 {
		s.t.Fatalf("exit code %d\n%s", code, s.log)
	}
}

// wait waits for the end and returns the exit code, -1 for a process that was killed.
func (s *service) wait() int {
	s.t.Helper()
	select {
	case <-s.done:
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		s.t.Fatalf("the program does not end; it wrote\n%s", s.log)
		return 0
	}
}

// crashed waits until the process has killed itself.
func (s *service) crashed() {
	s.t.Helper()
	if code := s.wait(); code != -1 {
		s.t.Fatalf("exit code %d, it should have been killed\n%s", code, s.log)
	}
}

// logged waits for a line of the log with this message and returns its fields.
func (s *service) logged(msg string) map[string]any {
	s.t.Helper()
	return s.find(s.log, "msg", msg)
}

func (s *service) find(from *lines, key, value string) map[string]any {
	s.t.Helper()
	deadline := time.After(patience)
	for i := 0; ; i++ {
		line, ok := from.at(i, deadline)
		if !ok {
			s.t.Fatalf("no %s %q; it wrote\n%s", key, value, from)
		}
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			s.t.Fatalf("not a JSON object: %s\n%s", line, from)
		}
		if fields[key] == value {
			return fields
		}
	}
}

// lines keeps what a process writes.
type lines struct {
	mu    sync.Mutex
	all   []string
	more  chan struct{} // replaced with every line
	ended chan struct{}
}

func readLines(r io.Reader) *lines {
	l := &lines{more: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		for in := bufio.NewReader(r); ; {
			line, err := in.ReadBytes('\n')
			if line = bytes.TrimRight(line, "\n"); len(line) > 0 {
				l.mu.Lock()
				l.all = append(l.all, string(line))
				close(l.more)
				l.more = make(chan struct{})
				l.mu.Unlock()
			}
			if err != nil {
				return
			}
		}
	}()
	return l
}

// at waits for line i. It reports false if there will be none, or not in time.
func (l *lines) at(i int, deadline <-chan time.Time) (string, bool) {
	for ended := false; ; {
		l.mu.Lock()
		more := l.more
		if i < len(l.all) {
			defer l.mu.Unlock()
			return l.all[i], true
		}
		l.mu.Unlock()
		if ended {
			return "", false
		}
		select {
		case <-more:
		case <-l.ended:
			ended = true
		case <-deadline:
			return "", false
		}
	}
}

// String returns everything.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}
