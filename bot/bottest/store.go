package bottest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"layak/bot"
	"layak/flows"
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

// Accept implements bot.Store.
func (s *Store) Accept(ctx context.Context, in bot.Inbound) (bot.Accepted, error) {
	return run(ctx, s, "Accept", func() (bot.Accepted, error) {
		if in.Channel == "" || in.Address == "" || in.MessageID == "" {
			return bot.Accepted{}, errors.New("accept a message without channel, address or id")
		}
		addresses := []string{in.Address}
		if in.Alt != "" && in.Alt != in.Address {
			addresses = append(addresses, in.Alt)
		}
		key := seenKey{in.Channel, in.Device(), in.MessageID, in.FromMe}
		for _, a := range addresses {
			if s.forgotten[forgottenMessage(alias{in.Channel, a}, key)] {
				return bot.Accepted{Chat: s.keyOf(in.Channel, addresses)}, nil
			}
		}
		if in.FromMe && s.forgotten[forgottenOut(in.Channel, in.MessageID)] {
			return bot.Accepted{Chat: s.keyOf(in.Channel, addresses)}, nil
		}
		if out := s.sentIDs[messageID{in.Channel, in.MessageID}]; in.FromMe && out != nil {
			return bot.Accepted{Chat: out.contact.key}, nil
		}
		c := s.person(in, addresses)
		if c.seen[key] != nil {
			return bot.Accepted{Chat: c.key}, nil
		}
		s.lastIn++
		row := &inboxRow{id: s.lastIn, contact: c, in: copyInbound(in), state: bot.LinePending}
		s.inbox[row.id] = row
		c.inbox = append(c.inbox, row)
		c.seen[key] = row
		c.ephemeral = in.Ephemeral
		c.forgotten = false
		c.touched = row.in.ReceivedAt
		if in.FromMe {
			row.state = bot.LineLeft
			if c.owner != bot.OwnerPhone {
				s.setOwner(c, bot.OwnerPhone, row.in.ReceivedAt)
			}
			s.openCase(c, bot.HandOff{Reason: flows.HandOffTakeover}, row.in.ReceivedAt).Owner = bot.OwnerPhone
			s.log(c.key, row.in.ReceivedAt, bot.AuditEntry{Who: bot.OwnerPhone, What: "takeover"})
			return bot.Accepted{Chat: c.key, Fresh: true}, nil
		}
		c.address, c.heard = in.Address, row.in.ReceivedAt
		if in.Name != "" {
			c.name = in.Name
		}
		if c.owner != "" {
			row.state = bot.LineLeft
			if !slices.ContainsFunc(s.cases, func(k *bot.Case) bool { return k.Chat == c.key && k.ClosedAt.IsZero() }) {
				s.openCase(c, bot.HandOff{Reason: flows.HandOffTakeover}, row.in.ReceivedAt).Owner = c.owner
				s.log(c.key, row.in.ReceivedAt, bot.AuditEntry{Who: c.owner, What: "handoff", Note: string(flows.HandOffTakeover)})
			}
		}
		return bot.Accepted{Chat: c.key, Fresh: true}, nil
	})
}

// keyOf finds a chat by any of its addresses, "" when there is none.
func (s *Store) keyOf(channel string, addresses []string) bot.ChatKey {
	for _, a := range addresses {
		if c := s.aliases[alias{channel, a}]; c != nil {
			return c.key
		}
	}
	return ""
}

// person finds or makes the contact behind addresses, merging two that turn out to be one.
func (s *Store) person(in bot.Inbound, addresses []string) *contact {
	var c *contact
	for _, a := range addresses {
		other := s.aliases[alias{in.Channel, a}]
		switch {
		case c == nil:
			c = other
		case other != nil && other != c:
			c = s.merge(c, other)
		}
	}
	if c == nil {
		c = &contact{
			key: bot.ChatKey(rand.Text()), channel: in.Channel, address: in.Address,
			created: milli(in.ReceivedAt).UnixMilli(), touched: milli(in.ReceivedAt), seen: map[seenKey]*inboxRow{},
		}
		s.contacts[c.key] = c
	}
	for _, a := range addresses {
		s.addAlias(c, a)
	}
	return c
}

// addAlias makes address lead to c and honours an opt-out that outlived the person's data.
func (s *Store) addAlias(c *contact, address string) {
	a := alias{c.channel, address}
	if s.aliases[a] == c {
		return
	}
	s.aliases[a] = c
	c.aliases = append(c.aliases, a)
	if s.forgotten[forgottenOptOut(a)] {
		c.optedOut = true
	}
}

// merge makes one contact of two and returns the one that stays.
func (s *Store) merge(a, b *contact) *contact {
	stays, goes := a, b
	switch {
	case a.conversation == nil && b.conversation == nil, a.updated.Equal(b.updated):
		if b.created < a.created {
			stays, goes = b, a
		}
	case a.conversation == nil, b.conversation != nil && b.updated.After(a.updated):
		stays, goes = b, a
	}
	owner := cmp.Or(stays.owner, goes.owner)
	fence := max(a.fence, b.fence) + 1
	for _, c := range []*contact{a, b} {
		for _, o := range c.outbox { // what was current stays current, what was withdrawn stays so
			if o.Fence == c.fence && owner == "" {
				o.Fence = fence
			} else {
				o.Fence = 0
			}
		}
	}
	stays.owner, stays.fence = owner, fence
	stays.optedOut = a.optedOut || b.optedOut
	stays.name = cmp.Or(stays.name, goes.name)
	stays.created = min(a.created, b.created)
	if goes.heard.After(stays.heard) {
		stays.heard = goes.heard
	}
	if goes.touched.After(stays.touched) {
		stays.touched = goes.touched
	}
	stays.forgotten = a.forgotten && b.forgotten
	stays.ephemeral = cmp.Or(stays.ephemeral, goes.ephemeral)
	for _, al := range goes.aliases {
		s.aliases[al] = stays
		stays.aliases = append(stays.aliases, al)
	}
	for _, r := range goes.inbox {
		if twin := stays.seen[r.seen()]; twin != nil { // accepted under both addresses before anyone knew
			if r.state != bot.LinePending && twin.state == bot.LinePending {
				twin.state = r.state
			}
			delete(s.inbox, r.id)
			continue
		}
		r.contact = stays
		stays.seen[r.seen()] = r
		stays.inbox = append(stays.inbox, r)
	}
	slices.SortFunc(stays.inbox, func(x, y *inboxRow) int { return cmp.Compare(x.id, y.id) })
	if owner != "" {
		s.leavePending(stays)
	}
	for _, o := range goes.outbox {
		o.contact, o.Chat = stays, stays.key
		stays.outbox = append(stays.outbox, o)
	}
	slices.SortFunc(stays.outbox, func(x, y *outboxRow) int { return cmp.Compare(x.ID, y.ID) })
	s.markWaiting(stays)
	delete(s.waiting[goes.channel], goes)
	s.mergeCases(stays, goes)
	for i := range s.missed {
		if s.missed[i].chat == goes.key {
			s.missed[i].chat = stays.key
		}
	}
	s.audit[stays.key] = append(s.audit[stays.key], s.audit[goes.key]...)
	slices.SortStableFunc(s.audit[stays.key], func(x, y bot.AuditLine) int { return x.At.Compare(y.At) })
	delete(s.audit, goes.key)
	delete(s.contacts, goes.key)
	for k, v := range s.merged {
		if v == goes.key {
			s.merged[k] = stays.key
		}
	}
	s.merged[goes.key] = stays.key
	return stays
}

// mergeCases keeps the case that was opened first and adds the other's reasons to it.
func (s *Store) mergeCases(stays, goes *contact) {
	a, b := s.openOf(stays), s.openOf(goes)
	for _, c := range s.cases {
		if c.Chat == goes.key {
			c.Chat = stays.key
		}
	}
	if a != nil && b != nil {
		if b.OpenedAt.Before(a.OpenedAt) {
			a, b = b, a
		}
		for _, r := range b.Reasons {
			addReason(a, r)
		}
		a.Summary = cmp.Or(b.Summary, a.Summary)
		b.ClosedAt, b.Note = b.OpenedAt, bot.NoteMerged
		a.Owner = cmp.Or(a.Owner, b.Owner)
	}
	if c := s.openOf(stays); c != nil && stays.owner != "" {
		c.Owner = stays.owner
	}
}

// find returns the contact of a key, following merges.
func (s *Store) find(key bot.ChatKey) *contact {
	if to, ok := s.merged[key]; ok {
		key = to
	}
	return s.contacts[key]
}

// Waiting implements bot.Store.
func (s *Store) Waiting(ctx context.Context, limit int) ([]bot.ChatKey, error) {
	return run(ctx, s, "Waiting", func() ([]bot.ChatKey, error) {
		oldest := map[bot.ChatKey]bot.PendingID{}
		for _, c := range s.contacts {
			if i := slices.IndexFunc(c.inbox, isPending); i >= 0 && c.owner == "" {
				oldest[c.key] = c.inbox[i].id
			}
		}
		keys := slices.SortedFunc(maps.Keys(oldest), func(a, b bot.ChatKey) int { return cmp.Compare(oldest[a], oldest[b]) })
		if limit > 0 && len(keys) > limit {
			keys = keys[:limit]
		}
		return keys, nil
	})
}

// Fence implements bot.Store.
func (s *Store) Fence(ctx context.Context, key bot.ChatKey) (int64, error) {
	return run(ctx, s, "Fence", func() (int64, error) {
		c := s.find(key)
		if c == nil {
			return 0, bot.ErrNoChat
		}
		return c.fence, nil
	})
}

// Load implements bot.Store.
func (s *Store) Load(ctx context.Context, key bot.ChatKey) (bot.Chat, error) {
	return run(ctx, s, "Load", func() (bot.Chat, error) {
		c := s.find(key)
		if c == nil {
			return bot.Chat{}, bot.ErrNoChat
		}
		chat := bot.Chat{
			Key: c.key, Channel: c.channel, Address: c.address, Owner: c.owner, Fence: c.fence,
			OptedOut: c.optedOut, Ephemeral: c.ephemeral, HeardAt: c.heard,
		}
		if c.conversation != nil {
			if err := json.Unmarshal(c.conversation, &chat.Conversation); err != nil {
				return bot.Chat{}, fmt.Errorf("read conversation of %s: %w", c.key, err)
			}
			chat.Conversation.Version = c.version
		}
		for _, r := range c.inbox {
			if isPending(r) {
				in := copyInbound(r.in)
				chat.Pending = append(chat.Pending, bot.Pending{
					ID: r.id, MessageID: in.MessageID, Address: in.Address, Sender: in.Sender, Input: in.Input,
					ReceivedAt: in.ReceivedAt, Failures: r.failures,
				})
			}
		}
		return chat, nil
	})
}

// Commit implements bot.Store.
func (s *Store) Commit(ctx context.Context, t bot.TurnRecord) error {
	_, err := run(ctx, s, "Commit", func() (struct{}, error) {
		c := s.contacts[t.Chat]
		if c == nil || c.version != t.Base || !mayCommit(c, t.Return) {
			return struct{}{}, bot.ErrConflict
		}
		for _, id := range slices.Concat(t.Answered, t.Failed) {
			if r := s.inbox[id]; r == nil || r.contact != c || !isPending(r) {
				return struct{}{}, bot.ErrConflict
			}
		}
		if !inOrder(c, t) {
			return struct{}{}, bot.ErrConflict
		}
		for _, o := range t.Out {
			if s.sentIDs[messageID{cmp.Or(o.Channel, c.channel), o.MessageID}] != nil || o.MessageID == "" {
				return struct{}{}, fmt.Errorf("store turn: message id %q is empty or used already", o.MessageID)
			}
		}
		body, err := json.Marshal(t.Next)
		if err != nil {
			return struct{}{}, fmt.Errorf("store turn: %w", err)
		}
		at := milli(t.At)
		if t.Return != nil {
			s.setOwner(c, "", at)
		}
		if t.Return == nil || t.Next.ID != "" {
			c.conversation, c.version, c.updated = body, c.version+1, at
		}
		for _, id := range t.Answered {
			s.inbox[id].state = bot.LineAnswered
		}
		for _, id := range t.Failed {
			s.inbox[id].state = bot.LineFailed
		}
		if t.OptOut != nil {
			c.optedOut = *t.OptOut
			for _, a := range c.aliases {
				delete(s.forgotten, forgottenOptOut(a))
			}
		}
		if k := s.openOf(c); t.Withdraw && k != nil {
			k.ClosedAt, k.WaitingSince, k.Note = at, time.Time{}, bot.NoteWithdrawn
		}
		if k := s.closedLast(c); t.Helped != "" && k != nil {
			k.Helped = t.Helped
		}
		if t.HandOff != nil {
			s.openCase(c, *t.HandOff, at)
		}
		if t.Verdict != nil {
			s.counts[verdictDay{midnight(at), *t.Verdict}]++
		}
		for _, m := range t.Missed {
			s.missed = append(s.missed, missedRow{c.key, at, m})
		}
		for _, a := range t.Audit {
			s.log(c.key, at, a)
		}
		if t.Forget {
			s.forget(c, at)
		}
		for _, o := range t.Out {
			s.enqueue(c, o, at, t.Forget)
		}
		s.purge(c)
		return struct{}{}, nil
	})
	return err
}

// enqueue adds one message to send, with what the chat knows filled in where it is empty.
func (s *Store) enqueue(c *contact, o bot.Outbound, at time.Time, last bool) {
	s.lastOut++
	o.ID, o.Chat, o.Attempts = s.lastOut, c.key, 0
	o.Reply.Options = slices.Clone(o.Reply.Options)
	o.Channel = cmp.Or(o.Channel, c.channel)
	o.Address = cmp.Or(o.Address, c.address)
	o.Author = cmp.Or(o.Author, bot.AuthorBot)
	o.Fence = cmp.Or(o.Fence, c.fence)
	o.Ephemeral = cmp.Or(o.Ephemeral, c.ephemeral)
	if o.ComposedAt.IsZero() {
		o.ComposedAt = at
	}
	o.ComposedAt = milli(o.ComposedAt)
	if o.NotBefore.IsZero() {
		o.NotBefore = o.ComposedAt
	}
	o.NotBefore = milli(o.NotBefore)
	row := &outboxRow{Outbound: o, contact: c, state: bot.LineWaiting, due: o.NotBefore, last: last}
	s.outbox[o.ID] = row
	s.sentIDs[messageID{o.Channel, o.MessageID}] = row
	c.outbox = append(c.outbox, row)
	if o.Author != bot.AuthorBot && o.ComposedAt.After(c.touched) {
		c.touched = o.ComposedAt
	}
	s.markWaiting(c)
}

// forget removes what is known about a person but keeps the messages that arrived meanwhile.
func (s *Store) forget(c *contact, at time.Time) {
	pending := slices.DeleteFunc(slices.Clone(c.inbox), func(r *inboxRow) bool { return !isPending(r) })
	for _, r := range c.inbox {
		if isPending(r) {
			continue
		}
		for _, a := range c.aliases {
			s.forgotten[forgottenMessage(a, r.seen())] = true
		}
		delete(c.seen, r.seen())
		delete(s.inbox, r.id)
	}
	c.inbox = pending
	for _, o := range slices.Clone(c.outbox) {
		s.dropOut(o)
	}
	if c.optedOut {
		for _, a := range c.aliases {
			s.forgotten[forgottenOptOut(a)] = true
		}
	}
	for _, k := range s.cases {
		if k.Chat == c.key {
			k.Summary = ""
			if k.ClosedAt.IsZero() {
				k.ClosedAt, k.Note = at, bot.NoteForgotten
			}
		}
	}
	s.missed = slices.DeleteFunc(s.missed, func(m missedRow) bool { return m.chat == c.key })
	c.conversation, c.version, c.updated, c.name = nil, 0, time.Time{}, ""
	c.forgotten = len(pending) == 0
}

// dropOut removes an outbound message for good; only the hash of its id stays, so that its echo is not taken for a
// message typed by hand.
func (s *Store) dropOut(o *outboxRow) {
	s.forgotten[forgottenOut(o.Channel, o.MessageID)] = true
	delete(s.outbox, o.ID)
	delete(s.sentIDs, messageID{o.Channel, o.MessageID})
	o.contact.outbox = slices.DeleteFunc(o.contact.outbox, func(x *outboxRow) bool { return x == o })
}

// purge removes a forgotten contact once nothing is left to send.
func (s *Store) purge(c *contact) {
	if !c.forgotten || len(c.outbox) > 0 || len(c.inbox) > 0 {
		return
	}
	for _, a := range c.aliases {
		delete(s.aliases, a)
	}
	delete(s.contacts, c.key)
	delete(s.waiting[c.channel], c)
	maps.DeleteFunc(s.merged, func(_, to bot.ChatKey) bool { return to == c.key })
}

// Fault implements bot.Store.
func (s *Store) Fault(ctx context.Context, id bot.PendingID) (int, error) {
	return run(ctx, s, "Fault", func() (int, error) {
		r := s.inbox[id]
		if r == nil {
			return 0, fmt.Errorf("count fault: no message %d", id)
		}
		r.failures++
		return r.failures, nil
	})
}

// Claim implements bot.Store.
func (s *Store) Claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, error) {
	return run(ctx, s, "Claim", func() ([]bot.Outbound, error) { return s.claim(channel, now, lease, limit), nil })
}

func (s *Store) claim(channel string, now time.Time, lease time.Duration, limit int) []bot.Outbound {
	var due []*outboxRow
	for c := range s.waiting[channel] {
		for {
			o := c.oldestUnsent(channel)
			if o == nil || o.due.After(now) {
				break
			}
			if o.Author == bot.AuthorBot && o.Fence < c.fence {
				s.settled(o, bot.LineDropped)
				continue
			}
			// The earliest ones, in order; usually only one is asked for.
			if at, _ := slices.BinarySearchFunc(due, o, compareDue); at < limit {
				due = slices.Insert(due, at, o)[:min(limit, len(due)+1)]
			}
			break
		}
	}
	var claimed []bot.Outbound
	for _, o := range due {
		o.Attempts++
		o.due = milli(now).Add(lease)
		claimed = append(claimed, o.copy())
	}
	return claimed
}

// SettleAndClaim implements bot.Store. Faults of Settle and of Claim are its own, too.
func (s *Store) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	claimed, err := run(ctx, s, "Settle", func() ([]bot.Outbound, error) {
		if s.faults.fail["Claim"] > 0 {
			s.faults.fail["Claim"]--
			return nil, ErrInjected
		}
		if err := s.settle(id, a); err != nil {
			return nil, err
		}
		claimed := s.claim(channel, now, lease, limit)
		if s.faults.lose["Claim"] > 0 {
			s.faults.lose["Claim"]--
			return nil, ErrInjected
		}
		return claimed, nil
	})
	return claimed, func() error { return nil }, err
}

// NextDue implements bot.Store.
func (s *Store) NextDue(ctx context.Context, channel string) (time.Time, bool, error) {
	var found bool
	at, err := run(ctx, s, "NextDue", func() (time.Time, error) {
		var at time.Time
		for c := range s.waiting[channel] {
			if o := c.oldestUnsent(channel); o != nil && (!found || o.due.Before(at)) {
				at, found = o.due, true
			}
		}
		return at, nil
	})
	return at, found && err == nil, err
}

// Settle implements bot.Store.
func (s *Store) Settle(ctx context.Context, id bot.OutboxID, a bot.Attempt) error {
	_, err := run(ctx, s, "Settle", func() (struct{}, error) { return struct{}{}, s.settle(id, a) })
	return err
}

func (s *Store) settle(id bot.OutboxID, a bot.Attempt) error {
	o := s.outbox[id]
	if o == nil || o.state == bot.LineSent || (o.state != bot.LineWaiting && a.Outcome != bot.OutcomeSent) {
		return nil
	}
	c := o.contact
	switch a.Outcome {
	case bot.OutcomeSent:
		o.err, o.sentAt = "", milli(a.At)
		s.settled(o, bot.LineSent)
		if a.Address != "" {
			if other := s.aliases[alias{o.Channel, a.Address}]; other != nil && other != c {
				c = s.merge(c, other)
			}
			s.addAlias(c, a.Address)
		}
	case bot.OutcomeRetry, bot.OutcomeNotTried:
		o.NotBefore = milli(a.Retry)
		o.due = o.NotBefore
		if a.Outcome == bot.OutcomeNotTried {
			o.Attempts--
		} else {
			o.err = a.Err
		}
	case bot.OutcomeGivenUp:
		o.err = a.Err
		s.settled(o, bot.LineGivenUp)
		if !o.last {
			s.openCase(c, bot.HandOff{Reason: flows.HandOffDeliveryFailed}, milli(a.At))
			s.log(c.key, milli(a.At), bot.AuditEntry{Who: "system", What: "handoff", Note: string(flows.HandOffDeliveryFailed)})
		}
	default:
		return fmt.Errorf("settle: unknown outcome %q", a.Outcome)
	}
	s.purge(c)
	return nil
}

// settled ends an outbound message, and removes it if its person was forgotten.
func (s *Store) settled(o *outboxRow, state bot.LineState) {
	o.state = state
	if o.last {
		s.dropOut(o)
		s.purge(o.contact)
	}
	if o.contact.oldestUnsent(o.Channel) == nil {
		delete(s.waiting[o.Channel], o.contact)
	}
}

// Sent implements bot.Store.
func (s *Store) Sent(ctx context.Context, channel, id string) (bot.Outbound, bool, error) {
	var found bool
	o, err := run(ctx, s, "Sent", func() (bot.Outbound, error) {
		row := s.sentIDs[messageID{channel, id}]
		if row == nil {
			return bot.Outbound{}, nil
		}
		found = true
		return row.copy(), nil
	})
	return o, found && err == nil, err
}

// openCase opens a case or adds the reason to the one that is open, and returns it.
func (s *Store) openCase(c *contact, h bot.HandOff, at time.Time) *bot.Case {
	k := s.openOf(c)
	if k == nil {
		k = &bot.Case{ID: int64(len(s.cases) + 1), Chat: c.key, OpenedAt: at, Owner: c.owner}
		if h.Reason != flows.HandOffTakeover {
			k.WaitingSince = at
		}
		s.cases = append(s.cases, k)
	}
	addReason(k, h.Reason)
	k.Summary = cmp.Or(h.Summary, k.Summary)
	return k
}

func (s *Store) closedLast(c *contact) (last *bot.Case) {
	for _, k := range s.cases {
		if k.Chat == c.key && !k.ClosedAt.IsZero() && (last == nil || !k.ClosedAt.Before(last.ClosedAt)) {
			last = k
		}
	}
	return last
}

func (s *Store) openOf(c *contact) *bot.Case {
	for _, k := range s.cases {
		if k.Chat == c.key && k.ClosedAt.IsZero() {
			return k
		}
	}
	return nil
}

// setOwner hands a chat over and leaves what is pending to a new owner who is not the bot.
func (s *Store) setOwner(c *contact, to string, at time.Time) {
	c.owner, c.touched = to, at
	c.fence++
	if k := s.openOf(c); k != nil {
		k.Owner = to
		if to == "" && slices.Equal(k.Reasons, []flows.HandOffReason{flows.HandOffTakeover}) {
			k.ClosedAt, k.Note = at, bot.NoteReturned
		}
	}
	if to != "" {
		s.leavePending(c)
	}
}

func (s *Store) leavePending(c *contact) {
	for _, r := range c.inbox {
		if isPending(r) {
			r.state = bot.LineLeft
		}
	}
}

func (s *Store) markWaiting(c *contact) {
	for _, o := range c.outbox {
		if o.state == bot.LineWaiting {
			if s.waiting[o.Channel] == nil {
				s.waiting[o.Channel] = map[*contact]struct{}{}
			}
			s.waiting[o.Channel][c] = struct{}{}
		}
	}
}

func (s *Store) log(key bot.ChatKey, at time.Time, e bot.AuditEntry) {
	s.audit[key] = append(s.audit[key], bot.AuditLine{AuditEntry: e, At: at})
}

// oldestUnsent returns the message of the chat that must go next, or nil.
func (c *contact) oldestUnsent(channel string) *outboxRow {
	for _, o := range c.outbox {
		if o.state == bot.LineWaiting && o.Channel == channel {
			return o
		}
	}
	return nil
}

func (r *inboxRow) seen() seenKey {
	return seenKey{r.in.Channel, r.in.Device(), r.in.MessageID, r.in.FromMe}
}

func (o *outboxRow) copy() bot.Outbound {
	out := o.Outbound
	out.Reply.Options = slices.Clone(out.Reply.Options)
	return out
}

// mayCommit reports whether the chat belongs to whom a turn needs it to.
func mayCommit(c *contact, r *bot.Return) bool {
	if r == nil {
		return c.owner == ""
	}
	return c.owner != "" && c.owner == r.From && (r.Quiet.IsZero() || !c.touched.After(r.Quiet))
}

// inOrder reports whether the turn leaves no message pending that came before one it answers.
func inOrder(c *contact, t bot.TurnRecord) bool {
	taken := slices.Concat(t.Answered, t.Failed)
	for _, r := range c.inbox {
		if isPending(r) && !slices.Contains(taken, r.id) && len(taken) > 0 && r.id < slices.Max(taken) {
			return false
		}
	}
	return true
}

func compareDue(a, b *outboxRow) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.ID, b.ID)) }

func isPending(r *inboxRow) bool { return r.state == bot.LinePending }

func addReason(k *bot.Case, r flows.HandOffReason) {
	if !slices.Contains(k.Reasons, r) {
		k.Reasons = append(k.Reasons, r)
	}
}

func copyInbound(in bot.Inbound) bot.Inbound {
	in.Input.Masked = slices.Clone(in.Input.Masked)
	in.ReceivedAt = milli(in.ReceivedAt)
	if !in.Input.At.IsZero() {
		in.Input.At = milli(in.Input.At)
	}
	return in
}

// milli rounds down to what a store on disk keeps: milliseconds, UTC.
func milli(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()).UTC() }

func midnight(t time.Time) int64 { return t.Truncate(24 * time.Hour).UnixMilli() }

// The memory ends with the process, so plain text does here where a store on disk keeps a keyed hash.
func forgottenMessage(a alias, k seenKey) string {
	return fmt.Sprintf("in %q %q %+v", a.channel, a.address, k)
}
func forgottenOut(channel, id string) string { return fmt.Sprintf("out %q %q", channel, id) }
func forgottenOptOut(a alias) string         { return fmt.Sprintf("optout %q %q", a.channel, a.address) }
