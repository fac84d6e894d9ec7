package bot_test

import (
	"context"
	"testing"
	"time"

	"layak/bot"
	"layak/bot/bottest"
)

// takingStore hands a chat to a person right after a message of the bot in it was claimed to be sent.
type takingStore struct {
	*bottest.Store
	take func(bot.Outbound)
}

func (s *takingStore) taken(out []bot.Outbound) {
	for _, o := range out {
		s.take(o)
	}
}

func (s *takingStore) Claim(ctx context.Context, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, error) {
	out, err := s.Store.Claim(ctx, channel, now, lease, limit)
	s.taken(out)
	return out, err
}

func (s *takingStore) SettleAndClaim(ctx context.Context, id bot.OutboxID, a bot.Attempt, channel string, now time.Time, lease time.Duration, limit int) ([]bot.Outbound, func() error, error) {
	out, stored, err := s.Store.SettleAndClaim(ctx, id, a, channel, now, lease, limit)
	s.taken(out)
	return out, stored, err
}

// A3: a message that the sender holds already does not leave once a person has the chat, also where no typing is shown: be it
// one that was claimed alone, or together with the outcome of the one before.
func TestFenceOfAHeldMessage(t *testing.T) {
	for _, taken := range []string{"ana", "budi", "nobody"} {
		t.Run(taken, func(t *testing.T) {
			taking := &takingStore{take: func(bot.Outbound) {}}
			change := func(c *bot.Config) {
				taking.Store = c.Store.(*bottest.Store)
				c.Store = taking
			}
			inWorld(t, change, func(w *world) {
				taking.take = func(o bot.Outbound) {
					if o.Address == taken {
						if _, err := w.store.SetOwner(t.Context(), o.Chat, "", "sari", time.Now()); err != nil {
							t.Error(err)
						}
					}
				}
				w.ch.SetLatency(time.Second)
				w.says("ana", "hi")
				w.says("budi", "hi") // while the answer to ana is on its way
				time.Sleep(time.Hour)
				for _, who := range []string{"ana", "budi"} {
					if who == taken {
						w.shown(who)
					} else {
						w.shown(who, "hello [hi] business?")
					}
				}
				if n, want := len(w.ch.Attempts()), len(w.ch.Shown("ana"))+len(w.ch.Shown("budi")); n != want {
					t.Errorf("%d attempts to send %d messages", n, want)
				}
			})
		})
	}
}
