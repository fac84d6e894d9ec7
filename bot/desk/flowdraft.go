package desk

import (
	"maps"
	"sync"
	"time"

	"layak/bot/editor"
	"layak/flows"
)

// maxDrafts is how many admins can have a draft; the oldest goes.
const maxDrafts = 16

// draft is what one admin changed and has not published. It is in memory: a restart of the service loses it.
type draft struct {
	Base  string       // editor.Exact of the folder that it began with
	Edits flows.Folder // whole files
	Note  string       // written so far
	at    time.Time
}

// on is the folder with the draft's edits.
func (t draft) on(folder flows.Folder) flows.Folder {
	if len(t.Edits) == 0 {
		return folder
	}
	all := maps.Clone(folder)
	maps.Copy(all, t.Edits)
	return all
}

// drafts holds the draft of each admin. It is safe for concurrent use.
type drafts struct {
	mu sync.Mutex
	by map[string]draft
}

// of is the draft of an admin, or an empty one of the folder as it is.
func (t *drafts) of(name string, folder flows.Folder) draft {
	t.mu.Lock()
	defer t.mu.Unlock()
	if have, ok := t.by[name]; ok && len(have.Edits) > 0 {
		return have
	}
	return draft{Base: editor.Exact(folder)}
}

// keep makes a draft the one of an admin.
func (t *drafts) keep(name string, d draft, now time.Time) {
	d.at = now
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[string]draft{}
	}
	t.by[name] = d
	if len(t.by) <= maxDrafts {
		return
	}
	oldest := name
	for other, have := range t.by {
		if have.at.Before(t.by[oldest].at) {
			oldest = other
		}
	}
	delete(t.by, oldest)
}

// drop throws the draft of an admin away.
func (t *drafts) drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, name)
}
