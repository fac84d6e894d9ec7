package flows

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"

	"layak/flows/match"
	"layak/flows/problem"
	"layak/flows/rules"
)

// FlowFile is the file that makes a folder a flow folder.
const FlowFile = "flow.yaml"

// examplesDir is where a flow folder keeps examples of what people write.
const examplesDir = "nlu"

// The YAML form of flow.yaml.
type (
	flowYAML struct {
		Flow      string                         `yaml:"flow"`
		Version   int                            `yaml:"version"`
		Languages []string                       `yaml:"languages"`
		Extends   string                         `yaml:"extends"`
		Start     string                         `yaml:"start"`
		Limits    limitsYAML                     `yaml:"limits"`
		Commands  map[string]map[string][]string `yaml:"commands"`
		States    []stateYAML                    `yaml:"states"`
	}
	limitsYAML struct {
		InputRunes int `yaml:"input_runes"`
		Trail      int `yaml:"trail"`
		Misses     int `yaml:"misses"`
	}
	stateYAML struct {
		ID    string     `yaml:"id"`
		Ask   *askYAML   `yaml:"ask"`
		Judge bool       `yaml:"judge"`
		Say   []string   `yaml:"say"`
		Edges []edgeYAML `yaml:"edges"`
	}
	askYAML struct {
		ID      string       `yaml:"id"`
		Kind    string       `yaml:"kind"`
		Fact    string       `yaml:"fact"`
		Facts   bool         `yaml:"facts"`
		Options string       `yaml:"options"`
		Choices []choiceYAML `yaml:"choices"`
		Text    string       `yaml:"text"`
	}
	choiceYAML struct {
		ID       string              `yaml:"id"`
		Text     string              `yaml:"text"`
		Synonyms map[string][]string `yaml:"synonyms"`
	}
	edgeYAML struct {
		Event  string              `yaml:"event"`
		On     string              `yaml:"on"`
		Option string              `yaml:"option"`
		Words  map[string][]string `yaml:"words"`
		If     string              `yaml:"if"`
		Set    map[string]string   `yaml:"set"`
		Say    string              `yaml:"say"`
		To     string              `yaml:"to"`
	}
)

// formatVersion is the version of the flow format this program reads.
const formatVersion = 1

// guardEnv is what an edge's `if` can speak of.
type guardEnv struct {
	Pending  bool              `expr:"pending"`  // the pack has another question that can change the verdict
	Asked    int               `expr:"asked"`    // questions the person answered
	Category string            `expr:"category"` // the business found
	Answers  map[string]string `expr:"answers"`  // by fact id
}

// Options adjust how a flow is loaded.
type Options struct {
	ExpireAfter time.Duration // see Limits
	// Classifier makes the classifier from the pack's categories and the examples; nil trains one. It is where a caller
	// puts a cache.
	Classifier func([]match.Category, []match.Example) (*match.Classifier, error)
	// Builtin is a folder to borrow texts from which the engine itself uses and this folder does not have, so that a folder
	// written for an older program still runs; nil makes such a text a problem.
	Builtin fs.FS
	// Base is the built-in folder for a flow that says extends: builtin; it lends its command words and texts.
	Base fs.FS
	// Trained is a classifier's model that is known to belong to the folder's examples, which are then not read: they
	// take longer to read than everything else.
	Trained []byte
	// Like is a flow that was loaded before: its classifier is taken where the examples are the same, which are then not
	// read. Trained goes first.
	Like *Flow
}

// Load reads a flow folder: flow.yaml, rules.yaml, categories.yaml, lang/*.yaml and nlu/*.yml. It reports every problem
// at once; the flow is nil when there is any.
func Load(fsys fs.FS, opts Options) (*Flow, problem.List) {
	var fy flowYAML
	l := &loader{fsys: fsys, yaml: &fy, file: problem.Read(fsys, FlowFile, &fy), flow: &Flow{
		States: map[StateID]*State{}, commands: map[Command]*match.WordSet{}, CommandWords: map[Command]map[string][]string{}, langs: languageNames(), texts: map[string]*catalog{},
	}}
	f := l.flow
	if !l.file.Broken {
		l.languages()
	}
	if len(f.Langs) == 0 {
		f.Langs = []string{"id", "en"} // so that the other files are looked at all the same
	}
	pack, problems := rules.Load(fsys, f.Langs)
	f.Pack = pack
	for _, lang := range f.Langs {
		c, file := loadCatalog(fsys, lang)
		f.texts[lang] = c
		l.catalogs = append(l.catalogs, file)
	}
	if !l.file.Broken {
		l.extend(opts.Base)
		l.head(opts)
		l.states()
		l.edges()
		l.structure()
		l.borrow(opts.Builtin)
		l.texts()
	}
	if pack != nil {
		problems = append(problems, l.classifier(opts)...)
	}
	problems = append(problems, l.file.Problems...)
	for _, c := range l.catalogs {
		problems = append(problems, c.Problems...)
	}
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	for _, c := range pack.Categories {
		_, _, left := pack.Path(c.ID, nil, time.Time{})
		f.most = max(f.most, 1+left)
	}
	f.Digest = digest(fsys, ".")
	return f, nil
}

// loader collects problems while a flow is read.
type loader struct {
	fsys     fs.FS
	yaml     *flowYAML
	file     *problem.File
	catalogs []*problem.File
	flow     *Flow
}

func (l *loader) languages() {
	if len(l.yaml.Languages) == 0 {
		l.file.Add("languages", "the flow names no language; write languages: [id, en], the fallback first")
		return
	}
	for i, lang := range l.yaml.Languages {
		if !regexp.MustCompile(`^[a-z]{2,3}$`).MatchString(lang) || slices.Index(l.yaml.Languages, lang) != i {
			l.file.Add(fmt.Sprintf("languages[%d]", i), "%q is not a language code used once, such as id or en", lang)
		}
	}
	l.flow.Langs = l.yaml.Languages
}

func (l *loader) head(opts Options) {
	f, y := l.flow, l.yaml
	if f.ID = y.Flow; f.ID == "" {
		l.file.Add("flow", "the flow needs a name, for example flow: eligibility")
	}
	if y.Version != formatVersion {
		l.file.Add("version", "version %d of the flow format is not known; this program reads version %d", y.Version, formatVersion)
	}
	f.Limits = Limits{InputRunes: 4000, Trail: 20, Misses: 3, ExpireAfter: opts.ExpireAfter}
	for _, n := range []struct {
		path     string
		value    int
		low, top int
		into     *int
	}{
		{"limits.input_runes", y.Limits.InputRunes, 100, 65_536, &f.Limits.InputRunes},
		{"limits.trail", y.Limits.Trail, 1, 100, &f.Limits.Trail},
		{"limits.misses", y.Limits.Misses, 2, 10, &f.Limits.Misses},
	} {
		switch {
		case n.value == 0:
		case n.value < n.low || n.value > n.top:
			l.file.Add(n.path, "%d is out of range; it takes %d to %d", n.value, n.low, n.top)
		default:
			*n.into = n.value
		}
	}
	names := make([]string, len(Commands))
	for i, c := range Commands {
		names[i] = string(c)
	}
	seen := map[string]Command{}
	for _, name := range slices.Sorted(maps.Keys(y.Commands)) {
		if !slices.Contains(names, name) {
			l.file.Add("commands."+name+"#key", "%s", problem.Unknown("command", name, names))
		}
	}
	for _, c := range Commands {
		var words []string
		byLang := y.Commands[string(c)]
		if c == CommandCancel && byLang == nil { // written for an older program
			words = slices.DeleteFunc(slices.Clone(cancelWords), func(w string) bool { return seen[w] != "" })
			f.commands[c] = match.NewWordSet(words)
			continue
		}
		at := "commands." + string(c)
		var without []string
		for _, lang := range f.Langs {
			if len(byLang[lang]) == 0 {
				without = append(without, lang)
			}
		}
		if len(without) > 0 {
			l.file.Add(at, "command %s has no words in language %s", c, strings.Join(without, ", "))
		}
		for _, lang := range slices.Sorted(maps.Keys(byLang)) {
			if !slices.Contains(f.Langs, lang) {
				l.file.Add(at+"."+lang, "%s", problem.Unknown("language", lang, f.Langs))
			}
			for i, w := range byLang[lang] {
				if owner, dup := seen[w]; dup && owner != c {
					l.file.Add(fmt.Sprintf("%s.%s[%d]", at, lang, i), "word %q stands under %s and under %s", w, owner, c)
				}
				seen[w] = c
				words = append(words, w)
			}
		}
		f.CommandWords[c] = byLang
		f.commands[c] = match.NewWordSet(words)
		if c == CommandChange {
			f.changing = words
		}
	}
}

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (l *loader) states() {
	f := l.flow
	for i, sy := range l.yaml.States {
		at := fmt.Sprintf("states[%d]", i)
		id := StateID(sy.ID)
		switch {
		case !nameRule.MatchString(sy.ID):
			l.file.Add(at+".id", "state id %q: use small letters, digits and _ only", sy.ID)
			continue
		case f.States[id] != nil:
			l.file.Add(at+".id", "state %q stands twice", sy.ID)
			continue
		case systemState(id):
			l.file.Add(at+".id", "%q is the name of a state that every flow has; choose another", sy.ID)
			continue
		}
		s := &State{ID: id, Judge: sy.Judge, Say: sy.Say}
		if sy.Ask != nil {
			s.Ask = l.question(at+".ask", sy.Ask)
		}
		if s.Judge && s.Ask != nil {
			l.file.Add(at, "state %q asks and judges; a state does one of them", sy.ID)
		}
		f.States[id] = s
		f.Order = append(f.Order, id)
	}
	f.Start = StateID(l.yaml.Start)
	switch {
	case f.Start == "":
		l.file.Add("flow", "the flow does not say where it begins; write start: and the name of a state")
	case f.States[f.Start] == nil:
		l.file.Add("start", "%s", problem.Unknown("state", l.yaml.Start, l.stateNames()))
	}
	for _, s := range systemStates() {
		f.States[s.ID] = s
	}
}

func (l *loader) stateNames() []string {
	var names []string
	for _, s := range l.yaml.States {
		names = append(names, s.ID)
	}
	return names
}

func (l *loader) question(at string, y *askYAML) *Question {
	q := &Question{ID: y.ID, Kind: AskKind(y.Kind), Fact: y.Fact, Facts: y.Facts, Options: y.Options, Text: y.Text}
	kinds := []string{string(AskText), string(AskChoice), string(AskNumber)}
	if !slices.Contains(kinds, y.Kind) {
		l.file.Add(at+".kind", "%s", problem.Unknown("kind of question", y.Kind, kinds))
	}
	if q.ID == "" && !q.Facts {
		l.file.Add(at, "the question needs an id")
	}
	if sources := []string{"", "candidates", "group", "answers"}; !slices.Contains(sources, y.Options) {
		l.file.Add(at+".options", "%s", problem.Unknown("source of options", y.Options, sources[1:]))
	}
	for i, c := range y.Choices {
		choice := Choice{ID: c.ID, Text: cmp.Or(c.Text, "option."+c.ID)}
		if !nameRule.MatchString(c.ID) {
			l.file.Add(fmt.Sprintf("%s.choices[%d].id", at, i), "option id %q: use small letters, digits and _ only", c.ID)
		}
		for _, lang := range slices.Sorted(maps.Keys(c.Synonyms)) {
			if !slices.Contains(l.flow.Langs, lang) {
				l.file.Add(fmt.Sprintf("%s.choices[%d].synonyms.%s", at, i, lang), "%s", problem.Unknown("language", lang, l.flow.Langs))
			}
			choice.Synonyms = append(choice.Synonyms, c.Synonyms[lang]...)
		}
		for _, have := range q.Choices {
			if have.ID == c.ID {
				l.file.Add(fmt.Sprintf("%s.choices[%d].id", at, i), "option %q stands twice", c.ID)
			}
			for _, w := range choice.Synonyms {
				if slices.Contains(have.Synonyms, w) {
					l.file.Add(fmt.Sprintf("%s.choices[%d]", at, i), "synonym %q belongs to option %s and to option %s", w, have.ID, c.ID)
				}
			}
		}
		q.Choices = append(q.Choices, choice)
	}
	if len(q.Choices) > 10 {
		l.file.Add(at+".choices", "%d options; a list on a phone shows at most 10", len(q.Choices))
	}
	if l.flow.Pack != nil && q.Fact != "" && q.Fact != FactCategory {
		fact := l.flow.Pack.Fact(q.Fact)
		if fact == nil {
			var ids []string
			for _, f := range l.flow.Pack.Facts {
				ids = append(ids, f.ID)
			}
			l.file.Add(at+".fact", "%s", problem.Unknown("fact", q.Fact, ids))
		}
	}
	if q.Kind == AskChoice && !q.Facts && q.Options == "" && len(q.Choices) == 0 && (q.Fact == "" || q.Fact == FactCategory) {
		l.file.Add(at, "question %q is a choice but has no options; add choices, options or a fact with values", q.ID)
	}
	return q
}

func (l *loader) edges() {
	events := map[string]string{}
	names := append(l.stateNames(), string(StateChange))
	triggers := make([]string, len(Triggers))
	for i, t := range Triggers {
		triggers[i] = string(t)
	}
	for i, sy := range l.yaml.States {
		s := l.flow.States[StateID(sy.ID)]
		if s == nil {
			continue
		}
		for j, ey := range sy.Edges {
			at := fmt.Sprintf("states[%d].edges[%d]", i, j)
			e := Edge{Event: ey.Event, On: Trigger(ey.On), Option: ey.Option, Words: ey.Words, If: ey.If, Set: ey.Set, Say: ey.Say, To: StateID(ey.To)}
			switch {
			case e.Option != "" && e.On == "":
				e.On = OnOption
			case len(e.Words) > 0 && e.On == "":
				e.On = OnWords
			}
			if !nameRule.MatchString(e.Event) {
				l.file.Add(at+".event", "the edge needs an event: a name of its own in small letters, for example business_named")
			} else if owner, dup := events[e.Event]; dup {
				l.file.Add(at+".event", "event %q stands twice (also in state %s); every edge needs a name of its own", e.Event, owner)
			}
			events[e.Event] = sy.ID
			if !slices.Contains(Triggers, e.On) {
				l.file.Add(at+".on", "%s", problem.Unknown("trigger", ey.On, triggers))
			}
			if l.flow.States[e.To] == nil {
				l.file.Add(at+".to", "%s", problem.Unknown("state", ey.To, names))
			}
			if e.On == OnOption && !slices.ContainsFunc(l.options(s), func(o string) bool { return o == e.Option }) {
				l.file.Add(at+".option", "%s", problem.Unknown("option", e.Option, l.options(s)))
			}
			var words []string
			for _, lang := range l.flow.Langs {
				if e.On == OnWords && len(e.Words[lang]) == 0 {
					l.file.Add(at+".words", "the words are missing in language %q", lang)
				}
				words = append(words, e.Words[lang]...)
			}
			e.words = match.NewWordSet(words)
			if e.If != "" {
				program, err := expr.Compile(e.If, expr.Env(guardEnv{}), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(200))
				if err != nil {
					first, _, _ := strings.Cut(err.Error(), "\n")
					l.file.Add(at+".if", "condition %q: %s; it can use pending, asked, category and answers", e.If, first)
				}
				e.guard = program
			}
			l.sets(at, e.Set)
			s.Edges = append(s.Edges, e)
		}
	}
}

// sets checks the facts that an edge writes.
func (l *loader) sets(at string, set map[string]string) {
	for fact, value := range set {
		path := at + ".set." + fact
		if l.flow.Pack == nil {
			return // the pack's own problems come first
		}
		if fact == FactCategory {
			if l.flow.Pack.Category(value) == nil {
				l.file.Add(path, "category %q does not exist", value)
			}
			continue
		}
		if err := l.flow.Pack.CheckFacts(l.flow.Pack.Categories[0].ID, map[string]string{fact: value}); err != nil {
			l.file.Add(path, "%v", err)
		}
	}
}

// options lists the option ids that a state's question can have, as far as the flow alone knows.
func (l *loader) options(s *State) []string {
	if s.Ask == nil {
		return nil
	}
	var ids []string
	for _, c := range s.Ask.Choices {
		ids = append(ids, c.ID)
	}
	if l.flow.Pack == nil {
		return ids
	}
	if fact := l.flow.Pack.Fact(s.Ask.Fact); fact != nil {
		for _, v := range fact.Values {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// structure checks that every state is reached and can be left, and that no chain of silent states goes round.
func (l *loader) structure() {
	f := l.flow
	at := map[StateID]string{}
	for i, s := range l.yaml.States {
		at[StateID(s.ID)] = fmt.Sprintf("states[%d]", i)
	}
	reached := map[StateID]bool{}
	var visit func(StateID)
	visit = func(id StateID) {
		if s := f.States[id]; s != nil && !reached[id] {
			reached[id] = true
			for _, e := range s.Edges {
				visit(e.To)
			}
		}
	}
	visit(f.Start)
	judges := false
	for _, id := range f.Order {
		s := f.States[id]
		judges = judges || s.Judge
		if !reached[id] && f.States[f.Start] != nil {
			l.file.Add(at[id]+".id", "state %q can never be reached from %q", id, f.Start)
		}
		if len(s.Edges) == 0 && !s.Judge {
			l.file.Add(at[id]+".id", "state %q is a dead end: it has no edges and gives no verdict", id)
		}
		l.leaves(at[id], s)
	}
	if !judges {
		l.file.Add("states", "no state judges; add judge: true to the state that gives the verdict")
	}
	for _, id := range f.Order {
		if l.silentLoop(id, id, map[StateID]bool{}) {
			l.file.Add(at[id]+".id", "state %q leads back to itself through edges that wait for nothing", id)
		}
	}
}

// leaves checks that the answers a question takes have somewhere to go.
func (l *loader) leaves(at string, s *State) {
	q := s.Ask
	if q == nil {
		return
	}
	has := func(t Trigger) bool {
		return slices.ContainsFunc(s.Edges, func(e Edge) bool { return e.On == t })
	}
	want := func(ok bool, what string) {
		if !ok {
			l.file.Add(at+".edges", "state %q asks %s, but no edge takes that answer", s.ID, what)
		}
	}
	switch {
	case q.Fact == FactCategory && q.Kind == AskText:
		want(has(OnCategory), "for the business (on: category)")
		want(has(OnCandidates), "for the business (on: candidates)")
		want(has(OnCandidate), "for the business (on: candidate)")
		want(has(OnGroup), "for the business (on: group)")
		want(has(OnOther), "for the business (on: other)")
	case q.Fact == FactCategory:
		want(has(OnCategory), "which business it is (on: category)")
		want(has(OnOther), "which business it is (on: other)")
	case has(OnAnswer):
	default:
		for _, id := range l.options(s) {
			want(slices.ContainsFunc(s.Edges, func(e Edge) bool { return e.On == OnOption && e.Option == id }), fmt.Sprintf("something with the option %q", id))
		}
		if len(l.options(s)) == 0 {
			want(false, "something (on: answer)")
		}
	}
}

// silentLoop reports whether edges without any condition lead from one state back to it.
func (l *loader) silentLoop(from, to StateID, seen map[StateID]bool) bool {
	s := l.flow.States[from]
	if s == nil || seen[from] {
		return false
	}
	seen[from] = true
	for _, e := range s.Edges {
		if e.On == OnEnter && e.If == "" && (e.To == to || l.silentLoop(e.To, to, seen)) {
			return true
		}
	}
	return false
}

// textsInUse says where each text is used, by key, as far as flow.yaml tells.
func (l *loader) textsInUse() map[string]string {
	used := map[string]string{}
	for _, k := range engineTexts {
		used[k] = "the engine"
	}
	for _, s := range l.yaml.States {
		where := "state " + s.ID
		for _, k := range s.Say {
			used[k] = where
		}
		if s.Ask != nil && s.Ask.Text != "" {
			used[s.Ask.Text] = where
		}
		if s.Ask != nil {
			for _, c := range s.Ask.Choices {
				used[cmp.Or(c.Text, "option."+c.ID)] = where
			}
		}
		for _, e := range s.Edges {
			if e.Say != "" {
				used[e.Say] = where
			}
		}
	}
	return used
}

// texts checks that every text in use exists in every language, and that none is left over.
func (l *loader) texts() {
	f := l.flow
	used := l.textsInUse()
	for i, s := range l.yaml.States {
		if s.Ask != nil && s.Ask.Text == "" {
			l.file.Add(fmt.Sprintf("states[%d].ask", i), "the question needs text: the name of its wording in lang/*.yaml")
		}
	}
	for i, lang := range f.Langs {
		c := f.texts[lang]
		var have []string
		for k := range c.texts {
			have = append(have, k)
		}
		if len(have) == 0 && len(l.catalogs[i].Problems) > 0 {
			continue
		}
		for _, k := range slices.Sorted(maps.Keys(used)) {
			if !c.has(k) && !l.broken(i, k) {
				msg := fmt.Sprintf("text %q (used by %s) is missing", k, used[k])
				if near := problem.Nearest(k, have); near != "" && used[near] == "" {
					msg += fmt.Sprintf("; did you mean %q to be it?", near)
				}
				l.catalogs[i].Add("texts", "%s", msg)
			}
		}
		for _, k := range have {
			if used[k] == "" {
				l.catalogs[i].Add("texts."+k+"#key", "text %q is not used by any state; remove it, or correct its name", k)
			}
		}
	}
}

// borrow takes texts of the engine that are missing from the built-in folder.
func (l *loader) borrow(builtin fs.FS) {
	if builtin == nil {
		return
	}
	for _, lang := range l.flow.Langs {
		var from *catalog
		for _, k := range engineTexts {
			if l.flow.texts[lang].has(k) {
				continue
			}
			if from == nil {
				from, _ = loadCatalog(builtin, lang)
			}
			if p := from.texts[k]; p != nil {
				l.flow.texts[lang].texts[k] = p
				l.flow.Borrowed = append(l.flow.Borrowed, lang+"/"+k)
			}
		}
	}
}

// broken reports whether a text exists but was already reported as unreadable.
func (l *loader) broken(lang int, key string) bool {
	return slices.ContainsFunc(l.catalogs[lang].Problems, func(p problem.Problem) bool { return strings.Contains(p.Message, fmt.Sprintf("text %q", key)) })
}

// classifier makes the classifier from the pack and the examples in nlu/.
func (l *loader) classifier(opts Options) problem.List {
	categories := MatchCategories(l.flow.Pack)
	l.flow.levels = categories
	l.flow.examples = digest(l.fsys, examplesDir)
	if opts.Trained != nil {
		c, err := match.Load(categories, opts.Trained)
		if err != nil {
			return problem.List{{File: "nlu", Message: err.Error()}}
		}
		l.flow.matcher = c
		return nil
	}
	if opts.Like != nil && opts.Like.examples == l.flow.examples {
		// It fails where the categories have other words now: then the classifier has to be trained.
		if c, err := match.Load(categories, opts.Like.Model()); err == nil {
			l.flow.matcher = c
			return nil
		}
	}
	var ids []string
	for _, c := range categories {
		ids = append(ids, c.ID)
	}
	examples, problems := match.ReadExamples(l.fsys, examplesDir, ids)
	if len(problems) > 0 {
		return problems
	}
	build := opts.Classifier
	if build == nil {
		build = match.New
	}
	var err error
	if l.flow.matcher, err = build(categories, examples); err != nil {
		return problem.List{{File: "nlu", Message: err.Error()}}
	}
	return nil
}

// MatchCategories gives the pack's categories in the classifier's terms. A category that is refused unless licences speak
// for it counts as refused: nobody may be told an easy yes in its place.
func MatchCategories(p *rules.Pack) []match.Category {
	severity := map[rules.Outcome]int{rules.Eligible: 0, rules.EligibleWithConditions: 1, rules.NeedsReview: 2, rules.NotEligible: 3}
	asOf, _ := time.Parse(time.DateOnly, p.AsOf)
	out := make([]match.Category, len(p.Categories))
	for i, c := range p.Categories {
		level := severity[c.BaseOutcome]
		if level == severity[rules.NeedsReview] && p.Decide(rules.Judgement{Category: c.ID, At: asOf}).Verdict == rules.NotEligible {
			level = severity[rules.NotEligible]
		}
		out[i] = match.Category{
			ID: c.ID, Severity: level, Synonyms: c.Synonyms, Ambiguous: c.Ambiguous, KBLI: c.KBLI, Confusable: c.Confusable, Menu: c.Menu,
		}
	}
	return out
}
