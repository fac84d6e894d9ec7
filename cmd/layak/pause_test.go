package main

import (
	"strings"
	"testing"

	"layak/internal/waserver"
)

// does runs a command to its end and returns what it printed.
func (p *place) does(code int, args ...string) string {
	p.t.Helper()
	proc := p.start(args...)
	if got := proc.wait(); got != code {
		p.t.Errorf("%v: exit code %d, want %d\n%s", args, got, code, proc.err)
	}
	return proc.out.String() + proc.err.String()
}

// Pause and resume beside the running service, for somebody who never wrote and for somebody in the middle.
func TestPauseAndResume(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(p *place){
		"sqlite":   func(*place) {},
		"postgres": func(p *place) { p.onPostgres() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			prepare(p)
			p.link()
			proc := p.start("run", "--json")
			proc.logged("ready")
			rina := p.srv.NewProspect("628120000001", waserver.ProspectOptions{Name: "Rina"})
			budi := p.srv.NewProspect("628120000002", waserver.ProspectOptions{Name: "Budi"})
			tell := func(who *waserver.Prospect, text string) {
				t.Helper()
				id, err := who.Send(waiting(t), text)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := who.WaitReceipt(waiting(t), id, ""); err != nil { // it was stored
					t.Fatal(err)
				}
			}
			hear := func(who *waserver.Prospect) string {
				t.Helper()
				got, err := who.Next(waiting(t))
				if err != nil {
					t.Fatal(err)
				}
				return got.Text
			}

			if out := p.does(0, "pause", "+62 812-000-0001"); !strings.Contains(out, "paused") {
				t.Errorf("pause said %q", out)
			}
			if out := p.does(0, "pause", "628120000001@s.whatsapp.net"); !strings.Contains(out, "already") {
				t.Errorf("pause again said %q", out)
			}
			tell(rina, "halo")
			tell(budi, "halo")
			hear(budi)
			tell(budi, "jual obat herbal")
			asked := hear(budi)
			p.does(0, "pause", "628120000002", "--as", "sari")
			tell(budi, "1")
			if out := p.does(0, "resume", "628120000002"); !strings.Contains(out, "goes on") {
				t.Errorf("resume said %q", out)
			}
			if back := hear(budi); !strings.Contains(back, "asisten otomatis lagi") || !strings.Contains(back, "1.") || back == asked {
				t.Errorf("the bot came back with %q after %q", back, asked)
			}
			tell(budi, "1")
			hear(budi)
			if n := len(rina.Received()); n != 0 {
				t.Errorf("%d messages to somebody who was to get none", n)
			}
			p.does(0, "resume", "628120000001")
			if out := p.does(0, "resume", "628120000001"); !strings.Contains(out, "already") {
				t.Errorf("resume again said %q", out)
			}
			tell(rina, "halo")
			if got := hear(rina); !strings.Contains(got, "otomatis") {
				t.Errorf("greeted with %q", got)
			}
			proc.stop()
			if code := proc.wait(); code != 0 {
				t.Errorf("exit code %d\n%s", code, proc.err)
			}
		})
	}
}

func TestPauseRefuses(t *testing.T) {
	p := newPlace(t)
	for text, want := range map[string]string{
		"08120000001": "international form, for example +628120000001", "hello": "neither the key of a chat", "123": "3 digits",
		"123@g.us": "neither the key of a chat", "@lid": "neither", "12x@lid": "neither",
	} {
		if out := p.does(exitUsage, "pause", text); !strings.Contains(out, want) {
			t.Errorf("%s: %q, want %q", text, out, want)
		}
	}
	p.does(exitUsage, "pause", "628120000001", "--as", "bot")
	if out := p.does(exitProblems, "resume", "628120000009"); !strings.Contains(out, "has not written") {
		t.Errorf("got %q", out)
	}
}
