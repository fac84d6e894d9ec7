// Package schema describes the YAML files of a flow folder for editors, which then complete and explain keys: JSON Schemas
// made from the Go types that the files are read into.
package schema

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"layak/flows"
	"layak/flows/match"
	"layak/flows/rules"
)

// Dir is the folder in a flow folder that holds the schemas.
const Dir = "schema"

// File is one kind of YAML file.
type File struct {
	Name  string       // of the schema, without .schema.json
	Files string       // the files it is for, as a pattern inside the flow folder
	Title string       // what such a file holds
	Type  reflect.Type // what it is read into
}

// Files lists the YAML files of a flow folder.
func Files() []File {
	return []File{
		{"flow", flows.FlowFile, "The conversation: what is asked, in which order, and where each answer leads", flows.FlowType},
		{"categories", rules.CategoriesFile, "What businesses there are, how they are listed and how they are recognised", rules.CategoriesType},
		{"rules", rules.RulesFile, "What is asked, what is decided, and on whose word", rules.RulesType},
		{"lang", "lang/*.yaml", "Every text in one language", flows.TextsType},
		{"nlu", "nlu/*.yml", "Examples of what people write, for each kind of business", match.ExamplesType},
	}
}

// Header is the line at the head of a file that tells an editor where its schema is. Path is the schema's, relative to the
// file.
func Header(path string) string { return "# yaml-language-server: $schema=" + path }

// JSON writes a schema as the file that editors read.
func JSON(s *jsonschema.Schema, title string) ([]byte, error) {
	s.Schema, s.Title = "https://json-schema.org/draft/2020-12/schema", title
	data, err := json.MarshalIndent(s, "", "  ")
	return append(data, '\n'), err
}

// nothing is what no value fits: other keys than those named.
func nothing() *jsonschema.Schema { return &jsonschema.Schema{Not: &jsonschema.Schema{}} }

// Of describes what is read into a type. Its fields' tags say more: doc explains, need marks what must be there, only lists
// the words it takes, and keys the keys of a map. Known describes types that read themselves.
func Of(t reflect.Type, known map[reflect.Type]*jsonschema.Schema) (*jsonschema.Schema, error) {
	if s := known[t]; s != nil {
		return s.CloneSchemas(), nil
	}
	if t == reflect.TypeFor[yaml.Node]() { // read later, as one text
		return &jsonschema.Schema{Type: "string"}, nil
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return Of(t.Elem(), known)
	case t.Kind() == reflect.Slice && reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]()):
		one, err := Of(t.Elem(), known)
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{one, {Type: "array", Items: one.CloneSchemas()}}}, err
	case t.Kind() == reflect.Slice:
		items, err := Of(t.Elem(), known)
		return &jsonschema.Schema{Type: "array", Items: items}, err
	case t.Kind() == reflect.Map:
		values, err := Of(t.Elem(), known)
		return &jsonschema.Schema{Type: "object", AdditionalProperties: values}, err
	case t.Kind() != reflect.Struct:
		return jsonschema.ForType(t, nil)
	}
	s := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{}, AdditionalProperties: nothing()}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		p, err := Of(f.Type, known)
		if err != nil {
			return nil, err
		}
		if p.Description == "" {
			p.Description = f.Tag.Get("doc")
		}
		for word := range strings.FieldsSeq(f.Tag.Get("only")) {
			p.Enum = append(p.Enum, word)
		}
		if keys := strings.Fields(f.Tag.Get("keys")); len(keys) > 0 {
			values := p.AdditionalProperties
			p.Properties, p.PropertyOrder, p.AdditionalProperties = map[string]*jsonschema.Schema{}, keys, nothing()
			for _, key := range keys {
				p.Properties[key] = values.CloneSchemas()
			}
		}
		s.Properties[name] = p
		s.PropertyOrder = append(s.PropertyOrder, name)
		if f.Tag.Get("need") != "" {
			s.Required = append(s.Required, name)
		}
	}
	return s, nil
}

// Explain adds what explains the keys of a schema, by their path, such as storage.dsn.
func Explain(s *jsonschema.Schema, path string, explained map[string]string) {
	if text := explained[path]; text != "" {
		s.Description = text
	}
	for name, p := range s.Properties {
		Explain(p, strings.TrimPrefix(path+"."+name, "."), explained)
	}
}
