package storage

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"layak/bot"
	"layak/storage/pgtest"
)

// manyCases fills a store with 100,000 cases of as many people, a third of them closed, and 1,000,000 messages.
func manyCases(tb testing.TB, s *Store, cases int) {
	tb.Helper()
	numbers := fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, cases)
	fill := func(ctx context.Context) error {
		for _, q := range []string{
			`INSERT INTO contact (key, channel, address, name, created_at, heard_at, touched_at)
				` + numbers + `SELECT 'KEY' || i, 'whatsapp', i || '@lid', 'Budi Nomor ' || i, i, i, i FROM n`,
			`INSERT INTO contact_alias ` + numbers + `SELECT 'whatsapp', i || '@lid', 'KEY' || i FROM n`,
			`INSERT INTO contact_alias ` + numbers + `SELECT 'whatsapp', 62811000000 + i || '@s.whatsapp.net', 'KEY' || i FROM n`,
			`INSERT INTO conversation (contact, body, version, flow, digest, state, status, category, lang, updated_at)
				` + numbers + `SELECT 'KEY' || i, '{}', 1, 'f', 'd', 's', 'active', 'herbal', 'id', i FROM n`,
			`INSERT INTO inbox (contact, channel, address, sender, device, from_me, message_id, kind, input, at, received_at, state)
				` + numbers + `, k (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < 5)
				SELECT 'KEY' || i, 'whatsapp', i || '@lid', i || '@lid', '', FALSE, i || '-' || j, 'text',
					'{"kind":"text","text":"saya jual jamu dan herbal nomor ' || i || '","at":"2026-11-22T03:00:00Z"}', i, i * 1000 + j, 'answered' FROM n, k`,
			`INSERT INTO outbox (contact, channel, address, message_id, reply, author, fence, ephemeral, state, composed_at, not_before, leased_until)
				` + numbers + `, k (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM k WHERE j < 5)
				SELECT 'KEY' || i, 'whatsapp', i || '@lid', 'OUT' || i || '-' || j,
					'{"text":"Terima kasih. Apakah produk Anda memiliki izin edar? Pertanyaan ' || j || '"}',
					CASE WHEN j = 5 THEN 'sari' ELSE 'bot' END, 0, 0, 'sent', i * 1000 + j, i, i FROM n, k`,
			`INSERT INTO handoff (contact, reasons, owner, summary, opened_at, closed_at, waiting_since)
				` + numbers + `SELECT 'KEY' || i, 'asked', CASE WHEN i % 3 = 1 THEN 'sari' ELSE '' END, 'category: herbal', i,
					CASE WHEN i % 3 = 0 THEN i + 5 ELSE 0 END, CASE WHEN i % 3 = 0 OR i % 12 = 1 THEN 0 ELSE i END FROM n`,
			`INSERT INTO case_label SELECT id, CASE WHEN id % 2 = 0 THEN 'herbal' ELSE 'lain' END FROM handoff WHERE id % 5 = 0`,
			`INSERT INTO note (case_id, author, text, at) SELECT id, 'sari', 'sudah ditelepon ' || id, id FROM handoff WHERE id % 2 = 0`,
			`UPDATE contact SET open_case = COALESCE((SELECT id FROM handoff WHERE handoff.contact = contact.key AND closed_at = 0), 0)`,
			`ANALYZE`,
		} {
			if _, err := s.db.Exec(ctx, q); err != nil {
				return fmt.Errorf("%.60s: %w", q, err)
			}
		}
		return nil
	}
	if err := s.write(tb.Context(), fill); err != nil {
		tb.Fatal(err)
	}
}

// inboxes are the pages that are opened all day.
var inboxes = map[string]bot.CaseQuery{
	"queue": {View: bot.ViewQueue}, "queue_gone": {View: bot.ViewQueue, Gone: []string{"agent", "sari"}},
	"mine": {View: bot.ViewMine, Owner: "sari"}, "open": {View: bot.ViewOpen}, "closed": {View: bot.ViewClosed},
	"all": {View: bot.ViewAll}, "label": {View: bot.ViewOpen, Label: "herbal"}, "next": {View: bot.ViewQueue, Cursor: "50000.50000"},
	"next_closed": {View: bot.ViewClosed, Cursor: "50000.49995"}, "next_all": {View: bot.ViewAll, Cursor: "0.50000"},
}

func sqlite(tb testing.TB) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), filepath.Join(tb.TempDir(), "layak.db"), Options{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = s.Close() })
	return s
}

// The lists of the inbox are read in the order of an index, however many cases there are, and nothing else is read whole.
func TestListsUseIndexes(t *testing.T) {
	s := sqlite(t)
	manyCases(t, s, 300)
	for name, q := range inboxes {
		q.Limit = pageCases
		query, args, err := s.listQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.read.Query(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var plan []string
		err = eachOf(rows, func(scan func(...any) error) error {
			var id, parent, unused int
			var detail string
			err := scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(plan, "\n")
		whole := strings.Contains(text, "SCAN handoff") && !strings.Contains(text, "SCAN handoff USING INDEX") && name != "all"
		for _, table := range []string{"SCAN c", "SCAN v", "SCAN i", "SCAN o"} {
			whole = whole || strings.Contains(text+"\n", table+"\n")
		}
		// The page itself, 50 rows, may be sorted once more, and so may those with a label; the table may not.
		if whole || strings.Count(text, "USE TEMP B-TREE FOR ORDER BY") > 1 && name != "label" && name != "queue_gone" {
			t.Errorf("%s reads or sorts whole tables:\n%s", name, text)
		}
		if testing.Verbose() {
			t.Logf("%s:\n%s", name, text)
		}
	}
}

// Among 100,000 cases and 1,000,000 messages; figures are in docs/performance.md.
func BenchmarkInbox(b *testing.B) { benchmarkInbox(b, sqlite(b)) }

func BenchmarkInboxOnPostgres(b *testing.B) {
	s, err := Open(b.Context(), pgtest.NewDurable(b), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	benchmarkInbox(b, s)
}

func benchmarkInbox(b *testing.B, s *Store) {
	manyCases(b, s, 100_000)
	ctx := b.Context()
	for name, q := range inboxes {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				page, err := s.ListCases(ctx, q)
				if err != nil || len(page.Cases) < 50 {
					b.Fatalf("%d cases, %v", len(page.Cases), err)
				}
			}
		})
	}
	for name, text := range map[string]string{
		"phone": "0811 50000", "number": "#5000", "name": "Nomor 5000", "label": "herbal", "text": "jamu dan herbal nomor 99", "nothing": "xyzzy",
	} {
		b.Run("search_"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.ListCases(ctx, bot.CaseQuery{View: bot.ViewAll, Search: text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.CaseCounts(ctx, "sari"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("owners", func(b *testing.B) {
		for b.Loop() {
			if owners, err := s.Owners(ctx); err != nil || len(owners) != 1 {
				b.Fatal(owners, err)
			}
		}
	})
	b.Run("card", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Card(ctx, 50_000); err != nil {
				b.Fatal(err)
			}
		}
	})
}
