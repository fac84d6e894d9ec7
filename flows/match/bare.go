package match

import "strings"

// Bare returns text without greetings, politeness, vocatives and fillers at either end.
func Bare(text string) string {
	return strings.Join(scanReply(text).tokens, " ")
}

// IsWord reports whether text says exactly one of words and nothing else.
func IsWord(text string, words []string) bool {
	bare := Bare(text)
	for _, word := range words {
		if bare == Bare(word) && bare != "" {
			return true
		}
	}
	return false
}
