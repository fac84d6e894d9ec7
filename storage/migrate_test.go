package storage_test

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/util/dbutil"
	"go.mau.fi/whatsmeow/store/sqlstore"
	"go.mau.fi/whatsmeow/store/sqlstore/upgrades"

	"layak/bot"
	"layak/flows"
	"layak/storage"
	"layak/storage/pgtest"
)

// withOthers adds whatsmeow's tables.
func withOthers(t *testing.T, s *storage.Store) *storage.Store {
	t.Helper()
	if err := sqlstore.NewWithWrappedDB(s.DB().Child("whatsmeow_version", upgrades.Table, nil), nil).Upgrade(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// everything is a SQLite store with something in every table of ours, and in some of whatsmeow's.
func everything(t *testing.T) *storage.Store {
	t.Helper()
	s := withOthers(t, open(t, newPath(t)))
	ctx, now := t.Context(), time.Now()
	for i := range 40 {
		if err := turn(ctx, s, i); err != nil {
			t.Fatal(err)
		}
	}
	both := said("pn", "IN-both")
	both.Alt, both.Name = "lid", "Näme 😀 \x00\xff"
	for _, in := range []bot.Inbound{said("pn", "1"), said("lid", "2"), both, said("gone", "3")} {
		if _, err := s.Accept(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	yes := true
	for address, forget := range map[string]bool{"pn": false, "gone": true} {
		key, err := s.Find(ctx, "test", address, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Load(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		rec := bot.TurnRecord{
			Chat: key, Next: c.Conversation, At: now, OptOut: &yes, Forget: forget, Answered: []bot.PendingID{c.Pending[0].ID},
			HandOff: &bot.HandOff{Reason: flows.HandOffAsked, Summary: "summary"}, Missed: []bot.Missed{{Question: "q", Text: "what"}},
			Verdict: &bot.Verdict{Category: "shop", Verdict: "eligible"}, Audit: []bot.AuditEntry{{Who: "bot", What: "turn"}},
		}
		if err := s.Commit(ctx, rec); err != nil {
			t.Fatal(err)
		}
	}
	blob := func(n int) string { return fmt.Sprintf("randomblob(%d)", n) }
	for _, q := range []string{
		`INSERT INTO whatsmeow_device (jid, registration_id, noise_key, identity_key, signed_pre_key, signed_pre_key_id, signed_pre_key_sig,
			adv_key, adv_details, adv_account_sig, adv_account_sig_key, adv_device_sig)
			VALUES ('1:2@s.whatsapp.net', 4294967295, ` + strings.Join([]string{
			blob(32), blob(32), blob(32), "7", blob(64), blob(32), blob(100), blob(64), blob(32), blob(64),
		}, ", ") + `)`,
		`INSERT INTO whatsmeow_pre_keys VALUES ('1:2@s.whatsapp.net', 1, randomblob(32), TRUE), ('1:2@s.whatsapp.net', 2, randomblob(32), FALSE)`,
		`INSERT INTO whatsmeow_sessions VALUES ('1:2@s.whatsapp.net', '3', randomblob(500)), ('1:2@s.whatsapp.net', '4', NULL)`,
		`INSERT INTO whatsmeow_app_state_version VALUES ('1:2@s.whatsapp.net', 'regular', 3, randomblob(128))`,
		`INSERT INTO whatsmeow_app_state_mutation_macs VALUES ('1:2@s.whatsapp.net', 'regular', 3, randomblob(32), randomblob(32))`,
		`INSERT INTO whatsmeow_contacts VALUES ('1:2@s.whatsapp.net', '5', NULL, '', 'Push', NULL, NULL)`,
		`INSERT INTO whatsmeow_lid_map VALUES ('1', '2')`,
		`INSERT INTO whatsmeow_event_buffer VALUES ('1:2@s.whatsapp.net', randomblob(32), NULL, 1, 2)`,
		`INSERT INTO case_label SELECT id, 'herbal' FROM handoff`,
		`INSERT INTO note (case_id, author, text, at) SELECT id, 'sari', 'call back', 1 FROM handoff`,
		`INSERT INTO card SELECT 'test', 'C' || id, id, 'KEY', 1 FROM handoff`,
		`INSERT INTO event (kind, case_id, at) VALUES ('opened', 1, 1)`,
		`INSERT INTO canned (title, text, changed_by, changed_at) VALUES ('hello', 'Halo {name}', 'sari', 1)`,
		`INSERT INTO desk_user (name, role, hash, disabled, created_at) VALUES ('sari', 'agent', '$2a$', TRUE, 1)`,
		`INSERT INTO desk_session VALUES ('h', 'sari', 1, 2, 3)`,
		`INSERT INTO hook (target, kind, body, state, not_before, created_at) VALUES ('webhook', 'verdict', '{}', 'waiting', 1, 1)`,
		`INSERT INTO bridge SELECT 'chatwoot', key, '1', key, 1 FROM contact`,
		`INSERT INTO bridge_message VALUES ('chatwoot', '7', 1)`,
		`INSERT INTO funnel VALUES (0, 'd', 'business', 'reached', 3)`,
		`INSERT INTO flow_version VALUES ('d', 'eligibility', randomblob(30), randomblob(300), 'sari', '', 1), ('e', 'eligibility', randomblob(30), NULL, 'sari', '', 1)`,
		`INSERT INTO publication (digest, folder, author, note, at) VALUES ('d', 'd', 'sari', '', 1)`,
		`INSERT INTO command (name, args, asked_by, asked_at) VALUES ('reload', '{}', 'sari', 1)`,
	} {
		if _, err := s.DB().Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// dump reads every row of every table, as text, sorted.
func dump(t *testing.T, db *dbutil.Database) map[string][]string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if db.Dialect == dbutil.Postgres {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	all := map[string][]string{}
	for _, table := range column(t, db.RawDB, query) {
		rows, err := db.RawDB.QueryContext(t.Context(), `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		all[table] = []string{}
		for rows.Next() {
			values, dest := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				dest[i] = &values[i]
			}
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			var fields []string
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					v = fmt.Sprintf("%q", b)
				}
				fields = append(fields, fmt.Sprintf("%s=%v", names[i], v))
			}
			slices.Sort(fields)
			all[table] = append(all[table], strings.Join(fields, " "))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[table])
	}
	return all
}

func column(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

func TestMigrateMovesEverything(t *testing.T) {
	from, to := everything(t), withOthers(t, open(t, pgtest.New(t)))
	moved, err := storage.Migrate(t.Context(), from, to, "test")
	if err != nil {
		t.Fatal(err)
	}
	before, after := dump(t, from.DB()), dump(t, to.DB())
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("rows (-source +target):\n%s", diff)
	}
	empty := []string{
		"whatsmeow_app_state_sync_keys", "whatsmeow_chat_settings", "whatsmeow_identity_keys", "whatsmeow_message_secrets", "whatsmeow_nct_salt",
		"whatsmeow_privacy_tokens", "whatsmeow_retry_buffer", "whatsmeow_sender_keys",
	}
	for _, m := range moved {
		if (m.Rows == 0) != slices.Contains(empty, m.Table) {
			t.Errorf("%d rows of %s were moved", m.Rows, m.Table)
		}
	}
	// Life goes on: no number is used twice, and who was forgotten is still recognised.
	ctx := t.Context()
	if _, err := to.Accept(ctx, said("new", "1")); err != nil {
		t.Fatal(err)
	}
	if n := count(t, to, `SELECT MAX(id) FROM inbox`); n != 45 {
		t.Errorf("the next message has number %d, want 45", n)
	}
	if a, err := to.Accept(ctx, said("gone", "3")); err != nil || a.Fresh {
		t.Errorf("the message of a forgotten person is new again: %+v, %v", a, err)
	}
	if err := turn(ctx, to, 100); err != nil {
		t.Error(err)
	}
	if _, err := storage.Migrate(ctx, from, to, "test"); !errors.Is(err, storage.ErrNotEmpty) || !strings.Contains(err.Error(), "contact") {
		t.Errorf("moved to a full database: %v", err)
	}
}

func TestMigrateIsAllOrNothing(t *testing.T) {
	ctx := t.Context()
	for name, tt := range map[string]struct {
		spoil func(from, to *storage.Store) error
		want  string
	}{
		"unknown table": {func(from, _ *storage.Store) error {
			_, err := from.DB().Exec(ctx, `CREATE TABLE zz (a TEXT)`)
			return err
		}, "zz"},
		"other columns": {func(from, _ *storage.Store) error {
			_, err := from.DB().Exec(ctx, `ALTER TABLE whatsmeow_lid_map ADD COLUMN more TEXT`)
			return err
		}, "columns differ"},
		"other version": {func(_, to *storage.Store) error {
			_, err := to.DB().Exec(ctx, `UPDATE whatsmeow_version SET version = 1`)
			return err
		}, "whatsmeow_version"},
		"value that does not fit": {func(from, _ *storage.Store) error {
			_, err := from.DB().Exec(ctx, `UPDATE verdict_count SET n = 'many'`)
			return err
		}, "does not fit"},
		"row that is refused": {func(_, to *storage.Store) error {
			_, err := to.DB().Exec(ctx, `ALTER TABLE verdict_count ADD CHECK (n < 0)`)
			return err
		}, "verdict_count"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := everything(t), withOthers(t, open(t, pgtest.New(t)))
			if err := tt.spoil(from, to); err != nil {
				t.Fatal(err)
			}
			before := dump(t, to.DB())
			if _, err := storage.Migrate(ctx, from, to, "test"); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if diff := cmp.Diff(before, dump(t, to.DB())); diff != "" {
				t.Errorf("the target changed:\n%s", diff)
			}
		})
	}
}

func TestMigrateRefusesARunningTarget(t *testing.T) {
	dsn := pgtest.New(t)
	to := open(t, dsn)
	lead(t, open(t, dsn))
	if _, err := storage.Migrate(t.Context(), open(t, newPath(t)), to, "test"); !errors.Is(err, storage.ErrRunning) {
		t.Errorf("got %v", err)
	}
	if _, err := storage.Migrate(t.Context(), to, to, "test"); err == nil {
		t.Error("moved from Postgres")
	}
}
