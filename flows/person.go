package flows

import (
	"context"
	"strings"
	"time"

	"layak/flows/match"
)

// answerWithin is how much of a working day must be left for "today" to be an honest promise.
const answerWithin = 30 * time.Minute

// cancelWords withdraw the wish for a person, in a flow that has no words of its own for that.
var cancelWords = []string{
	"batal", "batalkan", "cancel", "tidak jadi", "ga jadi", "gak jadi", "nggak jadi", "never mind", "nevermind",
}

// promise tells somebody who waits for a person when one will answer, and how to call it off.
func (s *step) promise() {
	w := s.words()
	from := s.in.At
	if s.hours.Open(from) {
		from = from.Add(answerWithin)
		if s.hours.Open(from) {
			s.sayOnce("person.soon", w)
			return
		}
	}
	opening, ok := s.hours.Next(from)
	if !ok {
		s.sayOnce("person.some", w)
		return
	}
	w.When = s.catalog().moment(opening.In(s.hours.Zone()), s.in.At.In(s.hours.Zone()))
	s.sayOnce("person.later", w)
}

// Apology is what a person gets when a fault of ours kept their message from being answered, and so opened a case.
func (e *Engine) Apology(lang string, at time.Time) string {
	s := &step{f: e.flow, c: Conversation{Lang: lang}, in: Input{At: at}, hours: e.hours}
	s.say("fault", &words{})
	s.promise()
	return strings.Join(s.said, "\n\n")
}

// cancels reports whether a word for calling it off means the wait for a person: not where it answers another question.
func (s *step) cancels() bool {
	return s.c.Status != Stopped && (!systemState(s.c.Place.State) || s.c.Place.State == StateHelped)
}

// cancel calls off the wait for a person, or says that there is nothing to call off.
func (s *step) cancel() error {
	if !s.c.Waiting {
		s.say("cancel.none", nil)
		return s.askAgain()
	}
	s.c.Waiting, s.c.HandedOver = false, false
	s.effects = append(s.effects, Withdraw{})
	s.say("person.withdrawn", nil)
	return s.askAgain()
}

// Closed makes the turn with which the assistant goes on after a person closed the case: it says so, and asks whether that
// helped. The question that stood is asked after the answer; any other message is taken for an answer to it. It says
// nothing in a conversation that has not begun or was stopped. It returns a *FlowError like Step.
func (e *Engine) Closed(ctx context.Context, c Conversation, at time.Time) (Turn, error) {
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: Input{At: at}, retention: e.retention, hours: e.hours}
	s.c.Waiting, s.c.HandedOver = false, false
	if c.Place.State == "" || c.Status == Stopped {
		return Turn{Next: s.c}, nil
	}
	if err := s.divert(StateHelped); err != nil {
		return Turn{}, err
	}
	return s.turn(), nil
}

// leaveHelped goes back to the question that stood where the input is no answer to whether a person helped.
func (s *step) leaveHelped(cmd Command) error {
	if s.c.Place.State != StateHelped {
		return nil
	}
	if cmd == "" && s.helpedAnswer() != "" {
		return nil
	}
	return s.stepBack("helped_unanswered")
}

// stepBack returns from a question about something else without asking what stood before.
func (s *step) stepBack(event string) error {
	to := Place{State: s.f.Start}
	if s.c.Return != nil {
		to = *s.c.Return
	}
	s.c.Return = nil
	return s.jump(event, to)
}

// helpedAnswer reads the answer to whether a person helped, or "".
func (s *step) helpedAnswer() HelpedAnswer {
	q := s.f.States[StateHelped].Ask
	id := s.choice(q)
	if id == "" && s.in.Kind == InputText {
		id = yesNoOption(q, s.text)
	}
	for i := 0; id == "" && s.in.Kind == InputText && i < len(q.Choices); i++ {
		if match.NewWhole(s.text).In(match.NewWordSet(q.Choices[i].Synonyms)) { // with thanks around it
			id = q.Choices[i].ID
		}
	}
	return HelpedAnswer(id)
}

// helped takes that answer, and goes on.
func (s *step) helped() error {
	answer := s.helpedAnswer()
	s.effects = append(s.effects, Helped{answer})
	s.say("helped."+string(answer), nil)
	if err := s.stepBack("helped_answered"); err != nil {
		return err
	}
	if state := s.f.States[s.c.Place.State]; state == nil || state.Ask == nil {
		s.say("result.hint", nil)
	}
	return s.askAgain()
}

// moment says when something is, seen from now: "Senin pukul 09.00 WIB". Both are in the zone of people there.
func (c *catalog) moment(t, now time.Time) string {
	noon := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	away := int(noon(t).Sub(noon(now)) / (24 * time.Hour))
	today, tomorrow, clock, days := "today", "tomorrow", " at "+t.Format("15:04 MST"), "Sunday Monday Tuesday Wednesday Thursday Friday Saturday"
	if c.lang == "id" {
		today, tomorrow, clock, days = "hari ini", "besok", " pukul "+t.Format("15.04 MST"), "Minggu Senin Selasa Rabu Kamis Jumat Sabtu"
	}
	weekday := strings.Fields(days)[t.Weekday()]
	switch {
	case away == 0:
		return today + clock
	case away == 1:
		return tomorrow + clock
	case away < 7:
		return weekday + clock
	}
	return weekday + ", " + c.date(t.Format(time.DateOnly)) + clock
}
