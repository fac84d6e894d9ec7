package match

import (
	"strings"
	"unicode"
)

// schools writes "sma" out as "sama" (and) where it does not mean the school: typed small, between two other words,
// and with nothing about schools near it. It writes "tk" out as "tidak" (not) before a word that is often denied.
func schools(words []word, text string) {
	upper := 0 // not yet looked
	for i := range words {
		if words[i].text == "tk" && i < len(words)-1 && words[i+1].gap < gapSoft && deniedAfter[words[i+1].text] {
			words[i].text = "tidak"
		}
		if words[i].text != "sma" || i == 0 || i == len(words)-1 {
			continue
		}
		if upper == 0 {
			upper = 1
			if strings.Contains(text, "SMA") && strings.ContainsFunc(text, unicode.IsLower) {
				upper = 2
			}
		}
		if upper == 2 || schoolNear(words, i) {
			continue
		}
		words[i].text = "sama"
	}
}

// schoolNear reports whether one of the three words on either side of words[i] is about schools, or its neighbour is a
// number ("sma 3").
func schoolNear(words []word, i int) bool {
	if digit(words[i+1].text) && len(words[i+1].text) <= 2 {
		return true
	}
	for j := max(0, i-3); j < min(len(words), i+4); j++ {
		if schoolWords[words[j].text] {
			return true
		}
	}
	return false
}

var schoolWords = set(`sekolah smp smk sd sltp slta tk paud siswa siswi siswanya pelajar murid bimbel les kelas utbk ujian pelajaran negeri
	swasta seragam lulusan alumni osis ijazah privat kursus tryout school schools student students tutor tutoring sederajat jenjang setingkat`)

// deniedAfter are words before which "tk" is no kindergarten.
var deniedAfter = set(`ada bs bisa boleh tau tahu pny punya mau pake pakai pernah prnah perlu jd jadi usah akan jual jualan sama ngerti paham
	yakin pasti tertarik dibalas dapat dpt sempat harus wajib termasuk terdaftar dijual menjual`)
