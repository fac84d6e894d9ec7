package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"layak/flows/problem"
)

// Files of a pack inside a flow folder.
const (
	RulesFile      = "rules.yaml"
	CategoriesFile = "categories.yaml"
)

// The YAML forms of the two files.
type (
	rulesYAML struct {
		Pack struct {
			ID      string `yaml:"id"`
			Version string `yaml:"version"`
			AsOf    string `yaml:"as_of"`
		} `yaml:"pack"`
		Sources    []sourceYAML    `yaml:"sources"`
		Numbers    []numberYAML    `yaml:"numbers"`
		Facts      []factYAML      `yaml:"facts"`
		Rules      []ruleYAML      `yaml:"rules"`
		Invariants []invariantYAML `yaml:"invariants"`
	}
	sourceYAML struct {
		ID    string `yaml:"id"`
		Title Text   `yaml:"title"`
		URL   string `yaml:"url"`
		AsOf  string `yaml:"as_of"`
		Kind  string `yaml:"kind"`
	}
	numberYAML struct {
		ID      string `yaml:"id"`
		Name    Text   `yaml:"name"`
		Pattern string `yaml:"pattern"`
		Near    string `yaml:"near"`
		Shape   Text   `yaml:"shape"`
		Example string `yaml:"example"`
	}
	factYAML struct {
		ID       string              `yaml:"id"`
		Label    Text                `yaml:"label"`
		Question Text                `yaml:"question"`
		Explain  Text                `yaml:"explain"`
		Number   oneOrMany           `yaml:"number"`
		Values   []valueYAML         `yaml:"values"`
		Stated   map[string][]string `yaml:"stated"`
	}
	valueYAML struct {
		ID       string              `yaml:"id"`
		Title    Text                `yaml:"title"`
		Synonyms map[string][]string `yaml:"synonyms"`
	}
	ruleYAML struct {
		ID        string              `yaml:"id"`
		When      string              `yaml:"when"`
		Verdict   string              `yaml:"verdict"`
		Reason    Text                `yaml:"reason"`
		Source    string              `yaml:"source"`
		Also      []string            `yaml:"also"`
		Facts     []string            `yaml:"facts"`
		Next      map[string][]string `yaml:"next"`
		Condition Text                `yaml:"condition"`
		From      string              `yaml:"from"`
		Until     string              `yaml:"until"`
	}
	invariantYAML struct {
		ID    string `yaml:"id"`
		Never string `yaml:"never"`
		Why   Text   `yaml:"why"`
	}
	categoriesYAML struct {
		Groups     []groupYAML     `yaml:"groups"`
		Categories []categoryYAML  `yaml:"categories"`
		Confusions []confusionYAML `yaml:"confusions"`
	}
	groupYAML struct {
		ID    string `yaml:"id"`
		Title Text   `yaml:"title"`
	}
	categoryYAML struct {
		ID         string              `yaml:"id"`
		Group      string              `yaml:"group"`
		Menu       *bool               `yaml:"menu"`
		Title      Text                `yaml:"title"`
		Short      Text                `yaml:"short"`
		Asks       []string            `yaml:"asks"`
		Always     []string            `yaml:"always"`
		Commerce   string              `yaml:"commerce"`
		Review     bool                `yaml:"review_offered"`
		KBLI       []string            `yaml:"kbli"`
		Synonyms   map[string][]string `yaml:"synonyms"`
		Ambiguous  []string            `yaml:"ambiguous"`
		Confusable []string            `yaml:"confusable_with"`
	}
	confusionYAML struct {
		Between []string `yaml:"between"`
		Ask     Text     `yaml:"ask"`
	}
)

// oneOrMany reads a text or a list of texts.
type oneOrMany []string

// UnmarshalYAML reads a single text as a list of one.
func (o *oneOrMany) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*o = oneOrMany{n.Value}
		return nil
	}
	var many []string
	if err := n.Decode(&many); err != nil {
		return err
	}
	*o = many
	return nil
}

// Limits of a pack: what a person can choose from on a phone.
const (
	maxGroups  = 9
	maxMembers = 9
)

// maxCombinations bounds the table of one category; 22 yes/no questions would never end.
const maxCombinations = 20_000

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)

var factIDPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`)

// loader collects problems while a pack is read.
type loader struct {
	pack       *Pack
	langs      []string
	rules      *problem.File
	categories *problem.File
}

// Load reads rules.yaml and categories.yaml of a flow folder. Every text must stand in each of langs. The pack is nil
// when there is any problem.
func Load(fsys fs.FS, langs []string) (*Pack, problem.List) {
	var ry rulesYAML
	var cy categoriesYAML
	l := &loader{langs: langs, rules: problem.Read(fsys, RulesFile, &ry), categories: problem.Read(fsys, CategoriesFile, &cy)}
	if !l.rules.Broken && !l.categories.Broken {
		l.build(&ry, &cy)
	}
	if problems := slices.Concat(l.rules.Problems, l.categories.Problems); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	return l.pack, nil
}

func (l *loader) build(ry *rulesYAML, cy *categoriesYAML) {
	l.pack = &Pack{
		ID: ry.Pack.ID, Version: ry.Pack.Version, AsOf: ry.Pack.AsOf,
		groups: map[string]*Group{}, categories: map[string]*Category{}, facts: map[string]*Fact{}, sources: map[string]*Source{},
	}
	if ry.Pack.ID == "" {
		l.rules.Add("pack.id", `the pack needs an id, for example "id-default"`)
	}
	if ry.Pack.Version == "" {
		l.rules.Add("pack.version", "the pack needs a version; it is stored with every verdict")
	}
	l.date(l.rules, "pack.as_of", ry.Pack.AsOf, true)
	l.readSources(ry.Sources)
	l.readNumbers(ry.Numbers)
	l.readFacts(ry.Facts)
	l.readGroups(cy.Groups)
	l.readCategories(cy.Categories)
	l.readConfusions(cy.Confusions)
	l.readRules(ry.Rules)
	l.readInvariants(ry.Invariants)
	if len(l.rules.Problems)+len(l.categories.Problems) == 0 {
		l.measure()
	}
}

// text reports languages that are missing or blank.
func (l *loader) text(f *problem.File, path string, t Text, what string) {
	for _, lang := range l.langs {
		if strings.TrimSpace(t[lang]) == "" {
			f.Add(path, "%s has no text in language %q; every text needs one in each of %s", what, lang, strings.Join(l.langs, ", "))
		}
	}
	for lang := range t {
		if !slices.Contains(l.langs, lang) {
			f.Add(path, "%s", problem.Unknown("language", lang, l.langs))
		}
	}
}

// textOptional is text for what may be left out altogether.
func (l *loader) textOptional(f *problem.File, path string, t Text, what string) {
	if len(t) > 0 {
		l.text(f, path, t, what)
	}
}

// once reports an id that is malformed or was used before.
func once[T any](f *problem.File, path, kind, id string, seen map[string]T, pattern *regexp.Regexp) bool {
	if !pattern.MatchString(id) {
		f.Add(path+".id", "%s id %q: use small letters, digits and _ only, beginning with a letter", kind, id)
		return false
	}
	if _, dup := seen[id]; dup {
		f.Add(path+".id", "%s %q stands twice", kind, id)
		return false
	}
	return true
}

func (l *loader) date(f *problem.File, path, s string, required bool) time.Time {
	if s == "" {
		if required {
			f.Add(path, "a date is missing here, as YYYY-MM-DD")
		}
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		f.Add(path, "%q is not a date; write it as YYYY-MM-DD, for example 2026-11-22", s)
	}
	return t
}

func (l *loader) readSources(in []sourceYAML) {
	for i, s := range in {
		path := fmt.Sprintf("sources[%d]", i)
		if !once(l.rules, path, "source", s.ID, l.pack.sources, idPattern) {
			continue
		}
		l.text(l.rules, path+".title", s.Title, "the title of source "+s.ID)
		l.date(l.rules, path+".as_of", s.AsOf, true)
		if s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			l.rules.Add(path+".url", "%q is not a web address; it must begin with https://", s.URL)
		}
		if kinds := []string{"policy", "law", "practice", "guide"}; !slices.Contains(kinds, s.Kind) {
			l.rules.Add(path+".kind", "%s", problem.Unknown("kind of source", s.Kind, kinds))
		}
		l.pack.sources[s.ID] = &Source{s.ID, s.Title, s.URL, s.AsOf, s.Kind}
	}
}

func (l *loader) readNumbers(in []numberYAML) {
	seen := map[string]bool{}
	for i, n := range in {
		path := fmt.Sprintf("numbers[%d]", i)
		if !once(l.rules, path, "number", n.ID, seen, idPattern) {
			continue
		}
		seen[n.ID] = true
		num := &Number{ID: n.ID, Name: n.Name, Shape: n.Shape, Example: n.Example}
		l.text(l.rules, path+".name", n.Name, "the name of number "+n.ID)
		l.text(l.rules, path+".shape", n.Shape, "the shape of number "+n.ID)
		var err error
		if num.pattern, err = regexp.Compile(n.Pattern); err != nil || !strings.HasPrefix(n.Pattern, "^") || !strings.HasSuffix(n.Pattern, "$") {
			l.rules.Add(path+".pattern", "pattern %q must be a regular expression from ^ to $", n.Pattern)
			continue
		}
		if n.Near != "" {
			if num.near, err = regexp.Compile(n.Near); err != nil {
				l.rules.Add(path+".near", "near %q is not a regular expression: %v", n.Near, err)
			}
		}
		if !num.pattern.MatchString(normalNumber(n.Example)) {
			l.rules.Add(path+".example", "the example %q does not fit the pattern of number %s", n.Example, n.ID)
		}
		l.pack.numbers = append(l.pack.numbers, num)
	}
}

func (l *loader) readFacts(in []factYAML) {
	numbers := make([]string, len(l.pack.numbers))
	for i, n := range l.pack.numbers {
		numbers[i] = n.ID
	}
	for i, fy := range in {
		path := fmt.Sprintf("facts[%d]", i)
		if fy.ID == "category" || fy.ID == "verdict" {
			l.rules.Add(path+".id", "%q is a reserved name", fy.ID)
			continue
		}
		if !factIDPattern.MatchString(fy.ID) {
			l.rules.Add(path+".id", "fact id %q: use small letters, digits and _, with at most one dot, for example licence.nib", fy.ID)
			continue
		}
		if _, dup := l.pack.facts[fy.ID]; dup {
			l.rules.Add(path+".id", "fact %q stands twice", fy.ID)
			continue
		}
		f := &Fact{ID: fy.ID, Label: fy.Label, Question: fy.Question, Explain: fy.Explain, Numbers: fy.Number, Stated: fy.Stated}
		l.text(l.rules, path+".label", fy.Label, "the label of fact "+fy.ID)
		l.text(l.rules, path+".question", fy.Question, "the question of fact "+fy.ID)
		l.textOptional(l.rules, path+".explain", fy.Explain, "the explanation of fact "+fy.ID)
		for _, n := range fy.Number {
			if !slices.Contains(numbers, n) {
				l.rules.Add(path+".number", "%s", problem.Unknown("number", n, numbers))
			}
		}
		for j, v := range fy.Values {
			l.text(l.rules, fmt.Sprintf("%s.values[%d].title", path, j), v.Title, "the title of value "+v.ID)
			if !idPattern.MatchString(v.ID) {
				l.rules.Add(fmt.Sprintf("%s.values[%d]", path, j), "value id %q: use small letters, digits and _ only", v.ID)
			}
			f.Values = append(f.Values, Value(v))
		}
		if len(f.Values) == 0 {
			f.Values = []Value{{ID: Yes}, {ID: No}, {ID: Unsure}}
		}
		if len(f.Values) == 1 || len(f.Values) > 10 {
			l.rules.Add(path+".values", "a fact needs 2 to 10 values; %s has %d", fy.ID, len(f.Values))
		}
		for v := range fy.Stated {
			if !f.hasValue(v) {
				l.rules.Add(path+".stated", "%s", problem.Unknown("value", v, f.valueIDs()))
			}
		}
		l.pack.Facts = append(l.pack.Facts, f)
		l.pack.facts[f.ID] = f
	}
}

func (f *Fact) valueIDs() []string {
	ids := make([]string, len(f.Values))
	for i, v := range f.Values {
		ids[i] = v.ID
	}
	return ids
}

func (l *loader) readGroups(in []groupYAML) {
	for i, g := range in {
		path := fmt.Sprintf("groups[%d]", i)
		if !once(l.categories, path, "group", g.ID, l.pack.groups, idPattern) {
			continue
		}
		l.text(l.categories, path+".title", g.Title, "the title of group "+g.ID)
		group := &Group{ID: g.ID, Title: g.Title}
		l.pack.Groups = append(l.pack.Groups, group)
		l.pack.groups[g.ID] = group
	}
	if len(in) > maxGroups {
		l.categories.Add("groups", "there are %d groups; a list on a phone shows at most %d", len(in), maxGroups)
	}
}

func (l *loader) readCategories(in []categoryYAML) {
	facts := slices.Collect(maps.Keys(l.pack.facts))
	groups := slices.Collect(maps.Keys(l.pack.groups))
	var ids []string
	for _, c := range in {
		ids = append(ids, c.ID)
	}
	synonyms := map[string]string{}
	for i, cy := range in {
		path := fmt.Sprintf("categories[%d]", i)
		if !once(l.categories, path, "category", cy.ID, l.pack.categories, idPattern) {
			continue
		}
		c := &Category{
			ID: cy.ID, Group: cy.Group, Menu: cy.Menu == nil || *cy.Menu, Title: cy.Title, Short: cy.Short, Asks: cy.Asks, Always: map[string]bool{},
			Commerce: Access(cy.Commerce), Review: cy.Review, KBLI: cy.KBLI, Synonyms: cy.Synonyms, Ambiguous: cy.Ambiguous, Confusable: cy.Confusable,
		}
		l.text(l.categories, path+".title", cy.Title, "the title of category "+cy.ID)
		l.text(l.categories, path+".short", cy.Short, "the short name of category "+cy.ID)
		g := l.pack.groups[cy.Group]
		switch {
		case g == nil:
			l.categories.Add(path+".group", "%s", problem.Unknown("group", cy.Group, groups))
		case c.Menu:
			g.Members = append(g.Members, c)
		}
		for j, a := range cy.Asks {
			if l.pack.facts[a] == nil {
				l.categories.Add(fmt.Sprintf("%s.asks[%d]", path, j), "%s", problem.Unknown("fact", a, facts))
			}
			if slices.Index(cy.Asks, a) != j {
				l.categories.Add(fmt.Sprintf("%s.asks[%d]", path, j), "%s asks for %q twice", cy.ID, a)
			}
		}
		for j, a := range cy.Always {
			if !slices.Contains(cy.Asks, a) {
				l.categories.Add(fmt.Sprintf("%s.always[%d]", path, j), "%q is in always but not in asks", a)
			}
			c.Always[a] = true
		}
		if all := []string{"yes", "conditions", "review", "no"}; !slices.Contains(all, cy.Commerce) {
			l.categories.Add(path+".commerce", "%s", problem.Unknown("commerce", cy.Commerce, all))
		}
		for j, k := range cy.KBLI {
			if !kbliPattern.MatchString(k) {
				l.categories.Add(fmt.Sprintf("%s.kbli[%d]", path, j), `KBLI code %q needs its edition, for example "2020:64951"`, k)
			}
		}
		for j, other := range cy.Confusable {
			if !slices.Contains(ids, other) {
				l.categories.Add(fmt.Sprintf("%s.confusable_with[%d]", path, j), "%s", problem.Unknown("category", other, ids))
			}
		}
		l.checkSynonyms(path, cy, in, synonyms)
		l.pack.Categories = append(l.pack.Categories, c)
		l.pack.categories[c.ID] = c
	}
	for i, g := range l.pack.Groups {
		if n := len(g.Members); n > maxMembers {
			l.categories.Add(fmt.Sprintf("groups[%d]", i), "group %s has %d categories; a list on a phone shows at most %d", g.ID, n, maxMembers)
		} else if n == 0 {
			l.categories.Add(fmt.Sprintf("groups[%d]", i), "group %s has no category that can be picked", g.ID)
		}
	}
}

var kbliPattern = regexp.MustCompile(`^20(20|25):\d{5}$`)

// checkSynonyms reports words that would pick two categories.
func (l *loader) checkSynonyms(path string, cy categoryYAML, all []categoryYAML, seen map[string]string) {
	for lang, words := range cy.Synonyms {
		if !slices.Contains(l.langs, lang) {
			l.categories.Add(path+".synonyms."+lang, "%s", problem.Unknown("language", lang, l.langs))
		}
		for j, w := range words {
			key := strings.ToLower(strings.TrimSpace(w))
			at := fmt.Sprintf("%s.synonyms.%s[%d]", path, lang, j)
			if key == "" {
				l.categories.Add(at, "an empty synonym")
				continue
			}
			if owner, dup := seen[key]; dup && owner != cy.ID && !l.ambiguousInAll(key, all, owner, cy.ID) {
				l.categories.Add(at, "synonym %q stands in %s and in %s; keep it in one of them, or put it under ambiguous in both", w, owner, cy.ID)
			}
			seen[key] = cy.ID
		}
	}
}

func (l *loader) ambiguousInAll(word string, all []categoryYAML, ids ...string) bool {
	for _, c := range all {
		if slices.Contains(ids, c.ID) && !slices.Contains(c.Ambiguous, word) {
			return false
		}
	}
	return true
}

func (l *loader) readConfusions(in []confusionYAML) {
	ids := slices.Collect(maps.Keys(l.pack.categories))
	for i, c := range in {
		path := fmt.Sprintf("confusions[%d]", i)
		if len(c.Between) < 2 || len(c.Between) > 4 {
			l.categories.Add(path+".between", "a question tells 2 to 4 categories apart; this one names %d", len(c.Between))
		}
		for j, id := range c.Between {
			if l.pack.categories[id] == nil {
				l.categories.Add(fmt.Sprintf("%s.between[%d]", path, j), "%s", problem.Unknown("category", id, ids))
			}
		}
		l.text(l.categories, path+".ask", c.Ask, "the question")
		l.pack.Confusions = append(l.pack.Confusions, &Confusion{c.Between, c.Ask})
	}
}

func (l *loader) readRules(in []ruleYAML) {
	seen := map[string]bool{}
	sources := slices.Collect(maps.Keys(l.pack.sources))
	factIDs := append(slices.Collect(maps.Keys(l.pack.facts)), "business")
	env := newEnvironment(l.pack)
	for i, ry := range in {
		path := fmt.Sprintf("rules[%d]", i)
		if !once(l.rules, path, "rule", ry.ID, seen, idPattern) {
			continue
		}
		seen[ry.ID] = true
		r := &Rule{
			ID: ry.ID, When: ry.When, Outcome: Outcome(ry.Verdict), Reason: ry.Reason, Source: ry.Source, Also: ry.Also,
			Facts: ry.Facts, Next: ry.Next, Condition: ry.Condition,
		}
		if r.Outcome.severity() < 0 {
			l.rules.Add(path+".verdict", "%s", problem.Unknown("verdict", ry.Verdict, outcomeNames()))
		}
		l.text(l.rules, path+".reason", ry.Reason, "the reason of rule "+ry.ID)
		l.textOptional(l.rules, path+".condition", ry.Condition, "the condition of rule "+ry.ID)
		if r.Outcome == EligibleWithConditions && len(ry.Condition) == 0 {
			l.rules.Add(path, "rule %s says %s but names no condition; add condition: {id: …, en: …}", ry.ID, EligibleWithConditions)
		}
		if len(ry.Next) > 0 {
			for _, lang := range l.langs {
				if len(ry.Next[lang]) == 0 {
					l.rules.Add(path+".next", "the next steps of rule %s are missing in language %q", ry.ID, lang)
				}
			}
		}
		for _, s := range append([]string{ry.Source}, ry.Also...) {
			if l.pack.sources[s] == nil {
				l.rules.Add(path+".source", "%s", problem.Unknown("source", s, sources))
			}
		}
		if len(ry.Facts) == 0 {
			l.rules.Add(path, "rule %s does not say which facts it rests on; add facts: [business]", ry.ID)
		}
		for j, f := range ry.Facts {
			if !slices.Contains(factIDs, f) {
				l.rules.Add(fmt.Sprintf("%s.facts[%d]", path, j), "%s", problem.Unknown("fact", f, factIDs))
			}
		}
		r.From, r.Until = l.date(l.rules, path+".from", ry.From, false), l.date(l.rules, path+".until", ry.Until, false)
		if !r.Until.IsZero() && !r.Until.After(r.From) {
			l.rules.Add(path+".until", "rule %s ends before it begins", ry.ID)
		}
		r.program, r.reads = env.compile(l.rules, path+".when", ry.When, false)
		for _, f := range r.reads {
			if !slices.Contains(r.Facts, f) {
				l.rules.Add(path+".facts", "rule %s reads %s, so its facts must list it", ry.ID, f)
			}
		}
		l.pack.Rules = append(l.pack.Rules, r)
	}
}

func (l *loader) readInvariants(in []invariantYAML) {
	seen := map[string]bool{}
	env := newEnvironment(l.pack)
	for i, iy := range in {
		path := fmt.Sprintf("invariants[%d]", i)
		if !once(l.rules, path, "invariant", iy.ID, seen, idPattern) {
			continue
		}
		seen[iy.ID] = true
		l.textOptional(l.rules, path+".why", iy.Why, "the why of invariant "+iy.ID)
		inv := &Invariant{ID: iy.ID, Never: iy.Never, Why: iy.Why}
		inv.program, _ = env.compile(l.rules, path+".never", iy.Never, true)
		l.pack.Invariants = append(l.pack.Invariants, inv)
	}
}

func outcomeNames() []string {
	names := make([]string, len(Outcomes))
	for i, o := range Outcomes {
		names[i] = string(o)
	}
	return names
}
