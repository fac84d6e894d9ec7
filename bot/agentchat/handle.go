package agentchat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"layak/bot"
	"layak/flows"
)

const (
	recentLines = 3  // messages of the person that are told on claiming
	listedCases = 10 // of each list
)

// handling is one message of an agent under way.
type handling struct {
	*Agents
	name string
	lang string
	chat bot.Chat
	in   bot.Pending
	cmd  command
}

// Command implements bot.AgentChats. Whatever is no command gets the help text; corrections are left alone. Of somebody who was
// disabled in the desk no command is carried out, but for stop.
func (a *Agents) Command(ctx context.Context, name string, chat bot.Chat, p bot.Pending) (bot.CommandResult, error) {
	if p.Input.Kind == flows.InputEdit || p.Input.Kind == flows.InputDelete {
		return bot.CommandResult{}, nil
	}
	h := &handling{Agents: a, name: name, chat: chat, in: p, cmd: parse(p.Input.Text), lang: chat.Conversation.Lang}
	if h.cmd.lang != "" {
		h.lang = h.cmd.lang
	}
	result, err := h.run(ctx)
	if err != nil {
		return bot.CommandResult{}, err
	}
	result.Lang, result.Note = h.lang, string(h.cmd.verb)
	if stopped := h.cmd.verb == verbStop; stopped != chat.OptedOut {
		result.OptOut = &stopped
	}
	return result, nil
}

// told makes a result of one text.
func (h *handling) told(id int64, key string, args ...any) bot.CommandResult {
	return bot.CommandResult{Texts: []string{say(h.lang, key, args...)}, Case: id}
}

func (h *handling) run(ctx context.Context) (bot.CommandResult, error) {
	if h.cmd.verb == verbStop {
		return h.told(0, "stopped"), nil
	}
	off, err := h.disabled(ctx, h.name)
	if err != nil {
		return bot.CommandResult{}, err
	}
	if off {
		return h.told(0, "disabled"), nil
	}
	switch h.cmd.verb {
	case verbList:
		return h.list(ctx)
	case verbClaim, verbReply, verbClose, verbReturn:
	default:
		return h.told(0, "help"), nil
	}
	id, text, err := h.which(ctx)
	if err != nil {
		return bot.CommandResult{}, err
	}
	if id == 0 {
		word, _ := cut(h.in.Input.Text)
		return h.told(0, "which", word), nil
	}
	card, err := h.cfg.Store.Card(ctx, id)
	if errors.Is(err, bot.ErrNoCase) {
		return h.told(0, "none", id), nil
	}
	if err != nil {
		return bot.CommandResult{}, err
	}
	switch h.cmd.verb {
	case verbClaim:
		return h.claim(ctx, card)
	case verbReply:
		return h.reply(ctx, card, text)
	case verbClose:
		return h.close(ctx, card, text)
	}
	return h.giveBack(ctx, card)
}

// which finds the case that is meant: the one of the message that was replied to, or of the number, or the only one the
// agent has. 0 is none. Text is what is left for the command.
func (h *handling) which(ctx context.Context) (id int64, text string, err error) {
	if h.in.Input.Quoted != "" && !h.cmd.sure {
		id, err = h.cfg.Store.CaseOfMessage(ctx, h.chat.Key, h.in.Input.Quoted)
		if err == nil {
			return id, h.cmd.all, nil
		}
		if !errors.Is(err, bot.ErrNoCase) {
			return 0, "", err
		}
	}
	if h.cmd.id != 0 && (h.cmd.sure || h.cmd.verb != verbReply) {
		return h.cmd.id, h.cmd.text, nil
	}
	page, err := h.cfg.Store.ListCases(ctx, bot.CaseQuery{View: bot.ViewMine, Owner: h.name})
	if err != nil {
		return 0, "", err
	}
	mine := slices.ContainsFunc(page.Cases, func(c bot.CaseRow) bool { return c.ID == h.cmd.id })
	switch {
	case h.cmd.id != 0 && (mine || len(page.Cases) != 1):
		return h.cmd.id, h.cmd.text, nil
	case h.cmd.id != 0: // a number that begins the text, unless it names a case: what is for one person must not reach another
		k, err := h.cfg.Store.CaseOf(ctx, h.cmd.id)
		if err == nil && k.ClosedAt.IsZero() {
			return 0, "", nil
		}
		if err != nil && !errors.Is(err, bot.ErrNoCase) {
			return 0, "", err
		}
		return page.Cases[0].ID, h.cmd.all, nil
	case len(page.Cases) == 1 && h.cmd.verb != verbClaim:
		return page.Cases[0].ID, h.cmd.all, nil
	}
	return 0, "", nil
}

func (h *handling) claim(ctx context.Context, card bot.Card) (bot.CommandResult, error) {
	owner, err := h.cfg.Desk.Claim(ctx, card.ID, h.name)
	switch {
	case errors.Is(err, bot.ErrClosed):
		return h.told(card.ID, "closed", card.ID), nil
	case errors.Is(err, bot.ErrNotOwner):
		return h.told(card.ID, "taken", card.ID, owner), nil
	case err != nil:
		return bot.CommandResult{}, err
	}
	parts := []string{say(h.lang, "claimed", card.ID)}
	if summary := strings.TrimSpace(card.Summary); summary != "" {
		parts = append(parts, say(h.lang, "answers", summary))
	}
	if recent := h.recent(card); recent != "" {
		parts = append(parts, say(h.lang, "recent", recent))
	}
	return bot.CommandResult{Texts: []string{strings.Join(parts, "\n\n")}, Case: card.ID}, nil
}

// recent is what the person wrote last, oldest first.
func (h *handling) recent(card bot.Card) string {
	var lines []string
	for i := len(card.Lines) - 1; i >= 0 && len(lines) < recentLines; i-- {
		if l := card.Lines[i]; l.Inbound {
			lines = append(lines, "> "+written(h.lang, l.Input, recentRunes))
		}
	}
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

func (h *handling) reply(ctx context.Context, card bot.Card, text string) (bot.CommandResult, error) {
	if text == "" {
		return h.told(card.ID, "empty"), nil
	}
	id := h.cfg.MessageID("reply " + string(h.chat.Key) + " " + h.in.MessageID)
	if _, there, err := h.cfg.Store.Sent(ctx, card.Channel, id); there || err != nil {
		return h.told(card.ID, "sent", card.ID), err // before a crash
	}
	if card.OptedOut {
		return h.told(card.ID, "optout", card.ID), nil
	}
	err := h.cfg.Store.ReplyCase(ctx, card.ID, h.name, id, text, h.cfg.Now().UTC())
	if refused, ok := h.refused(card, err); ok {
		return refused, nil
	}
	if err != nil {
		return bot.CommandResult{}, err
	}
	h.cfg.Wake(card.Chat)
	return h.told(card.ID, "sent", card.ID), nil
}

func (h *handling) close(ctx context.Context, card bot.Card, text string) (bot.CommandResult, error) {
	outcome := bot.ClosedAnswered
	word, note := cut(text)
	if word != "" {
		known := false
		if outcome, known = outcomes[strings.ToLower(strings.TrimRight(word, ".,:;!"))]; !known {
			return h.told(card.ID, "outcome", word), nil
		}
	}
	err := h.cfg.Desk.Close(ctx, card.ID, bot.Closing{By: h.name, Outcome: outcome, Note: note})
	if errors.Is(err, bot.ErrClosed) && card.ClosedBy == h.name && card.Outcome == outcome {
		err = nil // before a crash
	}
	if refused, ok := h.refused(card, err); ok {
		return refused, nil
	}
	if err != nil {
		return bot.CommandResult{}, err
	}
	h.cfg.Wake(card.Chat)
	return h.told(card.ID, "done", card.ID, term(h.lang, string(outcome))), nil
}

func (h *handling) giveBack(ctx context.Context, card bot.Card) (bot.CommandResult, error) {
	err := h.cfg.Desk.Return(ctx, card.ID, h.name)
	if refused, ok := h.refused(card, err); ok {
		return refused, nil
	}
	if err != nil {
		return bot.CommandResult{}, err
	}
	h.cfg.Wake(card.Chat)
	return h.told(card.ID, "returned", card.ID), nil
}

// refused tells why something was not done, for the errors that say that.
func (h *handling) refused(card bot.Card, err error) (bot.CommandResult, bool) {
	switch {
	case errors.Is(err, bot.ErrClosed):
		return h.told(card.ID, "closed", card.ID), true
	case errors.Is(err, bot.ErrNotOwner) && card.Owner != "" && card.Owner != h.name:
		return h.told(card.ID, "notmine2", card.ID, card.Owner), true
	case errors.Is(err, bot.ErrNotOwner):
		return h.told(card.ID, "notmine", card.ID, card.ID), true
	}
	return bot.CommandResult{}, false
}

// list names the open cases that wait, and the agent's own.
func (h *handling) list(ctx context.Context) (bot.CommandResult, error) {
	gone, err := h.cfg.Gone(ctx)
	if err != nil {
		return bot.CommandResult{}, err
	}
	var parts []any
	for _, q := range []bot.CaseQuery{{View: bot.ViewQueue, Gone: gone, Limit: listedCases}, {View: bot.ViewMine, Owner: h.name, Limit: listedCases}} {
		page, err := h.cfg.Store.ListCases(ctx, q)
		if err != nil {
			return bot.CommandResult{}, err
		}
		var b strings.Builder
		for _, c := range page.Cases {
			business := say(h.lang, "unknown")
			if c.Category != "" {
				business = h.cfg.Title(c.Category, h.lang)
			}
			fmt.Fprintf(&b, "\n#%d %s", c.ID, business)
		}
		if b.Len() == 0 {
			b.WriteString(say(h.lang, "nothing"))
		}
		parts = append(parts, b.String())
	}
	return h.told(0, "list", parts...), nil
}
