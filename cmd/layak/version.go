package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"

	"layak/bot/whatsapp"
)

// version and commit are set by the release build: -ldflags "-X main.version=… -X main.commit=…".
var version, commit string

type versionCmd struct{}

// Help ends in the example of `layak version --help`.
func (versionCmd) Help() string {
	return "The client version is the one built in; layak run asks WhatsApp for a newer one when it starts.\n\nExample:\n\n    layak version"
}

// Run prints one line for each part.
func (versionCmd) Run(_ context.Context, con *console) error {
	v, c, lib := cmp.Or(version, "development"), commit, "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && c == "" {
				c = s.Value
			}
		}
		for _, m := range info.Deps {
			if m.Path == whatsapp.Library {
				lib = m.Version
			}
		}
	}
	_, err := fmt.Fprintf(con.Out, "layak %s\ncommit %s\nwhatsmeow %s\nWhatsApp client version %s\n",
		v, cmp.Or(c, "unknown"), lib, whatsapp.ClientVersion())
	return err
}
