package match

import "testing"

func TestAsksForLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"Hi, do you speak English?": "en", "do you speak english": "en", "can we speak in English please": "en", "English, please": "en", "can you reply in english?": "en", "is there an english version?": "en",
		"sorry I only speak English": "en", "I don't understand Indonesian": "en", "I can't speak bahasa": "en", "no bahasa please": "en", "sorry, I don't speak Indonesian, please use English": "en",
		"bisa bahasa inggris ga?": "en", "pakai bahasa inggris dong": "en", "boleh dalam bahasa inggris?": "en", "bisa pake english aja?": "en", "bisa bhs inggris": "en", "tolong pakai bhasa inggris": "en", "can I have this in Englsh?": "en",
		"bisa bahasa indonesia?": "id", "pakai bahasa indonesia saja kak": "id", "saya tidak bisa bahasa inggris": "id", "gak ngerti bahasa inggris kak": "id", "tolong balas pakai indonesia aja": "id", "please switch to Indonesian": "id",
		"can I write in Indonesian?": "id", "jangan pakai inggris dong": "id",
		"": "", "english": "", "indonesia": "", "kursus bahasa inggris": "", "les inggris anak": "", "English course": "", "we teach English": "", "guru bahasa indonesia": "", "penerjemah inggris indonesia": "",
		"we sell english books": "", "toko buku indonesia": "", "perusahaan di indonesia": "", "is this for Indonesia only?": "", "we speak to customers": "", "translate english to indonesian": "", "bimbel bahasa inggris online": "",
		"jasa translate dokumen ke bahasa inggris": "", "native english speaker": "", "bisa kirim ke seluruh indonesia": "",
	} {
		if got := AsksForLanguage(text); got != want {
			t.Errorf("AsksForLanguage(%q) = %q, want %q", text, got, want)
		}
	}
}
