package flows

import (
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// afterwards answers someone who writes on after the result.
func (s *step) afterwards(state *State) error {
	if s.in.Kind == InputTap {
		s.text = s.in.Choice
	}
	if s.in.Kind == InputText && s.c.Judged {
		switch {
		case match.Why(s.text):
			s.c.Misses = 0
			s.sayVerdict(s.decide())
			return nil
		case match.AsksWhatToDo(s.text):
			s.c.Misses = 0
			s.sayWhatToDo()
			return nil
		}
	}
	if s.chat(state) {
		if match.SmallTalk(s.text) == match.TalkGreeting {
			s.whatNow()
		}
		return nil
	}
	if done, err := s.asksAfterwards(state); done {
		return err
	}
	if done, err := s.anotherBusiness(state); done {
		return err
	}
	closing := ""
	if s.in.Kind == InputText {
		closing = match.Closing(s.text)
	}
	switch {
	case closing == rules.Yes && s.c.Misses > 1 && !s.c.Waiting: // a person was offered
		return s.obey(CommandAgent, 0)
	case s.in.Kind != InputText, closing == rules.Yes, closing == "nothing": // a button of an earlier question, or hardly a word
		s.whatNow()
	case closing == rules.No: // "tidak ada", to whether there is anything else
		s.say("talk.ok", nil)
	default:
		s.unreadAfterwards(state)
	}
	return nil
}

// anotherBusiness notices that somebody names another business after the result. What takes issue with the result ("itu
// penipuan", "kompetitor kami bisa") names none unless it says so.
func (s *step) anotherBusiness(state *State) (bool, error) {
	trade := match.NamesTrade(s.text)
	if match.Objects(s.text) && !trade {
		return false, nil
	}
	if done, err := s.otherBusiness(state); done {
		return true, err
	}
	const fewWords = 3 // "madu hutan" needs nothing around it
	if !trade && (len(strings.Fields(s.text)) > fewWords || match.AsksWhen(s.text)) {
		return false, nil
	}
	r := s.f.matcher.Classify(s.text)
	if r.Decision == match.Accept && r.Category == s.c.Category() && s.c.Judged {
		s.c.Misses = 0
		s.sayVerdict(s.decide()) // "kalau vape gimana?" after the no to tobacco
		return true, nil
	}
	e := s.edge(state, OnCandidates, "")
	if r.Decision != match.Ask || len(s.listed(r)) < 2 || r.Candidates[0].Score < likely || e == nil {
		return false, nil
	}
	back := s.c.Place
	s.c.Return = &back
	s.offer = s.listed(r)
	return true, s.take(e)
}

// whatNow says what can be done after the result: wait, where somebody was called, or one of a few words.
func (s *step) whatNow() {
	if s.c.Waiting {
		s.say("result.waiting", nil)
		s.promise()
		return
	}
	s.say("result.hint", nil)
}

// unreadAfterwards handles what was not understood after the result: what can be done here; the second time the offer of a
// person; the third time a person is asked to look. Whoever waits for one already is told so, and is not counted.
func (s *step) unreadAfterwards(state *State) {
	s.note("not understood after the result")
	s.effects = append(s.effects, Missed{Question: string(state.ID), Text: oneLine(s.text)})
	if s.c.Waiting {
		s.whatNow()
		return
	}
	s.c.Misses++
	switch {
	case s.c.Misses >= s.f.Limits.Misses:
		s.c.Misses = 0
		s.handOff(HandOffNotUnderstood)
		s.say("result.handoff", nil)
		s.promise()
	case s.c.Misses > 1:
		s.say("result.person", nil)
	case match.Objects(s.text) && s.c.Judged && s.decide().Verdict != rules.Eligible:
		s.say("result.objection", nil)
	default:
		s.say("result.hint", nil)
	}
}

// sayWhatToDo says what would change the result, and what to do next.
func (s *step) sayWhatToDo() {
	w := s.words()
	w.Verdict = s.verdictWords(s.decide())
	s.say("result.todo", w)
	s.whatNow()
}
