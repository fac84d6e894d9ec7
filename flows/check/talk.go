package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/problem"
	"layak/flows/rules"
)

// talk holds conversations with the engine: it plays the person who has a given business and given answers.
type talk struct {
	ctx    context.Context
	flow   *flows.Flow
	engine *flows.Engine
	lang   string
	at     time.Time
}

func newTalk(ctx context.Context, f *flows.Flow, lang string, at time.Time) *talk {
	return &talk{ctx, f, flows.NewEngine(f, 90), lang, at}
}

// exchange is one message of the person and what came back.
type exchange struct {
	said string
	turn flows.Turn
}

// maxTurns bounds a conversation: the longest has one turn for each question, and goes round no loop.
const maxTurns = 60

// play answers every question until the verdict. It returns an error when the conversation gets stuck.
func (t *talk) play(category string, facts map[string]string) ([]exchange, error) {
	c := flows.Conversation{ID: "check", Lang: t.lang, LangChosen: true}
	in := flows.Input{Kind: flows.InputText, Text: "halo"}
	if !t.flow.Speaks("id") {
		in.Text = "hello"
	}
	tried := map[string]int{} // by question: how often it was answered
	var out []exchange
	for range maxTurns {
		in.At, in.ID = t.at, fmt.Sprint(len(out))
		turn, err := t.engine.Step(t.ctx, c, in)
		if err != nil {
			return out, err
		}
		out = append(out, exchange{in.Text, turn})
		c = turn.Next
		if turn.Verdict() != nil {
			return out, nil
		}
		if turn.Ask == nil {
			return out, fmt.Errorf("state %s asks nothing and gives no verdict", c.Place.State)
		}
		key := string(c.Place.State) + " " + turn.Ask.ID
		in = t.reply(c, turn.Ask, category, facts, tried[key])
		tried[key]++
	}
	return out, fmt.Errorf("no verdict after %d messages", maxTurns)
}

// reply is what the person answers. Tried says how often they answered this question before.
func (t *talk) reply(c flows.Conversation, ask *flows.Asked, category string, facts map[string]string, tried int) flows.Input {
	pick := func(id, text string) flows.Input { return flows.Input{Kind: flows.InputTap, Choice: id, Text: text} }
	option := func(id string) (flows.Input, bool) {
		i := slices.IndexFunc(ask.Options, func(o flows.Option) bool { return o.ID == id })
		if i < 0 {
			return flows.Input{}, false
		}
		return pick(id, ask.Options[i].Label), true
	}
	if in, ok := option(facts[ask.ID]); ok {
		return in
	}
	if c.Category() != category {
		if in, ok := option(category); ok {
			return in
		}
		state := t.flow.States[c.Place.State]
		for _, e := range state.Edges {
			if in, ok := option(e.Option); ok && e.Set[flows.FactCategory] == category {
				return in
			}
		}
		if ask.Kind == flows.AskText && tried == 0 {
			return pick(category, t.flow.Pack.Category(category).Title.In(t.lang))
		}
		if len(c.Place.Offer) == 1 && c.Place.Offer[0] == category {
			if in, ok := option(rules.Yes); ok {
				return in
			}
		}
		if in, ok := option("other"); ok && ask.Kind == flows.AskChoice {
			return in
		}
	}
	if len(ask.Options) > 0 {
		o := ask.Options[tried%len(ask.Options)]
		return pick(o.ID, o.Label)
	}
	return flows.Input{Kind: flows.InputText, Text: t.flow.Pack.Category(category).Short.In(t.lang)}
}

// show writes the conversation: "> " before what the person says, "< " before what the bot says.
func (t *talk) show(category string, facts map[string]string) string {
	exchanges, err := t.play(category, facts)
	var b strings.Builder
	for i, x := range exchanges {
		fmt.Fprintf(&b, "> %s\n", x.said)
		for _, r := range x.turn.Replies {
			text := r.Text
			if i < len(exchanges)-1 {
				text = gist(text)
			}
			fmt.Fprintf(&b, "< %s\n", strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\n  "), "\n  \n", "\n\n"))
		}
	}
	if err != nil {
		fmt.Fprintf(&b, "! %v\n", err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// gist is the last paragraph of a reply, which holds the question: what comes before is the same in every conversation.
func gist(text string) string {
	if i := strings.LastIndex(text, "\n\n"); i >= 0 {
		return "… " + text[i+2:]
	}
	return text
}

// messages holds the conversation of every combination in every language, and reports messages that are too long, lists
// that are, and conversations that do not come to a verdict.
func messages(ctx context.Context, f *flows.Flow, at time.Time) problem.List {
	var out problem.List
	for _, lang := range f.Langs {
		t := newTalk(ctx, f, lang, at)
		held := map[string]bool{} // what was asked and answered, as other answers make no other conversation
		worst := map[problem.Kind]bool{}
		add := func(place problem.Place, file string, kind problem.Kind, suggestion, format string, args ...any) {
			if !worst[kind] { // one is enough to show it: the others have the same cause
				worst[kind] = true
				out = append(out, problem.Problem{
					File: file, Line: place.Line, Column: place.Column, Kind: kind, Message: fmt.Sprintf(format, args...), Suggestion: suggestion,
				})
			}
		}
		f.Pack.Some(at, func(category string, facts map[string]string, o rules.Outcome) {
			asked, _, _ := f.Pack.Path(category, facts, at)
			key := category
			for _, id := range asked {
				key += " " + id + "=" + facts[id]
			}
			if held[key] {
				return
			}
			held[key] = true
			exchanges, err := t.play(category, facts)
			if err != nil {
				last := f.Start
				if len(exchanges) > 0 {
					last = exchanges[len(exchanges)-1].turn.Next.Place.State
				}
				place := problem.Place{}
				if s := f.States[last]; s != nil {
					place = s.Place
				}
				add(place, flows.FlowFile, problem.NeverDecided, "try it with layak chat", "the conversation of %s%s comes to no verdict: %v", category, answers(facts), err)
			}
			if v := verdict(exchanges); v != nil && v.Verdict != o {
				s := f.States[exchanges[len(exchanges)-1].turn.Next.Place.State]
				add(s.Place, flows.FlowFile, problem.ChatDisagrees, "look for a way that goes past the licences", "%s%s gives %s, but the conversation ends in %s",
					category, answers(facts), o, v.Verdict)
			}
			for _, x := range exchanges {
				for _, r := range x.turn.Replies {
					state := f.States[x.turn.Next.Place.State]
					if n := len([]rune(r.Text)); n > flows.MaxTextRunes {
						add(f.Pack.Category(category).Place, rules.CategoriesFile, problem.MessageTooLong, "shorten its reasons and next steps in rules.yaml",
							"a message to %s%s has %d characters in language %s, and a message may have at most %d", category, answers(facts), n, lang, flows.MaxTextRunes)
					}
					if n := len(r.Options); n > maxOptions {
						add(state.Place, flows.FlowFile, problem.TooManyOptions, "a list on a phone shows at most 10", "state %q offers %d options to %s", state.ID, n, category)
					}
				}
			}
		})
	}
	return out
}

// verdict is the verdict that ended a conversation, or nil.
func verdict(exchanges []exchange) *rules.Verdict {
	if len(exchanges) == 0 {
		return nil
	}
	return exchanges[len(exchanges)-1].turn.Verdict()
}

// maxOptions is how many lines a list on a phone has.
const maxOptions = 10
