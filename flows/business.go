package flows

import (
	"fmt"
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// answerBusiness reads the answer to "what is your business?".
func (s *step) answerBusiness(state *State) error {
	if s.in.Kind == InputTap && s.in.Choice != "" {
		if done, err := s.pick(state, s.in.Choice); done {
			return err
		}
	}
	options := s.matchOptions(state.Ask)
	if n, read := position(s.text, len(options)); n >= 0 {
		_, err := s.pick(state, options[n].ID)
		return err
	} else if read.Several || read.OutOfRange {
		return s.miss(state, missKey(read))
	}
	if s.papers(false) {
		return s.askAgain()
	}
	if done, err := s.business(s.text, state); done || err != nil {
		return err
	}
	if read := match.ReadOption(s.text, options); read.ID != "" {
		_, err := s.pick(state, read.ID)
		return err
	}
	if s.papers(true) || s.chat(state) {
		return s.askAgain()
	}
	return s.miss(state, "miss.text")
}

// pick takes a group, a category or *other* that was chosen by number or tap.
func (s *step) pick(state *State, id string) (bool, error) {
	if g := s.f.Pack.Group(id); g != nil {
		s.c.Misses = 0
		s.offer = nil
		for _, c := range g.Members {
			s.offer = append(s.offer, c.ID)
		}
		if e := s.edge(state, OnGroup, ""); e != nil {
			return true, s.take(e)
		}
	}
	if s.f.Pack.Category(id) != nil {
		if e := s.edge(state, OnCategory, ""); e != nil {
			s.setCategory(id, false)
			s.say("business.picked", nil)
			return true, s.take(e)
		}
	}
	if id == other {
		s.c.Misses = 0
		if e := s.edge(state, OnOther, ""); e != nil {
			return true, s.take(e)
		}
	}
	return false, nil
}

// business classifies a description. It reports false when no business was named.
func (s *step) business(text string, state *State) (bool, error) {
	r := s.f.matcher.Classify(text)
	s.note("classify: %s %s %.2f %v %v", r.Decision, r.Category, r.Confidence, r.Candidates, r.Why)
	s.explainScores(text)
	if r.Decision == match.Accept {
		e := s.edge(state, OnCategory, "")
		if e == nil {
			return false, nil
		}
		s.setCategory(r.Category, true)
		return true, s.take(e)
	}
	on, candidates := OnCandidates, s.listed(r)
	switch {
	case r.Decision != match.Ask || len(candidates) == 0:
		return false, nil
	case len(candidates) == 1:
		on = OnCandidate
	}
	e := s.edge(state, on, "")
	if e == nil {
		return false, nil
	}
	s.c.Misses = 0
	s.offer = candidates
	return true, s.take(e)
}

// saidRight marks a business that was guessed and that the person has said is right.
const saidRight = "right"

// ofGuess reads "betul" and "bukan itu" straight after the business was guessed from a description: they speak of the guess,
// not of the licence asked for with it. Who agrees a second time answers the question.
func (s *step) ofGuess() (bool, error) {
	if s.in.Kind != InputText || !s.guessed() {
		return false, nil
	}
	switch {
	case match.Agrees(s.text):
		s.note("agrees to the business")
		business := s.c.Answers[FactCategory]
		business.Said = saidRight
		s.c.Answers[FactCategory] = business
		s.say("business.picked", nil)
		return true, s.askAgain()
	case match.Disagrees(s.text):
		s.note("denies the business")
		return true, s.edit(FactCategory)
	}
	return false, nil
}

// guessed reports whether the question that stands is the first one after the business was read from a description, and
// nothing was said of that yet.
func (s *step) guessed() bool {
	n := len(s.c.Trail)
	if n == 0 || s.c.Editing != "" || s.c.Answers[FactCategory].Said != "" {
		return false
	}
	before := s.f.States[s.c.Trail[n-1].State]
	return before != nil && before.Ask != nil && before.Ask.Fact == FactCategory && before.Ask.Kind == AskText
}

// listed gives the categories to offer. The one for whatever has no category is left out: the option *other* ends every
// list, and two ways to say "something else" would puzzle. So are unlikely ones that would do no harm, where a likelier one
// is left and the words are not such as several businesses share.
func (s *step) listed(r match.Result) []string {
	var ids []string
	for _, c := range r.Candidates {
		if c.ID == match.Other || !r.Vague && c.Score < unlikely && r.Candidates[0].Score >= likely && !s.risky(c.ID) {
			continue
		}
		ids = append(ids, c.ID)
	}
	return ids
}

// risky reports whether the answers decide at most that a person looks at it.
func (s *step) risky(id string) bool {
	for _, m := range s.f.levels {
		if m.ID == id {
			return m.Severity >= 2
		}
	}
	return false
}

// explainScores notes which kinds of business fit a text best.
func (s *step) explainScores(text string) {
	if !s.explains {
		return
	}
	scores := make([]string, 0, shownScores)
	for i, c := range s.f.matcher.Rank(text) {
		if i == shownScores || i > 0 && c.Score < 0.01 {
			break
		}
		scores = append(scores, fmt.Sprintf("%s %.2f", c.ID, c.Score))
	}
	s.note("scores: %s", strings.Join(scores, ", "))
}

// shownScores is how many kinds of business explainScores names: the ones that were nearly taken are among them.
const shownScores = 5

// answerWhich reads the choice between categories: candidates, a group's members, or yes/no to one.
func (s *step) answerWhich(state *State) error {
	q := state.Ask
	if s.in.Kind == InputTap && s.in.Choice != "" {
		if done, err := s.which(state, s.in.Choice); done {
			return err
		}
	}
	options := s.matchOptions(q)
	read := match.ReadOption(s.text, options)
	s.explainOption(read)
	if read.ID == "" && q.Options == "" {
		// A yes/no question about one category takes every way of saying yes or no.
		if yn := match.YesNo(s.text); yn.Value == rules.Yes || yn.Value == rules.No {
			read.ID = yn.Value
		}
	}
	if read.ID != "" {
		if done, err := s.which(state, read.ID); done {
			return err
		}
	}
	r := s.f.matcher.Classify(s.text)
	described := s.in.Kind == InputText && match.NamesTrade(s.text)
	if (read.Several || read.Negated || read.OutOfRange) && !(described && r.Decision == match.Accept) {
		return s.miss(state, missKey(read))
	}
	if s.papers(false) {
		return s.askAgain()
	}
	if id := s.among(q); id != "" {
		s.setCategory(id, true)
		return s.take(s.edge(state, OnCategory, ""))
	}
	// A better description is as good as a choice, and one that is not clear yet brings another list.
	if r.Decision == match.Accept {
		s.setCategory(r.Category, true)
		return s.take(s.edge(state, OnCategory, ""))
	}
	if offer := s.listed(r); described && r.Decision == match.Ask && q.Options != "" && len(offer) > 0 && !slices.Equal(offer, s.c.Place.Offer) {
		s.note("classify: %v instead of %v", offer, s.c.Place.Offer)
		s.c.Misses = 0
		s.c.Place.Offer = offer
		s.putQuestion()
		return nil
	}
	if s.chat(state) {
		return s.askAgain()
	}
	if s.c.Return != nil && s.c.Judged && s.c.Misses > 0 && s.in.Kind == InputText {
		return s.noBusinessAfterAll()
	}
	return s.miss(state, "miss.choice")
}

// likely is a likelihood that makes a reading worth a question of its own; unlikely one that is not worth a line of a list;
// decisive is the share among offered readings that settles it.
const (
	unlikely = 0.1
	likely   = 0.3
	decisive = 0.85
)

// everyWord says that all of what was offered is right.
var everyWord = match.NewWordSet([]string{"dua duanya", "duanya", "keduanya", "kedua duanya", "semuanya", "semua", "both", "both of them", "all of them", "all"})

// among reads a few words against the candidates that were offered: "yang diminum langsung" tells a drink from a capsule.
// Who says that all of them are right gets the strictest.
func (s *step) among(q *Question) string {
	offered := s.c.Place.Offer
	if q.Options != "candidates" || len(offered) < 2 {
		return ""
	}
	if match.NewWhole(s.text).In(everyWord) {
		return s.strictest(offered)
	}
	if r := s.f.matcher.Classify(s.text); r.Decision == match.NoMatch || r.Decision == match.Accept {
		return ""
	}
	best, top, sum := "", 0.0, 0.0
	for _, c := range s.f.matcher.Rank(s.text) {
		if contains(offered, c.ID) {
			sum += c.Score
			if c.Score > top {
				best, top = c.ID, c.Score
			}
		}
	}
	s.note("among %v: %s %.3f of %.3f", offered, best, top, sum)
	if top < 0.02 || top < decisive*sum {
		return ""
	}
	return best
}

// strictest returns the category that is judged hardest.
func (s *step) strictest(ids []string) string {
	worst, rank := ids[0], -1
	for _, m := range s.f.levels {
		if contains(ids, m.ID) && m.Severity > rank {
			worst, rank = m.ID, m.Severity
		}
	}
	return worst
}

// which takes one option of answerWhich.
func (s *step) which(state *State, id string) (bool, error) {
	if len(state.Ask.Choices) > 0 && len(s.c.Place.Offer) > 0 {
		switch id {
		case rules.Yes:
			id = s.c.Place.Offer[0]
		case rules.No:
			id = other
		}
	}
	if id == other && s.c.Return != nil && s.c.Category() != "" {
		return true, s.keepBusiness()
	}
	if id != other {
		s.c.Return = nil
	} else if e := s.edge(state, OnCategory, ""); e != nil && s.nothingFits() {
		s.setCategory(match.Other, false)
		s.say("business.unlisted", nil)
		return true, s.take(e)
	}
	return s.pick(state, id)
}

// nothingFits reports whether the person has said of what was offered for another description, too, that it is not their
// business. Asking for a third one would turn in circles.
func (s *step) nothingFits() bool {
	n := len(s.c.Trail)
	if n < 2 || s.f.Pack.Category(match.Other) == nil {
		return false
	}
	described, offered := s.f.States[s.c.Trail[n-1].State], s.c.Trail[n-2]
	return described != nil && described.Ask != nil && described.Ask.Kind == AskText && len(offered.Offer) > 0
}

// noBusinessAfterAll goes back to the result from a question about another business that somebody who writes on never named.
func (s *step) noBusinessAfterAll() error {
	if err := s.stepBack("business_kept"); err != nil {
		return err
	}
	return s.answer()
}

// keepBusiness goes back to where the person was, as what they wrote named no other business after all.
func (s *step) keepBusiness() error {
	if err := s.comeBack("business_kept"); err != nil {
		return err
	}
	if s.ask == nil {
		s.say("result.hint", nil)
	}
	return nil
}

// otherBusiness notices that an answer names another business ("sebenarnya saya jual rokok"), and asks whether that is it.
func (s *step) otherBusiness(state *State) (bool, error) {
	if s.in.Kind != InputText || s.c.Category() == "" {
		return false, nil
	}
	r := s.f.matcher.Classify(s.text)
	if r.Decision != match.Accept || r.Category == s.c.Category() {
		return false, nil
	}
	e := s.edge(state, OnCandidate, "")
	if e == nil {
		return false, nil
	}
	s.note("classify: %s %.2f instead of %s", r.Category, r.Confidence, s.c.Category())
	s.c.Misses = 0
	s.offer = []string{r.Category}
	back := s.c.Place
	s.c.Return = &back
	return true, s.take(e)
}
