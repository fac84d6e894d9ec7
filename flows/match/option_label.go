package match

import (
	"slices"

	"github.com/agnivade/levenshtein"
)

// optionName is an id, a label or a synonym cut into words. A label has parts too: "Klinik atau rumah sakit" is also
// "klinik" and "rumah sakit".
type optionName struct {
	option int
	words  []string
	label  bool
}

// OptionSet is the options of one question, made ready to read many answers. It does not change after NewOptionSet.
type OptionSet struct {
	options []Option
	names   []optionName
}

// NewOptionSet prepares options.
func NewOptionSet(options []Option) *OptionSet {
	b := &OptionSet{options: options, names: make([]optionName, 0, 8*len(options))}
	for i, option := range options {
		b.add(i, option.ID, false)
		for _, label := range option.Labels {
			b.add(i, label, true)
		}
		for _, synonym := range option.Synonyms {
			b.add(i, synonym, false)
		}
	}
	return b
}

func (b *OptionSet) add(option int, name string, label bool) {
	words := scanReply(name).tokens
	for i, w := range words {
		words[i] = optionWord(w)
	}
	if len(words) > 0 {
		b.names = append(b.names, optionName{option, words, label})
	}
}

// exact finds the option that has said as one of its names, with or without manners around it. tied reports that
// more than one option has.
func (b *OptionSet) exact(said []string) (option int, tied bool) {
	tail := len(said)
	for tail > 1 && optionManners[said[tail-1]] && !notAtTail[said[tail-1]] {
		tail--
	}
	head := 0
	for head < tail-1 && optionManners[said[head]] && !notAtHead[said[head]] {
		head++
	}
	for _, words := range [...][]string{said, said[:tail], said[head:], said[head:tail]} {
		found := -1
		for _, name := range b.names {
			if !sameWords(name.words, words) {
				continue
			}
			if found >= 0 && found != name.option {
				return -1, true
			}
			found = name.option
		}
		if found >= 0 {
			return found, false
		}
	}
	return -1, false
}

// sameWords compares words and leaves marks out.
func sameWords(a, b []string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && a[i] == "," {
			i++
		}
		for j < len(b) && b[j] == "," {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i, j = i+1, j+1
	}
}

// named reads a choice by the words of its label, and says when several are named or one is ruled out.
func (b *OptionSet) named(said []string) OptionReading {
	if bothWords[said[0]] && len(said) == 1 {
		return OptionReading{Several: len(b.options) > 1}
	}
	if name := b.loose(said); name >= 0 {
		return OptionReading{ID: b.options[name].ID}
	}
	found, several, every := -1, false, true
	for start, i := 0, 0; i <= len(said); i++ {
		if i < len(said) && !optionJoiners[said[i]] {
			continue
		}
		part := said[start:i]
		start = i + 1
		if manners(part) {
			continue
		}
		switch name := b.find(part); {
		case name < 0:
			every = false
		case found >= 0 && found != name:
			several = true
		default:
			found = name
		}
	}
	switch {
	case several:
		return OptionReading{Several: true}
	case found >= 0 && every:
		return OptionReading{ID: b.options[found].ID}
	}
	for i, w := range said {
		if optionDeniers[w] {
			rest := append(append(make([]string, 0, len(said)), said[:i]...), said[i+1:]...)
			return OptionReading{Negated: b.find(rest) >= 0}
		}
	}
	return OptionReading{}
}

// bothWords choose more than one.
var bothWords = set("keduanya duanya semua both all dua2nya")

// manners reports whether words say nothing.
func manners(words []string) bool {
	for _, w := range words {
		if !optionManners[w] || notAtHead[w] {
			return false
		}
	}
	return true
}

// find is exact or loose.
func (b *OptionSet) find(words []string) int {
	if len(words) == 0 {
		return -1
	}
	name, tied := b.exact(words)
	if name < 0 && !tied {
		name = b.loose(words)
	}
	return name
}

// commonWords are never enough to tell options apart.
var commonWords = set(`jual toko jasa usaha sudah belum ada punya tidak bukan yang untuk dari dan atau saya kami ini itu lain izin semua usahanya produk barang bisnis online
	the a an of for and or we i have has not no yes with to sell shop store business service services product products other ya iya tahu know sure kurang`)

// loose finds the only option that said fits: a part of its label, the words that a part begins or ends with, or one of
// these with light typos. -1 when none or several fit.
func (b *OptionSet) loose(said []string) int {
	var room [maxReplyTokens]string
	words := room[:0]
	for _, w := range said {
		if w != "," && !isSign(w) {
			words = append(words, w)
		}
	}
	for len(words) > 1 && optionManners[words[len(words)-1]] && !notAtTail[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	for len(words) > 1 && optionManners[words[0]] && !notAtHead[words[0]] {
		words = words[1:]
	}
	if len(words) == 0 {
		return -1
	}
	for _, typos := range [...]bool{false, true} {
		found := -1
		for _, name := range b.names {
			if found == name.option || !fitsName(name, words, typos) {
				continue
			}
			if found >= 0 {
				return -1
			}
			found = name.option
		}
		if found >= 0 {
			if b.vague(words) {
				return -1
			}
			return found
		}
	}
	return -1
}

// vague reports whether words are too common to name an option, unless they are a whole part of a label.
func (b *OptionSet) vague(words []string) bool {
	for _, w := range words {
		if !commonWords[w] && !optionDeniers[w] && len(w) >= 3 {
			return false
		}
	}
	for _, name := range b.names {
		for part := range nameParts(name) {
			if slices.Equal(part, words) {
				return false
			}
		}
	}
	return true
}

// fitsName reports whether words are a part of the name, or its beginning or end. A part with a denial ("kurang tahu")
// fits as a whole only.
func fitsName(name optionName, words []string, typos bool) bool {
	for part := range nameParts(name) {
		if len(words) > len(part) {
			continue
		}
		if len(words) < len(part) {
			if !name.label || hasDenier(part) || hasDenier(words) {
				continue
			}
			if alike(part[:len(words)], words, typos) || alike(part[len(part)-len(words):], words, typos) {
				return true
			}
			continue
		}
		if alike(part, words, typos) {
			return true
		}
	}
	return false
}

// nameParts yields the parts of a name between commas, slashes, brackets and "atau". Only labels have several.
func nameParts(name optionName) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		start := 0
		for i := 0; i <= len(name.words); i++ {
			if i < len(name.words) && !partMarks[name.words[i]] {
				continue
			}
			if part := name.words[start:i]; len(part) > 0 && !yield(part) {
				return
			}
			start = i + 1
		}
	}
}

var partMarks = set(", / & + ( ) : atau or dan and")

func hasDenier(words []string) bool {
	for _, w := range words {
		if optionDeniers[w] {
			return true
		}
	}
	return false
}

// alike compares word by word.
func alike(want, said []string, typos bool) bool {
	for i := range want {
		if want[i] != said[i] && !(typos && typo(said[i], want[i])) {
			return false
		}
	}
	return true
}

// typo reports whether said is want with a light typo: one slip of the finger up to 5 letters, two letters off above.
// Words of up to 3 letters, numbers and words that answer by themselves are never typos.
func typo(said, want string) bool {
	if len(said) <= 3 || len(want) <= 3 || optionDeniers[want] {
		return false
	}
	for _, w := range [...]string{said, want} {
		for i := range len(w) {
			if w[i] < 'a' || w[i] > 'z' {
				return false
			}
		}
	}
	if _, known := answerLexicon[said]; known {
		return false
	}
	if min(len(said), len(want)) <= 5 {
		return slip(said, want)
	}
	if d := len(said) - len(want); d < -2 || d > 2 {
		return false
	}
	distance := levenshtein.ComputeDistance(said, want)
	return distance == 1 || distance == 2 && said[0] == want[0]
}
