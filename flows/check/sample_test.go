package check_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"layak/flows/rules"
)

// Of a business with a thousand combinations a sample is taken, and it is known that it is one.
func TestASampleIsKnownToBeOne(t *testing.T) {
	files := folder(t, os.DirFS("testdata/tiny"))
	edit := func(name, old, with string) {
		text := string(files[name].Data)
		if !strings.Contains(text, old) {
			t.Fatalf("%s does not hold %q", name, old)
		}
		files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, with, 1))}
	}
	facts := ""
	for _, id := range []string{"size", "age", "place"} {
		facts += "  - id: " + id + "\n    label: {id: L, en: L}\n    question: {id: Q, en: Q}\n    values:\n"
		for i := range 10 {
			facts += fmt.Sprintf("      - {id: v%d, title: {id: nomor %d, en: number %d}}\n", i, i, i)
		}
	}
	for _, c := range []struct {
		asks    string
		sampled int
	}{{"asks: [licence.nib]", 0}, {"asks: [size, age]", 0}, {"asks: [size, age, place]", 1}} {
		if c.asks != "asks: [licence.nib]" {
			edit("categories.yaml", "asks: [licence.nib]", c.asks)
		} else {
			edit("rules.yaml", "\nrules:\n", "\n"+facts+"\nrules:\n")
		}
		pack, problems := rules.Load(files, []string{"id", "en"})
		if err := problems.Harmful().Err(); err != nil {
			t.Fatal(err)
		}
		seen := 0
		pack.Some(fixtureDay, func(category string, _ map[string]string, _ rules.Outcome) {
			if category == "bakery" {
				seen++
			}
		})
		if got := pack.Sampled(fixtureDay); got != c.sampled || seen > 708 {
			t.Errorf("%s: %d sampled, %d combinations seen, want %d", c.asks, got, seen, c.sampled)
		}
		edit("categories.yaml", c.asks, "asks: [licence.nib]")
	}
}
