package flows_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
)

// edited returns the default flow folder with texts replaced in one file.
func edited(t *testing.T, file string, oldNew ...string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(flowdefault.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "nlu/") {
			return err
		}
		data, err := flowdefault.Files.ReadFile(name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := string(out[file].Data)
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(text, oldNew[i]) {
			t.Fatalf("%s does not hold %q", file, oldNew[i])
		}
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	out[file] = &fstest.MapFile{Data: []byte(text)}
	return out
}

// untrained leaves the examples out: these tests are about the other files.
func untrained(c []match.Category, _ []match.Example) (*match.Classifier, error) {
	return match.New(c, nil)
}

// TestEveryMistakeIsReported makes one mistake at a time; each must be named, with its place and a remedy.
func TestEveryMistakeIsReported(t *testing.T) {
	for _, c := range []struct{ name, file, old, new, want string }{
		{"unknown key", "flow.yaml", "start: business", "strat: business", `unknown key "strat"; did you mean "start"?`},
		{"state that does not exist", "flow.yaml", "on: category, to: licence}", "on: category, to: licens}", `state "licens" does not exist; did you mean "licence"?`},
		{"unknown trigger", "flow.yaml", "on: group, to: group}", "on: grup, to: group}", `trigger "grup" does not exist; did you mean "group"?`},
		{"event twice", "flow.yaml", "event: group_picked", "event: business_named", `event "business_named" stands twice`},
		{"unreachable state", "flow.yaml", "on: group, to: group}", "on: group, to: clarify}", `state "group" can never be reached`},
		{"missing answer", "flow.yaml", `- {event: recap_wrong, option: change, to: change}`, ``, `state "recap" asks something with the option "change", but no edge takes that answer`},
		{"option that does not exist", "flow.yaml", "option: change, to", "option: chnge, to", `option "chnge" does not exist; did you mean "change"?`},
		{"bad condition", "flow.yaml", "if: asked < 2", "if: askd < 2", `condition "askd < 2"`},
		{"no verdict", "flow.yaml", "judge: true", "judge: false", "no state judges"},
		{"missing command word", "flow.yaml", "en: [back, go back, previous, previous question, undo]", "en: []", `command back has no words in language en`},
		{"word of two commands", "flow.yaml", "en: [back, go back", "en: [back, help", `word "help" stands under`},
		{"limit out of range", "flow.yaml", "misses: 3", "misses: 99", "99 is out of range"},
		{"language without texts", "flow.yaml", "languages: [id, en]", "languages: [id, en, su]", "lang/su.yaml: the file is missing"},
		{"broken YAML", "flow.yaml", "limits:", "limits: [", "flow.yaml:"},
		{"category to set", "flow.yaml", "category: other_unlisted", "category: other_unlistd", `category "other_unlistd" does not exist`},
		{"missing text", "lang/en.yaml", "  media:", "  medja:", `text "media" (used by the engine) is missing`},
		{"text left over", "lang/en.yaml", "  media:", "  medja:", `text "medja" is not used`},
		{"unknown name in a text", "lang/id.yaml", "{{.Most}}", "{{.Mosst}}", "there is no {{.Mosst}} to put in"},
		{"unclosed name", "lang/id.yaml", "{{.Most}}", "{{.Most", "cannot be read"},
		{"empty text", "lang/id.yaml", "  back: Baik, kembali satu pertanyaan.", `  back: ""`, `text "back" is empty`},
		{"too long", "lang/id.yaml", "  back: Baik", "  back: " + strings.Repeat("x", 5000), "a message may have at most 4096"},
		{"unknown verdict", "rules.yaml", "verdict: not_eligible", "verdict: not_eligable", `verdict "not_eligable" does not exist; did you mean "not_eligible"?`},
		{"unknown fact in a condition", "rules.yaml", "licence.bpom_tr == \"no\"", "licence.bpom_trr == \"no\"", `fact "bpom_trr" does not exist; did you mean "bpom_tr"?`},
		{"unknown value in a condition", "rules.yaml", "licence.bpom_tr == \"no\"", "licence.bpom_tr == \"noo\"", `value of licence.bpom_tr "noo" does not exist; did you mean "no"?`},
		{"unknown category in a condition", "rules.yaml", `category == "gambling"`, `category == "gambing"`, `value of category "gambing" does not exist; did you mean "gambling"?`},
		{"fact not listed", "rules.yaml", "facts: [business, licence.bpom_tr]", "facts: [business]", "reads licence.bpom_tr, so its facts must list it"},
		{"unknown source", "rules.yaml", "source: messaging_policy", "source: mesaging_policy", `source "mesaging_policy" does not exist`},
		{"bad date", "rules.yaml", "as_of: 2022-10-25", "as_of: 25-10-2022", "is not a date"},
		{"bad example", "rules.yaml", "example: TR203612347", "example: TR2036123", "does not fit the pattern"},
		{"missing language of a text", "rules.yaml", `en: "WhatsApp Business Messaging Policy"`, ``, `has no text in language "en"`},
		{"unknown group", "categories.yaml", "group: health", "group: helth", `group "helth" does not exist; did you mean "health"?`},
		{"unknown licence", "categories.yaml", "licence.halal", "licence.hala", `fact "licence.hala" does not exist; did you mean "licence.halal"?`},
		{"code without edition", "categories.yaml", `"2020:56101"`, `"56101"`, "needs its edition"},
		{"commerce", "categories.yaml", `commerce: "yes"`, `commerce: "maybe"`, `commerce "maybe" does not exist`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, problems := flows.Load(edited(t, c.file, c.old, c.new), flows.Options{Classifier: untrained})
			if f != nil || !strings.Contains(problems.Error(), c.want) {
				t.Errorf("want a problem with %q, got:\n%s", c.want, problems.Error())
			}
			for _, p := range problems {
				if p.File == c.file && p.Line == 0 && !strings.Contains(p.Message, "missing") {
					t.Errorf("no place: %s", p)
				}
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	files := edited(t, "flow.yaml", "start: business", "strat: business", "on: category, to: licence}", "on: category, to: licens}")
	files["lang/en.yaml"] = edited(t, "lang/en.yaml", "  media:", "  medja:")["lang/en.yaml"]
	files["rules.yaml"] = edited(t, "rules.yaml", "verdict: not_eligible", "verdict: never")["rules.yaml"]
	files["categories.yaml"] = edited(t, "categories.yaml", "group: health", "group: helth")["categories.yaml"]
	_, problems := flows.Load(files, flows.Options{Classifier: untrained})
	for _, want := range []string{"strat", "licens", "medja", `"media"`, "never", "helth"} {
		if !strings.Contains(problems.Error(), want) {
			t.Errorf("%q is not reported:\n%s", want, problems.Error())
		}
	}
}

// extends: builtin lends what a folder lacks, and nothing else can be extended.
func TestExtends(t *testing.T) {
	small := func(extends string) fs.FS {
		files := fstest.MapFS{}
		for _, name := range []string{"flow.yaml", "categories.yaml", "rules.yaml", "lang/en.yaml", "nlu/examples.yml"} {
			data, err := os.ReadFile("../docs/examples/loan/" + name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(data), "extends: builtin", extends, 1))}
		}
		return files
	}
	for extends, want := range map[string]string{
		"extends: builtin":  "",
		"extends: bultin":   `did you mean "builtin"?`,
		"# extends nothing": `text "agent" (used by the engine) is missing`,
	} {
		_, problems := flows.Load(small(extends), flows.Options{Base: flowdefault.Files})
		if got := problems.Error(); want == "" && len(problems) > 0 || !strings.Contains(got, want) {
			t.Errorf("%s: %s\nwant %q", extends, got, want)
		}
	}
	if _, problems := flows.Load(small("extends: builtin"), flows.Options{}); !strings.Contains(problems.Error(), "not at hand") {
		t.Errorf("without the built-in flow: %v", problems)
	}
}
