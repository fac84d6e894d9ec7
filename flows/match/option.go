package match

import "strings"

// Option is one numbered choice of a question.
type Option struct {
	ID       string
	Labels   []string // in all languages
	Synonyms []string
}

// OptionReading is which option an answer names. ID is "" when it names none plainly.
type OptionReading struct {
	ID         string
	Several    bool // more than one is named ("1 atau 2")
	Negated    bool // one is ruled out ("bukan klinik")
	OutOfRange bool // a number that is not in the list ("9" of 3)
}

// ReadOption reads which of options text names.
func ReadOption(text string, options []Option) OptionReading {
	said := strings.Join(scanReply(text).tokens, " ")
	for i, option := range options {
		if said == string(rune('1'+i)) || strings.EqualFold(said, option.ID) {
			return OptionReading{ID: option.ID}
		}
		for _, label := range append(append([]string{}, option.Labels...), option.Synonyms...) {
			if strings.EqualFold(said, label) {
				return OptionReading{ID: option.ID}
			}
		}
	}
	return OptionReading{}
}
