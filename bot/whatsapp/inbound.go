package whatsapp

import (
	"context"
	"strings"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/reflect/protoreflect"

	"layak/bot"
	"layak/flows"
)

// reader turns what whatsmeow reports into what the bot reads.
type reader struct {
	own, ownLID types.JID // the account's plain addresses
	// vote and edit decrypt what is encrypted once more inside a message.
	vote func(context.Context, *events.Message) (*waE2E.PollVoteMessage, error)
	edit func(context.Context, *events.Message) (*waE2E.Message, error)
	sent sentFunc
	// number finds what is known of the number behind a hidden id. Nil, and an empty result, mean: nothing.
	number func(lid types.JID) types.JID
	now    func() time.Time
}

// maxNameRunes bounds what is kept of a name; WhatsApp allows 25 characters.
const maxNameRunes = 64

// inbound gives the message for the bot, or why it is left alone. It never fails: what it does not understand becomes
// media of an unknown kind, so that the person still gets an answer.
func (r *reader) inbound(ctx context.Context, evt *events.Message) (in bot.Inbound, ignored string) {
	if why := stranger(&evt.Info, r.own, r.ownLID); why != "" {
		return bot.Inbound{}, why
	}
	content, why := r.input(ctx, evt)
	if why == "" && evt.Info.IsFromMe && (content.Kind == flows.InputEdit || content.Kind == flows.InputDelete) {
		why = "own correction" // of something that was already a takeover, or of an answer of ours
	}
	if why != "" {
		return bot.Inbound{}, why
	}
	in = r.envelope(&evt.Info)
	in.Ephemeral = expiration(evt.Message)
	in.Input = content
	if content.Kind == flows.InputText || content.Kind == flows.InputMedia {
		in.Input.Quoted = quoted(evt.Message)
	}
	in.Input.At = evt.Info.Timestamp.UTC()
	in.Input.Text, in.Input.Masked = guard(in.Input.Text)
	in.Input.Choice, _ = guard(in.Input.Choice)
	return in, ""
}

// envelope fills in who wrote and where an answer goes.
func (r *reader) envelope(info *types.MessageInfo) bot.Inbound {
	in := bot.Inbound{
		Channel:    Name,
		Sender:     info.Sender.String(),
		MessageID:  info.ID,
		FromMe:     info.IsFromMe,
		ReceivedAt: r.now().UTC(),
	}
	in.Address, in.Alt = addresses(info)
	if in.Alt == "" && r.number != nil && info.Chat.Server == types.HiddenUserServer {
		if number := r.number(info.Chat.ToNonAD()).ToNonAD(); number.Server == types.DefaultUserServer && isNumber(number.User) {
			in.Alt = number.String()
		}
	}
	if !info.IsFromMe && info.PushName != "-" {
		name, _ := guard(info.PushName)
		in.Name = truncate(name, maxNameRunes)
	}
	return in
}

// guard masks personal numbers, and drops what a database does not take.
func guard(text string) (string, []string) {
	return flows.Guard(strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", ""))
}

func truncate(text string, runes int) string {
	for i := range text {
		if runes == 0 {
			return text[:i]
		}
		runes--
	}
	return text
}

// input reads the content. At is left to the caller.
func (r *reader) input(ctx context.Context, evt *events.Message) (in flows.Input, ignored string) {
	defer func() {
		if p := recover(); p != nil { // a message of a shape nobody thought of must not be lost
			in, ignored = media("unknown"), ""
		}
	}()
	m := unwrap(evt.Message)
	if m == nil {
		return in, "empty"
	}
	if in, ok := tap(m); ok {
		return in, ""
	}
	switch {
	case m.ProtocolMessage != nil:
		return protocol(m.ProtocolMessage)
	case m.SecretEncryptedMessage != nil:
		return r.secret(ctx, evt, m)
	case m.PollUpdateMessage != nil:
		return r.polled(ctx, evt, m.PollUpdateMessage)
	case isNoise(m):
		return in, "no content"
	}
	if in, ok := text(m); ok {
		return in, ""
	}
	if kind := mediaKind(m); kind != "" {
		return media(kind), ""
	}
	if !hasContent(m) {
		return in, "empty"
	}
	return media("unknown"), ""
}

func media(kind string) flows.Input { return flows.Input{Kind: flows.InputMedia, Media: kind} }

// text reads written words: a text with or without a quote, or a caption.
func text(m *waE2E.Message) (flows.Input, bool) {
	words := ""
	switch {
	case m.Conversation != nil:
		words = m.GetConversation()
	case m.ExtendedTextMessage != nil:
		words = m.GetExtendedTextMessage().GetText()
	case m.ImageMessage != nil:
		words = m.GetImageMessage().GetCaption()
	case m.VideoMessage != nil:
		words = m.GetVideoMessage().GetCaption()
	case m.PtvMessage != nil:
		words = m.GetPtvMessage().GetCaption()
	case m.DocumentMessage != nil:
		words = m.GetDocumentMessage().GetCaption()
	}
	return flows.Input{Kind: flows.InputText, Text: words}, words != ""
}

// mediaKind names what came without words, "" for nothing known.
func mediaKind(m *waE2E.Message) string {
	switch {
	case m.AudioMessage != nil:
		return "voice"
	case m.ImageMessage != nil:
		return "image"
	case m.VideoMessage != nil || m.PtvMessage != nil:
		return "video"
	case m.DocumentMessage != nil:
		return "document"
	case m.StickerMessage != nil || m.StickerPackMessage != nil:
		return "sticker"
	case m.LocationMessage != nil || m.LiveLocationMessage != nil:
		return "location"
	case m.ContactMessage != nil || m.ContactsArrayMessage != nil:
		return "contact"
	}
	return ""
}

// isNoise tells what carries nothing for the bot: a person who sent it does not wait for an answer.
func isNoise(m *waE2E.Message) bool {
	return m.ReactionMessage != nil || m.EncReactionMessage != nil || m.PinInChatMessage != nil || m.KeepInChatMessage != nil ||
		m.AlbumMessage != nil || // announces pictures, which follow one by one
		m.StickerSyncRmrMessage != nil || m.Call != nil || m.BcallMessage != nil || m.CallLogMesssage != nil || m.Chat != nil ||
		m.PollResultSnapshotMessage != nil || m.PollResultSnapshotMessageV3 != nil || m.EncEventResponseMessage != nil ||
		m.MessageHistoryBundle != nil || m.MessageHistoryNotice != nil ||
		m.GroupRootKeyShare != nil || m.RootSecretDistributeMessage != nil || m.StatusNotificationMessage != nil
}

// protocol reads a message about another message.
func protocol(p *waE2E.ProtocolMessage) (flows.Input, string) {
	target := p.GetKey().GetID()
	switch p.GetType() {
	case waE2E.ProtocolMessage_REVOKE:
		if target != "" && p.Key != nil {
			return flows.Input{Kind: flows.InputDelete, Target: target}, ""
		}
	case waE2E.ProtocolMessage_MESSAGE_EDIT:
		return edited(p.GetEditedMessage(), target)
	}
	return flows.Input{}, "protocol" // keys, settings, the disappearing timer: the next message carries it
}

// edited reads the new wording of a message.
func edited(m *waE2E.Message, target string) (flows.Input, string) {
	m = unwrap(m)
	if m == nil || target == "" {
		return flows.Input{}, "edit without words"
	}
	in, ok := text(m)
	if !ok {
		return flows.Input{}, "edit without words"
	}
	in.Kind, in.Target = flows.InputEdit, target
	return in, ""
}

// secret reads a message that is encrypted with the key of an earlier one. Only edits of messages concern the bot.
func (r *reader) secret(ctx context.Context, evt *events.Message, m *waE2E.Message) (flows.Input, string) {
	if m.SecretEncryptedMessage.GetSecretEncType() != waE2E.SecretEncryptedMessage_MESSAGE_EDIT {
		return flows.Input{}, "no content"
	}
	plain, err := r.edit(ctx, within(evt, m))
	if err != nil {
		return flows.Input{}, "edit that cannot be read"
	}
	target := m.SecretEncryptedMessage.GetTargetMessageKey().GetID()
	plain = unwrap(plain)
	if p := plain.GetProtocolMessage(); p != nil {
		plain = p.GetEditedMessage()
	}
	return edited(plain, target)
}

// within is evt with the content that was found inside its wrappers, as whatsmeow's decryption expects it.
func within(evt *events.Message, m *waE2E.Message) *events.Message {
	inner := *evt
	inner.Message = m
	return &inner
}

// unwrap takes a message out of the envelopes that whatsmeow leaves on, whatever they are called: they are all of one type.
func unwrap(m *waE2E.Message) *waE2E.Message {
	for range 8 { // deeper than any client nests
		var inner *waE2E.Message
		if m == nil {
			return nil
		}
		m.ProtoReflect().Range(func(_ protoreflect.FieldDescriptor, v protoreflect.Value) bool {
			if sub, ok := v.Interface().(protoreflect.Message); ok {
				if wrapper, ok := sub.Interface().(*waE2E.FutureProofMessage); ok {
					inner = wrapper.GetMessage()
				}
			}
			return inner == nil
		})
		if inner == nil {
			return m
		}
		m = inner
	}
	return m
}

// hasContent reports whether m holds anything besides keys and context, fields of a later version of WhatsApp included.
func hasContent(m *waE2E.Message) bool {
	if len(m.ProtoReflect().GetUnknown()) > 0 {
		return true
	}
	found := false
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch f.Name() {
		case "messageContextInfo", "senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage":
			return true
		}
		found = f.Kind() != protoreflect.StringKind || v.String() != ""
		return !found
	})
	return found
}

// expiration is the chat's disappearing-message timer in seconds as the message carries it, 0 for none.
func expiration(m *waE2E.Message) uint32 {
	var seconds uint32
	contexts(m, func(c *waE2E.ContextInfo) bool {
		seconds = c.GetExpiration()
		return seconds == 0
	})
	return seconds
}

// maxIDLength bounds a message id that a stranger made up; real ones have 32 characters at most.
const maxIDLength = 64

// quoted is the id of the message that this one replies to, "" for none.
func quoted(m *waE2E.Message) string {
	id := ""
	contexts(m, func(c *waE2E.ContextInfo) bool {
		id = c.GetStanzaID()
		return id == ""
	})
	if len(id) > maxIDLength || strings.Trim(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_") != "" {
		return ""
	}
	return id
}

// contexts calls look with what surrounds each part of a message, until that returns false.
func contexts(m *waE2E.Message, look func(*waE2E.ContextInfo) bool) {
	m = unwrap(m)
	if m == nil {
		return
	}
	m.ProtoReflect().Range(func(_ protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if sub, ok := v.Interface().(protoreflect.Message); ok {
			if part, ok := sub.Interface().(interface{ GetContextInfo() *waE2E.ContextInfo }); ok {
				return look(part.GetContextInfo())
			}
		}
		return true
	})
}
