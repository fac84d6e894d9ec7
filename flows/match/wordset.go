package match

import "strings"

// WordSet is a set of words and phrases that a whole message may be, made ready to be compared with many messages.
type WordSet struct {
	exact map[string]bool
	long  []string // words of seven letters or more, which may have one typo
}

// NewWordSet makes a set of words.
func NewWordSet(words []string) *WordSet {
	w := &WordSet{exact: make(map[string]bool, len(words))}
	for _, word := range words {
		want := Normalize(word)
		if want == "" || w.exact[want] {
			continue
		}
		w.exact[want] = true
		if len(want) >= 7 && !strings.Contains(want, " ") {
			w.long = append(w.long, want)
		}
	}
	return w
}

// Whole is a message made ready to be compared with WordSets: as it is, and without the politeness around it.
type Whole struct{ forms [4]string }

// NewWhole prepares a message. A message too long to be a word with manners around it equals nothing.
func NewWhole(text string) Whole {
	folded := fold(text)
	if len(folded) == 0 || len(folded) > maxCommandWords {
		return Whole{}
	}
	return Whole{[4]string{
		joinWords(folded),
		joinWords(bareWords(folded, false)),
		joinWords(bareWords(folded, true)),
		joinWords(withoutWish(bareWords(folded, true))),
	}}
}

// In reports whether the message says one of the words and nothing else but politeness.
func (m Whole) In(w *WordSet) bool {
	for i, said := range m.forms {
		if said == "" || i > 0 && said == m.forms[i-1] {
			continue
		}
		if w.exact[said] {
			return true
		}
		for _, want := range w.long {
			if oneTypo(said, want) {
				return true
			}
		}
	}
	return false
}
