package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"layak/internal/waserver"
	"layak/storage"
)

// scriptService is `layak run` for a script, on an account of its own.
type scriptService struct {
	srv     *waserver.Server
	account *waserver.Account
	env     []string
	desk    string // address
	ops     string // address of the health pages
	linked  bool
	process *held                         // the service while it runs
	people  map[string]*waserver.Prospect // by number; no two scripts may share one, as they share the server
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
	docs, err := filepath.Abs("../../docs")
	if err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64 // scripts begin at the same time
	return func(env *testscript.Env) error {
		s := &scriptService{
			srv: srv, account: srv.NewAccount(fmt.Sprintf("6281100001%02d", n.Add(1))), people: map[string]*waserver.Prospect{},
		}
		for _, address := range []*string{&s.desk, &s.ops} {
			var err error
			if *address, err = freePort(); err != nil {
				return err
			}
		}
		s.env = []string{
			"LAYAK_WHATSAPP_TEST_SERVER_URL=" + srv.URL(), "LAYAK_WHATSAPP_TEST_SERVER_ROOT_KEY=" + hex.EncodeToString(key[:]),
			"LAYAK_WHATSAPP_TYPING=false", "LAYAK_OPS_LISTEN=" + s.ops, "LAYAK_DESK_LISTEN=" + s.desk,
		}
		env.Setenv("DOCS", docs)
		env.Values["service"] = s
		env.Values["terminal"] = &scriptTerminal{}
		env.Values["desk"] = scriptDesk{}
		env.Defer(func() {
			if s.process != nil {
				_ = s.process.end()
			}
		})
		return nil
	}
}

// serviceCommand is the script command service, see scriptCommands.
func serviceCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value("service").(*scriptService)
	switch what := strings.Join(args[:min(1, len(args))], ""); {
	case !neg && len(args) == 2 && what == "start":
		s.start(ts, filepath.Join(ts.MkAbs(args[1]), "config.yaml"))
	case !neg && len(args) == 1 && what == "stop":
		ts.Check(s.process.end())
		s.process = nil
	case !neg && len(args) == 1 && what == "hangup":
		ts.Check(s.process.cmd.Process.Signal(syscall.SIGHUP))
	case !neg && len(args) == 2 && what == "logged":
		s.process.find(ts, `a log line "`+args[1]+`"`, says("msg", args[1]))
	case !neg && len(args) == 2 && what == "housekeeping":
		db, err := storage.Open(context.Background(), ts.MkAbs(args[1]), storage.Options{})
		ts.Check(err)
		defer db.Close()
		ts.Check(db.KeepHouse(context.Background(), time.Now().Add(10*time.Minute)))
	case len(args) == 3 && what == "page":
		s.page(ts, neg, args[1], args[2])
	default:
		ts.Fatalf("usage: service start FOLDER | stop | hangup | housekeeping DATABASE | logged MESSAGE | [!] service page PATH PATTERN")
	}
}

func (s *scriptService) start(ts *testscript.TestScript, config string) {
	if !s.linked {
		s.linked = true
		link := hold(ts, s.env, "link", "--json", "--config", config)
		line := link.find(ts, "a QR code", says("event", "qr"))
		var qr struct{ Code string }
		ts.Check(json.Unmarshal([]byte(line), &qr))
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		ts.Check(s.account.Scan(ctx, qr.Code))
		link.find(ts, "the end of linking", says("event", "paired"))
		ts.Check(link.leave())
	}
	s.process = hold(ts, s.env, "run", "--json", "--config", config)
	s.process.find(ts, "the service ready", says("msg", "ready"))
}

// says matches a line of JSON by one of its values.
func says(key, value string) func(line string) bool {
	return func(line string) bool {
		var fields map[string]any
		return json.Unmarshal([]byte(line), &fields) == nil && fields[key] == value
	}
}

// page holds a health page against a pattern.
func (s *scriptService) page(ts *testscript.TestScript, neg bool, path, pattern string) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	resp, err := client.Get("http://" + s.ops + path)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if regexp.MustCompile("(?m)"+pattern).Match(body) == neg {
		ts.Fatalf("%s is\n%s", path, body)
	}
}

// personCommand is the script command person, see scriptCommands.
func personCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] person NUMBER TEXT PATTERN")
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
