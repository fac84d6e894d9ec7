package editor

import (
	"maps"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"layak/flows"
	flowdefault "layak/flows/default"
)

func builtin(t *testing.T) flows.Folder {
	t.Helper()
	f, err := flows.ReadFolder(flowdefault.Files)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Texts of the built-in flow can be written anew: only their own lines change.
func TestTextsAreWrittenInPlace(t *testing.T) {
	f := builtin(t)
	for _, lang := range []string{"id", "en"} {
		file := f["lang/"+lang+".yaml"]
		was := texts(t, file)
		keys := TextKeys(file)
		if len(keys) < 50 {
			t.Fatalf("%d texts", len(keys))
		}
		for i, key := range keys {
			if i%9 > 0 && i < len(keys)-1 {
				continue
			}
			for _, text := range []string{"short: \"quoted\" # no comment", "first\n\n  deeper\n# not a comment\nlast"} {
				out, err := SetText(file, key, text)
				if err != nil {
					t.Fatalf("%s: %v", key, err)
				}
				is := texts(t, out)
				if is[key] != text {
					t.Fatalf("%s is %q", key, is[key])
				}
				is[key] = was[key]
				if !maps.Equal(is, was) || strings.Count(file, "\n  #") != strings.Count(out, "\n  #") {
					t.Fatalf("an edit of %s changed something else", key)
				}
			}
		}
		added, err := SetText(file, "brand.new", "Halo")
		if err != nil || Text(added, "brand.new") != "Halo" || !strings.HasPrefix(added, file) {
			t.Errorf("a new text: %v", err)
		}
	}
}

func texts(t *testing.T, file string) map[string]string {
	t.Helper()
	var all struct{ Texts map[string]string }
	if err := yaml.Load([]byte(file), &all); err != nil {
		t.Fatal(err)
	}
	for key, text := range all.Texts {
		all.Texts[key] = strings.TrimSpace(text)
	}
	return all.Texts
}

func TestPartsAreReadAndReplaced(t *testing.T) {
	f := builtin(t)
	for kind, id := range map[Kind]string{KindState: "licence", KindRule: "political", KindFact: "licence.nib", KindCategory: "packaged_food"} {
		file := f[kind.File()]
		ids := Parts(file, kind)
		for i, id := range ids {
			if i%40 > 0 && i < len(ids)-1 {
				continue
			}
			text, err := Part(file, kind, id)
			if err != nil || !strings.HasPrefix(strings.TrimSpace(text), "- ") || !strings.Contains(text, "id: "+id) {
				t.Fatalf("%s %s: %v\n%s", kind, id, err, text)
			}
			if same, err := SetPart(file, kind, id, text); err != nil || same != file {
				t.Fatalf("%s %s is not put back as it was: %v", kind, id, err)
			}
		}
		out, err := SetPart(file, kind, id, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := Parts(out, kind); len(got) != len(ids)-1 {
			t.Errorf("%s: %d of %d left", kind, len(got), len(ids))
		}
	}
	if _, err := Part("states: [", KindState, "x"); err == nil {
		t.Error("a broken file has parts")
	}
	if _, err := Part(f["rules.yaml"], "nonsense", "x"); err == nil {
		t.Error("an unknown kind has parts")
	}
}
