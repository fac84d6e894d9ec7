package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"

	"layak/bot"
)

// sendTimeout bounds the wait for the server's word. The library sends one message at a time, so a longer one would hold
// up everybody; its own is 75 s.
const sendTimeout = 30 * time.Second

// SendError is why a message was not sent. Its text holds no telephone number.
type SendError struct {
	Code int   // the server's number, 0 where it did not answer
	kind error // bot.ErrUncertain, bot.ErrRejected or bot.ErrNotConnected; nil: try again later
	text string
}

// Error implements error.
func (e *SendError) Error() string { return e.text }

// Unwrap gives the kind of the error, for errors.Is.
func (e *SendError) Unwrap() error { return e.kind }

// CommitsFirst implements bot.Committer: the library stores the session with each device of the recipient, and waits for
// that, before it sends what it encrypted (send.go, PutManySessions).
func (c *Channel) CommitsFirst() bool { return true }

// Send implements bot.Channel. The library sends one message at a time for the whole account; calls wait for one another.
func (c *Channel) Send(ctx context.Context, m bot.Outbound) (bot.Receipt, error) {
	client := c.client.Load()
	if client == nil || !c.isReady() || ctx.Err() != nil {
		return bot.Receipt{}, &SendError{kind: bot.ErrNotConnected, text: "not connected to WhatsApp"}
	}
	to, ok := personAddress(m.Address)
	if !ok {
		return bot.Receipt{}, &SendError{kind: bot.ErrRejected, text: "the address is not one of a person"}
	}
	response, err := client.SendMessage(ctx, to, message(m), whatsmeow.SendRequestExtra{ID: m.MessageID, Timeout: sendTimeout})
	c.endTyping(to)
	if err != nil {
		failed := sendError(err)
		c.count(func(s *Status) {
			s.SendFailures++
			if failed.Code != 0 {
				if s.RefusedSends == nil {
					s.RefusedSends = map[int]int64{}
				}
				s.RefusedSends[failed.Code]++
			}
		})
		return bot.Receipt{}, failed
	}
	c.count(func(s *Status) { s.Sent++ })
	receipt := bot.Receipt{At: response.Timestamp.UTC()}
	if response.Timestamp.Unix() <= 0 {
		receipt.At = time.Now().UTC()
	}
	if went := response.Chat.ToNonAD(); went != to && !went.IsEmpty() {
		receipt.Address = went.String()
	}
	return receipt, nil
}

// message is m as WhatsApp carries it. It depends on m alone, so that a repeated message is the same message.
func message(m bot.Outbound) *waE2E.Message {
	if m.Ephemeral == 0 {
		return &waE2E.Message{Conversation: proto.String(m.Reply.Text)}
	}
	return &waE2E.Message{ExtendedTextMessage: &waE2E.ExtendedTextMessage{
		Text:        proto.String(m.Reply.Text),
		ContextInfo: &waE2E.ContextInfo{Expiration: proto.Uint32(m.Ephemeral)},
	}}
}

// sendError sorts an error of the library: may it be tried again, and may the message be out already?
func sendError(err error) *SendError {
	e := &SendError{text: Mask(err.Error())}
	var disconnected *whatsmeow.DisconnectedError
	switch {
	case errors.Is(err, whatsmeow.ErrServerReturnedError):
		e.Code = serverCode(err)
		if e.kind = codeKind(e.Code); e.Code == codeReachOutLock {
			e.text = fmt.Sprintf("WhatsApp limits writing to new people for this account at the moment (%d)", e.Code)
		}
	case strings.HasPrefix(err.Error(), "no LID found for"):
		// Neither the server nor we know the hidden id, and nothing else is accepted as an address any more.
		e.kind, e.text = bot.ErrRejected, "WhatsApp knows no such person (no hidden id for the number)"
	case errors.Is(err, whatsmeow.ErrRecipientADJID), errors.Is(err, whatsmeow.ErrUnknownServer):
		e.kind = bot.ErrRejected
	case errors.Is(err, whatsmeow.ErrNotLoggedIn):
		e.kind = bot.ErrNotConnected
	case errors.Is(err, whatsmeow.ErrIQTimedOut), errors.Is(err, whatsmeow.ErrIQDisconnected):
		// A question asked before sending was not answered: the message is certainly not out, and may be tried again.
	case errors.Is(err, whatsmeow.ErrNotConnected) && strings.HasPrefix(err.Error(), "failed to send message node"):
		e.kind = bot.ErrNotConnected
	case errors.Is(err, whatsmeow.ErrMessageTimedOut), errors.As(err, &disconnected), errors.Is(err, whatsmeow.ErrNotConnected),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.kind = bot.ErrUncertain
	}
	return e
}

// codeReachOutLock is the server's refusal of messages to people who did not write first, for some hours or days.
const codeReachOutLock = 463

// serverCode reads the number out of the library's error text; there is no field for it.
func serverCode(err error) int {
	text := err.Error()
	n, _ := strconv.Atoi(text[strings.LastIndexByte(text, ' ')+1:])
	return n
}

// codeKind says which refusals trying again cannot mend. Those of the 420s ask to be slower, 463 is a lock that ends,
// 401 and the 500s are about the connection or the server.
func codeKind(code int) error {
	switch {
	case code == codeReachOutLock, code == 401, code == 408, code >= 420 && code <= 429, code >= 500, code < 400:
		return nil
	}
	return bot.ErrRejected // 400, 404 no such account, 405 not allowed, 479 malformed …
}

// MarkRead implements bot.Reader. Where the account's privacy settings switch read receipts off, only the phone learns
// of it.
func (c *Channel) MarkRead(ctx context.Context, address, sender string, messageIDs []string) error {
	client := c.client.Load()
	chat, ok := personAddress(address)
	if client == nil || !ok || !c.Status().Connected {
		return bot.ErrNotConnected
	}
	from, err := types.ParseJID(sender)
	if err != nil {
		return fmt.Errorf("mark as read: the sender's address cannot be read")
	}
	if err := client.MarkRead(ctx, messageIDs, time.Now(), chat, from); err != nil {
		return fmt.Errorf("mark as read: %s", Mask(err.Error()))
	}
	return nil
}
