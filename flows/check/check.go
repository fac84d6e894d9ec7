// Package check proves things about a whole flow that reading its files one by one cannot show: over every combination of
// business and answers, and in the conversations they make.
package check

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/problem"
	"layak/flows/rules"
)

// Folder loads a flow folder and proves what it can, also where some of its files have mistakes. The flow is nil when it
// cannot be loaded.
func Folder(ctx context.Context, fsys fs.FS, opts flows.Options, at time.Time) (*flows.Flow, problem.List) {
	opts.Strict = true
	f, problems := flows.Load(fsys, opts)
	langs := []string{"id", "en"}
	if f != nil {
		langs = f.Langs
	}
	for _, p := range unread(fsys, langs) {
		if f != nil || path.Dir(p.File) != "lang" { // else it is not known which languages the flow speaks
			problems = append(problems, p)
		}
	}
	problems = append(problems, Languages(fsys, langs)...)
	if f != nil {
		return f, remedyOnce(append(problems, Flow(ctx, f, at)...).Sorted())
	}
	if pack, wrong := rules.Load(fsys, langs); len(wrong.Harmful()) == 0 {
		problems = append(problems, each(pack, at, nil)...)
	}
	return nil, remedyOnce(problems.Sorted())
}

var goneCategory = regexp.MustCompile(`^(?:value of )?category "([^"]+)" does not exist$`)

// remedyOnce says at the first of several places what to do about a category that is named in all of them and is not there.
func remedyOnce(problems problem.List) problem.List {
	first, places := map[string]int{}, map[string]int{}
	for i, p := range problems {
		if m := goneCategory.FindStringSubmatch(p.Message); m != nil && p.Suggestion == "" {
			if places[m[1]]++; places[m[1]] == 1 {
				first[m[1]] = i
			}
		}
	}
	for id, i := range first {
		problems[i].Try("write it in %s, or take it out here", rules.CategoriesFile)
		if others := places[id] - 1; others > 0 {
			problems[i].Try("write it in %s (again), or take it out here and at the %d other places named below", rules.CategoriesFile, others)
		}
	}
	return problems
}

// Flow proves a loaded flow under the rules in force at that time, and under those that come later.
func Flow(ctx context.Context, f *flows.Flow, at time.Time) problem.List {
	out := each(f.Pack, at, func(category string, facts map[string]string, at time.Time) string {
		return newTalk(ctx, f, f.Langs[len(f.Langs)-1], at).show(category, facts)
	})
	out = append(out, guesses(f)...)
	wrong := faults(f, at)
	out = append(out, wrong...)
	if !slices.ContainsFunc(wrong, func(p problem.Problem) bool { return p.Kind != problem.ShadowedEdge }) {
		out = append(out, messages(ctx, f, at)...) // else conversations get stuck for the reason just given
	}
	return out.Sorted()
}

// shower shows a combination of answers as a conversation.
type shower func(category string, facts map[string]string, at time.Time) string

// each proves the pack at a time and on every later day on which its rules change. A mistake is reported once.
func each(p *rules.Pack, at time.Time, show shower) problem.List {
	type mistake struct {
		kind  problem.Kind
		place problem.Place
	}
	seen := map[mistake]bool{}
	var out problem.List
	for _, t := range append([]time.Time{at}, p.Turns(at)...) {
		for _, found := range pack(p, t, show) {
			m := mistake{found.Kind, problem.Place{Line: found.Line, Column: found.Column}}
			if seen[m] && t != at {
				continue
			}
			seen[m] = true
			if t != at {
				found.Message = "from " + t.Format(time.DateOnly) + " on: " + found.Message
			}
			out = append(out, found)
		}
	}
	return out
}

// maxUncovered bounds how many combinations without a rule are listed; one missing rule leaves many.
const maxUncovered = 20

// pack proves the rules at one time.
func pack(p *rules.Pack, at time.Time, show shower) problem.List {
	var out problem.List
	add := func(file string, place problem.Place, kind problem.Kind, v *rules.Violation, message, suggestion string) {
		found := problem.Problem{File: file, Line: place.Line, Column: place.Column, Kind: kind, Message: message, Suggestion: suggestion}
		if v != nil && show != nil {
			found.Chat = show(v.Category, v.Facts, at)
		}
		out = append(out, found)
	}
	for _, v := range p.Prove(at) {
		message := fmt.Sprintf("invariant %s is broken: %s%s gives %s", v.Invariant.ID, v.Category, answers(v.Facts), v.Verdict)
		add(rules.RulesFile, v.Invariant.Place, problem.BrokenInvariant, &v, message, why(p, v, at))
	}
	for _, inv := range p.Idle(at) {
		add(rules.RulesFile, inv.Place, problem.IdleInvariant, nil, fmt.Sprintf("invariant %s forbids nothing: no business is asked for answers that meet its condition, whatever the verdict", inv.ID),
			"correct its condition, or remove it")
	}
	shown := map[string]bool{}
	for _, v := range p.Uncovered(at, maxUncovered) {
		message := fmt.Sprintf("no rule covers %s%s, so a person has to look at every one of them", v.Category, answers(v.Facts))
		with := &v
		if shown[v.Category] {
			with = nil // one conversation a business is enough
		}
		shown[v.Category] = true
		add(rules.CategoriesFile, p.Category(v.Category).Place, problem.NoRule, with, message, "add one to rules.yaml, so that the person gets a reason")
	}
	for _, r := range p.Unused(at) {
		add(rules.RulesFile, r.Place, problem.UnusedRule, nil, fmt.Sprintf("rule %s can never match: no business is asked for answers that meet its condition", r.ID),
			"look at its when, and at asks in categories.yaml")
	}
	contradicting, overlapping := p.AtOdds(at)
	for _, v := range contradicting {
		a, b := v.Rules[0], v.Rules[1]
		add(rules.RulesFile, b.Place, problem.ContradictingRules, &v, fmt.Sprintf("rule %s says %s and rule %s says %s of the same answers, for example %s%s",
			a.ID, a.Outcome, b.ID, b.Outcome, v.Category, answers(v.Facts)), "change the when of one of them, or remove it")
	}
	for _, v := range overlapping {
		a, b := v.Rules[0], v.Rules[1]
		add(rules.RulesFile, b.Place, problem.OverlappingRules, nil, fmt.Sprintf("rule %s and rule %s always match together and both say %s, so that the person reads two reasons for one thing",
			a.ID, b.ID, a.Outcome), "put them together into one")
	}
	disagrees := map[string]bool{}
	p.Some(at, func(category string, facts map[string]string, o rules.Outcome) {
		asked, _, _ := p.Path(category, facts, at)
		given := map[string]string{}
		for _, id := range asked {
			given[id] = facts[id]
		}
		got := p.Decide(rules.Judgement{Category: category, Facts: given, At: at, OnlyGiven: true}).Verdict
		if got != o && !disagrees[category] {
			disagrees[category] = true
			v := rules.Violation{Category: category, Facts: maps.Clone(facts)}
			add(rules.CategoriesFile, p.Category(category).Place, problem.ChatDisagrees, &v, fmt.Sprintf("%s%s gives %s, but in the chat, where only what matters is asked, it gives %s",
				category, answers(facts), o, got), "a rule rests on an answer that is not asked for; put it under always of the category")
		}
	})
	return out
}

// why names the rules that make a forbidden verdict possible.
func why(p *rules.Pack, v rules.Violation, at time.Time) string {
	var ids []string
	for _, r := range p.Decide(rules.Judgement{Category: v.Category, Facts: v.Facts, At: at}).Reasons {
		if r.Rule == rules.NotCovered {
			return "no rule speaks of it: add one"
		}
		ids = append(ids, r.Rule)
	}
	return "look at " + strings.Join(ids, ", ") + ", or at the invariant"
}

// faults reports what can go wrong in the states.
func faults(f *flows.Flow, at time.Time) problem.List {
	var out problem.List
	for _, fault := range f.Faults(at) {
		place := f.States[fault.State].Place
		p := problem.Problem{File: flows.FlowFile, Line: place.Line, Column: place.Column}
		with := "before anything is answered"
		if fault.Category != "" {
			with = "with " + fault.Category + answers(fault.Facts)
		}
		switch fault.What {
		case flows.Loops:
			p.Kind, p.Message = problem.EndlessLoop, fmt.Sprintf("state %q leads round in a circle that waits for no answer, for example %s", fault.State, with)
			p.Suggestion = "change the conditions (if) of the edges with on: enter, so that one of them lets go"
		case flows.Stuck:
			p.Kind, p.Message = problem.StuckQuestion, fmt.Sprintf("state %q cannot be left when no licence is left to ask, for example %s", fault.State, with)
			p.Suggestion = "add an edge: {event: licences_done, on: enter, if: not pending, to: the next state}"
		case flows.NeverHolds:
			p.Kind, p.Message = problem.ShadowedEdge, fmt.Sprintf("edge %s of state %q is never taken: no answers meet its condition", fault.Edge, fault.State)
			p.Suggestion = "change its if, or remove the edge"
		}
		out = append(out, p)
	}
	return out
}

// answers writes facts in a stable order.
func answers(facts map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(facts)) {
		parts = append(parts, k+" "+facts[k])
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + strings.Join(parts, ", ")
}
