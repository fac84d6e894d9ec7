package match

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of a short reply. Whatever is longer is a story, not an answer, and is left to the classifier.
const (
	maxReplyBytes  = 16 << 10 // 16 KiB: 10,000 line breaks before one word still fit
	maxReplyTokens = 64       // the longest plain answer in testdata has 24
	maxTokenBytes  = 40       // "mempertanggungjawabkannya" has 25
)

// reply is a short message cut into words and marks. A word is lower case, without accents, apostrophes and invisible
// characters; a mark is "," (any break), "?", one of / & + ( ) % : # or one emoji.
type reply struct {
	tokens []string
	long   bool // there was more than the bounds allow
}

// scanReply cuts text into words and marks. Its work is bounded by maxReplyBytes.
func scanReply(text string) reply {
	var r reply
	if len(text) > maxReplyBytes {
		text, r.long = text[:maxReplyBytes], true
	}
	folded := foldReply(text)
	r.tokens = make([]string, 0, min(maxReplyTokens, 4+len(folded)/4))
	for at := 0; at < len(folded); {
		c := folded[at]
		if c == ' ' {
			at++
			continue
		}
		end := at + 1
		switch {
		case isWordByte(c):
			for end < len(folded) && isWordByte(folded[end]) {
				end++
			}
		case c >= utf8.RuneSelf:
			_, size := utf8.DecodeRuneInString(folded[at:])
			end = at + size
		}
		token := folded[at:end]
		at = end
		if len(token) > maxTokenBytes {
			token = "\x00" // no word of any list
		}
		if token == "," && (len(r.tokens) == 0 || r.tokens[len(r.tokens)-1] == ",") {
			continue
		}
		if len(r.tokens) == maxReplyTokens {
			r.long = true
			break
		}
		r.tokens = append(r.tokens, token)
	}
	for len(r.tokens) > 0 && r.tokens[len(r.tokens)-1] == "," {
		r.tokens = r.tokens[:len(r.tokens)-1]
	}
	return r
}

// isWordByte reports whether c belongs to a word of the folded text. foreign letters are written as 0x01 there.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == foreignLetter
}

// foreignLetter stands for a letter that is not Latin after folding: the word can be in no list.
const foreignLetter = 0x01

// foldReply writes text in the small alphabet of scanReply. A letter is kept three times in a row at most.
func foldReply(text string) string {
	out := make([]byte, 0, len(text)+8)
	add := func(c byte) {
		if c == 0 {
			return
		}
		if n := len(out); n >= 3 && isWordByte(c) && c >= 'a' && out[n-1] == c && out[n-2] == c && out[n-3] == c {
			return
		}
		if n := len(out); c == ' ' && n > 0 && out[n-1] == ' ' {
			return
		}
		out = append(out, c)
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		piece := text[at : at+size]
		at += size
		switch {
		case r == '\'' || r == '’':
			if rest := text[at:]; len(rest) >= 2 && (rest[:2] == "re" || rest[:2] == "ll") {
				add(' ') // we're is not "were", we'll is not "well"
			}
		case r == '.' && numberDot(out, text[at:]):
			add(' ')
		case r < utf8.RuneSelf:
			add(foldASCII(byte(r)))
		case r == utf8.RuneError && size == 1:
			add(' ')
		default:
			foldWide(r, piece, add, func(s string) {
				out = append(out, s...)
			})
		}
	}
	return string(out)
}

// numberDot reports whether a dot is that of "no. 2"; in "no, 2" the "no" would be a denial.
func numberDot(before []byte, after string) bool {
	n := len(before)
	if n < 2 || before[n-1] != 'o' || before[n-2] != 'n' || n > 2 && isWordByte(before[n-3]) {
		return false
	}
	for len(after) > 0 && after[0] == ' ' {
		after = after[1:]
	}
	return after != "" && after[0] >= '0' && after[0] <= '9'
}

// foldASCII folds one ASCII character; 0 means a mark inside a word, which is left out.
func foldASCII(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c + 'a' - 'A'
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		return c
	}
	switch c {
	case '\'', '`':
		return 0
	case ',', '.', ';', '!', '\n', '\r', '|':
		return ','
	case '?', '/', '&', '+', '(', ')', '%', ':', '#':
		return c
	}
	return ' ' // blanks, quotation marks, * _ ~ of WhatsApp's bold, hyphens
}

// foldWide folds one character outside ASCII.
func foldWide(r rune, piece string, add func(byte), raw func(string)) {
	switch {
	case r == '’' || r == '‘' || r == 'ʼ' || r == '`':
		return
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) || unicode.Is(unicode.Cf, r) || r >= 0x1F3FB && r <= 0x1F3FF:
		return // accents, joiners, direction marks, keycap, skin tones
	case r == 0x3164 || r == 0x115F || r == 0x1160 || r == 0x2800 || unicode.IsSpace(r):
		if r == 0x2028 || r == 0x2029 || r == 0x85 {
			add(',')
			return
		}
		add(' ')
		return
	}
	if digit, ok := digitValue(r); ok {
		add('0' + digit)
		return
	}
	if twin, ok := lookalikes[r]; ok {
		for i := range len(twin) {
			add(foldASCII(twin[i]))
		}
		return
	}
	if parts := norm.NFKD.PropertiesString(piece).Decomposition(); parts != nil {
		for _, part := range string(parts) {
			switch {
			case part < utf8.RuneSelf:
				add(foldASCII(byte(part)))
			case unicode.Is(unicode.Mn, part):
			default:
				if twin, ok := lookalikes[part]; ok {
					add(foldASCII(twin[0]))
				} else if unicode.IsLetter(part) {
					add(foreignLetter)
				}
			}
		}
		return
	}
	switch {
	case unicode.IsLetter(r):
		add(foreignLetter)
	case unicode.IsPunct(r):
		add(wideMark(r))
	case unicode.IsControl(r):
		add(' ')
	default: // emoji and other signs stand alone
		raw(piece)
	}
}

// wideMark gives the ASCII mark that a wide punctuation character stands for.
func wideMark(r rune) byte {
	switch r {
	case '؟', '⸮':
		return '?'
	case '、', '。', '…', '—', '–', '،', '؛', '·', '•':
		return ','
	}
	return ' '
}

// digitValue reads decimal digits of every script and the digits in circles that Unicode does not decompose.
func digitValue(r rune) (byte, bool) {
	for _, first := range [...]rune{0x2776, 0x2780, 0x278A, 0x24F5} { // ❶ ➀ ➊ ⓵ up to nine
		if r >= first && r < first+9 {
			return byte(r-first) + 1, true
		}
	}
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
	}
	for _, block := range unicode.Nd.R32 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return byte((r - rune(block.Lo)) % 10), true
		}
	}
	return 0, false
}
