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
