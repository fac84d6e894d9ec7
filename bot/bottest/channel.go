package bottest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"layak/bot"
)

// Channel is a bot.Channel whose network is a script: it delivers what it is given, records what is sent, and fails when
// told to. It is safe for concurrent use. It begins connected.
type Channel struct {
	name string
	ids  atomic.Int64

	mu        sync.Mutex
	accept    func(context.Context, bot.Inbound) error
	ctx       context.Context // of the Run under way
	receiving sync.WaitGroup
	end       chan error
	running   chan struct{} // closed while Run receives
	online    chan struct{} // closed while connected
	latency   time.Duration
	faults    []sendFault
	attempts  []Attempt
	arrived   map[string]bool     // message ids
	shown     map[string][]string // texts by address; all of them under ""
	news      chan struct{}       // closed when something arrived
	typed     []string
	read      []string
	closed    bool
	overlap   bool
	sending   int
}

// Attempt is one call of Send.
type Attempt struct {
	bot.Outbound
	At  time.Time
	Err error // what Send returned
}

type sendFault struct {
	err       error
	delivered bool // the message arrived all the same
}

var (
	_ bot.Channel   = (*Channel)(nil)
	_ bot.Typer     = (*Channel)(nil)
	_ bot.Reader    = (*Channel)(nil)
	_ bot.Connecter = (*Channel)(nil)
	_ bot.Closer    = (*Channel)(nil)
)

// ErrNotRunning is returned by Deliver before Run began and after it ended.
var ErrNotRunning = errors.New("the channel is not running")

// NewChannel returns a channel of that name.
func NewChannel(name string) *Channel {
	c := &Channel{name: name, end: make(chan error, 1), running: make(chan struct{}), online: make(chan struct{}), arrived: map[string]bool{}, news: make(chan struct{}), shown: map[string][]string{}}
	close(c.online)
	return c
}

// Name implements bot.Channel.
func (c *Channel) Name() string { return c.name }

// NewMessageID implements bot.Channel. Ids are unique among all channels of the same name only if there is one of them.
func (c *Channel) NewMessageID() string { return fmt.Sprintf("%s-OUT-%d-%p", c.name, c.ids.Add(1), c) }

// Run implements bot.Channel: it blocks until ctx is done or End is called, and until every Deliver has returned.
func (c *Channel) Run(ctx context.Context, accept func(context.Context, bot.Inbound) error) error {
	c.mu.Lock()
	c.accept, c.ctx = accept, ctx
	close(c.running)
	c.mu.Unlock()
	var err error
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case err = <-c.end:
	}
	c.mu.Lock()
	c.accept = nil
	c.running = make(chan struct{})
	c.mu.Unlock()
	c.receiving.Wait()
	return err
}

// End makes Run return err, as when the network ended the login.
func (c *Channel) End(err error) { c.end <- err }

// Deliver hands a message to the bot the way a network does, and returns nil if it was confirmed. It waits for Run to
// begin and blocks until the message was accepted.
func (c *Channel) Deliver(ctx context.Context, in bot.Inbound) error {
	c.mu.Lock()
	running := c.running
	c.mu.Unlock()
	select {
	case <-running:
	case <-ctx.Done():
		return ErrNotRunning
	}
	c.mu.Lock()
	accept, ctx := c.accept, c.ctx
	if accept == nil {
		c.mu.Unlock()
		return ErrNotRunning
	}
	c.receiving.Add(1)
	c.mu.Unlock()
	defer c.receiving.Done()
	in.Channel = c.name
	return accept(ctx, in)
}

// FailNext makes the next n sends return err without delivering anything.
func (c *Channel) FailNext(n int, err error) { c.fault(n, sendFault{err: err}) }

// LoseNext makes the next n sends deliver their message but return an error that wraps bot.ErrUncertain, as when the
// connection breaks before the network's answer.
func (c *Channel) LoseNext(n int) {
	c.fault(n, sendFault{err: fmt.Errorf("connection lost: %w", bot.ErrUncertain), delivered: true})
}

// Heal forgets the faults that have not happened yet.
func (c *Channel) Heal() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = nil
}

func (c *Channel) fault(n int, f sendFault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for range n {
		c.faults = append(c.faults, f)
	}
}

// SetLatency makes every send take d.
func (c *Channel) SetLatency(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latency = d
}

// SetOnline connects or disconnects the channel. Sends fail with bot.ErrNotConnected while it is not connected.
func (c *Channel) SetOnline(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isOnline() == on {
		return
	}
	if on {
		close(c.online)
	} else {
		c.online = make(chan struct{})
	}
}

func (c *Channel) isOnline() bool {
	select {
	case <-c.online:
		return true
	default:
		return false
	}
}

// WaitConnected implements bot.Connecter.
func (c *Channel) WaitConnected(ctx context.Context) error {
	c.mu.Lock()
	online := c.online
	c.mu.Unlock()
	select {
	case <-online:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Send implements bot.Channel.
func (c *Channel) Send(ctx context.Context, m bot.Outbound) (bot.Receipt, error) {
	c.mu.Lock()
	c.sending++
	c.overlap = c.overlap || c.sending > 1
	latency := c.latency
	c.mu.Unlock()
	err := ctx.Err()
	if latency > 0 && err == nil {
		t := time.NewTimer(latency)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			err = fmt.Errorf("%w: %w", bot.ErrUncertain, ctx.Err())
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending--
	delivered := err == nil
	switch {
	case err != nil:
	case !c.isOnline():
		err, delivered = bot.ErrNotConnected, false
	case len(c.faults) > 0:
		err, delivered = c.faults[0].err, c.faults[0].delivered
		c.faults = c.faults[1:]
	}
	a := Attempt{Outbound: m, At: time.Now(), Err: err}
	c.attempts = append(c.attempts, a)
	if delivered && !c.arrived[m.MessageID] {
		c.arrived[m.MessageID] = true
		c.shown[m.Address] = append(c.shown[m.Address], m.Reply.Text)
		c.shown[""] = append(c.shown[""], m.Reply.Text)
		close(c.news)
		c.news = make(chan struct{})
	}
	return bot.Receipt{At: a.At}, err
}

// Attempts returns all calls of Send so far, in order.
func (c *Channel) Attempts() []Attempt {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.attempts)
}

// Shown returns the texts that reached the phone at address, in order, each message id once, as a network that drops
// repeated ids would show them. An empty address means all.
func (c *Channel) Shown(address string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.shown[address])
}

// WaitShown blocks until n texts have reached the phone at address, or returns the error of ctx.
func (c *Channel) WaitShown(ctx context.Context, address string, n int) error {
	for {
		c.mu.Lock()
		enough, news := len(c.shown[address]) >= n, c.news
		c.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Overlapped reports whether two sends were ever under way at the same time.
func (c *Channel) Overlapped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.overlap
}

// Typing implements bot.Typer.
func (c *Channel) Typing(_ context.Context, address string, on bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on {
		c.typed = append(c.typed, address)
	}
	return nil
}

// Typed returns the addresses that were shown "typing…", in order.
func (c *Channel) Typed() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.typed)
}

// MarkRead implements bot.Reader.
func (c *Channel) MarkRead(_ context.Context, _, _ string, ids []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = append(c.read, ids...)
	return nil
}

// Read returns the ids that were marked as read, in order.
func (c *Channel) Read() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.read)
}

// Close implements bot.Closer.
func (c *Channel) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	return nil
}

// Closed reports whether Close was called.
func (c *Channel) Closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}
