package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.mau.fi/util/dbutil"

	"layak/bot"
	"layak/flows"
)

const (
	// Cases where it is the person's turn come last. It is written as in the indexes of table handoff, which serve the lists.
	waitRank = `(CASE WHEN waiting_since = 0 THEN 9223372036854775807 ELSE waiting_since END)`
	// %s is a query for handoff rows; what they need from elsewhere is read for those of one page only. What the person wrote
	// last is what a list shows; where they never wrote, what was written to them.
	caseRowsQuery = `
		SELECT ` + caseColumns + `, COALESCE(c.name, ''), COALESCE(v.category, ''), COALESCE(NULLIF(v.lang, ''), c.lang, ''),
			COALESCE((SELECT MAX(i.id + 0) FROM inbox i WHERE i.contact = h.contact AND NOT i.from_me),
				(SELECT MAX(i.id + 0) FROM inbox i WHERE i.contact = h.contact), 0),
			CASE WHEN EXISTS (SELECT 1 FROM inbox i WHERE i.contact = h.contact AND NOT i.from_me) THEN 0
				ELSE COALESCE((SELECT MAX(o.id + 0) FROM outbox o WHERE o.contact = h.contact AND o.state <> 'dropped'), 0) END,
			COALESCE((SELECT o.state FROM outbox o WHERE o.contact = h.contact AND o.author <> 'bot' ORDER BY o.id DESC LIMIT 1), '')
		FROM (%s) h LEFT JOIN contact c ON c.key = h.contact LEFT JOIN conversation v ON v.contact = h.contact`
	labelsQuery = `SELECT case_id, label FROM case_label WHERE case_id IN (%s) ORDER BY label`
	// Who was forgotten keeps their address until the last message to them is sent, and nobody is shown it any more.
	remembered   = `NOT EXISTS (SELECT 1 FROM contact f WHERE f.key = contact_alias.contact AND f.forgotten)`
	phonesQuery  = `SELECT contact, address FROM contact_alias WHERE contact IN (%s) AND ` + remembered + ` ORDER BY address`
	lastInQuery  = `SELECT id, from_me, input, received_at FROM inbox WHERE id IN (%s)`
	lastOutQuery = `SELECT id, reply, composed_at FROM outbox WHERE id IN (%s)`
	// One look into the index for each owner, however many cases they have.
	ownersQuery = `
		WITH RECURSIVE owners (name) AS (
			SELECT MIN(owner) FROM handoff WHERE closed_at = 0 AND owner > ''
			UNION ALL SELECT (SELECT MIN(owner) FROM handoff WHERE closed_at = 0 AND owner > name) FROM owners WHERE name IS NOT NULL)
		SELECT name FROM owners WHERE name IS NOT NULL LIMIT 100`
	queueSizeQuery = `SELECT COUNT(*) FROM handoff WHERE closed_at = 0 AND owner = $1`
)

const (
	pageCases = 50  // of a list, by default
	mostCases = 500 // of a list
	lastRunes = 120 // of the last message, as a list shows it
	mostGone  = 100 // owners who are gone, whose cases stand in the queue: as many as Owners lists
)

// nobodys is the condition for cases that nobody has.
const nobodys = `closed_at = 0 AND owner = ''`

var _ bot.Cases = (*Store)(nil)

// ErrCursor is returned for a cursor that no page gave.
var ErrCursor = errors.New("there is no such page")

// caseList builds the query for one page of cases.
type caseList struct {
	where []string
	args  []any
}

func (l *caseList) arg(v any) string {
	l.args = append(l.args, v)
	return "$" + strconv.Itoa(len(l.args))
}

// ListCases implements bot.Cases.
func (s *Store) ListCases(ctx context.Context, q bot.CaseQuery) (bot.CasePage, error) {
	if q.Limit <= 0 {
		q.Limit = pageCases
	}
	q.Limit = min(q.Limit, mostCases)
	query, args, err := s.listQuery(q)
	if err != nil {
		return bot.CasePage{}, err
	}
	rows, err := s.caseRows(ctx, query, args...)
	if err != nil {
		return bot.CasePage{}, fmt.Errorf("list cases: %w", err)
	}
	page := bot.CasePage{Cases: rows}
	if len(rows) > q.Limit {
		page.Cases = rows[:q.Limit]
		page.Next = cursorAfter(q.View, rows[q.Limit-1].Case)
	}
	return page, nil
}

// listQuery makes the query for one page, and the first case of the next.
func (s *Store) listQuery(q bot.CaseQuery) (query string, args []any, err error) {
	var l caseList
	order, err := l.view(q)
	if err != nil {
		return "", nil, err
	}
	if q.Label != "" {
		l.where = append(l.where, `id IN (SELECT case_id FROM case_label WHERE label = `+l.arg(clean(q.Label))+`)`)
	}
	if text := strings.TrimSpace(clean(q.Search)); text != "" {
		l.where = append(l.where, s.searching(&l, text))
	}
	if len(l.where) == 0 {
		l.where = []string{"1 = 1"}
	}
	tail := ` ORDER BY ` + order + ` LIMIT ` + l.arg(int64(q.Limit)+1)
	query = `SELECT * FROM handoff WHERE ` + strings.Join(l.where, " AND ") + tail
	if q.View == bot.ViewQueue && len(q.Gone) > 0 {
		query = l.ofEach(q.Gone, tail)
	}
	return fmt.Sprintf(caseRowsQuery, query) + ` ORDER BY ` + order, l.args, nil
}

// ofEach is a query for the cases of nobody and of each of owners: one page of each in the order of the index, and one of
// those. It replaces the condition for nobody's.
func (l *caseList) ofEach(owners []string, tail string) string {
	var parts []string
	for i, owner := range append([]string{""}, owners[:min(len(owners), mostGone)]...) {
		where := strings.Replace(strings.Join(l.where, " AND "), nobodys, `closed_at = 0 AND owner = `+l.arg(clean(owner)), 1)
		parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT * FROM handoff WHERE %s%s) AS of%d`, where, tail, i))
	}
	return `SELECT * FROM (` + strings.Join(parts, ` UNION ALL `) + `) AS queue` + tail
}

// view selects the cases of a view that come after the cursor, and says how they are ordered.
func (l *caseList) view(q bot.CaseQuery) (order string, err error) {
	var rank, id int64
	if q.Cursor != "" {
		if _, err := fmt.Sscanf(q.Cursor, "%d.%d", &rank, &id); err != nil {
			return "", fmt.Errorf("list cases after %.40q: %w", q.Cursor, ErrCursor)
		}
	}
	// "At least, and above or with a higher id" is what both databases can look up in an index.
	after := func(by, than string) {
		if q.Cursor != "" {
			r := l.arg(rank)
			l.where = append(l.where, fmt.Sprintf("%[1]s %[2]s= %[3]s AND (%[1]s %[2]s %[3]s OR id %[2]s %[4]s)", by, than, r, l.arg(id)))
		}
	}
	switch q.View {
	case bot.ViewClosed:
		l.where = append(l.where, `closed_at > 0`)
		after("closed_at", "<")
		return `closed_at DESC, id DESC`, nil
	case bot.ViewAll, "":
		if q.Cursor != "" {
			l.where = append(l.where, `id < `+l.arg(id))
		}
		return `id DESC`, nil
	case bot.ViewQueue:
		l.where = append(l.where, nobodys)
	case bot.ViewMine:
		l.where = append(l.where, `closed_at = 0 AND owner = `+l.arg(clean(q.Owner)))
	case bot.ViewOpen:
		l.where = append(l.where, `closed_at = 0`)
	default:
		return "", fmt.Errorf("list cases: there is no list %q", q.View)
	}
	after(waitRank, ">")
	return waitRank + `, id`, nil
}

// cursorAfter names the place after a case in a view.
func cursorAfter(v bot.CaseView, c bot.Case) string {
	rank := ms(c.WaitingSince)
	switch {
	case v == bot.ViewClosed:
		rank = ms(c.ClosedAt)
	case rank == 0:
		rank = 1<<63 - 1
	}
	return fmt.Sprintf("%d.%d", rank, c.ID)
}

// caseRows runs a query made from caseRowsQuery and fills in what is kept elsewhere.
func (s *Store) caseRows(ctx context.Context, query string, args ...any) ([]bot.CaseRow, error) {
	rows, err := s.read.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []bot.CaseRow
	var ids, keys, ins, outs []any
	for rows.Next() {
		var r bot.CaseRow
		var in, out int64
		var agents string
		c, err := scanCase(rows, &r.Name, &r.Category, &r.Lang, &in, &out, &agents)
		if err != nil {
			return nil, err
		}
		r.Case, r.Failed = *c, agents == string(bot.LineGivenUp)
		list = append(list, r)
		ids, keys, ins, outs = append(ids, c.ID), append(keys, string(c.Chat)), append(ins, in), append(outs, out)
	}
	if err := rows.Err(); err != nil || len(list) == 0 {
		return nil, err
	}
	labels, err := s.labels(ctx, ids)
	if err != nil {
		return nil, err
	}
	phones, err := s.phones(ctx, keys)
	if err != nil {
		return nil, err
	}
	lasts, err := s.lasts(ctx, ins, outs)
	if err != nil {
		return nil, err
	}
	for i := range list {
		r := &list[i]
		r.Labels, r.Phone = labels[r.ID], phones[string(r.Chat)]
		in, out := lasts[lastID{true, ins[i].(int64)}], lasts[lastID{false, outs[i].(int64)}]
		if in.at > out.at || in.at == out.at && out.at == 0 {
			out = in
		}
		r.Last, r.LastIn, r.LastAt, r.LastKind, r.LastMedia = out.text, out.in, at(out.at), out.kind, out.media
	}
	return list, nil
}

// labels reads the labels of cases.
func (s *Store) labels(ctx context.Context, ids []any) (map[int64][]string, error) {
	labels := map[int64][]string{}
	return labels, s.each(ctx, labelsQuery, ids, func(scan func(...any) error) error {
		var id int64
		var label string
		if err := scan(&id, &label); err != nil {
			return err
		}
		labels[id] = append(labels[id], label)
		return nil
	})
}

// phones finds the telephone numbers of contacts.
func (s *Store) phones(ctx context.Context, keys []any) (map[string]string, error) {
	phones := map[string]string{}
	return phones, s.each(ctx, phonesQuery, keys, func(scan func(...any) error) error {
		var key, address string
		if err := scan(&key, &address); err != nil {
			return err
		}
		if phone := bot.PhoneOf(address); phone != "" && phones[key] == "" {
			phones[key] = phone
		}
		return nil
	})
}

// lastID is the number of a message, lastLine what a list shows of it.
type lastID struct {
	in bool
	id int64
}

type lastLine struct {
	text  string
	in    bool // the person wrote it
	kind  flows.InputKind
	media string
	at    int64
}

// lasts reads messages in both directions.
func (s *Store) lasts(ctx context.Context, ins, outs []any) (map[lastID]lastLine, error) {
	lasts := map[lastID]lastLine{}
	err := s.each(ctx, lastInQuery, ins, func(scan func(...any) error) error {
		var id int64
		var fromMe bool
		var input string
		var l lastLine
		if err := scan(&id, &fromMe, &input, &l.at); err != nil {
			return err
		}
		var in flows.Input
		if err := json.Unmarshal([]byte(input), &in); err != nil {
			return err
		}
		l.text, l.in, l.kind, l.media = shorten(cmp.Or(in.Text, in.Choice)), !fromMe, in.Kind, in.Media
		lasts[lastID{true, id}] = l
		return nil
	})
	if err != nil {
		return nil, err
	}
	return lasts, s.each(ctx, lastOutQuery, outs, func(scan func(...any) error) error {
		var id int64
		var reply string
		var l lastLine
		if err := scan(&id, &reply, &l.at); err != nil {
			return err
		}
		var out flows.Reply
		if err := json.Unmarshal([]byte(reply), &out); err != nil {
			return err
		}
		l.text = shorten(out.Text)
		lasts[lastID{false, id}] = l
		return nil
	})
}

// each runs a query whose %s stands for the values, and calls row for every row.
func (s *Store) each(ctx context.Context, query string, values []any, row func(scan func(...any) error) error) error {
	if len(values) == 0 {
		return nil
	}
	rows, err := s.read.Query(ctx, fmt.Sprintf(query, list(1, len(values))), values...)
	if err != nil {
		return err
	}
	return eachOf(rows, row)
}

// eachOf calls row for every row, and closes them.
func eachOf(rows dbutil.Rows, row func(scan func(...any) error) error) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// shorten makes one line of a text.
func shorten(text string) string {
	if len(text) > 8*lastRunes {
		text = text[:8*lastRunes] // more is not shown, whatever spaces go
	}
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if utf8.RuneCountInString(text) <= lastRunes {
		return text
	}
	return string([]rune(text)[:lastRunes-1]) + "…"
}

// CaseCounts implements bot.Cases.
func (s *Store) CaseCounts(ctx context.Context, by string, gone ...string) (queue, mine int, err error) {
	for _, owner := range append([]string{""}, gone...) {
		var n int
		if err := s.read.QueryRow(ctx, queueSizeQuery, clean(owner)).Scan(&n); err != nil {
			return 0, 0, fmt.Errorf("count cases: %w", err)
		}
		queue += n
	}
	if by != "" {
		if err := s.read.QueryRow(ctx, queueSizeQuery, clean(by)).Scan(&mine); err != nil {
			return 0, 0, fmt.Errorf("count cases: %w", err)
		}
	}
	return queue, mine, nil
}

// Owners implements bot.Cases.
func (s *Store) Owners(ctx context.Context) (owners []string, err error) {
	rows, err := s.read.Query(ctx, ownersQuery)
	if err == nil {
		err = eachOf(rows, func(scan func(...any) error) error {
			var owner string
			err := scan(&owner)
			owners = append(owners, owner)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("list owners of cases: %w", err)
	}
	return owners, nil
}

// sortedLabels are labels as they are kept: trimmed, small letters, each once.
func sortedLabels(labels []string) []string {
	var kept []string
	for _, l := range labels {
		l = strings.ToLower(strings.Join(strings.Fields(clean(l)), " "))
		if l != "" && !slices.Contains(kept, l) {
			kept = append(kept, l)
		}
	}
	slices.Sort(kept)
	return kept
}
