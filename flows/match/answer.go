package match

import (
	"slices"
	"strings"
)

// YesNoReading is what an answer to "do you have licence X?" says.
type YesNoReading struct {
	Value      string // "yes", "no", "unsure", or "" when it must be asked again
	Doubt      bool   // it says something about it, but not plainly: ask again
	InProgress bool   // under way ("lagi diurus"); Value is "no". A plan alone ("mau urus") is not under way
	Partly     bool   // for some products or papers only ("sebagian"); Value is ""
	Papers     string // papers that the answer names, one blank between ("bpom nib"); the caller asks again when the question was about another one
}

// YesNo reads an answer to "do you have licence X?" in Indonesian or English, chat spelling and dialect words
// included. A value is given only when every word of the answer is understood and they agree; everything else is asked
// again, because a wrong silent reading costs the prospect a wrong verdict and asking costs ten seconds. Numbers of
// options are not read here: try ReadOption first. Any text is fine; the work is bounded.
func YesNo(text string) YesNoReading {
	r := scanReply(text)
	if r.long || len(r.tokens) == 0 {
		return YesNoReading{}
	}
	var all [maxReplyTokens]clause
	for i, token := range r.tokens {
		r.tokens[i] = answerWord(token)
	}
	clauses, papers := cutClauses(r.tokens, all[:0])
	reading := joinClauses(clauses)
	reading.Papers = papers
	return reading
}

// cutClauses reads the tokens clause by clause: at commas, question marks, "tapi" and "karena".
func cutClauses(tokens []string, out []clause) (clauses []clause, papers string) {
	var room [2 * maxReplyTokens]byte
	classes := room[:0]
	but, because := false, false
	flush := func(asked bool) {
		if len(classes) > 0 {
			c := readClause(classes, asked)
			c.but, c.because = but, because
			out = append(out, c)
		}
		classes, but, because = room[:0], false, false
	}
	var named []string
	for at := 0; at < len(tokens); {
		switch tokens[at] {
		case ",", "(", ")", ":":
			at++
			if at == len(tokens) || tokens[at] != "?" { // "sudah...?" asks
				flush(false)
			}
			continue
		case "?":
			flush(true)
			at++
			continue
		case "/":
			classes = append(classes, clsOr)
			at++
			continue
		case "&", "+":
			classes = append(classes, clsAnd)
			at++
			continue
		case "#":
			at++
			continue
		}
		class, n := answerClass(tokens[at:])
		if class == "T" || class == "c" {
			flush(false)
			but, because = class == "T", class == "c"
			classes = append(classes, clsFiller)
			at += n
			continue
		}
		if class == "D" || class == "m" {
			if paper := tokens[at]; answerPapers[paper] && !slices.Contains(named, paper) {
				named = append(named, paper)
			}
		}
		classes = append(classes, class...)
		at += n
	}
	flush(false)
	if len(named) > 1 {
		slices.Sort(named)
	}
	return out, strings.Join(named, " ")
}

// joinClauses weighs the clauses of one answer against each other.
func joinClauses(clauses []clause) YesNoReading {
	var reading YesNoReading
	var yes, no, unsure bool // what some clause says plainly
	var weak, doneOnly, plainNo, overruled bool
	var soft, how, known, unread, shy bool
	for i, c := range clauses {
		known = known || c.content
		how = how || c.how
		shy = shy || c.shy && (weak || c.weak)
		switch {
		case c.later && no && !yes: // belum, insyaallah tahun depan
		case c.doubt:
			reading.Doubt = true
			reading.Partly = reading.Partly || c.partly
		case c.question:
			// "belum, emang wajib?" is no; "wajib punya?" says nothing yet
			if c.answers && !no || c.polar && !no && !yes {
				reading.Doubt = true
			}
		case c.unknown:
			reason := c.because && (yes || no)                   // changes nothing
			aside := no && plainNo && !yes && !c.polar && !c.but // belum, usahanya masih kecil
			unread = unread || !reason && !aside
		case c.value == "yes" && c.weak:
			weak = true
			if no {
				reading.Doubt = true
			}
		case c.value == "yes":
			if no || c.but && !c.because {
				reading.Doubt = true
			}
			doneOnly = c.done && !yes
			yes = true
		case c.value == "no":
			switch {
			case yes && c.but && (c.ended || c.unissued && doneOnly): // ada tapi sudah mati; sudah tapi belum terbit
				overruled = true
			case yes, weak && c.flat:
				reading.Doubt = true
			}
			no, plainNo = true, plainNo || !c.pending && !c.ended
			reading.InProgress = reading.InProgress || c.pending
		case c.value == "unsure":
			unsure = true
		case c.soft:
			soft = true
		case c.but && (c.content || c.empty && i == len(clauses)-1): // cuma NIB; belum tapi …
			reading.Doubt = true
		}
	}
	switch {
	case reading.Doubt:
	case unread:
		reading.Doubt = known
	case no && unsure && !how, yes && unsure, soft && !no, yes && no && !overruled:
		reading.Doubt = true
	case no:
		reading.Value = "no"
	case unsure:
		reading.Value = "unsure"
	case yes, weak && !shy:
		reading.Value = "yes"
	default:
		reading.Doubt = known
	}
	if reading.Value != "no" {
		reading.InProgress = false
	}
	return reading
}

// answerClass gives the class of the longest phrase that the words begin with and its length in words.
func answerClass(words []string) (class string, n int) {
	for _, phrase := range answerLexicon[words[0]] {
		if len(phrase.words) <= len(words) && slices.Equal(phrase.words, words[:len(phrase.words)]) {
			return phrase.class, len(phrase.words)
		}
	}
	return oddClass(words[0]), 1
}
