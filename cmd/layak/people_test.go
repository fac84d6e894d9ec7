package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHoursSayWhatIsWrongAndWhere(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"zone", "hours:\n  timezone: Jakarta\n", `config.yaml:2:13: hours.timezone: "Jakarta" is not a time zone; write Asia/Jakarta`},
		{"day", "hours:\n  week:\n    mon: 9 to 5\n", `config.yaml:3:10: hours.week.mon: "9 to 5" are no hours; write "09:00-17:00"`},
		{"backwards", "hours:\n  week:\n    mon: 17:00-09:00\n", `config.yaml:3:10: hours.week.mon: "17:00-09:00" ends before it begins`},
		{"weekday", "hours:\n  week:\n    monday: \"\"\n", `config.yaml:3:5: unknown key "monday"; known here: mon, tue`},
		{"date", "hours:\n  holidays:\n    - {date: 25-12, name: Natal}\n", `config.yaml:3:14: hours.holidays[0].date: "25-12" is not a day; write 2026-12-25`},
		{"all_closed", "hours:\n  week: {mon: \"\", tue: \"\", wed: \"\", thu: \"\", fri: \"\"}\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(name, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := loadConfig(name, nil)
			switch {
			case test.want == "" && (err != nil || calendarOf(cfg) != nil):
				t.Errorf("%v, calendar %v; want no calendar", err, calendarOf(cfg))
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestChatwootSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"address", "  url: http://chat.example.com\n  inbox: x\n  secret: abcdefghijklmnop\n", "config.yaml:2:8: chatwoot.url: only https:// is safe"},
		{"inbox", "  url: https://chat.example.com\n  secret: abcdefghijklmnop\n", "chatwoot.inbox: is missing"},
		{"secret", "  url: https://chat.example.com\n  inbox: x\n  secret: short\n", "config.yaml:4:11: chatwoot.secret: needs at least 16"},
		{"slash", "  url: https://chat.example.com\n  inbox: x\n  secret: abcdefgh/abcdefgh\n", "may only hold letters"},
		{"account", "  url: https://chat.example.com\n  inbox: x\n  secret: abcdefghijklmnop\n  token: t\n", "is not the number of an account"},
		{"desk", "  url: https://chat.example.com\n  inbox: x\n  secret: abcdefghijklmnop\ndesk: {listen: \"\"}\n", "Chatwoot's calls come in there"},
		{"fine", "  url: https://chat.example.com\n  inbox: x\n  secret: abcdefghijklmnop\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(name, []byte("chatwoot:\n"+test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := loadConfig(name, nil); (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestNotifySaysWhatIsWrongAndWhere(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"number", "handoff:\n  notify: [\"0811000001\"]\n", `config.yaml:2:12: handoff.notify[0]: "0811000001" is not a telephone number in international form`},
		{"name", "handoff:\n  notify:\n    - {number: \"+62811000001\", name: bot}\n", `config.yaml:3:7: handoff.notify[0]: "bot" cannot be a name`},
		{"key", "handoff:\n  notify:\n    - {phone: \"+62811000001\"}\n", `key "phone" does not exist; there are: name, number`},
		{"twice", "handoff:\n  notify: [\"+62811000001\", \"+62 811 000 001\"]\n", "stands twice"},
		{"same_end", "handoff:\n  notify: [\"+62811000001\", \"+62812000001\"]\n", "two agents are called wa-0001; give them names"},
		{"card", "handoff:\n  card: all\n", `handoff.card: "all" must be "minimal" or "answers"`},
		{"fine", "handoff:\n  notify: [\"+62811000001\", {number: \"+62812000001\", name: sari}]\n", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(name, []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := loadConfig(name, nil)
			switch {
			case test.want == "" && (err != nil || len(cfg.HandOff.Notify.agents()) != 2):
				t.Errorf("%v, agents %v", err, cfg.HandOff.Notify.agents())
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}
