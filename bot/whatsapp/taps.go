package whatsapp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strconv"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types/events"

	"layak/bot"
	"layak/flows"
)

// tap reads a choice made by touching a button or a list row, in each of the forms that clients send. A tap without an
// option id counts as its label written out.
func tap(m *waE2E.Message) (flows.Input, bool) {
	var id, label string
	switch {
	case m.ButtonsResponseMessage != nil:
		id, label = m.ButtonsResponseMessage.GetSelectedButtonID(), m.ButtonsResponseMessage.GetSelectedDisplayText()
	case m.ListResponseMessage != nil:
		id, label = m.ListResponseMessage.GetSingleSelectReply().GetSelectedRowID(), m.ListResponseMessage.GetTitle()
	case m.TemplateButtonReplyMessage != nil:
		id, label = m.TemplateButtonReplyMessage.GetSelectedID(), m.TemplateButtonReplyMessage.GetSelectedDisplayText()
	case m.InteractiveResponseMessage != nil:
		id = nativeFlowChoice(m.InteractiveResponseMessage.GetNativeFlowResponseMessage().GetParamsJSON())
		label = m.InteractiveResponseMessage.GetBody().GetText()
	default:
		return flows.Input{}, false
	}
	switch {
	case id != "":
		return flows.Input{Kind: flows.InputTap, Choice: id, Text: label}, true
	case label != "":
		return flows.Input{Kind: flows.InputText, Text: label}, true
	}
	return media("unknown"), true
}

// nativeFlowChoice finds the option id in the parameters of a native-flow answer. Which key holds it depends on the kind
// of button.
func nativeFlowChoice(params string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(params), &fields) != nil {
		return ""
	}
	for _, key := range []string{"id", "selected_id", "selectedId", "row_id", "selected_row_id", "selectedRowId", "button_id"} {
		switch v := fields[key].(type) {
		case string:
			if v != "" {
				return v
			}
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return ""
}

// polled reads a vote. It holds only hashes of option names, so the message that asked is looked up for its options.
func (r *reader) polled(ctx context.Context, evt *events.Message, update *waE2E.PollUpdateMessage) (flows.Input, string) {
	asked, found, err := r.sent(ctx, update.GetPollCreationMessageKey().GetID())
	if err != nil || !found {
		return media("unknown"), "" // a poll of somebody else
	}
	vote, err := r.vote(ctx, within(evt, &waE2E.Message{PollUpdateMessage: update, MessageContextInfo: evt.Message.GetMessageContextInfo()}))
	if err != nil {
		return media("unknown"), ""
	}
	chosen := vote.GetSelectedOptions()
	if len(chosen) == 0 {
		return flows.Input{}, "vote taken back"
	}
	if len(chosen) > 1 {
		return media("unknown"), "" // two answers are never guessed at
	}
	option, found := optionOf(asked, chosen[0])
	if !found {
		return media("unknown"), ""
	}
	return flows.Input{Kind: flows.InputTap, Choice: option.ID, Text: option.Label}, ""
}

// optionOf finds the option whose name has this hash, by id or by label, with or without its number.
func optionOf(asked bot.Outbound, hash []byte) (flows.Option, bool) {
	for i, option := range asked.Reply.Options {
		for _, name := range []string{option.ID, option.Label, fmt.Sprintf("%d. %s", i+1, option.Label), fmt.Sprintf("%d %s", i+1, option.Label)} {
			if sum := sha256.Sum256([]byte(name)); bytes.Equal(sum[:], hash) {
				return option, true
			}
		}
	}
	return flows.Option{}, false
}
