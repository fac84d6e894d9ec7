package editor

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"layak/flows"
)

// folder writes files into a folder of its own.
func folder(t *testing.T, files flows.Folder) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// holds fails unless the folder holds these files and no other.
func holds(t *testing.T, what, dir string, want flows.Folder) {
	t.Helper()
	got := flows.Folder{}
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		got[name] = string(data)
		return err
	})
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("%s: the folder holds %q, want %q; %v", what, got, want, err)
	}
}

var (
	before = flows.Folder{"flow.yaml": "a", "rules.yaml": "b", "lang/id.yaml": "c", "config.yaml": "secret"}
	after  = flows.Folder{"flow.yaml": "A", "rules.yaml": "B", "lang/id.yaml": "C", "config.yaml": "secret"}
)

func TestFilesAreWrittenTogether(t *testing.T) {
	dir := folder(t, before)
	if err := write(dir, before, after); err != nil {
		t.Fatal(err)
	}
	holds(t, "written", dir, after)
	if info, err := os.Stat(filepath.Join(dir, "flow.yaml")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for name, now := range map[string]flows.Folder{
		"another file": {"flow.yaml": "A", "rules.yaml": "B", "lang/id.yaml": "C", "config.yaml": "taken over"},
		"a new file":   {"flow.yaml": "A", "rules.yaml": "B", "lang/id.yaml": "C", "config.yaml": "secret", "lang/fr.yaml": "x"},
		"one less":     {"flow.yaml": "A", "rules.yaml": "B", "config.yaml": "secret"},
	} {
		if err := write(dir, after, now); err == nil {
			t.Errorf("%s: written", name)
		}
		holds(t, name, dir, after)
	}
}

// Wherever the second step fails, everything is as it was.
func TestAFailureLeavesTheFolderAsItWas(t *testing.T) {
	real := rename
	t.Cleanup(func() { rename = real })
	broken := errors.New("disk full")
	for good := range 3 {
		dir, n := folder(t, before), 0
		rename = func(r *os.Root, from, to string) error {
			if n++; n > good {
				return broken
			}
			return real(r, from, to)
		}
		if err := write(dir, before, after); !errors.Is(err, broken) {
			t.Errorf("after %d files: %v", good, err)
		}
		holds(t, "failed", dir, before)
	}
}

// Wherever the power goes in the second step, the next start finishes it; before that nothing has changed.
func TestAPowerCutLeavesAllFilesOrNone(t *testing.T) {
	real := rename
	t.Cleanup(func() { rename = real })
	for good := range 4 {
		dir, n := folder(t, before), 0
		rename = func(r *os.Root, from, to string) error {
			if n++; n > good {
				panic("power cut")
			}
			return real(r, from, to)
		}
		func() {
			defer func() { _ = recover() }()
			_ = write(dir, before, after)
		}()
		rename = real
		for range 2 {
			if err := Recover(dir); err != nil {
				t.Fatal(err)
			}
		}
		holds(t, "recovered", dir, after)
	}
	if err := Recover(filepath.Join(t.TempDir(), "nowhere")); err != nil {
		t.Error(err)
	}
	dir := folder(t, flows.Folder{journal: "flow.yaml\n../outside.yaml\n"})
	if err := Recover(dir); err == nil {
		t.Error("a journal may name any file")
	}
}
