package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

// planted are numbers that nobody may find again, as they were written.
var planted = []string{
	"3174012304560007", "3174 0123 0456 0008", "09.254.294.3-407.000", "4111111111111111", "5500-0000-0000-0004", "378282246310005",
	"rek BCA 1234567890",
}

// digitsOf is what is searched for: whatever stands between the digits.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// rowsOf returns every row of every table of a database, as text.
func rowsOf(t *testing.T, driver, address, tables string) map[string][]string {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list := func(query string) (all [][]any) {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, _ := rows.Columns()
		for rows.Next() {
			values, dest := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				dest[i] = &values[i]
			}
			if err := rows.Scan(dest...); err != nil {
				t.Fatal(err)
			}
			all = append(all, values)
		}
		return all
	}
	found := map[string][]string{}
	for _, name := range list(tables) {
		table := fmt.Sprint(name[0])
		for _, row := range list(`SELECT * FROM ` + table) {
			var text []string
			for _, v := range row {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				text = append(text, fmt.Sprint(v))
			}
			found[table] = append(found[table], strings.Join(text, " | "))
		}
	}
	return found
}

func sqliteRows(t *testing.T, file string) map[string][]string {
	return rowsOf(t, "sqlite3", file, `SELECT name FROM sqlite_master WHERE type = 'table'`)
}

func postgresRows(t *testing.T, dsn string) map[string][]string {
	return rowsOf(t, "pgx", dsn, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`)
}

// traces returns the planted numbers that stand in the files of a SQLite database, and where.
func traces(t *testing.T, file string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(file + "*")
	if err != nil || !slices.Contains(files, file) {
		t.Fatalf("%q, %v", files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, number := range planted {
			if bytes.Contains(data, []byte(number)) || bytes.Contains(data, []byte(digitsOf(number))) {
				found = append(found, number+" in "+filepath.Base(name))
			}
		}
	}
	return found
}

// P14: of somebody who asks for their data to be deleted nothing is left but keys, hashes and counts.
func TestP14NothingIsLeft(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			file := filepath.Join(filepath.Dir(p.config), "layak.db")
			rows := func() map[string][]string { return sqliteRows(t, file) }
			if engine == "postgres" {
				dsn := p.onPostgres()
				rows = func() map[string][]string { return postgresRows(t, dsn) }
			}
			p.link()
			proc := p.start("run", "--json")
			proc.logged("ready")
			rina := p.srv.NewProspect("628120000001", waserver.ProspectOptions{Name: "Rina Rahasia"})
			for i, text := range []string{"halo", "jual obat herbal", "hapus data", "ya"} {
				if i == 3 && !strings.Contains(fmt.Sprint(rows()["whatsmeow_contacts"]), "Rahasia") {
					t.Error("the name never stood there, so nothing is proved")
				}
				if _, err := rina.Send(waiting(t), text); err != nil {
					t.Fatal(err)
				}
				if _, err := rina.Next(waiting(t)); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.account.WaitQueueEmpty(waiting(t)); err != nil {
				t.Fatal(err)
			}
			proc.stop()
			if code := proc.wait(); code != 0 {
				t.Errorf("exit code %d\n%s", code, proc.err)
			}
			keys := []string{ // which are technical, and without which the next message could not be read
				"whatsmeow_lid_map", "whatsmeow_sessions", "whatsmeow_identity_keys", "whatsmeow_privacy_tokens", "whatsmeow_device",
			}
			for table, all := range rows() {
				text := strings.Join(all, "\n")
				for _, secret := range []string{"Rahasia", "herbal", "hapus", rina.Number().User, rina.LID().User} {
					if strings.Contains(text, secret) && !slices.Contains(keys, table) {
						t.Errorf("%q stands in %s:\n%s", secret, table, text)
					}
				}
			}
		})
	}
}

// P18: identity, card and account numbers stand in no row of any table after the turn, and in no line of the log; on
// SQLite not in the file either. O11: nor do telephone numbers, names and texts stand in the log, whatever goes wrong.
func TestP18NumbersAreNotKept(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			file := filepath.Join(filepath.Dir(p.config), "layak.db")
			rows := func() map[string][]string { return sqliteRows(t, file) }
			if engine == "postgres" {
				dsn := p.onPostgres()
				rows = func() map[string][]string { return postgresRows(t, dsn) }
			}
			p.link()
			proc := p.start("run", "--json")
			proc.logged("ready")
			rina := p.srv.NewProspect("628120000001", waserver.ProspectOptions{Name: "Rina Rahasia"})
			dewi := p.srv.NewProspect("628120000002", waserver.ProspectOptions{Name: "Dewi Rahasia", Addressing: waserver.ByNumber})
			send := func(who *waserver.Prospect, message *waE2E.Message) string {
				t.Helper()
				id, err := who.SendMessage(waiting(t), message, waserver.SendOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := who.Next(waiting(t)); err != nil {
					t.Fatal(err)
				}
				return id
			}
			say := func(who *waserver.Prospect, text string) string {
				t.Helper()
				return send(who, &waE2E.Message{Conversation: proto.String(text)})
			}
			say(rina, "halo, saya jual obat herbal")
			say(dewi, "halo, saya jual obat herbal")
			var id string
			for _, number := range planted {
				id = say(rina, "nomor saya "+number+" ya")
				send(rina, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String(number)}})
				send(dewi, &waE2E.Message{ImageMessage: &waE2E.ImageMessage{Caption: proto.String("ini " + number)}})
			}
			send(rina, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
				Type:          waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(),
				Key:           &waCommon.MessageKey{RemoteJID: proto.String(rina.Address().String()), FromMe: proto.Bool(true), ID: proto.String(id)},
				EditedMessage: &waE2E.Message{Conversation: proto.String("maksud saya " + planted[0])},
			}})
			// Things go wrong: sends are refused, cut and swallowed, connections drop, somebody takes over.
			for _, fault := range []func(){
				func() { p.account.RefuseSends(479, 1) },
				func() { p.account.CutSends(1, false) },
				func() { p.account.Drop() },
				func() { dewi.LoseSessions() },
			} {
				fault()
				id, err := dewi.Send(waiting(t), "apa?")
				if err != nil {
					t.Fatal(err)
				}
				if _, err := dewi.WaitReceipt(waiting(t), id, ""); err != nil { // it was stored
					t.Fatal(err)
				}
			}
			if _, err := p.account.Phone().Send(waiting(t), rina, "saya Sari, nomor saya "+planted[0]); err != nil {
				t.Fatal(err)
			}
			if err := p.account.WaitQueueEmpty(waiting(t)); err != nil {
				t.Fatal(err)
			}
			if engine == "sqlite" { // the copies in the files of the running service go a few seconds later
				deadline, tick := time.After(patience), time.NewTicker(50*time.Millisecond)
				defer tick.Stop()
				t.Logf("just after the last message: %d traces", len(traces(t, file)))
				for traces(t, file) != nil {
					select {
					case <-tick.C:
					case <-deadline:
						t.Fatalf("beside the running service: %q", traces(t, file))
					}
				}
			}
			proc.stop()
			if code := proc.wait(); code != 0 {
				t.Errorf("exit code %d", code)
			}

			tables := rows()
			for _, needed := range []string{"inbox", "outbox", "conversation", "whatsmeow_event_buffer", "whatsmeow_contacts"} {
				if len(tables[needed]) == 0 {
					t.Errorf("table %s is empty, so nothing was proved about it", needed)
				}
			}
			for table, all := range tables {
				for _, row := range all {
					for _, number := range planted {
						if strings.Contains(row, number) || strings.Contains(row, digitsOf(number)) {
							t.Errorf("%q stands in %s: %s", number, table, row)
						}
					}
				}
			}
			if !strings.Contains(fmt.Sprint(tables["inbox"]), "herbal") {
				t.Error("what may be kept is not found either, so nothing was proved")
			}
			if engine == "sqlite" {
				if found := traces(t, file); found != nil {
					t.Errorf("in the files: %q", found)
				}
			}
			secrets := []string{
				rina.Number().User, rina.LID().User, dewi.Number().User, dewi.LID().User, "628110000001", "Rahasia", "herbal", "Sari", "maksud",
			}
			for _, number := range planted {
				secrets = append(secrets, number, digitsOf(number))
			}
			for line := range strings.Lines(proc.err.String()) {
				for _, secret := range secrets {
					if strings.Contains(line, secret) {
						t.Errorf("%q stands in the log: %s", secret, line)
					}
				}
			}
		})
	}
}
