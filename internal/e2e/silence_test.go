package e2e

import (
	"testing"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

// TestSilence writes to every place that is not a direct chat with a person. Nothing is stored or answered, and everything
// is confirmed, so that it does not come again.
func TestSilence(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	s := w.run()
	p := w.person(waserver.ProspectOptions{})
	text := &waE2E.Message{Conversation: proto.String("halo, jual baju")}
	for name, place := range map[string]types.JID{
		"group":     types.NewJID("120363000000000001", types.GroupServer),
		"old group": types.NewJID("628120000001-1500000000", types.GroupServer),
		"broadcast": types.NewJID("1500000000", types.BroadcastServer),
		"status":    types.StatusBroadcastJID,
	} {
		if _, err := p.SendIn(waiting(t), place, text, waserver.SendOptions{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if _, err := w.account.InjectChannel(types.NewJID("120363000000000002", types.NewsletterServer), text); err != nil {
		t.Fatal(err)
	}
	for _, from := range []types.JID{
		types.NewJID("0", types.DefaultUserServer), types.NewJID("867051314767696", types.BotServer), types.MetaAIJID,
		types.NewJID("628120000009", types.HostedServer), types.NewJID("100000000000001", types.MessengerServer),
		types.NewJID(w.account.Number().User, types.DefaultUserServer), w.account.LID(),
	} {
		if _, err := p.SendMessage(waiting(t), text, waserver.SendOptions{Attrs: waBinary.Attrs{"from": from, "sender_pn": nil}}); err != nil {
			t.Fatalf("%s: %v", from, err)
		}
	}
	q := w.person(waserver.ProspectOptions{}) // comes after all of them
	say(t, q, "halo")
	hear(t, q)
	if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Error(err)
	}
	s.stop()
	if n := w.count(`SELECT COUNT(*) FROM inbox`); n != 1 {
		t.Errorf("%d messages are stored, want one", n)
	}
	if n := w.account.SendsSeen(); n != 1 {
		t.Errorf("%d messages were sent, want one", n)
	}
}
