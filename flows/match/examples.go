package match

import (
	"cmp"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"layak/flows/problem"
)

// examplesFile is one file of training examples, in the form that Rasa made common.
type examplesFile struct {
	Version string `yaml:"version" doc:"version of the form: 3.1"`
	NLU     []struct {
		Intent   string    `yaml:"intent" need:"true" doc:"a category of categories.yaml, or none: what names no business"`
		Lang     string    `yaml:"lang" need:"true" only:"id en" doc:"language of these examples"`
		Examples yaml.Node `yaml:"examples" need:"true" doc:"examples: | and under it one line each, with a dash before it"`
	} `yaml:"nlu" need:"true" doc:"examples of what people write, for each kind of business and language"`
}

// ExamplesType is the Go type of such a file, for the JSON Schemas and the reference in the docs.
var ExamplesType = reflect.TypeFor[examplesFile]()

// ReadExamples reads the training examples in dir/*.yml. Intents are the known category ids and "none". Every problem
// is reported with its place: unknown keys and intents, languages other than id and en, lines that are no list items,
// and examples that stand under two intents. Examples without problems are returned beside them.
func ReadExamples(fsys fs.FS, dir string, intents []string) ([]Example, problem.List) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yml"))
	if err != nil {
		return nil, problem.List{{File: dir, Kind: problem.MissingFile, Message: "the folder cannot be read: " + err.Error()}}
	}
	more, _ := fs.Glob(fsys, path.Join(dir, "*.yaml")) // the pattern is good: the one before was
	names = append(names, more...)
	slices.Sort(names)
	known := append([]string{None}, intents...)
	var out []Example
	var problems problem.List
	seen := map[string]Example{}
	for _, name := range names {
		examples, found := readExamplesFile(fsys, name, known)
		problems = append(problems, found...)
		for _, e := range examples {
			key := Normalize(e.Text)
			if key == "" {
				key = e.Text
			}
			if first, ok := seen[key]; ok && first.Intent != e.Intent {
				problems = append(problems, problem.Problem{
					File: e.File, Line: e.Line, Column: 1, Kind: problem.RepeatedExample,
					Message:    "this example of " + e.Intent + " also stands under " + first.Intent + " (" + problem.Problem{File: first.File, Line: first.Line, Column: 1, Message: first.Text}.String() + ")",
					Suggestion: "keep one",
				})
				continue
			}
			seen[key] = e
			out = append(out, e)
		}
	}
	return out, problems
}

func readExamplesFile(fsys fs.FS, name string, intents []string) ([]Example, problem.List) {
	var file examplesFile
	f := problem.Read(fsys, name, &file)
	var out []Example
	for i := range file.NLU {
		block := &file.NLU[i]
		at := "nlu[" + itoa(i) + "]"
		if !slices.Contains(intents, block.Intent) {
			f.Unknown(problem.UnknownCategory, at+".intent", "category", block.Intent, intents)
			continue
		}
		if block.Lang != "id" && block.Lang != "en" {
			f.Add(problem.UnknownLanguage, at+".lang", "language %q is not id or en", block.Lang).Try("write lang: id or lang: en")
			continue
		}
		if block.Examples.Kind != yaml.ScalarNode {
			f.Add(problem.BadExampleLine, at+".examples", `these examples are not a text that begins with "|"`).Try(`write examples: | and under it one "- example" a line`)
			continue
		}
		line, column := f.At(at + ".examples")
		if block.Examples.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			line++ // the text begins under its key
		}
		n := -1
		for l := range strings.Lines(block.Examples.Value) {
			n++
			l = strings.TrimSpace(l)
			if l == "" || strings.HasPrefix(l, "#") {
				continue
			}
			text, ok := strings.CutPrefix(l, "- ")
			text = strings.TrimSpace(text)
			if !ok || text == "" {
				f.Problems = append(f.Problems, problem.Problem{
					File: name, Line: line + n, Column: max(column, 1), Kind: problem.BadExampleLine,
					Message: `an example must be written "- " and the text, not "` + cut(l, 60) + `"`, Suggestion: "put a dash and a space before it",
				})
				continue
			}
			out = append(out, Example{Intent: block.Intent, Lang: block.Lang, Text: text, File: name, Line: line + n})
		}
	}
	slices.SortStableFunc(out, func(a, b Example) int { return cmp.Compare(a.Line, b.Line) })
	return out, f.Problems
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

func itoa(i int) string {
	if i < 10 {
		return string(rune('0' + i))
	}
	return itoa(i/10) + string(rune('0'+i%10))
}
