package flowtest

import (
	"strings"

	"layak/flows"
)

// effects writes what a turn does besides answering, one a line:
//
//	verdict OUTCOME CATEGORY: RULE, RULE     handoff REASON     missed QUESTION     opt-out     opt-in     forget
//	withdraw     helped ANSWER
//
// A turn whose answer is checked must do exactly what stands there.
func effects(t flows.Turn) []string {
	var out []string
	for _, e := range t.Effects {
		switch e := e.(type) {
		case flows.Decided:
			var rules []string
			for _, r := range e.Verdict.Reasons {
				rules = append(rules, r.Rule)
			}
			out = append(out, "verdict "+string(e.Verdict.Verdict)+" "+e.Verdict.Category+": "+strings.Join(rules, ", "))
		case flows.HandOff:
			out = append(out, "handoff "+string(e.Reason))
		case flows.Missed:
			out = append(out, "missed "+e.Question)
		case flows.OptOut:
			out = append(out, "opt-out")
		case flows.OptIn:
			out = append(out, "opt-in")
		case flows.Forget:
			out = append(out, "forget")
		case flows.Withdraw:
			out = append(out, "withdraw")
		case flows.Helped:
			out = append(out, "helped "+string(e.Answer))
		}
	}
	return out
}

// claims are ! lines that state how things stand after a turn. They are checked where they stand, and never demanded.
var claims = []string{"asks", "state", "category", "lang", "silent"}

// claim splits such a line, and returns how things really stand.
func claim(text string, t flows.Turn) (word, now string, ok bool) {
	word, _, _ = strings.Cut(text, " ")
	switch word {
	case "asks":
		now = "nothing"
		if t.Ask != nil {
			now = t.Ask.ID
		}
	case "state":
		now = string(t.Next.Place.State)
	case "category":
		now = t.Next.Category()
	case "lang":
		now = t.Next.Lang
	case "silent":
		if len(t.Replies) == 0 {
			return word, word, true
		}
		return word, "answers", true
	default:
		return "", "", false
	}
	return word, word + " " + now, true
}
