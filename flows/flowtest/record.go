package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"layak/flows"
)

// Recording is what a program made of the conversations of a flow folder, message by message, with each conversation as it
// was stored. Another program that answers from what was stored shows whether it carries conversations on that the first one
// began.
type Recording struct {
	Flow  string         `json:"flow"` // digest
	Chats []RecordedChat `json:"chats"`
}

// RecordedChat is one conversation of a transcript.
type RecordedChat struct {
	File  string         `json:"file"`
	Name  string         `json:"name"`
	Turns []RecordedTurn `json:"turns"`
}

// RecordedTurn is one message with all that came of it.
type RecordedTurn struct {
	Line    int                `json:"line"` // of the message in the transcript
	Said    string             `json:"said"`
	ID      string             `json:"id"` // of the message
	Input   flows.Input        `json:"input"`
	Stored  flows.Conversation `json:"stored"`            // before it
	Answer  []string           `json:"answer,omitempty"`  // line by line
	Effects []string           `json:"effects,omitempty"` // as the ! lines of a transcript
	Next    json.RawMessage    `json:"next"`              // the conversation as it was stored after it
}

// Record holds every conversation of the scripts and writes down what came of each message.
func Record(ctx context.Context, f *flows.Flow, scripts []*Script) (Recording, error) {
	engine := flows.NewEngine(f, RetentionDays)
	rec := Recording{Flow: f.Digest}
	var failed error
	for _, s := range scripts {
		for _, c := range s.Chats {
			chat := RecordedChat{File: s.File, Name: c.Name}
			play(ctx, engine, c, &Coverage{}, func(t *Turn, seen outcome) {
				next, err := json.Marshal(seen.turn.Next)
				if seen.err != nil {
					err = seen.err
				}
				if err != nil && failed == nil {
					failed = fmt.Errorf("%s:%d: %w", s.File, t.Line, err)
				}
				chat.Turns = append(chat.Turns, RecordedTurn{
					Line: t.Line, Said: t.Said, ID: seen.in.ID, Input: seen.in, Stored: seen.before, Answer: seen.text, Effects: seen.effects, Next: next,
				})
			})
			rec.Chats = append(rec.Chats, chat)
		}
	}
	return rec, failed
}

// Write writes a recording as JSON.
func (rec Recording) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(rec)
}

// ReadRecording reads what Write wrote.
func ReadRecording(r io.Reader) (Recording, error) {
	var rec Recording
	err := json.NewDecoder(r).Decode(&rec)
	return rec, err
}

// Replay answers every recorded message once more, each from the conversation as it was stored then, and notes what goes
// otherwise: the answer, what else happens, or what is stored.
func Replay(ctx context.Context, f *flows.Flow, rec Recording) []Replayed {
	engine := flows.NewEngine(f, RetentionDays)
	var out []Replayed
	for _, c := range rec.Chats {
		r := Replayed{File: c.File, Name: c.Name}
		for _, t := range c.Turns {
			if diff := t.replay(ctx, engine); diff != nil {
				r.Differ = append(r.Differ, Difference{t.Line, t.Said, diff})
			}
		}
		out = append(out, r)
	}
	return out
}

// Replayed is what became of a recorded conversation.
type Replayed struct {
	File, Name string
	Differ     []Difference // messages that went otherwise, in order
}

// replay answers one message again, and returns what differs.
func (t RecordedTurn) replay(ctx context.Context, engine *flows.Engine) []string {
	in := t.Input
	in.ID = t.ID
	turn, err := engine.Step(ctx, t.Stored, in)
	if err != nil {
		return []string{"+ the flow is at fault: " + err.Error()}
	}
	var text []string
	for _, r := range turn.Replies {
		text = append(text, strings.Split(r.Text, "\n")...)
	}
	next, err := json.Marshal(turn.Next)
	if err != nil {
		return []string{"+ the conversation cannot be stored: " + err.Error()}
	}
	was := append(marked("< ", t.Answer), marked("! ", t.Effects)...)
	is := append(marked("< ", text), marked("! ", effects(turn))...)
	was, is = append(was, marked("stored ", fields(t.Next))...), append(is, marked("stored ", fields(next))...)
	if slices.Equal(was, is) {
		return nil
	}
	return shorten(laidOut(was, is))
}

// marked puts a mark before every line.
func marked(mark string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = mark + l
	}
	return out
}

// fields writes a stored conversation with a line for each thing that it holds.
func fields(stored json.RawMessage) []string {
	var v map[string]json.RawMessage
	if json.Unmarshal(stored, &v) != nil {
		return []string{string(stored)}
	}
	var out []string
	for key, value := range v {
		var compact bytes.Buffer
		_ = json.Compact(&compact, value) // it was read just now
		out = append(out, key+": "+compact.String())
	}
	slices.Sort(out)
	return out
}

// laidOut lays lines beside each other; nothing stands for anything else.
func laidOut(was, is []string) (out []string) {
	pairs, _ := compare(was, is)
	for _, p := range pairs {
		if p.how == kept && was[p.want] == is[p.have] {
			out = append(out, "  "+was[p.want])
			continue
		}
		if p.want >= 0 && p.how != absorbed {
			out = append(out, "- "+was[p.want])
		}
		if p.have >= 0 {
			out = append(out, "+ "+is[p.have])
		}
	}
	return out
}
