package bot

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"layak/internal/crashpoint"
)

const (
	sendWait     = 80 * time.Second // for one attempt; whatsmeow waits 75 s for the server's word
	sendLease    = 2 * time.Minute  // hides a message while it is sent, so longer than sendWait and typing together
	maxTyping    = 20 * time.Second // a longer pause would outlast the lease with a slow send
	giveUpAfter  = 24 * time.Hour   // from composing; later nobody expects an answer
	retryFirst   = 2 * time.Second  // doubles with every attempt
	retryMost    = 15 * time.Minute // so that a message that failed all day was tried about 100 times
	connectFirst = time.Second      // between looks for a connection, for channels that cannot tell; doubles
	connectMost  = 30 * time.Second // so that a reconnect is noticed within half a minute at worst
	storeRetry   = time.Second      // after the store failed
	settleTries  = 5                // a delivery whose record is lost is sent again when the lease ends, so try hard
	settleWait   = 5 * time.Second  // for one try to record an outcome
	leastSleep   = 50 * time.Millisecond
	manyChats    = 10_000 // rate limiters kept before idle ones are dropped
)

// sender sends the messages of one channel, one at a time.
type sender struct {
	ch      Channel
	store   Store
	log     *slog.Logger
	now     func() time.Time
	typing  func(text string) time.Duration
	wake    chan struct{}
	account *rate.Limiter // nil: no limit
	perChat int           // a minute; 0: no limit
	chats   map[ChatKey]*rate.Limiter
	offline int    // attempts in a row that found no connection
	stored  func() // waits until the last delivery is stored, and sees to it; nil when it is
}

func newSender(ch Channel, cfg Config) *sender {
	s := &sender{
		ch: ch, store: cfg.Store, log: cfg.Log.With("channel", ch.Name()), now: cfg.Now, typing: cfg.Typing,
		wake: make(chan struct{}, 1), perChat: cfg.Limits.ChatPerMinute, chats: map[ChatKey]*rate.Limiter{},
	}
	if r := cfg.Limits.AccountPerSecond; r > 0 {
		s.account = rate.NewLimiter(rate.Limit(r), 1)
	}
	return s
}

// wakeUp makes the sender look for messages. It does not block.
func (s *sender) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run sends until stop is closed; an attempt under way is finished unless ctx ends first.
func (s *sender) run(ctx context.Context, stop <-chan struct{}) {
	var next *Outbound // claimed together with the outcome of the one before
	for {
		if next == nil {
			s.waitStored()
			s.waitAccount(stop)
		}
		select {
		case <-stop:
			s.waitStored()
			if next != nil {
				s.settle(ctx, *next, Attempt{Outcome: OutcomeNotTried, Retry: s.now()})
			}
			return
		default:
		}
		if next != nil {
			next = s.deliver(ctx, stop, *next)
			continue
		}
		out, err := s.store.Claim(ctx, s.ch.Name(), s.now(), sendLease, 1)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Error("messages not claimed, trying again soon", "err", err)
			wait(storeRetry, stop, nil)
		case len(out) == 0:
			s.sleep(ctx, stop)
		default:
			next = s.deliver(ctx, stop, out[0])
		}
	}
}

// sleep waits until a commit wakes the sender or the next message is due.
func (s *sender) sleep(ctx context.Context, stop <-chan struct{}) {
	due, some, err := s.store.NextDue(ctx, s.ch.Name())
	switch {
	case err != nil:
		wait(storeRetry, stop, s.wake)
	case some:
		wait(max(due.Sub(s.now()), leastSleep), stop, s.wake)
	default:
		select {
		case <-s.wake:
		case <-stop:
		}
	}
}

// waitAccount waits until the account may send again. It does so before a message is claimed, so that a takeover in the
// meantime still withdraws it.
func (s *sender) waitAccount(stop <-chan struct{}) {
	if d := s.accountDelay(); d > 0 {
		wait(d, stop, nil)
	}
}

// accountDelay is how long it takes until the account may send again.
func (s *sender) accountDelay() time.Duration {
	if s.account == nil {
		return 0
	}
	now := time.Now()
	r := s.account.ReserveN(now, 1)
	defer r.CancelAt(now) // the token is taken when there is something to send
	return r.DelayFrom(now)
}

// deliver makes one attempt at a claimed message and records what became of it. It may return the next message, claimed.
func (s *sender) deliver(ctx context.Context, stop <-chan struct{}, m Outbound) (next *Outbound) {
	if d := s.chatDelay(m.Chat); d > 0 {
		s.settle(ctx, m, Attempt{Outcome: OutcomeNotTried, Retry: s.now().Add(d)})
		return nil
	}
	if s.account != nil {
		s.account.AllowN(time.Now(), 1)
	}
	waited := s.showTyping(ctx, stop, m)
	if c, ok := s.ch.(Committer); !ok || !c.CommitsFirst() {
		s.waitStored()
	}
	// What was claimed with the outcome of the message before, which is still being stored, was looked at this moment.
	if (waited || s.stored == nil) && !s.stillOurs(ctx, m) {
		s.settle(ctx, m, Attempt{Outcome: OutcomeNotTried, Retry: s.now()}) // the next Claim drops it
		return nil
	}
	sendCtx, cancel := context.WithTimeout(ctx, sendWait)
	crashpoint.Here(crashpoint.BeforeSend)
	receipt, err := s.ch.Send(sendCtx, m)
	cancel()
	crashpoint.Here(crashpoint.BeforeSettle)
	s.waitStored()
	a := s.outcome(ctx, m, receipt, err)
	if err == nil {
		s.offline = 0
		return s.settleAndClaim(ctx, stop, m, a)
	}
	s.settle(ctx, m, a)
	if errors.Is(err, ErrNotConnected) {
		s.offline++
		s.waitConnected(ctx, stop)
	}
	return nil
}

// settleAndClaim records a delivery and claims the next message in one transaction, if that may be sent at once.
func (s *sender) settleAndClaim(ctx context.Context, stop <-chan struct{}, m Outbound, a Attempt) (next *Outbound) {
	select {
	case <-stop:
		s.settle(ctx, m, a)
		return nil
	default:
	}
	if s.accountDelay() > 0 {
		s.settle(ctx, m, a)
		return nil
	}
	one, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWait)
	defer cancel()
	out, stored, err := s.store.SettleAndClaim(one, m.ID, a, s.ch.Name(), s.now(), sendLease, 1)
	if err != nil {
		s.settle(ctx, m, a)
		return nil
	}
	s.stored = func() {
		if err := stored(); err != nil {
			s.log.Error("outcome of a message not stored", "message", m.MessageID, "outcome", a.Outcome, "err", err)
			s.settle(ctx, m, a)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return &out[0]
}

// waitStored waits until the delivery that settleAndClaim recorded is stored, and with it the turn of the message that was
// claimed. With a Committer that message is on its way meanwhile.
func (s *sender) waitStored() {
	if s.stored != nil {
		s.stored()
		s.stored = nil
	}
}

// outcome decides what an attempt's error means.
func (s *sender) outcome(ctx context.Context, m Outbound, r Receipt, err error) Attempt {
	now := s.now()
	switch {
	case err == nil:
		if r.At.IsZero() {
			r.At = now
		}
		return Attempt{Outcome: OutcomeSent, At: r.At, Address: r.Address}
	case errors.Is(err, ErrNotConnected):
		return Attempt{Outcome: OutcomeNotTried, Retry: now}
	case errors.Is(err, ErrRejected) || now.Sub(m.ComposedAt) >= giveUpAfter && ctx.Err() == nil:
		s.log.Error("message given up", "message", m.MessageID, "chat", m.Chat, "attempts", m.Attempts, "err", Redact(err))
		return Attempt{Outcome: OutcomeGivenUp, At: now, Err: Redact(err)}
	case ctx.Err() != nil: // cut off by the stop: the next start tries again at once
		return Attempt{Outcome: OutcomeRetry, Retry: now, Err: Redact(err)}
	}
	again := backoff(retryFirst, retryMost, m.Attempts)
	s.log.Warn("message not sent, trying again", "message", m.MessageID, "chat", m.Chat, "attempts", m.Attempts, "in", again, "err", Redact(err))
	return Attempt{Outcome: OutcomeRetry, Retry: now.Add(again), Err: Redact(err)}
}

// settle records an outcome, also while stopping.
func (s *sender) settle(ctx context.Context, m Outbound, a Attempt) {
	for try := range settleTries {
		one, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWait)
		err := s.store.Settle(one, m.ID, a)
		cancel()
		if err == nil {
			return
		}
		s.log.Error("outcome of a message not stored", "message", m.MessageID, "outcome", a.Outcome, "try", try+1, "err", err)
		wait(storeRetry<<try, ctx.Done(), nil)
	}
}

// chatDelay takes one message from the chat's allowance, or says how long until there is one.
func (s *sender) chatDelay(key ChatKey) time.Duration {
	if s.perChat <= 0 {
		return 0
	}
	now := time.Now()
	l := s.chats[key]
	if l == nil {
		if len(s.chats) >= manyChats {
			for k, l := range s.chats {
				if l.TokensAt(now) >= float64(s.perChat) {
					delete(s.chats, k)
				}
			}
		}
		l = rate.NewLimiter(rate.Limit(float64(s.perChat)/60), s.perChat)
		s.chats[key] = l
	}
	r := l.ReserveN(now, 1)
	d := r.DelayFrom(now)
	if d > 0 {
		r.CancelAt(now)
	}
	return d
}

// showTyping shows "typing…" for a while and reports whether it waited.
func (s *sender) showTyping(ctx context.Context, stop <-chan struct{}, m Outbound) (waited bool) {
	typer, ok := s.ch.(Typer)
	if !ok || s.typing == nil || m.Author != AuthorBot {
		return false
	}
	pause := min(s.typing(m.Reply.Text), maxTyping)
	if pause <= 0 {
		return false
	}
	if err := typer.Typing(ctx, m.Address, true); err != nil {
		s.log.Debug("typing not shown", "err", Redact(err))
	}
	wait(pause, stop, ctx.Done())
	return true
}

// stillOurs reports whether a message of the bot may still be sent: the chat has not changed hands since m was claimed, which
// is stored as one looks, a moment before the send. If the store cannot tell, it has: the message then waits.
func (s *sender) stillOurs(ctx context.Context, m Outbound) bool {
	if m.Author != AuthorBot {
		return true
	}
	fence, err := s.store.Fence(ctx, m.Chat)
	return err == nil && fence <= m.Fence
}

// waitConnected waits until it makes sense to try again.
func (s *sender) waitConnected(ctx context.Context, stop <-chan struct{}) {
	pause := backoff(connectFirst, connectMost, s.offline)
	c, ok := s.ch.(Connecter)
	if !ok {
		wait(pause, stop, nil)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, connectMost)
	defer cancel()
	go func() { // ends with ctx, so with this call
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	begin := time.Now()
	if err := c.WaitConnected(ctx); err == nil && time.Since(begin) < leastSleep {
		if s.offline > 1 {
			wait(pause, stop, nil) // it says connected again and again, and was not: do not spin
		}
		return
	}
	s.offline = 0
}

// backoff doubles first with every attempt after the first, up to most, and spreads the result by a fifth either way so
// that many messages do not come back together.
func backoff(first, most time.Duration, attempts int) time.Duration {
	d := most
	if n := max(attempts-1, 0); n < 20 {
		d = min(first<<n, most)
	}
	return d*4/5 + rand.N(d*2/5+1)
}

var digits = regexp.MustCompile(`\d[\d .-]{3,}\d`)

// Redact returns the text of an error without anything that could be a phone number, and at most 200 characters of it,
// fit for logs and for people.
func Redact(err error) string {
	if err == nil {
		return ""
	}
	text := digits.ReplaceAllString(err.Error(), "…")
	if utf8.RuneCountInString(text) > 200 {
		text = string([]rune(text)[:200]) + "…"
	}
	return text
}
