package waserver_test

import (
	"testing"

	"go.mau.fi/whatsmeow/types"

	"layak/internal/waserver"
)

func TestTextRoundTrip(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("+62 811-0000-001")
	account.SetPushName("Kredit Motor")
	bot := linkedBot(t, srv, account)
	if got, want := bot.pushName(), "Kredit Motor"; got != want {
		t.Errorf("push name %q, want %q", got, want)
	}
	for _, test := range []struct {
		name       string
		number     string
		addressing waserver.Addressing
		wantServer string
		wantAlt    bool
	}{
		{"by_lid", "628120000001", waserver.ByLID, types.HiddenUserServer, true},
		{"by_number", "628120000002", waserver.ByNumber, types.DefaultUserServer, true},
		{"by_hidden_lid", "628120000003", waserver.ByHiddenLID, types.HiddenUserServer, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx := testContext(t)
			p := srv.NewProspect(test.number, waserver.ProspectOptions{Addressing: test.addressing, Name: "Rina"})
			for _, text := range []string{"Halo", "Saya mau motor", "Berapa cicilannya?"} {
				id, err := p.Send(ctx, text)
				if err != nil {
					t.Fatal(err)
				}
				got := bot.message(id)
				if got.Message.GetConversation() != text || got.Info.Chat != p.Address() || got.Info.Chat.Server != test.wantServer {
					t.Errorf("bot got %q in %s, want %q in %s", got.Message.GetConversation(), got.Info.Chat, text, p.Address())
				}
				if got.Info.SenderAlt.IsEmpty() == test.wantAlt {
					t.Errorf("other name %q, want one: %t", got.Info.SenderAlt, test.wantAlt)
				}
				if got.Info.PushName != "Rina" {
					t.Errorf("push name %q, want Rina", got.Info.PushName)
				}
				sent, err := bot.say(ctx, got.Info.Chat, "Jawaban: "+text)
				if err != nil {
					t.Fatal(err)
				}
				answer, err := p.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if answer.ID != sent.ID || answer.Text != "Jawaban: "+text || answer.Chat != p.LID() {
					t.Errorf("prospect got %+v, want ID %s in %s", answer, sent.ID, p.LID())
				}
				copied, err := account.Phone().Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if copied.ID != sent.ID || copied.Text != answer.Text || copied.Chat != p.LID() {
					t.Errorf("phone got %+v, want ID %s", copied, sent.ID)
				}
				if _, err = p.WaitReceipt(ctx, id, ""); err != nil {
					t.Error(err)
				}
			}
		})
	}
	if err := account.WaitQueueEmpty(testContext(t)); err != nil {
		t.Error(err)
	}
	if got, want := account.SendsSeen(), 9; got != want {
		t.Errorf("%d sends, want %d", got, want)
	}
}
