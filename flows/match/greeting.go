package match

// Greeting returns the greeting that text begins with, so that the bot can greet back in kind: "salam"
// (assalamualaikum), "morning" (pagi), "midday" (siang), "afternoon" (sore), "evening" (malam), "hello", or "" for none.
// A part of the day greets only beside a greeting or before a comma, an address or the end: "pagi kak", but not "malam mingguan".
func Greeting(text string) string {
	tokens := scanReply(text).tokens
	for i := 0; i < len(tokens) && i < 6; i++ {
		w := talkWord(tokens[i])
		next := ","
		if i+1 < len(tokens) {
			next = talkWord(tokens[i+1])
		}
		switch w {
		case "assalamualaikum", "assalam", "wassalamualaikum":
			return "salam"
		case "assalamu", "asalamu":
			if next == "alaikum" || next == "alaykum" {
				return "salam"
			}
			return ""
		case "selamat", "good":
			if kind := dayGreetings[next]; kind != "" {
				return kind
			}
			return ""
		case "halo", "permisi", "greetings", "sampurasun", "shalom", "horas", "kulonuwun", "misi", "👋":
			// "halo selamat pagi" is answered by the part of the day
			for j := i + 1; j < len(tokens) && j < i+4; j++ {
				if kind := dayGreetings[talkWord(tokens[j])]; kind != "" && (j+1 == len(tokens) || greetsBefore(talkWord(tokens[j+1])) || tokens[j-1] == "selamat" || tokens[j-1] == "good") {
					return kind
				}
				if w := talkWord(tokens[j]); w == "assalamualaikum" {
					return "salam"
				}
			}
			return "hello"
		case "salam":
			if greetsBefore(next) || next == "sejahtera" || next == "kenal" {
				return "hello"
			}
			return ""
		case "om":
			if next == "swastiastu" {
				return "hello"
			}
			return ""
		}
		if kind := dayGreetings[w]; kind != "" {
			if greetsBefore(next) {
				return kind
			}
			return ""
		}
		if !greetsBefore(w) && w != "ok" && w != "maaf" && w != "eh" && w != "oh" {
			return ""
		}
	}
	return ""
}

var dayGreetings = map[string]string{
	"pagi": "morning", "morning": "morning", "siang": "midday", "noon": "midday", "day": "midday", "sore": "afternoon", "afternoon": "afternoon",
	"malam": "evening", "mlm": "evening", "evening": "evening", "pg": "morning", "sonten": "afternoon", "dalu": "evening", "enjing": "morning",
}

// greetsBefore reports whether a part of the day before w is a greeting.
func greetsBefore(w string) bool {
	return w == "," || w == "?" || w == "ya" || isSign(w) || addressWords[w] || doubtfulAddress[w] || politeWords[w] || w == "bapak" || w == "ibu" || w == "kakak" || w == "saya" || w == "mau" || w == "i"
}
