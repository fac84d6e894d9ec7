package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"layak/bot/versions"
	"layak/flows"
	"layak/flows/check"
)

// savedQuiet is how long a folder must be quiet before it counts as saved: an editor writes a file in several steps, and a
// replacement in several files comes file by file.
const savedQuiet = 100 * time.Millisecond

// watchFolder tells whenever YAML files below dir were saved. The caller calls stop at last.
func watchFolder(dir string) (saved <-chan struct{}, stop func(), err error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	// Folders are watched, not files: many editors save by putting a new file in the place of the old one.
	add := func(dir string) error {
		return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			return w.Add(path)
		})
	}
	if err := add(dir); err != nil {
		_ = w.Close()
		return nil, nil, fmt.Errorf("watch %s: %w", dir, err)
	}
	tell := make(chan struct{}, 1)
	var all sync.WaitGroup
	all.Go(func() {
		quiet := time.NewTimer(time.Hour)
		defer quiet.Stop()
		for {
			select {
			case e, ok := <-w.Events:
				if !ok {
					return
				}
				if e.Has(fsnotify.Create) {
					if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
						_ = add(e.Name)         // what cannot be watched is not a part of a flow
						quiet.Reset(savedQuiet) // it may have come with its files
					}
				}
				if ext := filepath.Ext(e.Name); e.Op != fsnotify.Chmod && (ext == ".yaml" || ext == ".yml") {
					quiet.Reset(savedQuiet)
				}
			case _, ok := <-w.Errors: // events were lost: look again to be sure
				if !ok {
					return
				}
				quiet.Reset(savedQuiet)
			case <-quiet.C:
				select {
				case tell <- struct{}{}:
				default: // it was told, and nobody looked yet
				}
			}
		}
	})
	return tell, func() { _ = w.Close(); all.Wait() }, nil
}

// editedEngine runs the flow of the terminal, which may be edited under a conversation: that moves to the newest version.
type editedEngine struct {
	lang    string // conversations begin in this language; "" for the one they are written in
	explain bool

	mu   sync.Mutex
	v    *versions.Version
	next flows.Conversation // what the conversation became at the last edit, when its question was shown
}

// use makes a version the one that is run.
func (e *editedEngine) use(v *versions.Version) {
	if e.explain {
		v = &versions.Version{Engine: v.Explaining(), Files: v.Files}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.v = v
}

// at returns the version, and the conversation as it is there.
func (e *editedEngine) at(ctx context.Context, c flows.Conversation) (*versions.Version, flows.Conversation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c.Place.State == "" {
		if e.lang != "" {
			c.Lang, c.LangChosen = cmp.Or(c.Lang, e.lang), true
		}
		return e.v, c
	}
	if c.FlowDigest == e.v.Digest() {
		return e.v, c
	}
	if e.next.FlowDigest == e.v.Digest() && e.next.ID == c.ID && e.next.Version == c.Version {
		return e.v, e.next
	}
	if moved, err := e.v.Adopt(ctx, c, nil); err == nil {
		c = moved
	}
	return e.v, c
}

// Step implements bot.Engine.
func (e *editedEngine) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	v, c := e.at(ctx, c)
	return v.Step(ctx, c, in)
}

// FreeText is that of flows.Engine.
func (e *editedEngine) FreeText(c flows.Conversation) bool {
	v, c := e.at(context.Background(), c)
	return v.FreeText(c)
}

// Alone is that of flows.Engine.
func (e *editedEngine) Alone(c flows.Conversation, in flows.Input) bool {
	v, c := e.at(context.Background(), c)
	return v.Alone(c, in)
}

// Apology is that of flows.Engine.
func (e *editedEngine) Apology(lang string, at time.Time) string {
	v, _ := e.at(context.Background(), flows.Conversation{})
	return v.Apology(lang, at)
}

// reload loads the folder again and moves the conversation: it returns the problems or what changed, and the question as
// it is now.
func (e *editedEngine) reload(ctx context.Context, cfg Config, c flows.Conversation, now time.Time) (notice string, turn flows.Turn) {
	before, was := e.at(ctx, c)
	after, err := compileFlow(cfg, before)
	if err != nil {
		return err.Error() + "\nnot loaded: the flow stays as it was", flows.Turn{}
	}
	changes := versions.Changes(before, after, now)
	if changes == "" {
		return "saved, and nothing changed", flows.Turn{}
	}
	notice = "loaded: " + changes
	for _, p := range inFolder(cfg.Flow.Dir, check.Flow(ctx, after.Flow(), now)) {
		notice += "\n" + p.String()
	}
	moved, err := after.Adopt(ctx, was, before.Flow())
	if err == nil {
		turn, err = after.Ask(ctx, moved, now)
	}
	if err != nil {
		return strings.TrimRight(notice, "\n") + "\nthe question that stood is gone; write ulang or restart", flows.Turn{}
	}
	e.use(after)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next = turn.Next
	return notice, turn
}
