package editor

import (
	"context"
	"errors"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
)

// shelf is a store that keeps nothing and may refuse.
type shelf struct {
	bot.Versions
	refuse error
}

func (s *shelf) AddVersion(context.Context, bot.FlowVersion) error { return nil }

func (s *shelf) Publish(context.Context, bot.Publication) (int64, error) { return 1, s.refuse }

func (s *shelf) PruneVersions(context.Context, int) (int, error) { return 0, nil }

func (s *shelf) ListVersions(context.Context) ([]bot.VersionInfo, error) { return nil, nil }

// loan is an editor of a copy of the tutorial's flow. Before each check loads anything it calls hold.
func loan(t *testing.T, hold func()) (e *Editor, dir string, files flows.Folder, store *shelf) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../docs/examples/loan")); err != nil {
		t.Fatal(err)
	}
	read := func() (flows.Folder, error) { return flows.ReadFolder(os.DirFS(dir)) }
	files, err := read()
	if err != nil {
		t.Fatal(err)
	}
	options := flows.Options{Base: flowdefault.Files, Classifier: func(c []match.Category, _ []match.Example) (*match.Classifier, error) {
		return match.New(c, nil)
	}}
	flow, problems := flows.Load(files.FS(), options)
	if flow == nil {
		t.Fatal(problems)
	}
	version := func(f *flows.Flow, files flows.Folder) *versions.Version {
		return &versions.Version{Engine: flows.NewEngine(f, 90), Files: files}
	}
	store = &shelf{}
	e = New(Config{
		Dir: dir, Read: read, Version: version, Store: store, Now: time.Now, Options: func() flows.Options { hold(); return options },
		Publisher: &versions.Publisher{
			Store: store, Engine: versions.New(version(flow, files), nil, nil), Now: time.Now, Model: func(*versions.Version) []byte { return nil },
		},
	})
	t.Cleanup(e.Close)
	return e, dir, files, store
}

// greeting is the folder with another greeting.
func greeting(files flows.Folder, text string) flows.Folder {
	draft := maps.Clone(files)
	draft["lang/en.yaml"] = strings.Replace(draft["lang/en.yaml"], "Sample Lending", text, 1)
	return draft
}

// One draft is checked at a time, nobody waits for longer than they said, and what was found is found again at once.
func TestOneCheckAtATime(t *testing.T) {
	var mu sync.Mutex
	running, most, checks := 0, 0, 0
	begun, free := make(chan struct{}, 9), make(chan struct{})
	e, _, files, _ := loan(t, func() {
		mu.Lock()
		running++
		checks++
		most = max(most, running)
		mu.Unlock()
		begun <- struct{}{}
		<-free
		mu.Lock()
		running--
		mu.Unlock()
	})
	first, second := greeting(files, "First Lending"), greeting(files, "Second Lending")
	if _, err := e.Check(t.Context(), first, 0); !errors.Is(err, ErrChecking) {
		t.Fatalf("the first check: %v", err)
	}
	<-begun
	if _, err := e.Check(t.Context(), second, 0); !errors.Is(err, ErrChecking) {
		t.Fatalf("the second check: %v", err)
	}
	if _, err := e.Publish(t.Context(), Edit{Base: Exact(files), Draft: first, Note: "x"}); !errors.Is(err, ErrChecking) {
		t.Fatalf("publish: %v", err)
	}
	close(free)
	for _, draft := range []flows.Folder{first, second, first} {
		got, err := e.Check(t.Context(), draft, time.Minute)
		if err != nil || !got.Fit(false) || got.Report.Same() || !strings.Contains(got.Words, "Lending") {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if most != 1 || checks != 2 {
		t.Errorf("%d checks, %d at a time", checks, most)
	}
}

// A draft that makes the program stumble is a draft with a problem.
func TestACheckThatPanics(t *testing.T) {
	e, _, files, _ := loan(t, func() { panic("stumbled") })
	got, err := e.Check(t.Context(), files, time.Minute)
	if err != nil || got.Fit(true) || len(got.Problems) != 1 || !strings.Contains(got.Problems.Error(), "stumbled") {
		t.Fatalf("%+v, %v", got, err)
	}
}

// Where the store refuses a version, the files are as they were.
func TestAnEditThatCannotBeStored(t *testing.T) {
	e, dir, files, store := loan(t, func() {})
	draft := greeting(files, "Other Lending")
	edit := Edit{Base: Exact(files), Draft: draft, Author: "ratna", Note: "another name"}
	if _, err := e.Check(t.Context(), draft, time.Minute); err != nil {
		t.Fatal(err)
	}
	store.refuse = errors.New("disk full")
	if _, err := e.Publish(t.Context(), edit); !errors.Is(err, store.refuse) {
		t.Errorf("published: %v", err)
	}
	if now, err := flows.ReadFolder(os.DirFS(dir)); err != nil || Exact(now) != Exact(files) {
		t.Errorf("the folder changed: %v", err)
	}
	store.refuse = nil
	if done, err := e.Publish(t.Context(), edit); err != nil || !strings.Contains(done, "is live") {
		t.Errorf("%q, %v", done, err)
	}
	if _, err := e.Publish(t.Context(), edit); !errors.Is(err, ErrStale) {
		t.Errorf("once more: %v", err)
	}
	if _, err := e.Check(t.Context(), draft, time.Minute); err != nil {
		t.Fatal(err)
	}
	edit.Base = Exact(draft)
	if _, err := e.Publish(t.Context(), edit); !errors.Is(err, ErrSame) {
		t.Errorf("the same: %v", err)
	}
}
