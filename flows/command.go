package flows

import (
	"slices"
	"strings"

	"layak/flows/match"
)

// command returns the command that the whole message is, and for *change* the number of the answer (0: none given). The wish
// for a person counts anywhere in a message.
func (s *step) command() (Command, int) {
	if s.in.Kind != InputText && s.in.Kind != InputEdit || s.text == "" {
		return "", 0
	}
	if n, ok := match.ChangeCommand(s.text, s.f.changing); ok {
		return CommandChange, n
	}
	if n := s.changeByName(); n > 0 {
		return CommandChange, n
	}
	whole := match.NewWhole(s.text)
	for _, c := range Commands {
		if c != CommandChange && whole.In(s.f.commands[c]) && (c != CommandCancel || s.cancels()) {
			return c, 0
		}
	}
	for _, lang := range s.f.Langs {
		if names := s.f.langs[lang]; names != nil && whole.In(names) {
			s.wanted = lang
			return CommandLanguage, 0
		}
	}
	if lang := match.AsksForLanguage(s.text); contains(s.f.Langs, lang) {
		s.wanted = lang
		return CommandLanguage, 0
	}
	if match.AsksForPerson(s.text) {
		return CommandAgent, 0
	}
	return "", 0
}

// changeByName reads "ubah NIB" and "ganti usaha": the number of the answer whose name follows the command word, or 0.
func (s *step) changeByName() int {
	said := match.Tokens(s.text)
	if len(said) < 2 || len(said) > 6 || !contains(s.f.changing, said[0]) {
		return 0
	}
	for i, fact := range s.answered() {
		label := s.render("recap.business", nil) + " bisnis business"
		if f := s.f.Pack.Fact(fact); f != nil {
			label = f.Label.In(s.c.Lang)
		}
		words := match.Tokens(label)
		all := true
		for _, w := range said[1:] {
			all = all && (contains(words, w) || w == "saya" || w == "my" || w == "the" || w == "jawaban")
		}
		if all {
			return i + 1
		}
	}
	return 0
}

// languageNames are the ways to ask for a language by name.
func languageNames() map[string]*match.WordSet {
	return map[string]*match.WordSet{
		"id": match.NewWordSet([]string{"bahasa indonesia", "indonesia", "indonesian", "in indonesian", "pakai bahasa indonesia"}),
		"en": match.NewWordSet([]string{"bahasa inggris", "inggris", "english", "in english", "pakai bahasa inggris", "english please"}),
	}
}

// greet answers the first message of a conversation.
func (s *step) greet(cmd Command, n int) error {
	switch cmd {
	case CommandStop, CommandDelete, CommandAgent:
		s.c.Place = Place{State: s.f.Start}
		return s.obey(cmd, n)
	case CommandLanguage:
		s.switchLanguage()
	}
	w := s.words()
	w.Salam = match.Greeting(s.text)
	s.say("greeting", w)
	s.c.Place = Place{State: s.f.Start}
	start := s.f.States[s.f.Start]
	if s.in.Kind == InputMedia {
		s.say("media", nil)
	}
	if cmd == CommandHelp {
		s.say("help", nil)
	}
	if e := s.wordsEdge(start); e != nil {
		return s.take(e)
	}
	if cmd == "" && s.in.Kind == InputText && s.text != "" && start.Ask != nil && start.Ask.Fact == FactCategory {
		if s.papers(false) {
			return s.enter(s.f.Start)
		}
		if done, err := s.business(s.text, start); done || err != nil {
			return err
		}
		if s.papers(true) {
			return s.enter(s.f.Start)
		}
		if match.SmallTalk(s.text) == match.TalkNone && len(strings.Fields(s.text)) > 1 {
			// No mistake of the person's, but something an admin may want to teach the bot.
			s.effects = append(s.effects, Missed{Question: start.Ask.ID, Text: oneLine(s.text)})
		}
	}
	return s.enter(s.f.Start)
}

// obey carries out a command.
func (s *step) obey(cmd Command, n int) error {
	s.note("command %s", cmd)
	switch cmd {
	case CommandHelp:
		s.say("help", nil)
		return s.askAgain()
	case CommandStatus:
		w := s.words()
		if w.Lines = s.recapLines(); len(w.Lines) == 0 {
			s.say("status.none", w)
		} else {
			s.say("status", w)
		}
		return s.askAgain()
	case CommandLanguage:
		s.switchLanguage()
		s.say("language", nil)
		return s.askAgain()
	case CommandAgent:
		key := "agent"
		if s.c.HandedOver {
			key = "agent.again"
		}
		s.handOff(HandOffAsked)
		s.say(key, nil)
		s.promise()
		return s.askAgain()
	case CommandCancel:
		return s.cancel()
	case CommandStop:
		return s.stop()
	case CommandDelete:
		return s.divert(StateDelete)
	case CommandRestart:
		s.reset()
		s.say("restart", nil)
		return s.restart("restarted")
	case CommandBack:
		return s.back()
	case CommandChange:
		return s.change(n)
	}
	return nil
}

// switchLanguage goes to the language named, or to the next one.
func (s *step) switchLanguage() {
	lang := s.wanted
	if lang == "" {
		i := slices.Index(s.f.Langs, s.c.Lang)
		lang = s.f.Langs[(i+1)%len(s.f.Langs)]
	}
	s.c.Lang, s.c.LangChosen = lang, true
}

// stop ends the messages; the place is kept.
func (s *step) stop() error {
	s.c.Status = Stopped
	s.effects = append(s.effects, OptOut{})
	s.say("stop", nil)
	s.ask = nil
	return s.jump("stopped", Place{State: StateStopped})
}

// whileStopped answers someone who said stop and writes again: it offers to start anew.
func (s *step) whileStopped(cmd Command) error {
	switch cmd {
	case CommandStop:
		s.say("stop", nil)
		return nil
	case CommandDelete:
		return s.divert(StateDelete)
	case CommandAgent, CommandRestart:
		s.c.Status = Active
		s.effects = append(s.effects, OptIn{})
		if cmd == CommandRestart {
			return s.obey(cmd, 0)
		}
		s.c.Place = Place{State: s.f.Start}
		return s.obey(cmd, 0)
	case CommandLanguage:
		s.switchLanguage()
	}
	if s.c.Place.State == StateDelete {
		return s.answer()
	}
	// The first message after stop only brings the offer; the answer to that offer counts.
	if s.c.Misses > 0 || s.c.Place.Fact == offered {
		switch s.choice(s.f.States[StateStopped].Ask) {
		case "yes":
			s.c.Status = Active
			s.effects = append(s.effects, OptIn{})
			s.reset()
			s.say("greeting.again", nil)
			return s.restart("started_again")
		case "no":
			s.say("stopped.still", nil)
			s.c.Place.Fact = ""
			return nil
		}
	}
	s.c.Place = Place{State: StateStopped, Fact: offered}
	s.putQuestion()
	return nil
}

// offered marks that the offer to start again was made.
const offered = "offered"

// reset forgets the answers, not the person.
func (s *step) reset() {
	s.c.Answers, s.route = map[string]Value{}, nil
	s.c.Trail, s.c.Return = nil, nil
	s.c.Misses, s.c.Editing = 0, ""
	s.c.Judged, s.c.HandedOver = false, false
	s.c.Moved = ""
	s.c.FlowID, s.c.FlowDigest = s.f.ID, s.f.Digest
	s.c.StartedAt = s.in.At
	s.began = true
	s.offer = nil
}

// restart goes to the first question.
func (s *step) restart(event string) error {
	if err := s.jump(event, Place{State: s.f.Start}); err != nil {
		return err
	}
	return s.enter(s.f.Start)
}

// divert asks a question about the conversation itself and remembers where to return.
func (s *step) divert(to StateID) error {
	if !systemState(s.c.Place.State) {
		back := s.c.Place
		s.c.Return = &back
	}
	if err := s.jump("asked_"+string(to), Place{State: to}); err != nil {
		return err
	}
	s.putQuestion()
	return nil
}

// comeBack returns from such a question.
func (s *step) comeBack(event string) error {
	to := Place{State: s.f.Start}
	if s.c.Return != nil {
		to = *s.c.Return
	}
	s.c.Return = nil
	if err := s.jump(event, to); err != nil {
		return err
	}
	return s.askAgain()
}

// back returns to the question before.
func (s *step) back() error {
	if systemState(s.c.Place.State) {
		return s.comeBack("went_back")
	}
	if to := s.c.Return; to != nil && s.c.Category() != "" { // from the question whether the business is another one
		if n := len(s.c.Trail); n > 0 && s.c.Trail[n-1].State == to.State && s.c.Trail[n-1].Fact == to.Fact {
			s.c.Trail = s.c.Trail[:n-1]
		}
		s.say("back", nil)
		return s.keepBusiness()
	}
	if len(s.c.Trail) == 0 {
		s.say("back.none", nil)
		return s.askAgain()
	}
	last := s.c.Trail[len(s.c.Trail)-1]
	s.c.Trail = s.c.Trail[:len(s.c.Trail)-1]
	s.c.Misses, s.c.Judged, s.c.Moved = 0, false, ""
	if err := s.jump("went_back", last); err != nil {
		return err
	}
	s.say("back", nil)
	s.putQuestion()
	return nil
}

// change asks one answer anew, or asks which.
func (s *step) change(n int) error {
	facts := s.answered()
	if len(facts) == 0 {
		s.say("change.none", nil)
		return s.askAgain()
	}
	if n < 1 || n > len(facts) {
		return s.divert(StateChange)
	}
	return s.edit(facts[n-1])
}

// edit asks for one fact anew.
func (s *step) edit(fact string) error {
	to := Place{}
	for _, id := range s.f.Order {
		q := s.f.States[id].Ask
		if q == nil {
			continue
		}
		if q.Fact == fact && (fact != FactCategory || q.Kind == AskText) {
			to = Place{State: id}
			break
		}
		if q.Facts && fact != FactCategory {
			to = Place{State: id, Fact: fact}
		}
	}
	if to.State == "" {
		s.say("change.none", nil)
		return s.askAgain()
	}
	if from := s.c.Place; systemState(from.State) && s.c.Return != nil {
		s.push(*s.c.Return)
	} else {
		s.push(from)
	}
	s.c.Return = nil
	s.c.Editing, s.c.Misses, s.c.Judged, s.c.Moved = fact, 0, false, ""
	if err := s.jump("change_asked", to); err != nil {
		return err
	}
	w := s.words()
	w.Names = s.render("recap.business", w)
	if f := s.f.Pack.Fact(fact); f != nil {
		w.Names = f.Label.In(s.c.Lang)
	}
	s.say("change.now", w)
	s.putQuestion()
	return nil
}

// expired reports whether the person was away so long that they are asked whether to go on.
func (s *step) expired() bool {
	limit := s.f.Limits.ExpireAfter
	return limit > 0 && !s.c.UpdatedAt.IsZero() && s.in.At.Sub(s.c.UpdatedAt) >= limit && s.c.Place.State != StateResume
}

// welcomeBack meets someone who was away for long: at a result with the greeting, else with the question whether to go on.
func (s *step) welcomeBack() error {
	if s.c.Judged || s.c.Category() == "" {
		s.reset()
		s.first = true
		return s.greet("", 0)
	}
	return s.divert(StateResume)
}

// oneLine puts a text onto one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
