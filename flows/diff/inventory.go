package diff

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// inventory lists the parts of a flow with their properties, as its files say them.
func inventory(s Side) []item {
	var out []item
	add := func(kind, id string, fields ...field) { out = append(out, item{kind, id, fields}) }
	f, p := s.Flow, s.Flow.Pack
	value := func(name, v string) field { return field{name: name, value: v} }
	set := func(name string, list []string) field { return field{name: name, set: list} }

	add("flow", f.ID, value("start", string(f.Start)), field{name: "languages", order: f.Langs}, value("input_runes", number(f.Limits.InputRunes)),
		value("trail", number(f.Limits.Trail)), value("misses", number(f.Limits.Misses)), value("pack", p.ID), value("version of the pack", p.Version),
		value("as_of", p.AsOf))
	for _, id := range f.Order {
		out = append(out, stateItems(id, f.States[id])...)
	}
	for _, c := range flows.Commands {
		out = append(out, item{"command", string(c), byLanguage("words", f.CommandWords[c])})
	}
	for _, g := range p.Groups {
		add("group", g.ID, textFields("title", g.Title)...)
	}
	for _, c := range p.Categories {
		fields := slices.Concat([]field{value("group", c.Group), value("in the list", yes(c.Menu))}, textFields("title", c.Title), textFields("short", c.Short), []field{
			{name: "asks", order: c.Asks},
			set("always", slices.Sorted(maps.Keys(c.Always))), value("commerce", string(c.Commerce)),
			value("review_offered", yes(c.Review)), set("kbli", c.KBLI), set("ambiguous words", c.Ambiguous), set("confusable_with", c.Confusable),
		}, byLanguage("synonyms", c.Synonyms))
		add("kind of business", c.ID, fields...)
	}
	for _, fact := range p.Facts {
		add("licence", fact.ID, slices.Concat(textFields("label", fact.Label), textFields("question", fact.Question), textFields("explain", fact.Explain),
			[]field{{name: "numbers", order: fact.Numbers}, {name: "values", order: ids(fact.Values)}, value("never asked", yes(fact.Unasked))}, byLanguage("stated", fact.Stated))...)
		for _, v := range fact.Values {
			if v.Title != nil {
				add("option", fact.ID+" "+v.ID, append(textFields("title", v.Title), byLanguage("synonyms", v.Synonyms)...)...)
			}
		}
	}
	for _, n := range p.Numbers() {
		add("number", n.ID, append(slices.Concat(textFields("name", n.Name), textFields("shape", n.Shape)), value("pattern", n.Pattern()), value("example", n.Example))...)
	}
	for _, r := range p.Rules {
		out = append(out, ruleItem(r))
	}
	for _, inv := range p.Invariants {
		add("invariant", inv.ID, append(textFields("why", inv.Why), value("never", inv.Never))...)
	}
	for _, src := range p.Sources() {
		add("source", src.ID, append(textFields("title", src.Title), value("url", src.URL), value("as_of", src.AsOf), value("kind", src.Kind))...)
	}
	for _, c := range p.Confusions {
		add("telling apart", fmt.Sprint(c.Between), textFields("ask", c.Ask)...)
	}
	for _, lang := range f.Langs {
		texts := f.Texts(lang)
		for _, key := range slices.Sorted(maps.Keys(texts)) {
			add("text", lang+" "+key, value("text", texts[key]))
		}
	}
	byIntent := map[string][]string{}
	for _, e := range s.Examples {
		byIntent[e.Intent] = append(byIntent[e.Intent], e.Text)
	}
	for _, intent := range slices.Sorted(maps.Keys(byIntent)) {
		add("examples", intent, set("texts", byIntent[intent]))
	}
	return out
}

// stateItems lists a state with its question, options and edges.
func stateItems(id flows.StateID, s *flows.State) []item {
	var events []string
	for _, e := range s.Edges {
		events = append(events, e.Event)
	}
	out := []item{{"state", string(id), []field{
		{name: "judge", value: yes(s.Judge)}, {name: "asks", value: yes(s.Ask != nil)}, {name: "says", order: s.Say}, {name: "edges", order: events},
	}}}
	if q := s.Ask; q != nil {
		var options []string
		for _, c := range q.Choices {
			options = append(options, c.ID)
			out = append(out, item{"option", string(id) + " " + c.ID, []field{{name: "text", value: c.Text}, {name: "synonyms", set: c.Synonyms}}})
		}
		out = append(out, item{"question", string(id), []field{
			{name: "id", value: q.ID},
			{name: "kind", value: string(q.Kind)},
			{name: "fact", value: q.Fact},
			{name: "facts", value: yes(q.Facts)},
			{name: "options", value: q.Options},
			{name: "choices", order: options},
			{name: "text", value: q.Text},
		}})
	}
	for _, e := range s.Edges {
		fields := []field{
			{name: "from", value: string(id)},
			{name: "to", value: string(e.To)},
			{name: "on", value: string(e.On)},
			{name: "option", value: e.Option},
			{name: "if", value: e.If},
			{name: "says", value: e.Say},
		}
		for _, fact := range slices.Sorted(maps.Keys(e.Set)) {
			fields = append(fields, field{name: "sets " + fact, value: e.Set[fact]})
		}
		out = append(out, item{"edge", e.Event, append(fields, byLanguage("words", e.Words)...)})
	}
	return out
}

func ruleItem(r *rules.Rule) item {
	fields := slices.Concat([]field{{name: "when", value: r.When}, {name: "verdict", value: string(r.Outcome)}}, textFields("reason", r.Reason),
		textFields("condition", r.Condition), []field{
			{name: "source", value: r.Source},
			{name: "also", set: r.Also},
			{name: "facts", set: r.Facts},
			{name: "from", value: day(r.From)},
			{name: "until", value: day(r.Until)},
		})
	for _, lang := range slices.Sorted(maps.Keys(r.Next)) {
		fields = append(fields, field{name: "next steps (" + lang + ")", order: r.Next[lang]})
	}
	return item{"rule", r.ID, fields}
}

// textFields makes a property for each language of a text.
func textFields(name string, t rules.Text) []field {
	var out []field
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		out = append(out, field{name: name + " (" + lang + ")", value: t[lang]})
	}
	return out
}

// byLanguage makes a property for each language of a list of words.
func byLanguage(name string, words map[string][]string) []field {
	var out []field
	for _, lang := range slices.Sorted(maps.Keys(words)) {
		out = append(out, field{name: name + " (" + lang + ")", set: words[lang]})
	}
	return out
}

func ids(values []rules.Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.ID
	}
	return out
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
