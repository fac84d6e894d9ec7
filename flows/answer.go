package flows

import (
	"strconv"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

// saidInProgress marks an answer such as "lagi diurus": it counts as no, and is said back.
const saidInProgress = "in_progress"

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
		return s.answerFact(state, s.f.Pack.Fact(s.c.Place.Fact))
	case q.Fact == FactCategory:
		return s.answerWhich(state)
	case q.Fact != "" && len(q.Choices) == 0:
		return s.answerFact(state, s.f.Pack.Fact(q.Fact))
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
	}
	return nil
}

// answerSystem reads an answer about the conversation itself.
func (s *step) answerSystem(state *State) error {
	choice := s.choice(state.Ask)
	switch {
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
	return match.ReadOption(s.text, options).ID
}

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
	if done, err := s.business(s.text, state); done || err != nil {
		return err
	}
	if read := match.ReadOption(s.text, options); read.ID != "" {
		_, err := s.pick(state, read.ID)
		return err
	}
	if s.chat(state) {
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
	switch {
	case r.Decision == match.Accept:
		e := s.edge(state, OnCategory, "")
		if e == nil {
			return false, nil
		}
		s.setCategory(r.Category, true)
		return true, s.take(e)
	case r.Decision == match.Ask && len(r.Candidates) == 1:
		e := s.edge(state, OnCandidate, "")
		if e == nil {
			return false, nil
		}
		s.c.Misses = 0
		s.offer = []string{r.Candidates[0].ID}
		return true, s.take(e)
	case r.Decision == match.Ask:
		e := s.edge(state, OnCandidates, "")
		if e == nil {
			return false, nil
		}
		s.c.Misses = 0
		s.offer = nil
		for _, c := range r.Candidates {
			s.offer = append(s.offer, c.ID)
		}
		return true, s.take(e)
	}
	return false, nil
}

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
	if read.Several || read.Negated || read.OutOfRange {
		return s.miss(state, missKey(read))
	}
	if id := s.among(q); id != "" {
		s.setCategory(id, true)
		return s.take(s.edge(state, OnCategory, ""))
	}
	// A better description is as good as a choice.
	r := s.f.matcher.Classify(s.text)
	if r.Decision == match.Accept {
		s.setCategory(r.Category, true)
		return s.take(s.edge(state, OnCategory, ""))
	}
	if s.chat(state) {
		return s.askAgain()
	}
	return s.miss(state, "miss.choice")
}

// likely is a likelihood that makes a reading worth a question of its own; decisive is the share among offered readings
// that settles it.
const (
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
	}
	return s.pick(state, id)
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

// answerFact reads the answer to a question for a fact of the pack: an option, a way of saying it, or a licence number.
func (s *step) answerFact(state *State, fact *rules.Fact) error {
	if fact == nil {
		return &FlowError{State: state.ID, Err: errNoFact}
	}
	if s.in.Kind == InputTap && s.in.Choice != "" {
		for _, v := range fact.Values {
			if v.ID == s.in.Choice {
				return s.give(state, fact, Value{Value: v.ID})
			}
		}
	}
	if reading := s.f.Pack.ReadNumber(fact.ID, s.text); reading.Kind != rules.NoNumber {
		w := s.words()
		w.Number, w.Label = reading.Masked, fact.Label.In(s.c.Lang)
		if reading.Wanted != nil {
			w.Wanted, w.Shape, w.Example = reading.Wanted.Name.In(s.c.Lang), reading.Wanted.Shape.In(s.c.Lang), reading.Wanted.Example
		}
		w.Kind = reading.Number.Name.In(s.c.Lang)
		switch reading.Kind {
		case rules.RightNumber:
			if reading.Sample {
				return s.missWith(state, "number.sample", w)
			}
			if key := s.aroundNumber(fact, reading.Rest); key != "" {
				return s.missWith(state, key, w)
			}
			return s.give(state, fact, Value{Value: rules.Yes, Number: reading.Masked})
		case rules.WrongNumber:
			return s.missWith(state, "number.wrong", w)
		default:
			return s.missWith(state, "number.misshapen", w)
		}
	}
	if !fact.YesNo() {
		return s.answerChoice(state)
	}
	n, read := position(s.text, len(fact.Values))
	switch {
	case n >= 0:
		return s.give(state, fact, Value{Value: fact.Values[n].ID})
	case read.OutOfRange, read.Several:
		return s.miss(state, missKey(read))
	}
	yn := match.YesNo(s.text)
	s.note("yes/no: %q", yn.Value)
	switch {
	case s.explained(fact):
		return s.askAgain()
	case yn.Value != "" && s.anotherPaper(fact, yn.Papers):
		return s.miss(state, "miss.doubt")
	case yn.Value != "" && yn.InProgress:
		return s.give(state, fact, Value{Value: yn.Value, Said: saidInProgress})
	case yn.Value != "":
		return s.give(state, fact, Value{Value: yn.Value})
	case s.chat(state):
		return s.askAgain()
	}
	switch {
	case yn.Partly:
		return s.miss(state, "miss.partly")
	case yn.Doubt:
		return s.miss(state, "miss.doubt")
	}
	if done, err := s.otherBusiness(state); done {
		return err
	}
	return s.miss(state, "miss.choice")
}

// numberWords are words around a licence number that say nothing against it.
var numberWords = match.NewWordSet(strings.Fields(`nomor nomornya no nomer nmr number kode izin izinnya edar licence license the our its is it kami saya punya milik ini itu adalah
	yaitu yakni bpom pom ri nib pirt p-irt akd akl kemenkes sudah ada untuk produk produknya produk-produk semua semuanya all our products product ya iya yes here dan and sama juga untuk for registration registrasi terdaftar`))

// aroundNumber returns the text to answer with when the words around a licence number take it back, or "": "TR123456789
// palsu", "belum, nanti seperti NA18…" and "cuma satu yang ada" are no yes.
func (s *step) aroundNumber(f *rules.Fact, rest string) string {
	bare := match.Bare(rest)
	plain := true
	for _, w := range strings.Fields(bare) {
		if strings.Count(w, "")-1 >= 8 && strings.ContainsAny(w, "0123456789") {
			continue // another number
		}
		if !match.NewWhole(w).In(numberWords) && !contains(match.Tokens(f.Label.In(s.c.Lang)), w) {
			plain = false
		}
	}
	if plain && !strings.Contains(s.text, "?") {
		return ""
	}
	yn := match.YesNo(rest)
	switch {
	case yn.Value == rules.Yes && !strings.Contains(s.text, "?"):
		return ""
	case yn.Partly:
		return "miss.partly"
	}
	return "miss.doubt"
}

// give records the answer to a fact, says it back, and goes on.
func (s *step) give(state *State, fact *rules.Fact, v Value) error {
	s.c.Misses = 0
	s.set(fact.ID, v)
	s.c.Editing = ""
	w := s.words()
	w.Label, w.Number = fact.Label.In(s.c.Lang), v.Number
	switch {
	case v.Number != "":
		s.say("ack.number", w)
	case v.Said == saidInProgress:
		s.say("ack.in_progress", w)
	case fact.YesNo():
		s.say("ack."+v.Value, w)
	default:
		w.Names = s.valueText(fact, v)
		s.say("ack.value", w)
	}
	e := s.edge(state, OnOption, v.Value)
	if e == nil {
		e = s.edge(state, OnAnswer, "")
	}
	if e == nil {
		return &FlowError{State: state.ID, Err: errNoEdge}
	}
	if e.To == state.ID { // the next fact is asked in the same state
		s.push(s.c.Place)
	}
	return s.take(e)
}

// answerChoice reads the answer to a question with options of its own.
func (s *step) answerChoice(state *State) error {
	q := state.Ask
	id := s.choice(q)
	if id == "" && s.in.Kind == InputText {
		id = yesNoOption(q, s.text)
	}
	if id == "" && s.in.Kind == InputText {
		read := match.ReadOption(s.text, s.matchOptions(q))
		if read.Several || read.Negated || read.OutOfRange {
			return s.miss(state, missKey(read))
		}
		if s.chat(state) {
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
	if fact := s.f.Pack.Fact(q.Fact); fact != nil {
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

// explained answers the question what a licence is, which is no answer and no mistake.
func (s *step) explained(f *rules.Fact) bool {
	if len(f.Explain) == 0 || !match.AsksMeaning(s.text) {
		return false
	}
	s.said = append(s.said, f.Explain.In(s.c.Lang))
	return true
}

// afterwards answers someone who writes on after the result.
func (s *step) afterwards(state *State) error {
	if s.in.Kind == InputTap {
		s.text = s.in.Choice
	}
	if s.chat(state) {
		return nil
	}
	if done, err := s.otherBusiness(state); done {
		return err
	}
	if r := s.f.matcher.Classify(s.text); r.Decision == match.Ask && len(r.Candidates) > 1 && r.Candidates[0].Score >= likely {
		if e := s.edge(state, OnCandidates, ""); e != nil {
			back := s.c.Place
			s.c.Return = &back
			s.offer = nil
			for _, c := range r.Candidates {
				s.offer = append(s.offer, c.ID)
			}
			return s.take(e)
		}
	}
	s.say("result.hint", nil)
	return nil
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
	s.say("talk."+string(talk), nil)
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

// anotherPaper reports whether an answer names papers, and none of them is what the question is about: "udah punya NIB" is
// no answer to a question about BPOM.
func (s *step) anotherPaper(f *rules.Fact, papers string) bool {
	if papers == "" {
		return false
	}
	var about []string
	for _, lang := range s.f.Langs {
		about = append(about, match.Tokens(f.Label.In(lang)+" "+f.Question.In(lang))...)
	}
	for _, paper := range strings.Fields(papers) {
		if contains(about, paper) {
			return false
		}
	}
	return true
}

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
