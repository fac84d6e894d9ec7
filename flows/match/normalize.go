package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Longer texts are read at both ends only: the beginning says what the business is, the end is where a late
// correction or a hidden product stands. 4,000 characters, the longest message we answer, fit whole.
const (
	maxHead = 12_000
	maxTail = 4_000
)

// gap is what stood between a word and the one before it.
type gap uint8

const (
	gapSpace gap = iota
	gapJoin      // nothing but a hyphen, dot or slash: "obat-obatan", "b.o"
	gapUnder     // an underscore: "fashion_retail"
	gapSoft      // comma, bracket, colon, dash
	gapHard      // full stop, question mark, line break
)

// word is one folded word of a text.
type word struct {
	text string
	gap  gap
}

// Normalize folds text for matching: case, width, accents, look-alike letters of other scripts, invisible characters,
// digits used as letters (j4mu), separated letters (s l o t, p-i-n-j-o-l), repeated letters and words (baju2), and
// chat abbreviations (sy, yg, gk). Words come out separated by one space, without punctuation; emoji are words; a
// censored letter stays as "*" (j*di). Any bytes are fine.
func Normalize(text string) string {
	return strings.Join(Tokens(text), " ")
}

// Tokens gives the words of Normalize.
func Tokens(text string) []string {
	words := fold(text)
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return out
}

// fold is Normalize with the gaps between the words.
func fold(text string) []word {
	text = bound(text)
	words := split(clean(text))
	words = joinLetters(words)
	schools(words, text)
	out := words[:0]
	for _, w := range words {
		if len(w.text) > 48 { // no word is that long; what is, is noise
			w.text = strings.ToValidUTF8(w.text[:48], "")
		}
		w.text = undouble(unleet(w.text))
		w.text = reduplicated(w.text)
		if full, ok := abbreviations[w.text]; ok {
			w.text = full
		}
		if w.text == "" {
			continue
		}
		if len(out) > 0 && w.gap <= gapUnder && repeats(out[len(out)-1].text, w) {
			continue
		}
		out = append(out, w)
	}
	return out
}

// bound keeps the two ends of a text that is too long to read.
func bound(text string) string {
	if len(text) <= maxHead+maxTail {
		return text
	}
	return strings.ToValidUTF8(text[:maxHead], "") + "\n" + strings.ToValidUTF8(text[len(text)-maxTail:], "")
}

// clean folds characters: valid UTF-8, compatibility forms, accents off, look-alikes to Latin, lower case, invisible
// characters out.
func clean(text string) string {
	ascii := true
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(text)
	}
	text = norm.NFKD.String(strings.ToValidUTF8(text, " "))
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		if r < utf8.RuneSelf {
			b.WriteRune(unicode.ToLower(r))
			continue
		}
		if s, ok := lookalikes[r]; ok {
			b.WriteString(s)
			continue
		}
		switch {
		case r >= 0x1F150 && r <= 0x1F169: // negative circled letters
			b.WriteRune('a' + r - 0x1F150)
		case r >= 0x1F170 && r <= 0x1F189: // negative squared letters
			b.WriteRune('a' + r - 0x1F170)
		case r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Co, unicode.Cs):
		case unicode.In(r, unicode.Pd):
			b.WriteByte('-')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// split cuts cleaned text into words.
func split(text string) []word {
	words := make([]word, 0, 8+len(text)/6)
	var buf []byte
	next := gapHard
	spaced := true // white space stood since the last word
	flush := func() {
		if len(buf) == 0 {
			return
		}
		words = append(words, word{string(buf), next})
		buf = buf[:0]
		next, spaced = gapJoin, false
	}
	widen := func(g gap) {
		flush()
		next = max(next, g)
		if next == gapJoin && spaced {
			next = gapSpace
		}
	}
	rs := []rune(text)
	for i, r := range rs {
		before, after := len(buf) > 0, i+1 < len(rs) && isWord(rs[i+1])
		switch {
		case isWord(r):
			if r == 'i' && after && rs[i+1] == '̇' {
				continue
			}
			buf = utf8.AppendRune(buf, r)
		case r == '\'' || r == '’' || r == '`' || r == '‘' || r == 'ʼ':
			if !before || !after {
				flush()
			}
		case r == '@' && before && after && !address(rs[i:]):
			buf = append(buf, 'a')
		case r == '$' && after && unicode.IsLetter(rs[i+1]):
			buf = append(buf, 's')
		case r == '!' && before && after && unicode.IsLetter(rs[i+1]):
			buf = append(buf, 'i')
		case r == '*' && after && before:
			buf = append(buf, '*')
		case (r == '.' || r == ',') && before && after && unicode.IsDigit(rs[i-1]) && unicode.IsDigit(rs[i+1]):
			// 1.500 and 1,5 stay one number
		case r == '-' || r == '/' || r == '.' || r == '|':
			flush()
			switch {
			case after && !spaced && next == gapJoin:
			case r == '.':
				next = gapHard
			default:
				next = max(next, gapSoft)
			}
		case r == '_':
			flush()
			if next < gapSoft && !spaced {
				next = gapUnder
			}
		case r == '&' || r == '+':
			flush()
			words = append(words, word{"dan", gapSpace})
			next, spaced = gapSpace, true
		case r == '\n' || r == '\r' || r == '!' || r == '?' || r == ';' || r == '…':
			flush()
			next = gapHard
		case r == ',' || r == '(' || r == ')' || r == ':' || r == '[' || r == ']' || r == '"' || r == '{' || r == '}' || r == '=':
			flush()
			next = max(next, gapSoft)
		case unicode.IsSpace(r):
			flush()
			spaced = true
			if next <= gapUnder {
				next = gapSpace
			}
		case r >= 0x2190 && unicode.In(r, unicode.So, unicode.Sm):
			widen(gapSpace)
			words = append(words, word{string(r), next})
			next, spaced = gapSpace, true
		default:
			flush()
			spaced = true
			if next <= gapUnder {
				next = gapSpace
			}
		}
	}
	flush()
	return words
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// address reports whether the "@" that rs begins with stands in an e-mail address.
func address(rs []rune) bool {
	for _, r := range rs[1:min(len(rs), 40)] {
		if r == '.' {
			return true
		}
		if !isWord(r) && r != '-' && r != '_' {
			return false
		}
	}
	return false
}

// maxLetters is the most letters that are joined to one word; a longer run would be read again from each of its letters.
const maxLetters = 48

// joinLetters joins words that were taken apart letter by letter: "s l o t", "m.i.r.a.s", "b.o".
func joinLetters(words []word) []word {
	out := words[:0]
	for i := 0; i < len(words); {
		end, letters, tight := i, 0, true
		for end < len(words) && end-i < maxLetters && len(words[end].text) == 1 && (end == i || words[end].gap <= gapUnder) {
			if c := words[end].text[0]; c >= 'a' {
				letters++
			}
			if end > i && words[end].gap == gapSpace {
				tight = false
			}
			end++
		}
		n := end - i
		if letters >= 2 && letters*2 >= n && (n >= 3 || n == 2 && tight) {
			var b strings.Builder
			for _, w := range words[i:end] {
				b.WriteString(w.text)
			}
			out = append(out, word{b.String(), words[i].gap})
			i = end
			continue
		}
		// "e-wallet", "x-ray", "t-shirt": one letter tied to a word.
		if n == 1 && letters == 1 && end < len(words) && words[end].gap == gapJoin && len(words[end].text) > 2 && words[end].text[0] >= 'a' {
			out = append(out, word{words[i].text + words[end].text, words[i].gap})
			i = end + 1
			continue
		}
		out = append(out, words[i])
		i++
	}
	return out
}

// unleet turns digits that stand for letters into them: j4mu, sl0t, p1nj0l. Counts and codes stay: 2jt, b3, p2p, 4d.
func unleet(s string) string {
	letters, digits, inner := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			if leet[c-'0'] != 0 && (i > 0 && s[i-1] >= 'a' || i == 0) && i+1 < len(s) && s[i+1] >= 'a' {
				inner++
			}
		case c >= 'a' && c <= 'z':
			letters++
		default:
			return s
		}
	}
	if digits == 0 || letters < 2 || inner == 0 || letters < digits {
		return s
	}
	if s[0] <= '9' { // 4lat and 0bat, but not 5kg, 3bulan or 100rb
		rest := strings.TrimLeft(s, "0123456789")
		if len(s)-len(rest) > 1 || len(rest) < 3 || units[rest] {
			return s
		}
	}
	b := []byte(s)
	for i, c := range b {
		if c <= '9' && c >= '0' && leet[c-'0'] != 0 {
			if i+1 == len(b) && inner == 0 {
				continue
			}
			b[i] = leet[c-'0']
		}
	}
	return string(b)
}

// leet holds the letter that a digit is used for; 2 means "said twice" in Indonesian.
var leet = [10]byte{0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 6: 'g', 7: 't', 8: 'b', 9: 'g'}

// undouble shortens a letter that is held down: "haloooo".
func undouble(s string) string {
	run := 0
	for i := 1; i < len(s); i++ {
		if s[i] == s[i-1] && s[i] >= 'a' {
			run++
			if run >= 2 {
				break
			}
		} else {
			run = 0
		}
	}
	if run < 2 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		n := j - i
		if n >= 3 && s[i] >= 'a' && s[i] <= 'z' {
			n = 1
		}
		for range n {
			b = append(b, s[i])
		}
		i = j
	}
	return string(b)
}

// reduplicated shortens a word that is said twice: "baju2", "obat2an".
func reduplicated(s string) string {
	i := strings.IndexByte(s, '2')
	if i < 2 || strings.IndexByte(s[i+1:], '2') >= 0 {
		return s
	}
	base, rest := s[:i], s[i+1:]
	for j := range len(base) {
		if base[j] < 'a' || base[j] > 'z' {
			return s
		}
	}
	if i == 2 && (base == "co" || base == "so" || base == "no") {
		return s
	}
	switch rest {
	case "", "an", "nya", "in", "i", "kan", "ku", "mu", "ny", "x":
		return base
	}
	return s
}

// repeats reports whether w only says the word before it again: "plus plus", "obat-obatan".
func repeats(before string, w word) bool {
	if w.text == before {
		return before[0] > '9' || before[0] < '0'
	}
	return w.gap == gapJoin && len(before) >= 3 && strings.HasPrefix(w.text, before)
}
