package bot

import (
	"context"
	"fmt"
	"time"

	"layak/flows"
)

// AgentChats answers the chats of agents, whose messages are commands about other people's cases.
type AgentChats interface {
	// Agent returns the name of the agent whose chat that is, "" for anybody else's.
	Agent(ctx context.Context, chat ChatKey) (name string, err error)
	// AgentAt does so for a chat that is known by its addresses only.
	AgentAt(ctx context.Context, channel string, addresses ...string) (name string, err error)
	// Command carries out one message of an agent and returns what they are told. It may be called again for the same
	// message after a crash, and does nothing twice.
	Command(ctx context.Context, name string, chat Chat, p Pending) (CommandResult, error)
}

// ChatAgent is an agent who works from a chat of their own, and whether they get cards.
type ChatAgent struct {
	Name  string // owner of their cases, as in the desk
	Phone string // digits of the number they write from
	Reach Reach
}

// Reach says whether an agent gets cards in their chat, and why not.
type Reach string

// What keeps an agent from getting cards.
const (
	Reached    Reach = ""            // nothing
	NeverWrote Reach = "never_wrote" // WhatsApp limits accounts that write first, so agents do
	SaidStop   Reach = "said_stop"
	OffDesk    Reach = "off_desk" // disabled in the desk, which counts here, too
)

// CommandResult is what came of an agent's message.
type CommandResult struct {
	Texts  []string
	Case   int64  // the case it was about; 0 for none
	Lang   string // the language the agent used
	OptOut *bool  // nil when nothing changes
	Note   string // for the log: the command, never what was written
}

// AgentMessage is one message to an agent about somebody's case.
type AgentMessage struct {
	Chat      ChatKey // the agent's own chat
	MessageID string
	Text      string
	Case      int64
}

// CaseMessage says which case a message in an agent's chat is about.
type CaseMessage struct {
	MessageID string
	Case      int64
}

// Followers is what a Store offers to those who act on events of cases, each under a name of its own. All methods are safe
// for concurrent use.
type Followers interface {
	// Follow returns the event up to which the follower has done its work. A new one begins after the newest event.
	Follow(ctx context.Context, follower string) (event int64, err error)
	// Tell queues messages to agents and moves the follower on, in one transaction. A message whose id is queued already
	// is left out. It returns ErrConflict when the follower is no longer at from.
	Tell(ctx context.Context, follower string, from, to int64, messages []AgentMessage, at time.Time) error
	// CaseOfMessage returns the case that a message in an agent's chat is about, ErrNoCase where there is none.
	CaseOfMessage(ctx context.Context, chat ChatKey, messageID string) (int64, error)
	// Told reports whether an agent was told anything about a case.
	Told(ctx context.Context, chat ChatKey, id int64) (bool, error)
	// Addresses returns all addresses of the person a chat is with.
	Addresses(ctx context.Context, chat ChatKey) ([]string, error)
}

// command answers the oldest message of an agent and stores what came of it.
func (t *Turns) command(ctx context.Context, name string, chat Chat) (Result, error) {
	p := chat.Pending[0]
	now := t.now().UTC()
	conv := chat.Conversation.Clone()
	conv.ID = string(chat.Key)
	conv.UpdatedAt = now
	rec := TurnRecord{Chat: chat.Key, Base: chat.Conversation.Version, Next: conv, Answered: []PendingID{p.ID}, At: now}
	result := Result{Chat: chat.Key, Channel: chat.Channel, Inputs: []Pending{p}, Input: p.Input}
	heard := p.Input
	heard.Text += "\n" + heard.Quoted                    // one word in reply to many cards is work, not a loop
	if t.Looping == nil || !t.Looping(chat.Key, heard) { // a machine may answer under an agent's number
		did, err := t.AgentChats.Command(ctx, name, chat, p)
		if err != nil {
			return Result{}, fmt.Errorf("command of agent %s: %w", name, err)
		}
		if did.Lang != "" {
			rec.Next.Lang = did.Lang
		}
		rec.OptOut = did.OptOut
		if did.Note != "" {
			rec.Audit = []AuditEntry{{Who: name, What: "command", Note: did.Note}}
		}
		for _, text := range did.Texts {
			out := Outbound{
				MessageID: t.NewMessageID(chat.Channel), Reply: flows.Reply{Text: text}, Author: AuthorBot, ComposedAt: now, NotBefore: now,
			}
			rec.Out = append(rec.Out, out)
			result.Replies = append(result.Replies, out.Reply)
			if did.Case != 0 {
				rec.About = append(rec.About, CaseMessage{out.MessageID, did.Case})
			}
		}
		if did.Case != 0 {
			rec.About = append(rec.About, CaseMessage{p.MessageID, did.Case})
		}
	}
	result.Turn = flows.Turn{Next: rec.Next}
	return result, t.Store.Commit(ctx, rec)
}
