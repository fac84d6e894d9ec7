package storage

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.mau.fi/util/dbutil"
)

// maxGroup is how many operations share one commit at most: as many as there are turns at a time. More would only make
// the first of them wait longer.
const maxGroup = 64

const (
	savepointQuery = `SAVEPOINT operation`
	releaseQuery   = `RELEASE operation`
	undoQuery      = `ROLLBACK TO operation`
)

const (
	// soonAfter is how long an operation that nobody waits for waits for the transaction of another, at most.
	soonAfter = 20 * time.Millisecond
	// aheadFor is how long a transaction is left open for others when nobody waits for its commit, at most: what follows
	// an operation that ran ahead comes within a millisecond, if it comes.
	aheadFor = 2 * time.Millisecond
)

// group runs operations on a database with one writing connection. Those that come before it is free, or while it works,
// are run one after the other in one transaction, under savepoints, and share its commit, which costs more than they do.
//
// There is no goroutine behind it: the first caller waits for the connection, runs all that came meanwhile, and passes
// this duty on.
type group struct {
	db    *dbutil.Database
	mu    sync.Mutex
	queue []*operation // in order of arrival; the first is the leader while led
	led   bool
	soon  []*operation  // that nobody waits for: done in the next transaction
	timer *time.Timer   // begins one for them if nobody else does; nil when there are none
	more  chan struct{} // says that somebody joined the queue; holds one
}

func newGroup(db *dbutil.Database) *group { return &group{db: db, more: make(chan struct{}, 1)} }

// operation is one transaction that somebody waits for.
type operation struct {
	ctx      context.Context
	fn       func(ctx context.Context) error
	turn     chan bool   // true: lead; false: done. Holds one. nil when nobody waits.
	done     func(error) // for one that nobody waits for
	ahead    bool        // its caller only waits until it ran
	ran      bool
	ended    func(error) // for one that ran ahead; nil once it was called
	err      error
	panicked any
}

// do runs fn in a transaction and returns after it was committed, or its error after it was undone. What others do in the
// same transaction has no part in that. When ctx ends before fn began, it never runs; once begun it is not cut off, since
// SQLite would undo the work of the others, too. fn may be run again, and begins from the beginning then.
func (g *group) do(ctx context.Context, fn func(ctx context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &operation{ctx: ctx, fn: fn, turn: make(chan bool, 1)}
	if g.enter(o) || g.wait(o) {
		g.lead(o)
	}
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
}

// aheadOf runs fn as do does and returns before the commit, which it shares with what comes next, or which follows soon.
// Unless it returns an error, ended is called when that is over, and must not block. With an error nothing of fn is stored;
// it is not run again.
func (g *group) aheadOf(ctx context.Context, fn func(ctx context.Context) error, ended func(error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &operation{ctx: ctx, fn: fn, turn: make(chan bool, 1), ahead: true, ended: ended}
	if g.enter(o) || g.wait(o) {
		go g.lead(o)
		<-o.turn
	}
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
}

// later runs fn as do does, in the next transaction of another or in one of its own soon, and does not wait for it. done
// is called with its error, and must not block.
func (g *group) later(ctx context.Context, fn func(ctx context.Context) error, done func(error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.soon = append(g.soon, &operation{ctx: ctx, fn: fn, done: done})
	if g.timer == nil {
		g.timer = time.AfterFunc(soonAfter, func() { g.flush(context.Background()) })
	}
}

// flush waits until all that was begun or asked for has ended, for as long as ctx allows.
func (g *group) flush(ctx context.Context) {
	g.mu.Lock()
	idle := !g.led && len(g.soon) == 0
	g.mu.Unlock()
	if !idle {
		_ = g.do(ctx, func(context.Context) error { return nil })
	}
}

// enter joins the queue and reports whether o is to lead.
func (g *group) enter(o *operation) (lead bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queue = append(g.queue, o)
	lead = !g.led
	g.led = true
	if !lead {
		select {
		case g.more <- struct{}{}:
		default:
		}
	}
	return lead
}

// wait waits until o is done, withdrawn, or to lead, which it reports.
func (g *group) wait(o *operation) (lead bool) {
	select {
	case lead = <-o.turn:
		return lead
	case <-o.ctx.Done():
	}
	if g.withdraw(o) {
		o.err = o.ctx.Err()
		return false
	}
	return <-o.turn // it runs by now, or it leads and finds out there that its context ended
}

// withdraw takes o out of the queue, unless it is not there any more or was told to lead.
func (g *group) withdraw(o *operation) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := slices.Index(g.queue, o)
	if i < 0 || len(o.turn) > 0 {
		return false
	}
	g.queue = slices.Delete(g.queue, i, i+1)
	return true
}

// lead waits for the connection, runs everything that waits by then or comes meanwhile, beginning with o, and makes the next
// in the queue leader.
func (g *group) lead(o *operation) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	held := context.AfterFunc(o.ctx, cancel) // only until the connection is ours
	var ops []*operation
	err := g.db.DoTxn(ctx, nil, func(txn context.Context) (err error) {
		if !held() {
			return o.ctx.Err()
		}
		ops, err = g.together(txn)
		return err
	})
	switch {
	case ops == nil: // there was no transaction
		g.take(1)
		if o.err = o.ctx.Err(); o.err == nil {
			o.err = err
		}
		ops = []*operation{o}
	case err != nil && len(ops) == 1 && !ops[0].ran:
		o.err = err
	case err != nil: // nothing of it is stored: each for itself
		g.undone(ops, err)
	}
	g.pass()
	for _, other := range ops {
		switch {
		case other.done != nil:
			other.done(other.err)
		case other.ran:
			other.end(nil)
		case other.ahead || other != o:
			other.turn <- false
		}
	}
}

// undone runs those again whose transaction failed, but not what ran ahead of it.
func (g *group) undone(ops []*operation, err error) {
	for _, o := range ops {
		if o.ran {
			o.end(err)
		}
	}
	for _, o := range ops {
		if !o.ran {
			o.alone(g.db)
		}
	}
}

// take removes up to n operations from the front of the queue, or what nobody waits for if it is empty.
func (g *group) take(n int) (ops []*operation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 {
		ops, g.soon = g.soon, nil
		if g.timer != nil {
			g.timer.Stop()
			g.timer = nil
		}
		return ops
	}
	n = min(n, len(g.queue))
	ops = slices.Clone(g.queue[:n])
	g.queue = slices.Delete(g.queue, 0, n)
	return ops
}

// pass makes the first in the queue leader.
func (g *group) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.led = len(g.queue) > 0
	if g.led {
		g.queue[0].turn <- true
	}
}

// together runs operations within a transaction until none is left and somebody waits for its commit, and returns them.
// The transaction must be undone if it returns an error.
func (g *group) together(txn context.Context) (ops []*operation, err error) {
	ops = g.take(1)
	if err := ops[0].call(txn); err != nil { // the others have not begun
		return ops, err
	}
	ops[0].ranAhead()
	var open *time.Timer
	for waited := !ops[0].ahead; len(ops) < maxGroup; {
		more := g.take(maxGroup - len(ops))
		if len(more) == 0 {
			if waited {
				break
			}
			if open == nil {
				open = time.NewTimer(aheadFor)
				defer open.Stop()
			}
			select {
			case <-g.more:
				continue
			case <-open.C:
			}
			break
		}
		ops = append(ops, more...)
		for _, o := range more {
			if err := g.underSavepoint(txn, o); err != nil {
				return ops, err
			}
			o.ranAhead()
			waited = waited || !o.ahead && o.done == nil
		}
	}
	return ops, nil
}

// end tells one that ran ahead what became of the transaction.
func (o *operation) end(err error) {
	if o.ended != nil && o.err == nil {
		o.ended(err)
	}
	o.ended = nil
}

// ranAhead lets the caller go on who does not wait for the commit.
func (o *operation) ranAhead() {
	if o.ahead {
		o.ran = true
		o.turn <- false
	}
}

// underSavepoint runs one operation of several and undoes it if it fails. The error is of the savepoint: there is no
// going on after it.
func (g *group) underSavepoint(txn context.Context, o *operation) error {
	if o.err = o.ctx.Err(); o.err != nil {
		return nil
	}
	if _, err := g.db.Exec(txn, savepointQuery); err != nil {
		return err
	}
	if o.err = o.call(txn); o.err != nil {
		if _, err := g.db.Exec(txn, undoQuery); err != nil {
			return err
		}
	}
	_, err := g.db.Exec(txn, releaseQuery)
	return err
}

// alone runs an operation in a transaction of its own.
func (o *operation) alone(db *dbutil.Database) {
	if o.err = o.ctx.Err(); o.err == nil {
		o.err = db.DoTxn(context.Background(), nil, o.call)
	}
}

var errPanicked = errors.New("an operation panicked")

// call runs the function of o. A panic is kept for the caller it belongs to.
func (o *operation) call(txn context.Context) (err error) {
	defer func() {
		if o.panicked = recover(); o.panicked != nil {
			err = errPanicked
		}
	}()
	return o.fn(inTxn{Context: o.ctx, txn: txn})
}

// inTxn is the context of an operation that is part of a transaction: it carries the values of both and does not end.
type inTxn struct {
	context.Context
	txn context.Context
}

func (c inTxn) Value(key any) any {
	if v := c.txn.Value(key); v != nil {
		return v
	}
	return c.Context.Value(key)
}

func (inTxn) Done() <-chan struct{}       { return nil }
func (inTxn) Err() error                  { return nil }
func (inTxn) Deadline() (time.Time, bool) { return time.Time{}, false }
