package flowtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"layak/flows"
)

// RetentionDays is how long answers are said to be kept while transcripts run: they test the flow, not the configuration.
const RetentionDays = 90

// ExpireAfter is the quiet time after which a person is asked whether to go on, for the flow that transcripts run on.
const ExpireAfter = 24 * time.Hour

// Result is what became of one conversation.
type Result struct {
	Script *Script
	Chat   *Chat
	Took   time.Duration
	Differ []Difference // turns that went otherwise, in order
}

// Failed reports whether anything went otherwise than the transcript says, or whether it says nothing.
func (r Result) Failed() bool { return len(r.Differ) > 0 || r.Chat.Unanswered() }

// Difference is one turn that went otherwise.
type Difference struct {
	Line int      // of the message in the file
	Said string   // the message
	Diff []string // lines with a mark: two spaces, "- " expected and not seen, "+ " seen and not expected
}

// Run holds every conversation of the scripts with the flow, and notes in cover what it came by. The conversation is saved
// and reloaded between all messages. Now measures how long that took.
func Run(ctx context.Context, f *flows.Flow, scripts []*Script, cover *Coverage, now func() time.Time) []Result {
	engine := flows.NewEngine(f, RetentionDays)
	var results []Result
	for _, s := range scripts {
		for _, c := range s.Chats {
			begin := now()
			r := Result{Script: s, Chat: c}
			play(ctx, engine, c, cover, func(t *Turn, seen outcome) {
				if diff := seen.diff(t); diff != nil {
					r.Differ = append(r.Differ, Difference{t.Line, t.Said, diff})
				}
			})
			r.Took = now().Sub(begin)
			results = append(results, r)
		}
	}
	return results
}

// outcome is what really happened after a message.
type outcome struct {
	in      flows.Input
	before  flows.Conversation // as it was reloaded
	turn    flows.Turn
	text    []string // lines of the answer
	effects []string
	err     error
}

// play holds one conversation and shows each turn.
func play(ctx context.Context, engine *flows.Engine, c *Chat, cover *Coverage, show func(*Turn, outcome)) {
	f := engine.Flow()
	at := c.Date
	if at.IsZero() {
		at, _ = time.Parse(time.DateOnly, f.Pack.AsOf)
	}
	at = at.Add(3 * time.Hour) // UTC; some time in the morning
	conv := flows.Conversation{ID: "transcript"}
	if c.Lang != "" {
		conv.Lang, conv.LangChosen = c.Lang, true
	}
	for i, t := range c.Turns {
		at = at.Add(time.Minute + t.Wait)
		in, err := readInput(t.Said, i+1)
		if err == nil {
			in.At = at
			conv, err = reload(conv)
		}
		seen := outcome{in: in, before: conv}
		if seen.err = err; err == nil {
			seen.turn, seen.err = engine.Step(ctx, conv, in)
		}
		if seen.err == nil {
			conv = seen.turn.Next
			cover.turn(f, seen.turn)
			seen.effects = effects(seen.turn)
			for _, r := range seen.turn.Replies {
				seen.text = append(seen.text, strings.Split(r.Text, "\n")...)
			}
		}
		show(t, seen)
	}
}

// reload saves and reads a conversation as a store does.
func reload(c flows.Conversation) (flows.Conversation, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return c, fmt.Errorf("save the conversation: %w", err)
	}
	var out flows.Conversation
	if err := json.Unmarshal(data, &out); err != nil {
		return c, fmt.Errorf("reload the conversation: %w", err)
	}
	return out, nil
}

// split takes the expectations of a turn apart: lines of the answer, what happens, and claims on how things stand.
func (t *Turn) split() (text, happens, stands []want) {
	for _, w := range t.wants {
		word, _, _ := strings.Cut(w.text, " ")
		switch {
		case w.mark == '<':
			text = append(text, w)
		case contains(claims, word):
			stands = append(stands, w)
		default:
			happens = append(happens, w)
		}
	}
	return text, happens, stands
}

// diff lays what was expected beside what came, or returns nil where they agree. A message without expectations agrees
// with everything.
func (o outcome) diff(t *Turn) []string {
	if o.err != nil {
		return []string{"+ the flow is at fault: " + o.err.Error()}
	}
	if len(t.wants) == 0 {
		return nil
	}
	text, happens, stands := t.split()
	var out []string
	same := true
	lay := func(wants []want, lines []string, mark string) {
		pairs, agree := compare(texts(wants), lines)
		same = same && agree
		for _, p := range pairs {
			switch p.how {
			case kept:
				out = append(out, "  "+mark+wants[p.want].text)
			case passed:
				out = append(out, "  "+mark+wild)
			case replaced:
				out = append(out, "- "+mark+wants[p.want].text, "+ "+mark+lines[p.have])
			case missing:
				out = append(out, "- "+mark+wants[p.want].text)
			case added:
				out = append(out, "+ "+mark+lines[p.have])
			}
		}
	}
	if len(text) > 0 {
		lay(text, o.text, "< ")
	}
	lay(happens, o.effects, "! ")
	for _, w := range stands {
		_, now, _ := claim(w.text, o.turn)
		if lineMatches(w.text, now) {
			out = append(out, "  ! "+w.text)
			continue
		}
		same = false
		out = append(out, "- ! "+w.text, "+ ! "+now)
	}
	if same {
		return nil
	}
	return shorten(out)
}

// around is how many lines that agree are shown beside those that do not.
const around = 2

// shorten leaves out lines that agree and are far from those that do not.
func shorten(lines []string) []string {
	near := make([]bool, len(lines))
	for i, l := range lines {
		if !strings.HasPrefix(l, "  ") {
			for j := max(0, i-around); j <= min(len(lines)-1, i+around); j++ {
				near[j] = true
			}
		}
	}
	var out []string
	for i, l := range lines {
		if near[i] {
			out = append(out, strings.TrimRight(l, " "))
		} else if i == 0 || near[i-1] {
			out = append(out, "  ⋮")
		}
	}
	return out
}

func texts(wants []want) []string {
	out := make([]string, len(wants))
	for i, w := range wants {
		out[i] = w.text
	}
	return out
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
