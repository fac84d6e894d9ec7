package match_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"layak/flows/match"
)

func TestReadExamples(t *testing.T) {
	folder := func(text string) fstest.MapFS { return fstest.MapFS{"nlu/a.yml": {Data: []byte(text)}} }
	good := "version: \"3.1\"\nnlu:\n- intent: toys\n  lang: id\n  examples: |\n    - mainan anak\n    # a remark\n\n    - boneka: \"lucu\"\n- intent: none\n  lang: en\n  examples: |\n    - hello\n"
	examples, problems := match.ReadExamples(folder(good), "nlu", []string{"toys"})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	want := []match.Example{
		{Intent: "toys", Lang: "id", Text: "mainan anak", File: "nlu/a.yml", Line: 6},
		{Intent: "toys", Lang: "id", Text: "boneka: \"lucu\"", File: "nlu/a.yml", Line: 9},
		{Intent: "none", Lang: "en", Text: "hello", File: "nlu/a.yml", Line: 13},
	}
	if len(examples) != len(want) {
		t.Fatalf("got %+v", examples)
	}
	for i := range want {
		if examples[i] != want[i] {
			t.Errorf("got %+v, want %+v", examples[i], want[i])
		}
	}
	for _, c := range []struct{ name, text, want string }{
		{"unknown intent", strings.Replace(good, "intent: toys", "intent: toyz", 1), `did you mean "toys"?`},
		{"unknown language", strings.Replace(good, "lang: id", "lang: fr", 1), "is not id or en"},
		{"no list item", strings.Replace(good, "- mainan anak", "mainan anak", 1), "nlu/a.yml:6:"},
		{"unknown key", strings.Replace(good, "lang: id", "language: id", 1), "unknown key"},
		{"two intents", strings.Replace(good, "- hello", "- Mainan ANAK", 1), "also stands under toys"},
		{"a list", strings.Replace(good, "examples: |\n    - hello", "examples:\n    - hello", 1), `begins with "|"`},
		{"not YAML", "nlu: [", "nlu/a.yml"},
	} {
		_, problems := match.ReadExamples(folder(c.text), "nlu", []string{"toys"})
		if got := problems.Error(); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q in it", c.name, got, c.want)
		}
	}
}

func FuzzReadExamples(f *testing.F) {
	f.Add("version: \"3.1\"\nnlu:\n- intent: toys\n  lang: id\n  examples: |\n    - mainan\n")
	f.Add("nlu: [{intent: toys, lang: en, examples: \"- a\\n- b\\n\"}]")
	f.Add("nlu: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		examples, problems := match.ReadExamples(fstest.MapFS{"nlu/a.yml": {Data: []byte(text)}}, "nlu", []string{"toys"})
		for _, e := range examples {
			if e.Text == "" || e.Line < 1 {
				t.Fatalf("%+v", e)
			}
		}
		for _, p := range problems {
			if p.Message == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}
