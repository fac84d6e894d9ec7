package graph

import (
	"fmt"
	"strings"

	"layak/flows"
)

// fates are what can become of a question, in the order and the words they are shown in.
var fates = []struct{ what, words string }{
	{"reached", "reached"}, {"answered", "answered"}, {"missed", "not understood"}, {"back", "back"}, {"dropped", "dropped"}, {"handed_over", "to a person"},
}

// Reached puts counts by question and by what became of it into lines for each state. A state that asks for one licence
// after another shows the sum of all.
func Reached(f *flows.Flow, counts map[string]map[string]int, words Words) map[flows.StateID][]string {
	out := map[flows.StateID][]string{}
	for _, id := range f.Order {
		q := f.States[id].Ask
		if q == nil {
			continue
		}
		questions := []string{q.ID}
		if q.Facts {
			questions = nil
			for _, fact := range f.Pack.Facts {
				if !f.AsksItself(fact.ID) {
					questions = append(questions, fact.ID)
				}
			}
		}
		var parts []string
		for _, fate := range fates {
			n := 0
			for _, question := range questions {
				n += counts[question][fate.what]
			}
			if n > 0 || fate.what == "reached" {
				parts = append(parts, fmt.Sprintf("%s %d", words.say(fate.words), n))
			}
		}
		out[id] = []string{"# " + strings.Join(parts, " · ")}
	}
	return out
}
