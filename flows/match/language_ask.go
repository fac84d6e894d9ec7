package match

// AsksForLanguage returns the language that the whole message asks for, "id" or "en", or "": "do you speak English?", "bisa
// bahasa inggris ga?", "sorry, I don't understand Indonesian". Whoever teaches or translates one ("kursus bahasa inggris")
// asks for none.
func AsksForLanguage(text string) string {
	r := scanReply(text)
	if r.long || len(r.tokens) > maxCommandWords {
		return ""
	}
	wanted, refused, asks := "", "", false
	denied, deniedAt := false, 0
	for i, token := range r.tokens {
		if talkMarks[token] || sign(token) {
			asks = asks || token == "?"
			if token == "," {
				denied = false
			}
			continue
		}
		lang := languageNamed[token]
		if lang == "" && len(token) >= 6 {
			for name, named := range languageNamed {
				if len(name) >= 7 && oneTypo(token, name) {
					lang = named
				}
			}
		}
		if lang == "id" && token != "indonesian" && (i == 0 || !languageBefore[r.tokens[i-1]]) {
			return "" // the country
		}
		switch {
		case lang != "" && denied:
			refused = lang
		case lang != "" && wanted != "" && wanted != lang:
			return "" // both: which one is open
		case lang != "":
			wanted = lang
		case languageDenials[token]:
			denied, deniedAt = true, i
		case languageAsks[token]:
			asks, denied = true, denied && (!languageTurns[token] || i == deniedAt+1)
		case token == "bahasa" || token == "bhs" || token == "bhasa":
			if denied {
				refused = "id"
			}
			asks = true
		case !languageAround[token]:
			return ""
		}
	}
	switch {
	case wanted != "" && (asks || refused != ""):
		return wanted
	case refused == "id":
		return "en"
	case refused == "en":
		return "id"
	}
	return ""
}

var (
	languageNamed   = map[string]string{"english": "en", "inggris": "en", "ingris": "en", "inggeris": "en", "eng": "en", "englis": "en", "engl": "en", "indonesia": "id", "indonesian": "id", "indo": "id", "indonesi": "id"}
	languageDenials = set("not dont don't cant can't no never without tidak gak ga nggak enggak gk tdk bukan jangan instead ndak kurang cannot")
	languageAsks    = set(`speak speaking talk chat reply answer write use using switch change continue prefer understand read only language in please pls possible version available
		pakai pake gunakan ganti ubah jawab balas bicara ngomong bisa boleh tolong ngerti mengerti paham dalam lanjut versi pindah dong aja saja minta mau hanya cuma do can could does`)
	// languageTurns end a denial: "I don't speak Indonesian, please use English".
	languageTurns  = set("please pls prefer only tolong minta mau hanya cuma but tapi")
	languageBefore = set("bahasa bhs bhasa pakai pake gunakan balas jawab")
	languageAround = set(`hi hello hey halo hai good morning afternoon evening selamat pagi siang sore malam permisi maaf sorry excuse me i im i'm you we he my your is an are am it this that the a to with of or and but for have has any there anyone someone here very much well good little bit so if would like
		want need let lets us our be may version bot know all much messages text texts what how about
		saya aku gue gw kami kita kamu anda kak pak bu min admin mas mbak bang gan sis bro ya ga gak nggak kah apa apakah ini itu yang nya deh sih nih kok lah lebih suka dengan ke tapi karena terlalu lancar begitu inggrisnya kalau loh
		thanks thank makasih terima kasih ok oke`)
)
