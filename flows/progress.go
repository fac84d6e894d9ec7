package flows

// Fate says what became of the question that stood before a turn; "" where it still stands, or was left without an answer.
type Fate string

// What can become of a question.
const (
	FateAnswered   Fate = "answered"
	FateMissed     Fate = "missed" // an answer was not understood
	FateBack       Fate = "back"   // the person went back, or to the beginning
	FateHandedOver Fate = "handed_over"
)

// question returns the id of the question that a conversation stands at, "" where nothing is asked. A question about the
// conversation itself does not count: the one that it returns to stands.
func (f *Flow) question(c Conversation) string {
	p := c.Place
	if systemState(p.State) {
		if c.Return == nil {
			return ""
		}
		p = *c.Return
	}
	state := f.States[p.State]
	switch {
	case state == nil || state.Ask == nil:
		return ""
	case state.Ask.Facts:
		return p.Fact
	}
	return state.Ask.ID
}

// progress fills in what a turn did to the question that stood before it.
func (t *Turn) progress(f *Flow, before Conversation) {
	t.From, t.To = f.question(before), f.question(t.Next)
	missed := t.Next.Misses > before.Misses
	for _, e := range t.Effects {
		_, is := e.(Missed)
		missed = missed || is
	}
	switch {
	case t.From == "":
	case t.HandOff() != "" && t.Verdict() == nil:
		t.Fate = FateHandedOver
	case missed:
		t.Fate = FateMissed
	case t.To == t.From, t.To == "" && systemState(t.Next.Place.State):
	case t.Began || len(t.Next.Trail) < len(before.Trail):
		t.Fate = FateBack
	default:
		t.Fate = FateAnswered
	}
}
