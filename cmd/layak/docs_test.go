package main

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"layak/flows/problem"
	"layak/flows/schema"
)

// The reference in docs/flows.md is made from the types and the kinds of mistake:
// go test ./cmd/layak -run TestReference -update-golden
func TestReferenceInTheDocs(t *testing.T) {
	const file, begin, end = "../../docs/flows.md", "<!-- made by cmd/layak/docs_test.go: begin -->\n", "<!-- end -->\n"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	old, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the reference", file)
	}
	fresh := reference()
	if old == fresh {
		return
	}
	if !*updateGolden {
		t.Fatalf("the reference in %s is not that of the types", file)
	}
	if err := os.WriteFile(file, []byte(before+begin+fresh+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reference lists every key of every file, and every kind of mistake.
func reference() string {
	var b strings.Builder
	for _, f := range schema.Files() {
		fmt.Fprintf(&b, "\n<details><summary>Keys of <code>%s</code>: %s</summary>\n\n| key | meaning |\n|---|---|\n", f.Files, f.Title)
		keyLines(&b, "", f.Type)
		b.WriteString("\n</details>\n")
	}
	fmt.Fprintf(&b, "\n<details><summary>The %d kinds of mistake</summary>\n\n| code | mistake |\n|---|---|\n", len(problem.Kinds))
	for _, k := range problem.Kinds {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.Kind, k.Means)
	}
	b.WriteString("\n</details>\n\n")
	return b.String()
}

// keyLines writes a line for each key below path. [] is each of a list, * each key of a group.
func keyLines(b *strings.Builder, path string, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[yaml.Node]():
	case t.Kind() == reflect.Slice:
		keyLines(b, path+"[]", t.Elem())
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct:
		keyLines(b, path+".*", t.Elem())
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name := strings.TrimPrefix(path+"."+f.Tag.Get("yaml"), ".")
			more := ""
			if f.Tag.Get("need") != "" {
				more += " **Needed.**"
			}
			if only := strings.Fields(f.Tag.Get("only")); len(only) > 0 {
				more += " One of `" + strings.Join(only, "`, `") + "`."
			}
			doc := strings.ReplaceAll(strings.ReplaceAll(f.Tag.Get("doc"), "|", "\\|"), "<", "&lt;")
			fmt.Fprintf(b, "| `%s` | %s.%s |\n", name, strings.TrimSuffix(doc, "."), more)
			keyLines(b, name, f.Type)
		}
	}
}
