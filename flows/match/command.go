package match

import "strings"

// ChangeCommand reads "ubah 2", "ganti jawaban nomor dua", "edit no 3": one of words and the number of the answer to
// change, in any order, with manners around them. n is 0 when no number is said, or more than one. A new answer in the
// same message ("ubah 2 jadi sudah") is left unread: the question is asked again anyway. The caller checks that there
// is an answer n.
func ChangeCommand(text string, words []string) (n int, ok bool) {
	r := scanReply(text)
	if r.long || len(r.tokens) == 0 || len(r.tokens) > maxCommandWords {
		return 0, false
	}
	found, many := false, false
	for i, token := range r.tokens {
		if found && n > 0 && changeTargets[token] {
			if len(r.tokens)-i > 6 {
				return 0, false
			}
			break
		}
		if stem, number, glued := splitNumber(token); glued && isOneOf(stem, words) {
			found, n, many = true, number, many || n > 0 && n != number
			continue
		}
		if number, is := readNumber(token); is && (token != "one" || n == 0) {
			many = many || n > 0 && n != number
			n = number
			continue
		}
		if isOneOf(token, words) {
			found = true
			continue
		}
		if !changeAround[token] && !isSign(token) {
			return 0, false
		}
	}
	if !found {
		return 0, false
	}
	if many {
		n = 0
	}
	return n, true
}

// isOneOf compares a word with words, folded; words of seven letters and more may have one typo.
func isOneOf(token string, words []string) bool {
	for _, word := range words {
		want := strings.Join(scanReply(word).tokens, " ")
		if want != "" && (token == want || len(want) >= 7 && oneTypo(token, want)) {
			return true
		}
	}
	return false
}

// splitNumber cuts "ubah2" into its word and its number.
func splitNumber(token string) (stem string, n int, ok bool) {
	at := len(token)
	for at > 0 && token[at-1] >= '0' && token[at-1] <= '9' {
		at--
	}
	if at == 0 || at == len(token) {
		return "", 0, false
	}
	n, ok = readDigits(token[at:])
	return token[:at], n, ok
}

// changeTargets open the new answer: "ubah 2 jadi sudah".
var changeTargets = set("jadi menjadi dengan to into become jd ke")

// changeAround are the words around the command and its number.
var changeAround = set(`, . : ( ) ? # dan & + sama atau and or / jawaban jawabannya jwb jawabanku pertanyaan soal nomor nomer no nmr number num yang yg the ke saya my ku nya answer answers question poin point of for item
	tolong mohon please pls plis kak kakak min admin pak bu bapak ibu mas mbak bang gan bro sis ya dong deh sih nih aja saja mau ingin pengen bisa boleh coba halo hai hi i want can id like would it untuk di isian data dulu lagi to
	makasih thanks oke ok eh maaf sorry nih one need let me yg`)
