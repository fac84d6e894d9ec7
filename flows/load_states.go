package flows

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/problem"
)

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func (l *loader) states() {
	f := l.flow
	for i, sy := range l.yaml.States {
		at := fmt.Sprintf("states[%d]", i)
		id := StateID(sy.ID)
		switch {
		case !nameRule.MatchString(sy.ID):
			l.file.Add(problem.BadID, at+".id", "state id %q is not a name", sy.ID).Try("use small letters, digits and _ only, beginning with a letter")
			continue
		case f.States[id] != nil:
			l.file.Add(problem.RepeatedID, at+".id", "state %q stands twice", sy.ID).Try("give one of them another id, or remove it")
			continue
		case systemState(id):
			l.file.Add(problem.ReservedName, at+".id", "%q is the name of a state that every flow has", sy.ID).Try("choose another")
			continue
		}
		s := &State{ID: id, Judge: sy.Judge, Say: sy.Say, Place: l.file.Place(at + ".id")}
		if sy.Ask != nil {
			s.Ask = l.question(at+".ask", sy.Ask)
		}
		if s.Judge && s.Ask != nil {
			l.file.Add(problem.AsksAndJudges, at, "state %q asks and judges", sy.ID).Try("a state does one of them")
		}
		f.States[id] = s
		f.Order = append(f.Order, id)
	}
	f.Start = StateID(l.yaml.Start)
	switch {
	case f.Start == "" && l.file.Partly:
	case f.Start == "":
		l.file.Add(problem.MissingKey, "flow", "the flow does not say where it begins").Try("write start: and the name of a state")
	case f.States[f.Start] == nil:
		l.file.Unknown(problem.UnknownState, "start", "state", l.yaml.Start, l.stateNames())
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
		l.file.Unknown(problem.UnknownQuestionKind, at+".kind", "kind of question", y.Kind, kinds)
	}
	if q.ID == "" && !q.Facts {
		l.file.Add(problem.MissingKey, at, "the question has no id").Try("write one, for example id: recap")
	}
	if sources := []string{"", "candidates", "group", "answers"}; !slices.Contains(sources, y.Options) {
		l.file.Unknown(problem.UnknownOptionSource, at+".options", "source of options", y.Options, sources[1:])
	}
	for i, c := range y.Choices {
		choice := Choice{ID: c.ID, Text: cmp.Or(c.Text, "option."+c.ID)}
		if !nameRule.MatchString(c.ID) {
			l.file.Add(problem.BadID, fmt.Sprintf("%s.choices[%d].id", at, i), "option id %q is not a name", c.ID).Try("use small letters, digits and _ only, beginning with a letter")
		}
		for _, lang := range slices.Sorted(maps.Keys(c.Synonyms)) {
			if !slices.Contains(l.flow.Langs, lang) {
				l.file.Unknown(problem.UnknownLanguage, fmt.Sprintf("%s.choices[%d].synonyms.%s", at, i, lang), "language", lang, l.flow.Langs)
			}
			choice.Synonyms = append(choice.Synonyms, c.Synonyms[lang]...)
		}
		for _, have := range q.Choices {
			if have.ID == c.ID {
				l.file.Add(problem.RepeatedID, fmt.Sprintf("%s.choices[%d].id", at, i), "option %q stands twice", c.ID).Try("give one of them another id, or remove it")
			}
			for _, w := range choice.Synonyms {
				if slices.Contains(have.Synonyms, w) {
					l.file.Add(problem.DuplicateSynonym, fmt.Sprintf("%s.choices[%d]", at, i), "synonym %q belongs to option %s and to option %s", w, have.ID, c.ID).Try("keep it at one of them")
				}
			}
		}
		q.Choices = append(q.Choices, choice)
	}
	if len(q.Choices) > 10 {
		l.file.Add(problem.TooManyOptions, at+".choices", "%d options", len(q.Choices)).Try("a list on a phone shows at most 10")
	}
	if l.flow.Pack != nil && q.Fact != "" && q.Fact != FactCategory && l.flow.Pack.Fact(q.Fact) == nil {
		l.file.Unknown(problem.UnknownFact, at+".fact", "fact", q.Fact, append(l.factIDs(), FactCategory))
	}
	if len(q.Choices) > 0 && (q.Facts || q.Options != "") {
		l.file.Add(problem.IgnoredKey, at+".choices", "these choices are never shown: the question has other options").Try("remove choices, or remove facts and options")
	}
	if q.Kind == AskChoice && !q.Facts && q.Options == "" && len(q.Choices) == 0 && (q.Fact == "" || q.Fact == FactCategory) {
		l.file.Add(problem.NoOptions, at, "question %q is a choice but has no options", q.ID).Try("add choices, options or a fact with values")
	}
	if q.Kind == AskText && q.Fact != FactCategory {
		l.file.Add(problem.MissingRoute, at, "question %q takes free text, but nothing reads it", q.ID).Try("write fact: category, or make it kind: choice with options")
	}
	return q
}

func (l *loader) edges() {
	l.repeatedQuestions()
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
			e := Edge{Event: ey.Event, On: Trigger(ey.On), Option: ey.Option, Words: ey.Words, If: ey.If, Set: ey.Set, Say: ey.Say, To: StateID(ey.To), Place: l.file.Place(at + ".event")}
			switch {
			case e.Option != "" && e.On == "":
				e.On = OnOption
			case len(e.Words) > 0 && e.On == "":
				e.On = OnWords
			}
			if !nameRule.MatchString(e.Event) {
				l.file.Add(problem.BadID, at+".event", "the edge needs an event: a name of its own").Try("write one in small letters, for example event: business_named")
			} else if owner, dup := events[e.Event]; dup {
				l.file.Add(problem.RepeatedID, at+".event", "event %q stands twice (also in state %s)", e.Event, owner).Try("every edge needs a name of its own")
			}
			events[e.Event] = sy.ID
			if !slices.Contains(Triggers, e.On) {
				l.file.Unknown(problem.UnknownTrigger, at+".on", "trigger", ey.On, triggers)
			}
			if l.flow.States[e.To] == nil {
				l.file.Unknown(problem.UnknownState, at+".to", "state", ey.To, names)
			}
			if e.On == OnOption && !slices.ContainsFunc(l.options(s), func(o string) bool { return o == e.Option }) {
				l.file.Unknown(problem.UnknownOption, at+".option", "option", e.Option, l.options(s))
			}
			l.ignored(at, s, e)
			var words []string
			for _, lang := range l.flow.Langs {
				if e.On == OnWords && len(e.Words[lang]) == 0 {
					l.file.Add(problem.MissingWords, at+".words", "the words are missing in language %q", lang).Try("write %s: [word, another word]", lang)
				}
				for k, w := range e.Words[lang] {
					if command := l.commandOf(w); command != "" {
						l.file.Add(problem.IgnoredKey, fmt.Sprintf("%s.words.%s[%d]", at, lang, k), "the word %q never comes here: it is the command %s, which goes before", w, command).Try("remove it here, or from the command")
					}
				}
				words = append(words, e.Words[lang]...)
			}
			e.words = match.NewWordSet(words)
			e.guard = l.guard(at+".if", e.If)
			l.sets(at, e.Set)
			s.Edges = append(s.Edges, e)
		}
	}
}

// commandOf is the command that a word gives at every question, "" for none. To cancel is one only while a case is open, to
// change mostly comes with a number.
func (l *loader) commandOf(word string) Command {
	for _, c := range slices.Sorted(maps.Keys(l.flow.CommandWords)) {
		for _, words := range l.flow.CommandWords[c] {
			if c != CommandCancel && c != CommandChange && slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(strings.TrimSpace(w), strings.TrimSpace(word)) }) {
				return c
			}
		}
	}
	return ""
}

// repeatedQuestions reports questions that have the same id.
func (l *loader) repeatedQuestions() {
	asked := map[string]string{}
	for i, sy := range l.yaml.States {
		if sy.Ask == nil || sy.Ask.ID == "" {
			continue
		}
		if first, dup := asked[sy.Ask.ID]; dup {
			l.file.Add(problem.RepeatedID, fmt.Sprintf("states[%d].ask.id", i), "question %q is asked in state %s and in state %s", sy.Ask.ID, first, sy.ID).
				Try("give one of them another id: programs tell questions apart by it")
		}
		asked[sy.Ask.ID] = sy.ID
	}
}

// ignored reports keys of an edge that have no effect where they stand.
func (l *loader) ignored(at string, s *State, e Edge) {
	switch {
	case e.On == OnEnter && len(e.Set) > 0:
		l.file.Add(problem.IgnoredKey, at+".set", "an edge that waits for nothing (on: enter) sets no facts").Try("put set at the edges that lead to state %s", s.ID)
	case e.On == OnEnter && e.Say != "":
		l.file.Add(problem.IgnoredKey, at+".say", "an edge that waits for nothing (on: enter) says no text").Try("put the text under say of state %s", e.To)
	case e.On == OnWords && e.If != "":
		l.file.Add(problem.IgnoredKey, at+".if", "an edge that waits for words asks for no condition").Try("remove if")
	case e.On != OnWords && len(e.Words) > 0:
		l.file.Add(problem.IgnoredKey, at+".words", "these words are not listened to: the edge waits for %s", e.On).Try("remove on, or remove words")
	case e.On != OnOption && e.Option != "":
		l.file.Add(problem.IgnoredKey, at+".option", "this option is not looked at: the edge waits for %s", e.On).Try("remove on, or remove option")
	case s.Ask == nil && slices.Contains([]Trigger{OnAnswer, OnOption, OnCategory, OnGroup, OnOther, OnExhausted}, e.On):
		l.file.Add(problem.IgnoredKey, at, "this edge waits for an answer, but state %s asks nothing", s.ID).Try("give the state a question (ask), or remove the edge")
	}
}

// sets checks the facts that an edge writes.
func (l *loader) sets(at string, set map[string]string) {
	if l.flow.Pack == nil {
		return // the pack's own problems come first
	}
	for _, id := range slices.Sorted(maps.Keys(set)) {
		path, value := at+".set."+id, set[id]
		fact := l.flow.Pack.Fact(id)
		switch {
		case id == FactCategory && l.flow.Pack.Category(value) == nil:
			l.file.Unknown(problem.UnknownCategory, path, "category", value, l.categoryIDs())
		case id == FactCategory:
		case fact == nil:
			l.file.Unknown(problem.UnknownFact, path+"#key", "fact", id, append(l.factIDs(), FactCategory))
		default:
			var values []string
			for _, v := range fact.Values {
				values = append(values, v.ID)
			}
			if !slices.Contains(values, value) {
				l.file.Unknown(problem.UnknownValue, path, "value of "+id, value, values)
			}
		}
	}
}

func (l *loader) factIDs() (ids []string) {
	for _, f := range l.flow.Pack.Facts {
		ids = append(ids, f.ID)
	}
	return ids
}

func (l *loader) categoryIDs() (ids []string) {
	for _, c := range l.flow.Pack.Categories {
		ids = append(ids, c.ID)
	}
	return ids
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
