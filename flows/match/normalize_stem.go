package match

import "strings"

// stems gives the forms a word may have without Indonesian affixes, formal and colloquial: menyewakan, nyewain and
// penyewaan all give sewa. Wrong guesses are fine: callers keep those that they know.
func stems(s string, buf []string) []string {
	if len(s) < 5 || s[0] < 'a' || s[0] > 'z' {
		return buf
	}
	for _, suffix := range [...]string{"", "nya", "lah", "kah", "ku", "mu", "kan", "an", "in", "i", "s", "es"} {
		base, ok := strings.CutSuffix(s, suffix)
		if !ok || len(base) < 3 {
			continue
		}
		if suffix != "" {
			buf = add(buf, base)
			switch suffix {
			case "nya", "lah", "ku", "mu": // second suffix: peralatannya
				for _, inner := range [...]string{"kan", "an", "i"} {
					if b, ok := strings.CutSuffix(base, inner); ok && len(b) >= 4 {
						buf = add(buf, b)
						buf = unprefix(b, buf)
					}
				}
			}
		}
		buf = unprefix(base, buf)
	}
	return buf
}

// unprefix adds s without its prefix, with the first letter that the prefix has swallowed.
func unprefix(s string, buf []string) []string {
	for _, p := range [...]struct{ prefix, swallowed string }{
		{"memper", ""},
		{"diper", ""},
		{"menge", ""},
		{"penge", ""},
		{"menye", "se"},
		{"penye", "se"},
		{"meny", "s"},
		{"peny", "s"},
		{"ny", "s"},
		{"meng", ""},
		{"meng", "k"},
		{"peng", ""},
		{"peng", "k"},
		{"nge", ""},
		{"ng", ""},
		{"ng", "k"},
		{"mem", ""},
		{"mem", "p"},
		{"pem", ""},
		{"pem", "p"},
		{"men", ""},
		{"men", "t"},
		{"pen", ""},
		{"pen", "t"},
		{"me", ""},
		{"per", ""},
		{"pe", ""},
		{"ber", ""},
		{"be", ""},
		{"di", ""},
		{"ter", ""},
		{"se", ""},
		{"ke", ""},
		{"n", "t"},
		{"m", "p"},
	} {
		rest, ok := strings.CutPrefix(s, p.prefix)
		if !ok || len(rest) < 3 {
			continue
		}
		if base := p.swallowed + rest; len(base) >= 4 || len(p.prefix) > 1 && len(base) >= 3 {
			buf = add(buf, base)
		}
	}
	return buf
}

func add(buf []string, s string) []string {
	for _, b := range buf {
		if b == s {
			return buf
		}
	}
	return append(buf, s)
}

// consonants gives a word without the vowels behind its first letter: what is left of it in hurried typing.
func consonants(s string) string {
	var b [32]byte
	n := 0
	for i := 0; i < len(s) && n < len(b); i++ {
		switch s[i] {
		case 'a', 'e', 'i', 'o', 'u':
			if i > 0 {
				continue
			}
		}
		b[n] = s[i]
		n++
	}
	return string(b[:n])
}

// skeleton writes a word without vowels, doubled letters and spelling variants, so that skinker and skincare, rakyt
// and rakyat look the same. It is empty when too little is left.
func skeleton(s string) string {
	var b [24]byte
	n := 0
	for i := 0; i < len(s) && n < len(b); i++ {
		c := s[i]
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'h', 'y', 'w':
			if i > 0 {
				continue
			}
		case 'c', 'q':
			c = 'k'
		case 'v':
			c = 'f'
		case 'z':
			c = 's'
		}
		if n > 0 && b[n-1] == c {
			continue
		}
		b[n] = c
		n++
	}
	if n < 3 {
		return ""
	}
	return string(b[:n])
}
