package flows

import (
	"fmt"
	"io"
	"io/fs"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"

	"layak/flows/problem"
	"layak/flows/rules"
)

// catalog is every text of one language, compiled.
type catalog struct {
	lang  string
	texts map[string]*phrase
}

// phrase is one text: pieces put together, or a template where it does more than put in names.
type phrase struct {
	source string // as written
	pieces []piece
	tmpl   *template.Template
	puts   []string // names it puts in, {{.Name}} and {{.Verdict.Field}}, sorted
}

// piece is a bit of text, or a name to put in.
type piece struct {
	text string
	name func(*words) string
}

// names are what a text without conditions and loops can put in, without the template package.
var names = map[string]func(*words) string{
	"Category": func(w *words) string { return w.Category }, "Title": func(w *words) string { return w.Title },
	"Label": func(w *words) string { return w.Label }, "Question": func(w *words) string { return w.Question },
	"Number": func(w *words) string { return w.Number }, "Kind": func(w *words) string { return w.Kind },
	"Wanted": func(w *words) string { return w.Wanted }, "Shape": func(w *words) string { return w.Shape },
	"Example": func(w *words) string { return w.Example }, "List": func(w *words) string { return w.List },
	"Topic": func(w *words) string { return w.Topic }, "Names": func(w *words) string { return w.Names },
	"When": func(w *words) string { return w.When }, "Retention": func(w *words) string { return w.Retention },
	"N": func(w *words) string { return strconv.Itoa(w.N) }, "Of": func(w *words) string { return strconv.Itoa(w.Of) },
}

// simple returns the pieces of a template that only puts in names, or nil.
func simple(t *template.Template) []piece {
	var pieces []piece
	for _, n := range t.Root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			pieces = append(pieces, piece{text: string(n.Text)})
		case *parse.ActionNode:
			name := names[strings.TrimPrefix(n.Pipe.String(), ".")]
			if name == nil {
				return nil
			}
			pieces = append(pieces, piece{name: name})
		default:
			return nil
		}
	}
	return pieces
}

// words is what a text can speak of. One type for all texts keeps them checkable: each is executed once at load.
type words struct {
	Category  string   // short name of the business
	Title     string   // its title in lists
	Label     string   // name of a licence
	Question  string   // wording of a licence question
	Number    string   // a masked licence number
	Kind      string   // what a number is for
	Wanted    string   // what the number asked for is for
	Shape     string   // how the number asked for looks
	Example   string   // an example of it
	N, Of     int      // this question, and at most how many
	Most      int      // the most questions there can be
	Salam     string   // greeting to give back
	Lines     []string // answers so far, or the like
	List      string   // numbered options
	Topic     string   // where the conversation stopped
	Names     string   // labels of several facts, joined
	When      string   // when a person will answer
	Retention string   // how long answers are kept
	Verdict   *verdictWords
}

// verdictWords is what the verdict text can speak of.
type verdictWords struct {
	rules.Verdict
	Headline  string
	Acks      []string // licences that were named
	Why       []whyWords
	Changes   []changeWords
	Steps     []string // the first few next steps
	Messaging string
	Commerce  string
	Checklist bool
}

type whyWords struct{ Text, Source string }

type changeWords struct{ Facts, Outcome string }

// sample stands in for a real conversation when a text is tried out at load.
func sample() words {
	v := rules.Verdict{Verdict: rules.NeedsReview, NextSteps: []string{"x"}, Conditions: []rules.Condition{{Rule: "x", Text: "x"}}, ReviewOffered: true}
	return words{
		Category: "x", Title: "x", Label: "x", Question: "x", Number: "x", Kind: "x", Wanted: "x", Shape: "x", Example: "x", N: 1, Of: 2, Most: 3,
		Salam: "x", Lines: []string{"x"}, List: "x", Topic: "x", Names: "x", When: "x", Retention: "x",
		Verdict: &verdictWords{v, "x", []string{"x"}, []whyWords{{"x", "x"}}, []changeWords{{"x", "x"}}, []string{"x"}, "x", "x", true},
	}
}

var textFuncs = template.FuncMap{
	"join": strings.Join,
	"inc":  func(i int) int { return i + 1 },
}

// loadCatalog reads lang/<lang>.yaml.
func loadCatalog(fsys fs.FS, lang string) (*catalog, *problem.File) {
	var tf textsFile
	f := problem.Read(fsys, "lang/"+lang+".yaml", &tf)
	c := &catalog{lang, map[string]*phrase{}}
	for _, key := range slices.Sorted(maps.Keys(tf.Texts)) {
		text := strings.TrimSpace(tf.Texts[key])
		path := "texts." + key
		if text == "" {
			f.Add(problem.EmptyText, path, "text %q is empty", key).Try("write it, or remove its name")
			continue
		}
		if n := len([]rune(text)); n > MaxTextRunes {
			f.Add(problem.TextTooLong, path, "text %q has %d characters", key, n).Try("a message may have at most %d", MaxTextRunes)
		}
		if !strings.Contains(text, "{{") {
			c.texts[key] = &phrase{source: text, pieces: []piece{{text: text}}}
			continue
		}
		t, err := template.New(key).Funcs(textFuncs).Parse(text)
		if err != nil {
			badTemplate(f, path, key, err)
			continue
		}
		if err := t.Execute(io.Discard, sample()); err != nil {
			badTemplate(f, path, key, err)
			continue
		}
		c.texts[key] = &phrase{source: text, pieces: simple(t), tmpl: t, puts: putNames(text)}
	}
	return c, f
}

// putName finds the names that a text puts in or asks about.
var putName = regexp.MustCompile(`\.([A-Z]\w*(?:\.[A-Z]\w*)*)`)

func putNames(text string) (out []string) {
	for _, part := range strings.Split(text, "{{")[1:] {
		inside, _, _ := strings.Cut(part, "}}")
		for _, m := range putName.FindAllStringSubmatch(inside, -1) {
			if name := "{{." + m[1] + "}}"; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// MaxTextRunes is WhatsApp's limit for the body of a text message on the official API, the narrowest channel.
const MaxTextRunes = 4096

// badTemplate reports what is wrong in the {{…}} of a text.
func badTemplate(f *problem.File, path, key string, err error) {
	msg := err.Error()
	if _, rest, ok := strings.Cut(msg, "can't evaluate field "); ok {
		name, _, _ := strings.Cut(rest, " ")
		p := f.Add(problem.BadPlaceholder, path, "text %q: there is no {{.%s}} to put in", key, name)
		if p.Suggestion = problem.Similar(name, wordNames()); p.Suggestion == "" {
			p.Try("there are: %s", strings.Join(slices.Compact(slices.Sorted(slices.Values(wordNames()))), ", "))
		}
		if problem.Nearest(name, []string{"Business", "Usaha", "BusinessName"}) != "" {
			p.Suggestion = "the kind of business is {{.Category}}"
		}
		return
	}
	if i := strings.LastIndex(msg, ": "); i >= 0 {
		msg = msg[i+2:]
	}
	f.Add(problem.BadPlaceholder, path, "text %q: the {{…}} part cannot be read: %s", key, msg).Try("every {{ needs its }}, and every {{if}} and {{range}} its {{end}}")
}

// wordNames are the names a text can put in.
func wordNames() (out []string) {
	for _, t := range []reflect.Type{reflect.TypeFor[words](), reflect.TypeFor[verdictWords]()} {
		for i := range t.NumField() {
			out = append(out, t.Field(i).Name)
		}
	}
	return out
}

// has reports whether the catalogue holds a text.
func (c *catalog) has(key string) bool { return c.texts[key] != nil }

// say renders a text. A text that is missing renders as "", which load has made impossible for the keys in use.
func (c *catalog) say(key string, w *words) string {
	p := c.texts[key]
	switch {
	case p == nil:
		return ""
	case len(p.pieces) == 1 && p.pieces[0].name == nil:
		return p.pieces[0].text
	case len(p.pieces) == 1:
		return p.pieces[0].name(w)
	}
	var b strings.Builder
	if p.pieces == nil {
		if err := p.tmpl.Execute(&b, w); err != nil {
			return ""
		}
		return strings.TrimSpace(b.String())
	}
	for _, bit := range p.pieces {
		if bit.name != nil {
			b.WriteString(bit.name(w))
		} else {
			b.WriteString(bit.text)
		}
	}
	return b.String()
}

// date writes a day as people do.
func (c *catalog) date(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	months := "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
	if c.lang == "id" {
		months = "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des"
	}
	return fmt.Sprintf("%d %s %d", t.Day(), strings.Fields(months)[t.Month()-1], t.Year())
}
