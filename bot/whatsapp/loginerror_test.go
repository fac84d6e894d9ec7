package whatsapp

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"layak/internal/waserver"
)

// TestLoginRefusals is the table of every way in which WhatsApp refuses or ends a login.
func TestLoginRefusals(t *testing.T) {
	atLogin := func(f waserver.LoginFailure) func(*waserver.Account) {
		return func(a *waserver.Account) { a.FailLogins(1, f) }
	}
	for name, c := range map[string]struct {
		before, after func(*waserver.Account)
		reason        LoginReason
		text          string
		gone          bool // the login is forgotten
	}{
		"logged_out_at_login":      {atLogin(waserver.LoginFailure{Reason: 401}), nil, LoggedOut, "layak link", true},
		"phone_gone":               {atLogin(waserver.LoginFailure{Reason: 403}), nil, LoggedOut, "phone", true},
		"banned_for_good":          {atLogin(waserver.LoginFailure{Reason: 406}), nil, LoggedOut, "banned", true},
		"outdated":                 {atLogin(waserver.LoginFailure{Reason: 405}), nil, Outdated, "whatsapp.client_version", false},
		"banned":                   {atLogin(waserver.LoginFailure{Reason: 402, Code: 101, Expire: time.Hour}), nil, Banned, "101", false},
		"unknown_reason":           {atLogin(waserver.LoginFailure{Reason: 409}), nil, Refused, "409", false},
		"removed_while_running":    {nil, (*waserver.Account).RemoveDevice, LoggedOut, "layak link", true},
		"replaced_by_another_host": {nil, (*waserver.Account).ReplaceSession, Replaced, "another process", false},
	} {
		t.Run(name, func(t *testing.T) {
			srv, account := newServer(t)
			cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
			scanned(t, cfg, account)
			logins := account.Logins()
			if c.before != nil {
				c.before(account)
			}
			s := start(t, cfg)
			if c.after != nil {
				s.ready()
				c.after(account)
			}
			err := s.end()
			var refused *LoginError
			if !errors.As(err, &refused) || refused.Reason != c.reason || !strings.Contains(refused.Error(), c.text) {
				t.Fatalf("got %v, want %s with %q", err, c.reason, c.text)
			}
			if name == "banned" && (refused.Code != 101 || refused.Expire != time.Hour || !strings.Contains(refused.Error(), "ends in 1h0m0s")) {
				t.Errorf("got %+v", refused)
			}
			if s.channel.Status().Refused != refused || s.channel.Status().Connected {
				t.Errorf("status %+v", s.channel.Status())
			}
			if err := s.halt(); !errors.As(err, &refused) {
				t.Error(err)
			}
			want := 1
			if c.before != nil {
				want = 0
			}
			if got := account.Logins() - logins; got > want {
				t.Errorf("%d logins, want %d: it must not try again", got, want)
			}
			if c.gone {
				if err := start(t, cfg).end(); !errors.As(err, &refused) || refused.Reason != NotLinked {
					t.Errorf("the next start says %v, want not linked", err)
				}
			}
		})
	}
}

func TestNotLinked(t *testing.T) {
	srv, _ := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	err := start(t, cfg).end()
	var refused *LoginError
	if !errors.As(err, &refused) || refused.Reason != NotLinked || !strings.Contains(err.Error(), "layak link") {
		t.Errorf("got %v", err)
	}
	cfg.StayOnRefused = true
	s := start(t, cfg)
	for s.channel.Status().Refused == nil {
		select {
		case <-waiting(t).Done():
			t.Fatal("the refusal is not told")
		case <-time.After(time.Millisecond):
		}
	}
	select {
	case err := <-s.ended:
		t.Fatalf("the channel ended with %v although it shall stay", err)
	default:
	}
	if err := s.halt(); err != nil {
		t.Errorf("stopped with %v", err)
	}
}

func TestTablesOfTheLoginAreReported(t *testing.T) {
	srv, _ := newServer(t)
	db := openDB(t, filepath.Join(t.TempDir(), "a.db"))
	cfg := testConfig(t, srv, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := start(t, cfg).end(); !errors.Is(err, ErrKeys) {
		t.Errorf("got %v, want ErrKeys", err)
	}
}
