package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"layak/flows"
)

// Keeper is what the timers need of a Store, see Records.
type Keeper interface {
	Quiet(ctx context.Context, before time.Time, agents bool, limit int) ([]QuietChat, error)
	Expire(ctx context.Context, before time.Time, limit int) (int, error)
}

// Housekeeper is a Store that has work of its own to do from time to time. An error is only logged.
type Housekeeper interface {
	KeepHouse(ctx context.Context, now time.Time) error
}

const (
	houseEvery   = time.Minute      // the store's own work: so late are reports at most
	pollEvery    = 5 * time.Second  // looks for messages that another process queued: an answer of an agent may take so long
	returnEvery  = time.Minute      // looks for quiet chats; a return that late is not noticed
	returnBatch  = 100              // chats returned between two looks
	resumeWithin = 24 * time.Hour   // to somebody silent for longer nothing is sent unasked; WhatsApp would call it spam
	expireFirst  = time.Minute      // after the start, when what waited is answered
	expireEvery  = 24 * time.Hour   // retention is counted in days
	expireBatch  = 200              // rows removed at a time: a few ms, so that turns hardly wait
	expirePause  = time.Second / 10 // between two batches, for turns to go first
)

// runTimers does what time brings until the bot stops.
func (b *Bot) runTimers(ctx context.Context) {
	poll, back, expire := time.NewTicker(pollEvery), time.NewTicker(b.returnEvery()), time.NewTimer(expireFirst)
	house := time.NewTicker(houseEvery)
	defer house.Stop()
	defer poll.Stop()
	defer back.Stop()
	defer expire.Stop()
	for {
		select {
		case <-poll.C:
			b.wakeSenders()
		case <-back.C:
			b.returnQuiet(ctx)
		case <-expire.C:
			b.expire(ctx)
			expire.Reset(expireEvery)
		case <-house.C:
			b.keepHouse(ctx)
		case <-b.stopping:
			return
		case <-ctx.Done():
			return
		}
	}
}

// keepHouse lets the store do its own work.
func (b *Bot) keepHouse(ctx context.Context) {
	keeper, ok := b.cfg.Store.(Housekeeper)
	if !ok {
		return
	}
	if err := keeper.KeepHouse(ctx, b.cfg.Now()); err != nil && ctx.Err() == nil {
		b.log.Error("the store's own work is not done, trying again soon", "err", err)
	}
}

// returnEvery is short where chats return soon.
func (b *Bot) returnEvery() time.Duration {
	if after := b.cfg.ReturnAfter; after > 0 {
		return min(max(after/4, time.Second/10), returnEvery)
	}
	return returnEvery
}

// returnQuiet takes back the chats that a person left quiet.
func (b *Bot) returnQuiet(ctx context.Context) {
	if b.cfg.ReturnAfter <= 0 {
		return
	}
	chats, err := b.cfg.Store.(Keeper).Quiet(ctx, b.cfg.Now().Add(-b.cfg.ReturnAfter), b.cfg.ReturnAgents, returnBatch)
	if err != nil {
		b.log.Error("quiet chats not found, trying again soon", "err", err)
		return
	}
	for _, c := range chats {
		done, err := b.turns.TakeBack(ctx, c.Key, c.Owner, c.Touched, "system")
		switch {
		case err != nil:
			b.log.Error("chat not returned to the bot, trying again soon", "chat", c.Key, "err", err)
		case done:
			b.log.Info("chat returned to the bot after a quiet time", "chat", c.Key, "owner", c.Owner)
			b.wakeSenders()
		}
	}
}

// expire removes what is older than it may be kept.
func (b *Bot) expire(ctx context.Context) {
	if b.cfg.Retention <= 0 {
		return
	}
	before, total := b.cfg.Now().Add(-b.cfg.Retention), 0
	for {
		n, err := b.cfg.Store.(Keeper).Expire(ctx, before, expireBatch)
		total += n
		if err != nil {
			b.log.Error("what is old was not removed, trying again tomorrow", "err", err)
			break
		}
		if n == 0 {
			break
		}
		wait(expirePause, b.stopping, ctx.Done())
		select {
		case <-b.stopping:
			return
		case <-ctx.Done():
			return
		default:
		}
	}
	if total > 0 {
		b.log.Info("removed what was older than it may be kept", "rows", total, "before", before.UTC().Format(time.DateOnly))
	}
}

// TakeBack gives a chat that from owns back to the bot, which then says so and asks its question again: at once if the
// person wrote within a day, else when they write next. Quiet is the time after which nobody may have written in it, zero
// for no matter. It reports false when from does not own the chat any more, or somebody wrote. Who is named in the log.
func (t *Turns) TakeBack(ctx context.Context, key ChatKey, from string, quiet time.Time, who string) (bool, error) {
	return t.takeBack(ctx, key, Return{From: from, Quiet: quiet}, who, t.Resume)
}

// TakeBackClosed does what TakeBack does and closes the case, after which the bot says so and asks whether it helped. After
// spam, and where the person has stopped writing, it says nothing.
func (t *Turns) TakeBackClosed(ctx context.Context, key ChatKey, from string, c Closing) (bool, error) {
	say := t.Closed
	if say == nil {
		say = t.Resume
	}
	if c.Outcome == ClosedSpam || c.Outcome == ClosedNoReply {
		say = nil
	}
	return t.takeBack(ctx, key, Return{From: from, Close: &c}, c.By, say)
}

// resume makes the turn that is said when a chat comes back.
type resume = func(ctx context.Context, c flows.Conversation, at time.Time) (flows.Turn, error)

func (t *Turns) takeBack(ctx context.Context, key ChatKey, r Return, who string, say resume) (bool, error) {
	chat, err := t.Store.Load(ctx, key)
	if errors.Is(err, ErrNoChat) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("load chat %s: %w", key, err)
	}
	if r.From == "" || chat.Owner != r.From {
		return false, nil
	}
	now := t.now().UTC()
	rec := TurnRecord{
		Chat: chat.Key, Base: chat.Conversation.Version, Return: &r, At: now,
		Audit: []AuditEntry{{Who: who, What: "owner", Note: OwnerNote(r.From, "")}},
	}
	if say != nil && chat.Conversation.ID != "" && !chat.OptedOut && now.Sub(chat.HeardAt) < resumeWithin {
		conv := chat.Conversation.Clone()
		turn, err := t.try(conv, func() (flows.Turn, error) { return say(ctx, conv, now) })
		if err != nil { // the chat goes back all the same: the next message meets the same fault, and opens a case
			t.log().Error("bot returns in silence", "chat", chat.Key, "err", err)
		} else if len(turn.Replies) > 0 {
			rec.Next = turn.Next
			for _, r := range turn.Replies {
				rec.Out = append(rec.Out, Outbound{
					MessageID: t.NewMessageID(chat.Channel), Reply: r, Author: AuthorBot, ComposedAt: now, NotBefore: now,
				})
			}
		}
	}
	err = t.Store.Commit(ctx, rec)
	if errors.Is(err, ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("return chat %s: %w", chat.Key, err)
	}
	return true, nil
}
