// Package hours knows when people answer: weekly business hours in a time zone, and holidays. It is pure; the time comes
// in as a value.
package hours

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Span is one stretch of a day, in minutes after midnight. To is not part of it; 1440 is the end of the day.
type Span struct{ From, To int }

// Holiday is a day on which nobody answers.
type Holiday struct {
	Date string // 2026-12-25, or 12-25 for every year
	Name string
}

// Calendar says when people answer. It is immutable and safe for concurrent use. The nil Calendar knows nothing: it is
// never open, and has no next opening.
type Calendar struct {
	zone     *time.Location
	week     [7][]Span // by time.Weekday
	holidays map[string]string
}

// searchDays is how far Next looks ahead. Nobody closes for more than a year and plans to open again.
const searchDays = 400

// New returns a calendar. Days are numbered as in time.Weekday. The error names the day or holiday that is wrong.
func New(zone *time.Location, week [7][]Span, holidays []Holiday) (*Calendar, error) {
	c := &Calendar{zone: zone, holidays: map[string]string{}}
	for day, spans := range week {
		last := 0
		for _, s := range spans {
			if s.From < last || s.To <= s.From || s.To > 24*60 {
				return nil, fmt.Errorf("%s: the hours are not in order, or overlap", time.Weekday(day))
			}
			last = s.To
		}
		c.week[day] = slices.Clone(spans)
	}
	for _, h := range holidays {
		if err := CheckDate(h.Date); err != nil {
			return nil, err
		}
		c.holidays[h.Date] = h.Name
	}
	return c, nil
}

// CheckDate returns an error unless date is a day of one year or of every year.
func CheckDate(date string) error {
	if _, err := time.Parse(time.DateOnly, date); err == nil {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, "2024-"+date); err == nil { // a leap year: 02-29 is a day
		return nil
	}
	return fmt.Errorf("%q is not a day; write 2026-12-25, or 12-25 for every year", date)
}

// ParseDay reads the hours of one day: "09:00-17:00", "09:00-12:00, 13:00-17:00", or "" for closed.
func ParseDay(text string) ([]Span, error) {
	var spans []Span
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	last := 0
	for part := range strings.SplitSeq(text, ",") {
		from, to, ok := strings.Cut(part, "-")
		a, err1 := minutes(from)
		b, err2 := minutes(to)
		if !ok || err1 != nil || err2 != nil {
			return nil, fmt.Errorf(`%q are no hours; write "09:00-17:00", "09:00-12:00, 13:00-17:00", or "" for closed`, text)
		}
		if b <= a {
			return nil, fmt.Errorf("%q ends before it begins; hours past midnight go to the next day, after a 24:00", strings.TrimSpace(part))
		}
		if a < last {
			return nil, fmt.Errorf("%q: write the earlier hours first, without overlap", text)
		}
		spans, last = append(spans, Span{a, b}), b
	}
	return spans, nil
}

var errClock = errors.New("not a time of day")

// minutes reads 09:30 as minutes after midnight.
func minutes(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, errClock
	}
	return t.Hour()*60 + t.Minute(), nil
}

// Zone is where the hours are counted; UTC for the nil Calendar.
func (c *Calendar) Zone() *time.Location {
	if c == nil {
		return time.UTC
	}
	return c.zone
}

// Holiday returns the name of the holiday that t falls on, and whether it does.
func (c *Calendar) Holiday(t time.Time) (name string, ok bool) {
	if c == nil {
		return "", false
	}
	t = t.In(c.zone)
	if name, ok = c.holidays[t.Format(time.DateOnly)]; !ok {
		name, ok = c.holidays[t.Format("01-02")]
	}
	return name, ok
}

// stretch is a time in which people answer, its end left out.
type stretch struct{ from, to time.Time }

// on returns the stretches of the day that lies days after that of t, in order.
func (c *Calendar) on(t time.Time, days int) []stretch {
	y, m, d := t.In(c.zone).Date()
	noon := time.Date(y, m, d+days, 12, 0, 0, 0, c.zone)
	spans := c.week[noon.Weekday()]
	if len(spans) == 0 {
		return nil
	}
	if _, free := c.Holiday(noon); free {
		return nil
	}
	clock := func(minutes int) time.Time { return time.Date(y, m, d+days, 0, minutes, 0, 0, c.zone) }
	out := make([]stretch, 0, len(spans))
	for _, s := range spans {
		out = append(out, stretch{clock(s.From), clock(s.To)})
	}
	return out
}

// Open reports whether people answer at t.
func (c *Calendar) Open(t time.Time) bool {
	next, ok := c.Next(t)
	return ok && next.Equal(t)
}

// Next returns the earliest time at or after t at which people answer: t itself while they do. It reports false when
// there is none within a year.
func (c *Calendar) Next(t time.Time) (time.Time, bool) {
	if c == nil {
		return time.Time{}, false
	}
	for days := range searchDays {
		for _, s := range c.on(t, days) {
			switch {
			case !s.to.After(t):
			case s.from.After(t):
				return s.from, true
			default:
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// Between returns how much of the time from a to b people answer; 0 when b is not after a. The nil Calendar counts all.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if !b.After(a) {
		return 0
	}
	if c == nil {
		return b.Sub(a)
	}
	var sum time.Duration
	for days := 0; ; days++ {
		y, m, d := a.In(c.zone).Date()
		if time.Date(y, m, d+days, 0, 0, 0, 0, c.zone).After(b) {
			return sum
		}
		for _, s := range c.on(a, days) {
			from, to := later(s.from, a), earlier(s.to, b)
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
