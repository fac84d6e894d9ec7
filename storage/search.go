package storage

import (
	"encoding/json"
	"strconv"
	"strings"
)

// searchRecent is how many of the newest messages in each direction, and of the newest notes, a search looks at: some
// 50 ms. To look at all of a year's it would need an index that every message pays for.
const searchRecent = 50_000

// searching is the condition that a case is what somebody looks for: by its number, the person's name or telephone number,
// a label, a note, or what was written of late.
func (s *Store) searching(l *caseList, text string) string {
	like, textOf := "LIKE", func(column string) string { return column + ` ->> 'text'` }
	if s.postgres != nil {
		like, textOf = "ILIKE", func(column string) string { return `CAST(` + column + ` AS json) ->> 'text'` }
	}
	has := func(expr, pattern string) string { return expr + ` ` + like + ` ` + pattern + ` ESCAPE '\'` }
	pattern := l.arg("%" + likeText(text) + "%")
	raw := l.arg("%" + likeText(inJSON(text)) + "%") // cheaper than taking every text out of its JSON
	recent := func(table, column string) string {
		return table + `.id > (SELECT COALESCE(MAX(id), 0) - ` + strconv.Itoa(searchRecent) + ` FROM ` + table + `) AND ` +
			has(table+`.`+column, raw) + ` AND ` + has(textOf(table+`.`+column), pattern)
	}
	of := func(table string) string {
		return `SELECT handoff.id FROM ` + table + ` JOIN handoff ON handoff.contact = ` + table
	}
	parts := []string{
		of("contact") + `.key WHERE ` + has("contact.name", pattern),
		`SELECT case_id FROM case_label WHERE ` + has("label", pattern),
		`SELECT case_id FROM note WHERE id > (SELECT COALESCE(MAX(id), 0) - ` + strconv.Itoa(searchRecent) + ` FROM note) AND ` +
			has("text", pattern),
		of("inbox") + `.contact WHERE ` + recent("inbox", "input"),
		of("outbox") + `.contact WHERE ` + recent("outbox", "reply"),
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil {
		parts = append(parts, `SELECT id FROM handoff WHERE id = `+l.arg(n))
	}
	if phone := phoneDigits(text); phone != "" {
		parts = append(parts, of("contact_alias")+`.contact WHERE contact_alias.address LIKE `+l.arg("%"+phone+"%@s.whatsapp.net"))
	}
	return `id IN (` + strings.Join(parts, ` UNION `) + `)`
}

// phoneDigits are the digits of what may be a part of a telephone number, without the zero of the national form, or "".
func phoneDigits(text string) string {
	digits := strings.NewReplacer("+", "", " ", "", "-", "", ".", "", "(", "", ")", "").Replace(text)
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) < 3 { // that many people have those digits
		return ""
	}
	return digits
}

// likeText is a text that LIKE … ESCAPE '\' takes literally.
func likeText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// inJSON is a text as it stands within a JSON string.
func inJSON(text string) string {
	b, _ := json.Marshal(text) // of a string: never fails
	return strings.Trim(string(b), `"`)
}
