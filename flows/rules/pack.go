package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/expr-lang/expr/vm"

	"layak/flows/problem"
)

// Text is one text in every language, by language tag.
type Text map[string]string

// In returns the text in lang, or in any language it has.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	for _, s := range t {
		return s
	}
	return ""
}

// Answers a licence question takes.
const (
	Yes    = "yes"
	No     = "no"
	Unsure = "unsure" // also what a missing fact counts as
)

// Pack is everything known about businesses. It is immutable and safe for concurrent use.
type Pack struct {
	ID, Version, AsOf string
	ReviewAfter       time.Duration // age of a source after which its rules are listed for review

	Groups     []*Group
	Categories []*Category
	Facts      []*Fact
	Confusions []*Confusion
	Rules      []*Rule
	Invariants []*Invariant

	groups     map[string]*Group
	categories map[string]*Category
	facts      map[string]*Fact
	numbers    []*Number
	sources    map[string]*Source

	mu       sync.Mutex
	turns    []time.Time // days on which the rules in force change, ascending
	segments []*segment  // between those days; filled in when first needed
}

// Group is one entry of the first list.
type Group struct {
	ID      string
	Title   Text
	Members []*Category // those that can be picked from the list, in order
}

// Category is one kind of business.
type Category struct {
	ID           string
	Group        string
	Menu         bool // can be picked from the list; otherwise it is reached by text only
	Title        Text // as an entry of a list
	Short        Text // as named inside a sentence
	Asks         []string
	Always       map[string]bool // facts asked even where they cannot change the verdict
	Commerce     Access
	Review       bool // a person may look at a refusal
	KBLI         []string
	Synonyms     map[string][]string // by language
	Ambiguous    []string            // words that alone start a question
	Confusable   []string
	BaseOutcome  Outcome // the mildest outcome any answers can give, under the rules in force at the pack's date
	WorstOutcome Outcome
	Place        problem.Place // in categories.yaml
}

// Fact is one thing that is asked besides the business.
type Fact struct {
	ID       string
	Label    Text // in the recap
	Question Text
	Explain  Text                // what the licence is, for someone who asks; nil where the pack says nothing
	Numbers  []string            // ids of the number shapes that may be sent in place of yes
	Values   []Value             // what may be answered; yes, no and unsure where the pack says nothing
	Stated   map[string][]string // phrases in a description that plainly give the value
	Unasked  bool                // on purpose: no rule looks at it
	Place    problem.Place       // in rules.yaml
}

// Value is one answer a fact takes. Title is nil for yes, no and unsure, which the texts of the flow name.
type Value struct {
	ID       string
	Title    Text
	Synonyms map[string][]string
}

// Number is the shape of one kind of licence number.
type Number struct {
	ID      string
	Name    Text // the kind of product or business it is for
	Shape   Text // how it looks, in words
	Example string
	pattern *regexp.Regexp
	near    *regexp.Regexp // meant as this number, but not quite; nil where unknown
}

// Source is where a rule comes from.
type Source struct {
	ID    string
	Title Text
	URL   string
	AsOf  string
	Kind  string
	Place problem.Place // in rules.yaml
}

// Confusion is the question that tells categories apart which are easily mistaken for one another.
type Confusion struct {
	Between []string
	Ask     Text
}

// Rule is one statement about businesses, in force from From until before Until (zero: no bound).
type Rule struct {
	ID          string
	When        string
	Outcome     Outcome
	Reason      Text
	Source      string
	Also        []string
	Facts       []string // what the reason rests on: "business" and fact ids
	Next        map[string][]string
	Condition   Text
	From, Until time.Time
	Place       problem.Place // in rules.yaml

	program *vm.Program
	reads   []string // fact ids that When reads, the category left out
}

// Invariant is something that no combination of facts may ever give.
type Invariant struct {
	ID      string
	Never   string
	Why     Text
	Place   problem.Place // in rules.yaml
	program *vm.Program
}

// DefaultReviewAfter is how old a source may be where the pack does not say: policies are restated about once a year.
const DefaultReviewAfter = 400 * 24 * time.Hour

// Category returns the category with that id, or nil.
func (p *Pack) Category(id string) *Category { return p.categories[id] }

// Group returns the group with that id, or nil.
func (p *Pack) Group(id string) *Group { return p.groups[id] }

// Fact returns the fact with that id, or nil.
func (p *Pack) Fact(id string) *Fact { return p.facts[id] }

// Reads reports whether a rule, of any time, looks at the fact.
func (p *Pack) Reads(fact string) bool {
	return slices.ContainsFunc(p.Rules, func(r *Rule) bool { return slices.Contains(r.reads, fact) })
}

// Sources returns the sources that rules can name, sorted by id.
func (p *Pack) Sources() []*Source {
	return slices.SortedFunc(maps.Values(p.sources), func(a, b *Source) int { return strings.Compare(a.ID, b.ID) })
}

// Numbers returns the shapes of licence numbers, in the order of the file.
func (p *Pack) Numbers() []*Number { return p.numbers }

// Pattern returns what a number of this kind has to match, as a regular expression.
func (n *Number) Pattern() string { return n.pattern.String() }

// Ref names the pack in verdicts.
func (p *Pack) Ref() PackRef { return PackRef{p.ID, p.Version, p.AsOf} }

// Confusion returns the question that tells the given categories apart, or nil: one that speaks of all of them, and of
// as few others as possible.
func (p *Pack) Confusion(categories []string) *Confusion {
	var best *Confusion
	for _, c := range p.Confusions {
		covers := len(categories) > 1
		for _, id := range categories {
			covers = covers && slices.Contains(c.Between, id)
		}
		if covers && (best == nil || len(c.Between) < len(best.Between)) {
			best = c
		}
	}
	return best
}

// hasValue reports whether the fact takes that value.
func (f *Fact) hasValue(v string) bool {
	for _, have := range f.Values {
		if have.ID == v {
			return true
		}
	}
	return false
}

// YesNo reports whether the fact takes yes, no and unsure.
func (f *Fact) YesNo() bool { return len(f.Values) > 0 && f.Values[0].Title == nil }
