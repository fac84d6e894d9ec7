// Package paths walks every way through a flow, as a person who always picks an option could, up to its verdict.
package paths

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

// Step is one question with the answer that was picked.
type Step struct {
	Ask    string   // id of the question
	About  string   // what it asks for, in a few words
	Choice string   // id of the option
	Label  string   // its wording
	Only   bool     // no other option leads on to a verdict, so the step tells nothing
	Before []string // lines the bot said before, the question included
}

// Path is one way from the first question to the end.
type Path struct {
	Category string            // the business, "" where the flow asks for none
	Answers  map[string]string // by fact id, the category left out
	Steps    []Step
	After    []string       // lines the bot said last
	Verdict  *rules.Verdict // nil where the way ends without one
	HandOff  flows.HandOffReason
	// Combinations counts the combinations of answers the path stands for: a question that cannot change the verdict is
	// not asked.
	Combinations int
}

// First returns the first message of every path: a greeting.
func First(lang string) string {
	if lang == "id" {
		return "halo"
	}
	return "hello"
}

// maxPaths bounds the walk; a person could not read as many.
const maxPaths = 100_000

// All walks every path, in the order of categories and options. Questions about the conversation itself, and ways that
// come back to a question already asked, are left out. It returns a *flows.FlowError where the flow is at fault, and an
// error when there are more than 100,000 paths.
func All(ctx context.Context, f *flows.Flow, lang string, at time.Time, retentionDays int) ([]Path, error) {
	w := &walker{ctx: ctx, flow: f, engine: flows.NewEngine(f, retentionDays), at: at, seen: map[string]bool{}}
	begin := flows.Conversation{ID: "paths", Lang: lang, LangChosen: true}
	turn, err := w.engine.Step(ctx, begin, flows.Input{Kind: flows.InputText, Text: First(lang), At: at})
	if err != nil {
		return nil, err
	}
	if _, err := w.walk(turn, nil); err != nil {
		return nil, err
	}
	return w.paths, nil
}

type walker struct {
	ctx    context.Context
	flow   *flows.Flow
	engine *flows.Engine
	at     time.Time
	seen   map[string]bool // questions on the way so far
	paths  []Path
}

// walk goes on from a turn, and reports whether that led to an end.
func (w *walker) walk(turn flows.Turn, steps []Step) (bool, error) {
	conv := turn.Next
	if turn.Verdict() != nil || turn.Ask == nil {
		w.end(turn, steps)
		if len(w.paths) > maxPaths {
			return true, fmt.Errorf("the flow has more than %d paths", maxPaths)
		}
		return true, nil
	}
	key := string(conv.Place.State) + " " + conv.Place.Fact
	if w.seen[key] || !slices.Contains(w.flow.Order, conv.Place.State) {
		return false, nil
	}
	w.seen[key] = true
	defer delete(w.seen, key)
	first, ways := len(w.paths), 0
	for _, o := range w.options(turn) {
		next, err := w.engine.Step(w.ctx, conv, flows.Input{Kind: flows.InputTap, Choice: o.ID, At: w.at})
		if err != nil {
			return false, err
		}
		step := Step{Ask: turn.Ask.ID, About: w.about(turn), Choice: o.ID, Label: o.Label, Before: lines(turn)}
		led, err := w.walk(next, append(slices.Clip(steps), step))
		if err != nil {
			return false, err
		}
		if led {
			ways++
		}
	}
	if ways == 1 {
		for i := range w.paths[first:] {
			w.paths[first+i].Steps[len(steps)].Only = true
		}
	}
	return ways > 0, nil
}

// options lists what can be picked at the question that stands: the kinds of business themselves, where it asks for them.
func (w *walker) options(turn flows.Turn) []flows.Option {
	state := w.flow.States[turn.Next.Place.State]
	if state.Ask.Fact != flows.FactCategory || state.Ask.Kind != flows.AskText {
		return turn.Ask.Options
	}
	var out []flows.Option
	for _, c := range w.flow.Pack.Categories {
		out = append(out, flows.Option{ID: c.ID, Label: c.Title.In(turn.Next.Lang)})
	}
	return out
}

// about names what a question asks for.
func (w *walker) about(turn flows.Turn) string {
	if f := w.flow.Pack.Fact(turn.Ask.ID); f != nil {
		return f.Label.In(turn.Next.Lang)
	}
	if q := w.flow.States[turn.Next.Place.State].Ask; w.flow.Pack.Fact(q.Fact) != nil {
		return w.flow.Pack.Fact(q.Fact).Label.In(turn.Next.Lang)
	}
	return turn.Ask.ID
}

func (w *walker) end(turn flows.Turn, steps []Step) {
	p := Path{
		Category: turn.Next.Category(), Answers: map[string]string{}, Steps: slices.Clone(steps), After: lines(turn),
		Verdict: turn.Verdict(), HandOff: turn.HandOff(), Combinations: 1,
	}
	for fact, v := range turn.Next.Answers {
		if fact != flows.FactCategory {
			p.Answers[fact] = v.Value
		}
	}
	if c := w.flow.Pack.Category(p.Category); c != nil {
		for _, fact := range c.Asks {
			if _, asked := p.Answers[fact]; !asked {
				p.Combinations *= len(w.flow.Pack.Fact(fact).Values)
			}
		}
	}
	w.paths = append(w.paths, p)
}

func lines(turn flows.Turn) []string {
	var out []string
	for _, r := range turn.Replies {
		out = append(out, r.Text)
	}
	return out
}

// Told returns the steps that tell a path from its neighbours, the business left out.
func (p Path) Told() []Step {
	var out []Step
	for _, s := range p.Steps {
		if !s.Only && s.Choice != p.Category {
			out = append(out, s)
		}
	}
	return out
}

// Rules returns the ids of the rules that are reasons of the verdict.
func (p Path) Rules() []string {
	if p.Verdict == nil {
		return nil
	}
	out := make([]string, len(p.Verdict.Reasons))
	for i, r := range p.Verdict.Reasons {
		out[i] = r.Rule
	}
	return out
}

// Outcome returns the verdict in one word, or "none".
func (p Path) Outcome() string {
	if p.Verdict == nil {
		return "none"
	}
	return string(p.Verdict.Verdict)
}

// Count counts paths and combinations by outcome.
func Count(list []Path) (paths, combinations map[string]int) {
	paths, combinations = map[string]int{}, map[string]int{}
	for _, p := range list {
		paths[p.Outcome()]++
		combinations[p.Outcome()] += p.Combinations
	}
	return paths, combinations
}

// Outcomes lists the outcomes that occur, from best to worst; "none" comes last.
func Outcomes(counts map[string]int) []string {
	var out []string
	for _, o := range rules.Outcomes {
		if counts[string(o)] > 0 {
			out = append(out, string(o))
		}
	}
	rest := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(o string) bool { return slices.Contains(rules.Outcomes, rules.Outcome(o)) })
	return append(out, rest...)
}
