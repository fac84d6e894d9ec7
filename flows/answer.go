package flows

import (
	"strconv"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// saidInProgress marks an answer such as "lagi diurus": it counts as no, and is said back.
const saidInProgress = "in_progress"

// saidPartly marks a no of somebody who said before that a part of it is there.
const saidPartly = "partly"

// answer reads the input as an answer to the question that stands.
func (s *step) answer() error {
	state := s.f.States[s.c.Place.State]
	if state == nil { // the flow changed under the conversation
		return &FlowError{State: s.c.Place.State, Err: errNoState}
	}
	if systemState(state.ID) {
		return s.answerSystem(state)
	}
	if e := s.wordsEdge(state); e != nil {
		if state.Ask == nil {
			s.c.Misses = 0
		}
		return s.take(e)
	}
	if state.Ask == nil {
		return s.afterwards(state)
	}
	if s.in.Kind == InputTap && s.in.Choice == "" && s.text == "" {
		return s.askAgain()
	}
	switch q := state.Ask; {
	case q.Kind == AskText && q.Fact == FactCategory:
		return s.answerBusiness(state)
	case q.Facts:
		return s.answerFact(state, s.askedFact(q))
	case q.Fact == FactCategory:
		return s.answerWhich(state)
	case q.Fact != "" && len(q.Choices) == 0:
		return s.answerFact(state, s.askedFact(q))
	}
	return s.answerChoice(state)
}

// wordsEdge returns the edge whose words are the whole message.
func (s *step) wordsEdge(state *State) *Edge {
	if s.in.Kind != InputText {
		return nil
	}
	var whole match.Whole
	for i := range state.Edges {
		e := &state.Edges[i]
		if e.On != OnWords {
			continue
		}
		if whole == (match.Whole{}) {
			whole = match.NewWhole(s.text)
		}
		if whole.In(e.words) {
			return e
		}
		s.explain("edge %s: not one of its words", e.Event)
	}
	return nil
}

// edge returns the first edge with that trigger whose condition holds, or nil.
func (s *step) edge(state *State, on Trigger, option string) *Edge {
	_, next, _ := s.path()
	for i := range state.Edges {
		e := &state.Edges[i]
		if e.On != on || on == OnOption && e.Option != option {
			continue
		}
		if ok, err := s.holds(e, next != ""); err == nil && ok {
			return e
		}
		s.explain("edge %s: does not hold: %s", e.Event, e.If)
	}
	s.explain("no edge on: %s", strings.TrimSpace(string(on)+" "+option))
	return nil
}

// answerSystem reads an answer about the conversation itself.
func (s *step) answerSystem(state *State) error {
	choice := s.choice(state.Ask)
	switch {
	case state.ID == StateHelped:
		return s.helped()
	case state.ID == StateDelete && choice == "yes":
		s.effects = append(s.effects, Forget{})
		s.say("delete.done", nil)
		fresh := Conversation{ID: s.c.ID, Version: s.c.Version, Status: Active}
		if s.c.LangChosen {
			fresh.Lang, fresh.LangChosen = s.c.Lang, true
		}
		s.c, s.route = fresh, nil
		return nil
	case state.ID == StateDelete && choice == "no":
		s.say("delete.kept", nil)
		if s.c.Status == Stopped {
			s.c.Place = Place{State: StateStopped}
			return nil
		}
		return s.comeBack("kept")
	case state.ID == StateChange && choice != "":
		return s.edit(choice)
	case state.ID == StateResume && choice == "continue":
		s.say("resume.on", nil)
		return s.comeBack("resumed")
	case state.ID == StateResume && choice == "restart":
		s.reset()
		s.say("restart", nil)
		return s.restart("restarted")
	}
	return s.miss(state, "miss.choice")
}

// choice reads the input as one option of a question, or "".
func (s *step) choice(q *Question) string {
	options := s.matchOptions(q)
	if s.in.Kind == InputTap && s.in.Choice != "" {
		for _, o := range options {
			if o.ID == s.in.Choice {
				return o.ID
			}
		}
	}
	read := match.ReadOption(s.text, options)
	s.explainOption(read)
	return read.ID
}

// explainOption notes how an answer was read among options.
func (s *step) explainOption(read match.OptionReading) {
	how := read.ID
	for _, odd := range []struct {
		is   bool
		word string
	}{{read.Several, "several"}, {read.Negated, "ruled out"}, {read.OutOfRange, "not in the list"}} {
		if odd.is {
			how = strings.TrimSpace(how + " " + odd.word)
		}
	}
	if how == "" {
		how = "none"
	}
	s.explain("option: %s", how)
}

// answerChoice reads the answer to a question with options of its own.
func (s *step) answerChoice(state *State) error {
	q := state.Ask
	id := s.choice(q)
	if id == "" && s.in.Kind == InputText {
		id = yesNoOption(q, s.text)
		if plain := match.PlainYes(s.text); q.Fact == "" && len(q.Choices) == 2 && q.Choices[0].ID == rules.Yes && (plain || id == rules.Yes) {
			id = ""
			if plain { // anything else is an argument, not a yes to "is that right?"
				id = rules.Yes
			}
		}
	}
	if id == "" && s.in.Kind == InputText {
		read := match.ReadOption(s.text, s.matchOptions(q))
		if read.Several || read.Negated || read.OutOfRange {
			return s.miss(state, missKey(read))
		}
		if s.chat(state) || s.asksBack(nil) {
			return s.askAgain()
		}
		if done, err := s.otherBusiness(state); done {
			return err
		}
	}
	if id == "" {
		return s.miss(state, "miss.choice")
	}
	s.c.Misses = 0
	if fact := s.askedFact(q); fact != nil {
		return s.give(state, fact, Value{Value: id})
	}
	e := s.edge(state, OnOption, id)
	if e == nil {
		e = s.edge(state, OnAnswer, "")
	}
	if e == nil {
		return &FlowError{State: state.ID, Err: errNoEdge}
	}
	return s.take(e)
}

// yesNoOption reads every way of saying yes or no at a question that has an option "yes".
func yesNoOption(q *Question, text string) string {
	ids := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		ids[i] = c.ID
	}
	if len(ids) != 2 || ids[0] != rules.Yes {
		return ""
	}
	switch yn := match.YesNo(text); {
	case yn.Value == rules.Yes && yn.Papers == "":
		return ids[0]
	case yn.Value == rules.No && yn.Papers == "":
		return ids[1]
	}
	return ""
}

// chat answers small talk, which is never a wrong answer. It reports whether the message was that.
func (s *step) chat(state *State) bool {
	if s.in.Kind != InputText {
		return false
	}
	talk := match.SmallTalk(s.text)
	if talk == "" && s.text == "" {
		return len(s.in.Masked) > 0
	}
	if talk == "" && len(s.in.Masked) > 0 && strings.ContainsRune(s.text, '•') && len(strings.Fields(s.text)) <= 4 {
		return true // hardly more than the number that was hidden
	}
	if talk == "" {
		return false
	}
	s.note("small talk: %s", talk)
	w := s.words()
	w.Salam = match.Greeting(s.text)
	key := "talk." + string(talk)
	if talk == match.TalkThanks && state.Ask != nil {
		key = "talk.thanks.asked"
	}
	s.say(key, w)
	return true
}

// position reads a bare position in a list ("2", "nomor dua", "the first one") and returns it counting from 0, or -1.
func position(text string, n int) (int, match.OptionReading) {
	if n < 1 || n > len(positions) {
		return -1, match.OptionReading{}
	}
	read := positions[n-1].Read(text)
	if i, err := strconv.Atoi(strings.TrimPrefix(read.ID, "#")); err == nil {
		return i, read
	}
	return -1, read
}

// positions are lists of one to twenty options that have nothing but their place.
var positions = func() (sets [20]*match.OptionSet) {
	var options []match.Option
	for i := range sets {
		options = append(options, match.Option{ID: "#" + strconv.Itoa(i)})
		sets[i] = match.NewOptionSet(options)
	}
	return sets
}()

func missKey(r match.OptionReading) string {
	switch {
	case r.Several:
		return "miss.several"
	case r.Negated:
		return "miss.negated"
	case r.OutOfRange:
		return "miss.range"
	}
	return "miss.choice"
}

func (s *step) miss(state *State, key string) error { return s.missWith(state, key, s.words()) }

// missWith handles an answer that was not understood: the reason and the question again; the second time an example; the
// third time a person is asked to look.
func (s *step) missWith(state *State, key string, w *words) error {
	s.c.Misses++
	s.note("miss %d: %s", s.c.Misses, key)
	if s.text != "" {
		question := state.Ask.ID
		if state.Ask.Facts {
			question = s.c.Place.Fact
		}
		s.effects = append(s.effects, Missed{Question: question, Text: oneLine(s.text)})
	}
	w.List = s.listWords().List
	if s.c.Misses >= s.f.Limits.Misses {
		s.c.Misses = 0
		s.handOff(HandOffNotUnderstood)
		s.say("miss.handoff", w)
		s.promise()
		if e := s.edge(state, OnExhausted, ""); e != nil && s.c.Category() == "" {
			return s.take(e)
		}
		return s.askAgain()
	}
	s.say(key, w)
	if s.c.Misses == s.f.Limits.Misses-1 {
		if state.Ask.Kind == AskText && state.Ask.Fact == FactCategory {
			s.say("miss.list", w)
			s.ask = &Asked{ID: state.Ask.ID, Kind: state.Ask.Kind, Options: s.options(state.Ask)}
			return nil
		}
		s.say("miss.example", w)
	}
	return s.askAgain()
}
