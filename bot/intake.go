package bot

import (
	"context"
	"errors"
	"fmt"

	"layak/flows"
	"layak/internal/crashpoint"
)

// accept takes one message from a channel: it masks personal numbers, stores the message and wakes its chat. After nil
// the message is safe and may be confirmed to the network; after an error it must not be.
func (b *Bot) accept(ctx context.Context, in Inbound) error {
	if in.ReceivedAt.IsZero() {
		in.ReceivedAt = b.cfg.Now().UTC()
	}
	if in.Input.At.IsZero() {
		in.Input.At = in.ReceivedAt
	}
	if in.Input.Kind == "" {
		in.Input.Kind = flows.InputText
	}
	if b.cfg.Guard != nil {
		text, kinds := b.cfg.Guard(in.Input.Text)
		in.Input.Text, in.Input.Masked = text, append(in.Input.Masked, kinds...)
	}
	if in.FromMe && b.cfg.AgentChats != nil {
		agent, err := b.cfg.AgentChats.AgentAt(ctx, in.Channel, in.Address, in.Alt)
		if err != nil {
			return fmt.Errorf("see whether an agent was written to: %w", err)
		}
		if agent != "" {
			return nil // colleagues may chat; that takes nothing over
		}
	}
	crashpoint.Here(crashpoint.BeforeAccept)
	a, err := b.cfg.Store.Accept(ctx, in)
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			b.log.Error("message not stored, so not confirmed", "channel", in.Channel, "err", err)
		}
		return fmt.Errorf("store message: %w", err)
	}
	crashpoint.Here(crashpoint.AfterAccept)
	if a.Chat == "" {
		return nil
	}
	if in.FromMe && a.Fresh {
		b.log.Info("chat taken over from the business phone", "chat", a.Chat)
	}
	b.jobs.Wake(a.Chat)
	return nil
}
