package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// period is a length of time that is counted in days: written like 90d, or like any other length of time.
type period time.Duration

const day = 24 * time.Hour

// days is the period in days, rounded up, so that nobody is promised less than is kept.
func (p period) days() int { return int((time.Duration(p) + day - 1) / day) }

// String writes whole days as days.
func (p period) String() string {
	if d := time.Duration(p); d%day != 0 || d == 0 {
		return d.String()
	}
	return strconv.Itoa(p.days()) + "d"
}

func parsePeriod(text string) (period, error) {
	if n, ok := strings.CutSuffix(text, "d"); ok {
		days, err := strconv.Atoi(n)
		if err == nil && days >= 0 && days <= 36500 { // a hundred years
			return period(time.Duration(days) * day), nil
		}
	} else if d, err := time.ParseDuration(text); err == nil {
		return period(d), nil
	}
	return 0, fmt.Errorf("%q is not a length of time; write it like 90d or 36h", text)
}

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *period) UnmarshalYAML(node *yaml.Node) (err error) {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("this is not a length of time; write it like 90d or 36h")
	}
	*p, err = parsePeriod(node.Value)
	return err
}
