package storage_test

import (
	"errors"
	"testing"
	"time"

	"layak/bot"
	"layak/storage"
	"layak/storage/pgtest"
)

// onBoth runs a test on SQLite and on Postgres.
func onBoth(t *testing.T, run func(t *testing.T, s *storage.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { run(t, open(t, newPath(t))) })
	t.Run("postgres", func(t *testing.T) { run(t, open(t, pgtest.New(t))) })
}

func is(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func TestUsers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		sari := bot.User{Name: "sari", Role: bot.RoleAgent, CreatedAt: now}
		is(t, s.AddUser(ctx, sari, "hash"), nil)
		is(t, s.AddUser(ctx, sari, "other"), bot.ErrUserExists)
		is(t, s.AddUser(ctx, bot.User{Name: "budi", Role: bot.RoleAdmin, Lang: "en", CreatedAt: now}, "hash"), nil)
		is(t, s.SetUserLang(ctx, "sari", "id"), nil)
		is(t, s.SetRole(ctx, "sari", bot.RoleAdmin), nil)
		sari.Lang, sari.Role = "id", bot.RoleAdmin
		if u, hash, err := s.User(ctx, "sari"); err != nil || u != sari || hash != "hash" {
			t.Errorf("user %+v %q, %v", u, hash, err)
		}
		if users, err := s.Users(ctx); err != nil || len(users) != 2 || users[0].Name != "budi" {
			t.Errorf("users %+v, %v", users, err)
		}
		_, _, err := s.User(ctx, "nobody")
		is(t, err, bot.ErrNoUser)
		for _, err := range []error{
			s.SetPassword(ctx, "nobody", "h"), s.SetRole(ctx, "nobody", bot.RoleAgent), s.SetUserLang(ctx, "nobody", "id"),
			s.DisableUser(ctx, "nobody", true), s.StartSession(ctx, "token", "nobody", now, now.Add(time.Hour)),
		} {
			is(t, err, bot.ErrNoUser)
		}
	})
}

func TestSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		const day, idle = 24 * time.Hour, 2 * time.Hour
		for _, name := range []string{"sari", "budi"} {
			is(t, s.AddUser(ctx, bot.User{Name: name, Role: bot.RoleAgent, CreatedAt: now}, "hash"), nil)
		}
		start := func(token, name string) {
			t.Helper()
			is(t, s.StartSession(ctx, token, name, now, now.Add(day)), nil)
		}
		valid := func(token string, at time.Time, want error) {
			t.Helper()
			if _, err := s.Session(ctx, token, at, idle, false); !errors.Is(err, want) { // looking keeps nothing alive
				t.Errorf("looked at: %v, want %v", err, want)
			}
			session, err := s.Session(ctx, token, at, idle, true)
			is(t, err, want)
			if err == nil && (session.Name == "" || !session.ExpiresAt.Equal(now.Add(day))) {
				t.Errorf("session %+v", session)
			}
		}
		start("one", "sari")
		start("two", "sari")
		start("other", "budi")
		valid("unknown", now, bot.ErrNoSession)
		valid("", now, bot.ErrNoSession)
		valid("one", now.Add(30*time.Second), nil) // not worth a commit
		for _, at := range []time.Duration{time.Hour, 2*time.Hour - time.Second} {
			_, err := s.Session(ctx, "two", now.Add(at), idle, false)
			is(t, err, nil)
		}
		valid("one", now.Add(2*time.Hour-time.Second), nil)
		valid("one", now.Add(4*time.Hour-2*time.Second), nil) // used meanwhile
		valid("two", now.Add(2*time.Hour), bot.ErrNoSession)  // idle for too long
		for at := now; at.Before(now.Add(day)); at = at.Add(time.Hour) {
			valid("other", at, nil)
		}
		valid("other", now.Add(day), bot.ErrNoSession) // however much it was used
		if n := count(t, s, `SELECT COUNT(*) FROM desk_session WHERE hash IN ('one', 'two', 'other')`); n > 0 {
			t.Error("tokens are kept as they are")
		}

		is(t, s.EndSession(ctx, "one"), nil)
		is(t, s.EndSession(ctx, "one"), nil)
		valid("one", now, bot.ErrNoSession)
		valid("two", now, nil)
		is(t, s.SetPassword(ctx, "sari", "new"), nil)
		valid("two", now, bot.ErrNoSession)
		start("three", "sari")
		start("four", "sari")
		if n, err := s.EndSessions(ctx, "sari"); err != nil || n != 2 {
			t.Errorf("ended %d sessions, %v", n, err)
		}
		start("five", "sari")
		is(t, s.DisableUser(ctx, "sari", true), nil)
		valid("five", now, bot.ErrNoSession)
		is(t, s.StartSession(ctx, "six", "sari", now, now.Add(day)), bot.ErrNoUser)
		is(t, s.DisableUser(ctx, "sari", false), nil)
		valid("five", now, bot.ErrNoSession)
		start("seven", "sari")
		valid("seven", now, nil)
		is(t, s.StartSession(ctx, "eight", "sari", now.Add(2*day), now.Add(3*day)), nil)
		if n := count(t, s, `SELECT COUNT(*) FROM desk_session`); n != 1 {
			t.Errorf("%d sessions are kept, want the one that has not expired", n)
		}
	})
}

func TestCannedReplies(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		hello := bot.Canned{Title: "hello", Text: "Halo {name}", ChangedBy: "sari", ChangedAt: now}
		id, err := s.SaveCanned(ctx, hello)
		is(t, err, nil)
		hello.ID = id
		_, err = s.SaveCanned(ctx, bot.Canned{Title: "hello"})
		is(t, err, bot.ErrTitleTaken)
		other, err := s.SaveCanned(ctx, bot.Canned{Title: "Bye", Lang: "id", Text: "Sampai jumpa", ChangedBy: "sari", ChangedAt: now})
		is(t, err, nil)
		hello.Text = "Halo"
		_, err = s.SaveCanned(ctx, hello)
		is(t, err, nil)
		all, err := s.ListCanned(ctx)
		if err != nil || len(all) != 2 || all[0].ID != other || all[1] != hello {
			t.Errorf("canned replies %+v, %v", all, err)
		}
		_, err = s.SaveCanned(ctx, bot.Canned{ID: 99, Title: "x"})
		is(t, err, bot.ErrNoCanned)
		is(t, s.DeleteCanned(ctx, other), nil)
		is(t, s.DeleteCanned(ctx, other), bot.ErrNoCanned)
	})
}

// What is kept to do nothing twice says nothing about messages, and old commands go.
func TestLittleIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, s *storage.Store) {
		ctx, now := t.Context(), time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
		is(t, s.SetMirrored(ctx, "there", "in 3EB0AA", now), nil)
		if done, err := s.Mirrored(ctx, "there", []string{"in 3EB0AA", "in 3EB0BB"}); err != nil || len(done) != 1 || !done["in 3EB0AA"] {
			t.Errorf("mirrored %v, %v", done, err)
		}
		if n := count(t, s, `SELECT COUNT(*) FROM bridge_message WHERE message_id LIKE '%3EB0AA%'`); n > 0 {
			t.Error("the id of a message is kept as it is")
		}
		for _, at := range []time.Time{now, now.Add(8 * 24 * time.Hour)} {
			_, err := s.Ask(ctx, bot.Command{Name: "reload", AskedAt: at})
			is(t, err, nil)
		}
		is(t, s.KeepHouse(ctx, now.Add(8*24*time.Hour)), nil)
		if n := count(t, s, `SELECT COUNT(*) FROM command`); n != 1 {
			t.Errorf("%d commands are kept, want the new one", n)
		}
	})
}
