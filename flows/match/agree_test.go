package match_test

import (
	"strings"
	"testing"

	"layak/flows/match"
)

func TestAgreesAndDisagrees(t *testing.T) {
	for _, text := range strings.Split("betul|iya kak betul|benar|iyaa btul|bener|bener bgt kak|betul sekali|tepat|tepat sekali kak|iya bener itu|ya betul|betul betul|bnr kak|correct|that's right|yes that's correct|thats right, yes|"+
		"exactly|right|yes correct|Betul 👍|iya, betul usaha saya itu|benar kak makasih|betuuul|BENAR!|sip betul|iya betul sekali|ya, benar begitu|betul min 🙏", "|") {
		if !match.Agrees(text) || match.Disagrees(text) {
			t.Errorf("%q does not agree", text)
		}
	}
	for _, text := range strings.Split("bukan|salah|salah kak|bukan itu|wrong|that's wrong|no, that's wrong|bukan itu usaha saya|keliru min|bkn kak|slh|bukan kak, salah|maaf salah|not that wrong|tidak, itu salah|incorrect|salah itu kak 😅|gak bener|tidak benar kak|not right|not correct|kurang tepat|kurang tepat kak|bukaan", "|") {
		if !match.Disagrees(text) || match.Agrees(text) {
			t.Errorf("%q does not disagree", text)
		}
	}
	for _, text := range strings.Split("|ya|iya|yes|sudah|sudah betul|betul, sudah terdaftar|benar sudah punya|that's right, we have it|betul ada|benar?|betul ya?|belum|tidak|no|bukan klinik|salah kirim|salah ketik|gak masalah|nggak salah|tidak salah|"+
		"kalau tidak salah sudah|bukan belum|bukan tidak punya|kebetulan sudah ada|sebenarnya jual rokok|ok|siap|makasih|1|right now it is being processed|nib betul|bukan, saya jual tas|betul tapi belum ada nib|👍|apa benar", "|") {
		if match.Agrees(text) || match.Disagrees(text) {
			t.Errorf("%q is about the statement", text)
		}
	}
}

func TestPlainYes(t *testing.T) {
	for _, text := range strings.Split("ya|iya|sudah|sudah benar|betul|iya sudah benar semua kak|yes|yes that's correct|yup|benar kak makasih|ya sudah benar|iya betul|sdh kak|👍|udah bener|sudah betul semua|yes, all correct|iya kak, sudah", "|") {
		if !match.PlainYes(text) {
			t.Errorf("%q is no plain yes", text)
		}
	}
	for _, text := range strings.Split("apa dasar hukumnya? kami legal kok|kami legal kok|kami resmi|sudah benar?|ya?|iya tapi NIB belum|punya|ada|kami terdaftar kok|belum|tidak|salah|sudah punya NIB|ya tapi kenapa|kami legal dan terdaftar kok jadi harusnya boleh|"+
		"yakin?|is that so? yes|iya kan kami sudah berizin resmi dan terdaftar di mana mana dari dulu|kurang tahu|makasih", "|") {
		if match.PlainYes(text) {
			t.Errorf("%q is a plain yes", text)
		}
	}
}
