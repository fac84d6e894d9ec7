package match

import (
	"slices"
	"strings"
)

// phrase is a word or several that the pack lists for categories.
type phrase struct {
	words     []string
	text      string
	names     []uint8 // categories that it names
	ambiguous []uint8 // categories it may mean, too little said
}

// lexicon finds the pack's phrases in a text.
type lexicon struct {
	byFirst map[string][]*phrase
}

// hit is a phrase found in a text.
type hit struct {
	start, end int
	phrase     *phrase
	role       role
	sure       bool // spelt as listed, give or take affixes
}

// newLexicon collects the phrases of all categories.
func newLexicon(categories []Category) *lexicon {
	all := map[string]*phrase{}
	get := func(s string) *phrase {
		words := Tokens(s)
		if !slices.ContainsFunc(words, func(w string) bool { return !stopwords[w] }) {
			return nil // "it" is a pronoun more often than a trade
		}
		key := strings.Join(words, " ")
		p := all[key]
		if p == nil {
			p = &phrase{words: words, text: key}
			all[key] = p
		}
		return p
	}
	for i, c := range categories {
		if c.ID == Other {
			continue // "lain", "mixed" name nothing
		}
		for _, lang := range slices.Sorted(keys(c.Synonyms)) {
			for _, s := range c.Synonyms[lang] {
				for _, s := range [...]string{s, singular(s, lang)} {
					if p := get(s); p != nil && !slices.Contains(p.names, uint8(i)) {
						p.names = append(p.names, uint8(i))
					}
				}
			}
		}
		for _, s := range c.Ambiguous {
			if p := get(s); p != nil && !slices.Contains(p.ambiguous, uint8(i)) {
				p.ambiguous = append(p.ambiguous, uint8(i))
			}
		}
	}
	l := &lexicon{byFirst: map[string][]*phrase{}}
	for _, key := range slices.Sorted(keys(all)) {
		p := all[key]
		l.byFirst[p.words[0]] = append(l.byFirst[p.words[0]], p)
		if joined := strings.Join(p.words, ""); len(p.words) > 1 && len(joined) >= 6 && all[joined] == nil { // "petshop", "slotgacor"
			l.byFirst[joined] = append(l.byFirst[joined], &phrase{words: []string{joined}, text: p.text, names: p.names, ambiguous: p.ambiguous})
		}
	}
	for _, ps := range l.byFirst {
		slices.SortStableFunc(ps, func(a, b *phrase) int { return len(b.words) - len(a.words) })
	}
	return l
}

// singular gives an English phrase without the plural s of its last word ("handbags", "kids shoes"), or "" where there is none.
func singular(s, lang string) string {
	one, ok := strings.CutSuffix(s, "s")
	if lang != "en" || !ok || len(one) < 4 || strings.HasSuffix(one, "s") || strings.HasSuffix(one, "u") || strings.HasSuffix(one, "i") {
		return ""
	}
	return one
}

// keys iterates over the keys of m.
func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// words gives every word of every phrase.
func (l *lexicon) words(yield func(string)) {
	for _, ps := range l.byFirst {
		for _, p := range ps {
			for _, w := range p.words {
				yield(w)
			}
		}
	}
}

// find gives the longest phrases in ts; a phrase inside a longer one does not count.
func (l *lexicon) find(ts []token, hits []hit) []hit {
	end := 0
	for i := range ts {
		best := hit{end: -1}
		for f, form := range ts[i].forms {
			for _, p := range l.byFirst[form] {
				n := l.matches(p, ts[i:])
				if n == 0 || i+n <= best.end || i+n == best.end && f > 0 {
					continue
				}
				best = hit{start: i, end: i + n, phrase: p, sure: f != ts[i].guess}
			}
		}
		if best.end <= end {
			continue // nothing, or inside the phrase before
		}
		hits = append(hits, best)
		end = best.end
	}
	return hits
}

// matches reports over how many words of ts the phrase lies, 0 when it is not there. Function words of the text may
// stand inside a phrase ("gadai di emas" does not, "obat yang keras" does): one at most.
func (l *lexicon) matches(p *phrase, ts []token) int {
	n := 1
	for _, w := range p.words[1:] {
		if n < len(ts) && ts[n].stop && n+1 < len(ts) && !slices.Contains(ts[n].forms, w) && ts[n].gap < gapSoft && (ts[n].text == "yang" || ts[n].text == "dan" || ts[n].text == "of") {
			n++
		}
		if n >= len(ts) || ts[n].gap >= gapSoft || !slices.Contains(ts[n].forms, w) {
			return 0
		}
		n++
	}
	return n
}
