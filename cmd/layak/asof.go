package main

import "time"

// asOfFlag is embedded in every command that judges by the rules of another day.
type asOfFlag struct {
	AsOf string `placeholder:"DATE" help:"Judge by the rules in force on this day (YYYY-MM-DD) instead of today."`
}

// time is the day given, or now.
func (f asOfFlag) time() (time.Time, error) {
	return dayArg("--as-of", f.AsOf)
}
