package keyed_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"layak/internal/keyed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOneJobPerKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running, most, runs atomic.Int32
		g := keyed.New(func(string) {
			most.Store(max(most.Load(), running.Add(1)))
			time.Sleep(time.Second)
			running.Add(-1)
			runs.Add(1)
		})
		for range 100 {
			g.Wake("a")
		}
		synctest.Wait()
		time.Sleep(time.Hour)
		if most.Load() != 1 || runs.Load() != 2 {
			t.Errorf("at most %d at a time, %d runs; want 1 and 2: wakes during a run coalesce into one", most.Load(), runs.Load())
		}
		if g.Running() != 0 {
			t.Errorf("%d jobs left", g.Running())
		}
	})
}

func TestKeysRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var runs atomic.Int32
		g := keyed.New(func(int) { time.Sleep(time.Second); runs.Add(1) })
		for i := range 1000 {
			g.Wake(i)
		}
		if err := g.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if runs.Load() != 1000 || time.Since(start) != time.Second {
			t.Errorf("%d runs in %v, want 1000 in 1s", runs.Load(), time.Since(start))
		}
	})
}

func TestStopWaitsAndDoesNotRunAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		g := keyed.New(func(string) { time.Sleep(5 * time.Second); runs.Add(1) })
		g.Wake("a")
		synctest.Wait()
		g.Wake("a")
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.Stop(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stopped with %v while the job runs", err)
		}
		if g.Wake("b") {
			t.Error("woken after stop")
		}
		if err := g.Stop(t.Context()); err != nil || runs.Load() != 1 {
			t.Errorf("%v after %d runs, want nil after 1", err, runs.Load())
		}
		if err := g.Stop(t.Context()); err != nil {
			t.Errorf("second stop: %v", err)
		}
	})
}

// No wake may be lost: whatever was put in before a wake is seen by a run that begins after it.
func TestNoWakeIsLost(t *testing.T) {
	const keys, puts = 8, 2000
	var box, seen [keys]atomic.Int64
	g := keyed.New(func(k int) { seen[k].Store(box[k].Load()) })
	var wg sync.WaitGroup
	for k := range keys {
		for range 2 {
			wg.Go(func() {
				for range puts {
					box[k].Add(1)
					g.Wake(k)
				}
			})
		}
	}
	wg.Wait()
	for g.Running() > 0 { // until quiet, since Stop would cut off the runs still owed
		runtime.Gosched()
	}
	if err := g.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	for k := range keys {
		if seen[k].Load() != 2*puts {
			t.Errorf("key %d saw %d of %d", k, seen[k].Load(), 2*puts)
		}
	}
}
