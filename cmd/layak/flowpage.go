package main

import (
	"log/slog"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/flows"
	flowdefault "layak/flows/default"
)

// newEditor lets admins edit the flow folder on the desk. The caller closes it.
func newEditor(cfg Config, store bot.Versions, publisher *versions.Publisher, log *slog.Logger) *editor.Editor {
	return editor.New(editor.Config{
		Dir: cfg.Flow.Dir, Publisher: publisher, Store: store, Now: time.Now, Log: log,
		Read: func() (flows.Folder, error) { return readFolder(cfg) },
		Options: func() flows.Options {
			opts := flowOptions(cfg)
			opts.Trained, opts.Builtin = nil, flowdefault.Files
			opts.Classifier = flowdefault.Classifier // a draft's is not worth a file in the cache at every pause in typing
			return opts
		},
		Version: func(f *flows.Flow, files flows.Folder) *versions.Version { return newVersion(cfg, f, files) },
	})
}
