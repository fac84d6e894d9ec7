package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow"

	"layak/bot"
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
