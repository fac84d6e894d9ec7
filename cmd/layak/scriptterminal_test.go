package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// held is the program while it runs, with what it writes.
type held struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *lines
	ended chan error
}

// hold begins the program in the folder of the script.
func hold(ts *testscript.TestScript, env []string, args ...string) *held {
	// Main put the program first in the path.
	path, err := exec.LookPath("layak")
	ts.Check(err)
	p := &held{cmd: exec.Command(path, args...), ended: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Env = ts.MkAbs("."), append(os.Environ(), env...)
	p.stdin, err = p.cmd.StdinPipe()
	ts.Check(err)
	r, w := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr, p.out = w, w, readLines(r)
	ts.Check(p.cmd.Start())
	go func() {
		err := p.cmd.Wait()
		_ = w.Close()
		<-p.out.done
		p.ended <- err
	}()
	return p
}

// find waits for a line and returns it.
func (p *held) find(ts *testscript.TestScript, what string, match func(line string) bool) string {
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-p.out.next:
			if !ok {
				ts.Fatalf("it ended before %s:\n%s", what, p.out)
			}
			if match(line) {
				return line
			}
		case <-deadline:
			ts.Fatalf("no %s:\n%s", what, p.out)
		}
	}
}

// end asks the program to stop, as a service manager does.
func (p *held) end() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.leave()
}

// leave closes the input and waits for the end.
func (p *held) leave() error {
	_ = p.stdin.Close()
	select {
	case err := <-p.ended:
		if err != nil {
			err = fmt.Errorf("%w:\n%s", err, p.out)
		}
		return err
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("it does not end:\n%s", p.out)
	}
}

// scriptTerminal is the terminal of a script, with at most one program in it.
type scriptTerminal struct{ program *held }

// terminalCommand is the script command terminal, see scriptCommands.
func terminalCommand(ts *testscript.TestScript, neg bool, args []string) {
	t := ts.Value("terminal").(*scriptTerminal)
	switch what := strings.Join(args[:min(1, len(args))], ""); {
	case neg || len(args) == 0:
	case what == "layak" && t.program == nil:
		p := hold(ts, nil, args[1:]...)
		t.program = p
		ts.Defer(func() { _ = p.end() })
		return
	case what == "type" && len(args) == 2:
		_, err := io.WriteString(t.program.stdin, args[1]+"\n")
		ts.Check(err)
		return
	case what == "shows" && len(args) == 2:
		t.program.find(ts, args[1], regexp.MustCompile(args[1]).MatchString)
		return
	case what == "close" && len(args) == 1:
		err := t.program.leave()
		t.program.ended <- err // for the end of the script
		t.program = nil
		ts.Check(err)
		return
	}
	ts.Fatalf("usage: terminal layak ARGS… | terminal type TEXT | terminal shows PATTERN | terminal close")
}
