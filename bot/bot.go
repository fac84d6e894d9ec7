package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"layak/flows"
	"layak/internal/keyed"
)

// Limits bound how fast and how late the bot speaks. 0 switches a limit off; DefaultLimits are the ones to begin with.
type Limits struct {
	// ChatPerMinute is how many messages one chat gets in a minute at most, in bursts of as many.
	ChatPerMinute int
	// AccountPerSecond is how many messages one account sends in a second at most.
	AccountPerSecond float64
	// StaleAfter is the age from which messages get an apology instead of being taken for answers, see Config.Stale.
	StaleAfter time.Duration
	// BurstWait is how long a turn waits for further messages of the same person before it begins.
	BurstWait time.Duration
	// LoopTurns within LoopWindow are taken for a loop, as is the same text ten times in a row: the chat gets silence and
	// a case until it has been quiet for LoopWindow. Either at 0 switches both off.
	LoopTurns  int
	LoopWindow time.Duration
}

// DefaultLimits are far above what one person needs to answer questions, and below what a network takes for a flood.
var DefaultLimits = Limits{
	ChatPerMinute:    20,            // a person who types fast sends one message every 3 s
	AccountPerSecond: 5,             // a linked device manages 10 to 20 a second; WhatsApp watches bursts
	StaleAfter:       6 * time.Hour, // a guess to tune: after half a working day people have moved on
	LoopTurns:        60,            // a person who answers every 10 s does not get there
	LoopWindow:       10 * time.Minute,
}

const (
	stopWait   = 10 * time.Second // for each of: channels, turns, sends; a service manager waits 30 s by default
	forcedWait = 2 * time.Second  // for what was cut off to notice it
	sweepAfter = 5 * time.Second  // until chats are tried again after the store failed: long enough not to pile on
	readWait   = 30 * time.Second // for marking messages as read, a login included; nobody misses it
	workers    = 64               // turns at the same time; the store has one writer, so more only wait
)

// ErrForced is returned by Run when something did not end within the time it was given.
var ErrForced = errors.New("stopped by force")

// ErrStandDown is the cause of a context of Run that ends because another process may be speaking by now. Nothing more is
// sent then but the message in flight.
var ErrStandDown = errors.New("another process may have taken over")

// Config is what a Bot is made of. Store, Engine and at least one Channel are needed, everything else may be empty.
type Config struct {
	Store    Store
	Engine   Engine
	Channels []Channel
	Log      *slog.Logger     // nil: nothing is logged
	Now      func() time.Time // nil: time.Now; timers always run by the real clock
	Limits   Limits

	// Guard masks personal numbers in a text before it is stored; see flows.Guard. It is not needed where the channels
	// do it, and does nothing to a text that is masked already.
	Guard func(text string) (masked string, kinds []string)
	// FreeText, Alone, Stale, Resume, Closed, Apology and Summary are explained at Turns.
	FreeText func(flows.Conversation) bool
	Alone    func(flows.Conversation, flows.Input) bool
	Stale    func(ctx context.Context, c flows.Conversation, old []flows.Input) (flows.Turn, error)
	Resume   func(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error)
	Closed   func(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error)
	Apology  func(lang string, at time.Time) string
	Summary  func(flows.Conversation) string
	// Hooks says what other systems are to be told of a turn. Nil: nothing.
	Hooks func(chat ChatKey, turn flows.Turn) []Hook
	// AgentChats answers the chats of agents. Nil: nobody is one.
	AgentChats AgentChats
	// Typing is how long "typing…" is shown before a text is sent, on channels that can. Nil or 0: not at all.
	Typing func(text string) time.Duration
	// ReturnAfter is the quiet time after which a chat that somebody took over on the business phone returns to the bot;
	// 0: never by itself. ReturnAgents does so for chats that an agent claimed, too. The Store must be a Keeper then.
	ReturnAfter  time.Duration
	ReturnAgents bool
	// Retention is how long texts, answers and names are kept; 0: without end. The Store must be a Keeper then.
	Retention time.Duration
	// MarkRead marks messages as read once their turn is stored, on channels that can.
	MarkRead bool
}

// Bot runs conversations between channels and a store.
type Bot struct {
	cfg      Config
	log      *slog.Logger
	turns    *Turns
	channels map[string]Channel
	senders  map[string]*sender
	jobs     *keyed.Group[ChatKey]
	slots    chan struct{}   // one token per turn that may run
	sweep    chan struct{}   // asks for another look at Waiting
	stopping chan struct{}   // closed when channels have ended
	turnsCtx context.Context // of all turns, from New to the end of Run
	endTurns context.CancelFunc
}

// New returns a bot. It panics when Store or Engine is missing, the Store lacks what is asked of it, or two channels have
// the same name, which are mistakes of the program.
func New(cfg Config) *Bot {
	if cfg.Store == nil || cfg.Engine == nil {
		panic("bot.New: Store and Engine are needed")
	}
	if _, ok := cfg.Store.(Keeper); !ok && (cfg.ReturnAfter > 0 || cfg.Retention > 0) {
		panic("bot.New: the Store cannot return chats or remove what is old")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	b := &Bot{
		cfg: cfg, log: cfg.Log, channels: map[string]Channel{}, senders: map[string]*sender{},
		slots: make(chan struct{}, workers), sweep: make(chan struct{}, 1), stopping: make(chan struct{}),
	}
	for _, c := range cfg.Channels {
		if b.channels[c.Name()] != nil {
			panic("bot.New: two channels named " + c.Name())
		}
		b.channels[c.Name()] = c
		b.senders[c.Name()] = newSender(c, cfg)
	}
	b.turns = &Turns{
		Store: cfg.Store, Engine: cfg.Engine, NewMessageID: b.newMessageID, Now: cfg.Now, Log: cfg.Log,
		FreeText: cfg.FreeText, Alone: cfg.Alone, StaleAfter: cfg.Limits.StaleAfter, Stale: cfg.Stale,
		Resume: cfg.Resume, Closed: cfg.Closed, AgentChats: cfg.AgentChats, Hooks: cfg.Hooks, Apology: cfg.Apology, Summary: cfg.Summary,
	}
	if l := cfg.Limits; l.LoopTurns > 0 && l.LoopWindow > 0 {
		guard := newLoopGuard(l.LoopTurns, l.LoopWindow)
		b.turns.Looping = func(key ChatKey, in flows.Input) bool { return guard.looping(key, in, cfg.Now()) }
	}
	b.turnsCtx, b.endTurns = context.WithCancel(context.Background())
	b.jobs = keyed.New(b.work)
	return b
}

// Run starts the bot and blocks until ctx is done, a channel fails, or all channels have ended. It may be called once.
//
// It first wakes the chats that were left waiting, then starts senders, and channels last. It stops in the order of the
// messages: channels, so that nothing more comes in; turns that are running, for up to 10 s; the send in flight, for up
// to 10 s; channels that are Closers. What is not finished by then is in the store and is finished after the next start.
// When the cause of ctx is ErrStandDown, sending stops first instead.
// Run returns the error of the channel that failed, nil after ctx was done or all channels ended, and ErrForced if a part
// did not end in time.
func (b *Bot) Run(ctx context.Context) error {
	defer b.endTurns()
	sendCtx, endSends := context.WithCancel(context.WithoutCancel(ctx))
	defer endSends()
	stopSends := make(chan struct{})
	stopSending := sync.OnceFunc(func() { close(stopSends) })
	defer context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), ErrStandDown) {
			stopSending()
		}
	})()

	waiting, err := b.cfg.Store.Waiting(ctx, 0)
	if err != nil {
		return fmt.Errorf("find waiting chats: %w", err)
	}
	for _, key := range waiting {
		b.jobs.Wake(key)
	}

	var all errgroup.Group
	all.Go(func() error { b.sweepAgain(b.turnsCtx); return nil })
	all.Go(func() error { b.runTimers(b.turnsCtx); return nil })
	var sends sync.WaitGroup
	for _, s := range b.senders {
		sends.Add(1)
		all.Go(func() error {
			defer sends.Done()
			s.run(sendCtx, stopSends)
			return nil
		})
	}
	channelsErr := make(chan error, 1)
	channels, channelsCtx := errgroup.WithContext(ctx)
	for _, c := range b.cfg.Channels {
		channels.Go(func() error { return b.receive(channelsCtx, c) })
	}
	if len(b.cfg.Channels) == 0 {
		channels.Go(func() error { <-ctx.Done(); return nil })
	}
	all.Go(func() error { channelsErr <- channels.Wait(); return nil })

	err, forced := waitChannels(channelsCtx, channelsErr)
	close(b.stopping)
	forced = b.stopTurns() || forced
	stopSending()
	forced = waitFor(sends.Wait, endSends) || forced
	err = errors.Join(err, b.closeChannels())
	if forced {
		return errors.Join(err, ErrForced)
	}
	return errors.Join(err, all.Wait())
}

// waitChannels waits until all channels have ended, for up to stopWait after they were told to.
func waitChannels(ctx context.Context, ended <-chan error) (err error, forced bool) {
	select {
	case err := <-ended:
		return err, false
	case <-ctx.Done():
	}
	select {
	case err := <-ended:
		return err, false
	case <-time.After(stopWait):
		if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
			return err, true
		}
		return nil, true
	}
}

// stopTurns lets running turns finish for up to stopWait, and then cuts them off.
func (b *Bot) stopTurns() (forced bool) {
	return waitFor(func() { _ = b.jobs.Stop(context.Background()) }, b.endTurns)
}

// waitFor waits for up to stopWait, then calls cut and waits for forcedWait more. It reports whether even that was not
// enough; the wait then goes on by itself, which only happens in a process that is about to end.
func waitFor(wait func(), cut context.CancelFunc) (forced bool) {
	done := make(chan struct{})
	go func() { wait(); close(done) }()
	defer cut()
	select {
	case <-done:
		return false
	case <-time.After(stopWait):
	}
	cut()
	select {
	case <-done:
		return false
	case <-time.After(forcedWait):
		return true
	}
}

// closeChannels ends the connections that outlived their Run.
func (b *Bot) closeChannels() error {
	var errs []error
	for _, c := range b.cfg.Channels {
		if closer, ok := c.(Closer); ok {
			errs = append(errs, closer.Close())
		}
	}
	return errors.Join(errs...)
}

// receive runs one channel.
func (b *Bot) receive(ctx context.Context, c Channel) error {
	err := c.Run(ctx, func(ctx context.Context, in Inbound) error {
		if in.Channel == "" {
			in.Channel = c.Name()
		}
		return b.accept(ctx, in)
	})
	if err != nil && (ctx.Err() == nil || !errors.Is(err, ctx.Err())) {
		return fmt.Errorf("channel %s: %w", c.Name(), err)
	}
	b.log.Info("channel ended", "channel", c.Name())
	return nil
}

// Agents returns what people do in chats of this bot. The store is the bot's.
func (b *Bot) Agents(store CaseStore) *Agents {
	return &Agents{Store: store, Turns: b.turns, Wake: b.Wake}
}

// Wake has pending messages of a chat answered and everything that is due sent, after something else than a channel
// changed the store. It does not block.
func (b *Bot) Wake(key ChatKey) {
	b.jobs.Wake(key)
	b.wakeSenders()
}

func (b *Bot) wakeSenders() {
	for _, s := range b.senders {
		s.wakeUp()
	}
}

// work answers one chat. The group sees to it that it runs once at a time per chat.
func (b *Bot) work(key ChatKey) {
	ctx := b.turnsCtx
	if b.cfg.Limits.BurstWait > 0 {
		wait(b.cfg.Limits.BurstWait, ctx.Done(), b.stopping)
	}
	select {
	case b.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	results, err := b.turns.Answer(ctx, key)
	<-b.slots
	if len(results) > 0 {
		b.wakeSenders()
	}
	if err != nil && ctx.Err() == nil {
		b.log.Error("chat not answered, trying again soon", "chat", key, "err", err)
		b.sweepSoon()
	}
	if b.cfg.MarkRead {
		b.markRead(ctx, results)
	}
}

// markRead tells the network that messages were read, after their turn was stored. Failing to is only logged.
func (b *Bot) markRead(ctx context.Context, results []Result) {
	type place struct{ channel, address, sender string }
	ids := map[place][]string{}
	for _, r := range results {
		for _, p := range r.Inputs {
			at := place{r.Channel, p.Address, p.Sender}
			ids[at] = append(ids[at], p.MessageID)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	for at, ids := range ids {
		reader, ok := b.channels[at.channel].(Reader)
		if !ok {
			continue
		}
		b.waitConnected(ctx, b.channels[at.channel]) // turns that were left over are done before there is a connection
		if err := reader.MarkRead(ctx, at.address, at.sender, ids); err != nil {
			b.log.Warn("messages not marked as read", "channel", at.channel, "messages", len(ids), "err", Redact(err))
		}
	}
}

// waitConnected waits until a channel can be used, if it can tell, for as long as ctx lasts and no stop has begun.
func (b *Bot) waitConnected(ctx context.Context, ch Channel) {
	c, ok := ch.(Connecter)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // ends with ctx, so with this call
		select {
		case <-b.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	_ = c.WaitConnected(ctx) // what is tried next finds out by itself
}

func (b *Bot) sweepSoon() {
	select {
	case b.sweep <- struct{}{}:
	default:
	}
}

// sweepAgain looks for chats that were left waiting because the store failed.
func (b *Bot) sweepAgain(ctx context.Context) {
	for {
		select {
		case <-b.sweep:
		case <-ctx.Done():
			return
		}
		wait(sweepAfter, ctx.Done(), nil)
		if ctx.Err() != nil {
			return
		}
		keys, err := b.cfg.Store.Waiting(ctx, 0)
		if err != nil {
			b.log.Error("waiting chats not found, trying again soon", "err", err)
			b.sweepSoon()
		}
		for _, key := range keys {
			b.jobs.Wake(key)
		}
	}
}

// newMessageID makes an id in the form of the named channel.
func (b *Bot) newMessageID(channel string) string {
	if c := b.channels[channel]; c != nil {
		return c.NewMessageID()
	}
	return rand.Text() // a chat of a channel that is not running now
}

// wait waits for d, or less if one of the channels closes or delivers.
func wait(d time.Duration, a, b <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-a:
	case <-b:
	}
}
