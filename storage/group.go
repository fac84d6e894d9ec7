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

// group runs operations on a database with one writing connection. Those that wait for it at the same time are run one
// after the other in one transaction, each under a savepoint, and share its commit, which costs more than they do. One
// that nobody waits beside has a transaction of its own.
//
// There is no goroutine behind it: the first caller waits for the connection, runs all that came meanwhile, and passes
// this duty on.
type group struct {
	db    *dbutil.Database
	mu    sync.Mutex
	queue []*operation // in order of arrival; the first is the leader while led
	led   bool
}

// operation is one transaction that somebody waits for.
type operation struct {
	ctx      context.Context
	fn       func(ctx context.Context) error
	turn     chan bool // true: lead; false: done. Holds one.
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
	return g.start(ctx, fn)()
}

// start lets an operation join the queue and returns what waits for it, which must be called.
func (g *group) start(ctx context.Context, fn func(ctx context.Context) error) (finish func() error) {
	o := &operation{ctx: ctx, fn: fn, turn: make(chan bool, 1)}
	lead := g.enter(o)
	return func() error {
		if lead || g.wait(o) {
			g.lead(o)
		}
		if o.panicked != nil {
			panic(o.panicked)
		}
		return o.err
	}
}

// flush waits until the operations that are queued have ended, for as long as ctx allows.
func (g *group) flush(ctx context.Context) {
	g.mu.Lock()
	idle := !g.led
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

// lead waits for the connection, runs everything that waits by then, beginning with o, and makes the next in the queue
// leader.
func (g *group) lead(o *operation) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	held := context.AfterFunc(o.ctx, cancel) // only until the connection is ours
	var ops []*operation
	err := g.db.DoTxn(ctx, nil, func(txn context.Context) error {
		if !held() {
			return o.ctx.Err()
		}
		ops = g.take(maxGroup)
		return g.together(txn, ops)
	})
	switch {
	case ops == nil: // there was no transaction
		g.take(1)
		if o.err = o.ctx.Err(); o.err == nil {
			o.err = err
		}
	case err != nil && len(ops) == 1:
		o.err = err
	case err != nil: // nothing of it is stored: each for itself
		for _, o := range ops {
			o.alone(g.db)
		}
	}
	g.pass()
	for i := 1; i < len(ops); i++ {
		ops[i].turn <- false
	}
}

// take removes up to n operations from the front of the queue.
func (g *group) take(n int) []*operation {
	g.mu.Lock()
	defer g.mu.Unlock()
	n = min(n, len(g.queue))
	ops := slices.Clone(g.queue[:n])
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

// together runs operations within a transaction, which must be undone if it returns an error.
func (g *group) together(txn context.Context, ops []*operation) error {
	if len(ops) == 1 {
		return ops[0].call(txn)
	}
	for _, o := range ops {
		if err := g.underSavepoint(txn, o); err != nil {
			return err
		}
	}
	return nil
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
