package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"

	"layak/internal/waserver"
)

// send writes a message of any kind and returns its ID.
func send(t *testing.T, p *waserver.Prospect, m *waE2E.Message) string {
	t.Helper()
	id, err := p.SendMessage(waiting(t), m, waserver.SendOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func extended(text string, c *waE2E.ContextInfo) *waE2E.Message {
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: &text, ContextInfo: c}}
}

func wrapped(m *waE2E.Message) *waE2E.FutureProofMessage {
	return &waE2E.FutureProofMessage{Message: m}
}

// answers are the ways to say yes to a question with the options yes, no and unsure.
func answers(question waserver.Received) map[string]*waE2E.Message {
	yes := proto.String("yes")
	return map[string]*waE2E.Message{
		"text":          {Conversation: proto.String("sudah")},
		"extended_text": extended("sudah", nil),
		"quote": extended("sudah", &waE2E.ContextInfo{
			StanzaID: &question.ID, QuotedMessage: &waE2E.Message{Conversation: &question.Text},
		}),
		"forwarded": extended("sudah", &waE2E.ContextInfo{IsForwarded: proto.Bool(true)}),
		"ephemeral": {EphemeralMessage: wrapped(&waE2E.Message{Conversation: proto.String("sudah")})},
		"button":    {ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{SelectedButtonID: yes}},
		"template":  {TemplateButtonReplyMessage: &waE2E.TemplateButtonReplyMessage{SelectedID: yes}},
		"list": {ListResponseMessage: &waE2E.ListResponseMessage{
			Title: proto.String("Ya, sudah"), SingleSelectReply: &waE2E.ListResponseMessage_SingleSelectReply{SelectedRowID: yes},
		}},
		"list_label_only": {ListResponseMessage: &waE2E.ListResponseMessage{Title: proto.String("Ya, sudah")}},
		"native_flow": {InteractiveResponseMessage: &waE2E.InteractiveResponseMessage{
			InteractiveResponseMessage: &waE2E.InteractiveResponseMessage_NativeFlowResponseMessage_{
				NativeFlowResponseMessage: &waE2E.InteractiveResponseMessage_NativeFlowResponseMessage{ParamsJSON: proto.String(`{"id":"yes"}`)},
			},
		}},
		"image_caption":    {ImageMessage: &waE2E.ImageMessage{Caption: proto.String("sudah")}},
		"video_caption":    {VideoMessage: &waE2E.VideoMessage{Caption: proto.String("sudah")}},
		"document_caption": {DocumentWithCaptionMessage: wrapped(&waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{Caption: proto.String("sudah")}})},
		"view_once_caption": {ViewOnceMessageV2: wrapped(&waE2E.Message{
			ImageMessage: &waE2E.ImageMessage{Caption: proto.String("sudah"), ViewOnce: proto.Bool(true)},
		})},
	}
}

// wordless are messages that hold no answer.
var wordless = map[string]*waE2E.Message{
	"voice":     {AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true), Seconds: proto.Uint32(3)}},
	"image":     {ImageMessage: &waE2E.ImageMessage{}},
	"video":     {VideoMessage: &waE2E.VideoMessage{}},
	"note":      {PtvMessage: &waE2E.VideoMessage{}},
	"document":  {DocumentMessage: &waE2E.DocumentMessage{FileName: proto.String("izin.pdf")}},
	"sticker":   {StickerMessage: &waE2E.StickerMessage{}},
	"location":  {LocationMessage: &waE2E.LocationMessage{DegreesLatitude: proto.Float64(-6.2)}},
	"contact":   {ContactMessage: &waE2E.ContactMessage{DisplayName: proto.String("Budi")}},
	"view_once": {ViewOnceMessageV2: wrapped(&waE2E.Message{ImageMessage: &waE2E.ImageMessage{ViewOnce: proto.Bool(true)}})},
	"order":     {OrderMessage: &waE2E.OrderMessage{ItemCount: proto.Int32(2)}},
	"poll":      {PollCreationMessage: &waE2E.PollCreationMessage{Name: proto.String("?")}},
	"vote": {PollUpdateMessage: &waE2E.PollUpdateMessage{
		PollCreationMessageKey: &waCommon.MessageKey{ID: proto.String("3EB0NONE")}, Vote: &waE2E.PollEncValue{EncPayload: []byte("x"), EncIV: []byte("y")},
	}},
}

// TestAnswersOfEveryKind says yes in every way WhatsApp knows. Each counts.
func TestAnswersOfEveryKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	for kind := range answers(waserver.Received{}) {
		t.Run(kind, func(t *testing.T) {
			p := w.person(waserver.ProspectOptions{})
			converse(t, p, herbal[:2], replies)
			send(t, p, answers(p.Received()[1])[kind])
			expect(t, p, replies[2])
			converse(t, p, herbal[3:], replies[3:])
		})
	}
}

// TestWordless sends what holds no words. The bot says that it reads text, asks again, and counts nothing as wrong.
func TestWordless(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	_, question, _ := strings.Cut(replies[1], "\n\n")
	for kind, m := range wordless {
		t.Run(kind, func(t *testing.T) {
			send(t, p, m)
			if got := hear(t, p); !strings.Contains(got.Text, "hanya bisa membaca tulisan") || !strings.HasSuffix(got.Text, question) {
				t.Errorf("got %q", got.Text)
			}
		})
	}
	t.Run("view_once_kept_from_us", func(t *testing.T) {
		w.account.Inject(waBinary.Node{
			Tag: "message", Attrs: waBinary.Attrs{"from": p.Address(), "sender_pn": p.Number(), "id": "3AVIEWONCE", "t": time.Now().Unix(), "type": "media"},
			Content: []waBinary.Node{{Tag: "unavailable", Attrs: waBinary.Attrs{"type": "view_once"}}},
		})
		if got := hear(t, p); !strings.Contains(got.Text, "hanya bisa membaca tulisan") {
			t.Errorf("got %q", got.Text)
		}
	})
	if reasons := w.caseOf(p); reasons != "" {
		t.Errorf("a case was opened: %s", reasons)
	}
	converse(t, p, herbal[2:], replies[2:])
}

// TestNoise sends what needs no answer and gets none: reactions, a message that cannot be read, a repeated one.
func TestNoise(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	id := say(t, p, herbal[0])
	asked := expect(t, p, replies[0])
	key := &waCommon.MessageKey{RemoteJID: proto.String(w.account.LID().String()), FromMe: proto.Bool(false), ID: &asked.ID}
	send(t, p, &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Key: key, Text: proto.String("👍")}})
	send(t, p, &waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Key: key, Text: proto.String("")}})
	send(t, p, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum(), EphemeralExpiration: proto.Uint32(86400),
	}})
	if _, err := p.SendUnreadable(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if err := p.Type(true); err != nil {
		t.Fatal(err)
	}
	if err := p.Read(asked.ID); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Redeliver(id); err != nil {
			t.Fatal(err)
		}
		if err := p.Reencrypt(id); err != nil {
			t.Fatal(err)
		}
	}
	converse(t, p, herbal[1:], replies[1:])
	if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	w.settled()
	heardExactly(t, p, replies)
}

// correction is about an earlier message of the same person.
func correction(id string, kind waE2E.ProtocolMessage_Type, text string) *waE2E.Message {
	m := &waE2E.ProtocolMessage{Type: &kind, Key: &waCommon.MessageKey{FromMe: proto.Bool(true), ID: &id}}
	if text != "" {
		m.EditedMessage = &waE2E.Message{Conversation: &text}
	}
	return &waE2E.Message{ProtocolMessage: m}
}

// TestEditOffersToChange edits a message that was answered. The bot offers to change that answer, and the conversation
// goes on from there.
func TestEditOffersToChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	id := say(t, p, "sudah")
	expect(t, p, replies[2])
	send(t, p, correction(id, waE2E.ProtocolMessage_MESSAGE_EDIT, "belum"))
	if got := hear(t, p).Text; !strings.Contains(got, "mengubah pesan") || !strings.Contains(got, "kita ubah: Nomor BPOM obat tradisional") || strings.Contains(got, "NIB (Nomor") {
		t.Fatalf("got %q", got)
	}
	changed := inTerminal(t, append(slices.Clone(herbal[:3]), "ubah 2", "belum")...)
	converse(t, p, []string{"belum"}, changed[4:])
}

// TestDelete takes an answered message back. The answer stays, nothing is said, and the case that is opened later notes it.
func TestDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t))
	replies := inTerminal(t, herbal...)
	w.run()
	p := w.person(waserver.ProspectOptions{})
	converse(t, p, herbal[:2], replies)
	id := say(t, p, "sudah")
	expect(t, p, replies[2])
	send(t, p, correction(id, waE2E.ProtocolMessage_REVOKE, ""))
	converse(t, p, herbal[3:], replies[3:])
	w.settled()
	heardExactly(t, p, replies)
	if n := w.count(`SELECT COUNT(*) FROM audit WHERE what = 'taken_back' AND note = $1`, id); n != 1 {
		t.Errorf("%d notes", n)
	}
	cases, err := w.store().Cases(t.Context(), chatAt(t, w.store(), p.LID().String()))
	if err != nil || len(cases) != 1 || !strings.Contains(cases[0].Summary, "messages taken back: 1") {
		t.Errorf("cases %+v, %v", cases, err)
	}
}
