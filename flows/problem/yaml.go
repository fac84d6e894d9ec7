package problem

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
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
	Broken   bool // not read at all: what it says cannot be checked further
	Partly   bool // parts had the wrong type or a misspelt name and are left out: what is missing may well be written
}

// Read reads name from fsys strictly into out: keys that out does not have, repeated keys and values of the wrong type
// are problems, collected in the returned File.
func Read(fsys fs.FS, name string, out any) *File {
	f := &File{Name: name, places: map[string]yaml.Mark{}}
	data, err := ReadFile(fsys, name)
	if err != nil {
		reason, remedy := "the file cannot be read: "+err.Error(), "layak init writes a whole folder to copy it from"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			reason = "the file is missing"
			if stem, ok := strings.CutSuffix(name, ".yaml"); ok {
				if _, err := fs.Stat(fsys, stem+".yml"); err == nil {
					remedy = fmt.Sprintf("there is %s: rename it to %s", path.Base(stem)+".yml", path.Base(name))
				}
			}
		case errors.Is(err, errNoFile):
			reason = errNoFile.Error()
		}
		f.Broken = true
		f.Problems = append(f.Problems, Problem{File: name, Kind: MissingFile, Message: reason, Suggestion: remedy})
		return f
	}
	f.decode(data, out)
	return f
}

// errNoFile means that a folder or the like bears the name of a file.
var errNoFile = errors.New("what stands here is no file")

// ReadFile reads a file. A pipe, of which nobody knows when it ends, is none.
func ReadFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNoFile
	}
	return fs.ReadFile(fsys, name)
}

// Decode is Read for bytes already in memory.
func Decode(name string, data []byte, out any) *File {
	f := &File{Name: name, places: map[string]yaml.Mark{}}
	f.decode(data, out)
	return f
}

func (f *File) decode(data []byte, out any) {
	var root yaml.Node
	if f.unreadable(data) {
		f.Broken = true
		return
	}
	if err := yaml.Load(data, &root); err != nil {
		f.Broken = true
		f.addYAML(err, BrokenYAML)
		f.unclosed(string(data))
		f.tabs(string(data))
		return
	}
	if root.Kind == 0 || len(root.Content) == 0 {
		f.Broken = true
		f.Problems = append(f.Problems, Problem{File: f.Name, Kind: EmptyFile, Message: "the file is empty", Suggestion: "layak init writes a whole folder to copy it from"})
		return
	}
	top := &root
	if root.Kind == yaml.DocumentNode {
		top = root.Content[0]
	}
	f.invisible(top, 0)
	f.repeatedKeys(top, 0)
	f.index("", top)
	f.unknownKeys(top, reflect.TypeOf(out), 0)
	if err := top.Decode(out); err != nil {
		f.Partly = true
		f.addYAML(err, WrongType)
	}
}

// addYAML notes what the library found while it parsed (BrokenYAML) or filled in the values (WrongType).
func (f *File) addYAML(err error, kind Kind) {
	add := func(line, column int, msg string) {
		p := plainYAML(kind, msg)
		p.File, p.Line, p.Column = f.Name, line, column
		f.Problems = append(f.Problems, p)
	}
	var many *yaml.LoadErrors
	var one *yaml.LoadError
	switch {
	case errors.As(err, &many):
		for _, e := range many.Errors {
			add(e.Mark.Line, e.Mark.Column, e.Message)
		}
	case errors.As(err, &one):
		add(one.Mark.Line, one.Mark.Column, one.Message)
	default:
		add(0, 0, err.Error())
	}
}

// unclosed says where a quotation mark was opened that is not closed: the library finds out only at the next one of its kind,
// or at the end of the file.
func (f *File) unclosed(text string) {
	p := &f.Problems[len(f.Problems)-1]
	if strings.Contains(p.Message, "unexpected end of stream") {
		for _, mark := range []string{`"`, "'"} {
			i := strings.LastIndex(text, mark)
			if i < 0 || !strings.HasSuffix(strings.TrimRight(text[:i], " "), ":") && !strings.HasSuffix(strings.TrimRight(text[:i], " "), "-") {
				continue
			}
			p.Line, p.Column = strings.Count(text[:i], "\n")+1, i-strings.LastIndex(text[:i], "\n")
			p.Message, p.Suggestion = "the quotation mark "+mark+" is not closed", "put another "+mark+" behind the text"
			return
		}
	}
	odd, at, n := false, 0, 0
	for line := range strings.Lines(text) {
		if n++; n >= p.Line {
			break
		}
		if !strings.HasPrefix(strings.TrimSpace(line), "#") && (strings.Count(line, `"`)-strings.Count(line, `\"`))%2 == 1 {
			odd, at = !odd, n
		}
	}
	if odd {
		p.Suggestion = fmt.Sprintf(`look at line %d: it seems that a quotation mark " is not closed there`, at)
	}
}

// tabs says so where a line that cannot be read is indented with a tab, which looks like spaces.
func (f *File) tabs(text string) {
	lines := strings.Split(text, "\n")
	for i := range f.Problems {
		p := &f.Problems[i]
		if p.Kind != BrokenYAML || p.Line < 1 || p.Line > len(lines) {
			continue
		}
		indent := lines[p.Line-1][:len(lines[p.Line-1])-len(strings.TrimLeft(lines[p.Line-1], " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 {
			p.Column, p.Message, p.Suggestion = at+1, "this line is indented with a tab", "use spaces, not a tab"
		}
	}
	f.Problems = f.Problems.Sorted()
}

// plainYAML turns the library's words into words for people.
func plainYAML(kind Kind, msg string) Problem {
	switch {
	case strings.Contains(msg, "found character that cannot start any token"):
		return Problem{Kind: kind, Message: "this line begins with a tab or a character YAML keeps for itself", Suggestion: "indent with spaces, or put the text in quotes"}
	case strings.Contains(msg, "mapping values are not allowed"):
		return Problem{Kind: kind, Message: "there is a colon inside the text, or the line is indented wrongly", Suggestion: "put the text in quotes"}
	case strings.Contains(msg, "no documents in stream"):
		return Problem{Kind: EmptyFile, Message: "the file is empty"}
	case kind == BrokenYAML:
		return Problem{Kind: kind, Message: msg, Suggestion: "look at the lines just before: a bracket or a quotation mark is not closed, or the indentation is off"}
	}
	msg = goType.ReplaceAllStringFunc(msg, func(s string) string {
		if words, ok := typeWords[strings.TrimPrefix(s, "into ")]; ok {
			return "as " + words
		}
		return "as a group of keys"
	})
	return Problem{Kind: kind, Message: yamlWords.Replace(msg)}
}

// goType is how the library names the type it wanted.
var goType = regexp.MustCompile(`into (struct \{.*\}|\S+)$`)

// typeWords are Go's types in words.
var typeWords = map[string]string{
	"string": "text", "int": "a whole number", "float64": "a number", "bool": "true or false", "[]string": "a list of texts",
	"time.Duration": "a length of time; write it like 90s, 15m or 6h", "rules.Text": "a text in each language (id: …, en: …)",
	"map[string][]string": "words in each language (id: […], en: […])",
}

// yamlWords are the library's names for what stands in a file, in words.
var yamlWords = strings.NewReplacer("cannot construct", "cannot read", "!!map", "a group of keys", "!!seq", "a list", "!!str", "text",
	"!!int", "a number", "!!bool", "true or false", "!!float", "a number", "!!null", "nothing", "!!timestamp", "a date")

// repeatedKeys reports keys that stand twice in one place, and drops the later ones, so that the rest can be read.
func (f *File) repeatedKeys(n *yaml.Node, depth int) {
	if depth > 100 {
		return
	}
	if n.Kind == yaml.MappingNode {
		var kept []*yaml.Node
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if line, dup := first[key.Value]; dup && key.Kind == yaml.ScalarNode && key.Value != "<<" {
				f.Problems = append(f.Problems, Problem{
					File: f.Name, Line: key.Line, Column: key.Column, Kind: RepeatedKey,
					Message: fmt.Sprintf("key %q stands twice here, first in line %d", key.Value, line), Suggestion: "keep one of them",
				})
				continue
			}
			first[key.Value] = key.Line
			kept = append(kept, key, n.Content[i+1])
		}
		n.Content = kept
	}
	for _, c := range n.Content {
		f.repeatedKeys(c, depth+1)
	}
}

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
			try := "known here: " + strings.Join(names, ", ")
			if near := Nearest(key.Value, names); near != "" {
				try = fmt.Sprintf("did you mean %q?", near)
				f.Partly = true // what seems to be missing stands under the wrong name
			}
			f.Problems = append(f.Problems, Problem{
				File: f.Name, Line: key.Line, Column: key.Column, Kind: UnknownKey, Message: fmt.Sprintf("unknown key %q", key.Value), Suggestion: try,
			})
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

// Has reports whether a value stands at path.
func (f *File) Has(path string) bool {
	_, ok := f.places[path]
	return ok
}

// Place is At as one value.
func (f *File) Place(path string) Place {
	line, column := f.At(path)
	return Place{line, column}
}

// Add notes a problem at path. The result takes the suggestion, before anything else is added.
func (f *File) Add(kind Kind, path, format string, args ...any) *Problem {
	line, column := f.At(path)
	f.Problems = append(f.Problems, Problem{File: f.Name, Line: line, Column: column, Kind: kind, Message: fmt.Sprintf(format, args...)})
	return &f.Problems[len(f.Problems)-1]
}

// Unknown notes that a name written at path does not exist, and suggests one of the candidates.
func (f *File) Unknown(kind Kind, path, what, name string, candidates []string) {
	f.Add(kind, path, "%s", missing(what, name)).Suggestion = Similar(name, candidates)
}
