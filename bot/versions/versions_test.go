package versions_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
	"layak/storage"
)

// The versions of these tests are the small flow of the tutorial, and differ in the lender's name.
const named = "Sample Lending"

var original = sync.OnceValue(func() flows.Folder {
	f, err := flows.ReadFolder(os.DirFS("../../docs/examples/loan"))
	if err != nil {
		panic(err)
	}
	return f
})

// version is that flow with another name of the lender; "" keeps it.
func version(t testing.TB, name string) *versions.Version {
	t.Helper()
	folder := flows.Folder{}
	for file, text := range original() {
		folder[file] = text
	}
	if name != "" {
		folder["lang/en.yaml"] = strings.Replace(folder["lang/en.yaml"], named, name, 1)
	}
	return compiled(t, folder)
}

func compiled(t testing.TB, folder flows.Folder) *versions.Version {
	t.Helper()
	f, problems := flows.Load(folder.FS(), flows.Options{Base: flowdefault.Files, Classifier: untrained})
	if f == nil {
		t.Fatal(problems.Error())
	}
	return &versions.Version{Engine: flows.NewEngine(f, 90), Files: folder}
}

// untrained knows businesses by the words of the pack alone, which takes no time.
func untrained(c []match.Category, _ []match.Example) (*match.Classifier, error) {
	return match.New(c, nil)
}

// desk is a service without a network: a store, a publisher, and turns.
type desk struct {
	t         *testing.T
	store     *storage.Store
	publisher *versions.Publisher
	engine    *versions.Engine
	turns     bot.Turns
	folder    *versions.Version // what Compile finds
	problems  error
	n         int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	store, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "layak.db"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	d := &desk{t: t, store: store, folder: version(t, "")}
	d.start(d.folder, false)
	return d
}

// start begins as a new process does.
func (d *desk) start(folder *versions.Version, tookOver bool) {
	d.t.Helper()
	d.engine = versions.New(folder, d.load, nil)
	d.publisher = &versions.Publisher{
		Store: d.store, Engine: d.engine, Now: time.Now,
		Model:   func(*versions.Version) []byte { return nil },
		Compile: func(context.Context, *versions.Version) (*versions.Version, error) { return d.folder, d.problems },
	}
	if err := d.publisher.Begin(d.t.Context(), folder, tookOver); err != nil {
		d.t.Fatal(err)
	}
	d.turns = bot.Turns{
		Store: d.store, Engine: d.engine, FreeText: d.engine.FreeText, Alone: d.engine.Alone,
		NewMessageID: func(string) string { d.n++; return fmt.Sprint("OUT", d.n) },
	}
}

// load compiles what is kept.
func (d *desk) load(ctx context.Context, digest string, _ *versions.Version) (*versions.Version, error) {
	kept, err := d.store.Version(ctx, digest)
	if err != nil {
		return nil, err
	}
	return compiled(d.t, kept.Files), nil
}

// say answers one message of a person.
func (d *desk) say(who, text string) string {
	d.t.Helper()
	d.n++
	now := time.Now().UTC()
	a, err := d.store.Accept(d.t.Context(), bot.Inbound{
		Channel: "test", Address: who, Sender: who, MessageID: fmt.Sprint("IN", d.n), ReceivedAt: now,
		Input: flows.Input{Kind: flows.InputText, Text: text, At: now},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	results, err := d.turns.Answer(d.t.Context(), a.Chat)
	if err != nil {
		d.t.Fatal(err)
	}
	reply := ""
	for _, r := range results {
		for _, m := range r.Replies {
			reply += m.Text
		}
	}
	return reply
}

// greets fails unless a new person is greeted by that name.
func (d *desk) greets(name string) {
	d.t.Helper()
	d.n++
	if got := d.say(fmt.Sprint("new", d.n), "hello"); !strings.Contains(got, name) {
		d.t.Errorf("the greeting is not that of %q:\n%s", name, got)
	}
}

func (d *desk) reload(name string) {
	d.t.Helper()
	d.folder, d.problems = version(d.t, name), nil
	if err := d.publisher.Reload(d.t.Context(), "sari", ""); err != nil {
		d.t.Fatal(err)
	}
}

// Turns go on with the live version while a folder is being checked, and the new one is live at once when that ends.
func TestTurnsDoNotWaitForAReload(t *testing.T) {
	d := newDesk(t)
	d.say("ana", "a food stall")
	checking, checked := make(chan struct{}), make(chan struct{})
	next := version(t, "Blue Lending")
	d.publisher.Compile = func(context.Context, *versions.Version) (*versions.Version, error) {
		close(checking)
		<-checked
		return next, nil
	}
	done := make(chan error)
	go func() { done <- d.publisher.Reload(t.Context(), "sari", "") }()
	<-checking
	d.greets("Sample Lending")
	if got := d.say("ana", "1"); !strings.Contains(got, "Question 3") {
		t.Errorf("the conversation under way got\n%s", got)
	}
	close(checked)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	d.greets("Blue Lending")
}

// D6: a conversation stays on its version until it begins anew, also over a restart, when that has to be compiled again.
func TestConversationStaysOnItsVersion(t *testing.T) {
	d := newDesk(t)
	d.say("ana", "a food stall")
	first := d.engine.Live().Digest()
	on := func(want string) {
		t.Helper()
		list, err := d.store.ListVersions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range list {
			if n := map[bool]int{true: 1}[v.Digest == want]; v.Conversations != n {
				t.Errorf("%d conversations on %s, want %d", v.Conversations, versions.Short(v.Digest), n)
			}
		}
	}
	d.reload("Blue Lending")
	d.say("ana", "1")
	on(first)
	for i := range 6 { // more than are held
		d.reload(fmt.Sprint("Lender ", i))
	}
	d.start(version(t, "Lender 5"), false)
	if got := d.say("ana", "1"); !strings.Contains(got, "Question 4") {
		t.Errorf("the next question is\n%s", got)
	}
	on(first)
	d.say("ana", "restart")
	on(d.engine.Live().Digest())
}

// D5: an invalid folder changes nothing, and says why.
func TestInvalidFolderKeepsTheLiveVersion(t *testing.T) {
	d := newDesk(t)
	d.problems = errors.New("flow.yaml:1:1: wrong")
	if err := d.publisher.Reload(t.Context(), "sari", ""); !errors.Is(err, d.problems) {
		t.Fatalf("got %v", err)
	}
	d.greets("Sample Lending")
	s := d.publisher.State()
	if s.Failure == nil || s.Failure.Who != "sari" || s.Failure.Problems != d.problems.Error() || s.Failures != 1 || s.Reloads != 1 {
		t.Errorf("state %+v", s)
	}
	d.reload("Blue Lending")
	if s := d.publisher.State(); s.Failure != nil || s.Live != d.engine.Live().Digest() {
		t.Errorf("state %+v", s)
	}
}

// A rollback holds over a restart until the folder changes.
func TestRollbackHoldsUntilTheFolderChanges(t *testing.T) {
	d := newDesk(t)
	first := d.engine.Live()
	d.reload("Blue Lending")
	folder := d.engine.Live()
	_, err := d.store.Publish(t.Context(), bot.Publication{Digest: first.Digest(), Folder: folder.Digest(), Author: "budi", At: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	d.start(folder, false)
	d.greets("Sample Lending")
	d.start(version(t, "Green Lending"), false)
	d.greets("Green Lending")
	// Another service with the old folder takes over: it does not bring that back, but a folder that nobody saw it does.
	d.start(folder, true)
	d.greets("Green Lending")
	d.start(version(t, "Red Lending"), true)
	d.greets("Red Lending")
	// Without a folder that can be loaded the version that was published last is live.
	if err := d.publisher.Begin(t.Context(), nil, false); err != nil {
		t.Fatal(err)
	}
	d.greets("Red Lending")
}

// A conversation whose version is lost goes on with the live one, with its answers.
func TestLostVersionGoesOnLive(t *testing.T) {
	d := newDesk(t)
	d.say("ana", "a food stall")
	d.say("ana", "1")
	d.engine = versions.New(version(t, "Blue Lending"), func(context.Context, string, *versions.Version) (*versions.Version, error) {
		return nil, bot.ErrNoVersion
	}, nil)
	d.turns.Engine = d.engine
	if got := d.say("ana", "1"); !strings.Contains(got, "Question 3") { // the question is asked again rather than guessed
		t.Errorf("got\n%s", got)
	}
	if got := d.say("ana", "1"); !strings.Contains(got, "Question 4") {
		t.Errorf("got\n%s", got)
	}
	broken := errors.New("the disk is on fire")
	d.engine = versions.New(version(t, ""), func(context.Context, string, *versions.Version) (*versions.Version, error) { return nil, broken }, nil)
	if _, err := d.engine.Step(t.Context(), flows.Conversation{FlowDigest: "other", Place: flows.Place{State: "recap"}}, flows.Input{}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// A version that several turns ask for at the same time is compiled once.
func TestVersionIsCompiledOnce(t *testing.T) {
	old := version(t, "Old Lending")
	begun, go_ := make(chan struct{}), make(chan struct{})
	n := 0
	e := versions.New(version(t, ""), func(context.Context, string, *versions.Version) (*versions.Version, error) {
		n++
		close(begun)
		<-go_
		return old, nil
	}, nil)
	var all sync.WaitGroup
	ask := func() {
		if v, err := e.Version(t.Context(), old.Digest()); v != old || err != nil {
			t.Errorf("got %v, %v", v, err)
		}
	}
	all.Go(ask)
	<-begun
	for range 5 {
		all.Go(ask)
	}
	close(go_)
	all.Wait()
	if ask(); n != 1 {
		t.Errorf("compiled %d times", n)
	}
}

func TestMatch(t *testing.T) {
	list := []bot.VersionInfo{{Digest: "abcdef12"}, {Digest: "abcdef34"}, {Digest: "12345678"}}
	for prefix, want := range map[string]string{"1234": "12345678", "abcdef34": "abcdef34"} {
		if v, err := versions.Match(list, prefix); err != nil || v.Digest != want {
			t.Errorf("%s: %v, %v", prefix, v, err)
		}
	}
	for prefix, want := range map[string]string{"abcdef": "2 versions begin with abcdef", "12": "there is no version 12", "ffff": "there is no version ffff"} {
		if _, err := versions.Match(list, prefix); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", prefix, err)
		}
	}
}
