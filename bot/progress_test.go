package bot

import (
	"testing"

	"layak/flows"
)

func TestProgressIsReadAsItWasWritten(t *testing.T) {
	conv := func(state string) (c flows.Conversation) {
		c.Place.State = flows.StateID(state)
		c.FlowDigest = "0123456789abcdef"
		return c
	}
	for want, turn := range map[string]flows.Turn{
		"() → business, flow 0123456789ab":               {Next: conv("business"), To: "business"},
		"bpom → (result): answered, flow 0123456789ab":   {Next: conv("result"), From: "bpom", Fate: flows.FateAnswered},
		"business → business: missed, flow 0123456789ab": {Next: conv("business"), From: "business", To: "business", Fate: flows.FateMissed},
	} {
		p := progressOf(flows.Conversation{}, turn)
		if got := p.String(); got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
		got, ok := ParseProgress(want)
		p.state = got.state
		if !ok || got != p {
			t.Errorf("read %q as %+v, want %+v", want, got, p)
		}
	}
	for _, text := range []string{"", "business → licence", "what, flow 0123", "→, flow"} {
		if p, ok := ParseProgress(text); ok {
			t.Errorf("read %q as %+v", text, p)
		}
	}
}
