package flows

import (
	"time"

	"layak/flows/rules"
)

// InputKind says what happened to a conversation.
type InputKind string

// The kinds of input. Everything a person can send becomes one of them.
const (
	InputText   InputKind = "text"   // a written message, or the caption of a picture
	InputTap    InputKind = "tap"    // a button, list row or poll option; Choice holds its id
	InputMedia  InputKind = "media"  // voice note, picture, sticker, location, contact … without words
	InputEdit   InputKind = "edit"   // the person changed a message that was already answered; Text is the new wording
	InputDelete InputKind = "delete" // the person took a message back
)

// Input is one thing that happened to a conversation.
type Input struct {
	Kind   InputKind `json:"kind"`
	Text   string    `json:"text,omitempty"`
	Choice string    `json:"choice,omitempty"` // option id when a button or list row was used
	Media  string    `json:"media,omitempty"`  // voice, image, video, document, sticker, location, contact, unknown
	ID     string    `json:"-"`                // message id, so that a later edit of it is known; "" where there is none
	Target string    `json:"target,omitempty"` // message id that an edit or a deletion speaks of
	Quoted string    `json:"quoted,omitempty"` // message id that was replied to, "" where none was
	Masked []string  `json:"masked,omitempty"` // kinds of personal numbers that Guard removed from Text
	At     time.Time `json:"at"`               // when it happened, UTC; the engine never reads the clock
}

// Option is one choice of a question.
type Option struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// Reply is one message to the person. Text holds everything, the numbered options included.
type Reply struct {
	Text    string   `json:"text"`
	Options []Option `json:"options,omitempty"`
}

// HandOffReason says why a person should look at the chat.
type HandOffReason string

// The reasons a case is opened.
const (
	HandOffAsked          HandOffReason = "asked"
	HandOffNotUnderstood  HandOffReason = "not_understood"
	HandOffNeedsReview    HandOffReason = "needs_review"
	HandOffNotCovered     HandOffReason = "not_covered"
	HandOffFault          HandOffReason = "fault"
	HandOffDeliveryFailed HandOffReason = "delivery_failed"
	HandOffTakeover       HandOffReason = "takeover"
	HandOffLoop           HandOffReason = "loop"
)

// Effect is something the caller must do besides sending the replies: one of HandOff, Decided, OptOut, OptIn, Forget, Missed, Withdraw, Helped.
type Effect interface{ effect() }

// HandOff asks for a case to be opened.
type HandOff struct{ Reason HandOffReason }

// Decided reports a verdict.
type Decided struct{ Verdict rules.Verdict }

// OptOut records that the person wants no more messages; OptIn takes that back.
type (
	OptOut struct{}
	OptIn  struct{}
)

// Forget asks for everything stored about the person to be removed.
type Forget struct{}

// Missed reports a text that was not understood, for the admin's list. Text is already masked.
type Missed struct{ Question, Text string }

// Withdraw says that the person does not need anybody any more: an open case that nobody took is closed.
type Withdraw struct{}

// Helped reports what the person said when asked whether the case that was closed last helped.
type Helped struct{ Answer HelpedAnswer }

// HelpedAnswer is yes or no.
type HelpedAnswer string

// The answers.
const (
	HelpedYes HelpedAnswer = "yes"
	HelpedNo  HelpedAnswer = "no"
)

func (HandOff) effect() {}
func (Decided) effect() {}
func (OptOut) effect()  {}
func (OptIn) effect()   {}
func (Forget) effect()  {}
func (Missed) effect()  {}

func (Withdraw) effect() {}
func (Helped) effect()   {}

// AskKind says what a question takes.
type AskKind string

// The kinds of question.
const (
	AskText   AskKind = "text"
	AskChoice AskKind = "choice"
	AskNumber AskKind = "number"
)

// Asked is the question that stands after a turn.
type Asked struct {
	ID      string
	Kind    AskKind
	Options []Option
}

// TraceStep is one thing the engine considered, for `chat -v`, tests and the desk.
type TraceStep struct {
	State StateID
	What  string
	Edge  string // event of the edge of the flow that was taken, "" otherwise
	Rule  string // id of the rule that was a reason, "" otherwise
}

// Turn is the full result of one step. Nothing has happened yet: the caller stores and sends it.
type Turn struct {
	Next    Conversation
	Replies []Reply // at most one message, unless the flow says otherwise
	Effects []Effect
	Ask     *Asked // nil when nothing is being asked
	Began   bool   // the questions begin (anew) with this turn, so that it can run on the newest flow
	From    string // id of the question that stood before, "" for none
	To      string // id of the one that stands now, "" for none
	Fate    Fate   // what became of From
	Trace   []TraceStep
}

// Verdict returns the verdict this turn gave, or nil.
func (t Turn) Verdict() *rules.Verdict {
	for _, e := range t.Effects {
		if d, ok := e.(Decided); ok {
			return &d.Verdict
		}
	}
	return nil
}

// HandOff returns the reason a case is asked for by this turn, or "".
func (t Turn) HandOff() HandOffReason {
	for _, e := range t.Effects {
		if h, ok := e.(HandOff); ok {
			return h.Reason
		}
	}
	return ""
}
