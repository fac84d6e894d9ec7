package check_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
	"layak/flows/problem"
)

var update = flag.Bool("update", false, "write what the fixtures give into them")

// fixtureDay is the day on which the fixtures are judged.
var fixtureDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// folder reads a flow folder from the disk, so that it can be changed.
func folder(t testing.TB, fsys fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// change makes the change of a fixture to a file: lines that begin with "-" are replaced by the lines after them that begin
// with "+". Without "-" the lines are added at the end; "- everything" empties the file.
func change(t testing.TB, text, edit string) string {
	t.Helper()
	var old, fresh strings.Builder
	apply := func() {
		switch {
		case old.String() == " everything\n":
			text = fresh.String()
		case old.Len() == 0:
			text += fresh.String()
		case strings.Count(text, old.String()) != 1:
			t.Fatalf("stands %d times, not once:\n%s", strings.Count(text, old.String()), old.String())
		default:
			text = strings.Replace(text, old.String(), fresh.String(), 1)
		}
		old.Reset()
		fresh.Reset()
	}
	for line := range strings.Lines(edit) {
		switch {
		case strings.HasPrefix(line, "-"):
			if fresh.Len() > 0 {
				apply()
			}
			old.WriteString(line[1:])
		case strings.HasPrefix(line, "+"):
			fresh.WriteString(line[1:])
		}
	}
	apply()
	return text
}

// TestEveryKindOfMistake makes one mistake at a time in the tiny flow; each fixture says what check reports.
func TestEveryKindOfMistake(t *testing.T) {
	names, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[problem.Kind]bool{
		problem.BadSetting: true, // of config.yaml, see cmd/layak/config_test.go
		problem.BadModel:   true, // of a trained model that comes from elsewhere, see flows/match/classifier_test.go
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kind := problem.Kind(strings.TrimRight(strings.TrimSuffix(filepath.Base(name), ".txtar"), "0123456789"))
		shown[kind] = true
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			files := folder(t, os.DirFS("testdata/tiny"))
			want := -1
			for i, f := range archive.Files {
				switch {
				case f.Name == "want":
					want = i
				case strings.HasPrefix(f.Name, "no "):
					delete(files, strings.TrimPrefix(f.Name, "no "))
				default:
					text := ""
					if have := files[f.Name]; have != nil {
						text = string(have.Data)
					}
					files[f.Name] = &fstest.MapFile{Data: []byte(change(t, text, string(f.Data)))}
				}
			}
			_, problems := check.Folder(t.Context(), files, flows.Options{Builtin: flowdefault.Files}, fixtureDay)
			got, found := problems.Error()+"\n", false
			for _, p := range problems {
				found = found || p.Kind == kind
			}
			if !found {
				t.Errorf("nothing of kind %s is reported:\n%s", kind, got)
			}
			if *update && found {
				if want < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					want = len(archive.Files) - 1
				}
				archive.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want < 0 {
				t.Fatalf("the fixture has no want; got:\n%s", got)
			}
			if diff := cmp.Diff(string(archive.Files[want].Data), got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, k := range problem.Kinds {
		if !shown[k.Kind] {
			t.Errorf("no fixture shows the mistake %s: %s", k.Kind, k.Means)
		}
		delete(shown, k.Kind)
	}
	if left := slices.Sorted(maps.Keys(shown)); len(left) > 0 {
		t.Errorf("fixtures show mistakes that are no kind: %s", fmt.Sprint(left))
	}
}

func TestTheTinyFlowHasNoMistakes(t *testing.T) {
	f, problems := check.Folder(t.Context(), os.DirFS("testdata/tiny"), flows.Options{Builtin: flowdefault.Files}, fixtureDay)
	if f == nil || len(problems) > 0 {
		t.Fatal(problems.Error())
	}
}
