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
	o := &operation{ctx: ctx, fn: fn, turn: make(chan bool, 1)}
	if g.enter(o) || g.wait(o) {
		g.lead(o)
	}
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.err
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
	g.mu.Lock()
	if i := slices.Index(g.queue, o); i > 0 {
		g.queue = slices.Delete(g.queue, i, i+1)
		g.mu.Unlock()
		o.err = o.ctx.Err()
		return false
	}
	g.mu.Unlock()
	return <-o.turn // it runs by now, or it leads and finds out there that its context ended
}

// lead runs everything that waits once there is a connection, beginning with o, and makes the next in the queue leader.
func (g *group) lead(o *operation) {
	conn, err := g.db.AcquireConn(o.ctx)
	if err != nil {
		o.err = err
		g.take(1)
		g.pass()
		return
	}
	ops := g.take(maxGroup)
	g.run(conn, ops)
	_ = conn.Close() // gives it back
	g.pass()
	for _, other := range ops[1:] {
		other.turn <- false
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

// run runs operations in one transaction. If that fails as a whole, nothing of it is stored, and each is run alone.
func (g *group) run(conn dbutil.Conn, ops []*operation) {
	if len(ops) > 1 && g.transaction(conn, func(txn context.Context) error {
		for _, o := range ops {
			if err := g.underSavepoint(txn, o); err != nil {
				return err
			}
		}
		return nil
	}) == nil {
		return
	}
	for _, o := range ops {
		if o.err = o.ctx.Err(); o.err != nil {
			continue
		}
		err := g.transaction(conn, func(txn context.Context) error { return o.call(txn) })
		o.err = err
	}
}

// transaction runs fn in a transaction that no caller's context cuts off.
func (g *group) transaction(conn dbutil.Conn, fn func(txn context.Context) error) error {
	return g.db.DoTxn(context.Background(), &dbutil.TxnOptions{Conn: conn}, fn)
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
