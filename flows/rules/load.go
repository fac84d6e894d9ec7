package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"layak/flows/problem"
)

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

// Load reads rules.yaml and categories.yaml of a flow folder. Every text must stand in each of langs. The pack is good
// for looking up names, and for nothing else, when there is any problem; it is nil when a file cannot be read at all.
func Load(fsys fs.FS, langs []string) (*Pack, problem.List) {
	var ry rulesYAML
	var cy categoriesYAML
	l := &loader{langs: langs, rules: problem.Read(fsys, RulesFile, &ry), categories: problem.Read(fsys, CategoriesFile, &cy)}
	if !l.rules.Broken || !l.categories.Broken {
		l.build(&ry, &cy)
	}
	if l.rules.Broken || l.categories.Broken {
		l.pack = nil
	}
	return l.pack, slices.Concat(l.rules.Problems, l.categories.Problems).Sorted()
}

// build makes the pack. Of a file that cannot be read only the other one's own mistakes are reported.
func (l *loader) build(ry *rulesYAML, cy *categoriesYAML) {
	l.pack = &Pack{
		ID: ry.Pack.ID, Version: ry.Pack.Version, AsOf: ry.Pack.AsOf, ReviewAfter: DefaultReviewAfter,
		groups: map[string]*Group{}, categories: map[string]*Category{}, facts: map[string]*Fact{}, sources: map[string]*Source{},
	}
	if !l.rules.Broken {
		l.readPack(&ry.Pack)
		l.readSources(ry.Sources)
		l.readNumbers(ry.Numbers)
		l.readFacts(ry.Facts)
	}
	if !l.categories.Broken {
		l.readGroups(cy.Groups)
		l.readCategories(cy.Categories)
		l.readConfusions(cy.Confusions)
	}
	if !l.rules.Broken {
		l.readRules(ry.Rules)
		l.readInvariants(ry.Invariants)
	}
	if len(l.rules.Problems.Harmful())+len(l.categories.Problems.Harmful()) == 0 {
		l.unused(ry)
		l.measure()
	}
}

// readPack reads what the pack says of itself.
func (l *loader) readPack(y *packYAML) {
	if y.ID == "" {
		l.rules.Add(problem.MissingKey, "pack.id", "the pack has no id").Try(`write one, for example id: id-default`)
	}
	if y.Version == "" {
		l.rules.Add(problem.MissingKey, "pack.version", "the pack has no version; it is stored with every verdict").Try(`write one, for example version: "2026.11.1"`)
	}
	l.date(l.rules, "pack.as_of", y.AsOf, true)
	if y.ReviewAfter != "" {
		days, err := strconv.Atoi(strings.TrimSuffix(y.ReviewAfter, "d"))
		if err != nil || days < 1 || days > 36500 || !strings.HasSuffix(y.ReviewAfter, "d") {
			l.rules.Add(problem.OutOfRange, "pack.review_after", "%q is not a number of days", y.ReviewAfter).Try("write it like 400d")
			return
		}
		l.pack.ReviewAfter = time.Duration(days) * 24 * time.Hour
	}
}

// text reports languages that are missing or blank.
func (l *loader) text(f *problem.File, path string, t Text, what string) {
	for _, lang := range l.langs {
		if strings.TrimSpace(t[lang]) == "" {
			f.Add(problem.MissingTranslation, path, "%s has no text in language %q", what, lang).Try("every text needs one in each of %s", strings.Join(l.langs, ", "))
		}
	}
	for lang := range t {
		if !slices.Contains(l.langs, lang) {
			f.Unknown(problem.UnknownLanguage, path, "language", lang, l.langs)
		}
	}
}

// textOptional is text for what may be left out altogether.
func (l *loader) textOptional(f *problem.File, path string, t Text, what string) {
	if len(t) > 0 {
		l.text(f, path, t, what)
	}
}

// distinct reports titles that read the same in one language: who has to choose between them cannot. Path has a place for the
// number of the entry.
func (l *loader) distinct(f *problem.File, path, what string, n int, entry func(i int) (id string, title Text)) {
	for _, lang := range l.langs {
		first := map[string]string{}
		for i := range n {
			id, title := entry(i)
			key := strings.ToLower(strings.TrimSpace(title[lang]))
			if owner := first[key]; owner != "" && owner != id {
				f.Add(problem.SameLabel, fmt.Sprintf(path, i), "the title of %s %s is that of %s, too (language %q), so that nobody can tell them apart in a list", what, id, owner, lang).Try("give one of them another title")
			}
			if key != "" {
				first[key] = id
			}
		}
	}
}

// once reports an id that is malformed or was used before.
func once[T any](f *problem.File, path, kind, id string, seen map[string]T, pattern *regexp.Regexp) bool {
	if !pattern.MatchString(id) {
		f.Add(problem.BadID, path+".id", "%s id %q is not a name", kind, id).Try("use small letters, digits and _ only, beginning with a letter")
		return false
	}
	if _, dup := seen[id]; dup {
		f.Add(problem.RepeatedID, path+".id", "%s %q stands twice", kind, id).Try("give one of them another id, or remove it")
		return false
	}
	return true
}

func (l *loader) date(f *problem.File, path, s string, required bool) time.Time {
	if s == "" {
		if required {
			f.Add(problem.BadDate, path, "a date is missing here").Try("write it as YYYY-MM-DD, for example 2026-11-22")
		}
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		f.Add(problem.BadDate, path, "%q is not a date", s).Try("write it as YYYY-MM-DD, for example 2026-11-22")
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
		if s.URL != "" && !webAddress(s.URL) {
			l.rules.Add(problem.BadLink, path+".url", "%q is not a web address", s.URL).Try("write it whole, for example https://www.whatsapp.com/legal/business-policy")
		}
		if kinds := []string{"policy", "law", "practice", "guide"}; !slices.Contains(kinds, s.Kind) {
			l.rules.Unknown(problem.UnknownSourceKind, path+".kind", "kind of source", s.Kind, kinds)
		}
		l.pack.sources[s.ID] = &Source{s.ID, s.Title, s.URL, s.AsOf, s.Kind, l.rules.Place(path + ".id")}
	}
}

// webAddress reports whether s is a whole address of a page on the public web.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Hostname(), ".") && !strings.ContainsAny(s, " \t\"<>")
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
		l.pack.numbers = append(l.pack.numbers, num)
		var err error
		if num.pattern, err = regexp.Compile(n.Pattern); err != nil || !strings.HasPrefix(n.Pattern, "^") || !strings.HasSuffix(n.Pattern, "$") {
			l.rules.Add(problem.BadPattern, path+".pattern", "pattern `%s` is not a whole pattern", n.Pattern).Try(`it must be a regular expression that begins with ^ and ends with $, for example '^TR\d{9}$'`)
			continue
		}
		if n.Near != "" {
			if num.near, err = regexp.Compile(n.Near); err != nil {
				l.rules.Add(problem.BadPattern, path+".near", "near `%s` cannot be read: %v", n.Near, err).Try("it must be a regular expression, or left out")
			}
		}
		if !num.pattern.MatchString(normalNumber(n.Example)) {
			l.rules.Add(problem.BadExample, path+".example", "the example %q does not fit the pattern of number %s", n.Example, n.ID).Try("correct the one or the other: people are shown the example")
		}
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
			l.rules.Add(problem.ReservedName, path+".id", "%q is a name that the program itself uses", fy.ID).Try("choose another")
			continue
		}
		if !factIDPattern.MatchString(fy.ID) {
			l.rules.Add(problem.BadID, path+".id", "fact id %q is not a name", fy.ID).Try("use small letters, digits and _, with at most one dot, for example licence.nib")
			continue
		}
		if _, dup := l.pack.facts[fy.ID]; dup {
			l.rules.Add(problem.RepeatedID, path+".id", "fact %q stands twice", fy.ID).Try("give one of them another id, or remove it")
			continue
		}
		f := &Fact{ID: fy.ID, Label: fy.Label, Question: fy.Question, Explain: fy.Explain, Numbers: fy.Number, Stated: fy.Stated, Unasked: fy.Unasked, Place: l.rules.Place(path + ".id")}
		l.text(l.rules, path+".label", fy.Label, "the label of fact "+fy.ID)
		l.text(l.rules, path+".question", fy.Question, "the question of fact "+fy.ID)
		l.textOptional(l.rules, path+".explain", fy.Explain, "the explanation of fact "+fy.ID)
		for _, n := range fy.Number {
			if !slices.Contains(numbers, n) {
				l.rules.Unknown(problem.UnknownNumber, path+".number", "number", n, numbers)
			}
		}
		said := map[string]string{}
		for j, v := range fy.Values {
			l.text(l.rules, fmt.Sprintf("%s.values[%d].title", path, j), v.Title, "the title of value "+v.ID)
			if !idPattern.MatchString(v.ID) {
				l.rules.Add(problem.BadID, fmt.Sprintf("%s.values[%d]", path, j), "value id %q is not a name", v.ID).Try("use small letters, digits and _ only")
			}
			if f.hasValue(v.ID) {
				l.rules.Add(problem.RepeatedID, fmt.Sprintf("%s.values[%d].id", path, j), "value %q stands twice", v.ID).Try("give one of them another id, or remove it")
			}
			l.words(fmt.Sprintf("%s.values[%d].synonyms", path, j), "value "+v.ID, v.Synonyms, said)
			f.Values = append(f.Values, Value(v))
		}
		l.distinct(l.rules, path+".values[%d].title", "answer", len(f.Values), func(i int) (string, Text) { return f.Values[i].ID, f.Values[i].Title })
		if len(f.Values) == 0 {
			f.Values = []Value{{ID: Yes}, {ID: No}, {ID: Unsure}}
		}
		if len(f.Values) == 1 || len(f.Values) > 10 {
			l.rules.Add(problem.OutOfRange, path+".values", "fact %s takes %d answers", fy.ID, len(f.Values)).Try("it needs 2 to 10")
		}
		stated := map[string]string{}
		for _, v := range slices.Sorted(maps.Keys(fy.Stated)) {
			if !f.hasValue(v) {
				l.rules.Unknown(problem.UnknownValue, path+".stated."+v+"#key", "value", v, f.valueIDs())
			}
			for j, phrase := range fy.Stated[v] {
				l.oneOwner(l.rules, fmt.Sprintf("%s.stated.%s[%d]", path, v, j), "phrase", phrase, v, stated)
			}
		}
		l.pack.Facts = append(l.pack.Facts, f)
		l.pack.facts[f.ID] = f
	}
}

// words checks synonyms in each language; owners collects whose they are.
func (l *loader) words(path, owner string, synonyms map[string][]string, owners map[string]string) {
	for _, lang := range slices.Sorted(maps.Keys(synonyms)) {
		if !slices.Contains(l.langs, lang) {
			l.rules.Unknown(problem.UnknownLanguage, path+"."+lang+"#key", "language", lang, l.langs)
		}
		for j, w := range synonyms[lang] {
			l.oneOwner(l.rules, fmt.Sprintf("%s.%s[%d]", path, lang, j), "synonym", w, owner, owners)
		}
	}
}

// oneOwner reports a word that is empty, or that already belongs to another owner.
func (l *loader) oneOwner(f *problem.File, path, what, word, owner string, owners map[string]string) {
	key := strings.ToLower(strings.TrimSpace(word))
	if key == "" {
		f.Add(problem.EmptySynonym, path, "an empty %s", what).Try("remove it")
		return
	}
	if first, dup := owners[key]; dup && first != owner {
		f.Add(problem.DuplicateSynonym, path, "%s %q stands under %s and under %s", what, word, first, owner).Try("keep it under one of them")
	}
	owners[key] = owner
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
	l.distinct(l.categories, "groups[%d].title", "group", len(in), func(i int) (string, Text) { return in[i].ID, in[i].Title })
	if len(in) > maxGroups {
		l.categories.Add(problem.TooManyOptions, "groups", "there are %d groups", len(in)).Try("a list on a phone shows at most %d", maxGroups)
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
		if slices.Contains([]string{"none", "other", Yes, No}, cy.ID) {
			l.categories.Add(problem.ReservedName, path+".id", "%q is a name that the program itself uses", cy.ID).Try("choose another")
		}
		c := &Category{
			ID: cy.ID, Group: cy.Group, Menu: cy.Menu == nil || *cy.Menu, Title: cy.Title, Short: cy.Short, Asks: cy.Asks, Always: map[string]bool{},
			Commerce: Access(cy.Commerce), Review: cy.Review, KBLI: cy.KBLI, Synonyms: cy.Synonyms, Ambiguous: cy.Ambiguous, Confusable: cy.Confusable,
			Place: l.categories.Place(path + ".id"),
		}
		l.text(l.categories, path+".title", cy.Title, "the title of category "+cy.ID)
		l.text(l.categories, path+".short", cy.Short, "the short name of category "+cy.ID)
		g := l.pack.groups[cy.Group]
		switch {
		case g == nil:
			l.categories.Unknown(problem.UnknownGroup, path+".group", "group", cy.Group, groups)
		case c.Menu:
			g.Members = append(g.Members, c)
		}
		for j, a := range cy.Asks {
			if l.pack.facts[a] == nil && !l.rules.Broken && !l.rules.Partly {
				l.categories.Unknown(problem.UnknownFact, fmt.Sprintf("%s.asks[%d]", path, j), "fact", a, facts)
			}
			if slices.Index(cy.Asks, a) != j {
				l.categories.Add(problem.RepeatedQuestion, fmt.Sprintf("%s.asks[%d]", path, j), "category %s asks for %q twice", cy.ID, a).Try("remove one of them")
			}
		}
		for j, a := range cy.Always {
			if !slices.Contains(cy.Asks, a) {
				l.categories.Add(problem.AlwaysNotAsked, fmt.Sprintf("%s.always[%d]", path, j), "%q is in always but not in asks", a).Try("add it to asks, or remove it here")
			}
			c.Always[a] = true
		}
		if all := []string{"yes", "conditions", "review", "no"}; !slices.Contains(all, cy.Commerce) {
			l.categories.Unknown(problem.UnknownCommerce, path+".commerce", "commerce", cy.Commerce, all)
		}
		for j, k := range cy.KBLI {
			if !kbliPattern.MatchString(k) {
				l.categories.Add(problem.BadCode, fmt.Sprintf("%s.kbli[%d]", path, j), "KBLI code %q needs its edition", k).Try(`write it like "2020:64951" or "2025:64951"`)
			}
		}
		for j, other := range cy.Confusable {
			if !slices.Contains(ids, other) {
				l.categories.Unknown(problem.UnknownCategory, fmt.Sprintf("%s.confusable_with[%d]", path, j), "category", other, ids)
			}
		}
		l.checkSynonyms(path, cy, in, synonyms)
		l.pack.Categories = append(l.pack.Categories, c)
		l.pack.categories[c.ID] = c
	}
	l.distinct(l.categories, "categories[%d].title", "category", len(in), func(i int) (string, Text) { return in[i].ID, in[i].Title })
	for i, g := range l.pack.Groups {
		if n := len(g.Members); n > maxMembers {
			l.categories.Add(problem.TooManyOptions, fmt.Sprintf("groups[%d]", i), "group %s has %d categories", g.ID, n).Try("a list on a phone shows at most %d", maxMembers)
		} else if n == 0 {
			l.categories.Add(problem.EmptyGroup, fmt.Sprintf("groups[%d]", i), "group %s has no category that can be picked", g.ID).Try("put group: %s at a category, or remove the group", g.ID)
		}
	}
}

var kbliPattern = regexp.MustCompile(`^20(20|25):\d{5}$`)

// checkSynonyms reports words that would pick two categories.
func (l *loader) checkSynonyms(path string, cy categoryYAML, all []categoryYAML, seen map[string]string) {
	for _, lang := range slices.Sorted(maps.Keys(cy.Synonyms)) {
		words := cy.Synonyms[lang]
		if !slices.Contains(l.langs, lang) {
			l.categories.Unknown(problem.UnknownLanguage, path+".synonyms."+lang, "language", lang, l.langs)
		}
		for j, w := range words {
			key := strings.ToLower(strings.TrimSpace(w))
			at := fmt.Sprintf("%s.synonyms.%s[%d]", path, lang, j)
			if key == "" {
				l.categories.Add(problem.EmptySynonym, at, "an empty synonym").Try("remove it")
				continue
			}
			if owner, dup := seen[key]; dup && owner != cy.ID && !l.ambiguousInAll(key, all, owner, cy.ID) {
				l.categories.Add(problem.DuplicateSynonym, at, "synonym %q stands in %s and in %s", w, owner, cy.ID).Try("keep it in one of them, or put it under ambiguous in both")
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
			l.categories.Add(problem.BadComparison, path+".between", "the question names %d of the categories it tells apart", len(c.Between)).Try("name 2 to 4")
		}
		for j, id := range c.Between {
			if l.pack.categories[id] == nil {
				l.categories.Unknown(problem.UnknownCategory, fmt.Sprintf("%s.between[%d]", path, j), "category", id, ids)
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
			Facts: ry.Facts, Next: ry.Next, Condition: ry.Condition, Place: l.rules.Place(path + ".id"),
		}
		if r.Outcome.severity() < 0 {
			l.rules.Unknown(problem.UnknownVerdict, path+".verdict", "verdict", ry.Verdict, outcomeNames())
		}
		l.text(l.rules, path+".reason", ry.Reason, "the reason of rule "+ry.ID)
		l.textOptional(l.rules, path+".condition", ry.Condition, "the condition of rule "+ry.ID)
		if r.Outcome == EligibleWithConditions && len(ry.Condition) == 0 {
			l.rules.Add(problem.MissingCondition, path, "rule %s says %s but names no condition", ry.ID, EligibleWithConditions).Try("add condition: {id: …, en: …}")
		}
		if len(ry.Next) > 0 {
			for _, lang := range l.langs {
				if len(ry.Next[lang]) == 0 {
					l.rules.Add(problem.MissingTranslation, path+".next", "the next steps of rule %s are missing in language %q", ry.ID, lang).Try("write them, or leave next out altogether")
				}
				for _, step := range ry.Next[lang] {
					if strings.TrimSpace(step) == "" {
						l.rules.Add(problem.EmptyText, path+".next", "a next step of rule %s in language %q is empty", ry.ID, lang).Try("write it, or remove it")
					}
				}
			}
		}
		if l.pack.sources[ry.Source] == nil {
			l.rules.Unknown(problem.UnknownSource, path+".source", "source", ry.Source, sources)
		}
		for j, s := range ry.Also {
			if l.pack.sources[s] == nil {
				l.rules.Unknown(problem.UnknownSource, fmt.Sprintf("%s.also[%d]", path, j), "source", s, sources)
			}
		}
		if len(ry.Facts) == 0 {
			l.rules.Add(problem.NoFacts, path, "rule %s does not say which facts it rests on", ry.ID).Try("add facts: [business]")
		}
		for j, f := range ry.Facts {
			if !slices.Contains(factIDs, f) {
				l.rules.Unknown(problem.UnknownFact, fmt.Sprintf("%s.facts[%d]", path, j), "fact", f, factIDs)
			}
		}
		r.From, r.Until = l.date(l.rules, path+".from", ry.From, false), l.date(l.rules, path+".until", ry.Until, false)
		if !r.Until.IsZero() && !r.Until.After(r.From) {
			l.rules.Add(problem.EndsBeforeItBegins, path+".until", "rule %s ends before it begins", ry.ID).Try("until is the first day on which it no longer holds, and must be later than from")
		}
		r.program, r.reads = env.compile(l.rules, path+".when", ry.When, false)
		for _, f := range r.reads {
			if !slices.Contains(r.Facts, f) {
				l.rules.Add(problem.FactNotListed, path+".facts", "rule %s reads %s, so its facts must list it", ry.ID, f).Try("write facts: [business, %s]", f)
			}
		}
		l.pack.Rules = append(l.pack.Rules, r)
	}
}

// unused reports sources that no rule refers to. A number shape that no fact takes is still told apart from the others.
func (l *loader) unused(ry *rulesYAML) {
	used := map[string]bool{}
	for _, r := range ry.Rules {
		for _, s := range append(r.Also, r.Source) {
			used[s] = true
		}
	}
	for i, s := range ry.Sources {
		if !used[s.ID] {
			l.rules.Add(problem.UnusedSource, fmt.Sprintf("sources[%d].id", i), "no rule rests on source %q", s.ID).Try("name it as the source of a rule, or remove it")
		}
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
		inv := &Invariant{ID: iy.ID, Never: iy.Never, Why: iy.Why, Place: l.rules.Place(path + ".never")}
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
