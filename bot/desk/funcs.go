package desk

import (
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"layak/bot"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// funcs are what templates can use besides the words of their language.
func (d *Desk) funcs(lang string) template.FuncMap {
	t := func(key string, args ...any) string { return text(lang, key, args...) }
	return template.FuncMap{
		"t":        t,
		"tt":       func(prefix string, key any, args ...any) string { return t(prefix+toString(key), args...) },
		"has":      func(prefix string, key any) bool { return hasText(prefix + toString(key)) },
		"langs":    func() []string { return langs },
		"time":     func(at time.Time) string { return d.clock(lang, at) },
		"full":     func(at time.Time) string { return d.full(lang, at) },
		"iso":      func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"day":      func(at time.Time) string { return d.day(lang, at) },
		"waited":   func(w time.Duration) string { return span(lang, w) },
		"late":     func(w time.Duration) bool { return w >= lateAfter },
		"phone":    phoneText,
		"add":      func(a, b int) int { return a + b },
		"short":    func(digest string) string { return cut(digest, 8) },
		"outcomes": func() []bot.CloseOutcome { return closings },
		"verdicts": func() []string { return verdictNames },
		"join":     strings.Join,
		"link":     safeLink,
		"maxtext":  func() int { return maxText },
		"question": func(id string) string { return d.questionText(lang, id) },
		"business": func(category string) string { return d.businessText(lang, category) },
		"bold":     bold,
		"num":      func(n any) string { return grouped(lang, n) },
	}
}

// lateAfter is the wait from which a row says so in bold: people who wait for longer tend to ask again.
const lateAfter = 30 * time.Minute

// toString is a word, of whatever named type.
func toString(key any) string { return fmt.Sprint(key) }

var months = map[string][]string{
	"id": {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
	"en": {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
}

// clock is a time as short as it can be understood: the hour of today, else the day.
func (d *Desk) clock(lang string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	local, now := at.In(d.zone), d.now().In(d.zone)
	if local.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return hour(lang, local)
	}
	return d.day(lang, at)
}

// day is a date, with the year where it is not this one.
func (d *Desk) day(lang string, at time.Time) string {
	local := at.In(d.zone)
	s := strconv.Itoa(local.Day()) + " " + months[lang][local.Month()-1]
	if local.Year() != d.now().In(d.zone).Year() {
		s += " " + strconv.Itoa(local.Year())
	}
	return s
}

// full is day and hour.
func (d *Desk) full(lang string, at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return d.day(lang, at) + " " + hour(lang, at.In(d.zone))
}

// hour is the time of day as it is written there.
func hour(lang string, local time.Time) string {
	if lang == "id" {
		return local.Format("15.04")
	}
	return local.Format("15:04")
}

// span is a length of time in one or two words.
func span(lang string, d time.Duration) string {
	units := map[string][3]string{"id": {"mnt", "jam", "hari"}, "en": {"min", "h", "d"}}[lang]
	switch {
	case d < time.Minute:
		return "< 1 " + units[0]
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " " + units[0]
	case d < 48*time.Hour:
		s := strconv.Itoa(int(d.Hours())) + " " + units[1]
		if m := int(d.Minutes()) % 60; m > 0 && d < 10*time.Hour {
			s += " " + strconv.Itoa(m) + " " + units[0]
		}
		return s
	}
	return strconv.Itoa(int(d.Hours()/24)) + " " + units[2]
}

// phoneText groups the digits of a telephone number so that it can be read aloud.
func phoneText(digits string) string {
	if digits == "" {
		return ""
	}
	rest, out := digits, "+"
	if strings.HasPrefix(digits, "62") {
		rest, out = digits[2:], "+62 "
		if len(rest) > 3 {
			out, rest = out+rest[:3]+"-", rest[3:]
		}
	}
	for len(rest) > 5 {
		out, rest = out+rest[:4]+"-", rest[4:]
	}
	return out + rest
}

// safeLink is an address that may become a link, or "": text of others never becomes a script.
func safeLink(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return ""
	}
	return u.String()
}

// grouped writes a number with the separators of the language.
func grouped(lang string, n any) string {
	var s string
	switch n := n.(type) {
	case int:
		s = strconv.Itoa(n)
	case int64:
		s = itoa(n)
	}
	separator := map[string]string{"id": ".", "en": ","}[lang]
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + separator + s[i:]
	}
	return s
}

// slanted is what WhatsApp shows in italics, in a text without tags of its own.
var slanted = regexp.MustCompile(`\b_([^_\s<>](?:[^_\n<>]*[^_\s<>])?)_\b`)

// starred is what WhatsApp shows in bold.
var starred = regexp.MustCompile(`\*([^*\n]*[^*\s])\*`)

// bold shows a text of the bot as WhatsApp does, italics too. Everything in it is escaped first.
func bold(text string) template.HTML {
	text = starred.ReplaceAllString(template.HTMLEscapeString(text), "<b>$1</b>")
	return template.HTML(slanted.ReplaceAllString(text, "<i>$1</i>"))
}

// questionText names a question in the words of the desk, or of the flow.
func (d *Desk) questionText(lang, question string) string {
	if hasText("question." + question) {
		return text(lang, "question."+question)
	}
	if flow := d.cfg.Flow(""); flow != nil {
		if f := flow.Pack.Fact(question); f != nil {
			return f.Label.In(lang)
		}
	}
	return question
}

// businessText names a kind of business in the words of the live flow, "" for one it does not know.
func (d *Desk) businessText(lang, category string) string {
	if flow := d.cfg.Flow(""); flow != nil && category != "" {
		if c := flow.Pack.Category(category); c != nil {
			return c.Short.In(lang)
		}
	}
	return ""
}
