package whatsapp

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"layak/bot"
	"layak/flows"
)

var (
	sentAt     = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("WIB", 7*3600))
	receivedAt = time.Date(2026, 11, 23, 2, 0, 5, 0, time.UTC)
)

// testReader knows one poll, with the id POLL and the options yes and no.
func testReader() *reader {
	return &reader{
		own: ownNumber, ownLID: ownLID,
		now: func() time.Time { return receivedAt },
		sent: func(_ context.Context, id string) (bot.Outbound, bool, error) {
			return bot.Outbound{Reply: flows.Reply{Options: []flows.Option{{ID: "yes", Label: "Ya"}, {ID: "no", Label: "Tidak"}}}}, id == "POLL", nil
		},
		// The ciphertext of these tests is the plaintext.
		vote: func(_ context.Context, evt *events.Message) (*waE2E.PollVoteMessage, error) {
			vote := &waE2E.PollVoteMessage{}
			return vote, proto.Unmarshal(evt.Message.GetPollUpdateMessage().GetVote().GetEncPayload(), vote)
		},
		edit: func(_ context.Context, evt *events.Message) (*waE2E.Message, error) {
			m := &waE2E.Message{}
			payload := evt.Message.GetSecretEncryptedMessage().GetEncPayload()
			if len(payload) == 0 {
				return nil, errors.New("no key")
			}
			return m, proto.Unmarshal(payload, m)
		},
	}
}

func received(m *waE2E.Message) *events.Message {
	evt := &events.Message{
		Info: types.MessageInfo{
			MessageSource: types.MessageSource{Chat: rinaLID, Sender: on(rinaLID, 2), SenderAlt: on(rina, 2)},
			ID:            "3EB0AA", Timestamp: sentAt, PushName: "Rina",
		},
		RawMessage: m,
	}
	return evt.UnwrapRaw()
}

func key(id string) *waCommon.MessageKey { return &waCommon.MessageKey{ID: proto.String(id)} }

func wrapped(m *waE2E.Message) *waE2E.FutureProofMessage {
	return &waE2E.FutureProofMessage{Message: m}
}

func said(text string) *waE2E.Message { return &waE2E.Message{Conversation: proto.String(text)} }

func marshal(t *testing.T, m proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func poll(t *testing.T, id string, options ...string) *waE2E.Message {
	t.Helper()
	vote := &waE2E.PollVoteMessage{}
	for _, option := range options {
		sum := sha256.Sum256([]byte(option))
		vote.SelectedOptions = append(vote.SelectedOptions, sum[:])
	}
	return &waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{
		PollCreationMessageKey: key(id), Vote: &waE2E.PollEncValue{EncPayload: marshal(t, vote)},
	}}
}

// TestInputs is the table of everything a person can send.
func TestInputs(t *testing.T) {
	text := func(s string) flows.Input { return flows.Input{Kind: flows.InputText, Text: s} }
	tapped := func(id, label string) flows.Input {
		return flows.Input{Kind: flows.InputTap, Choice: id, Text: label}
	}
	edit := func(s string) flows.Input {
		return flows.Input{Kind: flows.InputEdit, Text: s, Target: "OLD"}
	}
	editOf := func(m *waE2E.Message) *waE2E.Message {
		return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: key("OLD"), EditedMessage: m,
		}}
	}
	secret := func(kind waE2E.SecretEncryptedMessage_SecretEncType, payload []byte) *waE2E.Message {
		return &waE2E.Message{SecretEncryptedMessage: &waE2E.SecretEncryptedMessage{
			TargetMessageKey: key("OLD"), SecretEncType: kind.Enum(), EncPayload: payload,
		}}
	}
	native := func(params string) *waE2E.Message {
		return &waE2E.Message{InteractiveResponseMessage: &waE2E.InteractiveResponseMessage{
			Body: &waE2E.InteractiveResponseMessage_Body{Text: proto.String("Ya")},
			InteractiveResponseMessage: &waE2E.InteractiveResponseMessage_NativeFlowResponseMessage_{
				NativeFlowResponseMessage: &waE2E.InteractiveResponseMessage_NativeFlowResponseMessage{ParamsJSON: proto.String(params)},
			},
		}}
	}
	quote := &waE2E.ContextInfo{StanzaID: proto.String("OLD"), QuotedMessage: said("Punya izin BPOM?")}
	future := &waE2E.Message{}
	future.ProtoReflect().SetUnknown(protowire.AppendBytes(protowire.AppendTag(nil, 9999, protowire.BytesType), []byte("hologram")))
	image := &waE2E.ImageMessage{Caption: proto.String("ini toko saya")}
	for name, c := range map[string]struct {
		message *waE2E.Message
		want    flows.Input
		ignored string
	}{
		"text":                  {said("halo"), text("halo"), ""},
		"text_with_spaces":      {said("  halo\n"), text("  halo\n"), ""},
		"extended_text":         {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("jual jamu")}}, text("jual jamu"), ""},
		"quote":                 {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("ya"), ContextInfo: quote}}, flows.Input{Kind: flows.InputText, Text: "ya", Quoted: "OLD"}, ""},
		"disappearing":          {&waE2E.Message{EphemeralMessage: wrapped(said("halo"))}, text("halo"), ""},
		"wrapped_twice":         {&waE2E.Message{EphemeralMessage: wrapped(&waE2E.Message{ViewOnceMessageV2: wrapped(&waE2E.Message{ImageMessage: image})})}, text("ini toko saya"), ""},
		"wrapped_unusually":     {&waE2E.Message{GroupMentionedMessage: wrapped(&waE2E.Message{EphemeralMessage: wrapped(said("halo"))})}, text("halo"), ""},
		"wrapper_of_the_future": {&waE2E.Message{SpoilerMessage: wrapped(said("halo"))}, text("halo"), ""},
		"picture_in_an_album":   {&waE2E.Message{AssociatedChildMessage: wrapped(&waE2E.Message{ImageMessage: &waE2E.ImageMessage{}})}, media("image"), ""},
		"nul_and_bad_bytes":     {said("ja\x00mu"), text("jamu"), ""},

		"caption_of_a_picture":     {&waE2E.Message{ImageMessage: image}, text("ini toko saya"), ""},
		"caption_of_a_video":       {&waE2E.Message{VideoMessage: &waE2E.VideoMessage{Caption: proto.String("dapur")}}, text("dapur"), ""},
		"caption_of_a_document":    {&waE2E.Message{DocumentWithCaptionMessage: wrapped(&waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{Caption: proto.String("NIB")}})}, text("NIB"), ""},
		"caption_seen_once":        {&waE2E.Message{ViewOnceMessage: wrapped(&waE2E.Message{ImageMessage: image})}, text("ini toko saya"), ""},
		"voice_note":               {&waE2E.Message{AudioMessage: &waE2E.AudioMessage{PTT: proto.Bool(true)}}, media("voice"), ""},
		"voice_note_seen_once":     {&waE2E.Message{ViewOnceMessageV2Extension: wrapped(&waE2E.Message{AudioMessage: &waE2E.AudioMessage{}})}, media("voice"), ""},
		"picture":                  {&waE2E.Message{ImageMessage: &waE2E.ImageMessage{}}, media("image"), ""},
		"video":                    {&waE2E.Message{VideoMessage: &waE2E.VideoMessage{}}, media("video"), ""},
		"round_video":              {&waE2E.Message{PtvMessage: &waE2E.VideoMessage{}}, media("video"), ""},
		"document":                 {&waE2E.Message{DocumentMessage: &waE2E.DocumentMessage{FileName: proto.String("nib.pdf")}}, media("document"), ""},
		"sticker":                  {&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}}, media("sticker"), ""},
		"animated_sticker":         {&waE2E.Message{LottieStickerMessage: wrapped(&waE2E.Message{StickerMessage: &waE2E.StickerMessage{}})}, media("sticker"), ""},
		"location":                 {&waE2E.Message{LocationMessage: &waE2E.LocationMessage{}}, media("location"), ""},
		"live_location":            {&waE2E.Message{LiveLocationMessage: &waE2E.LiveLocationMessage{}}, media("location"), ""},
		"contact":                  {&waE2E.Message{ContactMessage: &waE2E.ContactMessage{}}, media("contact"), ""},
		"contacts":                 {&waE2E.Message{ContactsArrayMessage: &waE2E.ContactsArrayMessage{}}, media("contact"), ""},
		"a_poll_of_theirs":         {&waE2E.Message{PollCreationMessageV3: &waE2E.PollCreationMessage{}}, media("unknown"), ""},
		"an_order":                 {&waE2E.Message{OrderMessage: &waE2E.OrderMessage{}}, media("unknown"), ""},
		"hidden_from_this_device":  {&waE2E.Message{PlaceholderMessage: &waE2E.PlaceholderMessage{}}, media("unknown"), ""},
		"a_kind_of_the_future":     {future, media("unknown"), ""},
		"a_future_kind_in_a_frame": {&waE2E.Message{EphemeralMessage: wrapped(future)}, media("unknown"), ""},

		"button":                   {&waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{SelectedButtonID: proto.String("yes"), Response: &waE2E.ButtonsResponseMessage_SelectedDisplayText{SelectedDisplayText: "Ya"}}}, tapped("yes", "Ya"), ""},
		"button_without_id":        {&waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{Response: &waE2E.ButtonsResponseMessage_SelectedDisplayText{SelectedDisplayText: "Ya"}}}, text("Ya"), ""},
		"button_without_anything":  {&waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{}}, media("unknown"), ""},
		"list_row":                 {&waE2E.Message{ListResponseMessage: &waE2E.ListResponseMessage{Title: proto.String("Fintech"), SingleSelectReply: &waE2E.ListResponseMessage_SingleSelectReply{SelectedRowID: proto.String("p2p_lending")}}}, tapped("p2p_lending", "Fintech"), ""},
		"template_button":          {&waE2E.Message{TemplateButtonReplyMessage: &waE2E.TemplateButtonReplyMessage{SelectedID: proto.String("no"), SelectedDisplayText: proto.String("Tidak")}}, tapped("no", "Tidak"), ""},
		"native_flow":              {native(`{"id":"yes"}`), tapped("yes", "Ya"), ""},
		"native_flow_list":         {native(`{"title":"x","selectedRowId":"no"}`), tapped("no", "Ya"), ""},
		"native_flow_number":       {native(`{"id":2}`), tapped("2", "Ya"), ""},
		"native_flow_without_id":   {native(`{"response":{}}`), text("Ya"), ""},
		"native_flow_broken":       {native(`{`), text("Ya"), ""},
		"tap_in_a_frame":           {&waE2E.Message{EphemeralMessage: wrapped(native(`{"id":"yes"}`))}, tapped("yes", "Ya"), ""},
		"vote_by_label":            {poll(t, "POLL", "Tidak"), tapped("no", "Tidak"), ""},
		"vote_by_id":               {poll(t, "POLL", "yes"), tapped("yes", "Ya"), ""},
		"vote_by_numbered_label":   {poll(t, "POLL", "2. Tidak"), tapped("no", "Tidak"), ""},
		"vote_for_two":             {poll(t, "POLL", "Ya", "Tidak"), media("unknown"), ""},
		"vote_for_nothing_of_ours": {poll(t, "POLL", "Mungkin"), media("unknown"), ""},
		"vote_taken_back":          {poll(t, "POLL"), flows.Input{}, "vote taken back"},
		"vote_in_another_poll":     {poll(t, "OTHER", "Ya"), media("unknown"), ""},
		"vote_without_a_poll":      {&waE2E.Message{PollUpdateMessage: &waE2E.PollUpdateMessage{}}, media("unknown"), ""},

		"edit":                    {&waE2E.Message{EditedMessage: wrapped(editOf(said("jual baju")))}, edit("jual baju"), ""},
		"edit_without_frame":      {editOf(said("jual baju")), edit("jual baju"), ""},
		"edit_of_a_long_text":     {editOf(&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("jual baju")}}), edit("jual baju"), ""},
		"edit_of_a_caption":       {editOf(&waE2E.Message{ImageMessage: image}), edit("ini toko saya"), ""},
		"edit_without_words":      {editOf(&waE2E.Message{ImageMessage: &waE2E.ImageMessage{}}), flows.Input{}, "edit without words"},
		"edit_without_content":    {editOf(nil), flows.Input{}, "edit without words"},
		"encrypted_edit":          {secret(waE2E.SecretEncryptedMessage_MESSAGE_EDIT, marshal(t, said("jual baju"))), edit("jual baju"), ""},
		"encrypted_edit_in_frame": {secret(waE2E.SecretEncryptedMessage_MESSAGE_EDIT, marshal(t, editOf(said("jual baju")))), edit("jual baju"), ""},
		"encrypted_edit_no_key":   {secret(waE2E.SecretEncryptedMessage_MESSAGE_EDIT, nil), flows.Input{}, "edit that cannot be read"},
		"edit_of_an_event":        {secret(waE2E.SecretEncryptedMessage_EVENT_EDIT, nil), flows.Input{}, "no content"},
		"delete":                  {&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: key("OLD")}}, flows.Input{Kind: flows.InputDelete, Target: "OLD"}, ""},
		"delete_of_nothing":       {&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{}}, flows.Input{}, "protocol"},

		"reaction":            {&waE2E.Message{ReactionMessage: &waE2E.ReactionMessage{Key: key("OLD"), Text: proto.String("👍")}}, flows.Input{}, "no content"},
		"encrypted_reaction":  {&waE2E.Message{EncReactionMessage: &waE2E.EncReactionMessage{}}, flows.Input{}, "no content"},
		"pin":                 {&waE2E.Message{PinInChatMessage: &waE2E.PinInChatMessage{}}, flows.Input{}, "no content"},
		"call":                {&waE2E.Message{CallLogMesssage: &waE2E.CallLogMessage{}}, flows.Input{}, "no content"},
		"album":               {&waE2E.Message{AlbumMessage: &waE2E.AlbumMessage{}}, flows.Input{}, "no content"},
		"timer_changed":       {&waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum()}}, flows.Input{}, "protocol"},
		"group_keys_only":     {&waE2E.Message{SenderKeyDistributionMessage: &waE2E.SenderKeyDistributionMessage{}, MessageContextInfo: &waE2E.MessageContextInfo{}}, flows.Input{}, "empty"},
		"nothing":             {&waE2E.Message{}, flows.Input{}, "empty"},
		"no_message":          {nil, flows.Input{}, "empty"},
		"empty_text":          {said(""), flows.Input{}, "empty"},
		"empty_extended_text": {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{}}, media("unknown"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ignored := testReader().inbound(t.Context(), received(c.message))
			if ignored != c.ignored {
				t.Fatalf("%v: ignored %q, want %q", c.message, ignored, c.ignored)
			}
			if ignored != "" {
				return
			}
			c.want.At = sentAt.UTC()
			want := bot.Inbound{
				Channel: "whatsapp", Address: rinaLID.String(), Alt: rina.String(), Sender: on(rinaLID, 2).String(), MessageID: "3EB0AA",
				Name: "Rina", Input: c.want, ReceivedAt: receivedAt,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v (-want +got):\n%s", c.message, diff)
			}
		})
	}
}

func TestPersonalNumbersNeverLeaveTheReader(t *testing.T) {
	const nik = "3174012345670001"
	evt := received(&waE2E.Message{ButtonsResponseMessage: &waE2E.ButtonsResponseMessage{
		SelectedButtonID: proto.String("id " + nik), Response: &waE2E.ButtonsResponseMessage_SelectedDisplayText{SelectedDisplayText: "NIK saya " + nik},
	}})
	evt.Info.PushName = nik + strings.Repeat("x", 200)
	got, _ := testReader().inbound(t.Context(), evt)
	if strings.Contains(got.Input.Text+got.Input.Choice+got.Name, nik) {
		t.Errorf("the number is still there: %+v", got)
	}
	if len(got.Input.Masked) == 0 {
		t.Errorf("nothing says that a number was removed: %+v", got.Input)
	}
	if n := len([]rune(got.Name)); n > maxNameRunes {
		t.Errorf("the name has %d runes", n)
	}
}

func TestDisappearingTimerIsCarried(t *testing.T) {
	timer := &waE2E.ContextInfo{Expiration: proto.Uint32(86400)}
	for name, m := range map[string]*waE2E.Message{
		"text":    {ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("halo"), ContextInfo: timer}},
		"picture": {ImageMessage: &waE2E.ImageMessage{ContextInfo: timer}},
		"frame":   {EphemeralMessage: wrapped(&waE2E.Message{AudioMessage: &waE2E.AudioMessage{ContextInfo: timer}})},
		"tap":     {ListResponseMessage: &waE2E.ListResponseMessage{Title: proto.String("Ya"), ContextInfo: timer}},
	} {
		got, ignored := testReader().inbound(t.Context(), received(m))
		if got.Ephemeral != 86400 {
			t.Errorf("%s: timer %d (ignored: %q), want 86400", name, got.Ephemeral, ignored)
		}
		reply := message(bot.Outbound{Reply: flows.Reply{Text: "baik"}, Ephemeral: got.Ephemeral})
		if expiration(reply) != 86400 || reply.GetExtendedTextMessage().GetText() != "baik" {
			t.Errorf("%s: the answer does not carry the timer: %v", name, reply)
		}
	}
	if got := message(bot.Outbound{Reply: flows.Reply{Text: "baik"}}); got.GetConversation() != "baik" || expiration(got) != 0 {
		t.Errorf("without a timer: %v", got)
	}
}

func TestBusinessPhone(t *testing.T) {
	fromPhone := func(m *waE2E.Message) *events.Message {
		evt := received(&waE2E.Message{DeviceSentMessage: &waE2E.DeviceSentMessage{Message: m}})
		evt.Info.MessageSource = types.MessageSource{Chat: rina, Sender: ownNumber, IsFromMe: true, RecipientAlt: rinaLID}
		evt.Info.PushName = "Toko Kami"
		return evt
	}
	got, ignored := testReader().inbound(t.Context(), fromPhone(said("saya bantu ya")))
	want := bot.Inbound{
		Channel: "whatsapp", Address: rina.String(), Alt: rinaLID.String(), Sender: ownNumber.String(), MessageID: "3EB0AA", FromMe: true,
		Input: flows.Input{Kind: flows.InputText, Text: "saya bantu ya", At: sentAt.UTC()}, ReceivedAt: receivedAt,
	}
	if diff := cmp.Diff(want, got); diff != "" || ignored != "" {
		t.Errorf("ignored %q (-want +got):\n%s", ignored, diff)
	}
	for name, m := range map[string]*waE2E.Message{
		"reaction": {ReactionMessage: &waE2E.ReactionMessage{}},
		"delete":   {ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_REVOKE.Enum(), Key: key("OLD")}},
		"timer":    {ProtocolMessage: &waE2E.ProtocolMessage{Type: waE2E.ProtocolMessage_EPHEMERAL_SETTING.Enum()}},
	} {
		if got, ignored := testReader().inbound(t.Context(), fromPhone(m)); ignored == "" {
			t.Errorf("%s on the business phone counts as a takeover: %+v", name, got)
		}
	}
}

// TestNumberFromTheMap: the account's phone tells linked devices which number is behind a hidden id, before anybody writes.
func TestNumberFromTheMap(t *testing.T) {
	r := testReader()
	r.number = func(lid types.JID) types.JID {
		if lid == rinaLID {
			return on(rina, 2)
		}
		return types.EmptyJID
	}
	evt := received(&waE2E.Message{Conversation: proto.String("halo")})
	evt.Info.SenderAlt = types.EmptyJID
	if in, _ := r.inbound(t.Context(), evt); in.Alt != rina.String() {
		t.Errorf("the other address is %q, want %q", in.Alt, rina)
	}
	r.number = func(types.JID) types.JID { return types.EmptyJID }
	if in, _ := r.inbound(t.Context(), evt); in.Alt != "" {
		t.Errorf("the other address is %q, want none", in.Alt)
	}
}

func TestQuotedMessage(t *testing.T) {
	quote := func(id string) *waE2E.ContextInfo { return &waE2E.ContextInfo{StanzaID: proto.String(id)} }
	for name, test := range map[string]struct {
		message *waE2E.Message
		want    string
	}{
		"text":      {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("ambil"), ContextInfo: quote("3EB0CARD")}}, "3EB0CARD"},
		"picture":   {&waE2E.Message{ImageMessage: &waE2E.ImageMessage{ContextInfo: quote("3EB0CARD")}}, "3EB0CARD"},
		"none":      {said("ambil"), ""},
		"wrapped":   {&waE2E.Message{EphemeralMessage: wrapped(&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("ambil"), ContextInfo: quote("3EB0CARD")}})}, "3EB0CARD"},
		"odd":       {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("ambil"), ContextInfo: quote("a b\x00")}}, ""},
		"very long": {&waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{Text: proto.String("ambil"), ContextInfo: quote(strings.Repeat("A", 1000))}}, ""},
	} {
		in, ignored := testReader().inbound(t.Context(), received(test.message))
		if ignored != "" || in.Input.Quoted != test.want {
			t.Errorf("%s: quoted %q (%s), want %q", name, in.Input.Quoted, ignored, test.want)
		}
	}
}
