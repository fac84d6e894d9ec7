// Package graph draws a flow: as Mermaid, as DOT, and as an SVG picture with a layout of its own.
package graph

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// Graph is the picture of a flow before it is drawn.
type Graph struct {
	Title string
	Nodes []Node
	Edges []Edge
	words Words
}

// Words are the picture's own words in another language than English, by the English ones: formats keep their verbs, and what
// is missing stays English.
type Words map[string]string

func (w Words) say(english string, args ...any) string {
	if own := w[english]; own != "" {
		english = own
	}
	if len(args) == 0 {
		return english
	}
	return fmt.Sprintf(english, args...)
}

// Kind says what a node is.
type Kind string

// The kinds of node.
const (
	Start    Kind = "start"
	Question Kind = "question"
	Judge    Kind = "judge"   // gives the verdict
	Speaks   Kind = "speaks"  // only says something
	BuiltIn  Kind = "builtin" // a question every flow has
	Verdict  Kind = "verdict"
)

// Node is one state, or one of the verdicts that a judging state can give.
type Node struct {
	ID      string // stable: state-<id> or verdict-<outcome>; "start"
	State   flows.StateID
	Outcome rules.Outcome // of a verdict
	Kind    Kind
	Title   string
	Text    string   // what is asked or said, shortened
	Notes   []string // edges that stay in the state, counts
}

// Edge leads from one node to another; edges of the flow between the same two states are put together.
type Edge struct {
	From, To string
	Labels   []string
	Events   []string
}

// Options change what is shown.
type Options struct {
	Lang string    // of the texts; "" is the flow's first
	At   time.Time // for the rules in force
	// Words are those that are not the flow's; nil is English.
	Words Words
	// Reached says in lines of its own how many people came to a state and what became of them.
	Reached map[flows.StateID][]string
}

// maxText is how much of a text is shown: enough to recognise it.
const maxText = 120

// Build makes the graph of a flow.
func Build(f *flows.Flow, o Options) *Graph {
	if o.Lang == "" {
		o.Lang = f.Langs[0]
	}
	b := &builder{f: f, o: o, texts: f.Texts(o.Lang), graph: &Graph{Title: f.ID + ", " + f.Pack.ID + " " + f.Pack.Version, words: o.Words}}
	b.graph.Nodes = append(b.graph.Nodes, Node{ID: "start", Kind: Start, Title: o.Words.say("first message")})
	b.edge("start", stateID(f.Start), "", "")
	for _, id := range f.Order {
		b.state(id, f.States[id])
	}
	for _, id := range b.builtIn {
		s := f.States[id]
		b.graph.Nodes = append(b.graph.Nodes, Node{ID: stateID(id), State: id, Kind: BuiltIn, Title: string(id), Text: b.text(s.Ask.Text), Notes: []string{o.Words.say("then back to that question")}})
	}
	b.verdicts()
	return b.graph
}

type builder struct {
	f       *flows.Flow
	o       Options
	texts   map[string]string
	graph   *Graph
	builtIn []flows.StateID
	judges  []string
}

func stateID(id flows.StateID) string { return "state-" + string(id) }

func (b *builder) state(id flows.StateID, s *flows.State) {
	n := Node{ID: stateID(id), State: id, Kind: Speaks, Title: string(id)}
	switch {
	case s.Ask != nil:
		n.Kind, n.Text = Question, b.text(s.Ask.Text)
		if s.Ask.Facts {
			n.Text = b.o.Words.say("Asks for what can still change the verdict, one at a time (%d in all)", len(b.f.Pack.Facts))
		}
	case s.Judge:
		n.Kind, n.Text = Judge, b.o.Words.say("Judges the answers by the rules and gives the verdict with its reasons")
		b.judges = append(b.judges, n.ID)
	case len(s.Say) > 0:
		n.Text = b.text(s.Say[0])
	}
	n.Notes = append(n.Notes, b.o.Reached[id]...)
	for i := range s.Edges {
		e := &s.Edges[i]
		if e.To == id {
			n.Notes = append(n.Notes, "↻ "+b.label(s, e))
			continue
		}
		if !slices.Contains(b.f.Order, e.To) && !slices.Contains(b.builtIn, e.To) {
			b.builtIn = append(b.builtIn, e.To)
		}
		b.edge(n.ID, stateID(e.To), b.label(s, e), e.Event)
	}
	b.graph.Nodes = append(b.graph.Nodes, n)
}

// edge adds an edge, or its label to the one that is there.
func (b *builder) edge(from, to, label, event string) {
	i := slices.IndexFunc(b.graph.Edges, func(e Edge) bool { return e.From == from && e.To == to })
	if i < 0 {
		i = len(b.graph.Edges)
		b.graph.Edges = append(b.graph.Edges, Edge{From: from, To: to})
	}
	if label != "" {
		b.graph.Edges[i].Labels = append(b.graph.Edges[i].Labels, label)
	}
	if event != "" {
		b.graph.Edges[i].Events = append(b.graph.Edges[i].Events, event)
	}
}

// label says in a few words what an edge waits for.
func (b *builder) label(s *flows.State, e *flows.Edge) string {
	label := string(e.On)
	switch e.On {
	case flows.OnEnter:
		label = b.o.Words.say("at once")
	case flows.OnAnswer:
		label = b.o.Words.say("any answer")
	case flows.OnOption:
		label = b.option(s, e.Option)
	case flows.OnWords:
		label = "“" + e.Option + "”"
		if words := e.Words[b.o.Lang]; len(words) > 0 {
			label = "“" + words[0] + "”"
		}
	case flows.OnCategory:
		label = b.o.Words.say("the business is known")
	case flows.OnCandidate:
		label = b.o.Words.say("one business is likely")
	case flows.OnCandidates:
		label = b.o.Words.say("several are possible")
	case flows.OnGroup:
		label = b.o.Words.say("a group is picked")
	case flows.OnOther:
		label = b.o.Words.say("none of these")
	case flows.OnExhausted:
		label = b.o.Words.say("not understood %d times", b.f.Limits.Misses)
	}
	if e.If != "" {
		label += b.o.Words.say(", if %s", condition(e.If, b.o.Words))
	}
	return label
}

var fewer = regexp.MustCompile(`^asked < (\d+)$`)

// condition puts the usual conditions in words.
func condition(source string, words Words) string {
	switch source {
	case "not pending":
		return words.say("nothing is left to ask")
	case "pending":
		return words.say("something is left to ask")
	}
	if m := fewer.FindStringSubmatch(source); m != nil {
		return words.say("fewer than %s answers", m[1])
	}
	return source
}

// option gives the wording of an option.
func (b *builder) option(s *flows.State, id string) string {
	if s.Ask != nil {
		for _, c := range s.Ask.Choices {
			if c.ID == id && b.texts[c.Text] != "" {
				return b.text(c.Text)
			}
		}
		if f := b.f.Pack.Fact(s.Ask.Fact); f != nil {
			for _, v := range f.Values {
				if v.ID == id && v.Title != nil {
					return v.Title.In(b.o.Lang)
				}
			}
		}
	}
	return id
}

var (
	control = regexp.MustCompile(`\{\{-?\s*(if|else|end|range|with)\b[^}]*\}\}`)
	action  = regexp.MustCompile(`\{\{[^}]*\}\}`)
	spaces  = regexp.MustCompile(`\s+`)
	dots    = regexp.MustCompile(`…([\s.,:]*…)+`)
)

// text shortens a text of the flow, with … for what is put in.
func (b *builder) text(key string) string {
	s := action.ReplaceAllString(control.ReplaceAllString(b.texts[key], ""), "…")
	s = dots.ReplaceAllString(spaces.ReplaceAllString(strings.ReplaceAll(s, "*", ""), " "), "…")
	s = strings.TrimSpace(strings.TrimLeft(s, "… "))
	if r := []rune(s); len(r) > maxText {
		cut := string(r[:maxText])
		if i := strings.LastIndexByte(cut, ' '); i > 0 {
			cut = cut[:i]
		}
		s = strings.TrimRight(cut, " .,;:") + " …"
	}
	return s
}

// verdicts adds the outcomes that the rules can give, with how many combinations of answers lead to each.
func (b *builder) verdicts() {
	n, total := map[rules.Outcome]int{}, 0
	b.f.Pack.Each(b.o.At, func(_ string, _ map[string]string, o rules.Outcome) {
		n[o]++
		total++
	})
	for _, o := range rules.Outcomes {
		if n[o] == 0 {
			continue
		}
		node := Node{
			ID: "verdict-" + string(o), Outcome: o, Kind: Verdict, Title: b.o.Words.say(string(o)), Text: b.text("outcome." + string(o)),
			Notes: []string{b.o.Words.say("%d of %d combinations", n[o], total)},
		}
		b.graph.Nodes = append(b.graph.Nodes, node)
		for _, from := range b.judges {
			b.edge(from, node.ID, "", "")
		}
	}
}
