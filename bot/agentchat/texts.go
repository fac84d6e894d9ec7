package agentchat

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"layak/bot"
	"layak/flows"
)

// texts are what agents read, by language. Indonesian is the one to begin with.
var texts = map[string]map[string]string{
	"id": {
		"card":     "*Kasus #%d* menunggu",
		"assigned": "*Kasus #%d* diserahkan kepada Anda oleh %s",
		"reason":   "Alasan: %s", "business": "Usaha: %s", "language": "Bahasa: %s", "since": "Menunggu sejak: %s", "unknown": "belum diketahui",
		"answers":  "Jawaban:\n%s",
		"how":      "Balas pesan ini dengan *ambil*, *selesai* atau *bantuan*.",
		"how.mine": "Balas pesan ini dengan *balas* dan teksnya, *kembalikan*, *selesai* atau *bantuan*.",
		"claimed":  "Kasus #%d sekarang milik Anda; bot diam di chat itu. *balas* dan teksnya mengirim pesan, *kembalikan* menyerahkan chat ke bot, *selesai* menutup kasus.",
		"recent":   "Terakhir ditulis:\n%s",
		"taken":    "Kasus #%d sudah diambil %s.",
		"closed":   "Kasus #%d sudah ditutup.",
		"none":     "Kasus #%d tidak ada. Ketik *daftar* untuk melihat kasus yang terbuka.",
		"which":    "Kasus yang mana? Balas kartunya, atau tulis nomornya, misalnya *%s #12*. Ketik *daftar* untuk melihat nomornya.",
		"sent":     "Balasan untuk kasus #%d dikirim.",
		"empty":    "Tulis teksnya setelah *balas*, misalnya *balas Selamat pagi, saya Sari.*",
		"notmine":  "Kasus #%d belum milik Anda. Ketik *ambil #%d* dulu.",
		"notmine2": "Kasus #%d milik %s.",
		"optout":   "Orang dalam kasus #%d minta tidak dikirimi pesan lagi. Kalau tetap perlu, balas dari desk di browser.",
		"done":     "Kasus #%d ditutup (%s).",
		"outcome":  "Hasil %q tidak dikenal. Pakai salah satu: terjawab, layak, ditolak, tanpa_balasan, spam, lain. Misalnya *selesai terjawab*.",
		"returned": "Kasus #%d: chat kembali ke bot. Kasusnya tetap terbuka di antrean; *selesai* menutupnya.",
		"stopped":  "Baik, tidak ada kartu lagi. Tulis apa saja ke sini untuk menerimanya kembali.",
		"disabled": "Akun Anda sudah dinonaktifkan, jadi kasus tidak bisa dikerjakan dari sini. Kalau itu keliru, hubungi admin.",
		"list":     "Menunggu:%s\nMilik Anda:%s",
		"nothing":  " tidak ada",
		"person":   "#%d: %s",
		"media":    "[%s; lihat di HP usaha]",
		"failed":   "Balasan Anda untuk kasus #%d tidak terkirim: %s. Coba lagi, atau hubungi dengan cara lain.",
		"help": "Anda terdaftar sebagai agen. Balas kartu kasus, atau tulis nomornya:\n*ambil #12* mengambil kasus; bot diam\n*balas #12 teks* mengirim pesan ke orangnya\n" +
			"*kembalikan #12* bot melanjutkan\n*selesai #12 terjawab* menutup kasus (juga: layak, ditolak, tanpa_balasan, spam, lain)\n*daftar* kasus yang terbuka · *stop* tanpa kartu",
	},
	"en": {
		"card":     "*Case #%d* is waiting",
		"assigned": "*Case #%d* was given to you by %s",
		"reason":   "Reason: %s", "business": "Business: %s", "language": "Language: %s", "since": "Waiting since: %s", "unknown": "not known yet",
		"answers":  "Answers:\n%s",
		"how":      "Reply to this message with *claim*, *close* or *help*.",
		"how.mine": "Reply to this message with *reply* and your text, *return*, *close* or *help*.",
		"claimed":  "Case #%d is yours now; the bot is silent in that chat. *reply* and your text sends a message, *return* gives the chat to the bot, *close* ends the case.",
		"recent":   "Written last:\n%s",
		"taken":    "Case #%d belongs to %s already.",
		"closed":   "Case #%d is closed already.",
		"none":     "There is no case #%d. Type *list* to see the open ones.",
		"which":    "Which case? Reply to its card, or write its number, for example *%s #12*. Type *list* to see the numbers.",
		"sent":     "Your reply in case #%d is on its way.",
		"empty":    "Write your text after *reply*, for example *reply Good morning, this is Sari.*",
		"notmine":  "Case #%d is not yours yet. Type *claim #%d* first.",
		"notmine2": "Case #%d belongs to %s.",
		"optout":   "The person in case #%d asked for no more messages. If you still have to write, do it from the desk in the browser.",
		"done":     "Case #%d is closed (%s).",
		"outcome":  "The outcome %q is not known. Take one of: answered, eligible, refused, no_reply, spam, other. For example *close answered*.",
		"returned": "Case #%d: the bot has the chat again. The case stays in the queue; *close* ends it.",
		"stopped":  "All right, no more cards. Write anything here to get them again.",
		"disabled": "Your account was disabled, so cases cannot be worked on from here. If that is a mistake, please ask an admin.",
		"list":     "Waiting:%s\nYours:%s",
		"nothing":  " none",
		"person":   "#%d: %s",
		"media":    "[%s; see it on the business phone]",
		"failed":   "Your reply in case #%d could not be delivered: %s. Try again, or reach them another way.",
		"help": "You are listed as an agent. Reply to the card of a case, or write its number:\n*claim #12* takes a case; the bot is silent\n*reply #12 text* sends a message to the person\n" +
			"*return #12* lets the bot go on\n*close #12 answered* ends the case (also: eligible, refused, no_reply, spam, other)\n*list* open cases · *stop* no cards",
	},
}

// words of reasons, languages, media and outcomes.
var terms = map[string]map[string]string{
	"id": {
		"asked": "minta bicara dengan orang", "not_understood": "bot tidak mengerti", "needs_review": "perlu ditinjau",
		"not_covered": "usaha belum ada aturannya", "fault": "gangguan bot", "delivery_failed": "pesan tidak terkirim",
		"takeover": "diambil alih", "loop": "mungkin bot lain", "id": "Indonesia", "en": "Inggris",
		"voice": "pesan suara", "image": "gambar", "video": "video", "document": "dokumen", "sticker": "stiker", "location": "lokasi",
		"contact": "kontak", "delete": "pesan ditarik",
		"answered": "terjawab", "eligible": "layak", "refused": "ditolak", "no_reply": "tanpa balasan", "spam": "spam", "other": "lain",
	},
	"en": {
		"asked": "asked for a person", "not_understood": "the bot did not understand", "needs_review": "needs a review",
		"not_covered": "no rule for this business", "fault": "a fault of the bot", "delivery_failed": "a message was not delivered",
		"takeover": "taken over", "loop": "perhaps another bot", "id": "Indonesian", "en": "English",
		"voice": "voice message", "delete": "a message was taken back", "no_reply": "no reply",
	},
}

// say puts a text together.
func say(lang, key string, args ...any) string {
	if texts[lang] == nil {
		lang = "id"
	}
	return fmt.Sprintf(texts[lang][key], args...)
}

// term is a word in a language; what has none stays as it is.
func term(lang, word string) string {
	if terms[lang] == nil {
		lang = "id"
	}
	if t := terms[lang][word]; t != "" {
		return t
	}
	return word
}

// card tells an agent of a case.
func (a *Agents) card(lang, head string, c bot.Case, category, personLang string) string {
	reasons := make([]string, len(c.Reasons))
	for i, r := range c.Reasons {
		reasons[i] = term(lang, string(r))
	}
	business := say(lang, "unknown")
	if category != "" {
		business = a.cfg.Title(category, lang)
	}
	since := c.WaitingSince
	if since.IsZero() {
		since = c.OpenedAt
	}
	lines := []string{
		head, say(lang, "reason", strings.Join(reasons, ", ")), say(lang, "business", business),
		say(lang, "language", term(lang, personLang)), say(lang, "since", a.clock(since)),
	}
	if summary := strings.TrimSpace(c.Summary); a.cfg.Detail == Answers && summary != "" {
		lines = append(lines, say(lang, "answers", summary))
	}
	return strings.Join(lines, "\n")
}

func (a *Agents) clock(t time.Time) string { return t.In(a.cfg.Zone).Format("02-01 15:04 MST") }

const (
	lineRunes   = 1500 // of one message that is passed on
	recentRunes = 300  // of each message that is told on claiming
)

// written says what a person wrote, as it was stored, so without personal numbers.
func written(lang string, in *flows.Input, runes int) string {
	switch {
	case in == nil:
		return ""
	case in.Kind == flows.InputDelete:
		return "[" + term(lang, "delete") + "]"
	case in.Text != "":
		return shorten(in.Text, runes)
	case in.Choice != "":
		return in.Choice
	}
	return say(lang, "media", term(lang, in.Media))
}

func shorten(text string, runes int) string {
	if utf8.RuneCountInString(text) <= runes {
		return text
	}
	return string([]rune(text)[:runes]) + "…"
}
