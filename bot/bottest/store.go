package bottest

import (
	"slices"
	"sync"
	"time"

	"layak/bot"
)

// Store is a bot.Store and bot.Records in memory. It keeps the same promises as the stores on disk, checked by the same
// conformance suite, but ends with the process. It is safe for concurrent use and never blocks.
type Store struct {
	mu        sync.Mutex
	contacts  map[bot.ChatKey]*contact
	aliases   map[alias]*contact
	merged    map[bot.ChatKey]bot.ChatKey // keys that became part of another chat
	inbox     map[bot.PendingID]*inboxRow
	outbox    map[bot.OutboxID]*outboxRow
	sentIDs   map[messageID]*outboxRow
	waiting   map[string]map[*contact]struct{} // by channel: contacts that may have unsent messages, for Claim
	cases     []*bot.Case
	audit     map[bot.ChatKey][]bot.AuditLine
	counts    map[verdictDay]int
	missed    []missedRow
	forgotten map[string]bool // of messages and opted-out addresses of people who were forgotten
	lastIn    bot.PendingID
	lastOut   bot.OutboxID
	faults    faults
}

var (
	_ bot.Store   = (*Store)(nil)
	_ bot.Records = (*Store)(nil)
)

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{
		contacts:  map[bot.ChatKey]*contact{},
		aliases:   map[alias]*contact{},
		merged:    map[bot.ChatKey]bot.ChatKey{},
		inbox:     map[bot.PendingID]*inboxRow{},
		outbox:    map[bot.OutboxID]*outboxRow{},
		sentIDs:   map[messageID]*outboxRow{},
		waiting:   map[string]map[*contact]struct{}{},
		audit:     map[bot.ChatKey][]bot.AuditLine{},
		counts:    map[verdictDay]int{},
		forgotten: map[string]bool{},
	}
}

type (
	alias      struct{ channel, address string }
	messageID  struct{ channel, id string }
	verdictDay struct {
		day int64
		bot.Verdict
	}
	missedRow struct {
		chat bot.ChatKey
		at   time.Time
		bot.Missed
	}
	// seenKey recognises a message that is delivered again.
	seenKey struct {
		channel, device, id string
		fromMe              bool
	}
)

// contact is one person with everything that hangs on them. Inbox and outbox rows are in rising order of their ids.
type contact struct {
	key          bot.ChatKey
	channel      string
	address      string
	name         string
	owner        string
	fence        int64
	optedOut     bool
	forgotten    bool // only waits for its last message to be settled
	ephemeral    uint32
	created      int64
	heard        time.Time // when they last wrote
	touched      time.Time // when a person last wrote in the chat, on either side, or it changed hands
	conversation []byte    // JSON, nil before the first turn
	version      int64
	updated      time.Time
	aliases      []alias
	inbox        []*inboxRow
	outbox       []*outboxRow
	seen         map[seenKey]*inboxRow
}

type inboxRow struct {
	id       bot.PendingID
	contact  *contact
	in       bot.Inbound
	state    bot.LineState
	failures int
}

type outboxRow struct {
	bot.Outbound
	contact *contact
	state   bot.LineState
	due     time.Time // NotBefore, then the end of the lease
	sentAt  time.Time
	err     string
	last    bool // the goodbye of someone who was forgotten: removed once settled
}

// find returns the contact of a key, following merges.
func (s *Store) find(key bot.ChatKey) *contact {
	if to, ok := s.merged[key]; ok {
		key = to
	}
	return s.contacts[key]
}

func (s *Store) log(key bot.ChatKey, at time.Time, e bot.AuditEntry) {
	s.audit[key] = append(s.audit[key], bot.AuditLine{AuditEntry: e, At: at})
}

func (r *inboxRow) seen() seenKey {
	return seenKey{r.in.Channel, r.in.Device(), r.in.MessageID, r.in.FromMe}
}

func (o *outboxRow) copy() bot.Outbound {
	out := o.Outbound
	out.Reply.Options = slices.Clone(out.Reply.Options)
	return out
}

func isPending(r *inboxRow) bool { return r.state == bot.LinePending }

// milli rounds down to what a store on disk keeps: milliseconds, UTC.
func milli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

func midnight(t time.Time) int64 { return t.Truncate(24 * time.Hour).UnixMilli() }
