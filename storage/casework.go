package storage

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"layak/bot"
	"layak/flows"
)

const (
	caseOfQuery = `SELECT ` + caseColumns + ` FROM handoff h WHERE id = $1`
	// Written to, so that on Postgres whoever works in the chat is waited for, or waits.
	lockChatQuery  = `UPDATE contact SET fence = fence WHERE key = $1 RETURNING owner, fence, channel, address, ephemeral`
	closeCaseQuery = `UPDATE handoff SET closed_at = $2, waiting_since = 0, outcome = $3, closed_by = $4, note = $5 WHERE id = $1`
	waitsQuery     = `UPDATE handoff SET waiting_since = $2 WHERE id = $1 AND waiting_since = 0`
	repliedQuery   = `UPDATE handoff SET waiting_since = 0 WHERE id = $1`
	addNoteQuery   = `INSERT INTO note (case_id, author, text, at) VALUES ($1, $2, $3, $4)`
	unlabelQuery   = `DELETE FROM case_label WHERE case_id = $1`
	labelQuery     = `INSERT INTO case_label (case_id, label) VALUES ($1, $2)`
	overrideQuery  = `UPDATE handoff SET override = $2, override_by = $3, override_reason = $4 WHERE id = $1`
	helpedQuery    = `UPDATE handoff SET helped = $2 WHERE id = $1`
	givenUpQuery   = `SELECT id, reply FROM outbox WHERE contact = $1 AND message_id = $2 AND author <> 'bot' AND state = 'given_up'`
	sentAgainQuery = `UPDATE outbox SET state = 'dropped' WHERE id = $1 AND state = 'given_up'`
)

// caseWork is a case that somebody works on, with what its chat knows.
type caseWork struct {
	bot.Case
	key       string
	chatOwner string
	chat      outTemplate
}

// work runs fn on a case while no other transaction touches its chat. The chat of a closed case may be gone.
func (s *Store) work(ctx context.Context, what string, id int64, fn func(ctx context.Context, c caseWork) error) error {
	err := s.write(ctx, func(ctx context.Context) error {
		c, err := s.lockCase(ctx, id)
		if err != nil {
			return err
		}
		return fn(ctx, c)
	})
	if err != nil {
		return fmt.Errorf("%s case %d: %w", what, id, err)
	}
	return nil
}

// lockCase reads a case after the chat it belongs to was locked.
func (s *Store) lockCase(ctx context.Context, id int64) (w caseWork, err error) {
	c, err := s.caseOf(ctx, id)
	if err != nil {
		return w, err
	}
	key := string(c.Chat)
	err = s.db.QueryRow(ctx, lockChatQuery, key).Scan(&w.chatOwner, &w.chat.fence, &w.chat.channel, &w.chat.address, &w.chat.ephemeral)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return w, err
	}
	now, err := s.caseOf(ctx, id) // what the transaction before left
	if err != nil {
		return w, err
	}
	if now.Chat != c.Chat {
		return w, errMoved
	}
	w.Case, w.key = *now, key
	return w, nil
}

// CaseOf implements bot.Cases.
func (s *Store) CaseOf(ctx context.Context, id int64) (bot.Case, error) {
	c, err := scanCase(s.read.QueryRow(ctx, caseOfQuery, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = bot.ErrNoCase
	}
	if err != nil {
		return bot.Case{}, fmt.Errorf("read case %d: %w", id, err)
	}
	one := []bot.Case{*c}
	return one[0], s.addLabels(ctx, one)
}

func (s *Store) caseOf(ctx context.Context, id int64) (*bot.Case, error) {
	c, err := scanCase(s.db.QueryRow(ctx, caseOfQuery, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, bot.ErrNoCase
	}
	return c, err
}

// caseMessage notes that somebody other than the bot or an agent wrote in a chat with an open case.
func (s *Store) caseMessage(ctx context.Context, id int64, in bot.Inbound, owner string) error {
	who := bot.OwnerPhone
	if !in.FromMe {
		who = ""
		if owner != "" {
			if _, err := s.db.Exec(ctx, waitsQuery, id, ms(in.ReceivedAt)); err != nil {
				return err
			}
		}
	}
	return s.event(ctx, bot.EventMessage, id, who, in.ReceivedAt)
}

// closeCase closes the open case of a chat.
func (s *Store) closeCase(ctx context.Context, key string, id int64, c bot.Closing, when time.Time) error {
	if _, err := s.db.Exec(ctx, closeCaseQuery, id, ms(when), string(c.Outcome), clean(c.By), clean(c.Note)); err != nil {
		return fmt.Errorf("close case: %w", err)
	}
	if err := s.audit(ctx, key, when, bot.AuditEntry{Who: c.By, What: "closed", Note: string(c.Outcome)}); err != nil {
		return err
	}
	return s.noOpenCase(ctx, key, id, c.By, when)
}

// handOver makes to the owner of a chat in the name of by, and says so in the log.
func (s *Store) handOver(ctx context.Context, key, from, to, by string, when time.Time) error {
	if from == to {
		return nil
	}
	if err := s.setOwner(ctx, key, to, by, when); err != nil {
		return err
	}
	return s.audit(ctx, key, when, bot.AuditEntry{Who: by, What: "owner", Note: bot.OwnerNote(from, to)})
}

// freeFor reports whether an agent may take a chat from whoever owns it without asking.
func freeFor(by, owner string) bool {
	return owner == "" || owner == bot.OwnerPhone || owner == bot.OwnerAgent || owner == by
}

// OpenCase implements bot.Cases.
func (s *Store) OpenCase(ctx context.Context, chat bot.ChatKey, by string, when time.Time) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context) error {
		id = 0
		var key, owner string
		if err := s.db.QueryRow(ctx, ownerQuery, string(chat)).Scan(&key, &owner); err != nil {
			return noChat(err)
		}
		open, err := s.openCaseOf(ctx, key)
		if err != nil {
			return err
		}
		if open != nil {
			id = open.ID
		}
		if !freeFor(by, owner) {
			return bot.ErrNotOwner
		}
		if err := s.handOver(ctx, key, owner, by, by, when); err != nil || open != nil {
			return err
		}
		if id, err = s.openCase(ctx, key, by, by, bot.HandOff{Reason: flows.HandOffTakeover}, when); err != nil {
			return err
		}
		return s.audit(ctx, key, when, bot.AuditEntry{Who: by, What: "handoff", Note: string(flows.HandOffTakeover)})
	})
	if err != nil {
		return id, fmt.Errorf("open a case for chat %s: %w", chat, err)
	}
	return id, nil
}

// ClaimCase implements bot.Cases.
func (s *Store) ClaimCase(ctx context.Context, id int64, by string, when time.Time) (owner string, err error) {
	err = s.work(ctx, "claim", id, func(ctx context.Context, c caseWork) error {
		owner = c.chatOwner
		switch {
		case !c.ClosedAt.IsZero():
			return bot.ErrClosed
		case !freeFor(by, owner):
			return bot.ErrNotOwner
		}
		if err := s.handOver(ctx, c.key, owner, by, by, when); err != nil {
			return err
		}
		owner = by
		return nil
	})
	return owner, err
}

// AssignCase implements bot.Cases.
func (s *Store) AssignCase(ctx context.Context, id int64, by, to string, when time.Time) error {
	return s.work(ctx, "assign", id, func(ctx context.Context, c caseWork) error {
		switch {
		case !c.ClosedAt.IsZero():
			return bot.ErrClosed
		case to == "" || to == bot.AuthorBot:
			return errors.New("it can only be assigned to a person")
		}
		return s.handOver(ctx, c.key, c.chatOwner, to, by, when)
	})
}

// CloseCase implements bot.Cases.
func (s *Store) CloseCase(ctx context.Context, id int64, closing bot.Closing, when time.Time) (owner string, err error) {
	err = s.work(ctx, "close", id, func(ctx context.Context, c caseWork) error {
		owner = c.chatOwner
		switch {
		case !c.ClosedAt.IsZero():
			return bot.ErrClosed
		case owner != "":
			return bot.ErrNotOwner
		}
		return s.closeCase(ctx, c.key, id, closing, when)
	})
	return owner, err
}

// mine checks that a case is open and belongs to an agent.
func (c caseWork) mine(by string) error {
	switch {
	case !c.ClosedAt.IsZero():
		return bot.ErrClosed
	case by == "" || c.chatOwner != by:
		return bot.ErrNotOwner
	}
	return nil
}

// ReplyCase implements bot.Cases.
func (s *Store) ReplyCase(ctx context.Context, id int64, by, messageID, text string, when time.Time) error {
	return s.work(ctx, "answer", id, func(ctx context.Context, c caseWork) error {
		if err := c.mine(by); err != nil {
			return err
		}
		if strings.TrimSpace(clean(text)) == "" {
			return bot.ErrEmpty
		}
		return s.reply(ctx, c, by, messageID, flows.Reply{Text: clean(text)}, "reply", when)
	})
}

// reply queues a message of an agent.
func (s *Store) reply(ctx context.Context, c caseWork, by, messageID string, r flows.Reply, what string, when time.Time) error {
	o := bot.Outbound{MessageID: messageID, Reply: r, Author: by, ComposedAt: when}
	if err := s.enqueue(ctx, c.key, c.chat, o, bot.TurnRecord{At: when}); err != nil {
		return err
	}
	if _, err := s.db.Exec(ctx, repliedQuery, c.ID); err != nil {
		return err
	}
	return s.writeDown(ctx, c, by, what, "", bot.EventMessage, when)
}

// writeDown adds a line to the log, and an event.
func (s *Store) writeDown(ctx context.Context, c caseWork, by, what, note string, kind bot.EventKind, when time.Time) error {
	if err := s.audit(ctx, c.key, when, bot.AuditEntry{Who: by, What: what, Note: note}); err != nil {
		return err
	}
	return s.event(ctx, kind, c.ID, by, when)
}

// RetryReply implements bot.Cases.
func (s *Store) RetryReply(ctx context.Context, id int64, by, messageID, freshID string, when time.Time) error {
	return s.work(ctx, "send a message again in", id, func(ctx context.Context, c caseWork) error {
		if err := c.mine(by); err != nil {
			return err
		}
		var out int64
		var body string
		err := s.db.QueryRow(ctx, givenUpQuery, c.key, clean(messageID)).Scan(&out, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return bot.ErrNoMessage
		}
		if err != nil {
			return err
		}
		var r flows.Reply
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			return fmt.Errorf("read message: %w", err)
		}
		if err := s.must(ctx, sentAgainQuery, out); err != nil {
			return err
		}
		return s.reply(ctx, c, by, freshID, r, "retry", when)
	})
}

// AddNote implements bot.Cases.
func (s *Store) AddNote(ctx context.Context, id int64, by, text string, when time.Time) error {
	return s.work(ctx, "add a note to", id, func(ctx context.Context, c caseWork) error {
		text := strings.TrimSpace(clean(text))
		if text == "" {
			return bot.ErrEmpty
		}
		if _, err := s.db.Exec(ctx, addNoteQuery, id, clean(by), text, ms(when)); err != nil {
			return err
		}
		return s.writeDown(ctx, c, by, "note", "", bot.EventNote, when)
	})
}

// SetLabels implements bot.Cases.
func (s *Store) SetLabels(ctx context.Context, id int64, by string, labels []string, when time.Time) error {
	return s.work(ctx, "label", id, func(ctx context.Context, c caseWork) error {
		if _, err := s.db.Exec(ctx, unlabelQuery, id); err != nil {
			return err
		}
		for _, l := range sortedLabels(labels) {
			if _, err := s.db.Exec(ctx, labelQuery, id, l); err != nil {
				return err
			}
		}
		return s.writeDown(ctx, c, by, "labels", "", bot.EventLabels, when)
	})
}

// OverrideVerdict implements bot.Cases.
func (s *Store) OverrideVerdict(ctx context.Context, id int64, by, verdict, reason string, when time.Time) error {
	return s.work(ctx, "change the verdict of", id, func(ctx context.Context, c caseWork) error {
		reason := strings.TrimSpace(clean(reason))
		if reason == "" {
			return bot.ErrNoReason
		}
		if _, err := s.db.Exec(ctx, overrideQuery, id, clean(verdict), clean(by), reason); err != nil {
			return err
		}
		change := cmp.Or(c.Override, "rules") + " → " + clean(verdict)
		// The audit log outlives the person, so that it holds no words; a note keeps each reason for as long as they may be kept.
		if _, err := s.db.Exec(ctx, addNoteQuery, id, clean(by), change+": "+reason, ms(when)); err != nil {
			return err
		}
		return s.writeDown(ctx, c, by, "override", change, bot.EventVerdict, when)
	})
}

// SetHelped implements bot.Cases.
func (s *Store) SetHelped(ctx context.Context, id int64, helped string, when time.Time) error {
	return s.work(ctx, "note whether it helped in", id, func(ctx context.Context, c caseWork) error {
		if _, err := s.db.Exec(ctx, helpedQuery, id, clean(helped)); err != nil {
			return err
		}
		return s.writeDown(ctx, c, bot.AuthorBot, "helped", helped, bot.EventHelped, when)
	})
}
