package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"

	"layak/bot"
	"layak/flows"
	"layak/internal/waserver"
)

func TestSendErrorsAreSorted(t *testing.T) {
	server := func(code int) error { return fmt.Errorf("%w %d", whatsmeow.ErrServerReturnedError, code) }
	for name, c := range map[string]struct {
		err  error
		kind error // nil: try again later
	}{
		"timed_out":          {whatsmeow.ErrMessageTimedOut, bot.ErrUncertain},
		"cut_off":            {&whatsmeow.DisconnectedError{Action: "message send"}, bot.ErrUncertain},
		"cut_off_twice":      {&whatsmeow.DisconnectedError{Action: "message send (retry)"}, bot.ErrUncertain},
		"stopped":            {context.Canceled, bot.ErrUncertain},
		"too_late":           {fmt.Errorf("x: %w", context.DeadlineExceeded), bot.ErrUncertain},
		"gone_before_repeat": {whatsmeow.ErrNotConnected, bot.ErrUncertain},
		"not_connected":      {fmt.Errorf("failed to send message node: %w", whatsmeow.ErrNotConnected), bot.ErrNotConnected},
		"logged_out":         {whatsmeow.ErrNotLoggedIn, bot.ErrNotConnected},
		"no_lid":             {errors.New("no LID found for 628120000001@s.whatsapp.net from server"), bot.ErrRejected},
		"not_on_whatsapp":    {server(404), bot.ErrRejected},
		"malformed":          {server(479), bot.ErrRejected},
		"not_allowed":        {server(405), bot.ErrRejected},
		"bad_request":        {server(400), bot.ErrRejected},
		"reach_out_lock":     {server(463), nil},
		"slower_please":      {server(429), nil},
		"slower_too":         {server(420), nil},
		"server_broken":      {server(503), nil},
		"login_trouble":      {server(401), nil},
		"query_unanswered":   {fmt.Errorf("failed to get device list: %w", whatsmeow.ErrIQTimedOut), nil},
		"query_cut_off":      {whatsmeow.ErrIQDisconnected, nil},
		"anything_else":      {errors.New("disk full"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := sendError(c.err)
			for _, kind := range []error{bot.ErrUncertain, bot.ErrRejected, bot.ErrNotConnected} {
				if errors.Is(got, kind) != (kind == c.kind) {
					t.Errorf("%v: is %q %t", c.err, kind, errors.Is(got, kind))
				}
			}
			if strings.Contains(got.Error(), "628120000001") {
				t.Errorf("the text shows the number: %s", got)
			}
		})
	}
	if got := sendError(server(463)); got.Code != 463 {
		t.Errorf("code %d, want 463", got.Code)
	}
}

func TestSendFailures(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(p.Send(waiting(t), "halo"))
	in := s.next()
	send := func(address string) error {
		_, err := s.channel.Send(waiting(t), bot.Outbound{Address: address, MessageID: s.channel.NewMessageID(), Reply: flows.Reply{Text: "x"}})
		return err
	}
	account.RefuseSends(463, 1)
	var refused *SendError
	if err := send(in.Address); !errors.As(err, &refused) || refused.Code != 463 || errors.Is(err, bot.ErrRejected) || errors.Is(err, bot.ErrUncertain) {
		t.Errorf("463: %v", err)
	}
	account.RefuseSends(479, 1)
	if err := send(in.Address); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("479: %v", err)
	}
	if err := send("120363000000000001@g.us"); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("a group: %v", err)
	}
	unknown := srv.NewProspect("628120000002", waserver.ProspectOptions{Addressing: waserver.ByNumber, LIDUnknown: true})
	must[string](t)(unknown.Send(waiting(t), "halo"))
	s.next()
	if err := send(unknown.Number().String()); !errors.Is(err, bot.ErrRejected) {
		t.Errorf("no hidden id: %v", err)
	}
	if err := send(in.Address); err != nil {
		t.Errorf("after the failures: %v", err)
	}
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	if err := New(cfg).Close(); err != nil {
		t.Error(err)
	}
	if _, err := New(cfg).Send(t.Context(), bot.Outbound{Address: in.Address}); !errors.Is(err, bot.ErrNotConnected) {
		t.Errorf("before Run: %v", err)
	}
}

func TestReachOutLockIsSeen(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	until := time.Now().Add(time.Hour).Truncate(time.Second).UTC()
	account.NotifyTimelock(true, "reach_out", until)
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if got := s.channel.Status(); !got.Locked || !got.LockedUntil.Equal(until) {
		t.Errorf("status %+v, want locked until %s", got, until)
	}
	account.NotifyTimelock(false, "reach_out", until)
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if s.channel.Status().Locked {
		t.Error("still locked")
	}
}
