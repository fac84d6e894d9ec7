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
	costWrong     = 8.0
	costMissed    = 12.0  // a question that leaves out a risky reading
	costReview    = 30.0  // an easy yes to a business that needs a person's look
	costDangerous = 100.0 // an easy yes to a prohibited business
)

// Bounds of the decision.
const (
	plausible     = 0.04 // a risky reading this likely is always offered
	acceptable    = 0.5  // less likely than this, nothing is accepted
	unsure        = 0.35 // when the best question covers less, it also offers the category for all that is not listed
	hopeless      = 0.12 // when the best question covers less, an open one is better
	maxCandidates = 4
	decisive      = 0.4  // a strictest product this likely in the whole text is accepted, a fainter one asked about
	shout         = 0.75 // a word that alone means a prohibited business this clearly is asked about
	clear         = 0.7  // below this a long text is read part by part too
	faint         = 1e-4 // unless the whole text makes that meaning less likely than this
	firmly        = 0.8  // a part of the text that names a category this clearly counts as a product of its own
)

// Classify decides what business a text names. It is a pure function of the text: instructions in it change nothing.
func (c *Classifier) Classify(text string) Result {
	r := c.read(text)
	p := c.posterior(&r)
	d := &deciding{c: c, r: &r, p: p}
	return d.result()
}

// deciding is the work on one text.
type deciding struct {
	c   *Classifier
	r   *reading
	p   []float32 // none last
	why []string
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
	main, telling := 0, 0
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if t.stop || t.role > roleFor {
			continue
		}
		main++
		if (t.known || len(t.forms) > 1) && !tradewords[t.text] {
			telling++
		}
	}
	if main == 0 && len(d.r.hits) == 0 {
		d.note("nothing names a business")
		return d.none()
	}
	if classes := d.vague(); len(classes) > 0 {
		return d.ask(classes)
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
		d.note("reads like small talk")
		return d.none()
	}
	if covered < hopeless {
		d.note("nothing is likely")
		return d.none()
	}
	if other, ok := d.c.index[Other]; ok && covered < unsure && !slices.Contains(set, other) {
		set = append(set[:min(len(set), maxCandidates-1)], other)
	}
	if accept > ask || d.p[top] < acceptable || main == 0 || d.r.ordered && !d.risky(top) && d.p[top] < 0.9 {
		return d.askExactly(set)
	}
	return d.accept(top)
}

// costs gives what accepting top and what asking for set is expected to cost.
func (d *deciding) costs(top int, set []int) (accept, ask float64) {
	ask = costAsk + costOffer*float64(len(set))
	for t, p := range d.p {
		switch {
		case t == top:
		case t < len(d.c.categories) && d.severity(top) <= 1 && d.severity(t) >= 3:
			accept += float64(p) * costDangerous
		case t < len(d.c.categories) && d.severity(top) <= 1 && d.severity(t) == 2:
			accept += float64(p) * costReview
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
		if len(set) >= maxCandidates || len(set) >= 2 && o.worth < costOffer {
			break
		}
		if !slices.Contains(set, o.class) {
			set = append(set, o.class)
		}
	}
	slices.SortStableFunc(set, func(a, b int) int { return -cmp.Compare(d.p[a], d.p[b]) })
	return set
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
	byChance := func(a, b int) int { return -cmp.Compare(d.p[a], d.p[b]) }
	slices.SortStableFunc(classes, byChance)
	slices.SortStableFunc(confusable, byChance)
	for _, i := range confusable {
		if len(classes) < maxCandidates && (len(classes) < 2 || d.p[i] > 0.01) {
			classes = append(classes, i)
		}
	}
	d.note("the words alone are ambiguous")
	return classes[:min(len(classes), maxCandidates)]
}

// blend reads a long text part by part: greetings and stories around the one telling part do not drown it.
func (d *deciding) blend() {
	if d.c.weights == nil || len(d.r.tokens) < 14 {
		return
	}
	none := len(d.c.categories)
	sum := make([]float32, len(d.p))
	p := make([]float32, len(d.p))
	var buf []feature
	var total float32
	for _, part := range parts(d.r.tokens) {
		ts := d.r.tokens[part[0]:part[1]]
		if content(ts) == 0 || len(ts) == len(d.r.tokens) {
			continue
		}
		buf = features(ts, inside(d.r.hits, part), buf[:0])
		d.c.weights.score(buf, p)
		softmax(p, temperature)
		top := float32(0)
		for i := range none {
			top = max(top, p[i])
		}
		w := top * top // an undecided part says little
		total += w
		for i := range p {
			sum[i] += w * p[i]
		}
	}
	if total < 0.1 {
		return
	}
	for i := range d.p {
		d.p[i] = (d.p[i] + sum[i]/total) / 2
	}
	d.note("read part by part")
}

// inside gives the hits that lie within a part.
func inside(hits []hit, part [2]int) []hit {
	var out []hit
	for _, h := range hits {
		if h.start >= part[0] && h.end <= part[1] {
			out = append(out, h)
		}
	}
	return out
}

// any reports whether a category of this severity or a stricter one is at least this likely.
func (d *deciding) any(severity int, share float32) bool {
	for i := range d.c.categories {
		if d.p[i] >= share && d.severity(i) >= severity {
			return true
		}
	}
	return false
}

// strictest looks at every part of the text by itself: with several products the strictest decides.
func (d *deciding) strictest(top int) (int, bool) {
	if d.c.weights == nil || !d.any(max(2, d.severity(top)+1), 0.02) {
		return top, false
	}
	best, found := top, false
	var buf []feature
	p := make([]float32, len(d.p))
	for _, part := range parts(d.r.tokens) {
		ts := d.r.tokens[part[0]:part[1]]
		if len(ts) == len(d.r.tokens) || content(ts) == 0 {
			continue
		}
		if ts[0].role > roleFor && ts[len(ts)-1].role > roleFor {
			continue
		}
		buf = features(ts, inside(d.r.hits, part), buf[:0])
		d.c.weights.score(buf, p)
		softmax(p, temperature)
		for i := range d.c.categories {
			if p[i] >= firmly && d.severity(i) > d.severity(best) && d.severity(i) >= 2 && d.p[i] >= 0.02 {
				best, found = i, true
			}
		}
	}
	if found {
		d.note("several products: %s is the strictest", d.c.categories[best].ID)
	}
	return best, found
}

// loud gives the prohibited categories that single words of the text mean: what a whole text drowns ("kosmetik merek
// terkenal versi KW") a word still says.
func (d *deciding) loud() []int {
	if d.c.weights == nil || !d.any(3, faint) {
		return nil
	}
	var out []int
	var buf []feature
	p := make([]float32, len(d.p))
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if t.stop || t.role > roleFor || !t.known && len(t.forms) == 1 || tradewords[t.text] {
			continue
		}
		var own []hit
		inside := false
		for _, h := range d.r.hits {
			inside = inside || h.start <= i && i < h.end && h.end-h.start > 1
			if h.start == i && h.end == i+1 {
				own = append(own, h)
			}
		}
		if inside {
			continue // "token listrik" is no token
		}
		buf = features(d.r.tokens[i:i+1], own, buf[:0])
		d.c.weights.score(buf, p)
		softmax(p, temperature)
		worst, sum := -1, float32(0)
		for class := range d.c.categories {
			if d.severity(class) < 3 {
				continue
			}
			sum += p[class]
			if worst < 0 || p[class] > p[worst] {
				worst = class
			}
		}
		if worst >= 0 && sum >= shout && d.p[worst] >= faint && !slices.Contains(out, worst) && len(out) < 2 {
			d.note("%q alone means %s", t.text, d.c.categories[worst].ID)
			out = append(out, worst)
		}
	}
	return out
}

// parts cuts a text where a new product may begin.
func parts(ts []token) [][2]int {
	var out [][2]int
	start := 0
	for i := range ts {
		if i > start && (ts[i].gap >= gapSoft || listers[ts[i].text] || contrasts[ts[i].text] || ts[i].text == "juga" || ts[i].text == "plus") {
			out = append(out, [2]int{start, i})
			start = i
		}
	}
	return append(out, [2]int{start, len(ts)})
}

// denied gives the risky categories that the text says it is not.
func (d *deciding) denied() []int {
	var out []int
	for _, h := range d.r.hits {
		if h.role != roleNegated {
			continue
		}
		for _, class := range h.phrase.names {
			if d.risky(int(class)) && !slices.Contains(out, int(class)) && len(out) < 2 {
				out = append(out, int(class))
			}
		}
	}
	return out
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

// byCode decides by classification codes.
func (d *deciding) byCode(f codeFinding) (Result, bool) {
	top := d.best()
	d.note("codes %s, edition %q", strings.Join(f.codes, ", "), f.edition)
	other, hasOther := d.c.index[Other]
	if len(f.classes) == 0 {
		if !f.alone {
			return Result{}, false
		}
		set := f.near
		if hasOther {
			set = append(set[:min(len(set), maxCandidates-1)], other)
		}
		if len(set) == 0 {
			return Result{}, false
		}
		d.note("the codes are not in the pack")
		return d.askExactly(set), true
	}
	if f.shared && len(f.codes) == 1 && f.sure {
		d.note("one code covers several categories")
		return d.askExactly(f.classes), true
	}
	agrees := slices.Contains(f.classes, top)
	if !f.alone && (agrees && d.p[top] > 0.3 || len(f.classes) == 1 && f.sure && d.p[top] < 0.5) {
		d.note("the title agrees")
		if !agrees {
			top = f.classes[0]
		}
		return d.accept(top), true
	}
	if f.sure && f.alone {
		strict := f.classes[0]
		for _, class := range f.classes {
			if d.severity(class) > d.severity(strict) {
				strict = class
			}
		}
		if len(f.classes) == 1 || d.risky(strict) {
			return d.accept(strict), true
		}
		return d.askExactly(f.classes), true
	}
	set := slices.Clone(f.classes)
	if !f.alone && !agrees && d.p[top] > 0.2 {
		set = append(set, top)
	} else if hasOther && !slices.Contains(set, other) {
		set = append(set, other)
	}
	d.note("the code alone does not decide")
	return d.askExactly(set), true
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

func (d *deciding) none() Result {
	return Result{Decision: NoMatch, Confidence: round(d.p[len(d.c.categories)]), Why: d.why}
}
