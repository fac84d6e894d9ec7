package match

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// Bare returns the normalised text without greetings, politeness, vocatives and fillers at either end: "halo kak,
// tolong agen dong ya" is "agen". Words that could belong to a business stay ("agen mas" sells gold), so that a
// description comes back whole. A message of nothing but a greeting is "".
func Bare(text string) string {
	return joinWords(bareWords(fold(text), false))
}

// IsWord reports whether text says one of words and nothing else but politeness. Case, accents and spacing do not
// matter; a word of seven letters or more may have one typo. "saya mau ulang" and "minta menu" count, "agen travel"
// does not.
func IsWord(text string, words []string) bool { return NewWhole(text).In(NewWordSet(words)) }

// maxCommandWords bounds what can be a command with manners around it ("assalamualaikum warahmatullahi wabarakatuh
// selamat pagi kak mohon maaf saya mau agen ya terima kasih").
const maxCommandWords = 20

// Words that greet, are polite, address someone, or fill.
var (
	greetingWords = set(`halo hallo hai hay hi hello helo hey hei pagi siang sore malam selamat assalamualaikum assalamu'alaikum assalam assalamu salam alaikum warahmatullahi wabarakatuh warohmatullahi wabarokatuh wr wb ww
		morning afternoon evening good permisi punten misi met kulonuwun sampurasun greetings shalom swastiastu alo ass`)
	politeWords  = set(`tolong mohon maaf please pls plis sorry ok oke okay eh oh wah hmm baik siap nah lho sori tlg dear coba nuwun sewu ya iya yah`)
	addressWords = set(`kak min gan bro sis pak mbak bang kang teh neng sist sob cuy dok kawan akang ce ko cik koh`)
	// These are also goods, jobs or customers ("agen mas", "jasa admin", "perlengkapan ibu").
	doubtfulAddress = set(`mas bu admin bunda bun bos om tante ayah adik dek say team tim rekan sir`)
	endWords        = set(`dong ya yah deh sih nih kok lah aja saja please pls plis tolong makasih terima kasih thanks thank you yuk gih tuh kan ah euy atuh banyak sekarang now ok oke trims hehe haha sebelumnya mohon`)
	endPairs        = map[string]string{"kasih": "terima", "you": "thank", "banyak": "kasih", "sebelumnya": "kasih"}
)

// bareWords trims words at both ends. bold also takes words that could be more than an address.
func bareWords(words []word, bold bool) []word {
	words = withoutGreeting(words, bold)
	for len(words) > 1 {
		last := words[len(words)-1]
		w, before := last.text, words[len(words)-2].text
		if pair, ok := endPairs[w]; ok && before != pair {
			break
		}
		if !endWords[w] && !addressWords[w] && !sign(w) && w != "terima kasih" &&
			(!doubtfulAddress[w] || last.gap < gapSoft && (!bold || len(words) != 2 || tradeWords[before])) {
			break
		}
		words = words[:len(words)-1]
	}
	for len(words) > 1 {
		w, next := words[0].text, words[1].gap
		if !politeWords[w] && !addressWords[w] && !sign(w) && (!doubtfulAddress[w] || next < gapSoft && (!bold || len(words) != 2)) {
			break
		}
		words = withoutGreeting(words[1:], bold) // maaf kak, selamat pagi
	}
	return words
}

// withoutGreeting takes greetings and the addresses behind them from the front.
func withoutGreeting(words []word, bold bool) []word {
	greeted := false
	for len(words) > 0 {
		w, next, after := words[0].text, gapHard, ""
		if len(words) > 1 {
			next, after = words[1].gap, words[1].text
		}
		switch {
		case !greetingWords[w]:
			return words
		case after == "" || next >= gapSoft:
		case (w == "selamat" || w == "good") && !greetingWords[after]: // selamat ulang tahun
			return words
		case w == "salam" && !greetingWords[after] && !addressWords[after]: // salam travel
			return words
		case dayTimes[w] && !greeted && !addressWords[after] && !doubtfulAddress[after]: // malam mingguan
			return words
		}
		greeted = true
		words = words[1:]
		for len(words) > 0 && words[0].gap < gapHard && (addressWords[words[0].text] ||
			doubtfulAddress[words[0].text] && (len(words) == 1 || words[1].gap >= gapSoft || bold)) {
			words = words[1:]
		}
	}
	return words
}

// dayTimes greet only before an address or a comma: "pagi kak", not "malam mingguan".
var dayTimes = set("pagi siang sore malam morning afternoon evening")

// tradeWords take a noun after them: "agen mas" and "toko mas" are about gold.
var tradeWords = set("agen toko jual beli jasa gadai kredit tabungan usaha jualan admin perlengkapan susu baju kredit cicil")

// withoutWish takes "saya mau" and the like from the front of a command.
func withoutWish(words []word) []word {
	for len(words) > 1 && wishWords[words[0].text] {
		words = words[1:]
	}
	return words
}

var wishWords = set("saya mau minta ingin pengen boleh bisa coba ketik tekan pilih i want to can let me would like need id kami lihat")

// sign reports whether a word is an emoji or another sign.
func sign(s string) bool { return s[0] >= 0x80 && !isWord(firstRune(s)) }

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func joinWords(words []word) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0].text
	}
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// oneTypo reports whether said is want with one letter wrong, missing, added, or two swapped.
func oneTypo(said, want string) bool {
	if d := len(said) - len(want); d < -1 || d > 1 || notTypos[said] {
		return false
	}
	return slip(said, want) || levenshtein.ComputeDistance(said, want) == 1
}

// notTypos are real words one letter away from a command.
var notTypos = set("batuan buatan kembang terhenti bantahan lembali")
