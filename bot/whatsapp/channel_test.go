package whatsapp

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"layak/bot"
	"layak/flows"
	"layak/internal/waserver"
)

func TestConversation(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	for name, addressing := range map[string]waserver.Addressing{"628120000001": waserver.ByLID, "628120000002": waserver.ByNumber, "628120000003": waserver.ByHiddenLID} {
		p := srv.NewProspect(name, waserver.ProspectOptions{Addressing: addressing, Name: "Rina"})
		id := must[string](t)(p.Send(waiting(t), "halo"))
		in := s.next()
		if in.MessageID != id || in.Address != p.Address().String() || in.Input.Text != "halo" || in.Name != "Rina" || in.FromMe {
			t.Errorf("got %+v", in)
		}
		switch addressing {
		case waserver.ByLID:
			if in.Alt != p.Number().String() {
				t.Errorf("the other address is %q, want %s", in.Alt, p.Number())
			}
		case waserver.ByNumber:
			if in.Alt != p.LID().String() {
				t.Errorf("the other address is %q, want %s", in.Alt, p.LID())
			}
		case waserver.ByHiddenLID:
			if in.Alt != "" {
				t.Errorf("the other address is %q, want none", in.Alt)
			}
		}
		receipt := s.answer(in, "Halo, ini jawaban otomatis.")
		if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Text != "Halo, ini jawaban otomatis." {
			t.Errorf("the prospect got %q", got.Text)
		}
		if addressing == waserver.ByNumber && receipt.Address != p.LID().String() {
			t.Errorf("the message went to %q, want %s", receipt.Address, p.LID())
		}
		if addressing != waserver.ByNumber && receipt.Address != "" {
			t.Errorf("the message went to %q, want no news", receipt.Address)
		}
	}
	if got := s.channel.Status(); !got.Connected || got.Logins != 1 || got.Accepted != 3 {
		t.Errorf("status %+v", got)
	}
}

func TestTimerIsCarriedAndChatIsMarkedRead(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	id := must[string](t)(p.SendMessage(waiting(t), &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: proto.String("halo"), ContextInfo: &waE2E.ContextInfo{Expiration: proto.Uint32(604800)},
	}}, waserver.SendOptions{}))
	in := s.next()
	if err := s.channel.MarkRead(waiting(t), in.Address, in.Sender, []string{in.MessageID}); err != nil {
		t.Fatal(err)
	}
	must[waserver.Receipt](t)(p.WaitReceipt(waiting(t), id, "read"))
	if err := s.channel.Typing(waiting(t), in.Address, true); err != nil {
		t.Fatal(err)
	}
	s.answer(in, "baik")
	if err := s.channel.Typing(waiting(t), in.Address, false); err != nil {
		t.Fatal(err)
	}
	if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Ephemeral != 7*24*time.Hour {
		t.Errorf("the answer disappears after %s, want a week", got.Ephemeral)
	}
	if states := p.ChatStates(); len(states) == 0 {
		t.Error("the prospect saw no typing")
	}
}

func TestOthersGetNoAnswerButAreAcknowledged(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	for _, place := range []types.JID{types.NewJID("120363000000000001", types.GroupServer), types.StatusBroadcastJID, types.NewJID("1700000000", types.BroadcastServer)} {
		must[string](t)(p.SendIn(waiting(t), place, said("halo"), waserver.SendOptions{}))
	}
	must[string](t)(account.InjectChannel(types.NewJID("120363000000000002", types.NewsletterServer), said("berita")))
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	s.none()
	if got := account.Sends(); len(got) != 0 {
		t.Errorf("something was sent: %+v", got)
	}
}

func TestBusinessPhoneIsSeen(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(account.Phone().Send(waiting(t), p, "saya bantu ya"))
	if in := s.next(); !in.FromMe || in.Address != p.Address().String() || in.Input.Text != "saya bantu ya" {
		t.Errorf("got %+v", in)
	}
}

// TestHistoryIsNotFetched offers the chats of the past, and sends a message after it.
func TestHistoryIsNotFetched(t *testing.T) {
	srv, account := newServer(t)
	cfg := testConfig(t, srv, openDB(t, filepath.Join(t.TempDir(), "a.db")))
	scanned(t, cfg, account)
	s := start(t, cfg).ready()
	for range 3 {
		if err := account.Phone().OfferHistory(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	must[string](t)(p.Send(waiting(t), "halo"))
	if in := s.next(); in.Input.Text != "halo" {
		t.Errorf("got %+v", in)
	}
	if err := account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Error(err)
	}
	if n := srv.Downloads(); n > 0 {
		t.Errorf("%d files were fetched", n)
	}
}

func TestRestart(t *testing.T) {
	srv, account := newServer(t)
	path := filepath.Join(t.TempDir(), "a.db")
	cfg := testConfig(t, srv, openDB(t, path))
	scanned(t, cfg, account)
	p := srv.NewProspect("628120000001", waserver.ProspectOptions{})
	// Before the first run: what was sent while only `layak link` was there.
	must[string](t)(p.Send(waiting(t), "satu"))
	s := start(t, cfg).ready()
	in := s.next()
	if in.Input.Text != "satu" {
		t.Errorf("got %q", in.Input.Text)
	}
	id := s.channel.NewMessageID()
	out := bot.Outbound{Address: in.Address, MessageID: id, Reply: flows.Reply{Text: "jawaban satu"}}
	must[bot.Receipt](t)(s.channel.Send(waiting(t), out))
	must[waserver.Received](t)(p.Next(waiting(t)))
	if err := s.halt(); err != nil {
		t.Fatal(err)
	}
	must[string](t)(p.Send(waiting(t), "dua"))

	// The phone cannot read what comes next, and asks again for a message of the earlier run.
	p.LoseSessions()
	cfg.Sent = func(_ context.Context, asked string) (bot.Outbound, bool, error) {
		if asked == out.MessageID {
			return out, true, nil
		}
		return bot.Outbound{}, false, nil
	}
	s = start(t, cfg).ready()
	if in := s.next(); in.Input.Text != "dua" {
		t.Errorf("got %q", in.Input.Text)
	}
	s.answer(in, "jawaban dua")
	if got := must[waserver.Received](t)(p.Next(waiting(t))); got.Text != "jawaban dua" || got.Retry == 0 {
		t.Errorf("got %+v, want the second answer after a retry", got)
	}
}

func TestMessageIDs(t *testing.T) {
	c := New(Config{})
	seen := map[string]bool{}
	for range 1000 {
		id := c.NewMessageID()
		if seen[id] || len(id) != 22 || !strings.HasPrefix(id, "3EB0") || strings.ToUpper(id) != id {
			t.Fatalf("id %q after %d others", id, len(seen))
		}
		seen[id] = true
	}
	_ = c.Close()
	if got := fmt.Sprint(c.Name()); got != "whatsapp" {
		t.Error(got)
	}
}
