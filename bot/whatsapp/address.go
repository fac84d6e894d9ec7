package whatsapp

import (
	"go.mau.fi/whatsmeow/types"
)

// hostedDevice is the device number under which a company's own server answers for an account (WhatsApp's hosted
// devices). The client library rewrites their addresses to ordinary ones, so the number is all that is left.
const hostedDevice = 99

// stranger says why a message is not one that a person wrote in a direct chat with the account; "" means that it is.
// Everything it names is acknowledged and left alone, so that no group, channel, bot or status ever gets an answer.
func stranger(info *types.MessageInfo, own, ownLID types.JID) string {
	chat, sender := info.Chat, info.Sender
	switch {
	case info.Category == "peer":
		return "peer" // the account's phone talking to its linked devices
	case chat.Server == types.GroupServer:
		return "group"
	case chat.Server == types.BroadcastServer && chat.User == types.StatusBroadcastJID.User:
		return "status"
	case chat.Server == types.BroadcastServer || !info.BroadcastListOwner.IsEmpty():
		return "broadcast"
	case chat.Server == types.NewsletterServer || sender.Server == types.NewsletterServer || info.IsNewsletterStatus:
		return "newsletter"
	case chat.IsBot() || sender.ToNonAD().IsBot():
		return "bot"
	case chat.Server == types.HostedServer || chat.Server == types.HostedLIDServer,
		sender.Server == types.HostedServer || sender.Server == types.HostedLIDServer:
		return "hosted"
	case !info.IsFromMe && sender.Device == hostedDevice:
		return "hosted"
	case chat.Server != types.DefaultUserServer && chat.Server != types.HiddenUserServer:
		return "network" // Messenger, other networks, old addresses, whatever comes next
	case !isNumber(chat.User):
		return "service" // the server itself
	case chat.User == types.PSAJID.User || chat.User == types.OfficialBusinessJID.User:
		return "service" // announcements by WhatsApp
	case chat.User == own.User && chat.Server == types.DefaultUserServer,
		chat.User == ownLID.User && chat.Server == types.HiddenUserServer:
		return "own chat"
	case info.IsGroup:
		return "group"
	case !info.IsFromMe && sender.ToNonAD() != chat.ToNonAD():
		return "foreign sender" // in a direct chat only the other side writes
	}
	return ""
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// addresses gives where an answer to the message goes, and the other address of the same person, "" where none is known.
func addresses(info *types.MessageInfo) (address, alt string) {
	other := info.SenderAlt
	if info.IsFromMe {
		other = info.RecipientAlt
	}
	other = other.ToNonAD()
	if (other.Server == types.DefaultUserServer || other.Server == types.HiddenUserServer) && isNumber(other.User) && other != info.Chat.ToNonAD() {
		alt = other.String()
	}
	return info.Chat.ToNonAD().String(), alt
}

// personAddress reads an address that a message can be sent to.
func personAddress(text string) (types.JID, bool) {
	jid, err := types.ParseJID(text)
	if err != nil {
		return types.JID{}, false
	}
	jid = jid.ToNonAD()
	ok := (jid.Server == types.DefaultUserServer || jid.Server == types.HiddenUserServer) && isNumber(jid.User) && !jid.IsBot()
	return jid, ok
}
