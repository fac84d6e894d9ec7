package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"layak/internal/waserver"
)

// spoken is how much of the conversation stored contacts had: they are in the midst of it.
const spoken = 3

// queued lets people write while layak is away, three messages each, and waits until all of them are answered.
func queued(ctx context.Context, b *bot, n int) error {
	defer b.close()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	people := b.people("62812", (n+spoken-1)/spoken)
	for _, p := range people {
		for _, text := range conversation[:spoken] {
			if _, err := p.Send(ctx, text); err != nil {
				return err
			}
		}
	}
	begin := time.Now()
	if err := b.start(ctx, 1); err != nil {
		return err
	}
	db, err := b.database(true)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		var left int
		err := db.QueryRowContext(ctx, `SELECT (SELECT $1 - COUNT(*) FROM inbox WHERE state = 'answered') +
			(SELECT COUNT(*) FROM outbox WHERE state = 'waiting')`, spoken*len(people)).Scan(&left)
		if err != nil {
			return err
		}
		if left == 0 {
			break
		}
		select {
		case <-time.After(quietFor / 10):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	took := time.Since(begin)
	if err := b.quiet(ctx); err != nil { // what comes twice would come now
		return err
	}
	var answers, repeats, silent, disordered int
	last := map[string]int{}
	for _, p := range people {
		got := p.Received()
		answers += len(got)
		repeats += len(p.Repeats())
		if len(got) == 0 {
			silent++
			continue
		}
		last[got[len(got)-1].Text]++
	}
	if err := db.QueryRowContext(ctx, `SELECT COUNT(*) FROM inbox a JOIN inbox b ON b.contact = a.contact AND b.id > a.id
		WHERE b.answered_at < a.answered_at OR b.state <> 'answered'`).Scan(&disordered); err != nil {
		return err
	}
	fmt.Printf("%d messages of %d people answered in %s with %d messages: %d people without an answer, %d messages out of order, %d repeated, %d different last answers\n",
		spoken*len(people), len(people), took.Round(time.Millisecond), answers, silent, disordered, repeats, len(last))
	if silent+disordered+repeats > 0 { // texts that wait together are answered as one, so the last answers may differ
		return fmt.Errorf("not everybody was answered as they should")
	}
	return nil
}

// contacts lets people who are stored write twice each, all of them once before anybody does again, and shows the memory
// meanwhile.
func contacts(ctx context.Context, b *bot, n int) error {
	defer b.close()
	if err := b.fill(ctx, n); err != nil {
		return err
	}
	people := b.people("62812", n)
	if err := b.rename(ctx, people); err != nil {
		return err
	}
	if err := b.start(ctx, 1); err != nil {
		return err
	}
	if err := b.quiet(ctx); err != nil {
		return err
	}
	fmt.Printf("%6d stored contacts, idle: %d MiB resident\n", n, resident(b.pid)>>20)
	const atOnce = 200
	step := max(n/10, atOnce)
	for _, text := range conversation[spoken:] {
		begin, wrote := time.Now(), 0
		for some := range slices.Chunk(people, atOnce) {
			if _, err := b.load(ctx, some, []string{text}); err != nil {
				return err
			}
			if wrote += len(some); wrote%step == 0 {
				fmt.Printf("%6d of them wrote %q: %d MiB resident, %.0f round trips/s\n", wrote, text, resident(b.pid)>>20, float64(wrote)/time.Since(begin).Seconds())
			}
		}
		if err := b.quiet(ctx); err != nil {
			return err
		}
		fmt.Printf("all wrote %q, idle again: %d MiB resident\n", text, resident(b.pid)>>20)
	}
	return nil
}

// stored starts layak on a database of many contacts.
func stored(ctx context.Context, b *bot, n int) error {
	defer b.close()
	begin := time.Now()
	if err := b.fill(ctx, n); err != nil {
		return err
	}
	fmt.Printf("%d contacts stored in %s\n", n, time.Since(begin).Round(time.Second))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	_ = listener.Close()
	b.env = append(b.env, "LAYAK_OPS_LISTEN="+address)
	for range 3 {
		begin := time.Now()
		if err := b.start(ctx, 1); err != nil {
			return err
		}
		if err := ready(ctx, address); err != nil {
			return err
		}
		took := time.Since(begin)
		if err := b.quiet(ctx); err != nil {
			return err
		}
		fmt.Printf("start to ready %s, idle %d MiB resident\n", took.Round(time.Millisecond), resident(b.pid)>>20)
		if err := b.stop(); err != nil {
			return err
		}
	}
	return nil
}

// fill links the bot, lets one person chat with it, and stores so many copies of them.
func (b *bot) fill(ctx context.Context, n int) error {
	if err := b.prepare(ctx); err != nil {
		return err
	}
	if err := b.start(ctx, 1); err != nil {
		return err
	}
	if _, err := b.load(ctx, b.people("62811", 1), conversation[:spoken]); err != nil {
		return err
	}
	if err := b.stop(); err != nil {
		return err
	}
	db, err := b.database(false)
	if err != nil {
		return err
	}
	defer db.Close()
	var key string
	if err := db.QueryRowContext(ctx, `SELECT key FROM contact`).Scan(&key); err != nil {
		return err
	}
	const copied = `printf('COPY%022d', n)` // as long as a key
	tables := []struct {
		name    string
		changed map[string]string
	}{
		{"contact", map[string]string{"key": copied}},
		{"contact_alias", map[string]string{"contact": copied, "address": `n || '-' || address`}},
		{"conversation", map[string]string{"contact": copied, "body": `replace(body, '` + key + `', ` + copied + `)`}},
		{"inbox", map[string]string{"contact": copied, "id": "NULL"}},
		{"outbox", map[string]string{"contact": copied, "id": "NULL", "message_id": `n || '-' || message_id`}},
	}
	for _, t := range tables {
		columns, err := columnsOf(ctx, db, t.name)
		if err != nil {
			return err
		}
		values := slices.Clone(columns)
		for i, c := range columns {
			if v, ok := t.changed[c]; ok {
				values[i] = v
			}
		}
		of := "contact"
		if t.name == "contact" {
			of = "key"
		}
		_, err = db.ExecContext(ctx, fmt.Sprintf(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %d)
			INSERT INTO %s (%s) SELECT %s FROM number CROSS JOIN (SELECT * FROM %s WHERE %s = '%s')`,
			n, t.name, strings.Join(columns, ", "), strings.Join(values, ", "), t.name, of, key))
		if err != nil {
			return fmt.Errorf("fill %s: %w", t.name, err)
		}
	}
	return nil
}

// rename gives the copies the addresses of people.
func (b *bot) rename(ctx context.Context, people []*waserver.Prospect) error {
	db, err := b.database(false)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for i, p := range people {
		key := fmt.Sprintf("COPY%022d", i+1)
		for _, of := range []struct{ address, like string }{{p.Number().String(), "%@s.whatsapp.net"}, {p.LID().String(), "%@lid"}} {
			if _, err := tx.ExecContext(ctx, `UPDATE contact_alias SET address = $1 WHERE contact = $2 AND address LIKE $3`, of.address, key, of.like); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `UPDATE contact SET address = $1 WHERE key = $2`, p.Address().String(), key); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// database opens the bot's SQLite file: beside it to look, or quickly, and not safely, to fill it while the bot is off.
func (b *bot) database(look bool) (*sql.DB, error) {
	q := "?_journal_mode=WAL&_synchronous=OFF&_cache_size=-200000"
	if look {
		q = "?_query_only=on&_busy_timeout=5000"
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.dir, "bot.db")+q)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func columnsOf(ctx context.Context, db *sql.DB, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT name FROM pragma_table_info($1)`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
