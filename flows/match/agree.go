package match

import "slices"

// Agrees reports whether a message says of a statement that it is right, and nothing else: "iya kak betul", "that's right".
// A plain "ya" could answer a question, and "sudah" or "ada" say that one has something; neither counts.
func Agrees(text string) bool {
	right, wrong := ofStatement(text, aroundRight)
	return right && !wrong
}

// Disagrees reports whether a message says of a statement that it is wrong, and nothing else: "bukan itu kak", "salah", "gak
// bener". A plain "tidak" could answer a question, and does not count.
func Disagrees(text string) bool {
	right, wrong := ofStatement(text, aroundWrong)
	return wrong && !right
}

// ofStatement reports what a message says of a statement; nothing when a word of it says something else.
func ofStatement(text string, around map[string]bool) (right, wrong bool) {
	r := scanReply(text)
	if r.long || len(r.tokens) > maxCommandWords || slices.Contains(r.tokens, "?") {
		return false, false
	}
	denied := false // by the word before
	for _, token := range r.tokens {
		w := agreeWord(token)
		switch {
		case rightWords[w]:
			right, wrong = right || !denied, wrong || denied
		case wrongWords[w] && denied: // nggak salah
			return false, false
		case wrongWords[w]:
			wrong = true
		case !around[w] && !aroundStatement[w] && !talkMarks[w] && !isSign(w):
			return false, false
		}
		denied = w == "tidak" || w == "not" || w == "bukan" || w == "kurang"
	}
	return right, wrong
}

// agreeWord gives the first spelling of a word about a statement.
func agreeWord(token string) string {
	for _, keep := range [...]int{3, 2, 1} {
		short := squeeze(token, keep)
		if full, ok := agreeSpellings[short]; ok {
			return full
		}
		if rightWords[short] || wrongWords[short] {
			return short
		}
	}
	return spelled(token)
}

var agreeSpellings = table(`
betul: btul btl bethul betl beutul btull betu leres bettul betol
benar: bener bnr bner bnar benr benerr bnrr benul yoi2
tepat: tpat tepatt
correct: corect corrct korek
right: rite rigt rihgt
salah: slah slh salh saalah
keliru: kliru kelru
bukan: bkn bukn bukann bkan sanes dudu
wrong: wrng worng wron
incorrect: incorect
`)

var (
	rightWords = set(`betul benar tepat correct right exactly accurate cocok sesuai`)
	wrongWords = set(`salah keliru bukan wrong incorrect ngawur meleset`)
	// aroundStatement stand beside both.
	aroundStatement = set(`kak kakak pak bu mas mbak min admin bang gan bro sis sih nih dong deh kok lah ya loh lho itu ini usaha usahanya bisnis bisnisnya saya aku kami kita sekali banget bgt the that thats is its it business
		maaf sorry oh eh nah wah hehe haha makasih terima kasih thanks thank you tangkapannya tebakannya tebakan kategorinya kategori jenis yang my our halo a`)
	aroundRight = set(`iya yes yup yoi yap siap sip ok oke okay baik mantap pas memang emang gitu begitu absolutely you got are 100 persen %`)
	aroundRecap = set(`iya yes yup yoi yap siap sip ok oke okay baik mantap sudah semua all lanjut lanjutkan datanya jawabannya everything`)
	aroundWrong = set(`tidak kurang no not nope tebak tangkap category`)
)

// maxPlainWords bounds a plain yes; whoever writes more has something to say.
const maxPlainWords = 8

// PlainYes reports whether a message says nothing but yes to "is that right?": short, no question, and with a word that agrees.
// "kami legal kok" would say yes to the question for a licence only.
func PlainYes(text string) bool {
	if right, wrong := ofStatement(text, aroundRecap); right || wrong {
		return right && !wrong
	}
	yn := YesNo(text)
	r := scanReply(text)
	if yn.Value != "yes" || yn.Papers != "" || slices.Contains(r.tokens, "?") {
		return false
	}
	n, agrees := 0, false
	for _, token := range r.tokens {
		if talkMarks[token] {
			continue
		}
		n++
		class, _ := answerClass([]string{answerWord(token)})
		switch class[0] {
		case clsYa, clsYaFirst, clsYes, clsSure, clsDone:
			agrees = true
		case clsHave, clsValid, clsPaper, clsIssued, clsBut, clsAsk, clsBecause:
			return false
		}
	}
	return agrees && n <= maxPlainWords
}
