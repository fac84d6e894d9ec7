package desk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/flows"
)

const (
	// maxFlowBody is the longest form with a file of the flow: the built-in rules are 120 KB, percent-encoded 200 KB.
	maxFlowBody = 2 << 20
	// checkWait is how long a page waits for a check: one takes 1 to 5 s, and the answer may take 30 s altogether.
	checkWait = 15 * time.Second
	// shortWait is how long a page waits that asks again by itself.
	shortWait = 2 * time.Second
)

// What a form can say besides failing.
var errElsewhere = errors.New("the draft was changed in another window")

// target is what is edited: a text in every language, an entry of a list, or a file.
type target struct {
	Text string
	Kind editor.Kind
	ID   string
	File string
}

func targetOf(r *http.Request) target {
	return target{Text: r.FormValue("text"), Kind: editor.Kind(r.FormValue("kind")), ID: r.FormValue("id"), File: r.FormValue("file")}
}

// Query is the target in an address.
func (t target) Query() string {
	q := url.Values{}
	for key, value := range map[string]string{"text": t.Text, "kind": string(t.Kind), "id": t.ID, "file": t.File} {
		if value != "" {
			q.Set(key, value)
		}
	}
	return q.Encode()
}

// Name is what the target is called.
func (t target) Name() string {
	if t.Text != "" {
		return t.Text
	}
	if t.ID != "" {
		return t.ID
	}
	return t.File
}

func (t target) empty() bool { return t == target{} }

// field is one box to write in.
type field struct {
	Name, Label, Value string
	File               string // the lines are those of this file,
	Line               int    // from this line on
	Rows               int
}

// How many letters fit into a line of a box: texts stand side by side, whole files are not wrapped.
const (
	besideWidth = 40
	partWidth   = 75
	noWrap      = 1 << 20
)

// newField sizes a box for what it holds.
func newField(name, label, value string, width int) field {
	rows := 2
	for line := range strings.Lines(value) {
		rows += 1 + len(line)/width
	}
	return field{Name: name, Label: label, Value: value, Rows: min(max(rows, 4), 28)}
}

// langFiles are the files of texts of a folder, by language, in the order of their names but Indonesian first.
func langFiles(files flows.Folder) (langs []string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if lang, ok := strings.CutPrefix(name, "lang/"); ok && editor.Editable(files, name) {
			langs = append(langs, strings.TrimSuffix(lang, ".yaml"))
		}
	}
	slices.SortStableFunc(langs, func(a, b string) int { return map[bool]int{true: -1}[a == "id"] - map[bool]int{true: -1}[b == "id"] })
	return langs
}

// fields are the boxes for a target. It returns errNoPage for something that cannot be edited.
func (t target) fields(files flows.Folder) ([]field, error) {
	switch {
	case t.Text != "":
		var out []field
		found := false
		for _, lang := range langFiles(files) {
			file := files["lang/"+lang+".yaml"]
			found = found || slices.Contains(editor.TextKeys(file), t.Text)
			out = append(out, newField("in."+lang, lang, editor.Text(file, t.Text), besideWidth))
		}
		if !found {
			return nil, errNoPage
		}
		return out, nil
	case t.Kind != "":
		file := t.Kind.File()
		if !editor.Editable(files, file) {
			return nil, errNoPage
		}
		part, err := editor.Part(files[file], t.Kind, t.ID)
		if err != nil {
			return nil, errNoPage
		}
		f := newField("content", file, part, partWidth)
		f.File, f.Line = file, 1+strings.Count(files[file][:strings.Index(files[file], part)], "\n")
		return []field{f}, nil
	case editor.Editable(files, t.File):
		f := newField("content", t.File, files[t.File], noWrap)
		f.File, f.Line = t.File, 1
		return []field{f}, nil
	}
	return nil, errNoPage
}

// apply puts what was written into the files, and returns the whole files that differ.
func (t target) apply(files flows.Folder, r *http.Request) (flows.Folder, error) {
	plain := func(name string) string { return strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n") }
	out := flows.Folder{}
	if t.Text == "" {
		if !r.PostForm.Has("content") {
			return nil, errInput
		}
		file, text := t.File, plain("content")
		if t.Kind != "" {
			file = t.Kind.File()
		}
		if !editor.Editable(files, file) {
			return nil, errNoPage
		}
		if t.Kind != "" {
			var err error
			if text, err = editor.SetPart(files[file], t.Kind, t.ID, text); err != nil {
				return nil, err
			}
		} else if strings.Contains(files[file], "\r\n") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		out[file] = text
		return out, nil
	}
	for _, lang := range langFiles(files) {
		name := "lang/" + lang + ".yaml"
		if !r.PostForm.Has("in." + lang) {
			return nil, errInput
		}
		if text := strings.TrimSpace(plain("in." + lang)); text != editor.Text(files[name], t.Text) {
			changed, err := editor.SetText(files[name], t.Text, text)
			if err != nil {
				return nil, err
			}
			out[name] = changed
		}
	}
	return out, nil
}

type editView struct {
	Writable bool
	Notice   string
	Target   target
	Fields   []field
	Base     string // of the folder when the page was opened
	Draft    string // of the draft then
	Stale    bool   // the folder changed since the draft began
	Apart    bool   // the folder is not what is live
	Note     string
	Index    indexView
	Check    checkView
	Try      tryView
}

// indexView is everything that can be edited.
type indexView struct {
	Files []string
	Texts []string
	Parts []partsView
}

type partsView struct {
	Kind editor.Kind
	IDs  []string
}

// editFlow shows what can be edited, one thing to edit, and what the check says of the draft.
func (d *Desk) editFlow(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	if r.Header.Get("X-Part") == "check" { // a page that waits asks again
		folder, err := d.cfg.Editor.Folder()
		if err != nil {
			return err
		}
		draft := d.drafts.of(s.Name, folder)
		d.part(w, r, "flowedit", "flow-check", s, d.checkOf(r, s, draft, folder, shortWait))
		return nil
	}
	return d.renderEdit(w, r, s, http.StatusOK, editView{Target: targetOf(r)})
}

// renderEdit shows the page. Fields that v has already hold what somebody typed.
func (d *Desk) renderEdit(w http.ResponseWriter, r *http.Request, s bot.Session, status int, v editView) error {
	folder, err := d.cfg.Editor.Folder()
	if err != nil {
		return err
	}
	draft := d.drafts.of(s.Name, folder)
	files := draft.on(folder)
	v.Writable, v.Stale = d.cfg.Editor.Writable(), draft.Base != editor.Exact(folder)
	v.Apart = v.Writable && len(draft.Edits) == 0 && folder.Digest() != d.cfg.Editor.Live().Digest()
	v.Note = cmp.Or(v.Note, draft.Note)
	if v.Base == "" {
		v.Base, v.Draft = draft.Base, editor.Exact(files)
	}
	if v.Fields == nil && !v.Target.empty() {
		if v.Fields, err = v.Target.fields(files); errors.Is(err, errNoPage) && v.Target.Kind != "" && editor.Editable(files, v.Target.Kind.File()) && len(draft.Edits) > 0 {
			// The draft lost it, or cannot be read any more: there is the whole file.
			v.Target = target{File: v.Target.Kind.File()}
			v.Fields, err = v.Target.fields(files)
		}
		if err != nil {
			return err
		}
	}
	if v.Target.empty() {
		v.Index = index(files)
	}
	v.Check = d.checkOf(r, s, draft, folder, shortWait)
	v.Try = d.tryOf(r, s, "/admin/flow/edit?"+v.Target.Query(), v.Writable)
	d.render(w, r, status, "flowedit", s, v)
	return nil
}

func index(files flows.Folder) (v indexView) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if editor.Editable(files, name) {
			v.Files = append(v.Files, name)
		}
	}
	for _, lang := range langFiles(files) {
		for _, key := range editor.TextKeys(files["lang/"+lang+".yaml"]) {
			if !slices.Contains(v.Texts, key) {
				v.Texts = append(v.Texts, key)
			}
		}
	}
	for _, kind := range editor.Kinds {
		if ids := editor.Parts(files[kind.File()], kind); len(ids) > 0 {
			v.Parts = append(v.Parts, partsView{kind, ids})
		}
	}
	return v
}

// changeFlow takes an edit into the draft, checks it, publishes it, or throws the draft away.
func (d *Desk) changeFlow(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	lang, t, do := d.lang(r, s), targetOf(r), r.PostFormValue("do")
	live := r.Header.Get("X-Part") == "check"
	v := editView{Target: t, Base: r.PostFormValue("base"), Draft: r.PostFormValue("draft"), Note: cut(r.PostFormValue("note"), maxNote)}
	if do == "discard" {
		d.drafts.drop(s.Name)
		d.talks.drop(s.Name)
		http.Redirect(w, r, "/admin/flow/edit?"+t.Query(), http.StatusSeeOther)
		return nil
	}
	if do == "adopt" {
		if err := d.adopt(s); err != nil {
			return err
		}
		http.Redirect(w, r, "/admin/flow/edit", http.StatusSeeOther)
		return nil
	}
	refused := func(notice string) error {
		if live {
			d.part(w, r, "flowedit", "flow-check", s, checkView{Notice: notice})
			return nil
		}
		v.Notice = notice
		if typed, err := t.typed(r); err == nil {
			v.Fields = typed
		}
		return d.renderEdit(w, r, s, http.StatusConflict, v)
	}
	draft, folder, err := d.save(r, s, t)
	switch {
	case errors.Is(err, editor.ErrReadOnly):
		return refused(text(lang, "flow.readonly"))
	case errors.Is(err, editor.ErrStale):
		return refused(text(lang, "edit.stale"))
	case errors.Is(err, errElsewhere):
		return refused(text(lang, "edit.elsewhere"))
	case errors.Is(err, editor.ErrPart):
		return refused(text(lang, "edit.part"))
	case err != nil:
		return err
	}
	if live {
		d.part(w, r, "flowedit", "flow-check", s, d.checkOf(r, s, draft, folder, checkWait))
		return nil
	}
	v.Base, v.Draft = "", ""
	files := draft.on(folder)
	_, err = d.cfg.Editor.Check(r.Context(), files, checkWait)
	if do != "publish" && (err == nil || errors.Is(err, editor.ErrChecking)) {
		http.Redirect(w, r, "/admin/flow/edit?"+t.Query()+"#check", http.StatusSeeOther)
		return nil
	}
	if err == nil {
		_, err = d.cfg.Editor.Publish(r.Context(), editor.Edit{
			Base: draft.Base, Draft: files, Author: s.Name, Note: v.Note, Anyway: r.PostFormValue("anyway") != "",
		})
	}
	for cause, key := range map[error]string{
		editor.ErrChecking: "check.wait", editor.ErrNote: "flow.nonote", editor.ErrStale: "edit.stale", editor.ErrProblems: "edit.problems",
		editor.ErrSame: "edit.same",
	} {
		if errors.Is(err, cause) {
			return refused(text(lang, key))
		}
	}
	if err != nil {
		d.log.Error("an edit of the flow was not published", "by", s.Name, "error", err)
		return refused(text(lang, "edit.failed", err))
	}
	d.drafts.drop(s.Name)
	d.talks.drop(s.Name)
	now := d.cfg.Editor.Live().Digest()
	d.log.Info("flow edited", "by", s.Name, "version", versions.Short(now), "files", slices.Sorted(maps.Keys(draft.Edits)))
	http.Redirect(w, r, "/admin/flow?published="+versions.Short(now), http.StatusSeeOther)
	return nil
}

// save takes what was typed into the draft, unless the folder or the draft is not what it was when the page was opened.
func (d *Desk) save(r *http.Request, s bot.Session, t target) (draft, flows.Folder, error) {
	if !d.cfg.Editor.Writable() {
		return draft{}, nil, editor.ErrReadOnly
	}
	folder, err := d.cfg.Editor.Folder()
	if err != nil {
		return draft{}, nil, err
	}
	have := d.drafts.of(s.Name, folder)
	files := have.on(folder)
	switch {
	case r.PostFormValue("base") != editor.Exact(folder) || have.Base != editor.Exact(folder):
		return draft{}, nil, editor.ErrStale
	case r.PostFormValue("draft") != editor.Exact(files):
		return draft{}, nil, errElsewhere
	}
	changed := flows.Folder{}
	if !t.empty() {
		if changed, err = t.apply(files, r); err != nil {
			return draft{}, nil, err
		}
	}
	edits := flows.Folder{}
	maps.Copy(edits, have.Edits)
	maps.Copy(edits, changed)
	maps.DeleteFunc(edits, func(name, text string) bool { return folder[name] == text })
	have.Edits, have.Note = edits, cut(r.PostFormValue("note"), maxNote)
	d.drafts.keep(s.Name, have, d.now())
	return have, folder, nil
}

// adopt makes a draft of the live version, for a folder that holds something else since a rollback.
func (d *Desk) adopt(s bot.Session) error {
	folder, err := d.cfg.Editor.Folder()
	if err != nil {
		return err
	}
	if !d.cfg.Editor.Writable() {
		return errInput
	}
	edits := flows.Folder{}
	for name, text := range d.cfg.Editor.Live().Files {
		if editor.Editable(folder, name) && folder[name] != text {
			edits[name] = text
		}
	}
	d.drafts.keep(s.Name, draft{Base: editor.Exact(folder), Edits: edits}, d.now())
	return nil
}

// typed is what somebody typed, to be shown again.
func (t target) typed(r *http.Request) (out []field, err error) {
	for name, values := range r.PostForm {
		if lang, ok := strings.CutPrefix(name, "in."); ok && t.Text != "" && len(lang) <= 3 {
			out = append(out, newField(name, lang, values[0], besideWidth))
		}
	}
	if t.Text == "" && r.PostForm.Has("content") {
		out = append(out, newField("content", t.Name(), r.PostFormValue("content"), partWidth))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("nothing was typed")
	}
	slices.SortFunc(out, func(a, b field) int { return strings.Compare(b.Label, a.Label) })
	return out, nil
}
