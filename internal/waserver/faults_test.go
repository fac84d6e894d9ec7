package waserver_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

func testFatesOfSends(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	// 200 ms are plenty for a loopback server and keep the test short where no answer is to come.
	brief := whatsmeow.SendRequestExtra{Timeout: 200 * time.Millisecond}

	before := w.account.SendsSeen()
	w.account.RefuseSends(463, 1)
	w.account.AcceptSends(1)
	w.account.RefuseSends(479, 1)
	if _, err := w.bot.say(ctx, p.LID(), "a"); !errors.Is(err, whatsmeow.ErrServerReturnedError) || !strings.Contains(err.Error(), "463") {
		t.Errorf("refused: got %v, want 463", err)
	}
	if _, err := w.bot.say(ctx, p.LID(), "b"); err != nil {
		t.Errorf("accepted: %v", err)
	}
	if _, err := w.bot.say(ctx, p.LID(), "c"); err == nil || !strings.Contains(err.Error(), "479") {
		t.Errorf("refused: got %v, want 479", err)
	}
	if got, err := p.Next(ctx); err != nil || got.Text != "b" {
		t.Errorf("prospect got %q, %v, want only the accepted one", got.Text, err)
	}

	w.account.SwallowSends(1)
	if _, err := w.bot.say(ctx, p.LID(), "d", brief); !errors.Is(err, whatsmeow.ErrMessageTimedOut) {
		t.Errorf("swallowed: got %v, want a timeout", err)
	}

	w.account.DropAcks(1)
	sent, err := w.bot.say(ctx, p.LID(), "e", brief)
	if !errors.Is(err, whatsmeow.ErrMessageTimedOut) {
		t.Errorf("unacknowledged: got %v, want a timeout", err)
	}
	if got, err := p.Next(ctx); err != nil || got.Text != "e" || got.ID != sent.ID {
		t.Errorf("prospect got %q, %v, want what was not acknowledged", got.Text, err)
	}
	if _, err = w.bot.say(ctx, p.LID(), "e", whatsmeow.SendRequestExtra{ID: sent.ID}); err != nil {
		t.Errorf("repeated: %v", err)
	}
	if _, err = w.bot.say(ctx, p.LID(), "f"); err != nil {
		t.Error(err)
	}
	if got, err := p.Next(ctx); err != nil || got.Text != "f" {
		t.Errorf("prospect got %q, %v, want no repetition shown", got.Text, err)
	}
	if got := p.Repeats(); len(got) != 1 || got[0].ID != sent.ID {
		t.Errorf("repeats %+v, want one of %s", got, sent.ID)
	}

	w.account.SwallowSends(5)
	w.account.ForgetFates()
	stranger := types.NewJID("199999999999999", types.HiddenUserServer)
	if _, err = w.bot.say(ctx, stranger, "g"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("nobody: got %v, want 404", err)
	}
	var codes []int
	for _, s := range w.account.Sends()[before:] {
		codes = append(codes, s.Error)
	}
	if want := []int{463, 0, 479, 0, 0, 0, 0, 404}; !slices.Equal(codes, want) {
		t.Errorf("sends seen with codes %v, want %v", codes, want)
	}
}

func TestCutSends(t *testing.T) {
	for name, delivered := range map[string]bool{"before_delivery": false, "after_delivery": true} {
		t.Run(name, func(t *testing.T) {
			srv := newServer(t)
			account := srv.NewAccount("628110000001")
			b := linkedBot(t, srv, account)
			p := exchange(t, srv, b, "628120000001")
			ctx := testContext(t)
			account.CutSends(1, delivered)
			sent, err := b.say(ctx, p.LID(), "putus") // the client repeats it by itself after its reconnect
			if err != nil {
				t.Fatal(err)
			}
			if got, err := p.Next(ctx); err != nil || got.ID != sent.ID {
				t.Errorf("prospect got %+v, %v", got, err)
			}
			if got := account.SendsSeen(); got != 3 {
				t.Errorf("%d sends seen, want the first exchange and two tries", got)
			}
			if err = account.WaitLogins(ctx, 2); err != nil {
				t.Error(err)
			}
		})
	}
}

func testDropAndStall(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	logins, from := w.account.Logins(), w.bot.mark()
	w.account.Drop()
	await[*events.Disconnected](w.bot, from, nil)
	if err := w.account.WaitLogins(ctx, logins+1); err != nil {
		t.Fatal(err)
	}
	resume := w.account.Stall()
	if _, err := w.bot.say(ctx, p.LID(), "diam", whatsmeow.SendRequestExtra{Timeout: 200 * time.Millisecond}); !errors.Is(err, whatsmeow.ErrMessageTimedOut) {
		t.Errorf("stalled: got %v, want a timeout", err)
	}
	resume()
	resume()
	if got, err := p.Next(ctx); err != nil || got.Text != "diam" {
		t.Errorf("prospect got %q, %v after the stall", got.Text, err)
	}
}

func testRTT(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	const rtt = 80 * time.Millisecond
	w.srv.SetRTT(rtt)
	defer w.srv.SetRTT(0)
	started := time.Now()
	if _, err := w.bot.say(ctx, p.LID(), "pelan"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took < rtt {
		t.Errorf("the send took %v, want at least %v", took, rtt)
	}
}

func TestStreamErrors(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	b := linkedBot(t, srv, account)
	ctx := testContext(t)
	account.StreamError(515)
	if err := account.WaitLogins(ctx, 2); err != nil {
		t.Fatal("restart:", err)
	}
	await(b, 0, func(*events.Connected) bool { return count[*events.Connected](b) == 2 })
	account.StreamError(503)
	await[*events.Disconnected](b, 0, nil)
	if err := account.WaitLogins(ctx, 3); err != nil {
		t.Fatal("unavailable:", err)
	}
	account.ReplaceSession()
	await[*events.StreamReplaced](b, 0, nil)
	b.client.Disconnect() // before the server does: when both hang up at once, whatsmeow has a data race
	if err := account.WaitOffline(ctx); err != nil {
		t.Fatal("replaced:", err)
	}
	b.connect()
	if err := account.WaitLogins(ctx, 4); err != nil {
		t.Fatal("after the replacement:", err)
	}
	account.RemoveDevice()
	if out, _ := await[*events.LoggedOut](b, 0, nil); out.OnConnect {
		t.Error("logged out at the login, not in the middle")
	}
	if got := account.Linked(); got != 0 {
		t.Errorf("%d devices linked", got)
	}
}

func TestLoginFailures(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	path := filepath.Join(t.TempDir(), "bot.db")
	first := startBot(t, srv, path)
	first.scan(account)
	await[*events.Connected](first, 0, nil)
	first.pushName()
	first.stop()
	linked, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		failure waserver.LoginFailure
		seen    func(t *testing.T, b *bot)
	}{
		{"logged_out", waserver.LoginFailure{Reason: waserver.ReasonLoggedOut}, func(t *testing.T, b *bot) {
			if out, _ := await[*events.LoggedOut](b, 0, nil); !out.OnConnect || out.Reason != events.ConnectFailureLoggedOut {
				t.Errorf("got %+v", out)
			}
		}},
		{"main_gone", waserver.LoginFailure{Reason: waserver.ReasonMainGone}, func(t *testing.T, b *bot) {
			await[*events.LoggedOut](b, 0, nil)
		}},
		{"banned", waserver.LoginFailure{Reason: waserver.ReasonTempBanned, Code: 101, Expire: time.Hour}, func(t *testing.T, b *bot) {
			if ban, _ := await[*events.TemporaryBan](b, 0, nil); ban.Code != 101 || ban.Expire != time.Hour {
				t.Errorf("got %+v", ban)
			}
		}},
		{"outdated", waserver.LoginFailure{Reason: waserver.ReasonOutdated}, func(t *testing.T, b *bot) {
			await[*events.ClientOutdated](b, 0, nil)
		}},
		{"other", waserver.LoginFailure{Reason: 499, Message: "no"}, func(t *testing.T, b *bot) {
			if other, _ := await[*events.ConnectFailure](b, 0, nil); other.Reason != 499 || other.Message != "no" {
				t.Errorf("got %+v", other)
			}
		}},
		{"server_error", waserver.LoginFailure{Reason: waserver.ReasonServerError}, func(t *testing.T, b *bot) {
			await[*events.Connected](b, 0, nil)
		}},
		{"unavailable", waserver.LoginFailure{Reason: waserver.ReasonUnavailable}, func(t *testing.T, b *bot) {
			await[*events.Connected](b, 0, nil)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			// A copy, because some of these make the client delete its keys.
			path := filepath.Join(t.TempDir(), "bot.db")
			if err := os.WriteFile(path, linked, 0o600); err != nil {
				t.Fatal(err)
			}
			account.FailLogins(1, test.failure)
			second := startBot(t, srv, path)
			second.connect()
			test.seen(t, second)
		})
	}
}

func TestUnknownDeviceIsLoggedOut(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	path := filepath.Join(t.TempDir(), "bot.db")
	first := startBot(t, srv, path)
	first.scan(account)
	await[*events.Connected](first, 0, nil)
	first.pushName()
	first.stop()
	account.RemoveDevice()
	second := startBot(t, srv, path)
	second.connect()
	await[*events.LoggedOut](second, 0, nil)
}

func TestSecondLoginReplacesTheFirst(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	path := filepath.Join(t.TempDir(), "bot.db")
	first := startBot(t, srv, path)
	first.scan(account)
	await[*events.Connected](first, 0, nil)
	first.pushName()
	second := startBot(t, srv, path)
	second.connect()
	await[*events.StreamReplaced](first, 0, nil)
	await[*events.Connected](second, 0, nil)
	exchange(t, srv, second, "628120000001")
}

func testTimelock(t *testing.T, w world) {
	until := time.Unix(1_900_000_000, 0)
	w.account.NotifyTimelock(true, "SPAM", until)
	lock, _ := await[*events.NotifyAccountReachoutTimelock](w.bot, 0, nil)
	if !lock.IsActive || string(lock.EnforcementType) != "SPAM" || lock.TimeEnforcementEnds.Unix() != until.Unix() {
		t.Errorf("got %+v", lock)
	}
	if err := w.account.WaitQueueEmpty(testContext(t)); err != nil {
		t.Error(err)
	}
}

func TestRefusedConnections(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	srv.RefuseConnections(503, 1)
	b := startBot(t, srv, filepath.Join(t.TempDir(), "bot.db"))
	if err := b.client.Connect(); err == nil {
		t.Error("connected")
	}
	b.scan(account)
	if _, err := srv.WaitLogin(testContext(t)); err != nil {
		t.Error(err)
	}
	b.pushName()
}

func TestWaitsEnd(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if _, err := p.Next(ctx); !errors.Is(err, reason) {
		t.Errorf("got %v, want the end of the context", err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- account.WaitLogin(t.Context()) }()
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; !errors.Is(err, waserver.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
