package flows

import (
	"slices"
	"strings"

	"layak/flows/match"
	"layak/flows/rules"
)

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
		s.explain("number: %s, read as %s", reading.Masked, reading.Number.ID)
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
				if key == "miss.partly" {
					s.c.Partly = fact.ID
				}
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
		if match.ReadOption(s.text, s.matchOptions(state.Ask)).ID == "" && s.asksBack(fact) {
			return s.askAgain()
		}
		return s.answerChoice(state)
	}
	n, read := position(s.text, len(fact.Values))
	switch {
	case n >= 0:
		return s.give(state, fact, Value{Value: fact.Values[n].ID})
	case read.OutOfRange, read.Several:
		return s.miss(state, missKey(read))
	}
	if s.asksBack(fact) {
		return s.askAgain()
	}
	if done, err := s.ofGuess(); done {
		return err
	}
	yn := match.YesNo(s.text)
	if yn.Value == "" && !yn.Partly {
		yn.Value = s.statedNow(fact)
	}
	s.note("yes/no: %q", yn.Value)
	switch {
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
		s.c.Partly = fact.ID
		return s.miss(state, "miss.partly")
	case yn.Doubt:
		return s.miss(state, "miss.doubt")
	}
	if done, err := s.otherBusiness(state); done {
		return err
	}
	return s.miss(state, "miss.choice")
}

// maxStatedWords bounds an answer in the words of the pack; whoever writes more may say more than that.
const maxStatedWords = 6

// statedNow returns the value that an answer gives in the pack's own words for it ("merek sendiri"), or "".
func (s *step) statedNow(f *rules.Fact) string {
	words := match.Tokens(s.text)
	if s.in.Kind != InputText || len(words) > maxStatedWords || strings.Contains(s.text, "?") {
		return ""
	}
	value := statedValue(" "+strings.Join(words, " ")+" ", f)
	if value == rules.Yes && slices.ContainsFunc(words, func(w string) bool {
		return negatedBefore(w) || w == "tapi" || w == "but" || w == "cuma" || w == "only"
	}) {
		return ""
	}
	return value
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
	if v.Value == rules.No && v.Said == "" && s.c.Partly == fact.ID && fact.YesNo() {
		v.Said = saidPartly
	}
	s.c.Partly = ""
	s.set(fact.ID, v)
	s.c.Editing = ""
	w := s.words()
	w.Label, w.Number = fact.Label.In(s.c.Lang), v.Number
	switch {
	case v.Number != "":
		s.say("ack.number", w)
	case v.Said == saidInProgress:
		s.say("ack.in_progress", w)
	case v.Said == saidPartly:
		s.say("ack.partly", w)
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
