package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"layak/flows"
	"layak/internal/crashpoint"
)

// MaxFaults is how many turns may fail on one message before it is marked failed and a case is opened. Five, because a
// fault that lasts that long is one of the flow's or the program's, which only a person can mend.
const MaxFaults = 5

// maxConflicts bounds the reloads of one Answer. A conflict means that somebody else moved the chat on, so a few in a
// row are already rare; twenty means that a Store never agrees.
const maxConflicts = 20

// Engine works out one turn. It does no I/O, does not change c, and may be called at the same time for other chats.
type Engine interface {
	Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error)
}

// Turns answers the pending messages of chats. It is a plain value: fill in the fields, of which Store, Engine and
// NewMessageID are needed, and do not change them afterwards. It is safe for concurrent use; turns of one chat that are
// worked out at the same time are stored one after the other.
type Turns struct {
	Store  Store
	Engine Engine
	// NewMessageID makes the id of an answer, in the form of the named channel.
	NewMessageID func(channel string) string
	Now          func() time.Time // nil: time.Now
	Log          *slog.Logger     // nil: nothing is logged

	// FreeText reports whether the question that stands takes free text, or no question was asked yet: texts that wait
	// together are then joined by line breaks and answered as one. Nil: never.
	FreeText func(flows.Conversation) bool
	// Alone reports an input that is never joined to others nor taken for stale, as a command word. Nil: none is.
	Alone func(flows.Conversation, flows.Input) bool
	// StaleAfter is the age from which messages are not taken for answers any more; 0: never.
	StaleAfter time.Duration
	// Stale makes the turn for messages that are older than StaleAfter: one apology and the current question. Nil: they
	// are answered like any other.
	Stale func(ctx context.Context, c flows.Conversation, old []flows.Input) (flows.Turn, error)
	// Resume makes the turn with which the bot goes on after a person had the chat: it says so, and asks the current
	// question again. Nil: it goes on in silence.
	Resume func(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error)
	// Closed makes the turn with which the bot goes on after a person closed the case. Nil: the same as Resume.
	Closed func(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error)
	// Looping is asked once for every input and reports that the chat is in a loop: the input is then taken in silence
	// and a case opened. Nil: never.
	Looping func(key ChatKey, in flows.Input) bool
	// AgentChats answers the chats of agents. Nil: nobody is one.
	AgentChats AgentChats
	// Hooks says what other systems are to be told of a turn. Nil: nothing.
	Hooks func(chat ChatKey, turn flows.Turn) []Hook
	// Apology is the line a person gets when their message cannot be answered because of a fault of ours. Nil: none.
	Apology func(lang string, at time.Time) string
	// Summary is what an agent reads of a case. Nil: the function Summary.
	Summary func(flows.Conversation) string
}

// Result is one step of the engine within a stored turn.
type Result struct {
	Chat    ChatKey
	Channel string
	Inputs  []Pending     // what was answered, in order; several when they were joined
	Input   flows.Input   // as the engine saw it
	Turn    flows.Turn    // what the engine made of it; only Next is set after a fault
	Replies []flows.Reply // what is sent; empty where a later input of the same turn made the question obsolete
	Failed  bool          // given up on after MaxFaults faults
}

// Answer works out and stores turns for everything that is pending in one chat, and returns what it did, in order. A message
// that arrives meanwhile may be left to the next call, which whoever accepted it asks for.
// Results that were stored are returned together with an error, too. It blocks for as long as the store and the engine
// do, and returns nothing for a chat that is unknown, has nothing pending, or belongs to somebody else.
//
// Messages are taken in order of arrival and stored in one turn, until one has an effect on the outside (a verdict, a
// case, an opt-out, a deletion): such a turn is stored by itself, so that none of its words is lost. Of several
// questions in one turn only the last is sent.
func (t *Turns) Answer(ctx context.Context, key ChatKey) ([]Result, error) {
	var done []Result
	conflicts, single := 0, false
	for {
		chat, err := t.Store.Load(ctx, key)
		if errors.Is(err, ErrNoChat) {
			return done, nil
		}
		if err != nil {
			return done, fmt.Errorf("load chat %s: %w", key, err)
		}
		if chat.Owner != "" || len(chat.Pending) == 0 {
			return done, nil
		}
		if chat.Conversation.ID == "" {
			chat.Conversation.ID = string(chat.Key)
		}
		if t.AgentChats != nil {
			name, err := t.AgentChats.Agent(ctx, chat.Key)
			if err != nil {
				return done, fmt.Errorf("see whether %s is an agent: %w", chat.Key, err)
			}
			if name != "" {
				result, err := t.command(ctx, name, chat)
				if errors.Is(err, ErrConflict) && conflicts < maxConflicts {
					conflicts++
					continue
				}
				if err != nil {
					return done, err
				}
				done, conflicts = append(done, result), 0
				continue
			}
		}
		steps, fault := t.steps(ctx, chat, single)
		if err := ctx.Err(); err != nil {
			return done, err
		}
		if len(steps) == 0 {
			// Joined texts are tried one by one after a fault, so that one of them cannot take the others down.
			failed, err := t.fault(ctx, chat, fault, single)
			if err != nil {
				return done, err
			}
			single = true
			if failed == nil {
				continue
			}
			steps = []Result{*failed}
		}
		crashpoint.Here(crashpoint.BeforeCommit)
		err = t.Store.Commit(ctx, t.record(chat, steps))
		if errors.Is(err, ErrConflict) && conflicts < maxConflicts {
			conflicts++
			continue
		}
		if err != nil {
			return done, fmt.Errorf("store turn for %s: %w", chat.Key, err)
		}
		crashpoint.Here(crashpoint.AfterCommit)
		done = append(done, steps...)
		if inputs(steps) == len(chat.Pending) {
			return done, nil
		}
		key, conflicts, single = chat.Key, 0, false
	}
}

// inputs counts the messages that steps took.
func inputs(steps []Result) (n int) {
	for _, s := range steps {
		n += len(s.Inputs)
	}
	return n
}

// faulty is an input that the engine could not answer.
type faulty struct {
	inputs []Pending
	in     flows.Input
	err    error
}

// steps runs the engine over the pending messages until one has an effect or fails. Without any step the fault is not nil.
func (t *Turns) steps(ctx context.Context, chat Chat, single bool) ([]Result, *faulty) {
	var steps []Result
	conv, rest := chat.Conversation, chat.Pending
	for len(rest) > 0 {
		n, stale := t.take(conv, rest, single)
		in := join(rest[:n])
		if t.Looping != nil && t.Looping(chat.Key, in) {
			quiet := flows.Turn{Next: conv, Effects: []flows.Effect{flows.HandOff{Reason: flows.HandOffLoop}}}
			steps = append(steps, Result{Chat: chat.Key, Channel: chat.Channel, Inputs: rest[:n], Input: in, Turn: quiet})
			break
		}
		turn, err := t.step(ctx, conv.Clone(), in, rest[:n], stale)
		if err != nil {
			keepReplies(chat.Conversation, steps)
			return steps, &faulty{inputs: rest[:n], in: in, err: err}
		}
		if turn.Next.ID == "" {
			turn.Next.ID = conv.ID
		}
		steps = append(steps, Result{Chat: chat.Key, Channel: chat.Channel, Inputs: rest[:n], Input: in, Turn: turn})
		if stale || hasEffect(turn) {
			break
		}
		conv, rest = turn.Next, rest[n:]
	}
	keepReplies(chat.Conversation, steps)
	return steps, nil
}

// take says how many of the waiting messages the next step answers, and whether they are too old to be answers.
func (t *Turns) take(conv flows.Conversation, waiting []Pending, single bool) (n int, stale bool) {
	alone := func(p Pending) bool { return t.Alone != nil && t.Alone(conv, p.Input) }
	old := func(p Pending) bool {
		return t.Stale != nil && t.StaleAfter > 0 && !p.Input.At.IsZero() && t.now().Sub(p.Input.At) > t.StaleAfter
	}
	if alone(waiting[0]) {
		return 1, false
	}
	if old(waiting[0]) {
		n = 1
		for n < len(waiting) && old(waiting[n]) && !alone(waiting[n]) {
			n++
		}
		return n, true
	}
	if single || t.FreeText == nil || waiting[0].Input.Kind != flows.InputText || !t.FreeText(conv) {
		return 1, false
	}
	n = 1
	for n < len(waiting) && waiting[n].Input.Kind == flows.InputText && !alone(waiting[n]) && !old(waiting[n]) {
		n++
	}
	return n, false
}

// join makes one input of several texts; the newest says when it happened.
func join(ps []Pending) flows.Input {
	in := ps[len(ps)-1].Input
	in.ID = ps[len(ps)-1].MessageID
	if len(ps) == 1 {
		return in
	}
	texts := make([]string, len(ps))
	var masked []string
	for i, p := range ps {
		texts[i] = p.Input.Text
		for _, m := range p.Input.Masked {
			if !slices.Contains(masked, m) {
				masked = append(masked, m)
			}
		}
	}
	in.Text, in.Masked = strings.Join(texts, "\n"), masked
	return in
}

// step calls the engine.
func (t *Turns) step(ctx context.Context, conv flows.Conversation, in flows.Input, ps []Pending, stale bool) (flows.Turn, error) {
	if !stale {
		return t.try(conv, func() (flows.Turn, error) { return t.Engine.Step(ctx, conv, in) })
	}
	old := make([]flows.Input, len(ps))
	for i, p := range ps {
		old[i] = p.Input
	}
	return t.try(conv, func() (flows.Turn, error) { return t.Stale(ctx, conv, old) })
}

// try runs an engine and turns a panic into an error. It is one of the two places where panics are recovered.
func (t *Turns) try(conv flows.Conversation, engine func() (flows.Turn, error)) (turn flows.Turn, err error) {
	defer func() {
		if p := recover(); p != nil {
			t.log().Error("turn panicked", "chat", conv.ID, "state", conv.Place.State, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic in state %q: %v", conv.Place.State, p)
		}
	}()
	return engine()
}

// fault counts a fault and returns the step that gives the message up, or nil when it is to be tried again. A fault of
// joined texts is not held against any of them.
func (t *Turns) fault(ctx context.Context, chat Chat, f *faulty, single bool) (*Result, error) {
	t.log().Error("turn failed", "chat", chat.Key, "state", chat.Conversation.Place.State, "err", f.err)
	if len(f.inputs) > 1 && !single {
		return nil, nil
	}
	n := 0
	for _, p := range f.inputs {
		m, err := t.Store.Fault(ctx, p.ID)
		if err != nil {
			return nil, fmt.Errorf("count fault of message %d: %w", p.ID, err)
		}
		n = max(n, m)
	}
	if n < MaxFaults {
		return nil, nil
	}
	gone := &Result{Chat: chat.Key, Channel: chat.Channel, Inputs: f.inputs, Input: f.in, Failed: true}
	next := chat.Conversation.Clone()
	next.HandedOver, next.Waiting = true, true
	gone.Turn = flows.Turn{Next: next, Effects: []flows.Effect{flows.HandOff{Reason: flows.HandOffFault}}}
	if t.Apology != nil {
		if text := t.Apology(chat.Conversation.Lang, t.now()); text != "" {
			gone.Replies = []flows.Reply{{Text: text}}
		}
	}
	return gone, nil
}

// keepReplies decides which replies are sent: those of the last step that says anything, and those of a first turn,
// whose greeting holds what a person must be told once. A step with an effect is always the last.
func keepReplies(from flows.Conversation, steps []Result) {
	last := -1
	for i := range steps {
		if len(steps[i].Turn.Replies) > 0 {
			last = i
		}
	}
	for i := range steps {
		if i == last || i == 0 && from.Place.State == "" {
			steps[i].Replies = steps[i].Turn.Replies
		}
	}
}

// hasEffect reports whether anything but the replies comes of a turn. A missed text alone changes nothing outside.
func hasEffect(turn flows.Turn) bool {
	return slices.ContainsFunc(turn.Effects, func(e flows.Effect) bool {
		_, missed := e.(flows.Missed)
		return !missed
	})
}

// record maps steps that were worked out to what the store is to keep.
func (t *Turns) record(chat Chat, steps []Result) TurnRecord {
	now := t.now().UTC()
	last := steps[len(steps)-1]
	rec := TurnRecord{Chat: chat.Key, Base: chat.Conversation.Version, Next: last.Turn.Next, At: now}
	from := chat.Conversation
	for _, s := range steps {
		for _, p := range s.Inputs {
			if s.Failed {
				rec.Failed = append(rec.Failed, p.ID)
			} else {
				rec.Answered = append(rec.Answered, p.ID)
			}
		}
		for _, r := range s.Replies {
			if r.Text != "" {
				rec.Out = append(rec.Out, Outbound{
					MessageID: t.NewMessageID(chat.Channel), Reply: r, Author: AuthorBot, ComposedAt: now, NotBefore: now,
				})
			}
		}
		rec.Audit = append(rec.Audit, AuditEntry{Who: AuthorBot, What: "turn", Note: progressOf(from, s.Turn).String()})
		if s.Input.Kind == flows.InputDelete {
			rec.Audit = append(rec.Audit, AuditEntry{Who: AuthorBot, What: "taken_back", Note: s.Input.Target})
		}
		from = s.Turn.Next
		t.effects(&rec, s.Turn)
		if t.Hooks != nil {
			rec.Hooks = append(rec.Hooks, t.Hooks(chat.Key, s.Turn)...)
		}
	}
	return rec
}

// effects adds what a turn asks for besides its replies.
func (t *Turns) effects(rec *TurnRecord, turn flows.Turn) {
	note := func(what, note string) {
		rec.Audit = append(rec.Audit, AuditEntry{Who: AuthorBot, What: what, Note: note})
	}
	optOut := func(out bool) { rec.OptOut = &out }
	for _, e := range turn.Effects {
		switch e := e.(type) {
		case flows.HandOff:
			summary := t.Summary
			if summary == nil {
				summary = Summary
			}
			rec.HandOff = &HandOff{Reason: e.Reason, Summary: summary(turn.Next)}
			note("handoff", string(e.Reason))
		case flows.Decided:
			v := e.Verdict
			rec.Verdict = &Verdict{
				Category: v.Category, Verdict: string(v.Verdict), Lang: turn.Next.Lang,
				Pack: strings.TrimSpace(v.Pack.ID + " " + v.Pack.Version),
			}
			note("verdict", string(v.Verdict))
		case flows.OptOut:
			optOut(true)
			note("opt_out", "")
		case flows.OptIn:
			optOut(false)
			note("opt_in", "")
		case flows.Withdraw:
			rec.Withdraw = true
			note("withdrawn", "")
		case flows.Helped:
			rec.Helped = string(e.Answer)
			note("helped", rec.Helped)
		case flows.Forget:
			rec.Forget = true
			note("forget", "")
		case flows.Missed:
			rec.Missed = append(rec.Missed, Missed(e))
		}
	}
}

func (t *Turns) now() time.Time {
	if t.Now != nil {
		return t.Now()
	}
	return time.Now()
}

func (t *Turns) log() *slog.Logger {
	if t.Log != nil {
		return t.Log
	}
	return slog.New(slog.DiscardHandler)
}
