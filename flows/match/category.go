// Package match understands what a person writes: which kind of business a text names, with the doubts said aloud.
// Everything in it is pure: text in, decision out, no clock, no disk, no network.
package match

// Category is what the classifier must know of one kind of business.
type Category struct {
	ID string
	// Severity is the verdict of the category before any licence question: 0 eligible, 1 eligible with conditions,
	// 2 needs review, 3 not eligible. From 2 up a category counts as risky: it is never dropped silently.
	Severity int
	// Synonyms are words and phrases that name the business, by language.
	Synonyms map[string][]string
	// Ambiguous are words that alone say too little; inside a longer phrase they only add to the score.
	Ambiguous []string
	// KBLI are codes with their edition, for example "2020:64951".
	KBLI []string
	// Confusable are the ids of categories that people mistake for this one.
	Confusable []string
	// Menu says whether the category stands in the list a person can pick from.
	Menu bool
}

// Two intents have a meaning of their own.
const (
	None  = "none"           // the text names no business
	Other = "other_unlisted" // a business that no category describes
)

// Example is one line of training text with the place it was read from.
type Example struct {
	Intent, Lang, Text string
	File               string
	Line               int
}

// Decision says what to do with a text.
type Decision string

// The three decisions.
const (
	Accept  Decision = "accept" // one category is clear
	Ask     Decision = "ask"    // offer the candidates; a single one is a confirmation
	NoMatch Decision = "none"   // no business named: ask openly
)

// Candidate is a category with how likely it is, from 0 to 1.
type Candidate struct {
	ID    string  `json:"id"`
	Score float64 `json:"score"`
}

// Result is what the classifier makes of a text. Candidates holds, for Accept, the accepted category and its runners-up;
// for Ask, the one to four categories to offer, every plausible risky one among them; for NoMatch it may be empty.
type Result struct {
	Decision   Decision
	Category   string
	Confidence float64
	Candidates []Candidate
	Vague      bool     // nothing was named but words that several businesses share: each candidate is as good as another
	Why        []string // short notes: words and rules that decided
}
