package match

import "strings"

// numberWords are the numbers that people write in words, in Indonesian, Javanese, Sundanese and English.
var numberWords = buildNumberWords(`
0: nol kosong zero
1: satu stu siji hiji esa pertama prtama kesatu one first 1st wan uno
2: dua dwa loro kalih kedua kdua two second 2nd tu
3: tiga tga telu tilu tigo ketiga ktiga three third 3rd
4: empat ampat papat opat sekawan keempat kempat four fourth 4th
5: lima limo gangsal kelima five fifth 5th
6: enam nam genep keenam kenam six sixth 6th
7: tujuh pitu tuju ketujuh seven seventh 7th
8: delapan wolu dalapan lapan kedelapan eight eighth 8th
9: sembilan songo salapan kesembilan nine ninth 9th
10: sepuluh sedoso kesepuluh ten tenth 10th
11: sebelas kesebelas eleven eleventh 11th
12: duabelas twelve twelfth 12th
`)

func buildNumberWords(lines string) map[string]int {
	m := map[string]int{}
	for word, digits := range table(lines) {
		n, _ := readDigits(digits)
		m[word] = n
	}
	delete(m, "kosong") // "empty" far more often than zero
	delete(m, "tu")     // "itu"
	return m
}

// maxNumber bounds what readDigits returns; no list is that long.
const maxNumber = 9999

// readDigits reads a string of ASCII digits; larger numbers come back as maxNumber.
func readDigits(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int(s[i]-'0'), maxNumber)
	}
	return n, true
}

// numberPrefixes are glued to a number: "no2", "opsi2", "ke2".
var numberPrefixes = strings.Fields("nomor nomer nmr no opsi option pilihan pilih jawaban ke yg")

// readNumber reads one word as a number: digits, a number in words, an ordinal, "no2".
func readNumber(token string) (int, bool) {
	if token == "" {
		return 0, false
	}
	if c := token[0]; c >= '0' && c <= '9' {
		if n, ok := readDigits(token); ok {
			return n, true
		}
	}
	if n, ok := numberWords[token]; ok {
		return n, true
	}
	if c := token[len(token)-1]; c >= '0' && c <= '9' {
		for _, prefix := range numberPrefixes {
			if rest, ok := strings.CutPrefix(token, prefix); ok {
				if n, ok := readDigits(rest); ok {
					return n, true
				}
			}
		}
	}
	return 0, false
}
