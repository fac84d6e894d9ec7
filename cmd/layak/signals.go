package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
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
