package whatsapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"layak/internal/waserver"
)

func TestLinkByQR(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	var first LinkEvent
	scan := byScan(t, account)
	linked, err := Link(waiting(t), cfg, LinkOptions{Show: func(e LinkEvent) {
		if first.Kind == "" {
			first = e
		}
		scan(e)
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(linked.JID, "628110000001:") || linked.Already {
		t.Errorf("linked %+v", linked)
	}
	if first.Kind != LinkQR || !strings.Contains(first.Code, "#") || first.ExpiresIn.Round(time.Second) != time.Minute {
		t.Errorf("shown first: %+v", first)
	}
	if account.Logins() != 1 {
		t.Errorf("%d logins, want 1: it must have logged in", account.Logins())
	}

	// Once more: nothing is done.
	again, err := Link(waiting(t), cfg, LinkOptions{Show: func(e LinkEvent) { t.Errorf("shown: %+v", e) }})
	if err != nil || !again.Already || again.JID != linked.JID {
		t.Errorf("linked again: %+v, %v", again, err)
	}
}

func TestLinkAnew(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	first := scanned(t, cfg, account)
	s := start(t, cfg).ready()
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	second, err := Link(waiting(t), cfg, LinkOptions{Force: true, Show: byScan(t, account)})
	if err != nil {
		t.Fatal(err)
	}
	if second.JID == first.JID {
		t.Errorf("linked as %s twice", first.JID)
	}
	if n := account.Linked(); n != 1 {
		t.Errorf("the phone lists %d linked devices, want 1: the earlier login must be logged out", n)
	}
	start(t, cfg).ready()
}

func TestLinkByCode(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	linked, err := Link(waiting(t), cfg, LinkOptions{Phone: "+62 811-0000-001", Show: func(e LinkEvent) {
		if e.Kind != LinkCode || len(e.Code) != 9 {
			t.Errorf("shown: %+v", e)
		}
		go func() {
			if err := account.EnterCode(waiting(t), e.Code); err != nil {
				t.Error(err)
			}
		}()
	}})
	if err != nil || !strings.HasPrefix(linked.JID, "628110000001:") {
		t.Fatalf("%+v, %v", linked, err)
	}
	start(t, cfg).ready()
}

func TestLinkByCodeOfABadNumber(t *testing.T) {
	srv, _ := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	_, err := Link(waiting(t), cfg, LinkOptions{Phone: "0811 0000 001", Show: func(LinkEvent) {}})
	var refused *LoginError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "country code") {
		t.Errorf("got %v", err)
	}
}

func TestLinkWithPasskey(t *testing.T) {
	srv, account := newServer(t)
	account.DemandPasskey()
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scan := byScan(t, account)
	request := make(chan LinkEvent, 1)
	confirmed := ""
	linked, err := Link(waiting(t), cfg, LinkOptions{
		Show: func(e LinkEvent) {
			scan(e)
			switch e.Kind {
			case LinkPasskey:
				request <- e
			case LinkConfirm:
				confirmed = e.Code
				if e.NeedsAnswer {
					t.Error("an answer in time spares the comparison")
				}
			}
		},
		Passkey: func(context.Context) ([]byte, error) {
			e := <-request
			if e.ExpiresIn <= 0 || e.ExpiresIn > 5*time.Minute {
				t.Errorf("expires in %s", e.ExpiresIn)
			}
			var wanted types.WebAuthnPublicKey
			if err := json.Unmarshal(e.PublicKey, &wanted); err != nil {
				return nil, err
			}
			signed, err := account.SignPasskey(&wanted)
			if err != nil {
				return nil, err
			}
			return json.Marshal(signed)
		},
		Confirm: func(context.Context, string) (bool, error) { t.Error("asked"); return false, nil },
	})
	if err != nil || linked.JID == "" {
		t.Fatalf("%+v, %v", linked, err)
	}
	if code := must[string](t)(account.PasskeyCode(waiting(t))); confirmed != code {
		t.Errorf("showed %q, the phone %q", confirmed, code)
	}
}

func TestPasskeyWithoutAnybodyToAsk(t *testing.T) {
	srv, account := newServer(t)
	account.DemandPasskey()
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	_, err := Link(waiting(t), cfg, LinkOptions{Show: func(e LinkEvent) {
		if e.Kind == LinkQR {
			go func() { _ = account.Scan(waiting(t), e.Code) }()
		}
	}, Passkey: func(context.Context) ([]byte, error) { return nil, errors.New("nothing on standard input") }})
	var refused *LoginError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "remove the passkey") || !strings.Contains(err.Error(), "nothing on standard input") {
		t.Errorf("got %v", err)
	}
	if _, err := Link(waiting(t), cfg, LinkOptions{Show: byScan(t, waserverOther(srv))}); err != nil {
		t.Errorf("another account cannot be linked afterwards: %v", err)
	}
}

func waserverOther(srv *waserver.Server) *waserver.Account { return srv.NewAccount("628110000002") }

func TestCodesFollowOneAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown []string
		begin := time.Now()
		l := &linking{opts: LinkOptions{Show: func(e LinkEvent) {
			shown = append(shown, fmt.Sprintf("%s at %.0f for %.0f", e.Code, time.Since(begin).Seconds(), e.ExpiresIn.Seconds()))
		}}}
		if err := l.begin(t.Context(), []string{"1", "2", "3", "4", "5", "6"}); err != nil {
			t.Fatal(err)
		}
		for len(l.codes) > 0 {
			<-l.next
			if err := l.codeOver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"1 at 0 for 60", "2 at 60 for 20", "3 at 80 for 20", "4 at 100 for 20", "5 at 120 for 20", "6 at 140 for 20"}
		if diff := cmp.Diff(want, shown); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if left := time.Until(l.setEnds); left != 20*time.Second {
			t.Errorf("the set ends %s after the last code", left)
		}
		if left := time.Until(l.deadline); left != 340*time.Second {
			t.Errorf("the attempt ends %s after the last code", left)
		}
	})
}

func TestCodesAreCompared(t *testing.T) {
	for name, c := range map[string]struct {
		skip, same bool
		err        error
		want       string
	}{
		"the same":      {same: true, want: "linking cache"}, // goes on, and there is no pairing to go on with
		"different":     {want: "codes differ"},
		"nobody to ask": {err: errors.New("silence"), want: "silence"},
		"need not be":   {skip: true, want: "linking cache"},
	} {
		t.Run(name, func(t *testing.T) {
			srv, _ := newServer(t)
			cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
			box, err := openKeys(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			var shown LinkEvent
			l := &linking{client: newClient(cfg, box.NewDevice()), asked: make(chan answer, 1), opts: LinkOptions{
				Show: func(e LinkEvent) { shown = e },
				Confirm: func(_ context.Context, code string) (bool, error) {
					if c.skip || code != "ABCD-EFGH" {
						t.Errorf("asked about %q", code)
					}
					return c.same, c.err
				},
			}}
			l.askConfirmation(t.Context(), &events.PairPasskeyConfirmation{Code: "ABCD-EFGH", SkipHandoffUX: c.skip})
			err = l.answered(t.Context(), <-l.asked)
			var refused *LoginError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if shown.Kind != LinkConfirm || shown.NeedsAnswer == c.skip {
				t.Errorf("shown %+v", shown)
			}
		})
	}
}

// hurried lets the codes of the first sets run out at once, and those of later ones never.
func hurried(sets, codes int) func(time.Duration) <-chan time.Time {
	left := sets * codes
	return func(time.Duration) <-chan time.Time {
		over := make(chan time.Time, 1)
		if left > 0 {
			over <- time.Time{}
		}
		left--
		return over
	}
}

// TestFreshCodes: when the codes ran out, fresh ones follow by themselves, until one is used or nobody seems to be there.
func TestFreshCodes(t *testing.T) {
	for name, c := range map[string]struct {
		phone string
		codes int // of a set
	}{"qr": {"", 6}, "pairing_code": {"628110000001", 1}} {
		t.Run(name, func(t *testing.T) {
			srv, account := newServer(t)
			cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
			seen := map[string]bool{}
			var first, last LinkEvent
			linked, err := Link(waiting(t), cfg, LinkOptions{Phone: c.phone, after: hurried(2, c.codes), Show: func(e LinkEvent) {
				if seen[e.Code] {
					t.Errorf("code %s is shown again", e.Code)
				}
				seen[e.Code] = true
				if last = e; first.Code == "" {
					first = e
				}
				if len(seen) != 2*c.codes+1 {
					return
				}
				go func() {
					enter := account.Scan
					if c.phone != "" {
						enter = account.EnterCode
					}
					if err := enter(waiting(t), e.Code); err != nil {
						t.Error(err)
					}
				}()
			}})
			if err != nil || linked.JID == "" {
				t.Fatalf("%+v, %v", linked, err)
			}
			if first.EndsIn > linkSets*setTime || first.EndsIn < linkSets*setTime-patience || last.EndsIn > first.EndsIn {
				t.Errorf("the deadline was in %s, then in %s", first.EndsIn, last.EndsIn)
			}

			other := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "b.db")))
			shown := 0
			_, err = Link(waiting(t), other, LinkOptions{Phone: c.phone, after: hurried(linkSets, c.codes), Show: func(LinkEvent) { shown++ }})
			var refused *LoginError
			if !errors.As(err, &refused) || refused.Reason != NotLinked || !strings.Contains(err.Error(), "in time") || shown != linkSets*c.codes {
				t.Errorf("without anybody: %d codes, then %v", shown, err)
			}
		})
	}
}
