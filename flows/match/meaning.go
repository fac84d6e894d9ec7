package match

import "strings"

// meaningWords are ways to ask what something is, as they stand in a normalised text.
var meaningWords = []string{"apa itu", "itu apa", "apaan", "apa sih", "apa maksud", "maksudnya apa", "maksud nya apa", "apa ya", "what is", "what s", "whats", "what does", "what do you mean", "kenapa perlu", "buat apa", "untuk apa", "why do"}

// AsksMeaning reports whether a short text asks what something is or is for ("apa itu NIB?", "what is a NIB").
func AsksMeaning(text string) bool {
	words := Tokens(text)
	if len(words) == 0 || len(words) > 10 {
		return false
	}
	said := " " + strings.Join(words, " ") + " "
	for _, w := range meaningWords {
		if strings.Contains(said, " "+w+" ") {
			return true
		}
	}
	return false
}
