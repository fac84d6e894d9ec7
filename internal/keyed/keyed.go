// Package keyed runs jobs by key: at most one per key at a time, any number of keys side by side.
package keyed

import (
	"context"
	"sync"
)

// Group runs one function for every key that is woken. Wakes coalesce: those that come while the job of their key is
// running make it run once more afterwards, however many they are. A key without a job costs nothing.
type Group[K comparable] struct {
	run     func(K)
	mu      sync.Mutex
	jobs    map[K]bool // running keys; true: run again
	idle    chan struct{}
	stopped bool
}

// New returns a group that calls run, from a goroutine of its own, for every key that is woken. A panic in run is not
// recovered.
func New[K comparable](run func(K)) *Group[K] {
	return &Group[K]{run: run, jobs: map[K]bool{}, idle: make(chan struct{})}
}

// Wake makes the job of key run soon, and once more if it is running now. It does not block. After Stop it does nothing
// and returns false.
func (g *Group[K]) Wake(key K) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped {
		return false
	}
	if _, running := g.jobs[key]; running {
		g.jobs[key] = true
		return true
	}
	g.jobs[key] = false
	go g.work(key)
	return true
}

// work runs the job of key until no wake came during a run.
func (g *Group[K]) work(key K) {
	defer g.end(key) // here, so that a run that ends in runtime.Goexit is not waited for
	for {
		g.run(key)
		g.mu.Lock()
		again := g.jobs[key] && !g.stopped
		g.jobs[key] = false
		if !again {
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
	}
}

func (g *Group[K]) end(key K) {
	g.mu.Lock()
	defer g.mu.Unlock()
	again := g.jobs[key] && !g.stopped // woken between the last look and now
	delete(g.jobs, key)
	if again {
		g.jobs[key] = false
		go g.work(key)
		return
	}
	if g.stopped && len(g.jobs) == 0 {
		close(g.idle)
	}
}

// Stop refuses further wakes and waits until the jobs that are running have ended; they are not run again. It returns
// the error of ctx when that ends first, and may then be called again to go on waiting.
func (g *Group[K]) Stop(ctx context.Context) error {
	g.mu.Lock()
	if !g.stopped {
		g.stopped = true
		if len(g.jobs) == 0 {
			close(g.idle)
		}
	}
	g.mu.Unlock()
	select {
	case <-g.idle:
		return nil
	default:
	}
	select {
	case <-g.idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Running returns how many jobs are running.
func (g *Group[K]) Running() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.jobs)
}
