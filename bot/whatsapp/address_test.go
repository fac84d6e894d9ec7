package whatsapp

import (
	"testing"

	"go.mau.fi/whatsmeow/types"
)

var (
	ownNumber = types.NewJID("628110000001", types.DefaultUserServer)
	ownLID    = types.NewJID("150000000000001", types.HiddenUserServer)
	rina      = types.NewJID("628120000001", types.DefaultUserServer)
	rinaLID   = types.NewJID("150000000000002", types.HiddenUserServer)
)

func on(jid types.JID, device uint16) types.JID {
	jid.Device = device
	return jid
}

// TestOnlyPeopleInDirectChats is the fixture of every kind of address: whoever is not "" never gets an answer.
func TestOnlyPeopleInDirectChats(t *testing.T) {
	jid := types.NewJID
	source := func(chat, sender types.JID) types.MessageInfo {
		return types.MessageInfo{MessageSource: types.MessageSource{Chat: chat, Sender: sender}}
	}
	mine := func(chat types.JID) types.MessageInfo {
		info := source(chat, on(ownNumber, 0))
		info.IsFromMe = true
		return info
	}
	group := jid("120363000000000001", types.GroupServer)
	peer := mine(ownNumber)
	peer.Category = "peer"
	inGroup := source(group, rina)
	inGroup.IsGroup = true
	list := source(jid("1700000000", types.BroadcastServer), rina)
	list.IsGroup = true
	ownList := mine(rina)
	ownList.BroadcastListOwner = ownNumber
	channelStatus := source(rina, rina)
	channelStatus.IsNewsletterStatus = true
	for name, c := range map[string]struct {
		info types.MessageInfo
		want string
	}{
		"person_by_number":               {source(rina, rina), ""},
		"person_by_lid":                  {source(rinaLID, rinaLID), ""},
		"person_on_a_linked_device":      {source(rinaLID, on(rinaLID, 7)), ""},
		"business_phone_to_a_person":     {mine(rina), ""},
		"business_phone_to_a_lid":        {mine(rinaLID), ""},
		"group":                          {inGroup, "group"},
		"group_by_address_alone":         {source(group, rina), "group"},
		"business_phone_in_a_group":      {mine(group), "group"},
		"old_style_group":                {source(jid("628120000001-1400000000", types.GroupServer), rina), "group"},
		"status":                         {source(types.StatusBroadcastJID, rina), "status"},
		"own_status":                     {mine(types.StatusBroadcastJID), "status"},
		"broadcast_list":                 {list, "broadcast"},
		"own_broadcast_list":             {ownList, "broadcast"},
		"newsletter":                     {source(jid("120363000000000002", types.NewsletterServer), jid("120363000000000002", types.NewsletterServer)), "newsletter"},
		"newsletter_status":              {channelStatus, "newsletter"},
		"meta_ai":                        {source(types.NewMetaAIJID, types.NewMetaAIJID), "bot"},
		"meta_ai_by_number":              {source(types.MetaAIJID, types.MetaAIJID), "bot"},
		"bot_in_somebodys_chat":          {source(rina, types.NewMetaAIJID), "bot"},
		"another_number_of_the_bot_kind": {source(jid("13135551234", types.DefaultUserServer), jid("13135551234", types.DefaultUserServer)), "bot"},
		"hosted_number":                  {source(jid("628120000001", types.HostedServer), jid("628120000001", types.HostedServer)), "hosted"},
		"hosted_lid":                     {source(jid("150000000000002", types.HostedLIDServer), jid("150000000000002", types.HostedLIDServer)), "hosted"},
		"hosted_device_of_a_business":    {source(rina, on(rina, 99)), "hosted"},
		"note_to_self":                   {mine(ownNumber), "own chat"},
		"note_to_self_by_lid":            {mine(ownLID), "own chat"},
		"peer_message":                   {peer, "peer"},
		"announcements":                  {source(types.PSAJID, types.PSAJID), "service"},
		"announcements_old_address":      {source(types.LegacyPSAJID, types.LegacyPSAJID), "network"},
		"whatsapp_business_account":      {source(types.OfficialBusinessJID, types.OfficialBusinessJID), "network"},
		"whatsapp_business_by_number":    {source(jid("16505361212", types.DefaultUserServer), jid("16505361212", types.DefaultUserServer)), "service"},
		"the_server":                     {source(types.ServerJID, types.ServerJID), "service"},
		"messenger":                      {source(jid("100000000000001", types.MessengerServer), jid("100000000000001", types.MessengerServer)), "network"},
		"other_networks":                 {source(jid("1-2@bridge", types.InteropServer), jid("1-2@bridge", types.InteropServer)), "network"},
		"unknown_network":                {source(jid("628120000001", "new.whatsapp.net"), rina), "network"},
		"nothing":                        {source(types.EmptyJID, types.EmptyJID), "network"},
		"name_in_place_of_a_number":      {source(jid("rina", types.DefaultUserServer), jid("rina", types.DefaultUserServer)), "service"},
		"somebody_else_in_a_direct_chat": {source(rina, jid("628120000009", types.DefaultUserServer)), "foreign sender"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := stranger(&c.info, ownNumber, ownLID); got != c.want {
				t.Errorf("%s from %s: got %q, want %q", c.info.Chat, c.info.Sender, got, c.want)
			}
		})
	}
}

func TestAddressesOfOnePerson(t *testing.T) {
	for name, c := range map[string]struct {
		info         types.MessageSource
		address, alt string
	}{
		"number_with_lid":     {types.MessageSource{Chat: rina, Sender: on(rina, 3), SenderAlt: on(rinaLID, 3)}, rina.String(), rinaLID.String()},
		"lid_with_number":     {types.MessageSource{Chat: rinaLID, Sender: rinaLID, SenderAlt: rina}, rinaLID.String(), rina.String()},
		"hidden_number":       {types.MessageSource{Chat: rinaLID, Sender: rinaLID}, rinaLID.String(), ""},
		"from_me":             {types.MessageSource{Chat: on(rina, 2), Sender: ownNumber, IsFromMe: true, SenderAlt: ownLID, RecipientAlt: rinaLID}, rina.String(), rinaLID.String()},
		"alt_is_no_person":    {types.MessageSource{Chat: rina, Sender: rina, SenderAlt: types.NewJID("1", types.GroupServer)}, rina.String(), ""},
		"alt_is_the_same":     {types.MessageSource{Chat: rina, Sender: rina, SenderAlt: on(rina, 4)}, rina.String(), ""},
		"lid_is_not_a_number": {types.MessageSource{Chat: rinaLID, Sender: on(rinaLID, 1), SenderAlt: types.EmptyJID}, rinaLID.String(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			address, alt := addresses(&types.MessageInfo{MessageSource: c.info})
			if address != c.address || alt != c.alt {
				t.Errorf("got %q and %q, want %q and %q", address, alt, c.address, c.alt)
			}
		})
	}
}

func TestPersonAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"628120000001@s.whatsapp.net": true, "150000000000002@lid": true, "628120000001:3@s.whatsapp.net": true,
		"": false, "628120000001": false, "120363000000000001@g.us": false, "status@broadcast": false, "s.whatsapp.net": false,
		"13135550002@s.whatsapp.net": false, "1@newsletter": false, "a.b.c@lid": false, "rina@lid": false,
	} {
		if _, got := personAddress(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}
