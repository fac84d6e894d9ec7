package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"layak/bot/versions"
)

// stopOnSignal ends the context at the first interrupt or termination signal, and the process at the second. The caller
// calls release when the command is over.
func stopOnSignal(ctx context.Context, con *console, notice string) (_ context.Context, release func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		select {
		case <-signals:
		case <-over:
			return
		}
		if notice != "" {
			fmt.Fprintln(con.Err, notice)
		}
		cancel()
		select {
		case <-signals:
			os.Exit(exitForced)
		case <-over:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(over)
		cancel()
	}
}

// reloadOnSignal follows what others publish, and publishes the flow folder at every hang-up signal. The caller calls stop
// when the command is over; it waits for a reload that is under way.
func reloadOnSignal(ctx context.Context, flow *versions.Publisher) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	var all sync.WaitGroup
	all.Go(func() { flow.Run(ctx) })
	all.Go(func() {
		for {
			select {
			case <-signals:
				_ = flow.Reload(ctx, "SIGHUP", "") // it is in the log
			case <-ctx.Done():
				return
			}
		}
	})
	return func() {
		signal.Stop(signals)
		cancel()
		all.Wait()
	}
}
