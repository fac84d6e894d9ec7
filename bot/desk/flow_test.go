package desk

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/editor"
	"layak/bot/versions"
	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
	"layak/storage"
)

// flowDesk is a desk over a flow folder of its own, the small flow of the tutorial.
type flowDesk struct {
	*testDesk
	dir       string // "" with a flow that is built in
	versions  *storage.Store
	publisher *versions.Publisher
}

// theLoan is the small flow of the tutorial.
const theLoan = "../../docs/examples/loan"

// withEditor gives a desk a copy of a flow folder, and returns it.
func withEditor(t *testing.T, source string, writable bool) (*flowDesk, func(*Config)) {
	t.Helper()
	f := &flowDesk{dir: t.TempDir()}
	if err := os.CopyFS(f.dir, os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.versions = store
	read := func() (flows.Folder, error) { return flows.ReadFolder(os.DirFS(f.dir)) }
	options := func() flows.Options {
		return flows.Options{Base: flowdefault.Files, Builtin: flowdefault.Files, Classifier: func(c []match.Category, _ []match.Example) (*match.Classifier, error) {
			return match.New(c, nil) // by the words of the pack alone, which takes no time
		}}
	}
	compile := func(folder flows.Folder) *versions.Version {
		flow, problems := flows.Load(folder.FS(), options())
		if flow == nil {
			t.Fatal(problems.Error())
		}
		return &versions.Version{Engine: flows.NewEngine(flow, 90), Files: folder}
	}
	folder, err := read()
	if err != nil {
		t.Fatal(err)
	}
	first := compile(folder)
	engine := versions.New(first, func(ctx context.Context, digest string, _ *versions.Version) (*versions.Version, error) {
		kept, err := store.Version(ctx, digest)
		if err != nil {
			return nil, err
		}
		return compile(kept.Files), nil
	}, nil)
	f.publisher = &versions.Publisher{
		Store: store, Engine: engine, Now: time.Now, Model: func(*versions.Version) []byte { return nil },
		Compile: func(context.Context, *versions.Version) (*versions.Version, error) {
			return nil, errors.New("flow.yaml:1:1: what the test says")
		},
	}
	if err := f.publisher.Begin(t.Context(), first, false); err != nil {
		t.Fatal(err)
	}
	edits := editor.New(editor.Config{
		Dir: map[bool]string{true: f.dir}[writable], Read: read, Options: options, Publisher: f.publisher, Store: store, Now: time.Now,
		Version: func(flow *flows.Flow, files flows.Folder) *versions.Version {
			return &versions.Version{Engine: flows.NewEngine(flow, 90), Files: files}
		},
	})
	t.Cleanup(func() { edits.Close(); _ = store.Close() })
	return f, func(c *Config) {
		c.Editor = edits
		c.Flow = func(string) *flows.Flow { return engine.Live().Flow() }
	}
}

func newFlowDesk(t *testing.T, writable bool) *flowDesk {
	t.Helper()
	f, use := withEditor(t, theLoan, writable)
	f.testDesk = newTestDesk(t, use)
	return f
}

func (f *flowDesk) file(name string) string {
	f.t.Helper()
	data, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(data)
}

// untouched fails when the folder is not what it was, or holds a file more.
func (f *flowDesk) untouched(what string, do func()) {
	f.t.Helper()
	all := func() map[string]string {
		files := map[string]string{}
		_ = filepath.WalkDir(f.dir, func(path string, e os.DirEntry, _ error) error {
			if !e.IsDir() {
				data, _ := os.ReadFile(path)
				files[path] = string(data)
			}
			return nil
		})
		return files
	}
	before := all()
	do()
	if !maps.Equal(before, all()) {
		f.t.Errorf("%s: files were written", what)
	}
}

var hiddenField = regexp.MustCompile(`type="hidden" name="(base|draft|text|kind|id|file|csrf)" value="([^"]*)"`)

// form is the edit form of a page, with what is typed into it.
func (b *browser) form(page answerOf, typed url.Values) url.Values {
	b.d.t.Helper()
	form := url.Values{}
	_, edit, found := strings.Cut(page.body, `id="edit-form"`)
	if !found {
		b.d.t.Fatalf("no edit form on the page:\n%s", page.body)
	}
	for _, m := range hiddenField.FindAllStringSubmatch(edit[:strings.Index(edit, "</form>")], -1) {
		form.Set(m[1], m[2])
	}
	maps.Copy(form, typed)
	return form
}

const editGreeting = "/admin/flow/edit?text=greeting"

func TestFlowPageShowsAState(t *testing.T) {
	f := newFlowDesk(t, true)
	live := f.publisher.Engine.Live()
	state := live.Flow().Order[0]
	question := live.Flow().States[state].Ask
	f.store.steps = []bot.FunnelStep{
		{Digest: live.Digest(), Question: question.ID, What: "reached", N: 417},
		{Digest: "another", Question: question.ID, What: "reached", N: 500},
	}
	b := f.as("ratna")
	page := b.get("/admin/flow?state="+string(state)).is(t, "page", http.StatusOK)
	page.has(t, `<svg `, `id="state-`+string(state)+`" class="on"`, "417", question.Text, `action="/admin/flow/try"`, versions.Short(live.Digest())[:8])
	page.lacks(t, "917", ` style="`)
	for _, lang := range live.Flow().Langs {
		text := live.Flow().Texts(lang)[question.Text]
		page.has(t, strings.Fields(text)[1])
	}
	f.publisher.Refused("budi", errors.New("flow.yaml:3:7: <b>wrong</b>"))
	b.get("/admin/flow").has(t, "flow.yaml:3:7: &lt;b&gt;wrong", "budi").lacks(t, "<b>wrong")
}

// An edit that is wrong is shown with its place, and not written.
func TestWrongEditIsNotWritten(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	f.untouched("a wrong edit", func() {
		page := b.get("/admin/flow/edit?file=flow.yaml").is(t, "page", http.StatusOK)
		form := b.form(page, url.Values{"content": {strings.Replace(f.file("flow.yaml"), "\nstart: ", "\nstart: nowhere_", 1)}, "do": {"check"}})
		to := b.post("/admin/flow/edit", form).is(t, "check", http.StatusSeeOther).Header.Get("Location")
		page = b.get(to).has(t, "does not exist", "flow.yaml:")
		if !regexp.MustCompile(`flow\.yaml:\d+:\d+`).MatchString(page.body) {
			t.Error("the problem has no place")
		}
		form = b.form(page, url.Values{"content": {"states: ["}, "do": {"publish"}, "note": {"try it"}})
		b.post("/admin/flow/edit", form).is(t, "publish", http.StatusConflict).has(t, "states: [", "Tidak ada yang ditulis")
	})
	if list, _ := f.versions.ListVersions(t.Context()); len(list) != 1 {
		t.Errorf("%d versions", len(list))
	}
}

// An edit that was published is a version with author and note, the folder holds it, and the version before can be live
// again.
func TestPublishAndRollBack(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	before := f.publisher.Engine.Live()
	old := before.Flow().Texts("en")["greeting"]
	page := b.get(editGreeting).is(t, "page", http.StatusOK)
	typed := url.Values{"in.en": {"Hello <b>new</b>, {{.Most}} questions & <script>alert(1)</script>"}, "do": {"check"}}
	to := b.post("/admin/flow/edit", b.form(page, typed)).is(t, "check", http.StatusSeeOther).Header.Get("Location")
	page = b.get(to).is(t, "checked", http.StatusOK).has(t, "&lt;script&gt;alert(1)", "Hello &lt;b&gt;new", "Tidak ada masalah")
	page.lacks(t, "<script>alert(1)", "<b>new")

	typed.Set("do", "publish")
	f.untouched("without a note", func() { b.post("/admin/flow/edit", b.form(page, typed)).is(t, "no note", http.StatusConflict) })
	typed.Set("note", "shorter <i>greeting</i>")
	to = b.post("/admin/flow/edit", b.form(page, typed)).is(t, "publish", http.StatusSeeOther).Header.Get("Location")
	b.get(to).is(t, "published", http.StatusOK).has(t, "shorter &lt;i&gt;greeting", "ratna").lacks(t, "<i>greeting")

	live := f.publisher.Engine.Live()
	if live.Digest() == before.Digest() || live.Flow().Texts("en")["greeting"] != typed.Get("in.en") {
		t.Fatalf("the live greeting is %q", live.Flow().Texts("en")["greeting"])
	}
	folder, err := flows.ReadFolder(os.DirFS(f.dir))
	if err != nil || folder.Digest() != live.Digest() {
		t.Errorf("the folder does not hold what is live: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(f.dir, ".layak*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	list, err := f.versions.ListVersions(t.Context())
	if err != nil || len(list) != 2 || list[0].Author != "ratna" || list[0].Note != "shorter <i>greeting</i>" || !list[0].Live {
		t.Fatalf("versions %+v, %v", list, err)
	}

	b.submit("/admin/flow", url.Values{"version": {before.Digest()}}).is(t, "no note", http.StatusConflict)
	to = b.submit("/admin/flow", url.Values{"version": {before.Digest()}, "note": {"confusing"}}).is(t, "roll back", http.StatusSeeOther).Header.Get("Location")
	b.get(to).is(t, "rolled back", http.StatusOK).has(t, "confusing")
	if got := f.publisher.Engine.Live().Flow().Texts("en")["greeting"]; got != old {
		t.Errorf("after going back the greeting is %q", got)
	}
	if got, _ := f.versions.Published(t.Context()); got.Digest != before.Digest() || got.Author != "ratna" || got.Note != "confusing" {
		t.Errorf("published %+v", got)
	}
	// The folder still holds the other version: a draft can begin with the live one.
	b.get("/admin/flow/edit").has(t, `value="adopt"`)
	b.submit("/admin/flow/edit", url.Values{"do": {"adopt"}}).is(t, "adopt", http.StatusSeeOther)
	page = b.get(editGreeting).has(t, "lang/en.yaml", "Tidak ada bedanya")
	b.post("/admin/flow/edit", b.form(page, url.Values{"in.en": {old}, "do": {"publish"}, "note": {"as it was"}})).is(t, "publish again", http.StatusSeeOther)
	if folder, _ := flows.ReadFolder(os.DirFS(f.dir)); folder.Digest() != before.Digest() {
		t.Error("the folder does not hold the live version")
	}
	b.submit("/admin/flow", url.Values{"version": {"nonsense"}, "note": {"x"}}).is(t, "unknown version", http.StatusConflict)
}

// Files that changed since the page was opened are not overwritten, neither on disk nor in the draft of another window.
func TestStaleEditsAreRefused(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	page := b.get(editGreeting)
	typed := url.Values{"in.en": {"Hello typed"}, "do": {"publish"}, "note": {"x"}}
	rules := filepath.Join(f.dir, "rules.yaml")
	if err := os.WriteFile(rules, []byte("# somebody was here\n"+f.file("rules.yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	f.untouched("a stale page", func() {
		got := b.post("/admin/flow/edit", b.form(page, typed)).is(t, "stale", http.StatusConflict).has(t, "Hello typed", "berubah sejak")
		b.post("/admin/flow/edit", b.form(got, typed)).is(t, "once more", http.StatusConflict)
	})
	page = b.get(editGreeting)
	other := b.get("/admin/flow/edit?file=flow.yaml")
	typed.Set("do", "check")
	b.post("/admin/flow/edit", b.form(page, typed)).is(t, "first window", http.StatusSeeOther)
	b.post("/admin/flow/edit", b.form(other, url.Values{"content": {f.file("flow.yaml") + "# x\n"}, "do": {"check"}})).is(t, "second window", http.StatusConflict).has(t, "jendela lain")
	// While the draft waits the folder changes: it is not published.
	page = b.get(editGreeting)
	if err := os.WriteFile(rules, []byte("# somebody was here again\n"+f.file("rules.yaml")), 0o600); err != nil {
		t.Fatal(err)
	}
	typed.Set("do", "publish")
	f.untouched("a stale draft", func() { b.post("/admin/flow/edit", b.form(page, typed)).is(t, "stale draft", http.StatusConflict) })
	b.post("/admin/flow/edit", b.form(b.get(editGreeting), url.Values{"do": {"discard"}})).is(t, "discard", http.StatusSeeOther)
	b.get(editGreeting).lacks(t, "Hello typed", "berubah sejak")
}

// Who goes back from a page that does not show what somebody published meanwhile undoes nothing.
func TestStaleRollbackIsRefused(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	publish := func(greeting string) (before string) {
		t.Helper()
		before = f.publisher.Engine.Live().Digest()
		typed := url.Values{"in.en": {greeting + " {{.Most}}"}, "do": {"check"}, "note": {"x"}}
		b.post("/admin/flow/edit", b.form(b.get(editGreeting), typed)).is(t, "check", http.StatusSeeOther)
		typed.Set("do", "publish")
		b.post("/admin/flow/edit", b.form(b.get(editGreeting), typed)).is(t, "publish", http.StatusSeeOther)
		return before
	}
	first := publish("Hello one")
	b.get("/admin/flow").has(t, `name="live" value="`+f.publisher.Engine.Live().Digest()+`"`)
	seen := publish("Hello two")
	live := f.publisher.Engine.Live().Digest()
	form := url.Values{"version": {first}, "note": {"confusing"}, "live": {seen}}
	b.submit("/admin/flow", form).is(t, "a stale page", http.StatusConflict).has(t, "versi lain sudah berlaku")
	if got := f.publisher.Engine.Live().Digest(); got != live {
		t.Errorf("%s is live, not %s", got, live)
	}
	form.Set("live", live)
	b.submit("/admin/flow", form).is(t, "the present page", http.StatusSeeOther)

	// With the folder away the rollback counts for what the folder was, not for an empty one.
	was, err := f.versions.Published(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.dir, f.dir+"-away"); err != nil {
		t.Fatal(err)
	}
	b.submit("/admin/flow", url.Values{"version": {seen}, "note": {"x"}}).is(t, "with the folder away", http.StatusSeeOther)
	if got, err := f.versions.Published(t.Context()); err != nil || got.Digest != seen || got.Folder != was.Folder {
		t.Errorf("published %+v, %v; the folder was %s", got, err, was.Folder)
	}
}

func TestBuiltInFlowIsReadOnly(t *testing.T) {
	f := newFlowDesk(t, false)
	b := f.as("ratna")
	b.get("/admin/flow").is(t, "page", http.StatusOK).has(t, "layak init").lacks(t, `href="/admin/flow/edit"`)
	page := b.get(editGreeting).is(t, "edit", http.StatusOK).has(t, "layak init", "readonly").lacks(t, `value="publish"`)
	f.untouched("built in", func() {
		b.post("/admin/flow/edit", b.form(page, url.Values{"in.en": {"y"}, "do": {"publish"}, "note": {"n"}})).is(t, "publish", http.StatusConflict)
	})
	b.submit("/admin/flow/try", url.Values{"text": {"halo"}}).is(t, "try", http.StatusSeeOther)
}

// Nothing can be read or written but the files that make up the flow.
func TestOnlyFilesOfTheFlowCanBeEdited(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	secret := filepath.Join(filepath.Dir(f.dir), "secret.yaml")
	if err := os.WriteFile(secret, []byte("password: hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"config.yaml": "password: hunter2\n", "notes/x.yaml": "password: hunter2\n"} {
		_ = os.MkdirAll(filepath.Dir(filepath.Join(f.dir, name)), 0o700)
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"../secret.yaml", "/etc/passwd", "config.yaml", "notes/x.yaml", "lang/../../secret.yaml", "lang/fr.yaml", "tests/loan.chat", "flow.yaml\x00", ".", ".layak-publishing"} {
		b.get("/admin/flow/edit?"+url.Values{"file": {name}}.Encode()).is(t, "read "+name, http.StatusNotFound).lacks(t, "hunter2")
		f.untouched(name, func() {
			form := b.form(b.get("/admin/flow/edit?file=flow.yaml"), url.Values{"file": {name}, "content": {"taken: over\n"}, "do": {"publish"}, "note": {"x"}, "anyway": {"yes"}})
			if got := b.post("/admin/flow/edit", form); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusConflict {
				t.Errorf("write %q: %s", name, got.Status)
			}
		})
	}
	for _, query := range []string{"text=nothing.of.this", "kind=rule&id=nothing", "kind=../x&id=y"} {
		b.get("/admin/flow/edit?"+query).is(t, query, http.StatusNotFound)
	}
	// A link to another place is not followed.
	_ = os.Remove(filepath.Join(f.dir, "lang/en.yaml"))
	if err := os.WriteFile(secret, []byte(f.publisher.Engine.Live().Files["lang/en.yaml"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(f.dir, "lang/en.yaml")); err != nil {
		t.Fatal(err)
	}
	form := b.form(b.get(editGreeting), url.Values{"in.en": {"Hello there"}, "do": {"publish"}, "note": {"x"}, "anyway": {"yes"}})
	f.untouched("a link", func() { b.post("/admin/flow/edit", form).is(t, "a link", http.StatusConflict) })
	if data, _ := os.ReadFile(secret); strings.Contains(string(data), "Hello there") {
		t.Error("written through a link")
	}
}

// The verdicts that an edit would change are on the page before it is published.
func TestVerdictsThatChangeAreShown(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	rule := f.publisher.Engine.Live().Flow().Pack.Rules[0]
	path := "/admin/flow/edit?kind=rule&id=" + rule.ID
	page := b.get(path).is(t, "page", http.StatusOK).has(t, "verdict: "+string(rule.Outcome))
	part, err := editor.Part(f.file("rules.yaml"), editor.KindRule, rule.ID)
	if err != nil {
		t.Fatal(err)
	}
	other := "needs_review"
	if string(rule.Outcome) == other {
		other = "not_eligible"
	}
	form := b.form(page, url.Values{"content": {strings.Replace(part, "verdict: "+string(rule.Outcome), "verdict: "+other, 1)}, "do": {"check"}})
	r := b.request(http.MethodPost, "/admin/flow/edit", form)
	r.Header.Set("X-Part", "check")
	b.do(r).is(t, "live check", http.StatusOK).has(t, "mendapat hasil lain", text("id", "verdict."+other), "data-draft=").lacks(t, "<html")
	b.get("/admin/flow/edit").has(t, "rules.yaml", "mendapat hasil lain")
}

// So are those that it would change only later, when rules begin or end.
func TestVerdictsThatChangeLaterAreShown(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	path := "/admin/flow/edit?kind=rule&id=young"
	part, err := editor.Part(f.file("rules.yaml"), editor.KindRule, "young")
	if err != nil {
		t.Fatal(err)
	}
	form := b.form(b.get(path), url.Values{"content": {part + "    until: 2099-01-01\n"}, "do": {"check"}})
	r := b.request(http.MethodPost, "/admin/flow/edit", form)
	r.Header.Set("X-Part", "check")
	b.do(r).is(t, "live check", http.StatusOK).has(t, "Mulai 2099-01-01", text("id", "verdict.eligible"))
}

// The try-out speaks with the live version or with the draft, shows why, and stores nothing.
func TestTryOut(t *testing.T) {
	f := newFlowDesk(t, true)
	b := f.as("ratna")
	say := func(on, words string) answerOf {
		b.submit("/admin/flow/try", url.Values{"text": {words}, "on": {on}, "do": {"say"}, "back": {"/admin/flow"}}).is(t, words, http.StatusSeeOther)
		return b.get("/admin/flow")
	}
	page := say("live", "<b>halo</b> 1234567890123456")
	page.has(t, "&lt;b&gt;halo", "try-reply", `class="trace"`).lacks(t, "<b>halo", "1234567890123456")
	form := b.form(b.get(editGreeting), url.Values{"in.en": {"Hello from the draft"}, "do": {"check"}})
	b.post("/admin/flow/edit", form).is(t, "check", http.StatusSeeOther)
	say("draft", "hello").has(t, "Hello from the draft")
	f.as("ratna").submit("/admin/flow/try", url.Values{"do": {"restart"}}).is(t, "restart", http.StatusSeeOther)
	b.get("/admin/flow").lacks(t, "Hello from the draft")
	for range maxTryTurns + 5 {
		say("live", "halo")
	}
	if n := strings.Count(b.get("/admin/flow").body, `class="try-said"`); n != maxTryTurns {
		t.Errorf("%d turns are shown", n)
	}
	if chats, err := f.versions.ListVersions(t.Context()); err != nil || slices.ContainsFunc(chats, func(v bot.VersionInfo) bool { return v.Conversations > 0 }) {
		t.Errorf("stored: %+v, %v", chats, err)
	}
}

// A text is edited in all languages at once, and only where it differs.
func TestTextsAreEditedSideBySide(t *testing.T) {
	files, err := flows.ReadFolder(flowdefault.Files)
	if err != nil {
		t.Fatal(err)
	}
	edit := target{Text: "option.yes"}
	fields, err := edit.fields(files)
	if err != nil || len(fields) != 2 || fields[0].Label != "id" || fields[0].Value != "Ya, sudah" || fields[1].Label != "en" {
		t.Fatalf("%+v, %v", fields, err)
	}
	typed := func(id, en string) flows.Folder {
		changed, err := edit.apply(files, &http.Request{PostForm: url.Values{"in.id": {id}, "in.en": {en}}})
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	if got := typed("Ya, ada\r\n", fields[1].Value); len(got) != 1 || editor.Text(got["lang/id.yaml"], "option.yes") != "Ya, ada" {
		t.Errorf("%d files changed", len(got))
	}
	if got := typed("Ya, ada", "Yes, we do"); len(got) != 2 {
		t.Errorf("%d files changed", len(got))
	}
}

// The flow page is for admins alone, and its forms need the token of their session.
func TestFlowPageIsForAdmins(t *testing.T) {
	f := newFlowDesk(t, true)
	agent, nobody, admin := f.as("sari"), f.browser(), f.as("ratna")
	pages := []string{"/admin/flow", "/admin/flow?state=recap", "/admin/flow/edit", editGreeting, "/admin/flow/edit?file=rules.yaml"}
	for _, path := range pages {
		admin.get(path).is(t, path+" as admin", http.StatusOK).lacks(t, ` style="`, "<style", " onclick")
		agent.get(path).is(t, path+" as agent", http.StatusForbidden).lacks(t, "textarea")
		got := nobody.get(path).is(t, path+" signed out", http.StatusSeeOther)
		if to := got.Header.Get("Location"); !strings.HasPrefix(to, "/sign-in?next=") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	agent.get("/cases").lacks(t, "/admin/flow")
	form := admin.form(admin.get(editGreeting), url.Values{"in.en": {"taken over"}, "do": {"publish"}, "note": {"x"}, "version": {"x"}})
	f.untouched("by others", func() {
		for _, path := range []string{"/admin/flow", "/admin/flow/edit", "/admin/flow/try"} {
			agent.submit(path, url.Values{"text": {"x"}}).is(t, path+" as agent", http.StatusForbidden)
			nobody.post(path, form).is(t, path+" signed out", http.StatusUnauthorized)
			without := maps.Clone(form)
			without.Del("csrf")
			admin.post(path, without).is(t, path+" without a token", http.StatusForbidden)
		}
	})
	without := newTestDesk(t)
	without.as("ratna").get("/admin/flow").is(t, "without an editor", http.StatusNotFound)
	without.as("ratna").get("/admin/").lacks(t, "/admin/flow")
	long := url.Values{"content": {strings.Repeat("x", maxFlowBody)}}
	admin.submit("/admin/flow/edit", long).is(t, "too long", http.StatusRequestEntityTooLarge)
}

// On an Indonesian page the picture and the state speak Indonesian, and names stand beside ids.
func TestFlowPageInIndonesian(t *testing.T) {
	f, use := withEditor(t, "../../flows/default", false)
	f.testDesk = newTestDesk(t, use)
	f.store.steps = []bot.FunnelStep{{Digest: f.publisher.Engine.Live().Digest(), Question: "recap", What: "missed", N: 4}}
	b := f.as("ratna")
	page := b.get("/admin/flow?state=licence")
	page.has(t, "pesan pertama", "kombinasi", "tak dimengerti 4", "usahanya diketahui", "atau: ", ", jika ", "langsung", "Layak dengan syarat",
		"Bertanya satu per satu", "NIB <code>licence.nib</code>")
	page.lacks(t, "first message", "the business is known", ">at once", "or: ", " combinations", "Judges the answers", "Asks for what")
	b.get("/admin/flow?state=recap").has(t, "Ya, benar <code>yes</code>")
	b.get("/admin/flow?state=group").has(t, "jenis usaha dalam kelompok yang dipilih")
	_ = f.store.SetUserLang(t.Context(), "ratna", "en")
	b.get("/admin/flow?state=recap").has(t, "first message", "the business is known", "combinations")
}
