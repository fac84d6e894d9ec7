package match

import "slices"

// blend reads a long text part by part: greetings and stories around the one telling part do not drown it.
func (d *deciding) blend() {
	if d.c.weights == nil || len(d.r.tokens) < 14 {
		return
	}
	none := len(d.c.categories)
	sum := make([]float32, len(d.p))
	p, risk, risks := make([]float32, len(d.p)), make([]float32, len(d.p)), make([]float32, len(d.p))
	var buf []feature
	var total float32
	for _, part := range parts(d.r.tokens) {
		ts := d.r.tokens[part[0]:part[1]]
		if content(ts) == 0 || len(ts) == len(d.r.tokens) {
			continue
		}
		buf = features(ts, inside(d.r.hits, part), buf[:0])
		d.c.weights.score(buf, risk)
		d.c.shares(risk, p)
		top := float32(0)
		for i := range none {
			top = max(top, p[i])
		}
		w := top * top // an undecided part says little
		total += w
		for i := range p {
			sum[i] += w * p[i]
			risks[i] += w * risk[i]
		}
	}
	if total < 0.1 {
		return
	}
	for i := range d.p {
		d.p[i] = (d.p[i] + sum[i]/total) / 2
		d.risk[i] = (d.risk[i] + risks[i]/total) / 2
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

// loud gives the risky categories that single words of the text mean: what a whole text drowns ("kosmetik merek
// terkenal versi KW") a word still says.
func (d *deciding) loud() []int {
	if d.c.weights == nil || !d.any(2, faint) {
		return nil
	}
	var out []int
	var buf []feature
	p := make([]float32, len(d.p))
	for i := range d.r.tokens {
		t := &d.r.tokens[i]
		if t.stop || t.role > roleFor || !t.known && (len(t.forms) == 1 || t.guess > 0) || tradewords[t.text] || plainWords[t.text] {
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
			if d.severity(class) < 2 {
				continue
			}
			sum += p[class]
			if worst < 0 || p[class] > p[worst] {
				worst = class
			}
		}
		if worst >= 0 && sum >= shout && d.risk[worst] >= faint && !slices.Contains(out, worst) && len(out) < 2 {
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

// sells reports whether a text that reads like small talk still names goods or a trade: beside a word for selling, or
// by a phrase of the pack.
func (d *deciding) sells(telling int) bool {
	none := d.p[len(d.c.categories)]
	if none >= firmNone || telling == 0 {
		return false
	}
	for _, h := range d.r.hits {
		if h.role <= roleFor && h.sure && len(h.phrase.names) > 0 {
			return true
		}
	}
	for i := range d.r.tokens {
		if t := &d.r.tokens[i]; t.role == roleMain && sellWords[t.text] {
			return true
		}
	}
	return false
}

// sellWords say that goods or a trade are named beside them.
var sellWords = set("jual jualan menjual dagang dagangan jasa usaha bisnis toko produsen agen supplier sell selling sells shop store manufacturer")

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
