// Package bot is the application around the conversation: it owns intake, order, turns, sending, retries and the
// handoff to people. It knows neither SQL nor WhatsApp; those come in as a Store and a Channel.
package bot

import (
	"strings"
	"time"

	"layak/flows"
)

// ChatKey identifies one person, whatever address they write from. The store assigns it.
type ChatKey string

// Inbound is one message as a network delivered it.
type Inbound struct {
	Channel    string      // Channel.Name of the network
	Address    string      // where an answer goes: the address the message came from, without a device number
	Alt        string      // another address of the same person, "" where none is known
	Sender     string      // address that wrote it, device included; unique ids are per chat and sender
	MessageID  string      // unique per chat and sender only
	Name       string      // how the person calls themselves, "" where unknown
	FromMe     bool        // written by the business itself, on its phone or another device
	Ephemeral  uint32      // the chat's disappearing-message timer in seconds, 0 for none
	Input      flows.Input // Text is already masked by flows.Guard
	ReceivedAt time.Time   // UTC
}

// PendingID numbers an accepted message; a later message has a larger one.
type PendingID int64

// Pending is an accepted message that no turn has answered.
type Pending struct {
	ID         PendingID
	MessageID  string
	Address    string // the chat address it came under
	Sender     string // as delivered, device included
	Input      flows.Input
	ReceivedAt time.Time
	Failures   int // turns that failed on it
}

// OutboxID numbers a message to send.
type OutboxID int64

// Outbound is one message to send. Its MessageID is fixed when the turn is stored, never at send time.
type Outbound struct {
	ID         OutboxID
	Chat       ChatKey
	Channel    string
	Address    string
	MessageID  string // reused on every attempt
	Reply      flows.Reply
	Author     string // "bot", or the name of the agent who wrote it
	Fence      int64  // ownership number of the chat when it was composed; Claim drops a bot's message whose number is old
	Ephemeral  uint32 // disappearing-message timer in seconds to carry, 0 for none
	ComposedAt time.Time
	NotBefore  time.Time // not sent earlier than this
	Attempts   int       // attempts begun, this one included once claimed
}

// Attempt is what became of one attempt to send.
type Attempt struct {
	Outcome Outcome
	Retry   time.Time // when to try again, with OutcomeRetry and OutcomeNotTried
	At      time.Time // when the network took it, or when it was given up
	Address string    // another address of the same person that the network told, "" where none
	Err     string    // why not, for people; holds no phone number and no text
}

// Outcome is the fate of one attempt.
type Outcome string

// The outcomes of an attempt.
const (
	OutcomeSent     Outcome = "sent"
	OutcomeRetry    Outcome = "retry"     // try again with the same message id
	OutcomeNotTried Outcome = "not_tried" // put back as it was: the attempt does not count
	OutcomeGivenUp  Outcome = "given_up"  // never again; a case with reason delivery_failed is opened in the same transaction
)

// Receipt is the network's word that it took a message.
type Receipt struct {
	At      time.Time
	Address string // where it really went, "" when as asked
}

// HandOff opens a case, or adds a reason to the one that is open.
type HandOff struct {
	Reason  flows.HandOffReason
	Summary string // answers so far, without anything the agent has no need to see
}

// AuditEntry is one line of the append-only log: who did what to which chat, never what was written.
type AuditEntry struct {
	Who  string // "bot", "phone", "system", or an agent's name
	What string // a short word: turn, handoff, opt_out, forget, verdict, taken_back …
	Note string
}

// TurnRecord is all that one turn changes. The store takes it whole or not at all.
type TurnRecord struct {
	Chat     ChatKey
	Base     int64 // Version of the conversation the turn was computed from; 0 for a first turn
	Next     flows.Conversation
	Answered []PendingID
	Failed   []PendingID // given up on after repeated faults; never offered again
	Out      []Outbound  // Chat, Channel, Address, Fence and Ephemeral are filled in by the store where empty
	HandOff  *HandOff    // nil when nothing changes
	Verdict  *Verdict    // nil unless this turn gave one; kept, without the person, for counting
	OptOut   *bool       // nil when nothing changes
	Withdraw bool        // close the open case with NoteWithdrawn, if there is one
	Helped   string      // yes or no: what the person said of the case that was closed last; "" when nothing changes
	Forget   bool        // remove everything about the person but an anonymous count and the keyed hash for opt-out and duplicates
	Missed   []Missed
	Hooks    []Hook        // for other systems; Chat, and Case where one is open, are filled in by the store where empty
	About    []CaseMessage // messages of an agent's chat, in either direction, that are about somebody's case
	Audit    []AuditEntry
	At       time.Time
	Return   *Return // nil unless the turn takes the chat back from a person
}

// Return takes a chat back from whoever owns it, within the turn that says so. With a Next that has no ID the
// conversation stays as it is.
type Return struct {
	From  string    // who must own it
	Quiet time.Time // nobody may have written in it after this time; zero: no matter
	Close *Closing  // also close the case; nil: it stays open, unless takeover is its only reason
}

// Verdict is what is kept of a verdict after the person's data is gone.
type Verdict struct {
	Category string
	Verdict  string
	Pack     string // pack id and version
	Lang     string
}

// Missed is one masked text that was not understood.
type Missed struct{ Question, Text string }

// Chat is one chat as the store knows it.
type Chat struct {
	Key          ChatKey
	Channel      string
	Address      string // where the last message came from
	Conversation flows.Conversation
	Owner        string // who answers: "" the bot, "phone", or an agent's name
	Fence        int64  // raised by one whenever the owner changes
	OptedOut     bool
	Ephemeral    uint32
	HeardAt      time.Time // when the person last wrote; zero: never
	Pending      []Pending // in arrival order
}

// AuthorBot is the Author of what the bot composed.
const AuthorBot = "bot"

// OwnerAgent owns a chat that was paused by command, without a name.
const OwnerAgent = "agent"

// OwnerPhone owns a chat in which somebody wrote from the business's own phone.
const OwnerPhone = "phone"

// Case is one request for a person, as the store keeps it.
type Case struct {
	ID       int64
	Chat     ChatKey
	Reasons  []flows.HandOffReason // in the order they came up, each once
	Owner    string                // "" until claimed
	Summary  string                // as of the newest reason
	OpenedAt time.Time
	ClosedAt time.Time // zero while open
	Note     string    // why it was closed, where the store closed it by itself, or what the agent noted

	ClaimedAt      time.Time // when an agent first took it; zero: never
	WaitingSince   time.Time // since when the person waits for one of us; zero: it is their turn
	Outcome        CloseOutcome
	ClosedBy       string
	Override       string // the verdict an agent gave in place of the rules'; "" for none
	OverrideBy     string
	OverrideReason string
	Helped         string // what the person answered afterwards: "", yes, no
	Labels         []string
}

// Line is one message of a transcript.
type Line struct {
	Inbound   bool // written by the person; false for what the bot, an agent or the business phone wrote
	MessageID string
	Author    string // "" for the person, else "bot", "phone" or an agent's name
	Text      string // of an Input or a Reply; "" for media without words
	Input     *flows.Input
	Reply     *flows.Reply
	At        time.Time // received or composed, UTC
	State     LineState
	Attempts  int    // attempts to send it
	Err       string // why it could not be sent
}

// LineState says what became of a message.
type LineState string

// The states of a line.
const (
	LinePending  LineState = "pending"  // inbound, not answered yet
	LineAnswered LineState = "answered" // inbound, a turn took it
	LineLeft     LineState = "left"     // inbound, left to the person who owns the chat, or written by the business itself
	LineFailed   LineState = "failed"   // inbound, given up on after repeated faults
	LineWaiting  LineState = "waiting"  // outbound, not sent yet
	LineSent     LineState = "sent"     // outbound, the network took it
	LineGivenUp  LineState = "given_up" // outbound, never delivered
	LineDropped  LineState = "dropped"  // outbound, withdrawn because the chat changed hands
)

// Device returns the device number within Sender, "" for the first device and where the network has none. The same
// device has the same number under either address of a person, so chat, direction, device and MessageID together
// recognise a message that is delivered again.
func (in Inbound) Device() string {
	user, _, ok := strings.Cut(in.Sender, "@")
	if !ok {
		return ""
	}
	_, device, _ := strings.Cut(user, ":")
	if device == "0" {
		return ""
	}
	return device
}
