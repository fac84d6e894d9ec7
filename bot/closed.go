package bot

import (
	"context"
	"fmt"

	"layak/flows"
)

// AskHelped asks somebody whose case was closed while the bot had the chat, after a person had worked on it, whether that
// helped. Like TakeBackClosed it asks nobody who said stop or has been silent for a day. It reports false where it says
// nothing, and where the chat moved on meanwhile.
func (t *Turns) AskHelped(ctx context.Context, key ChatKey) (bool, error) {
	if t.Closed == nil {
		return false, nil
	}
	chat, err := t.Store.Load(ctx, key)
	if err != nil {
		return false, fmt.Errorf("load chat %s: %w", key, err)
	}
	now := t.now().UTC()
	if chat.Owner != "" || len(chat.Pending) > 0 || chat.Conversation.ID == "" || chat.OptedOut || now.Sub(chat.HeardAt) >= resumeWithin {
		return false, nil
	}
	conv := chat.Conversation.Clone()
	turn, err := t.try(conv, func() (flows.Turn, error) { return t.Closed(ctx, conv, now) })
	if err != nil || len(turn.Replies) == 0 {
		return false, err
	}
	rec := TurnRecord{Chat: chat.Key, Base: chat.Conversation.Version, Next: turn.Next, At: now}
	for _, r := range turn.Replies {
		rec.Out = append(rec.Out, Outbound{
			MessageID: t.NewMessageID(chat.Channel), Reply: r, Author: AuthorBot, ComposedAt: now, NotBefore: now,
		})
	}
	if err := t.Store.Commit(ctx, rec); err != nil {
		return false, fmt.Errorf("ask whether it helped in %s: %w", chat.Key, err)
	}
	return true, nil
}
