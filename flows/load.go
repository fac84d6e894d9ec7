package flows

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"layak/flows/match"
	"layak/flows/problem"
	"layak/flows/rules"
)

// FlowFile is the file that makes a folder a flow folder.
const FlowFile = "flow.yaml"

// examplesDir is where a flow folder keeps examples of what people write.
const examplesDir = "nlu"

// formatVersion is the version of the flow format this program reads.
const formatVersion = 1

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
	// Strict also reports mistakes that do no harm in a conversation; the flow is made all the same.
	Strict bool
	// Like is a flow that was loaded before: what its classifier learned is shared where the examples and the words of the
	// categories are the same, and the examples are then not read. It goes before Trained.
	Like *Flow
}

// Load reads a flow folder: flow.yaml, rules.yaml, categories.yaml, lang/*.yaml and nlu/*.yml. It reports every problem
// at once; the flow is nil when one of them does harm.
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
		f.Langs = l.filesLanguages() // so that the other files are looked at all the same
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
		if !l.file.Partly { // else what seems to be missing may well be written
			l.structure()
			l.routes()
		}
		l.borrow(opts.Builtin)
		l.texts(opts.Base)
		if len(problems.Harmful()) == 0 && !l.file.Partly {
			problems = append(problems, l.unusedFacts()...)
		}
	}
	if pack != nil {
		problems = append(problems, l.classifier(opts, len(problems.Harmful()) == 0)...)
	}
	problems = append(problems, l.file.Problems...)
	for _, c := range l.catalogs {
		problems = append(problems, c.Problems...)
	}
	if !opts.Strict {
		problems = problems.Harmful()
	}
	if problems = problems.Sorted(); len(problems.Harmful()) > 0 {
		return nil, problems
	}
	for _, c := range pack.Categories {
		_, _, left := pack.Path(c.ID, nil, time.Time{})
		f.most = max(f.most, 1+left)
	}
	f.Digest = digest(fsys, ".")
	return f, problems
}

// loader collects problems while a flow is read.
type loader struct {
	fsys     fs.FS
	yaml     *flowYAML
	file     *problem.File
	catalogs []*problem.File
	flow     *Flow
}

// filesLanguages are the languages that there are files for.
func (l *loader) filesLanguages() (out []string) {
	names, _ := fs.Glob(l.fsys, "lang/*.yaml") // the pattern is good
	for _, name := range names {
		out = append(out, strings.TrimSuffix(path.Base(name), ".yaml"))
	}
	if len(out) == 0 {
		out = []string{"id", "en"}
	}
	return out
}

// languages reads which languages the flow speaks, and leaves them open when that is not plain.
func (l *loader) languages() {
	if len(l.yaml.Languages) == 0 {
		l.file.Add(problem.NoLanguage, "languages", "the flow names no language").Try("write languages: [id, en], the fallback first")
		return
	}
	good := true
	for i, lang := range l.yaml.Languages {
		if !regexp.MustCompile(`^[a-z]{2,3}$`).MatchString(lang) || slices.Index(l.yaml.Languages, lang) != i {
			l.file.Add(problem.BadLanguage, fmt.Sprintf("languages[%d]", i), "%q is not a language code, or stands twice", lang).Try("write codes such as id and en, each once")
			good = false
		}
	}
	if good {
		l.flow.Langs = l.yaml.Languages
	}
}

func (l *loader) head(opts Options) {
	f, y := l.flow, l.yaml
	if f.ID = y.Flow; f.ID == "" && !l.file.Partly {
		l.file.Add(problem.MissingKey, "flow", "the flow has no name").Try("write one, for example flow: eligibility")
	}
	if y.Version != formatVersion && !l.file.Partly {
		l.file.Add(problem.UnknownFormat, "version", "version %d of the flow format is not known", y.Version).Try("this program reads version %d", formatVersion)
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
			l.file.Add(problem.OutOfRange, n.path, "%d is out of range", n.value).Try("it takes %d to %d", n.low, n.top)
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
			l.file.Unknown(problem.UnknownCommand, "commands."+name+"#key", "command", name, names)
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
			l.file.Add(problem.CommandWithoutWords, at, "command %s has no words in language %s", c, strings.Join(without, ", ")).Try("write at least one word for each")
		}
		for _, lang := range slices.Sorted(maps.Keys(byLang)) {
			if !slices.Contains(f.Langs, lang) {
				l.file.Unknown(problem.UnknownLanguage, at+"."+lang, "language", lang, f.Langs)
			}
			for i, w := range byLang[lang] {
				if owner, dup := seen[w]; dup && owner != c {
					l.file.Add(problem.WordOfTwoCommands, fmt.Sprintf("%s.%s[%d]", at, lang, i), "word %q stands under %s and under %s", w, owner, c).Try("keep it under one of them")
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

// classifier makes the classifier from the pack and the examples in nlu/. With a pack that has mistakes the examples are
// only looked at.
func (l *loader) classifier(opts Options, good bool) problem.List {
	if opts.Trained != nil && !good {
		return nil
	}
	var categories []match.Category
	if good {
		categories = MatchCategories(l.flow.Pack)
		l.flow.levels = categories
		l.flow.examples = digest(l.fsys, examplesDir)
	}
	if good && opts.Like != nil && opts.Like.examples == l.flow.examples {
		// It fails where the categories have other words now: then the classifier has to be trained.
		if c, err := opts.Like.matcher.For(categories); err == nil {
			l.flow.matcher = c
			return nil
		}
	}
	if opts.Trained != nil {
		c, err := match.Load(categories, opts.Trained)
		if err != nil {
			return problem.List{{File: "nlu", Kind: problem.BadModel, Message: err.Error()}}
		}
		l.flow.matcher = c
		return nil
	}
	var ids []string
	for _, c := range l.flow.Pack.Categories {
		ids = append(ids, c.ID)
	}
	examples, problems := match.ReadExamples(l.fsys, examplesDir, ids)
	if len(problems) > 0 || !good {
		return problems
	}
	problems = l.nameless(examples)
	build := opts.Classifier
	if build == nil {
		build = match.New
	}
	var err error
	if l.flow.matcher, err = build(categories, examples); err != nil {
		return problem.List{{File: "nlu", Kind: problem.BadModel, Message: err.Error()}}
	}
	return problems
}

// nameless reports categories that nobody can reach: not in the list, and without a word or an example that names them.
func (l *loader) nameless(examples []match.Example) (out problem.List) {
	shown := map[string]bool{}
	for _, e := range examples {
		shown[e.Intent] = true
	}
	for _, sy := range l.yaml.States { // a category that an edge sets needs no words
		for _, e := range sy.Edges {
			shown[e.Set[FactCategory]] = true
		}
	}
	for _, c := range l.flow.Pack.Categories {
		words := 0
		for _, list := range c.Synonyms {
			words += len(list)
		}
		if !c.Menu && words == 0 && !shown[c.ID] {
			out = append(out, problem.Problem{
				File: rules.CategoriesFile, Line: c.Place.Line, Column: c.Place.Column, Kind: problem.NamelessCategory,
				Message:    fmt.Sprintf("nobody can reach category %q: it is not in the list, and no word names it", c.ID),
				Suggestion: "give it synonyms or examples in nlu/, or remove menu: false",
			})
		}
	}
	return out
}

// unusedFacts reports facts that neither a category nor a question of the flow asks for, and those that stand under asks of a
// category and are never asked there, because no rule looks at them.
func (l *loader) unusedFacts() (out problem.List) {
	listed, always, inState := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range l.flow.Pack.Categories {
		for _, id := range c.Asks {
			listed[id] = true
			always[id] = always[id] || c.Always[id]
		}
	}
	for _, sy := range l.yaml.States {
		if sy.Ask != nil {
			inState[sy.Ask.Fact] = true
		}
		for _, e := range sy.Edges {
			for id := range e.Set {
				inState[id] = true
			}
		}
	}
	for _, f := range l.flow.Pack.Facts {
		p := problem.Problem{File: rules.RulesFile, Line: f.Place.Line, Column: f.Place.Column}
		reads := l.flow.Pack.Reads(f.ID)
		switch {
		case f.Unasked && (reads || always[f.ID] || inState[f.ID]):
			p.Kind, p.Message, p.Suggestion = problem.IgnoredKey, fmt.Sprintf("fact %q says unasked: true, and is asked all the same", f.ID), "remove unasked"
		case f.Unasked || inState[f.ID]:
			continue
		case !listed[f.ID]:
			p.Kind, p.Message, p.Suggestion = problem.UnusedFact, fmt.Sprintf("nobody is asked for fact %q", f.ID), "name it under asks of a category, or remove it"
		case !reads && !always[f.ID]:
			p.Kind, p.Message = problem.NeverAsked, fmt.Sprintf("no rule looks at %q, so nobody is ever asked it", f.ID)
			p.Suggestion = "look at it in the when of a rule; or put it under always of a category, to ask it all the same"
		default:
			continue
		}
		out = append(out, p)
	}
	return out
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
