package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What a mistake costs, in needless questions. A "you may apply" to a prohibited business is the worst this product
// can do.
const (
	costAsk       = 1.0
	costOffer     = 0.08 // each candidate makes a question longer
	costWrong     = 5.0
	costMissed    = 12.0  // a question that leaves out a risky reading
	costReview    = 30.0  // an easy yes to a business that needs a person's look
	costDangerous = 100.0 // an easy yes to a prohibited business
)

// Bounds of the decision.
const (
	plausible  = 0.04 // a risky reading this likely is always offered
	acceptable = 0.75 // less likely than this, nothing is accepted
	nearly     = 0.8  // a reading this likely is asked about alone where no other is plausible
	unsure     = 0.35 // when the best question covers less, it also offers the category for all that is not listed
	hopeless   = 0.12 // when the best question covers less, an open one is better

	maxCandidates = 4
	firmNone      = 0.9  // surer of small talk than this, nothing that is named counts
	decisive      = 0.4  // a strictest product this likely in the whole text is accepted, a fainter one asked about
	shout         = 0.9  // a word that alone means a risky business this clearly is asked about
	clear         = 0.7  // below this a long text is read part by part too
	faint         = 1e-4 // unless the whole text makes that meaning less likely than this
	firmly        = 0.8  // a part of the text that names a category this clearly counts as a product of its own
)

// Classify decides what business a text names. It is a pure function of the text: instructions in it change nothing.
func (c *Classifier) Classify(text string) Result {
	r := c.read(text)
	p, risk := c.posterior(&r)
	d := &deciding{c: c, r: &r, p: p, risk: risk}
	return d.result()
}

// deciding is the work on one text.
type deciding struct {
	c *Classifier
	r *reading
	p []float32 // none last
	// risk is p for the question whether an easy yes could be wrong.
	risk []float32
	why  []string
}

func (d *deciding) note(format string, args ...any) {
	d.why = append(d.why, fmt.Sprintf(format, args...))
}

func (d *deciding) severity(class int) int {
	if class >= len(d.c.categories) {
		return 0
	}
	return d.c.categories[class].Severity
}

func (d *deciding) risky(class int) bool { return d.severity(class) >= 2 }

// best gives the most likely category, none left out.
func (d *deciding) best() int {
	b := 0
	for i := range d.c.categories {
		if d.p[i] > d.p[b] {
			b = i
		}
	}
	return b
}

func (d *deciding) result() Result {
	d.describe()
	if f, ok := d.c.findCodes(d.r.tokens); ok {
		if res, ok := d.byCode(f); ok {
			return res
		}
	}
	main, telling, named := 0, 0, len(d.r.hits)
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if t.stop || t.role > roleFor {
			continue
		}
		main++
		if (t.known || len(t.forms) > 1) && !tradewords[t.text] {
			telling++
		}
		if !tradewords[t.text] && !plainWords[t.text] && !digit(t.text) {
			named++
		}
	}
	if main == 0 && len(d.r.hits) == 0 {
		d.note("nothing names a business")
		return d.none()
	}
	if main > 0 && named == 0 {
		d.note("says that there is a business, not which")
		return d.none()
	}
	if len(d.r.hits) == 0 && d.foreign() {
		d.note("hardly a word is known")
		return d.none()
	}
	if classes := d.vague(); len(classes) > 0 {
		res := d.ask(classes)
		res.Vague = true
		return res
	}
	none := len(d.c.categories)
	top := d.best()
	if d.p[top] < clear {
		d.blend()
		top = d.best()
	}
	strict, several := d.strictest(top)
	if several && d.p[strict] >= decisive {
		return d.accept(strict)
	}
	risks := d.named(top)
	if several {
		risks = append(risks, strict)
	}
	if len(risks) == 0 && d.severity(top) <= 1 && d.p[top] >= acceptable {
		risks = d.loud()
	}
	if len(risks) > 0 && d.p[none] < 0.5 {
		return d.ask(append([]int{top}, risks...))
	}
	set := d.offer(nil)
	accept, ask := d.costs(top, set)
	var covered float32
	for _, t := range set {
		covered += d.p[t]
	}
	if denied := d.denied(); len(denied) > 0 && telling >= 2 && d.p[top] < acceptable {
		d.note("what is denied may still be meant")
		return d.ask(denied)
	}
	if d.p[none] > max(0.4, covered) || main == 0 && d.p[none] > 0.2 {
		if d.sells(telling) {
			d.note("reads like small talk, but names something")
			return d.askOther(set)
		}
		d.note("reads like small talk")
		return d.none()
	}
	if covered < hopeless || telling == 0 && len(d.r.hits) == 0 && d.p[top] < 0.5 { // "jual sesuatu"
		d.note("nothing is likely")
		return d.none()
	}
	if covered < unsure {
		return d.askOther(set)
	}
	if accept > ask || d.p[top] < acceptable || main == 0 || d.r.ordered && !d.risky(top) && d.p[top] < 0.9 {
		return d.askExactly(d.worthOffering(set))
	}
	return d.accept(top)
}

// foreign reports whether the text is made of words nobody has used before: keys hit at random, another language. Words
// that only look like a known one count half.
func (d *deciding) foreign() bool {
	words, known, alike := 0, 0, 0
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if t.stop {
			continue
		}
		words++
		switch {
		case t.guess > 0:
			alike++
		case t.known || len(t.forms) > 1:
			known++
		}
	}
	return words > 0 && known == 0 && 2*alike < words
}

// costs gives what accepting top and what asking for set is expected to cost.
func (d *deciding) costs(top int, set []int) (accept, ask float64) {
	ask = costAsk + costOffer*float64(len(set))
	for t, p := range d.p {
		switch {
		case t == top:
		case t < len(d.c.categories) && d.severity(top) <= 1 && d.severity(t) >= 3:
			accept += float64(d.risk[t]) * costDangerous
		case t < len(d.c.categories) && d.severity(top) <= 1 && d.severity(t) == 2:
			accept += float64(d.risk[t]) * costReview
		default:
			accept += float64(p) * costWrong
		}
		if t < len(d.c.categories) && !slices.Contains(set, t) {
			if d.risky(t) {
				ask += float64(p) * costMissed
			} else {
				ask += float64(p) * costWrong
			}
		}
	}
	return accept, ask
}

// offer chooses the categories to offer: must first, then the likeliest, risky ones before others of their size.
func (d *deciding) offer(must []int) []int {
	type option struct {
		class int
		worth float64
	}
	var options []option
	for t := range d.c.categories {
		p := float64(d.p[t])
		w := p * costWrong
		if d.risky(t) {
			w = p * costMissed
			if p >= plausible {
				w += 1
			}
		}
		options = append(options, option{t, w})
	}
	slices.SortStableFunc(options, func(a, b option) int { return -cmp.Compare(a.worth, b.worth) })
	var set []int
	for _, m := range must {
		if !slices.Contains(set, m) && len(set) < maxCandidates {
			set = append(set, m)
		}
	}
	for _, o := range options {
		if len(set) >= maxCandidates || len(set) >= 1 && o.worth < costOffer {
			break
		}
		if !slices.Contains(set, o.class) {
			set = append(set, o.class)
		}
	}
	slices.SortStableFunc(set, func(a, b int) int { return -cmp.Compare(d.p[a], d.p[b]) })
	return set
}

// worthOffering leaves of a set that one reading nearly fills this one alone, to be confirmed: beside clothing, a question
// about weapons that nothing speaks for only puzzles. What is plausible and risky stays.
func (d *deciding) worthOffering(set []int) []int {
	top := d.best()
	if d.p[top] < nearly {
		return set
	}
	out := []int{top}
	for _, class := range set {
		if class != top && d.p[class] >= plausible {
			out = append(out, class)
		}
	}
	return out
}

// vague gives the categories to ask about when nothing but an ambiguous word names the business.
func (d *deciding) vague() []int {
	var classes, confusable []int
	covered := map[int]bool{}
	for _, h := range d.r.hits {
		if h.role > roleFor {
			continue
		}
		if len(h.phrase.ambiguous) == 0 {
			return nil
		}
		for i := h.start; i < h.end; i++ {
			covered[i] = true
		}
		for _, list := range [...][]uint8{h.phrase.ambiguous, h.phrase.names} {
			for _, class := range list {
				if !slices.Contains(classes, int(class)) {
					classes = append(classes, int(class))
				}
			}
		}
	}
	if len(classes) == 0 {
		return nil
	}
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if !covered[i] && !t.stop && !tradewords[t.text] && (t.known || len(t.forms) > 1) && t.role <= roleSide {
			return nil
		}
	}
	for _, class := range classes {
		for _, id := range d.c.categories[class].Confusable {
			if i, ok := d.c.index[id]; ok && !slices.Contains(classes, i) && !slices.Contains(confusable, i) {
				confusable = append(confusable, i)
			}
		}
	}
	byChance := func(a, b int) int { return -cmp.Compare(int(d.p[a]*100), int(d.p[b]*100)) }
	slices.SortStableFunc(classes, byChance)
	slices.SortStableFunc(confusable, byChance) // of the unlikely ones those that the pack lists first
	for _, i := range confusable {
		if len(classes) < maxCandidates && (len(classes) < 2 || d.p[i] >= plausible) {
			classes = append(classes, i)
		}
	}
	d.note("the words alone are ambiguous")
	return classes[:min(len(classes), maxCandidates)]
}

// named gives the risky categories that the text names as a main product, when top is a harmless one.
func (d *deciding) named(top int) []int {
	if d.severity(top) >= 2 {
		return nil
	}
	var out []int
	for _, h := range d.r.hits {
		if h.role > roleFor || len(h.phrase.ambiguous) > 0 || !h.sure {
			continue
		}
		for _, class := range h.phrase.names {
			if d.risky(int(class)) && !slices.Contains(out, int(class)) {
				d.note("%q may mean %s", h.phrase.text, d.c.categories[class].ID)
				out = append(out, int(class))
			}
		}
	}
	return out
}

// describe notes the words and roles that count.
func (d *deciding) describe() {
	names := [...]string{roleMain: "", roleFor: "for whom", roleSide: "side product", roleOther: "someone else's", roleFormer: "former", roleNegated: "denied", roleOrder: "an instruction"}
	for _, h := range d.r.hits {
		ids := make([]string, 0, len(h.phrase.names))
		for _, class := range append(slices.Clone(h.phrase.names), h.phrase.ambiguous...) {
			if id := d.c.categories[class].ID; !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		s := fmt.Sprintf("%q: %s", h.phrase.text, strings.Join(ids, ", "))
		if names[h.role] != "" {
			s += " (" + names[h.role] + ")"
		}
		d.note("%s", s)
		if len(d.why) >= 12 {
			break
		}
	}
	if d.r.ordered {
		d.note("instructions in the text are ignored")
	}
}

func (d *deciding) candidates(set []int) []Candidate {
	out := make([]Candidate, len(set))
	for i, class := range set {
		out[i] = Candidate{d.c.categories[class].ID, round(d.p[class])}
	}
	return out
}

func (d *deciding) accept(class int) Result {
	set := []int{class}
	for _, t := range d.offer(nil) {
		if t != class && d.p[t] >= 0.01 && len(set) < maxCandidates {
			set = append(set, t)
		}
	}
	return Result{Decision: Accept, Category: d.c.categories[class].ID, Confidence: round(d.p[class]), Candidates: d.candidates(set), Why: d.why}
}

// ask offers must, and what else is likely.
func (d *deciding) ask(must []int) Result { return d.askExactly(d.offer(must)) }

func (d *deciding) askExactly(set []int) Result {
	var seen []int
	for _, class := range set {
		if !slices.Contains(seen, class) && len(seen) < maxCandidates {
			seen = append(seen, class)
		}
	}
	var sum float32
	for _, class := range seen {
		sum += d.p[class]
	}
	return Result{Decision: Ask, Confidence: round(sum), Candidates: d.candidates(seen), Why: d.why}
}

// askOther asks for set and offers the category for all that is not listed beside it.
func (d *deciding) askOther(set []int) Result {
	if other, ok := d.c.index[Other]; ok && !slices.Contains(set, other) {
		set = append(set[:min(len(set), maxCandidates-1)], other)
	}
	return d.askExactly(set)
}

func (d *deciding) none() Result {
	return Result{Decision: NoMatch, Confidence: round(d.p[len(d.c.categories)]), Why: d.why}
}
