package main

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // so that hours.timezone also works where the system has no list of time zones

	"layak/flows/hours"
)

// HoursConfig says when people answer.
type HoursConfig struct {
	Timezone string `yaml:"timezone"`
	Week     struct {
		Mon string `yaml:"mon"`
		Tue string `yaml:"tue"`
		Wed string `yaml:"wed"`
		Thu string `yaml:"thu"`
		Fri string `yaml:"fri"`
		Sat string `yaml:"sat"`
		Sun string `yaml:"sun"`
	} `yaml:"week"`
	Holidays holidayList `yaml:"holidays"`
}

// holiday is a day on which nobody answers.
type holiday struct {
	Date string `yaml:"date"`
	Name string `yaml:"name"`
}

type holidayList []holiday

// fromText reads "12-25 Natal; 2026-06-16 1 Muharam", as the environment gives it.
func (l *holidayList) fromText(text string) error {
	*l = holidayList{}
	for part := range strings.SplitSeq(text, ";") {
		date, name, _ := strings.Cut(strings.TrimSpace(part), " ")
		if date == "" {
			continue
		}
		if err := hours.CheckDate(date); err != nil {
			return err
		}
		*l = append(*l, holiday{date, name})
	}
	return nil
}

// defaultHours are office hours in Jakarta, without Indonesia's public holidays. The days with a year are those of the joint
// decree for 2026; each later year has to be added from its decree.
func defaultHours() (h HoursConfig) {
	h.Timezone = "Asia/Jakarta"
	w := &h.Week
	for _, day := range []*string{&w.Mon, &w.Tue, &w.Wed, &w.Thu, &w.Fri} {
		*day = "09:00-17:00"
	}
	h.Holidays = holidayList{
		{"01-01", "Tahun Baru Masehi"},
		{"05-01", "Hari Buruh Internasional"},
		{"06-01", "Hari Lahir Pancasila"},
		{"08-17", "Proklamasi Kemerdekaan"},
		{"12-25", "Hari Raya Natal"},
		{"2026-01-16", "Isra Mikraj Nabi Muhammad saw."},
		{"2026-02-17", "Tahun Baru Imlek 2577"},
		{"2026-03-19", "Hari Suci Nyepi 1948"},
		{"2026-03-21", "Idulfitri 1447 H"},
		{"2026-03-22", "Idulfitri 1447 H"},
		{"2026-04-03", "Wafat Yesus Kristus"},
		{"2026-04-05", "Kebangkitan Yesus Kristus"},
		{"2026-05-14", "Kenaikan Yesus Kristus"},
		{"2026-05-27", "Iduladha 1447 H"},
		{"2026-05-31", "Hari Raya Waisak 2570"},
		{"2026-06-16", "Tahun Baru Islam 1448 H"},
		{"2026-08-25", "Maulid Nabi Muhammad saw."},
	}
	return h
}

// calendar makes the calendar; nil when every day is closed, which means that no time is promised. Wrong is called with
// the key and the reason for everything that is wrong.
func (h HoursConfig) calendar(wrong func(path, format string, args ...any)) *hours.Calendar {
	bad := false
	note := func(path, format string, args ...any) {
		bad = true
		wrong(path, format, args...)
	}
	zone, err := time.LoadLocation(h.Timezone)
	if err != nil || h.Timezone == "" || h.Timezone == "Local" {
		note("hours.timezone", "%q is not a time zone; write Asia/Jakarta (WIB), Asia/Makassar (WITA), Asia/Jayapura (WIT) or another of that form", h.Timezone)
	}
	w := h.Week
	var week [7][]hours.Span
	open := false
	for i, day := range []struct{ key, text string }{
		{"sun", w.Sun}, {"mon", w.Mon}, {"tue", w.Tue}, {"wed", w.Wed}, {"thu", w.Thu}, {"fri", w.Fri}, {"sat", w.Sat},
	} {
		spans, err := hours.ParseDay(day.text)
		if err != nil {
			note("hours.week."+day.key, "%v", err)
		}
		week[i], open = spans, open || len(spans) > 0
	}
	holidays := make([]hours.Holiday, len(h.Holidays))
	for i, d := range h.Holidays {
		if err := hours.CheckDate(d.Date); err != nil {
			note(fmt.Sprintf("hours.holidays[%d].date", i), "%v", err)
		}
		holidays[i] = hours.Holiday{Date: d.Date, Name: d.Name}
	}
	if bad || !open {
		return nil
	}
	calendar, err := hours.New(zone, week, holidays)
	if err != nil {
		note("hours.week", "%v", err)
	}
	return calendar
}

// zone is where the times of agents are read, also where no hours are set.
func (h HoursConfig) zone() *time.Location {
	zone, err := time.LoadLocation(h.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// calendarOf is the calendar of a configuration that was validated.
func calendarOf(cfg Config) *hours.Calendar {
	return cfg.Hours.calendar(func(string, string, ...any) {})
}
