// Package problem reports what is wrong in a folder of YAML files: every problem at once, each with its place and a
// remedy, in words for people who do not program.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Problem is one thing that is wrong, with its place. Line and Column count from 1; 0 means the whole file.
type Problem struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Column     int    `json:"column"`
	Kind       Kind   `json:"code"`
	Message    string `json:"message"`
	Suggestion string `json:"suggestion"`     // what to do about it; "" where the message says so itself
	Chat       string `json:"chat,omitempty"` // a conversation that shows it, one line each: "> " a person, "< " the bot
}

// Place is where something stands in its file, counting from 1.
type Place struct{ Line, Column int }

// String gives file:line:column: message; suggestion, and the conversation that shows it on the lines below.
func (p Problem) String() string {
	text := p.File + ": "
	if p.Line > 0 {
		text = fmt.Sprintf("%s:%d:%d: ", p.File, p.Line, p.Column)
	}
	text += p.words()
	if p.Chat != "" {
		text += "\n    " + strings.ReplaceAll(strings.ReplaceAll(p.Chat, "\n", "\n    "), "\n    \n", "\n\n")
	}
	return text
}

// words are the message and the suggestion.
func (p Problem) words() string {
	if p.Suggestion == "" {
		return p.Message
	}
	return p.Message + "; " + p.Suggestion
}

// Try says what to do about the problem.
func (p *Problem) Try(format string, args ...any) { p.Suggestion = fmt.Sprintf(format, args...) }

// List is a set of problems; as an error it shows one a line.
type List []Problem

// Error lists the problems, one a line, sorted by place.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l.Sorted() {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Err returns l as an error, or nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Harmful returns the problems that keep a flow from running.
func (l List) Harmful() List {
	return slices.DeleteFunc(slices.Clone(l), func(p Problem) bool { return harmless[p.Kind] })
}

// Sorted returns the problems ordered by file and place, without repetitions.
func (l List) Sorted() List {
	s := slices.Clone(l)
	slices.SortStableFunc(s, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Suggestion, b.Suggestion))
	})
	return slices.Compact(s)
}

// Nearest returns the candidate most like word, or "" when none is near enough to be a slip.
func Nearest(word string, candidates []string) string {
	// Two letters swapped are two edits, so that even short words may be two off.
	best, bestDistance := "", 1+max(1, (len([]rune(word))+2)/3)
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Condition says what is wrong with a condition, in other words than the library's.
func Condition(source, msg string) string {
	quoted := `"` + source + `"`
	if strings.Contains(source, `"`) {
		quoted = "`" + source + "`"
	}
	switch {
	case strings.Contains(msg, `Operator("=")`):
		msg = "one = does not compare; write =="
	case strings.Contains(msg, "unexpected token EOF"):
		msg = "it ends too early: something is missing after the last word, or a bracket is not closed"
	case strings.Contains(msg, "literal not terminated"):
		msg = "a quotation mark is not closed"
	case strings.Contains(msg, "unexpected token"):
		_, token, _ := strings.Cut(msg, "unexpected token ")
		msg = token[strings.Index(token, "(")+1:]
		msg = strings.TrimSuffix(msg, ")") + " is out of place here"
	case strings.Contains(msg, "mismatched types"), strings.Contains(msg, "invalid operation"):
		msg = "it compares things that cannot be compared, such as a number and a text"
	case strings.Contains(msg, "expected bool"):
		msg = "it is not something that holds or does not hold; compare with == or !="
	}
	return "condition " + quoted + ": " + msg
}

// Unknown says that a name does not exist, and suggests the nearest one or lists the few there are.
func Unknown(what, name string, candidates []string) string {
	return Problem{Message: missing(what, name), Suggestion: Similar(name, candidates)}.words()
}

func missing(what, name string) string {
	if name == "" {
		return "the " + what + " is missing"
	}
	return fmt.Sprintf("%s %q does not exist", what, name)
}

// Similar suggests the candidate nearest to name, or lists the few there are; "" when there are many and none is near.
func Similar(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(candidates) > 0 && len(candidates) <= 12 {
		return "there are: " + strings.Join(slices.Compact(slices.Sorted(slices.Values(candidates))), ", ")
	}
	return ""
}
