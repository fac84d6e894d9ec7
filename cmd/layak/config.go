package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"layak/bot"
	"layak/bot/agentchat"
	"layak/bot/whatsapp"
	"layak/flows/problem"
)

// Config is what an operator can set. Every key is explained in config.example.yaml. A field with the tag path holds a
// file name that is relative to the configuration file; one with the tag secret can also come from the file that its
// sibling, the key with _file at the end, names.
type Config struct {
	Storage struct {
		DSN     string `yaml:"dsn" path:"true" secret:"true"`
		DSNFile string `yaml:"dsn_file" path:"true"`
	} `yaml:"storage"`
	Flow struct {
		Dir string `yaml:"dir" path:"true"`
	} `yaml:"flow"`
	WhatsApp WhatsAppConfig `yaml:"whatsapp"`
	Limits   LimitsConfig   `yaml:"limits"`
	HandOff  struct {
		ReturnAfter  time.Duration `yaml:"return_after"`
		ReturnAgents bool          `yaml:"return_agents"`
		Notify       notifyList    `yaml:"notify"`
		Card         string        `yaml:"card"`
	} `yaml:"handoff"`
	Hours    HoursConfig    `yaml:"hours"`
	Hooks    HooksConfig    `yaml:"hooks"`
	Chatwoot ChatwootConfig `yaml:"chatwoot"`
	Privacy  struct {
		Retention period `yaml:"retention"`
	} `yaml:"privacy"`
	Desk DeskConfig `yaml:"desk"`
	Ops  struct {
		Listen     string        `yaml:"listen"`
		QuietAfter time.Duration `yaml:"quiet_after"`
	} `yaml:"ops"`
}

// WhatsAppConfig is how the program behaves on WhatsApp.
type WhatsAppConfig struct {
	DeviceName    string `yaml:"device_name"`
	Typing        bool   `yaml:"typing"`
	ReadReceipts  bool   `yaml:"read_receipts"`
	ClientVersion string `yaml:"client_version"`
	OnRefused     string `yaml:"on_refused"`
	TestServer    struct {
		URL     string `yaml:"url"`
		RootKey string `yaml:"root_key"`
	} `yaml:"test_server"`
}

// LimitsConfig bounds what one chat and the account do. 0 switches a limit off.
type LimitsConfig struct {
	ChatPerMinute    int           `yaml:"chat_per_minute"`
	AccountPerSecond float64       `yaml:"account_per_second"`
	LoopTurns        int           `yaml:"loop_turns"`
	LoopWindow       time.Duration `yaml:"loop_window"`
	StaleAfter       time.Duration `yaml:"stale_after"`
	ExpireAfter      time.Duration `yaml:"expire_after"`
	BurstWait        time.Duration `yaml:"burst_wait"`
}

// What whatsapp.on_refused takes.
const (
	onRefusedExit = "exit"
	onRefusedStay = "stay"
)

// DefaultConfig is the configuration without a file.
func DefaultConfig() Config {
	var c Config
	c.Storage.DSN = "layak.db"
	c.WhatsApp = WhatsAppConfig{DeviceName: "layak", Typing: true, ReadReceipts: true, OnRefused: onRefusedExit}
	c.Limits = LimitsConfig{
		ChatPerMinute:    bot.DefaultLimits.ChatPerMinute,
		AccountPerSecond: bot.DefaultLimits.AccountPerSecond,
		LoopTurns:        bot.DefaultLimits.LoopTurns,
		LoopWindow:       bot.DefaultLimits.LoopWindow,
		StaleAfter:       bot.DefaultLimits.StaleAfter,
		ExpireAfter:      24 * time.Hour, // who comes back the next day has to be reminded
		BurstWait:        bot.DefaultLimits.BurstWait,
	}
	c.HandOff.Notify, c.HandOff.Card = notifyList{}, string(agentchat.Minimal)
	c.Hours = defaultHours()
	c.Privacy.Retention = period(90 * day)
	c.Desk = DeskConfig{Listen: "127.0.0.1:8090", TrustedProxies: addressList{}}
	c.Ops.Listen = "127.0.0.1:9090"
	return c
}

// configFlag is embedded in every command that reads the configuration.
type configFlag struct {
	Config string `help:"Configuration file. Without it ./config.yaml if there is one, else the defaults." placeholder:"FILE"`
}

func (f configFlag) load(con *console) (Config, error) {
	c, err := loadConfig(f.Config, con.Env)
	if err != nil {
		return Config{}, withCode(exitConfig, err)
	}
	return c, nil
}

// loadConfig reads the file called path and puts the environment over it. With path "" it reads ./config.yaml if there is
// one. The error is a problem.List with everything that is wrong.
func loadConfig(path string, env []string) (Config, error) {
	l := loader{cfg: DefaultConfig(), vars: map[string]string{}}
	l.cfg.Storage.DSN = ""
	l.read(path)
	l.environment(env)
	l.secrets()
	if l.cfg.Storage.DSN == "" {
		l.cfg.Storage.DSN = DefaultConfig().Storage.DSN
	}
	if len(l.file.Problems) == 0 {
		l.validate()
	}
	if err := l.file.Problems.Err(); err != nil {
		return Config{}, err
	}
	l.absolutePaths()
	return l.cfg, nil
}

// loader collects a configuration from its sources.
type loader struct {
	cfg  Config
	file *problem.File     // what is wrong so far, and where each key stands
	dir  string            // folder of the file, "" without one
	vars map[string]string // the variable that set a key
}

func (l *loader) read(path string) {
	name := path
	if name == "" {
		name = "config.yaml"
	}
	l.file = problem.Decode(name, []byte("{}"), &struct{}{})
	data, err := os.ReadFile(name)
	if path == "" && errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		reason := err
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			reason = pathErr.Err
		}
		l.file.Problems = append(l.file.Problems, problem.Problem{File: name, Kind: problem.MissingFile, Message: "cannot be read: " + reason.Error()})
		return
	}
	l.dir = filepath.Dir(name)
	var content any
	if err := yaml.Load(data, &content); err == nil && content == nil {
		return // nothing but comments
	}
	l.file = problem.Decode(name, data, &l.cfg)
}

// setting is one key of the configuration.
type setting struct {
	path  string // storage.dsn
	value reflect.Value
	tag   reflect.StructTag
}

// settings lists every key of c.
func settings(c *Config) []setting {
	var all []setting
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name := strings.TrimPrefix(path+"."+field.Tag.Get("yaml"), ".")
			if field.Type.Kind() == reflect.Struct {
				walk(name, v.Field(i))
				continue
			}
			all = append(all, setting{name, v.Field(i), field.Tag})
		}
	}
	walk("", reflect.ValueOf(c).Elem())
	return all
}

// variable is the environment variable that overrides the key called path.
func variable(path string) string {
	return "LAYAK_" + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

func (l *loader) environment(env []string) {
	values := map[string]string{}
	for _, entry := range env {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "LAYAK_") {
			values[name] = value
		}
	}
	for _, s := range settings(&l.cfg) {
		name := variable(s.path)
		value, ok := values[name]
		if !ok {
			continue
		}
		l.vars[s.path] = name
		if err := assign(s.value, value); err != nil {
			l.add(s.path, "%v", err)
		}
		// A secret in the environment replaces one in a file, and the other way round.
		if s.tag.Get("secret") != "" {
			sibling(&l.cfg, s.path+"_file").SetString("")
		} else if plain, isFile := strings.CutSuffix(s.path, "_file"); isFile && value != "" {
			if secret := sibling(&l.cfg, plain); secret.IsValid() && l.vars[plain] == "" {
				secret.SetString("")
			}
		}
	}
}

// sibling returns the key called path, or the zero Value.
func sibling(c *Config, path string) reflect.Value {
	for _, s := range settings(c) {
		if s.path == path {
			return s.value
		}
	}
	return reflect.Value{}
}

// assign reads text as a value of v's type.
func assign(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p = text
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		*p = b
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*p = n
	case *float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		*p = n
	case *period:
		d, err := parsePeriod(text)
		if err != nil {
			return err
		}
		*p = d
	case interface{ fromText(string) error }:
		return p.fromText(text)
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a length of time; write it like 90s, 15m or 6h", text)
		}
		*p = d
	default:
		return fmt.Errorf("cannot be set to %q", text)
	}
	return nil
}

// secrets reads the keys whose _file sibling names a file.
func (l *loader) secrets() {
	for _, s := range settings(&l.cfg) {
		if s.tag.Get("secret") == "" {
			continue
		}
		from := s.path + "_file"
		name := sibling(&l.cfg, from).String()
		switch {
		case name == "":
		case s.value.String() != "":
			l.add(from, "set %s or %s, not both", s.path, from)
		default:
			data, err := os.ReadFile(l.relative(name))
			if err != nil {
				l.add(from, "%v", err)
				continue
			}
			s.value.SetString(strings.TrimSpace(string(data)))
			if s.value.String() == "" {
				l.add(from, "the file %s is empty", name)
			}
		}
	}
}

func (l *loader) absolutePaths() {
	for _, s := range settings(&l.cfg) {
		if s.tag.Get("path") != "" {
			s.value.SetString(l.relative(s.value.String()))
		}
	}
}

// relative puts the configuration file's folder before a relative file name. Addresses of databases stay as they are.
func (l *loader) relative(name string) string {
	if name == "" || filepath.IsAbs(name) || isAddress(name) {
		return name
	}
	return filepath.Join(l.dir, name)
}

// isAddress tells a database address from a file name.
func isAddress(dsn string) bool {
	return strings.Contains(dsn, "://") || strings.HasPrefix(dsn, "file:") || strings.HasPrefix(dsn, ":memory:")
}

// add notes a problem with a key, at the place where it was set.
func (l *loader) add(path, format string, args ...any) {
	message := path + ": " + fmt.Sprintf(format, args...)
	if name := l.vars[path]; name != "" {
		l.file.Problems = append(l.file.Problems, problem.Problem{File: name, Kind: problem.BadSetting, Message: message})
		return
	}
	l.file.Add(problem.BadSetting, path, "%s", message)
}

// validate looks at what the types do not say.
func (l *loader) validate() {
	c := &l.cfg
	for _, s := range settings(c) {
		switch v := s.value.Interface().(type) {
		case period:
			if v < 0 {
				l.add(s.path, "must not be negative; 0 switches it off")
			}
		case time.Duration:
			if v < 0 {
				l.add(s.path, "must not be negative; 0 switches it off")
			}
		case int:
			if v < 0 {
				l.add(s.path, "must not be negative; 0 switches it off")
			}
		case float64:
			if !(v >= 0 && v <= 1e9) {
				l.add(s.path, "must be a number from 0, which switches it off, to a thousand million")
			}
		}
	}
	if scheme, _, ok := strings.Cut(c.Storage.DSN, "://"); ok && scheme != "postgres" && scheme != "postgresql" {
		l.add("storage.dsn", "%s:// is not supported; give a file name for SQLite, or postgres://…", scheme)
	}
	c.Hours.calendar(l.add)
	c.HandOff.Notify.check(l.add)
	c.Hooks.check(l.add)
	c.Chatwoot.check(c.Desk.Listen, l.add)
	if d := agentchat.Detail(c.HandOff.Card); d != agentchat.Minimal && d != agentchat.Answers {
		l.add("handoff.card", "%q must be %q or %q", d, agentchat.Minimal, agentchat.Answers)
	}
	c.Desk.validate(l.add)
	if c.WhatsApp.OnRefused != onRefusedExit && c.WhatsApp.OnRefused != onRefusedStay {
		l.add("whatsapp.on_refused", "%q must be %q or %q", c.WhatsApp.OnRefused, onRefusedExit, onRefusedStay)
	}
	if v := c.WhatsApp.ClientVersion; v != "" {
		if err := whatsapp.CheckClientVersion(v); err != nil {
			l.add("whatsapp.client_version", "%v", err)
		}
	}
	if c.WhatsApp.DeviceName == "" {
		l.add("whatsapp.device_name", "must not be empty: the phone lists the linked device under it")
	}
	for path, address := range map[string]string{"desk.listen": c.Desk.Listen, "ops.listen": c.Ops.Listen} {
		if address == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(address); err != nil {
			l.add(path, "%q is not an address; write for example 127.0.0.1:9090", address)
		}
	}
	if server := c.WhatsApp.TestServer; server.URL != "" || server.RootKey != "" {
		if _, err := whatsapp.ParseTestServer(server.URL, server.RootKey); err != nil {
			key := "whatsapp.test_server.url"
			if errors.Is(err, whatsapp.ErrRootKey) {
				key = "whatsapp.test_server.root_key"
			}
			l.add(key, "%v", err)
		}
	}
}
