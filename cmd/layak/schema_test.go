package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"layak/flows"
	"layak/flows/schema"
)

const schemaFolder = "../../flows/default/schema"

// The schemas that ship are those of the types: go test ./cmd/layak -run TestSchemas -update-golden
func TestSchemasBelongToTheTypes(t *testing.T) {
	files, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		file := filepath.Join(schemaFolder, name)
		if *updateGolden {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not the schema of its type (%v)", file, err)
		}
	}
	if entries, err := os.ReadDir(schemaFolder); err != nil || len(entries) != len(files) {
		t.Errorf("%d files in %s, want %d (%v)", len(entries), schemaFolder, len(files), err)
	}
}

// content reads YAML as JSON values. A date is text, as it is to editors.
func content(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := yaml.Load(data, &v); err != nil {
		t.Fatal(err)
	}
	return plainValue(v)
}

func plainValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = plainValue(v[k])
		}
	case []any:
		for i := range v {
			v[i] = plainValue(v[i])
		}
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return v
}

// compiled reads a schema as an editor does.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join(schemaFolder, schemaFile(name)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchemasTakeTheFoldersThatShip(t *testing.T) {
	for _, folder := range []string{"../../flows/default", "../../docs/examples/loan"} {
		for _, f := range schema.Files() {
			s := compiled(t, f.Name)
			names, err := fs.Glob(os.DirFS(folder), f.Files)
			if err != nil || len(names) == 0 {
				t.Fatalf("no %s in %s (%v)", f.Files, folder, err)
			}
			for _, name := range names {
				data, err := os.ReadFile(filepath.Join(folder, name))
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Validate(content(t, data)); err != nil {
					t.Errorf("%s/%s: %v", folder, name, err)
				}
				if folder != "../../flows/default" {
					continue
				}
				line, _, _ := strings.Cut(string(data), "\n")
				ref, ok := strings.CutPrefix(line, schema.Header(""))
				if !ok || path.Join(path.Dir(name), ref) != path.Join(schema.Dir, schemaFile(f.Name)) {
					t.Errorf("%s begins with %q, which does not lead to its schema", name, line)
				}
			}
		}
	}
	if err := compiled(t, "config").Validate(content(t, []byte(exampleConfig))); err != nil {
		t.Error(err)
	}
}

func TestSchemasRefuseMistakes(t *testing.T) {
	for _, c := range []struct{ name, yaml, where string }{
		{"flow", "flow: x\nversion: 1\nlanguages: [id]\nstart: a\nstates: [{id: a, jugde: true}]", "/states/0"},
		{"flow", "flow: x\nversion: 1\nlanguages: [id]\nstart: a\nstates: [{id: a, edges: [{event: e, on: grup, to: a}]}]", "/states/0/edges/0/on"},
		{"flow", "flow: x\nversion: 1\nlanguages: [id]\nstart: a\nstates: []\ncommands: {hepl: {id: [x]}}", "/commands"},
		{"rules", "pack: {id: a, version: '1', as_of: 2026-11-22}\nrules: [{id: a, wen: x, verdict: eligible, reason: {id: x}, source: s, facts: [business]}]", "/rules/0"},
		{"rules", "pack: {id: a, version: '1', as_of: 2026-11-22}\nrules: [{id: a, when: x, verdict: maybe, reason: {id: x}, source: s, facts: [business]}]", "/rules/0/verdict"},
		{"categories", "groups: []\ncategories: [{id: a, group: g, title: {id: x}, short: {id: x}, commerce: perhaps}]", "/categories/0/commerce"},
		{"lang", "texts: {greeting: [x]}", "/texts/greeting"},
		{"nlu", "nlu: [{intent: a, lang: id, example: x}]", "/nlu/0"},
		{"config", "flow: {dri: flow}", "/flow"},
		{"config", "limits: {stale_after: soon}", "/limits/stale_after"},
	} {
		if err := compiled(t, c.name).Validate(content(t, []byte(c.yaml))); err == nil || !strings.Contains(err.Error(), "'"+c.where+"'") {
			t.Errorf("%s: %s\ngot %v\nwant a refusal at %s", c.name, c.yaml, err, c.where)
		}
	}
}

// Every key has an explanation, which editors show and docs/flows.md lists.
func TestEveryKeyIsExplained(t *testing.T) {
	var walk func(path string, typ reflect.Type)
	walk = func(path string, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[yaml.Node]() {
			return
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			if f.Tag.Get("doc") == "" {
				t.Errorf("%s.%s has no explanation (doc)", path, f.Tag.Get("yaml"))
			}
			if only := strings.Fields(f.Tag.Get("only")); f.Tag.Get("yaml") == "on" {
				for _, trigger := range flows.Triggers {
					if !strings.Contains(" "+strings.Join(only, " ")+" ", " "+string(trigger)+" ") {
						t.Errorf("%s.on does not list %s", path, trigger)
					}
				}
			}
			if keys := strings.Fields(f.Tag.Get("keys")); f.Tag.Get("yaml") == "commands" && len(keys) != len(flows.Commands) {
				t.Errorf("commands lists %v; there are %v", keys, flows.Commands)
			}
			walk(path+"."+f.Tag.Get("yaml"), f.Type)
		}
	}
	for _, f := range schema.Files() {
		walk(f.Name, f.Type)
	}
}
