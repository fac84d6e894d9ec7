// Package hooks tells other systems what happens: from the durable queue of the store, with retries, each event signed.
package hooks

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"layak/bot"
)

// ErrGiveUp is wrapped by a Deliver whose hook shall not be tried again.
var ErrGiveUp = errors.New("not tried again")

// Retries say when a delivery that failed is tried again, and until when.
type Retries struct {
	First, Most time.Duration // pauses; they double from First to Most, give or take a fifth
	GiveUp      time.Duration // age from which a failure is the last
}

// DefaultRetries outlast a night in which nobody mends the receiver.
var DefaultRetries = Retries{First: 5 * time.Second, Most: time.Hour, GiveUp: 48 * time.Hour}

const (
	lookEvery   = time.Second      // for new events and hooks
	againAfter  = 5 * time.Second  // after the store failed
	batch       = 100              // events in one transaction
	dueAtOnce   = 20               // hooks read at a time
	deliverWait = 15 * time.Second // for one attempt
)

// Runner delivers one target's hooks, oldest first, one at a time. A hook that failed does not hold up the others.
type Runner struct {
	Store   bot.HookQueue
	Target  string
	Deliver func(ctx context.Context, h bot.Hook) error
	Retries Retries          // the zero value: DefaultRetries
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: nothing is logged
}

// Run delivers until ctx ends. What it was about to deliver then is tried again at the next start: a receiver may get a
// hook twice, and knows it by its id.
func (r Runner) Run(ctx context.Context) error {
	if r.Retries == (Retries{}) {
		r.Retries = DefaultRetries
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Log == nil {
		r.Log = discard
	}
	for ctx.Err() == nil {
		pause := lookEvery
		due, _, err := r.Store.DueHooks(ctx, r.Target, r.Now(), dueAtOnce)
		for _, h := range due {
			if err == nil {
				err = r.one(ctx, h)
			}
		}
		switch {
		case err != nil && ctx.Err() == nil:
			r.Log.Error("queue for other systems failed, trying again soon", "target", r.Target, "err", bot.Redact(err))
			pause = againAfter
		case len(due) == dueAtOnce:
			continue
		}
		sleep(ctx, pause)
	}
	return nil
}

// one makes one attempt and stores what came of it.
func (r Runner) one(ctx context.Context, h bot.Hook) error {
	attempt, cancel := context.WithTimeout(ctx, deliverWait)
	err := r.Deliver(attempt, h)
	cancel()
	if err == nil {
		return r.Store.HookDone(context.WithoutCancel(ctx), h.ID)
	}
	if ctx.Err() != nil {
		return ctx.Err() // cut off by the stop; no failure of the receiver
	}
	again := r.Now().Add(r.pause(h.Attempts))
	if errors.Is(err, ErrGiveUp) || again.Sub(h.CreatedAt) > r.Retries.GiveUp {
		again = time.Time{}
		r.Log.Error("hook given up; layak hooks lists it", "target", r.Target, "hook", h.ID, "kind", h.Kind, "err", bot.Redact(err))
	} else if h.Attempts == 0 {
		r.Log.Warn("hook not delivered, trying again", "target", r.Target, "hook", h.ID, "kind", h.Kind, "err", bot.Redact(err))
	}
	return r.Store.HookFailed(ctx, h.ID, bot.Redact(err), again)
}

// pause is how long to wait after so many failures before this one.
func (r Runner) pause(failures int) time.Duration {
	d := r.Retries.Most
	if failures < 20 {
		d = min(r.Retries.First<<failures, r.Retries.Most)
	}
	return d*4/5 + rand.N(d*2/5+1)
}

// Store is what those who follow events need.
type Store interface {
	bot.HookQueue
	Follow(ctx context.Context, follower string) (event int64, err error)
	Events(ctx context.Context, after int64, limit int) ([]bot.Event, error)
	Card(ctx context.Context, id int64) (bot.Card, error)
}

// Follower queues hooks for events.
type Follower struct {
	Store Store
	Name  string // under which its place is kept
	// Hooks says what is to be told of events, which are in order.
	Hooks func(ctx context.Context, events []bot.Event) ([]bot.Hook, error)
	Now   func() time.Time // nil: time.Now
	Log   *slog.Logger     // nil: nothing is logged
}

// Run follows events until ctx ends; what happened meanwhile is queued at the next start. Each event is queued once.
func (f Follower) Run(ctx context.Context) error {
	if f.Now == nil {
		f.Now = time.Now
	}
	if f.Log == nil {
		f.Log = discard
	}
	for ctx.Err() == nil {
		pause := lookEvery
		more, err := f.Step(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			f.Log.Error("events not queued for other systems, trying again soon", "follower", f.Name, "err", bot.Redact(err))
			pause = againAfter
		case more:
			continue
		}
		sleep(ctx, pause)
	}
	return nil
}

// Step does one batch, and reports whether there may be more.
func (f Follower) Step(ctx context.Context) (more bool, err error) {
	from, err := f.Store.Follow(ctx, f.Name)
	if err != nil {
		return false, err
	}
	events, err := f.Store.Events(ctx, from, batch)
	if err != nil || len(events) == 0 {
		return false, err
	}
	hooks, err := f.Hooks(ctx, events)
	if err != nil {
		return false, err
	}
	now := time.Now
	if f.Now != nil {
		now = f.Now
	}
	err = f.Store.QueueHooks(ctx, f.Name, from, events[len(events)-1].ID, hooks, now().UTC())
	if errors.Is(err, bot.ErrConflict) {
		return true, nil // another process did it
	}
	return len(events) == batch, err
}

var discard = slog.New(slog.DiscardHandler)

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
