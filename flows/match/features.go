package match

import "math"

// Features are hashed into this many places. 2^16 places hold the about 60,000 different features of the default
// examples with few collisions; an array of offsets over them takes 256 kB.
const (
	hashBits = 16
	places   = 1 << hashBits
)

// Seeds keep kinds of features apart.
const (
	seedWord     = 0x811c9dc5
	seedSkeleton = 0x9747b28c
	seedPair     = 0x3c6ef372
	seedChars    = 0x1b873593
	seedNot      = 0x85ebca6b
	seedNamed    = 0xc2b2ae35
	seedHinted   = 0x27d4eb2f
	seedOther    = 0x165667b1
	seedDelete   = 0x5bd1e995
)

// feature is one place with its value.
type feature struct {
	place uint32
	value float32
}

func hashString(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// hashWithout is hashString for s without its letter i.
func hashWithout(s string, i int) uint32 {
	return hashString(hashString(seedDelete, s[:i]), s[i+1:])
}

// place mixes a hash and cuts it to the number of places.
func place(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x7feb352d
	h ^= h >> 15
	return h & (places - 1)
}

// Values of the kinds of features before the whole is scaled to length 1; found by cross-validation.
const (
	valueWord     = 1.0
	valueStop     = 0.25
	valueForm     = 0.9
	valueSkeleton = 0.4
	valuePair     = 0.7
	valueChars    = 0.3
	valueNot      = 0.3
	valueNamed    = 2.0
	valueHinted   = 0.6
)

// features turns a read text into features of length 1.
func features(ts []token, hits []hit, out []feature) []feature {
	var before string
	var beforeWeight float32
	var chars [64]byte
	for i := range ts {
		t := &ts[i]
		w := weight[t.role]
		if t.role == roleNegated && !t.stop {
			out = append(out, feature{place(hashString(seedNot, t.forms[0])), valueNot})
		}
		if w == 0 {
			continue
		}
		if t.stop {
			out = append(out, feature{place(hashString(seedWord, t.text)), valueStop * w})
			continue
		}
		text := t.text
		if digit(text) {
			text = shape(text)
		}
		if t.guess > 0 {
			out = append(out, feature{place(hashString(seedWord, text)), 0.5 * w})
			text = t.forms[t.guess]
		}
		out = append(out, feature{place(hashString(seedWord, text)), valueWord * w})
		for f, form := range t.forms {
			if f > 0 && f != t.guess {
				out = append(out, feature{place(hashString(seedWord, form)), valueForm * w})
			}
		}
		if sk := skeleton(text); sk != "" {
			out = append(out, feature{place(hashString(seedSkeleton, sk)), valueSkeleton * w})
		}
		base := text
		if len(t.forms) > 1 {
			base = t.forms[len(t.forms)-1]
		}
		if before != "" {
			h := hashString(hashString(seedPair, before)*31, base)
			out = append(out, feature{place(h), valuePair * min(w, beforeWeight)})
		}
		before, beforeWeight = base, w
		if digit(text) || len(text) > len(chars)-2 {
			continue
		}
		chars[0] = '<'
		n := 1 + copy(chars[1:], text)
		chars[n] = '>'
		n++
		for size := 3; size <= 4; size++ {
			for s := 0; s+size <= n; s++ {
				h := uint32(seedChars)
				for _, c := range chars[s : s+size] {
					h = (h ^ uint32(c)) * 16777619
				}
				out = append(out, feature{place(h), valueChars * w})
			}
		}
	}
	for _, h := range hits {
		w := weight[h.role]
		if w == 0 {
			continue
		}
		if !h.sure {
			w *= 0.7
		}
		for _, c := range h.phrase.names {
			out = append(out, feature{place(seedNamed + uint32(c)*0x9e3779b1), valueNamed * w})
		}
		for _, c := range h.phrase.ambiguous {
			out = append(out, feature{place(seedHinted + uint32(c)*0x9e3779b1), valueHinted * w})
		}
		out = append(out, feature{place(hashString(seedOther, h.phrase.text)), 0.5 * w})
	}
	var sum float64
	for _, f := range out {
		sum += float64(f.value) * float64(f.value)
	}
	if sum > 0 {
		k := float32(1 / math.Sqrt(sum))
		for i := range out {
			out[i].value *= k
		}
	}
	return out
}

// shape writes a number as what it looks like: digits become 0, "10rb" becomes "0rb".
func shape(s string) string {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9') {
		i++
	}
	if i == len(s) {
		return "0000000"[:min(i, 7)]
	}
	return "0" + s[i:]
}
