package whatsapp

import (
	"context"
	"path/filepath"
	"testing"

	"layak/bot"
	"layak/flows"
	"layak/internal/waserver"
)

func TestRetryAfterRestartIsServedFromTheOutbox(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	other := srv.NewProspect("628120000002", waserver.ProspectOptions{})
	s := start(t, cfg).ready()
	must[string](t)(p.Send(waiting(t), "halo"))
	s.next()
	must[string](t)(other.Send(waiting(t), "halo"))
	s.next()
	sent := bot.Outbound{Address: p.Number().String(), Reply: flows.Reply{Text: "jawaban"}}
	s.channel.sent = func(context.Context, string) (bot.Outbound, bool, error) { return sent, true, nil }
	if got := s.channel.forRetry(p.LID(), p.LID(), "X"); got.GetConversation() != "jawaban" {
		t.Errorf("asked by LID for what went to the number: got %v", got)
	}
	if got := s.channel.forRetry(other.LID(), other.LID(), "X"); got != nil {
		t.Errorf("somebody else got the message: %v", got)
	}
	s.channel.sent = func(context.Context, string) (bot.Outbound, bool, error) { return bot.Outbound{}, false, nil }
	if got := s.channel.forRetry(p.LID(), p.LID(), "X"); got != nil {
		t.Errorf("an unknown message was found: %v", got)
	}
}
