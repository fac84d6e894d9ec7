package e2e

import (
	"context"
	"errors"
	"testing"

	"golang.org/x/sync/errgroup"

	"layak/flows"
	"layak/internal/waserver"
)

// pass hands everything that one person hears to another, who says it, until ctx ends.
func pass(ctx context.Context, from, to *waserver.Prospect) error {
	for {
		got, err := from.Next(ctx)
		if err != nil {
			return nil //nolint:nilerr // it is over
		}
		if _, err := to.Send(ctx, got.Text); err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
}

// TestTwoBotsStop wires two businesses together: what one bot says is written to the other. They fall silent by
// themselves, and a case says why.
func TestTwoBotsStop(t *testing.T) {
	t.Parallel()
	srv, err := waserver.New(waserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Close() })
	const turns = 20
	loop := []string{"LAYAK_LIMITS_LOOP_TURNS=20", "LAYAK_LIMITS_LOOP_WINDOW=10m"}
	a := newBusiness(t, srv, "628110000001", sqlite(t), loop...)
	b := newBusiness(t, srv, "628110000002", sqlite(t), loop...)
	b.first = 500
	a.run()
	b.run()
	fromB, fromA := a.person(waserver.ProspectOptions{}), b.person(waserver.ProspectOptions{}) // each speaks for the other bot
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wires errgroup.Group
	wires.Go(func() error { return pass(ctx, fromB, fromA) })
	wires.Go(func() error { return pass(ctx, fromA, fromB) })
	say(t, fromB, "halo")
	looping := func(w *world, p *waserver.Prospect) bool { return w.caseHas(p, flows.HandOffLoop) }
	a.until("one of them notices", func() bool { return looping(a, fromB) || looping(b, fromA) })
	a.settled()
	b.settled()
	cancel()
	if err := wires.Wait(); err != nil {
		t.Error(err)
	}
	if n := a.account.SendsSeen() + b.account.SendsSeen(); n > 2*turns+1 || n < 4 {
		t.Errorf("they said %d things to one another", n)
	}
}

// caseHas reports whether somebody's case has a reason.
func (w *world) caseHas(p *waserver.Prospect, reason flows.HandOffReason) bool {
	w.t.Helper()
	cases, err := w.store().Cases(w.t.Context(), chatAt(w.t, w.store(), p.LID().String()))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range cases {
		for _, r := range c.Reasons {
			if r == reason {
				return true
			}
		}
	}
	return false
}

// TestGreetingBot writes what a business's greeting does: the same text in answer to everything. It gets a few answers and
// then none; a person who writes afterwards is answered.
func TestGreetingBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sqlite(t), "LAYAK_LIMITS_LOOP_TURNS=60", "LAYAK_LIMITS_LOOP_WINDOW=10m")
	w.run()
	p := w.person(waserver.ProspectOptions{})
	const greeting = "Terima kasih sudah menghubungi Toko Maju. Admin kami segera membalas."
	say(t, p, greeting)
	answers := 0
	for !w.caseHas(p, flows.HandOffLoop) {
		w.until("an answer, or the end of it", func() bool { return len(p.Received()) > answers || w.caseHas(p, flows.HandOffLoop) })
		for ; answers < len(p.Received()); answers++ {
			say(t, p, greeting)
		}
		if answers > 30 {
			t.Fatalf("%d answers and no end", answers)
		}
	}
	w.settled()
	if err := w.account.WaitQueueEmpty(waiting(t)); err != nil {
		t.Fatal(err)
	}
	if n := len(p.Received()); n > 10 {
		t.Errorf("%d answers to the same greeting", n)
	}
	q := w.person(waserver.ProspectOptions{})
	say(t, q, "halo")
	hear(t, q)
}
