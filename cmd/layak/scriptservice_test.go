package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"layak/internal/waserver"
)

// scriptService is `layak run` for a script, on an account of its own.
type scriptService struct {
	srv     *waserver.Server
	account *waserver.Account
	env     []string
	linked  bool
	stop    func()
	log     *lines
	people  map[string]*waserver.Prospect
}

// scriptServices is the Setup of scripts. They share one server, because a process trusts one. Nothing runs before a script
// says so.
func scriptServices(t *testing.T) func(*testscript.Env) error {
	srv, err := waserver.New(waserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	key := srv.RootKey()
	environment := []string{
		"LAYAK_WHATSAPP_TEST_SERVER_URL=" + srv.URL(), "LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY=" + hex.EncodeToString(key[:]),
		"LAYAK_WHATSAPP_TYPING=false", "LAYAK_OPS_LISTEN=", "LAYAK_DESK_LISTEN=",
	}
	var n atomic.Int64 // scripts begin at the same time
	return func(env *testscript.Env) error {
		s := &scriptService{
			srv: srv, env: environment, account: srv.NewAccount(fmt.Sprintf("6281100001%02d", n.Add(1))), people: map[string]*waserver.Prospect{},
		}
		env.Values["service"] = s
		env.Defer(func() {
			if s.stop != nil {
				s.stop()
			}
		})
		return nil
	}
}

// serviceCommand is the script command `service start FOLDER`, `service stop` and `service logged MESSAGE`.
func serviceCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value("service").(*scriptService)
	switch {
	case !neg && len(args) == 2 && args[0] == "start":
		s.start(ts, filepath.Join(ts.MkAbs(args[1]), "config.yaml"))
	case !neg && len(args) == 1 && args[0] == "stop":
		s.stop()
		s.stop = nil
	case !neg && len(args) == 2 && args[0] == "logged":
		s.logged(ts, args[1])
	default:
		ts.Fatalf("usage: service start FOLDER | service stop | service logged MESSAGE")
	}
}

func (s *scriptService) start(ts *testscript.TestScript, config string) {
	if !s.linked {
		s.linked = true
		out, ended := s.run("link", "--json", "--config", config)
		s.find(ts, out, "event", "qr", func(code string) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			ts.Check(s.account.Scan(ctx, code))
		})
		s.find(ts, out, "event", "paired", nil)
		if code := <-ended; code != exitOK {
			ts.Fatalf("link ended with %d:\n%s", code, out)
		}
		s.stop()
	}
	s.log, _ = s.run("run", "--json", "--config", config)
	s.find(ts, s.log, "msg", "ready", nil)
}

// run begins a command and returns what it writes.
func (s *scriptService) run(args ...string) (out *lines, ended chan int) {
	ctx, cancel := context.WithCancel(context.Background())
	stdinR, stdin := io.Pipe()
	r, w := io.Pipe()
	ended, over := make(chan int, 1), make(chan struct{})
	go func() {
		ended <- run(ctx, args, stdinR, w, w, s.env)
		_ = w.Close()
		close(over)
	}()
	out = readLines(r)
	s.stop = func() {
		cancel()
		_ = stdin.Close()
		<-over
		<-out.done
	}
	return out, ended
}

// find waits for a line with that value.
func (s *scriptService) find(ts *testscript.TestScript, out *lines, key, value string, found func(code string)) {
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-out.next:
			if !ok {
				ts.Fatalf("it ended before %s %q:\n%s", key, value, out)
			}
			var fields map[string]any
			if json.Unmarshal([]byte(line), &fields) != nil || fields[key] != value {
				continue
			}
			if found != nil {
				code, _ := fields["code"].(string)
				found(code)
			}
			return
		case <-deadline:
			ts.Fatalf("no %s %q:\n%s", key, value, out)
		}
	}
}

func (s *scriptService) logged(ts *testscript.TestScript, msg string) {
	s.find(ts, s.log, "msg", msg, nil)
	ts.Logf("%s", msg)
}

// personCommand is the script command `person NUMBER TEXT PATTERN`: somebody writes on WhatsApp, and the answer has to match (or,
// after a !, must not).
func personCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: person NUMBER TEXT PATTERN")
	}
	s := ts.Value("service").(*scriptService)
	who := s.people[args[0]]
	if who == nil {
		who = s.srv.NewProspect(args[0], waserver.ProspectOptions{To: s.account, Name: "Rina"})
		s.people[args[0]] = who
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := who.Send(ctx, args[1])
	ts.Check(err)
	got, err := who.Next(ctx)
	ts.Check(err)
	if regexp.MustCompile(args[2]).MatchString(got.Text) == neg {
		ts.Fatalf("the answer to %q is:\n%s", args[1], got.Text)
	}
	ts.Logf("< %s", got.Text)
}
