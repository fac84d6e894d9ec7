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
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// String gives file:line:column: message.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

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

// Sorted returns the problems ordered by file and place, without repetitions.
func (l List) Sorted() List {
	s := slices.Clone(l)
	slices.SortStableFunc(s, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
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

// Unknown says that a name does not exist, and suggests the nearest one or lists the few there are.
func Unknown(kind, name string, candidates []string) string {
	msg := fmt.Sprintf("%s %q does not exist", kind, name)
	if near := Nearest(name, candidates); near != "" {
		return msg + fmt.Sprintf("; did you mean %q?", near)
	}
	if len(candidates) > 0 && len(candidates) <= 12 {
		sorted := slices.Sorted(slices.Values(candidates))
		return msg + "; there are: " + strings.Join(sorted, ", ")
	}
	return msg
}
