package rules

import (
	"slices"
	"strings"
	"unicode"
)

// NumberKind says how a text reads as a licence number.
type NumberKind int

// The ways a text can read.
const (
	NoNumber        NumberKind = iota // holds no licence number
	RightNumber                       // a number of the kind that was asked for
	WrongNumber                       // a number of another kind
	MisshapenNumber                   // meant as the kind asked for, with too few or too many digits
)

// NumberReading is what ReadNumber found.
type NumberReading struct {
	Kind   NumberKind
	Number *Number // the kind of number found; with MisshapenNumber the kind asked for
	Masked string  // the number with its middle hidden, fit to be stored
	Wanted *Number // the first kind that was asked for, nil when the fact takes no number
	Rest   string  // what was written besides the number
	Sample bool    // it is the example that the question shows
}

// maxNumberRunes bounds the text that is searched for a number; a licence number with words around it is shorter.
const maxNumberRunes = 400

// normalNumber puts a licence number into the form the patterns expect: upper case, dots dropped, spaces collapsed.
func normalNumber(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == ':' || r == '#' || r == '*':
			return -1
		case unicode.IsSpace(r), r == ',', r == ';', r == '(', r == ')':
			return ' '
		}
		return unicode.ToUpper(r)
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// ReadNumber looks for a licence number in an answer to the question for that fact.
func (p *Pack) ReadNumber(fact, text string) NumberReading {
	f := p.facts[fact]
	if f == nil || len(f.Numbers) == 0 {
		return NumberReading{}
	}
	runes := []rune(text)
	if len(runes) > maxNumberRunes {
		runes = runes[:maxNumberRunes]
	}
	words := strings.Fields(normalNumber(string(runes)))
	if !slices.ContainsFunc(words, func(w string) bool { return digits(w) >= 3 }) {
		return NumberReading{}
	}
	wanted := p.number(f.Numbers[0])
	for _, pass := range []struct {
		kind  NumberKind
		asked bool // look among the kinds that were asked for, else among the others
		near  bool
	}{{RightNumber, true, false}, {MisshapenNumber, true, true}, {WrongNumber, false, false}} {
		for _, n := range p.numbers {
			if slices.Contains(f.Numbers, n.ID) != pass.asked {
				continue
			}
			found, rest := n.find(words, pass.near)
			if found == "" || pass.kind == MisshapenNumber && !named(found) && p.fits(words, f.Numbers) {
				continue
			}
			sample := strings.ReplaceAll(found, " ", "") == strings.ReplaceAll(normalNumber(n.Example), " ", "")
			return NumberReading{Kind: pass.kind, Number: n, Masked: MaskNumber(found), Wanted: wanted, Rest: rest, Sample: sample}
		}
	}
	return NumberReading{}
}

// named reports whether a number begins with letters that say what it is.
func named(number string) bool { return number != "" && (number[0] < '0' || number[0] > '9') }

// fits reports whether the words hold a well-formed number of a kind that is not among asked.
func (p *Pack) fits(words, asked []string) bool {
	for _, n := range p.numbers {
		if found, _ := n.find(words, false); found != "" && !slices.Contains(asked, n.ID) {
			return true
		}
	}
	return false
}

// Example returns an example of the number that a fact takes, or "".
func (p *Pack) Example(fact string) string {
	f := p.facts[fact]
	if f == nil || len(f.Numbers) == 0 {
		return ""
	}
	return p.number(f.Numbers[0]).Example
}

func (p *Pack) number(id string) *Number {
	for _, n := range p.numbers {
		if n.ID == id {
			return n
		}
	}
	return nil
}

// find returns the run of words that fits the number's pattern, or with near the one meant as it, and the other words.
func (n *Number) find(words []string, near bool) (found, rest string) {
	pattern := n.pattern
	if near {
		if pattern = n.near; pattern == nil {
			return "", ""
		}
	}
	for i := range words {
		for j := min(len(words), i+5); j > i; j-- {
			for _, sep := range []string{" ", ""} {
				s := strings.Join(words[i:j], sep)
				if digits(s) >= 3 && pattern.MatchString(s) {
					return s, strings.ToLower(strings.Join(slices.Concat(words[:i], words[j:]), " "))
				}
			}
		}
	}
	return "", ""
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// MaskNumber hides the middle of a number: letters in front stay, and the last three digits.
func MaskNumber(s string) string {
	runes := []rune(s)
	total, seen := digits(s), 0
	for i, r := range runes {
		if r < '0' || r > '9' {
			continue
		}
		if seen++; seen <= total-3 {
			runes[i] = '•'
		}
	}
	return string(runes)
}
