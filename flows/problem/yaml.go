package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// File is one YAML file that was read, with the place of every value in it.
type File struct {
	Name     string
	places   map[string]yaml.Mark // by path, for example states.recap.edges[0].to
	Problems List
	Broken   bool // not read, or not as the wanted type: what it says cannot be checked further
}

// Read reads name from fsys strictly into out: keys that out does not have, repeated keys and values of the wrong type
// are problems, collected in the returned File.
func Read(fsys fs.FS, name string, out any) *File {
	f := &File{Name: name, places: map[string]yaml.Mark{}}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		reason := "the file cannot be read: " + err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			reason = "the file is missing"
		}
		f.Broken = true
		f.Problems = append(f.Problems, Problem{File: name, Message: reason})
		return f
	}
	f.decode(data, out)
	return f
}

// Decode is Read for bytes already in memory.
func Decode(name string, data []byte, out any) *File {
	f := &File{Name: name, places: map[string]yaml.Mark{}}
	f.decode(data, out)
	return f
}

func (f *File) decode(data []byte, out any) {
	var root yaml.Node
	if err := yaml.Load(data, &root); err != nil {
		f.addYAML(err)
		return
	}
	if root.Kind == 0 || len(root.Content) == 0 {
		f.Broken = true
		f.Problems = append(f.Problems, Problem{File: f.Name, Message: "the file is empty"})
		return
	}
	top := &root
	if root.Kind == yaml.DocumentNode {
		top = root.Content[0]
	}
	f.index("", top)
	f.unknownKeys(top, reflect.TypeOf(out), 0)
	if err := top.Decode(out); err != nil {
		f.addYAML(err)
	}
}

func (f *File) addYAML(err error) {
	f.Broken = true
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many):
		for _, e := range many.Errors {
			f.Problems = append(f.Problems, Problem{f.Name, e.Mark.Line, e.Mark.Column, plainYAML(e.Message)})
		}
	case errors.As(err, &one):
		f.Problems = append(f.Problems, Problem{f.Name, one.Mark.Line, one.Mark.Column, plainYAML(one.Message)})
	default:
		f.Problems = append(f.Problems, Problem{File: f.Name, Message: err.Error()})
	}
}

// plainYAML turns the library's words for types into words for people.
func plainYAML(msg string) string {
	r := strings.NewReplacer("cannot construct", "cannot read", "!!map", "a group of keys", "!!seq", "a list", "!!str", "text", "!!int", "a number",
		"!!bool", "true or false", "!!float", "a number", "[]string", "a list of texts", "rules.Text", "a text in each language (id: …, en: …)")
	msg = goType.ReplaceAllString(msg, "as a group of keys")
	switch {
	case strings.Contains(msg, "found character that cannot start any token"):
		return "this line begins with a tab or a character YAML keeps for itself; indent with spaces, or put the text in quotes"
	case strings.Contains(msg, "mapping values are not allowed"):
		return "there is a colon inside the text, or the line is indented wrongly; put the text in quotes"
	case strings.Contains(msg, "no documents in stream"):
		return "the file is empty"
	}
	return r.Replace(msg)
}

// goType is how the library names the type it wanted.
var goType = regexp.MustCompile(`into (\*?(rules|flows|match|main)\.[A-Za-z]+|struct \{.*\})`)

// index notes the place of every value below n.
func (f *File) index(path string, n *yaml.Node) {
	if path != "" {
		f.places[path] = yaml.Mark{Line: n.Line, Column: n.Column}
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			child := key.Value
			if path != "" {
				child = path + "." + child
			}
			f.index(child, n.Content[i+1])
			f.places[child+"#key"] = yaml.Mark{Line: key.Line, Column: key.Column}
		}
	case yaml.SequenceNode:
		for i, c := range n.Content {
			f.index(path+"["+strconv.Itoa(i)+"]", c)
		}
	}
}

// unknownKeys reports keys that the Go type t has no field for.
func (f *File) unknownKeys(n *yaml.Node, t reflect.Type, depth int) {
	if depth > 100 || t == nil {
		return
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[nodeReader]()) {
		return
	}
	switch {
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		fields := map[string]reflect.Type{}
		var names []string
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if name != "" && name != "-" {
				fields[name] = t.Field(i).Type
				names = append(names, name)
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if ft, ok := fields[key.Value]; ok {
				f.unknownKeys(n.Content[i+1], ft, depth+1)
				continue
			}
			msg := fmt.Sprintf("unknown key %q", key.Value)
			if near := Nearest(key.Value, names); near != "" {
				msg += fmt.Sprintf("; did you mean %q?", near)
			} else {
				msg += "; known here: " + strings.Join(names, ", ")
			}
			f.Problems = append(f.Problems, Problem{f.Name, key.Line, key.Column, msg})
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		for i := 1; i < len(n.Content); i += 2 {
			f.unknownKeys(n.Content[i], t.Elem(), depth+1)
		}
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, c := range n.Content {
			f.unknownKeys(c, t.Elem(), depth+1)
		}
	}
}

// nodeReader is what a type with its own reading implements.
type nodeReader interface{ UnmarshalYAML(*yaml.Node) error }

// At returns the place of the value at path, or of the nearest enclosing value that exists.
func (f *File) At(path string) (line, column int) {
	for p := path; p != ""; {
		if m, ok := f.places[p]; ok {
			return m.Line, m.Column
		}
		p = strings.TrimSuffix(p, "#key")
		if m, ok := f.places[p]; ok {
			return m.Line, m.Column
		}
		cut := strings.LastIndexAny(p, ".[")
		if cut < 0 {
			break
		}
		p = p[:cut]
	}
	return 1, 1
}

// Add notes a problem at path.
func (f *File) Add(path, format string, args ...any) {
	line, column := f.At(path)
	f.Problems = append(f.Problems, Problem{f.Name, line, column, fmt.Sprintf(format, args...)})
}
