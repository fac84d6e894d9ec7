package flows

import (
	"regexp"
	"strings"
	"unicode"
)

// Kinds of personal number that Guard hides.
const (
	PersonalID      = "id"      // a 16-digit NIK or NPWP
	PersonalCard    = "card"    // a payment card
	PersonalAccount = "account" // a bank account
)

// account finds a bank account number: words that announce one, and a number that follows closely.
var account = regexp.MustCompile(`(?i)\b(?:no(?:mor|\.)?\s*)?(?:rek(?:ening)?|norek|account(?:\s*(?:number|no))?|acc(?:\s*no)?|bca|bri|bni|bsi|mandiri|btn|cimb|danamon|permata|seabank|jago|blu)\b\D{0,20}?(\d[\d .-]{6,22}\d)`)

// npwp finds the printed form of a 15-digit tax number.
var npwp = regexp.MustCompile(`\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}`)

// Guard hides personal numbers in what a stranger wrote: NIK and NPWP, payment cards, bank accounts. It returns the text
// with their digits replaced by dots, and the kinds found. Licence numbers (13-digit NIB, BPOM, PIRT, AKD …) stay.
func Guard(text string) (masked string, kinds []string) {
	note := func(kind string) {
		for _, k := range kinds {
			if k == kind {
				return
			}
		}
		kinds = append(kinds, kind)
	}
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits < 8 {
		return text, nil
	}
	runes := []rune(text)
	for _, run := range digitRuns(runes) {
		if kind := personal(run.digits); kind != "" {
			note(kind)
			for i := run.from; i < run.to; i++ {
				if unicode.IsDigit(runes[i]) {
					runes[i] = '•'
				}
			}
		}
	}
	masked = string(runes)
	hide := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return '•'
			}
			return r
		}, s)
	}
	if npwp.MatchString(masked) {
		note(PersonalID)
		masked = npwp.ReplaceAllStringFunc(masked, hide)
	}
	if places := account.FindAllStringSubmatchIndex(masked, 100); len(places) > 0 {
		var b strings.Builder
		last := 0
		for _, p := range places {
			b.WriteString(masked[last:p[2]])
			b.WriteString(hide(masked[p[2]:p[3]]))
			last = p[3]
		}
		b.WriteString(masked[last:])
		masked = b.String()
		note(PersonalAccount)
	}
	return masked, kinds
}

type digitRun struct {
	from, to int // rune positions
	digits   string
}

// digitRuns returns the runs of digits, counting single separators inside a run as part of it.
func digitRuns(runes []rune) []digitRun {
	var runs []digitRun
	var b strings.Builder
	from, gap := -1, 0
	flush := func(to int) {
		if from >= 0 {
			runs = append(runs, digitRun{from, to, b.String()})
		}
		from, gap = -1, 0
		b.Reset()
	}
	for i, r := range runes {
		switch {
		case unicode.IsDigit(r):
			if from < 0 {
				from = i
			}
			b.WriteByte('0' + byte(digitValue(r)))
			gap = 0
		case from >= 0 && unicode.Is(unicode.Cf, r):
			// invisible characters do not end a number
		case from >= 0 && gap == 0 && (r == ' ' || r == '-' || r == '.' || r == '\u00a0'):
			gap++
		default:
			flush(i)
		}
	}
	flush(len(runes))
	return runs
}

// digitValue returns the value of a decimal digit of any script: digits stand in blocks of ten.
func digitValue(r rune) int {
	v := 0
	for v < 9 && unicode.IsDigit(r-1) {
		r--
		v++
	}
	return v
}

// personal says what a run of digits is, or "".
func personal(d string) string {
	switch {
	case len(d) == 16 && strings.ContainsRune("3456", rune(d[0])) && luhn(d):
		return PersonalCard
	case len(d) == 15 && (strings.HasPrefix(d, "34") || strings.HasPrefix(d, "37")) && luhn(d):
		return PersonalCard
	case len(d) >= 16:
		return PersonalID
	}
	return ""
}

// luhn checks the check digit of a payment card.
func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
