package rules

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"layak/flows/problem"
)

// NotCovered is the rule id of the reason given when no rule matched.
const NotCovered = "not-covered"

// segment is the pack as it stands between two dates: the rules in force, and what they say of every combination.
type segment struct {
	rules  []*Rule
	tables map[string]*table
}

// table is every combination of answers of one category with its outcome.
type table struct {
	facts    []*Fact
	rules    []*Rule   // those that match at least one combination
	outcomes []Outcome // by index of the combination; facts[0] varies fastest
}

// at returns the pack as it stands on that day.
func (p *Pack) at(when time.Time) *segment {
	i, _ := slices.BinarySearchFunc(p.turns, when, func(t, when time.Time) int {
		if t.After(when) {
			return 1
		}
		return -1
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.segments[i] == nil {
		s := &segment{tables: make(map[string]*table, len(p.Categories))}
		for _, r := range p.Rules {
			if (r.From.IsZero() || !when.Before(r.From)) && (r.Until.IsZero() || when.Before(r.Until)) {
				s.rules = append(s.rules, r)
			}
		}
		for _, c := range p.Categories {
			s.tables[c.ID] = p.tabulate(c, s.rules)
		}
		p.segments[i] = s
	}
	return p.segments[i]
}

// setTurns notes the days on which a rule begins or ends to be in force.
func (p *Pack) setTurns() {
	for _, r := range p.Rules {
		for _, t := range []time.Time{r.From, r.Until} {
			if !t.IsZero() && !slices.ContainsFunc(p.turns, t.Equal) {
				p.turns = append(p.turns, t)
			}
		}
	}
	slices.SortFunc(p.turns, time.Time.Compare)
	p.segments = make([]*segment, len(p.turns)+1)
}

// tabulate judges every combination of the answers that c asks for.
func (p *Pack) tabulate(c *Category, inForce []*Rule) *table {
	t := &table{}
	n := 1
	for _, id := range c.Asks {
		f := p.facts[id]
		t.facts = append(t.facts, f)
		n *= len(f.Values)
	}
	t.outcomes = make([]Outcome, n)
	used := map[*Rule]bool{}
	facts := map[string]string{}
	for i := range n {
		rest := i
		for _, f := range t.facts {
			facts[f.ID] = f.Values[rest%len(f.Values)].ID
			rest /= len(f.Values)
		}
		env := p.envFor(c.ID, facts)
		for _, r := range inForce {
			if ok, err := run(r.program, env); err == nil && ok {
				used[r] = true
				if r.Outcome.severity() > t.outcomes[i].severity() {
					t.outcomes[i] = r.Outcome
				}
			}
		}
		if t.outcomes[i] == "" {
			t.outcomes[i] = NeedsReview
		}
	}
	for _, r := range inForce {
		if used[r] {
			t.rules = append(t.rules, r)
		}
	}
	return t
}

// matters reports whether the fact can still change the outcome, whatever the other open facts turn out to be.
func (t *table) matters(fact string, known map[string]string) bool {
	step, size, pos := 1, 0, -1
	for i, f := range t.facts {
		if f.ID == fact {
			pos, size = i, len(f.Values)
			break
		}
		step *= len(f.Values)
	}
	if pos < 0 {
		return false
	}
	for i := range t.outcomes {
		if i/step%size != 0 || !t.fits(i, known) {
			continue
		}
		for j := 1; j < size; j++ {
			if t.outcomes[i+j*step] != t.outcomes[i] {
				return true
			}
		}
	}
	return false
}

// fits reports whether combination i agrees with what is known.
func (t *table) fits(i int, known map[string]string) bool {
	for _, f := range t.facts {
		digit := i % len(f.Values)
		i /= len(f.Values)
		if v, ok := known[f.ID]; ok && f.Values[digit].ID != v {
			return false
		}
	}
	return true
}

// Next returns the fact to ask for next: the first of the category's questions whose answer can still change the
// verdict, or that the pack always asks. It returns "" when nothing is left to ask.
func (p *Pack) Next(category string, known map[string]string, at time.Time) string {
	c := p.categories[category]
	if c == nil {
		return ""
	}
	return p.at(at).tables[category].next(c, known)
}

func (t *table) next(c *Category, known map[string]string) string {
	for _, id := range c.Asks {
		if _, answered := known[id]; !answered && (c.Always[id] || t.matters(id, known)) {
			return id
		}
	}
	return ""
}

// Path plays the questions of a category with the given answers: it returns the facts that are asked and answered, in
// order, the next one to ask ("" when none is left), and how many more there can be at most, that one included.
func (p *Pack) Path(category string, answers map[string]string, at time.Time) (asked []string, next string, left int) {
	c := p.categories[category]
	if c == nil {
		return nil, "", 0
	}
	t := p.at(at).tables[category]
	known := make(map[string]string, len(c.Asks))
	for next = t.next(c, known); next != ""; next = t.next(c, known) {
		value, ok := answers[next]
		if !ok {
			return asked, next, t.left(c, known)
		}
		known[next] = value
		asked = append(asked, next)
	}
	return asked, "", 0
}

// left counts the most questions that can follow.
func (t *table) left(c *Category, known map[string]string) int {
	next := t.next(c, known)
	if next == "" {
		return 0
	}
	most := 0
	for _, f := range t.facts {
		if f.ID != next {
			continue
		}
		for _, v := range f.Values {
			known[next] = v.ID
			most = max(most, t.left(c, known))
		}
	}
	delete(known, next)
	return 1 + most
}

// Judgement is what Decide is asked.
type Judgement struct {
	Category string
	Facts    map[string]string // by fact id; missing ones count as unsure
	At       time.Time
	Lang     string
	// OnlyGiven leaves out rules that rest on a fact nobody was asked for, so that a reason never speaks of an answer
	// that was not given.
	OnlyGiven bool
}

// CheckFacts returns an error that names the first unknown category, fact or value.
func (p *Pack) CheckFacts(category string, facts map[string]string) error {
	if p.categories[category] == nil {
		return fmt.Errorf("unknown category %q", category)
	}
	for _, id := range slices.Sorted(maps.Keys(facts)) {
		f := p.facts[id]
		if f == nil {
			return fmt.Errorf("unknown fact %q", id)
		}
		if !f.hasValue(facts[id]) {
			return fmt.Errorf("unknown value %q of %s; it takes %s", facts[id], id, strings.Join(f.valueIDs(), ", "))
		}
	}
	return nil
}

// Decide judges. The category must exist; facts of other categories are ignored.
func (p *Pack) Decide(j Judgement) Verdict {
	c := p.categories[j.Category]
	t := p.at(j.At).tables[j.Category]
	v := Verdict{
		Category: j.Category, Reasons: []Reason{}, Conditions: []Condition{}, NextSteps: []string{}, WouldChange: []Change{},
		Pack: p.Ref(),
	}
	used := map[string]string{}
	for _, f := range t.facts {
		if value, ok := j.Facts[f.ID]; ok {
			used[f.ID] = value
		}
	}
	env := p.envFor(j.Category, used)
	var matched []*Rule
	for _, r := range t.rules {
		if j.OnlyGiven && !given(r, used) {
			continue
		}
		if ok, err := run(r.program, env); err == nil && ok {
			matched = append(matched, r)
		}
	}
	slices.SortStableFunc(matched, func(a, b *Rule) int { return cmp.Compare(b.Outcome.severity(), a.Outcome.severity()) })
	if len(matched) == 0 {
		v.Verdict = NeedsReview
		v.Reasons = append(v.Reasons, notCovered(j.Lang, p.AsOf))
	} else {
		v.Verdict = matched[0].Outcome
	}
	for _, r := range matched {
		v.Reasons = append(v.Reasons, p.reason(r, j.Lang))
		if len(r.Condition) > 0 && v.Verdict != NotEligible {
			v.Conditions = append(v.Conditions, Condition{r.ID, r.Condition.In(j.Lang)})
		}
		for _, step := range r.Next[j.Lang] {
			if !slices.Contains(v.NextSteps, step) {
				v.NextSteps = append(v.NextSteps, step)
			}
		}
	}
	v.Messaging = map[Outcome]Access{Eligible: AccessYes, EligibleWithConditions: AccessConditions, NeedsReview: AccessReview, NotEligible: AccessNo}[v.Verdict]
	v.Commerce = stricter(v.Messaging, c.Commerce)
	v.ReviewOffered = v.Verdict == NeedsReview || v.Verdict == NotEligible && c.Review
	v.WouldChange = t.changes(used, v.Verdict)
	return v
}

// given reports whether every fact the rule rests on was answered.
func given(r *Rule, used map[string]string) bool {
	for _, f := range r.reads {
		if _, ok := used[f]; !ok {
			return false
		}
	}
	return true
}

func (p *Pack) reason(r *Rule, lang string) Reason {
	reason := Reason{Rule: r.ID, Text: r.Reason.In(lang), Facts: r.Facts, Outcome: r.Outcome, Source: p.source(r.Source, lang)}
	for _, s := range r.Also {
		reason.Also = append(reason.Also, p.source(s, lang))
	}
	return reason
}

func (p *Pack) source(id, lang string) SourceRef {
	s := p.sources[id]
	return SourceRef{s.Title.In(lang), s.URL, s.AsOf, s.Kind}
}

func notCovered(lang, asOf string) Reason {
	text := "Kombinasi jawaban ini belum ada di aturan kami, jadi perlu dilihat oleh orang."
	title := "Aturan Layak"
	if lang == "en" {
		text, title = "Our rules do not cover this combination of answers yet, so a person has to look at it.", "Layak's rules"
	}
	return Reason{Rule: NotCovered, Text: text, Facts: []string{"business"}, Outcome: NeedsReview, Source: SourceRef{Title: title, AsOf: asOf}}
}

// stricter returns the worse of two degrees of access.
func stricter(a, b Access) Access {
	order := []Access{AccessYes, AccessConditions, AccessReview, AccessNo}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// changes lists the smallest sets of other answers that give a better outcome: a set is listed only if no part of it
// gives that outcome or a better one.
func (t *table) changes(answers map[string]string, now Outcome) []Change {
	type candidate struct {
		facts   map[string]string
		outcome Outcome
	}
	var better []candidate
	for i, o := range t.outcomes {
		if o.severity() >= now.severity() {
			continue
		}
		set, rest, possible := map[string]string{}, i, true
		for _, f := range t.facts {
			value := f.Values[rest%len(f.Values)].ID
			rest /= len(f.Values)
			current, ok := answers[f.ID]
			if !ok {
				current = f.missing()
			}
			if value == current {
				continue
			}
			if value == Unsure {
				possible = false // nobody can set out to become unsure
				break
			}
			set[f.ID] = value
		}
		if possible {
			better = append(better, candidate{set, o})
		}
	}
	slices.SortStableFunc(better, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(len(a.facts), len(b.facts)), cmp.Compare(a.outcome.severity(), b.outcome.severity()))
	})
	out := []Change{}
	for _, c := range better {
		smaller := slices.ContainsFunc(out, func(have Change) bool {
			return have.Verdict.severity() <= c.outcome.severity() && within(have.Facts, c.facts)
		})
		if !smaller {
			out = append(out, Change{c.facts, c.outcome})
		}
	}
	return out
}

// within reports whether all of small stands in large.
func within(small, large map[string]string) bool {
	for k, v := range small {
		if large[k] != v {
			return false
		}
	}
	return true
}

// measure fills in what loading can only know at the end, and checks what the tables show.
func (l *loader) measure() {
	p := l.pack
	for i, c := range p.Categories {
		n := 1
		for _, id := range c.Asks {
			n *= len(p.facts[id].Values)
		}
		if n > maxCombinations {
			l.categories.Add(problem.TooManyCombinations, fmt.Sprintf("categories[%d].asks", i), "category %s asks so much that there are %d combinations", c.ID, n).Try("at most %d can be checked; ask for less", maxCombinations)
			return
		}
	}
	p.setTurns()
	asOf, _ := time.Parse(time.DateOnly, p.AsOf)
	seg := p.at(asOf)
	for _, c := range p.Categories {
		c.BaseOutcome, c.WorstOutcome = NotEligible, Eligible
		for _, o := range seg.tables[c.ID].outcomes {
			if o.severity() < c.BaseOutcome.severity() {
				c.BaseOutcome = o
			}
			if o.severity() > c.WorstOutcome.severity() {
				c.WorstOutcome = o
			}
		}
	}
}
