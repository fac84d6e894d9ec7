package waserver_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

func TestOfflineQueue(t *testing.T) {
	srv := newServer(t)
	account := srv.NewAccount("628110000001")
	ctx := testContext(t)
	path := filepath.Join(t.TempDir(), "bot.db")
	first := startBot(t, srv, path)
	first.scan(account)
	await[*events.Connected](first, 0, nil)
	first.pushName()
	p := exchange(t, srv, first, "628120000001")
	if err := account.WaitQueueEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	first.stop()
	if err := account.WaitOffline(ctx); err != nil {
		t.Fatal(err)
	}

	const n = 20
	var ids []string
	for i := range n {
		id, err := p.Send(ctx, fmt.Sprint("pesan ", i))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if got := account.QueueLength(); got != n {
		t.Errorf("%d stanzas wait, want %d", got, n)
	}
	second := startBot(t, srv, path)
	second.connect()
	preview, _ := await[*events.OfflineSyncPreview](second, 0, nil)
	if preview.Total != n || preview.Messages != n {
		t.Errorf("preview of %d with %d messages, want %d", preview.Total, preview.Messages, n)
	}
	at := 0
	for i, id := range ids {
		var got *events.Message
		got, at = await[*events.Message](second, at, nil)
		if got.Info.ID != id || got.Message.GetConversation() != fmt.Sprint("pesan ", i) {
			t.Fatalf("message %d is %s %q, want %s", i, got.Info.ID, got.Message.GetConversation(), id)
		}
	}
	end, _ := await[*events.OfflineSyncCompleted](second, 0, nil)
	if end.Count != n {
		t.Errorf("end after %d, want %d", end.Count, n)
	}
	if err := account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
	if got := account.Logins(); got != 2 {
		t.Errorf("%d logins, want 2", got)
	}
}

func testRefusedMessageComesAgain(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	refused := make(chan string, 1)
	w.bot.refuse(func(evt any) bool {
		m, ok := evt.(*events.Message)
		if ok {
			select {
			case refused <- m.Info.ID:
			default:
			}
		}
		return ok
	})
	id, err := p.Send(ctx, "jangan hilang")
	if err != nil {
		t.Fatal(err)
	}
	if got := <-refused; got != id {
		t.Fatalf("refused %s, want %s", got, id)
	}
	if got := w.account.QueueLength(); got == 0 {
		t.Error("queue is empty although the message was refused")
	}
	w.bot.refuse(func(any) bool { return false })
	w.bot.client.ResetConnection()
	if got := w.bot.message(id).Message.GetConversation(); got != "jangan hilang" {
		t.Errorf("bot got %q", got)
	}
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testRepeatedDeliveries(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	id, err := p.Send(ctx, "sekali")
	if err != nil {
		t.Fatal(err)
	}
	w.bot.message(id)
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	before := count[*events.Message](w.bot)
	w.account.DuplicateLast()
	if err = p.Redeliver(id); err != nil {
		t.Fatal(err)
	}
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	if got := count[*events.Message](w.bot); got != before {
		t.Errorf("%d events for the same bytes", got-before)
	}
	from := w.bot.mark()
	if err = p.Reencrypt(id); err != nil {
		t.Fatal(err)
	}
	if again, _ := await[*events.Message](w.bot, from, nil); again.Info.ID != id || again.Message.GetConversation() != "sekali" {
		t.Errorf("got %s %q, want %s again", again.Info.ID, again.Message.GetConversation(), id)
	}
	if err = p.Redeliver("nothing"); !errors.Is(err, waserver.ErrUnknownMessage) {
		t.Errorf("got %v, want ErrUnknownMessage", err)
	}
}

func testReorderedDeliveries(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	if err := w.account.WaitQueueEmpty(ctx); err != nil {
		t.Fatal(err)
	}
	w.account.Hold()
	from := w.bot.mark()
	for _, text := range []string{"satu", "dua", "tiga"} {
		if _, err := p.Send(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	w.account.ReleaseReversed()
	for _, want := range []string{"tiga", "dua", "satu"} {
		var got *events.Message
		if got, from = await[*events.Message](w.bot, from, nil); got.Message.GetConversation() != want {
			t.Errorf("got %q, want %q", got.Message.GetConversation(), want)
		}
	}
}

func testPhoneTakesOver(t *testing.T, w world) {
	ctx := testContext(t)
	for i, addressing := range []waserver.Addressing{waserver.ByLID, waserver.ByNumber, waserver.ByHiddenLID} {
		p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{Addressing: addressing})
		id, err := w.account.Phone().Send(ctx, p, "Saya bantu ya")
		if err != nil {
			t.Fatal(err)
		}
		got := w.bot.message(id)
		if !got.Info.IsFromMe || got.Info.Chat != p.Address() || got.Message.GetConversation() != "Saya bantu ya" {
			t.Errorf("%d: bot got %q from me: %t in %s, want it in %s", i,
				got.Message.GetConversation(), got.Info.IsFromMe, got.Info.Chat, p.Address())
		}
		if got.Info.DeviceSentMeta == nil {
			t.Errorf("%d: not marked as sent by another device", i)
		}
		if seen, err := p.Next(ctx); err != nil || !seen.FromPhone || seen.ID != id || seen.Text != "Saya bantu ya" {
			t.Errorf("%d: prospect got %+v, %v", i, seen, err)
		}
	}
	if err := w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testBotAsksForRetry(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	// The bot loses its sessions, as after the restore of an old backup.
	if err := w.bot.client.Store.Sessions.DeleteAllSessions(ctx, p.LID().SignalAddressUser()); err != nil {
		t.Fatal(err)
	}
	id, err := p.Send(ctx, "masih di sana?")
	if err != nil {
		t.Fatal(err)
	}
	got := w.bot.message(id)
	if got.Message.GetConversation() != "masih di sana?" || got.RetryCount != 1 {
		t.Errorf("bot got %q after %d retries", got.Message.GetConversation(), got.RetryCount)
	}
	await(w.bot, 0, func(u *events.UndecryptableMessage) bool { return u.Info.ID == id })
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testProspectAsksForRetry(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	p.LoseSessions()
	sent, err := w.bot.say(ctx, p.LID(), "terbaca?")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != sent.ID || got.Text != "terbaca?" || got.Retry != 1 {
		t.Errorf("prospect got %+v, want %s at the second try", got, sent.ID)
	}
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testQuotesMediaAndReceipts(t *testing.T, w world) {
	p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{})
	ctx := testContext(t)
	image := []byte("not really a picture")
	uploaded, err := w.bot.client.Upload(ctx, image, whatsmeow.MediaImage)
	if err != nil {
		t.Fatal(err)
	}
	id, err := p.SendMessage(ctx, &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
		Caption: proto.String("KTP"), Mimetype: proto.String("image/jpeg"), DirectPath: &uploaded.DirectPath,
		MediaKey: uploaded.MediaKey, FileEncSHA256: uploaded.FileEncSHA256, FileSHA256: uploaded.FileSHA256,
		FileLength: &uploaded.FileLength,
	}}, waserver.SendOptions{ID: "FOTO1", Timestamp: time.Unix(1_700_000_000, 0)})
	if err != nil || id != "FOTO1" {
		t.Fatal(id, err)
	}
	got := w.bot.message(id)
	if got.Info.Type != "media" || got.Info.MediaType != "image" || got.Info.Timestamp.Unix() != 1_700_000_000 {
		t.Errorf("bot got %+v", got.Info)
	}
	file, err := w.bot.client.Download(ctx, got.Message.GetImageMessage())
	if err != nil || string(file) != string(image) {
		t.Errorf("downloaded %q, %v", file, err)
	}
	if err = w.bot.client.SendChatPresence(ctx, got.Info.Chat, types.ChatPresenceComposing, types.ChatPresenceMediaText); err != nil {
		t.Error(err)
	}
	if err = w.bot.client.MarkRead(ctx, []string{id}, time.Now(), got.Info.Chat, got.Info.Sender); err != nil {
		t.Error(err)
	}
	if _, err = p.WaitReceipt(ctx, id, "read"); err != nil {
		t.Error(err)
	}
	if states := p.ChatStates(); len(states) != 1 || states[0].State != "composing" {
		t.Errorf("chat states %+v, want one", states)
	}
	sent, err := w.bot.client.SendMessage(ctx, got.Info.Chat, &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text: proto.String("Terima kasih"),
		ContextInfo: &waE2E.ContextInfo{
			StanzaID: &id, Participant: proto.String(got.Info.Sender.String()), QuotedMessage: got.Message,
			Expiration: proto.Uint32(86400),
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.Next(ctx)
	if err != nil || answer.Text != "Terima kasih" || answer.Quoted != id || answer.Ephemeral != 24*time.Hour {
		t.Errorf("prospect got %+v, %v", answer, err)
	}
	await(w.bot, 0, func(r *events.Receipt) bool {
		return r.Type == types.ReceiptTypeDelivered && r.MessageIDs[0] == sent.ID
	})
	if err = p.Read(answer.ID); err != nil {
		t.Error(err)
	}
	await(w.bot, 0, func(r *events.Receipt) bool { return r.Type == types.ReceiptTypeRead && r.MessageIDs[0] == sent.ID })
	if err = p.Type(true); err != nil {
		t.Error(err)
	}
	await(w.bot, 0, func(c *events.ChatPresence) bool { return c.State == types.ChatPresenceComposing })
}

func testPlacesWhereABotIsSilent(t *testing.T, w world) {
	p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{})
	byNumber := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{Addressing: waserver.ByNumber})
	ctx := testContext(t)
	hello := &waE2E.Message{Conversation: proto.String("Halo semua")}
	group := types.NewJID("120363000000000001", types.GroupServer)
	for name, place := range map[string]types.JID{
		"group":     group,
		"status":    types.StatusBroadcastJID,
		"broadcast": types.NewJID("1700000000", types.BroadcastServer),
	} {
		for _, who := range []*waserver.Prospect{p, byNumber} {
			id, err := who.SendIn(ctx, place, hello, waserver.SendOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := w.bot.message(id); got.Info.Chat != place || got.Info.Sender.User != who.Address().User || !got.Info.IsGroup {
				t.Errorf("%s: bot got it in %s from %s", name, got.Info.Chat, got.Info.Sender)
			}
			if _, err = who.WaitReceipt(ctx, id, ""); err != nil {
				t.Error(name, err)
			}
		}
	}
	channel := types.NewJID("120363000000000002", types.NewsletterServer)
	id, err := w.account.InjectChannel(channel, hello)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.bot.message(id); got.Info.Chat != channel {
		t.Errorf("channel: bot got it in %s", got.Info.Chat)
	}
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testLIDUnknown(t *testing.T, w world) {
	ctx := testContext(t)
	p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{Addressing: waserver.ByNumber, LIDUnknown: true})
	id, err := p.Send(ctx, "Halo")
	if err != nil {
		t.Fatal(err)
	}
	if got := w.bot.message(id); got.Info.Chat != p.Number() || !got.Info.SenderAlt.IsEmpty() {
		t.Errorf("bot got it in %s, other name %s", got.Info.Chat, got.Info.SenderAlt)
	}
	if _, err = w.bot.say(ctx, p.Number(), "Halo juga"); err == nil {
		t.Error("the bot could answer without a LID")
	}
	p.SetLIDUnknown(false)
	if _, err = w.bot.say(ctx, p.Number(), "Halo juga"); err != nil {
		t.Error(err)
	}
	if got, err := p.Next(ctx); err != nil || got.Text != "Halo juga" {
		t.Errorf("prospect got %q, %v", got.Text, err)
	}
}

func testIsOnWhatsApp(t *testing.T, w world) {
	p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{})
	found, err := w.bot.client.IsOnWhatsApp(testContext(t), []string{"+" + p.Number().User, "+" + newNumber()})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 2 || !found[0].IsIn || found[0].JID != p.LID() || found[0].PhoneNumber != p.Number() || found[1].IsIn {
		t.Errorf("got %+v", found)
	}
}

func testManyProspectsAtOnce(t *testing.T, w world) {
	ctx := testContext(t)
	echo := make(chan *events.Message, 1000)
	w.bot.refuse(func(evt any) bool {
		if m, ok := evt.(*events.Message); ok {
			echo <- m
		}
		return false
	})
	var answering sync.WaitGroup
	defer answering.Wait()
	defer close(echo)
	answering.Go(func() {
		for m := range echo {
			if _, err := w.bot.say(ctx, m.Info.Chat, m.Message.GetConversation()); err != nil {
				t.Error(err)
				return
			}
		}
	})
	const people, rounds = 60, 2
	started := time.Now()
	var talking sync.WaitGroup
	for i := range people {
		p := w.srv.NewProspect(newNumber(), waserver.ProspectOptions{Addressing: waserver.Addressing(i % 3)})
		talking.Go(func() {
			for round := range rounds {
				want := fmt.Sprint(i, " ", round)
				if _, err := p.Send(ctx, want); err != nil {
					t.Error(err)
					return
				}
				if got, err := p.Next(ctx); err != nil || got.Text != want {
					t.Errorf("got %q, %v, want %q", got.Text, err, want)
					return
				}
			}
		})
	}
	talking.Wait()
	t.Logf("%d round trips in %v", people*rounds, time.Since(started))
	if err := w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}

func testUnreadableMessageAndCall(t *testing.T, w world) {
	p := exchange(t, w.srv, w.bot, newNumber())
	ctx := testContext(t)
	id, err := p.SendUnreadable(ctx)
	if err != nil {
		t.Fatal(err)
	}
	await(w.bot, 0, func(u *events.UndecryptableMessage) bool { return u.Info.ID == id })
	call, err := p.Call(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if offer, _ := await(w.bot, 0, func(o *events.CallOffer) bool { return o.CallID == call }); offer.From != p.Address() {
		t.Errorf("call from %s, want %s", offer.From, p.Address())
	}
	if err = w.account.WaitQueueEmpty(ctx); err != nil {
		t.Error(err)
	}
}
