package main

import (
	"testing"
	"time"
)

func TestPeriod(t *testing.T) {
	for text, want := range map[string]struct {
		d    time.Duration
		days int
		text string
	}{
		"90d": {90 * day, 90, "90d"}, "0": {0, 0, "0s"}, "0d": {0, 0, "0s"}, "36h": {36 * time.Hour, 2, "36h0m0s"}, "48h": {2 * day, 2, "2d"},
		"1h": {time.Hour, 1, "1h0m0s"},
	} {
		p, err := parsePeriod(text)
		if err != nil || time.Duration(p) != want.d || p.days() != want.days || p.String() != want.text {
			t.Errorf("%s: %v in %d days, %q, %v", text, time.Duration(p), p.days(), p, err)
		}
	}
	for _, text := range []string{"", "d", "90", "-1d", "1.5d", "1e9d", "99999d", "90 d", "d90"} {
		if p, err := parsePeriod(text); err == nil {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}
