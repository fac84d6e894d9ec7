package match

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// token is a word of a text with what the classifier knows about it.
type token struct {
	word
	forms []string // as written, then without affixes or as it was probably meant
	guess int      // index in forms of a corrected spelling, -1 when there is none
	stop  bool
	known bool
	role  role
	held  bool   // inside a phrase of several words
	cue   string // the text, when it may open a role
}

// vocabulary holds the words of the pack and of the examples, and finds those a misspelt word may stand for.
type vocabulary struct {
	words   map[string]uint16 // how often each word occurs
	list    []string
	deletes []deletion          // in ascending order
	bare    map[string]uint32   // the commonest word of every skeleton
	short   map[string][]uint32 // the words that have the same consonants, commonest first
}

// deletion says that a word has this hash when one letter is left out: the hash in the upper half, the word's number in the
// lower one, because plain numbers are sorted quickest.
type deletion uint64

func newDeletion(hash, word uint32) deletion { return deletion(hash)<<32 | deletion(word) }

func (d deletion) hash() uint32 { return uint32(d >> 32) }
func (d deletion) word() uint32 { return uint32(d) }

// newVocabulary prepares the words; counts may be nil.
func newVocabulary(words map[string]uint16) *vocabulary {
	v := &vocabulary{words: words, list: slices.Sorted(keys(words)), bare: map[string]uint32{}, short: map[string][]uint32{}}
	n := 0
	for _, w := range v.list {
		n += len(w) + 1
	}
	v.deletes = make([]deletion, 0, n)
	for i, w := range v.list {
		if !correctable(w, 4) {
			continue
		}
		if con := consonants(w); len(con) >= 3 && !stopwords[w] {
			v.short[con] = v.keep(v.short[con], uint32(i))
		}
		if sk := skeleton(w); sk != "" && !stopwords[w] {
			if other, ok := v.bare[sk]; !ok || words[w] > words[v.list[other]] {
				v.bare[sk] = uint32(i)
			}
		}
		v.deletes = append(v.deletes, newDeletion(hashString(seedDelete, w), uint32(i)))
		for j := range len(w) {
			if j > 0 && w[j] == w[j-1] {
				continue
			}
			v.deletes = append(v.deletes, newDeletion(hashWithout(w, j), uint32(i)))
		}
	}
	slices.Sort(v.deletes)
	return v
}

// keep adds word i to list, commonest first, three at most.
func (v *vocabulary) keep(list []uint32, i uint32) []uint32 {
	at := 0
	for at < len(list) && v.words[v.list[list[at]]] >= v.words[v.list[i]] {
		at++
	}
	if at >= 3 {
		return list
	}
	list = slices.Insert(list, at, i)
	return list[:min(3, len(list))]
}

// correctable reports whether a word is made of letters and long enough for a slip to be told from another word.
func correctable(w string, n int) bool {
	if len(w) < n {
		return false
	}
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

// tokens folds text and looks every word up.
func (v *vocabulary) tokens(text string) []token {
	words := fold(text)
	ts := make([]token, 0, len(words))
	var buf []string
	for _, w := range words {
		t := token{word: w, guess: -1, stop: stopwords[w.text]}
		t.forms = append(make([]string, 0, 3), w.text)
		_, t.known = v.words[w.text]
		if !t.stop {
			buf = stems(w.text, buf[:0])
			for _, s := range buf {
				if v.words[s] > 0 && !stopwords[s] && (len(s) >= 4 || strings.HasSuffix(w.text, "nya")) && len(t.forms) < 4 {
					t.forms = append(t.forms, s)
				}
			}
			if !t.known && len(t.forms) == 1 {
				if c := v.correct(w.text); c != "" {
					t.guess = len(t.forms)
					t.forms = append(t.forms, c)
				}
			}
		}
		ts = append(ts, t)
	}
	return ts
}

// correct gives the known word that an unknown one was probably meant to be, or "".
func (v *vocabulary) correct(w string) string {
	if i := strings.IndexByte(w, '*'); i > 0 { // j*di
		for _, c := range "aiueo" {
			if s := w[:i] + string(c) + strings.ReplaceAll(w[i+1:], "*", ""); v.words[s] > 0 {
				return s
			}
		}
		w = strings.ReplaceAll(w, "*", "")
	}
	if strings.ContainsAny(w, "0134578") && len(w) >= 4 { // ganj4, jud1
		b := []byte(w)
		for i, c := range b {
			if digit(string(c)) && leet[c-'0'] != 0 {
				b[i] = leet[c-'0']
			}
		}
		if s := string(b); v.words[s] > 0 {
			return s
		}
	}
	if !correctable(w, 3) || len(w) > 32 {
		return ""
	}
	for _, i := range v.short[consonants(w)] { // vowels left out: ctring, bkas, pupk
		s := v.list[i]
		if n := len(s) - len(w); n < 1 || n > 4 || !within(w, s) {
			continue
		}
		if n := v.words[s]; len(w) >= 5 || len(w) == 4 && n > 2 || n > 7 {
			return s
		}
	}
	if len(w) < 4 {
		return ""
	}
	alike, ok := v.bare[skeleton(w)]
	if ok {
		if s := v.list[alike]; len(s) > len(w) && len(s)-len(w) <= 3 && (len(w) > 4 || v.words[s] > 4) && within(w, s) {
			return s
		}
	}
	if len(w) < 5 {
		return ""
	}
	best, count := "", uint16(0)
	try := func(hash uint32) {
		i, _ := slices.BinarySearch(v.deletes, newDeletion(hash, 0))
		for ; i < len(v.deletes) && v.deletes[i].hash() == hash; i++ {
			s := v.list[v.deletes[i].word()]
			if stopwords[s] || !oneSlip(w, s) {
				continue
			}
			if n := v.words[s]; n > count || n == count && s < best {
				best, count = s, n
			}
		}
	}
	try(hashString(seedDelete, w))
	for j := range len(w) {
		if j == 0 || w[j] != w[j-1] {
			try(hashWithout(w, j))
		}
	}
	if best == "" && ok { // londri, skinker
		if s := v.list[alike]; s[0] == w[0] && levenshtein.ComputeDistance(w, s) <= 1+len(w)/5 {
			return s
		}
	}
	return best
}

// within reports whether a is b with letters left out.
func within(a, b string) bool {
	i := 0
	for j := 0; j < len(b) && i < len(a); j++ {
		if a[i] == b[j] {
			i++
		}
	}
	return i == len(a)
}

// oneSlip reports whether a becomes b with one letter added, left out, replaced or two swapped.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i+1 >= len(a) {
		return true
	}
	return a[i+1:] == b[i+1:] || a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
