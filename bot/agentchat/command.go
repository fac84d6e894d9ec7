package agentchat

import (
	"strconv"
	"strings"

	"layak/bot"
)

// verb is what an agent wants done.
type verb string

const (
	verbClaim  verb = "claim"
	verbReply  verb = "reply"
	verbClose  verb = "close"
	verbReturn verb = "return"
	verbHelp   verb = "help"
	verbList   verb = "list"
	verbStop   verb = "stop"
)

// verbs are the words of the commands, with the language they tell.
var verbs = map[string]struct {
	verb verb
	lang string
}{
	"ambil": {verbClaim, "id"}, "claim": {verbClaim, "en"}, "take": {verbClaim, "en"},
	"balas": {verbReply, "id"}, "reply": {verbReply, "en"},
	"selesai": {verbClose, "id"}, "tutup": {verbClose, "id"}, "close": {verbClose, "en"}, "done": {verbClose, "en"},
	"kembalikan": {verbReturn, "id"}, "return": {verbReturn, "en"},
	"bantuan": {verbHelp, "id"}, "help": {verbHelp, "en"},
	"daftar": {verbList, "id"}, "list": {verbList, "en"},
	"berhenti": {verbStop, "id"}, "stop": {verbStop, ""},
}

// outcomes are the words for how a case ended, in both languages.
var outcomes = map[string]bot.CloseOutcome{
	"terjawab": bot.ClosedAnswered, "answered": bot.ClosedAnswered,
	"layak": bot.ClosedEligible, "eligible": bot.ClosedEligible,
	"ditolak": bot.ClosedRefused, "refused": bot.ClosedRefused,
	"tanpa_balasan": bot.ClosedNoReply, "no_reply": bot.ClosedNoReply,
	"spam": bot.ClosedSpam,
	"lain": bot.ClosedOther, "other": bot.ClosedOther,
}

// command is one message of an agent, read.
type command struct {
	verb verb // "" for anything else
	lang string
	id   int64  // the number written before or after the verb; 0 for none
	sure bool   // the number was written with # or before the verb, so is no part of the text
	text string // what follows the verb and the number
	all  string // what follows the verb
}

// parse reads "ambil", "ambil 12", "#12 balas halo", "balas #12 halo" and the like.
func parse(text string) command {
	first, rest := cut(text)
	var c command
	if id, _, ok := number(first); ok {
		c.id, c.sure = id, true
		first, rest = cut(rest)
	}
	v, ok := verbs[strings.ToLower(strings.TrimRight(first, ".,:;!"))]
	if !ok {
		return command{}
	}
	c.verb, c.lang, c.text, c.all = v.verb, v.lang, rest, rest
	if c.id == 0 {
		word, after := cut(rest)
		if id, hash, ok := number(strings.TrimRight(word, ".,:;!")); ok {
			c.id, c.sure, c.text = id, hash, after
		}
	}
	return c
}

// cut parts the first word from the rest; line breaks of the rest stay.
func cut(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t\n\r\u00a0"); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}

// number reads 12 or #12.
func number(word string) (id int64, hash, ok bool) {
	digits, hash := strings.CutPrefix(word, "#")
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, hash, err == nil && id > 0
}
