package desk

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"layak/bot"
	"layak/flows"
	"layak/flows/rules"
)

const (
	maxText   = 4000 // runes of a reply: WhatsApp cuts longer ones in two on some phones
	maxNote   = 4000
	maxLabel  = 30
	maxLabels = 10
)

// closings are the ways a case can end, as the form lists them.
var closings = []bot.CloseOutcome{
	bot.ClosedAnswered, bot.ClosedEligible, bot.ClosedRefused, bot.ClosedNoReply, bot.ClosedSpam, bot.ClosedOther,
}

var verdictNames = []string{
	string(rules.Eligible), string(rules.EligibleWithConditions), string(rules.NeedsReview), string(rules.NotEligible),
}

// refusal is what somebody reads in place of a change that was not made. The case page shows it, with what they wrote.
type refusal struct {
	key  string
	args []any
}

func (r *refusal) Error() string { return r.key }

func refuse(key string, args ...any) error { return &refusal{"notice." + key, args} }

// action changes one case in the name of by.
type action func(ctx context.Context, r *http.Request, id int64, by string) error

// actions are the forms of the case page.
func (d *Desk) actions() map[string]action {
	return map[string]action{
		"claim": d.claim, "assign": d.assign, "return": d.giveBack, "close": d.closeCase, "reply": d.reply, "retry": d.retry,
		"note": d.note, "labels": d.labels, "override": d.override,
	}
}

// act runs an action and shows the case again: anew when it was done, with a notice when it was not.
func (d *Desk) act(do action) page {
	return func(w http.ResponseWriter, r *http.Request, s bot.Session) error {
		id, err := caseID(r)
		if err != nil {
			return err
		}
		err = do(r.Context(), r, id, s.Name)
		var refused *refusal
		switch {
		case err == nil:
			// The part behind # tells the page that what was written is taken; it is kept in the browser until then.
			http.Redirect(w, r, listURL("/cases/"+itoa(id), listQuery(r), "")+"#done-"+path.Base(r.URL.Path), http.StatusSeeOther)
			return nil
		case errors.Is(err, bot.ErrClosed):
			refused = &refusal{key: "notice.closed"}
		case errors.Is(err, bot.ErrNotOwner):
			refused = &refusal{key: "notice.notyours"}
		case errors.Is(err, bot.ErrNoMessage):
			refused = &refusal{key: "notice.again"}
		case !errors.As(err, &refused):
			return err
		}
		return d.renderCase(w, r, s, http.StatusConflict, id, func(v *caseView) {
			v.Notice = text(d.lang(r, s), refused.key, refused.args...)
			v.Draft, v.NoteText = r.PostFormValue("text"), r.PostFormValue("note")
		})
	}
}

// owned explains bot.ErrNotOwner where it is known who has the case.
func (d *Desk) owned(ctx context.Context, id int64, key string, err error) error {
	if !errors.Is(err, bot.ErrNotOwner) {
		return err
	}
	card, cardErr := d.cfg.Cases.Card(ctx, id)
	if cardErr != nil || card.Owner == "" {
		return refuse("notyours")
	}
	return refuse(key, card.Owner)
}

func (d *Desk) claim(ctx context.Context, _ *http.Request, id int64, by string) error {
	owner, err := d.cfg.Agents.Claim(ctx, id, by)
	if errors.Is(err, bot.ErrNotOwner) && owner != "" {
		return refuse("taken", owner)
	}
	return err
}

func (d *Desk) assign(ctx context.Context, r *http.Request, id int64, by string) error {
	to := r.PostFormValue("to")
	users, err := d.cfg.Users.Users(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(users, func(u bot.User) bool { return u.Name == to && !u.Disabled }) {
		return refuse("who")
	}
	return d.cfg.Agents.Assign(ctx, id, by, to)
}

func (d *Desk) giveBack(ctx context.Context, _ *http.Request, id int64, by string) error {
	return d.owned(ctx, id, "owner", d.cfg.Agents.Return(ctx, id, by))
}

func (d *Desk) closeCase(ctx context.Context, r *http.Request, id int64, by string) error {
	c := bot.Closing{By: by, Outcome: bot.CloseOutcome(r.PostFormValue("outcome")), Note: strings.TrimSpace(r.PostFormValue("note"))}
	if !slices.Contains(closings, c.Outcome) {
		return refuse("outcome")
	}
	if err := within(c.Note, maxNote); err != nil {
		return err
	}
	c.Note = masked(c.Note)
	return d.owned(ctx, id, "owner", d.cfg.Agents.Close(ctx, id, c))
}

// masked hides personal numbers, as in what people write: what agents keep about them must not hold these either.
func masked(s string) string {
	s, _ = flows.Guard(s)
	return s
}

func within(s string, most int) error {
	if utf8.RuneCountInString(s) > most {
		return refuse("long", most)
	}
	return nil
}

// written reads a text that has to be there.
func written(r *http.Request, field string, most int) (string, error) {
	s := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(field), "\r\n", "\n"))
	if s == "" {
		return "", refuse("empty")
	}
	return s, within(s, most)
}

func (d *Desk) reply(ctx context.Context, r *http.Request, id int64, by string) error {
	words, err := written(r, "text", maxText)
	if err != nil {
		return err
	}
	if err := d.mayWrite(ctx, r, id); err != nil {
		return err
	}
	return d.owned(ctx, id, "owner", d.cfg.Agents.Reply(ctx, id, by, words))
}

// mayWrite holds back a message to somebody who said stop, unless the agent confirmed just that.
func (d *Desk) mayWrite(ctx context.Context, r *http.Request, id int64) error {
	card, err := d.cfg.Cases.Card(ctx, id)
	if err != nil {
		return err
	}
	if card.OptedOut && r.PostFormValue("despite_stop") != "yes" {
		return refuse("stop")
	}
	return nil
}

func (d *Desk) retry(ctx context.Context, r *http.Request, id int64, by string) error {
	message := r.PostFormValue("message")
	if message == "" {
		return errInput
	}
	if err := d.mayWrite(ctx, r, id); err != nil {
		return err
	}
	return d.owned(ctx, id, "owner", d.cfg.Agents.Retry(ctx, id, by, message))
}

func (d *Desk) note(ctx context.Context, r *http.Request, id int64, by string) error {
	words, err := written(r, "note", maxNote)
	if err != nil {
		return err
	}
	return d.cfg.Cases.AddNote(ctx, id, by, masked(words), d.now())
}

func (d *Desk) labels(ctx context.Context, r *http.Request, id int64, by string) error {
	var labels []string
	for l := range strings.SplitSeq(r.PostFormValue("labels"), ",") {
		if l = strings.Join(strings.Fields(strings.ToLower(l)), " "); l != "" && !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	if len(labels) > maxLabels || slices.ContainsFunc(labels, func(l string) bool { return utf8.RuneCountInString(l) > maxLabel }) {
		return refuse("labels", maxLabels, maxLabel)
	}
	return d.cfg.Cases.SetLabels(ctx, id, by, labels, d.now())
}

func (d *Desk) override(ctx context.Context, r *http.Request, id int64, by string) error {
	verdict, reason := r.PostFormValue("verdict"), strings.TrimSpace(r.PostFormValue("reason"))
	if !slices.Contains(verdictNames, verdict) {
		return errInput
	}
	if reason == "" {
		return refuse("reason")
	}
	if err := within(reason, maxNote); err != nil {
		return err
	}
	return d.cfg.Cases.OverrideVerdict(ctx, id, by, verdict, masked(reason), d.now())
}

type newView struct {
	Number, Notice string
}

func (d *Desk) newCase(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	d.render(w, r, http.StatusOK, "new", s, newView{})
	return nil
}

// openCase opens a case for a number that may never have written.
func (d *Desk) openCase(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	v := newView{Number: r.PostFormValue("number")}
	number, ok := numberDigits(v.Number)
	if !ok {
		v.Notice = text(d.lang(r, s), "new.bad")
		d.render(w, r, http.StatusUnprocessableEntity, "new", s, v)
		return nil
	}
	id, err := d.cfg.Agents.Open(r.Context(), number, s.Name)
	if errors.Is(err, bot.ErrNotOwner) {
		owner := "–"
		if card, err := d.cfg.Cases.Card(r.Context(), id); err == nil {
			owner = card.Owner
		}
		v.Notice = text(d.lang(r, s), "new.taken", owner)
		d.render(w, r, http.StatusConflict, "new", s, v)
		return nil
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/cases/"+itoa(id)+"?view=mine", http.StatusSeeOther)
	return nil
}

// numberDigits reads a telephone number as people write it: with +, spaces, or as 08… in Indonesia.
func numberDigits(written string) (string, bool) {
	var digits strings.Builder
	for _, r := range written {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case !strings.ContainsRune("+ -().\u00a0", r):
			return "", false
		}
	}
	s := digits.String()
	if strings.HasPrefix(s, "0") && !strings.HasPrefix(s, "00") {
		s = "62" + s[1:]
	}
	s = strings.TrimPrefix(s, "00")
	return s, len(s) >= 8 && len(s) <= 15
}

func (d *Desk) help(w http.ResponseWriter, r *http.Request, s bot.Session) error {
	d.render(w, r, http.StatusOK, "help", s, nil)
	return nil
}
