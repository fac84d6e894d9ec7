package storage

import (
	"encoding/json"
	"strconv"
	"strings"
)

// searchRecent is how many of the newest messages in each direction, and of the newest notes, a search looks at: that takes
// some 20 ms. To look at all of a year's it would need an index that every message pays for.
const searchRecent = 10_000

// searching is the condition that a case is what somebody looks for: digits are looked for in the numbers of cases and
// telephones, anything else in names, labels, notes, and what was written of late.
func (s *Store) searching(l *caseList, text string) string {
	if parts := s.searchingNumber(l, text); parts != nil {
		return anyOf(parts)
	}
	like, textOf := "LIKE", func(column string) string { return column + ` ->> 'text'` }
	if s.postgres != nil {
		like, textOf = "ILIKE", func(column string) string { return `CAST(` + column + ` AS json) ->> 'text'` }
	}
	has := func(expr, pattern string) string { return expr + ` ` + like + ` ` + pattern + ` ESCAPE '\'` }
	pattern := l.arg("%" + likeText(text) + "%")
	raw := l.arg("%" + likeText(inJSON(text)) + "%") // cheaper than taking every text out of its JSON
	recent := func(table string) string {
		return `id > (SELECT COALESCE(MAX(id), 0) - ` + strconv.Itoa(searchRecent) + ` FROM ` + table + `)`
	}
	written := func(table, column string) string {
		return casesOf(`SELECT contact FROM ` + table + ` WHERE ` + recent(table) + ` AND ` + has(column, raw) + ` AND ` +
			has(textOf(column), pattern))
	}
	return anyOf([]string{
		casesOf(`SELECT key FROM contact WHERE ` + has("name", pattern)),
		`SELECT case_id AS id FROM case_label WHERE ` + has("label", pattern),
		`SELECT case_id AS id FROM note WHERE ` + recent("note") + ` AND ` + has("text", pattern),
		written("inbox", "input"),
		written("outbox", "reply"),
	})
}

// anyOf is the condition that one of the queries finds a case. The limit, which nothing reaches, makes Postgres find first
// and sort then, not try case after case.
func anyOf(parts []string) string {
	return `id IN (SELECT id FROM (` + strings.Join(parts, ` UNION ALL `) + `) AS found LIMIT 1000000)`
}

// searchingNumber are the queries for cases by what may be the number of a case or a part of a telephone number; nil where
// text is neither.
func (s *Store) searchingNumber(l *caseList, text string) (parts []string) {
	number, isCase := strings.CutPrefix(text, "#")
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		parts = append(parts, `SELECT id FROM handoff WHERE id = `+l.arg(n))
	}
	if phone := phoneDigits(text); phone != "" && !isCase {
		find := "instr"
		if s.postgres != nil {
			find = "strpos"
		}
		parts = append(parts, casesOf(`SELECT contact FROM contact_alias WHERE `+find+`(address, `+l.arg(phone)+`) > 0
			AND address LIKE '%@s.whatsapp.net'`))
	}
	return parts
}

// casesOf is a query for the cases of the people that another finds.
func casesOf(people string) string { return `SELECT id FROM handoff WHERE contact IN (` + people + `)` }

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
