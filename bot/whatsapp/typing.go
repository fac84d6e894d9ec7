package whatsapp

import (
	"context"
	"fmt"
	"time"

	"go.mau.fi/whatsmeow/types"

	"layak/bot"
)

// typingTime is how long WhatsApp shows "typing…" by itself, about; afterwards the account appears away again even if
// nothing was sent.
const typingTime = 25 * time.Second

// Typing implements bot.Typer. The message that follows ends it. While it types in any chat the account is shown as
// online, as a person's is.
func (c *Channel) Typing(ctx context.Context, address string, on bool) error {
	client := c.client.Load()
	to, ok := personAddress(address)
	if client == nil || !ok || !c.isReady() {
		return bot.ErrNotConnected
	}
	state := types.ChatPresencePaused
	if on {
		state = types.ChatPresenceComposing
		if first := c.beginTyping(to); first {
			if err := c.appear(ctx, types.PresenceAvailable); err != nil {
				return fmt.Errorf("appear online: %s", Mask(err.Error()))
			}
		}
	}
	if err := client.SendChatPresence(ctx, to, state, types.ChatPresenceMediaText); err != nil {
		return fmt.Errorf("show typing: %s", Mask(err.Error()))
	}
	if !on {
		c.endTyping(to)
	}
	return nil
}

// beginTyping notes that it types to somebody, and reports true if it did to nobody before.
func (c *Channel) beginTyping(to types.JID) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	first = len(c.typing) == 0
	if timer := c.typing[to]; timer != nil {
		timer.Stop()
	}
	c.typing[to] = time.AfterFunc(typingTime, func() { c.endTyping(to) })
	return first
}

// endTyping notes that it does not type to somebody any more, and appears away after the last one.
func (c *Channel) endTyping(to types.JID) {
	c.mu.Lock()
	timer := c.typing[to]
	delete(c.typing, to)
	last := timer != nil && len(c.typing) == 0 && c.status.Connected
	c.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
	if last {
		c.appearAway()
	}
}

// stopTyping forgets everybody it types to. It needs mu.
func (c *Channel) stopTyping() {
	for _, timer := range c.typing {
		timer.Stop()
	}
	clear(c.typing)
}
