package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/flows"
)

const (
	maxTries    = 8  // conversations held; each may hold a compiled draft
	maxTryTurns = 40 // shown of one; a whole way through the questions takes 12
)

// try is one conversation that an admin holds with the flow. It is in memory, and nobody gets a message.
type try struct {
	draft bool // with the draft, not the live version
	with  *versions.Version
	conv  flows.Conversation
	turns []tryTurn
	at    time.Time
}

// tryTurn is one message and what came of it.
type tryTurn struct {
	Said    string
	Notice  string // in place of a message
	Replies []string
	Case    flows.HandOffReason
	Verdict string
	Trace   []string
}

// tryView is the conversation on a page.
type tryView struct {
	Draft   bool
	State   flows.StateID
	Version string
	Turns   []tryTurn
	Choice  bool   // there is a draft to choose
	Back    string // the page to come back to
	CSRF    string
	Notice  string
}

// talks holds the conversation of each admin. It is safe for concurrent use.
type talks struct {
	mu sync.Mutex
	by map[string]*try
}

func (t *talks) view(name string) tryView {
	t.mu.Lock()
	defer t.mu.Unlock()
	have := t.by[name]
	if have == nil {
		return tryView{}
	}
	return tryView{Draft: have.draft, State: have.conv.Place.State, Version: versions.Short(have.with.Digest()), Turns: append([]tryTurn(nil), have.turns...)}
}

func (t *talks) drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, name)
}

// say takes a message to a version. A conversation that began on another goes on there, if it can.
func (t *talks) say(ctx context.Context, name, said string, isDraft bool, v *versions.Version, lang string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by = map[string]*try{}
	}
	have := t.by[name]
	if have == nil || have.draft != isDraft {
		have = &try{draft: isDraft, with: v}
		t.by[name] = have
		t.bound(name)
	}
	have.at = now
	if have.with.Digest() != v.Digest() {
		moved, err := v.Adopt(ctx, have.conv, have.with.Flow())
		if have.conv.Place.State == "" {
			moved, err = flows.Conversation{}, nil
		} else if err != nil {
			moved = flows.Conversation{}
		}
		have.turns = append(have.turns, tryTurn{Notice: text(lang, map[bool]string{true: "try.moved", false: "try.anew"}[err == nil])})
		have.with, have.conv = v, moved
	}
	masked, kinds := flows.Guard(strings.ToValidUTF8(said, "\uFFFD"))
	turn, err := v.Explaining().Step(ctx, have.conv, flows.Input{Kind: flows.InputText, Text: masked, Masked: kinds, ID: fmt.Sprint("try-", len(have.turns)), At: now})
	if err != nil {
		return err
	}
	have.conv = turn.Next
	shown := tryTurn{Said: masked, Case: turn.HandOff()}
	for _, r := range turn.Replies {
		shown.Replies = append(shown.Replies, r.Text)
	}
	if verdict := turn.Verdict(); verdict != nil {
		shown.Verdict = string(verdict.Verdict)
	}
	for _, step := range turn.Trace {
		shown.Trace = append(shown.Trace, fmt.Sprintf("%s: %s", cmp.Or(string(step.State), "start"), step.What))
	}
	have.turns = append(have.turns, shown)
	if over := len(have.turns) - maxTryTurns; over > 0 {
		have.turns = append([]tryTurn(nil), have.turns[over:]...)
	}
	return nil
}

// bound lets the oldest conversation of somebody else go where there are too many. The caller has the lock.
func (t *talks) bound(name string) {
	for len(t.by) > maxTries {
		oldest := ""
		for other, have := range t.by {
			if other != name && (oldest == "" || have.at.Before(t.by[oldest].at)) {
				oldest = other
			}
		}
		delete(t.by, oldest)
	}
}

// tryOf is the conversation of an admin on a page.
func (d *Desk) tryOf(r *http.Request, s bot.Session, back string, choice bool) tryView {
	v := d.talks.view(s.Name)
	v.Draft = v.Draft || choice && len(v.Turns) == 0
	v.Back, v.Choice, v.CSRF = back, choice, csrfToken(r, d.cookieName())
	return v
}

// tryFlow takes a message of an admin to the live version or to their draft.
func (d *Desk) tryFlow(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	lang, back := d.lang(r, s), localPath(r.PostFormValue("back"))
	if !strings.HasPrefix(back, "/admin/flow") {
		back = "/admin/flow"
	}
	onDraft := r.PostFormValue("on") == "draft"
	answer := func(notice string) error {
		if r.Header.Get("X-Part") != "" {
			v := d.tryOf(r, s, back, false)
			v.Draft, v.Notice = onDraft, notice
			d.part(w, r, "flow", "flow-try", s, v)
			return nil
		}
		if notice != "" {
			return d.renderFlow(w, r, s, http.StatusConflict, flowView{Notice: notice})
		}
		http.Redirect(w, r, back+"#try", http.StatusSeeOther)
		return nil
	}
	if r.PostFormValue("do") == "restart" {
		d.talks.drop(s.Name)
		return answer("")
	}
	said := cut(strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("text"), "\r\n", "\n")), maxText)
	if said == "" {
		return answer(text(lang, "notice.empty"))
	}
	v := d.cfg.Editor.Live()
	if onDraft {
		folder, err := d.cfg.Editor.Folder()
		if err != nil {
			return err
		}
		checked, err := d.cfg.Editor.Check(r.Context(), d.drafts.of(s.Name, folder).on(folder), checkWait)
		switch {
		case errors.Is(err, editor.ErrChecking):
			return answer(text(lang, "check.wait"))
		case err != nil:
			return err
		case checked.Version == nil:
			return answer(text(lang, "try.broken"))
		}
		v = checked.Version
	}
	if err := d.talks.say(r.Context(), s.Name, said, onDraft, v, lang, d.now()); err != nil {
		return answer(err.Error())
	}
	return answer("")
}
