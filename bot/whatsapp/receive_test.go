package whatsapp

import (
	"errors"
	"path/filepath"
	"testing"

	"layak/bot"
	"layak/internal/waserver"
)

func TestNothingIsConfirmedBeforeItIsStored(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	fail := make(chan struct{})
	tries := 0
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		if in.Input.Text == "satu" {
			if tries++; tries == 3 {
				close(fail)
			}
			if tries <= 3 {
				if n := account.QueueLength(); n == 0 {
					t.Error("the message was confirmed although it was not stored")
				}
				return errors.New("disk full")
			}
		}
		return nil
	}
	s.mu.Unlock()
	for _, text := range []string{"satu", "dua", "tiga"} {
		must[string](t)(p.Send(waiting(t), text))
	}
	<-fail
	for _, want := range []string{"satu", "dua", "tiga"} {
		if got := s.next().Input.Text; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
}

func TestPanicIsNotSuccess(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	panicked := false
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		if !panicked {
			panicked = true
			panic("boom")
		}
		return nil
	}
	s.mu.Unlock()
	for _, text := range []string{"satu", "dua", "tiga"} {
		must[string](t)(p.Send(waiting(t), text))
	}
	for _, want := range []string{"satu", "dua", "tiga"} {
		if got := s.next().Input.Text; got != want {
			t.Errorf("got %q, want %q: all must come again in order", got, want)
		}
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
}

func TestStopWaitsForWhatIsBeingAccepted(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	begun, goOn := make(chan struct{}), make(chan struct{})
	s.mu.Lock()
	s.accept = func(in bot.Inbound) error {
		close(begun)
		<-goOn
		return nil
	}
	s.mu.Unlock()
	must[string](t)(p.Send(waiting(t), "satu"))
	<-begun
	s.stop()
	select {
	case err := <-s.ended:
		t.Fatalf("Run returned %v while a message was being accepted", err)
	default:
	}
	must[string](t)(p.Send(waiting(t), "dua"))
	close(goOn)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	// The connection outlives Run, so that an answer in flight arrives.
	s.answer(bot.Inbound{Address: p.Address().String()}, "jawaban")
	must[waserver.Received](t)(p.Next(waiting(t)))
	s.next()
	s.none()
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	if n := account.QueueLength(); n == 0 {
		t.Error("a message was confirmed after the end")
	}
}
