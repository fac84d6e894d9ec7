package match

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// Classifier finds the business that a text names. It never changes after it was made and may be used by any number
// of goroutines at once.
type Classifier struct {
	categories []Category
	index      map[string]int
	lexicon    *lexicon
	vocabulary *vocabulary
	weights    *weights // nil without examples: then the words of the pack decide alone
	codes      map[string][]int
	digest     string
	encode     sync.Once
	model      []byte // encoded; nil before anybody asked
}

// New trains a classifier. Without examples it works from the words of the categories alone. The same arguments give
// the same classifier.
func New(categories []Category, examples []Example) (*Classifier, error) {
	c, err := bare(categories)
	if err != nil {
		return nil, err
	}
	c.digest = Digest(categories, examples)
	words := map[string]uint16{}
	count := func(w string) {
		if n := words[w]; n < math.MaxUint16 {
			words[w] = n + 1
		}
	}
	c.lexicon.words(count)
	for _, e := range examples {
		if _, ok := c.index[e.Intent]; !ok && e.Intent != None {
			return nil, fmt.Errorf("example %q: category %q does not exist", cut(e.Text, 60), e.Intent)
		}
		for _, w := range Tokens(e.Text) {
			count(w)
		}
	}
	c.vocabulary = newVocabulary(words)
	if len(examples) > 0 {
		c.weights = train(c.samples(examples), len(categories)+1).compact()
	}
	return c, nil
}

// Load makes the classifier that Model describes, which must not be changed afterwards. It fails when the model was made
// for other categories.
func Load(categories []Category, model []byte) (*Classifier, error) {
	w, v, digest, err := decodeWeights(model)
	if err != nil {
		return nil, err
	}
	trained := &Classifier{weights: w, vocabulary: v, digest: digest, model: model}
	return trained.For(categories)
}

// For makes a classifier for categories with the same words, of which anything else may differ. It shares what was trained
// with c. It fails for other words, and without examples.
func (c *Classifier) For(categories []Category) (*Classifier, error) {
	if c.weights == nil {
		return nil, errors.New("there is no trained model")
	}
	trained := c
	c, err := bare(categories)
	if err != nil {
		return nil, err
	}
	c.weights, c.vocabulary, c.digest, c.model = trained.weights, trained.vocabulary, trained.digest, trained.Model()
	if want := Digest(categories, nil); len(c.digest) != len(want) || c.digest[:digestHalf] != want[:digestHalf] {
		return nil, errors.New("the trained model belongs to other categories; train it again")
	}
	if c.weights.classes != len(categories)+1 {
		return nil, errModel
	}
	return c, nil
}

// bare makes a classifier with all that comes from the categories.
func bare(categories []Category) (*Classifier, error) {
	if len(categories) == 0 {
		return nil, errors.New("there are no categories")
	}
	if len(categories)+1 > maxClasses {
		return nil, fmt.Errorf("%d categories are too many; %d is the most", len(categories), maxClasses-1)
	}
	c := &Classifier{categories: slices.Clone(categories), index: map[string]int{}}
	for i, cat := range categories {
		if _, ok := c.index[cat.ID]; ok || cat.ID == "" || cat.ID == None {
			return nil, fmt.Errorf("category id %q is empty, reserved or used twice", cat.ID)
		}
		c.index[cat.ID] = i
	}
	c.lexicon = newLexicon(categories)
	c.codes = codeTable(categories)
	return c, nil
}

// Model gives the trained weights for Load; nil for a classifier without examples. The caller must not change it.
func (c *Classifier) Model() []byte {
	c.encode.Do(func() {
		if c.weights != nil && c.model == nil {
			c.model = c.weights.encode(c.digest, c.vocabulary)
		}
	})
	return c.model
}

// Digest tells which categories and examples the classifier was made from; it equals Digest of them.
func (c *Classifier) Digest() string { return c.digest }

const digestHalf = 32

// reads is the version of how a text becomes words and phrases, on which a model depends, too.
const reads = "2"

// Digest is a fingerprint of everything a model depends on; its first half depends on the categories alone.
func Digest(categories []Category, examples []Example) string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s;", len(p), p)
		}
	}
	put(magic, reads)
	for _, c := range categories {
		put("category", c.ID)
		for _, lang := range slices.Sorted(keys(c.Synonyms)) {
			put(lang)
			put(c.Synonyms[lang]...)
		}
		put("ambiguous")
		put(c.Ambiguous...)
	}
	first := hex.EncodeToString(h.Sum(nil))[:digestHalf]
	for _, e := range examples {
		put(e.Intent, e.Text)
	}
	return first + hex.EncodeToString(h.Sum(nil))[:digestHalf]
}

// samples turns examples and phrases into features, half of them on a second core.
func (c *Classifier) samples(examples []Example) []sample {
	none := uint8(len(c.categories))
	out := make([]sample, 0, len(examples)+1000)
	texts := make([]string, 0, cap(out))
	for _, e := range examples {
		class := none
		if i, ok := c.index[e.Intent]; ok {
			class = uint8(i)
		}
		texts = append(texts, e.Text)
		out = append(out, sample{labels: []label{{class, 1}}, weight: 1})
	}
	for _, first := range slices.Sorted(keys(c.lexicon.byFirst)) {
		for _, p := range c.lexicon.byFirst[first] {
			classes := slices.Clone(p.names)
			for _, a := range p.ambiguous {
				if !slices.Contains(classes, a) {
					classes = append(classes, a)
				}
			}
			labels := make([]label, len(classes))
			for i, class := range classes {
				labels[i] = label{class, 1 / float32(len(classes))}
			}
			texts = append(texts, p.text)
			out = append(out, sample{labels: labels, weight: 1})
		}
	}
	read := func(from, to int) {
		for i := from; i < to; i++ {
			r := c.read(texts[i])
			out[i].features = features(r.tokens, r.hits, nil)
		}
	}
	var half sync.WaitGroup
	half.Go(func() { read(0, len(out)/2) })
	read(len(out)/2, len(out))
	half.Wait()
	return out
}

// reading is a text with everything the rules found in it.
type reading struct {
	tokens  []token
	hits    []hit
	ordered bool // it tells the reader what to answer
}

func (c *Classifier) read(text string) reading {
	ts := c.vocabulary.tokens(text)
	r := reading{tokens: ts, hits: c.lexicon.find(ts, nil)}
	for _, h := range r.hits {
		for i := h.start; i < h.end && h.end-h.start > 1; i++ {
			ts[i].held = true
		}
	}
	r.ordered = assignRoles(ts)
	for i := range r.hits {
		h := &r.hits[i]
		for _, t := range ts[h.start:h.end] {
			h.role = max(h.role, t.role)
		}
	}
	return r
}

// posterior gives how likely every category is, none last. risk says the same more cautiously: what is unlikely keeps
// more of its share.
func (c *Classifier) posterior(r *reading) (p, risk []float32) {
	n := len(c.categories) + 1
	p, risk = make([]float32, n), make([]float32, n)
	if c.weights == nil {
		c.fromWords(r, p)
		copy(risk, p)
		return p, risk
	}
	c.weights.score(features(r.tokens, r.hits, make([]feature, 0, 512)), risk)
	c.shares(risk, p)
	return p, risk
}

// shares turns scores into the shares p, and leaves the cautious ones in scores.
func (c *Classifier) shares(scores, p []float32) {
	copy(p, scores)
	softmax(p, temperature)
	softmax(scores, caution)
}

// temperature makes the model's shares agree with how often it is right; caution does so for the unlikely ones. Both
// were found by cross-validation.
const (
	temperature = 0.5
	caution     = 0.65
)

// fromWords fills p from the phrases of the pack alone.
func (c *Classifier) fromWords(r *reading, p []float32) {
	none := len(c.categories)
	p[none] = 0.1
	for _, h := range r.hits {
		w := weight[h.role] * float32(len(h.phrase.words))
		if !h.sure {
			w *= 0.7
		}
		classes := append(slices.Clone(h.phrase.names), h.phrase.ambiguous...)
		for _, class := range classes {
			p[class] += w / float32(len(classes))
		}
	}
	var sum float32
	for _, x := range p {
		sum += x
	}
	for i := range p {
		p[i] /= sum
	}
}

// Rank gives all categories by how well they fit the text, best first.
func (c *Classifier) Rank(text string) []Candidate {
	r := c.read(text)
	p, _ := c.posterior(&r)
	return c.rank(p)
}

func (c *Classifier) rank(p []float32) []Candidate {
	out := make([]Candidate, len(c.categories))
	for i, cat := range c.categories {
		out[i] = Candidate{cat.ID, round(p[i])}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), strings.Compare(a.ID, b.ID))
	})
	return out
}

// round keeps four digits, so that a score prints well.
func round(x float32) float64 { return math.Round(float64(x)*1e4) / 1e4 }
