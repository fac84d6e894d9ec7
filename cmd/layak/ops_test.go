package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"layak/bot/versions"
	"layak/bot/whatsapp"
	"layak/storage"
)

var opsNow = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

// healthy is a service to which nothing happened.
func healthy() health {
	return health{
		flow:     func() versions.State { return versions.State{Live: "0123456789abcdef"} },
		ping:     func(context.Context) error { return nil },
		counts:   func(context.Context) (storage.Counts, error) { return storage.Counts{}, nil },
		whatsapp: func() whatsapp.Status { return whatsapp.Status{Connected: true, FirstLogin: opsNow.Add(-time.Hour)} },
		standby:  func() bool { return false },
		turns:    func() int64 { return 0 },
		now:      func() time.Time { return opsNow },
	}
}

func page(h health, path string) (int, string) {
	answer := httptest.NewRecorder()
	h.handler().ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
	return answer.Code, answer.Body.String()
}

// TestReadiness is the table of everything that makes a living service not ready: the page says which check and why, and
// a metric says so, too.
func TestReadiness(t *testing.T) {
	status := func(change func(*whatsapp.Status)) func(*health) {
		return func(h *health) {
			s := h.whatsapp()
			change(&s)
			h.whatsapp = func() whatsapp.Status { return s }
		}
	}
	quiet := func(h *health) { h.quietAfter = 6 * time.Hour }
	for name, c := range map[string]struct {
		change        []func(*health)
		check, why    string // "" for ready
		metric        string
		standbyOnPage bool
	}{
		"ready": {metric: "layak_whatsapp_logged_in 1"},
		"storage_down": {change: []func(*health){func(h *health) {
			h.ping = func(context.Context) error { return errors.New("disk gone, said 628120000001") }
		}}, check: "storage", why: "disk gone", metric: "layak_storage_up 0"},
		"not_logged_in": {change: []func(*health){status(func(s *whatsapp.Status) { s.Connected = false })}, check: "whatsapp", why: "not logged in", metric: "layak_whatsapp_logged_in 0"},
		"refused_and_stay": {
			change: []func(*health){status(func(s *whatsapp.Status) {
				s.Connected, s.Refused = false, &whatsapp.LoginError{Reason: whatsapp.Banned}
			})},
			check: "whatsapp", metric: "layak_whatsapp_refused 1",
		},
		"standby": {
			change: []func(*health){
				status(func(s *whatsapp.Status) { s.Connected = false }),
				func(h *health) { h.standby = func() bool { return true } },
			},
			check: "whatsapp", why: "standby", metric: "layak_standby 1", standbyOnPage: true,
		},
		"no_answers": {change: []func(*health){status(func(s *whatsapp.Status) { s.Stale = true })}, check: "traffic", why: "does not answer", metric: "layak_whatsapp_stale 1"},
		"reach_out_lock": {
			change: []func(*health){status(func(s *whatsapp.Status) { s.Locked, s.LockedUntil = true, opsNow.Add(time.Hour) })},
			check:  "reach_out", why: "2026-03-01T09:00:00Z", metric: "layak_whatsapp_reach_out_locked 1",
		},
		"quiet_is_normal_by_default": {
			change: []func(*health){status(func(s *whatsapp.Status) { s.LastAccepted = opsNow.AddDate(0, -1, 0) })}, metric: "layak_traffic_quiet 0",
		},
		"quiet": {
			change: []func(*health){quiet, status(func(s *whatsapp.Status) { s.LastAccepted = opsNow.Add(-6 * time.Hour) })},
			check:  "traffic", why: "ops.quiet_after", metric: "layak_traffic_quiet 1",
		},
		"quiet_since_the_login": {
			change: []func(*health){quiet, status(func(s *whatsapp.Status) { s.FirstLogin = opsNow.Add(-7 * time.Hour) })},
			check:  "traffic", why: "6h", metric: "layak_traffic_quiet 1",
		},
		"not_quiet_yet": {
			change: []func(*health){quiet, status(func(s *whatsapp.Status) { s.LastAccepted = opsNow.Add(-5 * time.Hour) })}, metric: "layak_traffic_quiet 0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := healthy()
			for _, change := range c.change {
				change(&h)
			}
			code, body := page(h, "/readyz")
			var got struct {
				Ready, Standby bool
				Checks         map[string]probe
			}
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatal(err)
			}
			want := 200
			if c.check != "" {
				want = 503
			}
			if code != want || got.Ready != (c.check == "") || got.Standby != c.standbyOnPage {
				t.Errorf("%d %s", code, body)
			}
			for check, p := range got.Checks {
				if p.OK != (check != c.check) || check == c.check && !strings.Contains(p.Why, c.why) {
					t.Errorf("check %s: %+v, want %q", check, p, c.why)
				}
			}
			if strings.Contains(body, "628120000001") {
				t.Errorf("a telephone number: %s", body)
			}
			if _, body := page(h, "/metrics"); !strings.Contains(body, "\n"+c.metric+"\n") {
				t.Errorf("no %q in\n%s", c.metric, body)
			}
			if code, body := page(h, "/healthz"); code != 200 {
				t.Errorf("not alive: %d %s", code, body)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	h := healthy()
	h.turns = func() int64 { return 9 }
	h.whatsapp = func() whatsapp.Status {
		return whatsapp.Status{
			Connected: true, Logins: 3, Reconnects: 4, Accepted: 11, Ignored: 2, Sent: 10, SendFailures: 5, Undecryptable: 1,
			RefusedSends: map[int]int64{463: 2, 479: 1},
		}
	}
	h.counts = func(context.Context) (storage.Counts, error) {
		return storage.Counts{
			Waiting: 7, OldestWaiting: opsNow.Add(-90 * time.Second), Pending: 3, OldestPending: opsNow.Add(-2 * time.Second),
			OpenCases: 2, Unclaimed: 1, OldestCase: opsNow.Add(-time.Hour), Missed: 6, Verdicts: map[string]int64{"eligible": 4, "not_eligible": 1},
		}, nil
	}
	h.flow = func() versions.State {
		return versions.State{Failure: &versions.Failure{Who: "sari", Problems: "rules.yaml:1:1: wrong"}, Reloads: 5, Failures: 2}
	}
	_, body := page(h, "/metrics")
	for _, want := range []string{
		"layak_flow_invalid 1", "layak_flow_reloads_total 5", "layak_flow_reload_failures_total 2",
		"layak_whatsapp_logins_total 3", "layak_whatsapp_reconnects_total 4", "layak_messages_accepted_total 11",
		"layak_messages_ignored_total 2", "layak_messages_sent_total 10", "layak_send_failures_total 5",
		"layak_messages_undecryptable_total 1", `layak_sends_refused_total{code="463"} 2`, `layak_sends_refused_total{code="479"} 1`,
		"layak_turns_total 9", `layak_verdicts_total{verdict="eligible"} 4`, `layak_verdicts_total{verdict="not_eligible"} 1`,
		"layak_missed_texts 6", "layak_cases_open 2", "layak_cases_unclaimed 1", "layak_cases_oldest_seconds 3600", "layak_outbox_waiting 7", "layak_outbox_oldest_seconds 90",
		"layak_inbox_pending 3", "layak_inbox_oldest_seconds 2", "# TYPE layak_verdicts_total counter",
	} {
		if !strings.Contains(body, "\n"+want+"\n") {
			t.Errorf("no %q", want)
		}
	}
	for _, label := range regexp.MustCompile(`layak_\w+\{(\w+)=`).FindAllStringSubmatch(body, -1) {
		if label[1] != "code" && label[1] != "verdict" {
			t.Errorf("label %s", label[1])
		}
	}
	// A database that is slow or gone takes its own numbers away, and no others.
	h.counts = func(context.Context) (storage.Counts, error) { return storage.Counts{}, errors.New("too slow") }
	if code, body := page(h, "/metrics"); code != 200 || strings.Contains(body, "layak_outbox_waiting ") || !strings.Contains(body, "\nlayak_turns_total 9\n") {
		t.Errorf("%d\n%s", code, body)
	}
}
