package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow/types"
)

// keys lists an object's keys.
func keys(o map[string]any) string {
	var all []string
	for k := range o {
		all = append(all, k)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestLinkByQR(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	proc := p.start("link", "--json")
	qr := proc.event("qr")
	if keys(qr) != "code event expires_in_s" || qr["expires_in_s"] != 60.0 {
		t.Errorf("got %v", qr)
	}
	if err := p.account.Scan(waiting(t), qr["code"].(string)); err != nil {
		t.Fatal(err)
	}
	paired := proc.event("paired")
	if keys(paired) != "event jid" || !strings.HasPrefix(paired["jid"].(string), "628110000001:") {
		t.Errorf("got %v", paired)
	}
	if p.account.Logins() != 1 {
		t.Errorf("%d logins before paired, want 1", p.account.Logins())
	}
	if code := proc.wait(); code != 0 || proc.err.String() != "" {
		t.Errorf("exit code %d, standard error %q", code, proc.err)
	}

	again := p.start("link")
	if code := again.wait(); code != 0 || !strings.Contains(again.out.String(), "Already linked as 628110000001:") {
		t.Errorf("once more: exit code %d\n%s", code, again.out)
	}
	again = p.start("link", "--json")
	if code := again.wait(); code != 0 || !strings.Contains(again.out.String(), `"already_linked"`) {
		t.Errorf("once more: exit code %d\n%s", code, again.out)
	}
	anew := p.start("link", "--json", "--force")
	if err := p.account.Scan(waiting(t), anew.event("qr")["code"].(string)); err != nil {
		t.Fatal(err)
	}
	anew.event("paired")
	if code := anew.wait(); code != 0 {
		t.Errorf("anew: exit code %d\n%s", code, anew.err)
	}
}

func TestLinkByCode(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	proc := p.start("link", "--json", "--code", "+62 811-0000-001")
	code := proc.event("pairing_code")
	if keys(code) != "code event" || len(code["code"].(string)) != 9 {
		t.Errorf("got %v", code)
	}
	if err := p.account.EnterCode(waiting(t), code["code"].(string)); err != nil {
		t.Fatal(err)
	}
	proc.event("paired")
	if code := proc.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
}

func TestLinkForAPerson(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	proc := p.start("link", "--code", "628110000001")
	var code string
	for line := range proc.out.next {
		if text := strings.TrimSpace(line); len(text) == 9 && text[4] == '-' {
			code = text
			break
		}
	}
	if err := p.account.EnterCode(waiting(t), code); err != nil {
		t.Fatal(err)
	}
	if code := proc.wait(); code != 0 || !strings.Contains(proc.out.String(), "Linked as 628110000001:") {
		t.Errorf("exit code %d\n%s", code, proc.out)
	}
}

func TestQRCodeIsDrawn(t *testing.T) {
	p := newPlace(t)
	proc := p.start("link")
	for line := range proc.out.next {
		if strings.Contains(line, "It is good for 60 s") {
			break
		}
	}
	if got := proc.out.String(); strings.Count(got, "█") < 200 {
		t.Errorf("no code was drawn:\n%s", got)
	}
	proc.stop()
	if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "nothing was linked") {
		t.Errorf("interrupted: exit code %d\n%s", code, proc.err)
	}
}

func TestLinkWithPasskey(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"stdin", "file"} {
		t.Run(from, func(t *testing.T) {
			p := newPlace(t)
			p.account.DemandPasskey()
			file := filepath.Join(t.TempDir(), "answer.json")
			args := []string{"link", "--json"}
			if from == "file" {
				args = append(args, "--passkey", file)
			}
			proc := p.start(args...)
			scanned := make(chan error, 1)
			qr := proc.event("qr")["code"].(string)
			go func() { scanned <- p.account.Scan(waiting(t), qr) }()
			request := proc.event("passkey_request")
			if keys(request) != "event expires_in_s public_key" || request["expires_in_s"].(float64) < 60 {
				t.Errorf("got %v", request)
			}
			asked, err := json.Marshal(request["public_key"])
			if err != nil {
				t.Fatal(err)
			}
			var key types.WebAuthnPublicKey
			if err := json.Unmarshal(asked, &key); err != nil {
				t.Fatal(err)
			}
			signed, err := p.account.SignPasskey(&key)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := json.MarshalIndent(signed, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if from == "file" {
				err = os.WriteFile(file, answer, 0o600)
			} else {
				_, err = fmt.Fprintln(proc.stdin, string(answer))
			}
			if err != nil {
				t.Fatal(err)
			}
			confirm := proc.event("passkey_confirm")
			if keys(confirm) != "code event needs_answer" {
				t.Errorf("got %v", confirm)
			}
			proc.event("paired")
			if err := <-scanned; err != nil {
				t.Error(err)
			}
			if code := proc.wait(); code != 0 {
				t.Errorf("exit code %d\n%s", code, proc.err)
			}
		})
	}
}

func TestPasskeyWithoutAnAnswer(t *testing.T) {
	p := newPlace(t)
	p.account.DemandPasskey()
	proc := p.start("link", "--json")
	qr := proc.event("qr")["code"].(string)
	go func() { _ = p.account.Scan(waiting(t), qr) }()
	proc.event("passkey_request")
	_ = proc.stdin.Close()
	failed := proc.event("error")
	if keys(failed) != "event message" || !strings.Contains(failed["message"].(string), "remove the passkey") {
		t.Errorf("got %v", failed)
	}
	if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "remove the passkey") {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
}

func TestAnswersOfAPerson(t *testing.T) {
	a := &answers{in: strings.NewReader("\n{\"id\": \"x\",\n \"n\": 1}\n\n Ya \n")}
	got, err := a.passkey(t.Context())
	if err != nil || !strings.HasPrefix(string(got), `{"id"`) {
		t.Fatalf("%s, %v", got, err)
	}
	if yes, err := a.confirm(t.Context(), ""); err != nil || !yes {
		t.Errorf("%t, %v", yes, err)
	}
	for in, want := range map[string]bool{"yes\n": true, `"y"` + "\n": true, "no\n": false, "maybe\n": false} {
		if got, err := (&answers{in: strings.NewReader(in)}).confirm(t.Context(), ""); err != nil || got != want {
			t.Errorf("%q: %t, %v", in, got, err)
		}
	}
	if _, err := (&answers{in: strings.NewReader("")}).confirm(t.Context(), ""); err == nil {
		t.Error("silence counts as an answer")
	}
}

func TestLinkUnreachable(t *testing.T) {
	p := newPlace(t)
	_ = p.srv.Close()
	proc := p.start("link", "--json")
	proc.event("error")
	if code := proc.wait(); code != exitLogin || !strings.Contains(proc.err.String(), "connect to WhatsApp: no connection to 127.0.0.1:") ||
		!strings.Contains(proc.err.String(), "; check the network (") || strings.Contains(proc.err.String(), "failed to") {
		t.Errorf("exit code %d\n%s", code, proc.err)
	}
}
