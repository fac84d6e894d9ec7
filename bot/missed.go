package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"layak/flows/match"
)

// MissedCount is a text that was not understood at a question, and how often.
type MissedCount struct {
	Question string `json:"question"`
	Text     string `json:"text"`
	Count    int    `json:"count"`
}

// CountMissed counts texts that were not understood, most frequent first. Texts that read the same are one, and digits that
// may be somebody's number are hidden.
func CountMissed(texts []Missed) []MissedCount {
	counted := map[Missed]*MissedCount{}
	var all []*MissedCount
	for _, m := range texts {
		key := Missed{m.Question, match.Normalize(m.Text)}
		if counted[key] == nil {
			counted[key] = &MissedCount{Question: m.Question, Text: hideNumbers(m.Text)}
			all = append(all, counted[key])
		}
		counted[key].Count++
	}
	list := make([]MissedCount, len(all))
	for i, m := range all {
		list[i] = *m
	}
	slices.SortFunc(list, func(a, b MissedCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Question, b.Question), cmp.Compare(a.Text, b.Text))
	})
	return list
}

// longNumber is a number that may be somebody's telephone or licence.
var longNumber = regexp.MustCompile(`\d[\d .()-]{4,}\d`)

// hideNumbers replaces the digits of long numbers.
func hideNumbers(text string) string {
	return longNumber.ReplaceAllStringFunc(text, func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '•'
			}
			return r
		}, s)
	})
}
