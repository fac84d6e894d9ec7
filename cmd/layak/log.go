package main

import (
	"io"
	"log/slog"

	"layak/bot/whatsapp"
)

// newLog makes the log of a service, as text or as JSON lines. Telephone numbers are masked in every line, wherever they
// come from.
func newLog(w io.Writer, asJSON bool, level slog.Level) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: maskAttr}
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// maskAttr masks what is text, or becomes text. The client version is a long number, too, but nobody's.
func maskAttr(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.TimeKey:
		a.Value = slog.TimeValue(a.Value.Time().UTC())
		return a
	case "client_version":
		return a
	}
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(whatsapp.Mask(v))
	case error:
		a.Value = slog.StringValue(whatsapp.Mask(v.Error()))
	case interface{ String() string }:
		if a.Value.Kind() == slog.KindAny && a.Key != slog.LevelKey {
			a.Value = slog.StringValue(whatsapp.Mask(v.String()))
		}
	}
	return a
}
