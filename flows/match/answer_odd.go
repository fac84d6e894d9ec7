package match

import (
	"strings"
	"unicode/utf8"
)

// answerWord gives the listed spelling of a word: a listed variant, held letters ("iyaaa"), digits for letters
// ("g4k") or one slip of the finger ("sudha"). Other words come back as they are.
func answerWord(token string) string {
	if full, ok := answerSpellings[token]; ok {
		return full
	}
	if _, ok := answerLexicon[token]; ok {
		return token
	}
	letters, digits := 0, 0
	for i := range len(token) {
		switch c := token[i]; {
		case c >= 'a' && c <= 'z':
			letters++
		case c >= '0' && c <= '9':
			digits++
		default:
			return token
		}
	}
	if letters == 0 {
		return token
	}
	if digits > 0 {
		if plain := unleet(token); plain != token {
			if full, ok := knownAnswer(plain); ok {
				return full
			}
		}
		if base := reduplicated(token); base != token {
			if full, ok := knownAnswer(base); ok && suffixed(full) {
				return full // surat2nya
			}
		}
		return token
	}
	for _, keep := range [...]int{1, 2} {
		if short := squeeze(token, keep); short != token {
			if full, ok := knownAnswer(short); ok {
				return full
			}
		}
	}
	if base, ok := strings.CutSuffix(token, "nya"); ok {
		if full, ok := knownAnswer(base); ok && suffixed(full) {
			return full
		}
	}
	if len(token) >= 5 {
		found := ""
		for _, target := range answerTargets {
			if slip(token, target) {
				full := spelled(target)
				if found != "" && found != full {
					return token
				}
				found = full
			}
		}
		if found != "" {
			return found
		}
	}
	return token
}

// answerTargets are the words that a slip of the finger is forgiven in.
var answerTargets = strings.Fields(`sudah belum tidak nggak enggak punya memiliki lengkap betul kurang mungkin kayaknya sepertinya proses
	pengajuan sebagian rencana diurus terdaftar already registered applying applied maybe probably ngurus sedang masih nanti semua belom udahan`)

func spelled(word string) string {
	if full, ok := answerSpellings[word]; ok {
		return full
	}
	return word
}

// knownAnswer gives the first spelling of word when it is in the lists.
func knownAnswer(word string) (string, bool) {
	word = spelled(word)
	_, ok := answerLexicon[word]
	return word, ok
}

// suffixed reports whether "-nya" only points at the word ("izinnya"); in others it changes the meaning ("adanya").
func suffixed(word string) bool {
	for _, phrase := range answerLexicon[word] {
		if len(phrase.words) == 1 {
			return strings.Contains("DPpqAVOLnmw", phrase.class)
		}
	}
	return false
}

// squeeze shortens every run of one letter to keep letters.
func squeeze(s string, keep int) string {
	var b []byte
	run := 0
	for i := range len(s) {
		if i > 0 && s[i] == s[i-1] {
			run++
		} else {
			run = 1
		}
		if run > keep {
			if b == nil {
				b = append(make([]byte, 0, len(s)), s[:i]...)
			}
			continue
		}
		if b != nil {
			b = append(b, s[i])
		}
	}
	if b == nil {
		return s
	}
	return string(b)
}

// slip reports whether s is target with one slip of the finger: two letters swapped, one left out, one doubled or
// added, or one hit on the neighbouring key. A letter changed into a far one is another word ("besar" is not "benar").
func slip(s, target string) bool {
	if d := len(s) - len(target); d < -1 || d > 1 || s[0] != target[0] {
		return false
	}
	at := 0
	for at < len(s) && at < len(target) && s[at] == target[at] {
		at++
	}
	switch {
	case len(s) == len(target):
		if at+1 < len(s) && s[at] == target[at+1] && s[at+1] == target[at] && s[at+2:] == target[at+2:] {
			return true
		}
		return at < len(s) && neighbours(s[at], target[at]) && s[at+1:] == target[at+1:]
	case len(s) > len(target):
		return s[at+1:] == target[at:]
	default:
		return s[at:] == target[at+1:]
	}
}

// neighbours reports whether two letters are beside each other on a keyboard.
func neighbours(a, b byte) bool {
	for _, row := range [...]string{"qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		if i := strings.IndexByte(row, a); i >= 0 && (i > 0 && row[i-1] == b || i+1 < len(row) && row[i+1] == b) {
			return true
		}
	}
	return false
}

// oddClass gives the class of a word that is in no list.
func oddClass(token string) string {
	digits := 0
	for i := range len(token) {
		if token[i] >= '0' && token[i] <= '9' {
			digits++
		}
	}
	switch {
	case digits == len(token) && (digits == 4 && (token[:2] == "19" || token[:2] == "20")):
		return string(clsTime)
	case digits >= 5:
		return string(clsPaper) // the number of a licence
	case digits == len(token):
		return string(clsCount)
	}
	if first, _ := utf8.DecodeRuneInString(token); first >= utf8.RuneSelf {
		return string(clsFiller) // an emoji that says nothing about it
	}
	return string(clsUnknown)
}
