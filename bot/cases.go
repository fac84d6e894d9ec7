package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"layak/flows"
)

// Errors that Cases returns.
var (
	ErrNoCase   = errors.New("no such case")
	ErrClosed   = errors.New("the case is closed")
	ErrNotOwner = errors.New("the chat belongs to somebody else")
	ErrEmpty    = errors.New("there is nothing in it")
	ErrTooLong  = fmt.Errorf("it is longer than %d characters", MaxReplyRunes)
	ErrVerdict  = errors.New("there is no such verdict")
	ErrNoReason = errors.New("another verdict needs a reason")
	// ErrNoMessage is returned for a message that is not an agent's, or was not given up on.
	ErrNoMessage = errors.New("there is no such message to send again")
)

// MaxReplyRunes is how long a message of an agent, or a note, may be: more than anybody reads on a phone.
const MaxReplyRunes = 4000

// Cases is what a Store offers to people who work on cases, be it in the desk, on WhatsApp or in another system. Whatever
// changes something is one transaction that also writes the audit log in the name of who did it, and adds an Event.
// Methods that take a case return ErrNoCase for an unknown one and ErrClosed where it must be open. All are safe for
// concurrent use.
type Cases interface {
	// ListCases returns one page of an inbox.
	ListCases(ctx context.Context, q CaseQuery) (CasePage, error)
	// CaseCounts returns how many open cases nobody owns, or somebody who is gone, and how many by owns.
	CaseCounts(ctx context.Context, by string, gone ...string) (queue, mine int, err error)
	// Owners lists who owns open cases, each once, in order of their names, at most 100.
	Owners(ctx context.Context) ([]string, error)
	// CaseOf returns one case.
	CaseOf(ctx context.Context, id int64) (Case, error)
	// Card returns everything that is known about a case.
	Card(ctx context.Context, id int64) (Card, error)
	// OpenCase opens a case for a chat and gives it to by, who then owns the chat, also one that never had a message. If
	// one is open already, it is that one; with ErrNotOwner if another agent owns it.
	OpenCase(ctx context.Context, chat ChatKey, by string, at time.Time) (id int64, err error)
	// ClaimCase makes by the owner of the case and its chat, if nobody owns it, or only the business phone. Otherwise it
	// returns ErrNotOwner and who does; claiming one's own is fine.
	ClaimCase(ctx context.Context, id int64, by string, at time.Time) (owner string, err error)
	// AssignCase hands an open case, whoever has it, to another agent.
	AssignCase(ctx context.Context, id int64, by, to string, at time.Time) error
	// CloseCase ends a case that no person owns. One that a person owns is closed by a turn with Return.Close, which also
	// gives the chat back to the bot; CloseCase then returns ErrNotOwner and the owner.
	CloseCase(ctx context.Context, id int64, c Closing, at time.Time) (owner string, err error)
	// ReplyCase queues a message of by, who must own the case, else ErrNotOwner. The id is the network's, fixed here.
	ReplyCase(ctx context.Context, id int64, by, messageID, text string, at time.Time) error
	// RetryReply queues a message of an agent that was given up on once more, under a fresh id, for by, who must own the case.
	// It returns ErrNoMessage when messageID is not such a message, or was queued again already.
	RetryReply(ctx context.Context, id int64, by, messageID, freshID string, at time.Time) error
	// AddNote keeps a remark for other agents. It can never be sent.
	AddNote(ctx context.Context, id int64, by, text string, at time.Time) error
	// SetLabels replaces the labels of a case.
	SetLabels(ctx context.Context, id int64, by string, labels []string, at time.Time) error
	// OverrideVerdict keeps the verdict of an agent beside that of the rules. The reason may not be empty; a note keeps it,
	// and goes with the person's data, while the audit log keeps for good who gave which verdict, and when.
	OverrideVerdict(ctx context.Context, id int64, by, verdict, reason string, at time.Time) error
	// SetHelped keeps what the person answered when asked whether it helped: yes or no.
	SetHelped(ctx context.Context, id int64, helped string, at time.Time) error
	// Events returns what happened after the event with that number, oldest first, at most limit. The number of the
	// newest is LastEvent.
	Events(ctx context.Context, after int64, limit int) ([]Event, error)
	LastEvent(ctx context.Context) (int64, error)
}

// CaseQuery selects a page of cases.
type CaseQuery struct {
	View   CaseView
	Owner  string   // with ViewMine
	Gone   []string // with ViewQueue: owners who do not look any more, see Roster; their cases are anybody's
	Search string   // in names, telephone and case numbers, labels, notes, and in what was written of late
	Label  string   // only cases with this label
	Cursor string   // CasePage.Next of the page before; "" for the first
	Limit  int      // 0 means 50
}

// CaseView is one of the lists of the inbox.
type CaseView string

// The lists.
const (
	ViewQueue  CaseView = "queue"  // open, owned by nobody, or somebody who is gone: who waits longest comes first
	ViewMine   CaseView = "mine"   // open, owned by Owner: who waits longest comes first
	ViewOpen   CaseView = "open"   // open, whoever owns them
	ViewClosed CaseView = "closed" // closed last comes first
	ViewAll    CaseView = "all"    // newest first
)

// CasePage is one page of cases.
type CasePage struct {
	Cases []CaseRow
	Next  string // "" on the last page
}

// CaseRow is one case as a list shows it.
type CaseRow struct {
	Case
	Name     string // how the person calls themselves, "" where unknown
	Phone    string // digits of the telephone number, "" where only a hidden id is known
	Category string // the business found, "" where none was
	Lang     string
	// Last is what the person wrote last, shortened, or, where they never wrote, what was written to them; "" where it had
	// no words or is gone.
	Last      string
	LastIn    bool            // the person wrote it
	LastKind  flows.InputKind // of what the person wrote
	LastMedia string          // what they attached to it, see flows.Input
	LastAt    time.Time       // when it was written; zero where there is none
	Failed    bool            // the last message of an agent could not be delivered
}

// Card is everything about one case.
type Card struct {
	CaseRow
	Channel      string
	Addresses    []string // all addresses of the person, both kinds of WhatsApp ids
	OptedOut     bool
	Conversation flows.Conversation
	Lines        []Line // the whole transcript, oldest first
	Notes        []Note
	Earlier      []Case // earlier cases of the same person, newest first
	Missed       []Missed
	Audit        []AuditLine
}

// Counting returns the verdict of an agent that counts, "" where there is none. One that was given before the person named
// another business, or before the rules gave another verdict, was about something else.
func (c Card) Counting() string {
	for i := len(c.Audit) - 1; i >= 0 && c.Override != ""; i-- {
		switch l := c.Audit[i]; l.What {
		case "verdict":
			return ""
		case "override":
			named := c.Conversation.Answers[flows.FactCategory].From
			if named != "" && slices.ContainsFunc(c.Lines, func(said Line) bool { return said.MessageID == named && said.At.After(l.At) }) {
				return ""
			}
			return c.Override
		}
	}
	return c.Override
}

// Note is a remark that agents wrote for each other.
type Note struct {
	Author, Text string
	At           time.Time
}

// Closing says how a case ended.
type Closing struct {
	By      string
	Outcome CloseOutcome
	Note    string // for other agents
}

// CloseOutcome says how a case was closed.
type CloseOutcome string

// How a case can end.
const (
	ClosedAnswered CloseOutcome = "answered" // the person got what they asked for
	ClosedEligible CloseOutcome = "eligible" // reviewed: they may apply
	ClosedRefused  CloseOutcome = "refused"  // reviewed: they may not
	ClosedNoReply  CloseOutcome = "no_reply" // the person stopped writing
	ClosedSpam     CloseOutcome = "spam"
	ClosedOther    CloseOutcome = "other"
)

// Event is one thing that happened to a case. It says what changed, not the content.
type Event struct {
	ID   int64
	Kind EventKind
	Case int64 // 0 when it is about no case
	Who  string
	At   time.Time
}

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	EventOpened   EventKind = "opened"   // a case was opened, or got another reason
	EventMessage  EventKind = "message"  // the person, the bot, the phone or an agent wrote
	EventDelivery EventKind = "delivery" // a message was sent, given up or withdrawn
	EventOwner    EventKind = "owner"    // claimed, assigned, returned, taken over
	EventNote     EventKind = "note"     // a note was added
	EventLabels   EventKind = "labels"
	EventVerdict  EventKind = "verdict" // an agent gave another verdict
	EventClosed   EventKind = "closed"
	EventHelped   EventKind = "helped"
	EventFlow     EventKind = "flow" // another flow version went live, or could not
)
