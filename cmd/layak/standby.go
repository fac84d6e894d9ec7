package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"layak/bot"
	"layak/bot/whatsapp"
	"layak/storage"
)

// service answers people for as long as this process holds the WhatsApp login. Of several processes on one Postgres
// database one does; the others stand by.
type service struct {
	store   *storage.Store
	log     *slog.Logger
	channel atomic.Pointer[whatsapp.Channel] // nil until this process leads
	standby atomic.Bool
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
