package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

const exampleFile = "../../config.example.yaml"

func TestExampleHoldsTheDefaults(t *testing.T) {
	want := DefaultConfig()
	got, err := loadConfig(exampleFile, nil)
	if err != nil {
		t.Fatal(err)
	}
	want.Storage.DSN = filepath.Join(filepath.Dir(exampleFile), want.Storage.DSN) // relative to the file
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the example differs from the defaults (-want +got):\n%s", diff)
	}
}

func TestExampleExplainsEveryKey(t *testing.T) {
	data, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	var cfg Config
	for _, s := range settings(&cfg) {
		if key := find(&root, s.path); key == nil {
			t.Errorf("%s is missing", s.path)
		} else if key.HeadComment == "" {
			t.Errorf("%s has no comment", s.path)
		}
	}
}

// find returns the node of the key called path, or nil.
func find(n *yaml.Node, path string) *yaml.Node {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	first, rest, nested := strings.Cut(path, ".")
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != first {
			continue
		}
		if !nested {
			return n.Content[i]
		}
		return find(n.Content[i+1], rest)
	}
	return nil
}

func TestEveryKeyCanComeFromTheEnvironment(t *testing.T) {
	values := map[reflect.Type]string{
		reflect.TypeFor[bool](): "false", reflect.TypeFor[int](): "7", reflect.TypeFor[float64](): "0.5",
		reflect.TypeFor[time.Duration](): "7m", reflect.TypeFor[period](): "7d",
	}
	special := map[string]string{
		"whatsapp.client_version": "2.3000.1", "whatsapp.on_refused": "stay", "whatsapp.test_server.url": "ws://127.0.0.1:1/ws/chat",
		"whatsapp.test_server.root_key": strings.Repeat("ab", 32), "desk.listen": "127.0.0.1:1", "ops.listen": "127.0.0.1:2",
		"handoff.notify": "+62811000001 sari; +62 811-000-002", "handoff.card": "answers",
		"desk.public_url": "https://desk.example.com", "desk.trusted_proxies": "127.0.0.1, 10.0.0.0/8",
		"chatwoot.url": "https://chat.example.com", "chatwoot.account": "1", "chatwoot.secret": strings.Repeat("ab", 16),
		"hooks.url": "https://example.com/layak", "hooks.secret": strings.Repeat("ab", 16),
		"hours.timezone": "Asia/Makassar", "hours.holidays": "12-25 Natal; 2026-06-16 1 Muharam",
	}
	var env []string
	want := map[string]string{}
	var cfg Config
	for _, s := range settings(&cfg) {
		if strings.HasSuffix(s.path, "_file") {
			continue // excludes the key without it
		}
		value, ok := special[s.path]
		if !ok {
			value, ok = values[s.value.Type()]
		}
		if strings.HasPrefix(s.path, "hours.week.") {
			value, ok = "08:00-12:00, 13:00-16:00", true
		}
		if !ok {
			value = "/from/the/environment"
		}
		env = append(env, variable(s.path)+"="+value)
		want[s.path] = value
	}
	got, err := loadConfig(exampleFile, env)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings(&got) {
		if strings.HasSuffix(s.path, "_file") {
			continue
		}
		wanted := reflect.New(s.value.Type()).Elem()
		if err := assign(wanted, want[s.path]); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(s.value.Interface(), wanted.Interface()) {
			t.Errorf("%s from %s: got %v, want %v", s.path, variable(s.path), s.value, wanted)
		}
	}
}

func TestConfigSources(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "dsn")
	if err := os.WriteFile(secret, []byte("postgres://u:p@localhost/db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		yaml string
		env  []string
		dsn  string // "" when an error is wanted
		err  string
	}{
		"file":                      {yaml: "storage: {dsn: a.db}", dsn: "DIR/a.db"},
		"absolute":                  {yaml: "storage: {dsn: /x/a.db}", dsn: "/x/a.db"},
		"address":                   {yaml: "storage: {dsn: 'postgres://localhost/a'}", dsn: "postgres://localhost/a"},
		"neither":                   {yaml: "flow: {dir: ''}", dsn: "DIR/layak.db"},
		"variable wins":             {yaml: "storage: {dsn: a.db}", env: []string{"LAYAK_STORAGE_DSN=/b.db"}, dsn: "/b.db"},
		"secret file":               {yaml: "storage: {dsn_file: " + secret + "}", dsn: "postgres://u:p@localhost/db"},
		"secret file by variable":   {yaml: "storage: {dsn: a.db}", env: []string{"LAYAK_STORAGE_DSN_FILE=" + secret}, dsn: "postgres://u:p@localhost/db"},
		"variable over secret file": {yaml: "storage: {dsn_file: /missing}", env: []string{"LAYAK_STORAGE_DSN=/b.db"}, dsn: "/b.db"},
		"both":                      {yaml: "storage: {dsn: a.db, dsn_file: " + secret + "}", err: "set storage.dsn or storage.dsn_file, not both"},
		"secret missing":            {yaml: "storage: {dsn_file: missing}", err: "config.yaml:1:21: storage.dsn_file: open DIR/missing: no such file or directory"},
		"zero is off":               {yaml: "storage: {dsn: a.db}\nlimits: {loop_window: 0, stale_after: 0, loop_turns: 0, chat_per_minute: 0}", dsn: "DIR/a.db"},
		"days":                      {yaml: "storage: {dsn: a.db}\nprivacy: {retention: 30d}", dsn: "DIR/a.db"},
		"days off":                  {yaml: "storage: {dsn: a.db}\nprivacy: {retention: 0}", dsn: "DIR/a.db"},
		"hours for days":            {yaml: "storage: {dsn: a.db}\nprivacy: {retention: 36h}", dsn: "DIR/a.db"},
		"not days":                  {yaml: "privacy:\n  retention: a while", err: `config.yaml:2:14: "a while" is not a length of time; write it like 90d or 36h`},
		"no scalar":                 {yaml: "privacy: {retention: [90d]}", err: "this is not a length of time"},
		"negative days":             {yaml: "privacy: {retention: -36h}", err: "privacy.retention: must not be negative"},
		"negative":                  {yaml: "limits: {chat_per_minute: -1}", err: "limits.chat_per_minute: must not be negative"},
		"not a number":              {yaml: "limits: {account_per_second: .nan}", err: "limits.account_per_second: must be a number from 0"},
		"key without address":       {yaml: "whatsapp: {test_server: {root_key: ab}}", err: "the address is missing although the root key is set"},
		"address without key":       {yaml: "whatsapp: {test_server: {url: 'ws://127.0.0.1:1/ws/chat'}}", err: "the root key must be 64 hexadecimal digits"},
		"name for loopback":         {yaml: "whatsapp: {test_server: {url: 'ws://localhost:1/ws/chat'}}", err: `"localhost" is not a loopback address`},
		"official endpoint":         {yaml: "whatsapp: {test_server: {url: 'wss://web.whatsapp.com/ws/chat'}}", err: "must begin with ws://"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "config.yaml")
			if err := os.WriteFile(file, []byte(c.yaml), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := loadConfig(file, c.env)
			switch {
			case c.err != "":
				if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(c.err, "DIR", dir)) {
					t.Errorf("got error %v, want %q", err, c.err)
				}
			case err != nil:
				t.Error(err)
			case got.Storage.DSN != strings.ReplaceAll(c.dsn, "DIR", dir):
				t.Errorf("got %q, want %q", got.Storage.DSN, c.dsn)
			}
		})
	}
}
