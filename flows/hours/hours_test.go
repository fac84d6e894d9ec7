package hours_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"layak/flows/hours"
)

func load(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// office is open from Monday to Friday, with a lunch break on Fridays, but not at Christmas and on one day in 2026.
func office(t *testing.T, zone string) *hours.Calendar {
	t.Helper()
	var week [7][]hours.Span
	for day, text := range map[time.Weekday]string{
		time.Monday: "09:00-17:00", time.Tuesday: "09:00-17:00", time.Wednesday: "09:00-17:00", time.Thursday: "09:00-17:00",
		time.Friday: "09:00-11:30, 13:00-17:00",
	} {
		spans, err := hours.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		week[day] = spans
	}
	c, err := hours.New(load(t, zone), week, []hours.Holiday{{"12-25", "Natal"}, {"2026-06-16", "1 Muharam"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOpenAndNext(t *testing.T) {
	c := office(t, "Asia/Jakarta")
	for _, test := range []struct{ name, at, next string }{
		{"before_opening", "2026-11-23 08:59", "2026-11-23 09:00"},
		{"at_opening", "2026-11-23 09:00", "2026-11-23 09:00"},
		{"within", "2026-11-23 16:59", "2026-11-23 16:59"},
		{"at_closing", "2026-11-23 17:00", "2026-11-24 09:00"},
		{"lunch", "2026-11-27 12:15", "2026-11-27 13:00"},
		{"friday_evening", "2026-11-27 17:00", "2026-11-30 09:00"},
		{"weekend", "2026-11-29 10:00", "2026-11-30 09:00"},
		{"yearly_holiday", "2026-12-25 10:00", "2026-12-28 09:00"},
		{"yearly_holiday_of_another_year", "2028-12-25 10:00", "2028-12-26 09:00"},
		{"holiday_of_one_year", "2026-06-16 10:00", "2026-06-17 09:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			at, _ := time.ParseInLocation("2006-01-02 15:04", test.at, c.Zone())
			next, ok := c.Next(at.UTC())
			if got := next.In(c.Zone()).Format("2006-01-02 15:04"); !ok || got != test.next {
				t.Errorf("at %s next is %s (%v), want %s", test.at, got, ok, test.next)
			}
			if got, want := c.Open(at), test.at == test.next; got != want {
				t.Errorf("at %s open is %v, want %v", test.at, got, want)
			}
		})
	}
}

func TestBetween(t *testing.T) {
	c := office(t, "Asia/Jakarta")
	for _, test := range []struct {
		name, a, b string
		want       time.Duration
	}{
		{"within_a_day", "2026-11-23 10:00", "2026-11-23 10:20", 20 * time.Minute},
		{"over_night", "2026-11-23 16:30", "2026-11-24 09:15", 45 * time.Minute},
		{"over_lunch", "2026-11-27 11:00", "2026-11-27 13:30", time.Hour},
		{"over_the_weekend", "2026-11-27 16:00", "2026-11-30 10:00", 2 * time.Hour},
		{"all_closed", "2026-11-28 00:00", "2026-11-30 09:00", 0},
		{"a_week", "2026-11-23 00:00", "2026-11-30 00:00", 4*8*time.Hour + 6*time.Hour + 30*time.Minute},
		{"backwards", "2026-11-24 12:00", "2026-11-23 12:00", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, _ := time.ParseInLocation("2006-01-02 15:04", test.a, c.Zone())
			b, _ := time.ParseInLocation("2006-01-02 15:04", test.b, c.Zone())
			if got := c.Between(a, b); got != test.want {
				t.Errorf("from %s to %s: %s, want %s", test.a, test.b, got, test.want)
			}
		})
	}
}

// Whatever the calendar, also where clocks are put forward and back: the next opening is open, nothing between is, and
// business time adds up.
func TestAnyCalendar(t *testing.T) {
	zones := []*time.Location{load(t, "Asia/Jakarta"), load(t, "Europe/Berlin"), load(t, "America/St_Johns"), time.UTC}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 0))
		c := anyCalendar(t, r, zones[r.IntN(len(zones))])
		moments := make([]time.Time, 3)
		for i := range moments {
			moments[i] = time.Date(2026, 3, 20, 0, r.IntN(240*24*60), 0, 0, time.UTC)
		}
		at := moments[0]
		if next, ok := c.Next(at); !ok {
			t.Fatalf("seed %d: no next opening after %s", seed, at)
		} else if next.Before(at) || !c.Open(next) || c.Open(at) != next.Equal(at) {
			t.Fatalf("seed %d: next after %s is %s, open %v, open before %v", seed, at, next, c.Open(next), c.Open(at))
		} else if d := c.Between(at, next); d != 0 {
			t.Fatalf("seed %d: %s of business time until the next opening", seed, d)
		}
		slices.SortFunc(moments, time.Time.Compare)
		a, b, d := moments[0], moments[1], moments[2]
		if c.Between(a, d) != c.Between(a, b)+c.Between(b, d) || c.Between(a, d) > d.Sub(a) {
			t.Fatalf("seed %d: %s + %s is not %s", seed, c.Between(a, b), c.Between(b, d), c.Between(a, d))
		}
	}
}

// anyCalendar makes up hours, with up to three stretches a day and Tuesday never closed all day.
func anyCalendar(t *testing.T, r *rand.Rand, zone *time.Location) *hours.Calendar {
	t.Helper()
	var week [7][]hours.Span
	for day := range week {
		last := 0
		for range r.IntN(4) {
			if last > 24*60-2 {
				break
			}
			from := last + r.IntN(24*60-1-last)
			to := from + 1 + r.IntN(24*60-from)
			week[day], last = append(week[day], hours.Span{From: from, To: to}), to
		}
	}
	if week[time.Tuesday] == nil {
		week[time.Tuesday] = []hours.Span{{From: 60, To: 61}}
	}
	c, err := hours.New(zone, week, []hours.Holiday{{"2026-03-30", "x"}, {"10-26", "y"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParseDay(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"09:00-17:00":              "",
		"00:00-24:00":              "",
		"09:00 - 12:00,13:00-17:0": "are no hours",
		"9-17":                     "are no hours",
		"09:00":                    "are no hours",
		"22:00-02:00":              "ends before it begins",
		"13:00-17:00, 09:00-12:00": "earlier hours first",
		"09:00-12:00, 11:00-17:00": "without overlap",
	} {
		_, err := hours.ParseDay(text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for date, fine := range map[string]bool{"2026-12-25": true, "12-25": true, "02-29": true, "2026-02-29": false, "25-12": false, "Natal": false} {
		if err := hours.CheckDate(date); (err == nil) != fine {
			t.Errorf("%q: %v", date, err)
		}
	}
}

func TestNoCalendarPromisesNothing(t *testing.T) {
	var c *hours.Calendar
	now := time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	if _, ok := c.Next(now); ok || c.Open(now) || c.Between(now, now.Add(time.Hour)) != time.Hour {
		t.Error("the nil calendar knows something")
	}
}
