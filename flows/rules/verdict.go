// Package rules holds what is true about businesses and licences: a pack of categories, facts and rules read from YAML,
// and the judge that combines the rules into one explained verdict.
package rules

// Outcome is what the rules say of a business, from best to worst.
type Outcome string

// The four outcomes.
const (
	Eligible               Outcome = "eligible"
	EligibleWithConditions Outcome = "eligible_with_conditions"
	NeedsReview            Outcome = "needs_review"
	NotEligible            Outcome = "not_eligible"
)

// Outcomes lists the outcomes from best to worst.
var Outcomes = []Outcome{Eligible, EligibleWithConditions, NeedsReview, NotEligible}

// severity orders outcomes; a larger number is worse. An unknown outcome is -1.
func (o Outcome) severity() int {
	switch o {
	case Eligible:
		return 0
	case EligibleWithConditions:
		return 1
	case NeedsReview:
		return 2
	case NotEligible:
		return 3
	}
	return -1
}

// Access says whether a business may message, or may use the catalogue and payments.
type Access string

// The degrees of access, from best to worst.
const (
	AccessYes        Access = "yes"
	AccessConditions Access = "conditions"
	AccessReview     Access = "review"
	AccessNo         Access = "no"
)

// Verdict is the explained result. Its JSON form is the one that commands, desk and exports share.
type Verdict struct {
	Verdict       Outcome     `json:"verdict"`
	Category      string      `json:"category"`
	Messaging     Access      `json:"messaging"` // may send messages
	Commerce      Access      `json:"commerce"`  // may use catalogue and payments
	Reasons       []Reason    `json:"reasons"`   // one or more, the deciding ones first
	Conditions    []Condition `json:"conditions"`
	NextSteps     []string    `json:"next_steps"`
	WouldChange   []Change    `json:"would_change"` // smallest changes that give a better verdict, fewest facts first
	ReviewOffered bool        `json:"review_offered"`
	Pack          PackRef     `json:"pack"`
}

// Reason is one rule that matched.
type Reason struct {
	Rule   string    `json:"rule"`
	Text   string    `json:"text"`
	Facts  []string  `json:"facts"` // "business", or ids of licences
	Source SourceRef `json:"source"`

	Outcome Outcome     `json:"-"` // what this rule alone says
	Also    []SourceRef `json:"-"` // further sources
}

// SourceRef names where a reason comes from, fit to show to a prospect.
type SourceRef struct {
	Title string `json:"title"`
	URL   string `json:"url"`   // "" where none is known
	AsOf  string `json:"as_of"` // YYYY-MM-DD: the page's date, else the day it was read
	Kind  string `json:"-"`     // policy, law, practice or guide
}

// Condition is something to arrange.
type Condition struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// Change is one way to a better verdict.
type Change struct {
	Facts   map[string]string `json:"facts"`
	Verdict Outcome           `json:"verdict"`
}

// PackRef says which pack judged.
type PackRef struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	AsOf    string `json:"as_of"`
}
