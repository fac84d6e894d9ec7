package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"layak/flows/rules"
)

// CaseStore is a Store that people work on cases with.
type CaseStore interface {
	Store
	Records
	Cases
}

// Agents is what people who work on cases can do, be it in the desk, on WhatsApp or in another system. It is a plain value:
// Store and Turns are needed, and fields are not changed afterwards. All methods name who acts, return the errors of Cases,
// and are safe for concurrent use.
type Agents struct {
	Store CaseStore
	// Turns gives chats back to the bot, and makes the ids of messages.
	Turns *Turns
	// Wake has what was queued sent soon, see Bot.Wake. Nil: whoever sends looks for it every few seconds.
	Wake func(ChatKey)
	// Gone lists the owners of open cases whom a case may be taken from, see Roster. Nil: there are none.
	Gone func(ctx context.Context) ([]string, error)
	// Channel is where a number that never wrote is written to; "": whatsapp.
	Channel string
}

// Claim makes by the owner of a case that nobody has, or only the business phone or somebody who is gone. Otherwise it
// returns ErrNotOwner and who has it.
func (a *Agents) Claim(ctx context.Context, id int64, by string) (owner string, err error) {
	owner, err = a.Store.ClaimCase(ctx, id, by, a.now())
	if errors.Is(err, ErrNotOwner) && a.Gone != nil {
		owner, err = a.claimLeft(ctx, id, by, owner, err)
	}
	if err == nil {
		a.wake(ctx, id) // what the bot was about to say is withdrawn
	}
	return owner, err
}

// claimLeft makes by the owner of the case of somebody who is gone, unless somebody else was quicker.
func (a *Agents) claimLeft(ctx context.Context, id int64, by, from string, refused error) (owner string, err error) {
	gone, err := a.Gone(ctx)
	if err != nil || !slices.Contains(gone, from) {
		return from, cmp.Or(err, refused)
	}
	k, err := a.Store.CaseOf(ctx, id)
	if err != nil {
		return from, err
	}
	owner, err = a.Store.SetOwner(ctx, k.Chat, from, by, a.now())
	if errors.Is(err, ErrConflict) {
		err = fmt.Errorf("claim case %d: %w", id, ErrNotOwner)
	}
	return owner, err
}

// Assign hands a case, whoever has it, to another person.
func (a *Agents) Assign(ctx context.Context, id int64, by, to string) error {
	err := a.Store.AssignCase(ctx, id, by, to, a.now())
	if err == nil {
		a.wake(ctx, id)
	}
	return err
}

// Open opens a case for a telephone number in international form, or a WhatsApp address, and gives it to by. The person
// may never have written; the bot stays silent towards them until the chat is returned.
func (a *Agents) Open(ctx context.Context, number, by string) (id int64, err error) {
	address, err := PersonAddress(number)
	if err != nil {
		return 0, err
	}
	channel := a.Channel
	if channel == "" {
		channel = "whatsapp"
	}
	now := a.now()
	chat, err := a.Store.Find(ctx, channel, address, now)
	if err != nil {
		return 0, err
	}
	return a.Store.OpenCase(ctx, chat, by, now)
}

// Return gives the chat of a case that by or the business phone has back to the bot, which says so and asks its question
// again. The case stays open, unless takeover is its only reason.
func (a *Agents) Return(ctx context.Context, id int64, by string) error {
	return a.release(ctx, id, by, func(chat Chat, _ Case) (bool, error) {
		if chat.Owner == "" {
			return true, nil
		}
		return a.Turns.TakeBack(ctx, chat.Key, chat.Owner, time.Time{}, by)
	})
}

// Close ends a case that nobody has, or by or the business phone, and then gives its chat back to the bot, which asks the
// person whether it helped. Of a case that nobody ever had it does not ask.
func (a *Agents) Close(ctx context.Context, id int64, c Closing) error {
	return a.release(ctx, id, c.By, func(chat Chat, k Case) (bool, error) {
		if chat.Owner != "" {
			return a.Turns.TakeBackClosed(ctx, chat.Key, chat.Owner, c)
		}
		if _, err := a.Store.CloseCase(ctx, k.ID, c, a.now()); err != nil {
			return false, err
		}
		if !k.ClaimedAt.IsZero() && c.Outcome != ClosedSpam && c.Outcome != ClosedNoReply { // somebody worked on it before
			if _, err := a.Turns.AskHelped(ctx, chat.Key); err != nil {
				a.Turns.log().Warn("not asked whether it helped", "chat", chat.Key, "err", err) // the case is closed all the same
			}
		}
		return true, nil
	})
}

// release lets do end what by does in a chat, and tries again while others change the chat at the same time.
func (a *Agents) release(ctx context.Context, id int64, by string, do func(Chat, Case) (bool, error)) error {
	for range maxConflicts {
		k, err := a.Store.CaseOf(ctx, id)
		if err != nil {
			return err
		}
		if !k.ClosedAt.IsZero() {
			return fmt.Errorf("case %d: %w", id, ErrClosed)
		}
		chat, err := a.Store.Load(ctx, k.Chat)
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"", by, OwnerPhone, OwnerAgent}, chat.Owner) {
			return fmt.Errorf("case %d belongs to %s: %w", id, chat.Owner, ErrNotOwner)
		}
		done, err := do(chat, k)
		switch {
		case done:
			a.wakeChat(chat.Key)
			return nil
		case err != nil && !errors.Is(err, ErrNotOwner): // that somebody took it meanwhile is found out above
			return err
		}
	}
	return fmt.Errorf("case %d: %w", id, ErrConflict)
}

// Reply sends a text in the name of by, who must have the case. Whether the person asked for no more messages is on the
// Card; it is for whoever writes to be told.
func (a *Agents) Reply(ctx context.Context, id int64, by, text string) error {
	text = strings.TrimSpace(text)
	if err := checkText(text); err != nil {
		return err
	}
	chat, err := a.chat(ctx, id)
	if err != nil {
		return err
	}
	if err := a.Store.ReplyCase(ctx, id, by, a.Turns.NewMessageID(chat.Channel), text, a.now()); err != nil {
		return err
	}
	a.wakeChat(chat.Key)
	return nil
}

// Retry sends a message of an agent that could not be delivered once more, in the name of by, who must have the case.
func (a *Agents) Retry(ctx context.Context, id int64, by, messageID string) error {
	chat, err := a.chat(ctx, id)
	if err != nil {
		return err
	}
	if err := a.Store.RetryReply(ctx, id, by, messageID, a.Turns.NewMessageID(chat.Channel), a.now()); err != nil {
		return err
	}
	a.wakeChat(chat.Key)
	return nil
}

// Note keeps a remark for other agents. It can never be sent.
func (a *Agents) Note(ctx context.Context, id int64, by, text string) error {
	if err := checkText(strings.TrimSpace(text)); err != nil {
		return err
	}
	return a.Store.AddNote(ctx, id, by, text, a.now())
}

// Labels replaces the labels of a case.
func (a *Agents) Labels(ctx context.Context, id int64, by string, labels []string) error {
	return a.Store.SetLabels(ctx, id, by, labels, a.now())
}

// Override keeps the verdict of an agent, with the reason, beside that of the rules.
func (a *Agents) Override(ctx context.Context, id int64, by string, verdict rules.Outcome, reason string) error {
	if !slices.Contains([]rules.Outcome{rules.Eligible, rules.NotEligible, rules.NeedsReview}, verdict) {
		return fmt.Errorf("%q: %w", verdict, ErrVerdict)
	}
	return a.Store.OverrideVerdict(ctx, id, by, string(verdict), reason, a.now())
}

func checkText(text string) error {
	switch {
	case text == "":
		return ErrEmpty
	case utf8.RuneCountInString(text) > MaxReplyRunes:
		return ErrTooLong
	}
	return nil
}

// chat is the chat of a case.
func (a *Agents) chat(ctx context.Context, id int64) (Chat, error) {
	k, err := a.Store.CaseOf(ctx, id)
	if err != nil {
		return Chat{}, err
	}
	if !k.ClosedAt.IsZero() {
		return Chat{}, fmt.Errorf("case %d: %w", id, ErrClosed)
	}
	return a.Store.Load(ctx, k.Chat)
}

// wake wakes the chat of a case. What is not found out is found by whoever looks next.
func (a *Agents) wake(ctx context.Context, id int64) {
	if a.Wake == nil {
		return
	}
	if k, err := a.Store.CaseOf(ctx, id); err == nil {
		a.wakeChat(k.Chat)
	}
}

func (a *Agents) wakeChat(key ChatKey) {
	if a.Wake != nil {
		a.Wake(key)
	}
}

func (a *Agents) now() time.Time { return a.Turns.now().UTC() }
