package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"layak/bot"
	"layak/bot/whatsapp"
	"layak/internal/systemd"
	"layak/storage"
)

// service answers people for as long as this process holds the WhatsApp login. Of several processes on one Postgres
// database one does; the others stand by.
type service struct {
	store   *storage.Store
	log     *slog.Logger
	channel atomic.Pointer[whatsapp.Channel] // nil until this process leads
	bot     atomic.Pointer[bot.Bot]          // nil until this process leads
	standby atomic.Bool
	stoodBy atomic.Bool  // at any time since the start
	turns   atomic.Int64 // stored since the start
}

// notify tells the service manager that the service is up, that it stays alive, and when it stops. Up is before the login:
// that may take for as long as the network is away, and a restart would not mend it. The caller calls end at last.
func (s *service) notify(ctx context.Context, manager systemd.Notifier) (end func()) {
	if err := manager.Send("READY=1", "STATUS=Started; see /readyz"); err != nil {
		s.log.Warn("the service manager cannot be told that the service is up", "error", err)
	}
	stopping := context.AfterFunc(ctx, func() { _ = manager.Send("STOPPING=1") })
	watching, stop := context.WithCancel(context.WithoutCancel(ctx)) // an orderly stop is watched, too
	over := make(chan struct{})
	go func() {
		defer close(over)
		manager.Watch(watching, func() { s.status() }) // hangs if the channel does
	}()
	return func() {
		stopping()
		stop()
		<-over
	}
}

// status is that of the channel, if there is one.
func (s *service) status() whatsapp.Status {
	if c := s.channel.Load(); c != nil {
		return c.Status()
	}
	return whatsapp.Status{}
}

// run calls answer whenever this process leads, and returns its error, or nil once ctx has ended while standing by.
func (s *service) run(ctx context.Context, answer func(ctx context.Context) error) error {
	for {
		leading, release, err := s.store.Lead(ctx, whatsapp.Name, func() {
			s.standby.Store(true)
			s.stoodBy.Store(true)
			s.log.Info("standby", "why", "another process on this database is logged in to WhatsApp")
		})
		switch {
		case ctx.Err() != nil:
			if err == nil {
				release()
			}
			return nil
		case err != nil:
			return withCode(exitStorage, err)
		}
		if s.standby.Swap(false) {
			s.log.Info("taking over")
		}
		err = answer(leading)
		release()
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // stopped while it was starting
		}
		if ctx.Err() != nil || !errors.Is(context.Cause(leading), bot.ErrStandDown) {
			return err
		}
		s.standby.Store(true)
		s.log.Warn("standing down: the connection to the database that holds the login was lost", "error", err)
	}
}
