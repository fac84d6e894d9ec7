package flows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"

	"layak/flows/hours"
	"layak/flows/match"
)

// Engine answers inputs with turns. It is safe for concurrent use.
type Engine struct {
	flow      *Flow
	retention string
	hours     *hours.Calendar
	explain   bool
}

// WithHours returns an engine that knows when people answer, which whoever asks for one is told. Without, no time is
// promised.
func (e *Engine) WithHours(c *hours.Calendar) *Engine {
	with := *e
	with.hours = c
	return &with
}

// Explaining returns an engine whose turns also trace what was tried and did not apply, for people who edit a flow.
func (e *Engine) Explaining() *Engine {
	with := *e
	with.explain = true
	return &with
}

// NewEngine returns an engine for a flow. Retention says in days how long answers are kept, 0 for without end; the
// greeting tells people.
func NewEngine(f *Flow, retentionDays int) *Engine {
	e := &Engine{flow: f}
	if retentionDays > 0 {
		e.retention = fmt.Sprint(retentionDays)
	}
	return e
}

// Flow returns the flow the engine runs.
func (e *Engine) Flow() *Flow { return e.flow }

// maxHops bounds a chain of states that wait for nothing; load refuses endless ones, so this is the last line.
const maxHops = 20

// Step answers one input. It does no I/O and does not change c. Equal inputs give equal turns. It returns a *FlowError
// naming the state when the flow itself is at fault; the caller then hands the chat to a person.
func (e *Engine) Step(ctx context.Context, c Conversation, in Input) (Turn, error) {
	s := &step{ctx: ctx, f: e.flow, c: c.Clone(), in: in, retention: e.retention, hours: e.hours, explains: e.explain}
	if err := s.run(); err != nil {
		return Turn{}, err
	}
	t := s.turn()
	t.progress(e.flow, c)
	return t, nil
}

// turn gathers what the step made.
func (s *step) turn() Turn {
	s.c.UpdatedAt = s.in.At
	t := Turn{Next: s.c, Effects: s.effects, Ask: s.ask, Began: s.began, Trace: s.trace}
	if text := strings.Join(s.said, "\n\n"); text != "" {
		r := Reply{Text: text}
		if s.ask != nil {
			r.Options = s.ask.Options
		}
		t.Replies = []Reply{r}
	}
	return t
}

// FreeText reports whether the question that stands takes free text, so that several waiting messages read as one.
func (e *Engine) FreeText(c Conversation) bool {
	s := e.flow.States[c.Place.State]
	return s == nil || s.Ask == nil || s.Ask.Kind == AskText
}

// step is one Step under way.
type step struct {
	ctx       context.Context
	f         *Flow
	c         Conversation
	in        Input
	text      string // what was written, cleaned and cut
	retention string
	hours     *hours.Calendar
	explains  bool // trace what was tried, too

	said    []string // paragraphs of the reply
	effects []Effect
	trace   []TraceStep
	ask     *Asked
	offer   []string // option ids for the next question whose options vary
	first   bool     // the first message of the conversation
	began   bool     // the questions begin anew with this turn
	wanted  string   // the language asked for by name
	route   *route   // what the pack says of the answers; nil when they changed
}

// route is the pack's view of the answers so far.
type route struct {
	known map[string]string // answers by fact id, the category left out
	asked []string          // licences answered, in the order they are asked
	next  string            // the next one, "" when none is left
	left  int               // how many can follow at most
}

func (s *step) run() error {
	s.text = cleanText(s.in.Text, s.f.Limits.InputRunes)
	s.begin()
	if s.in.Kind == InputDelete {
		s.c.TakenBack++ // the answer stays; whoever reads the case is told
		return nil
	}
	if len(s.in.Masked) > 0 {
		s.say("personal", nil)
	}
	s.followLanguage()
	cmd, n := s.command()
	if err := s.leaveHelped(cmd); err != nil {
		return err
	}
	if s.first {
		return s.greet(cmd, n)
	}
	if s.c.Status == Stopped {
		return s.whileStopped(cmd)
	}
	if cmd != "" {
		return s.obey(cmd, n)
	}
	if s.expired() {
		return s.welcomeBack()
	}
	if s.c.Moved != "" && !systemState(s.c.Place.State) {
		s.say("resume.on", nil) // what was written answers a question that is not asked any more
		return s.askAgain()
	}
	switch s.in.Kind {
	case InputMedia:
		s.say("media", nil)
		return s.askAgain()
	case InputEdit:
		if len(s.answered()) == 0 {
			return s.answer() // nothing was answered yet: the new wording is simply read
		}
		s.say("edited", nil)
		for _, fact := range s.answered() {
			if from := s.c.Answers[fact].From; from != "" && from == s.in.Target {
				return s.edit(fact)
			}
		}
		return s.divert(StateChange)
	}
	return s.answer()
}

// begin fills in what a new conversation needs.
func (s *step) begin() {
	s.first = s.c.Place.State == ""
	s.c.Late = false
	if s.first {
		s.began = true
		s.c.FlowID, s.c.FlowDigest = s.f.ID, s.f.Digest
		s.c.Status = Active
		s.c.StartedAt = s.in.At
	}
	if s.c.Answers == nil {
		s.c.Answers = map[string]Value{}
	}
}

// cleanText makes any input valid UTF-8 of bounded length without invisible direction marks.
func cleanText(text string, maxRunes int) string {
	if len(text) > maxRunes*utf8.UTFMax {
		text = text[:maxRunes*utf8.UTFMax]
	}
	text = strings.ToValidUTF8(text, "")
	if utf8.RuneCountInString(text) > maxRunes {
		text = string([]rune(text)[:maxRunes])
	}
	return strings.TrimSpace(text)
}

// followLanguage sets the language from the first message, and later when a whole sentence is plainly in another one, or a
// word is Indonesian beyond doubt. A language that was asked for stays.
func (s *step) followLanguage() {
	if s.c.LangChosen && s.c.Lang != "" {
		return
	}
	lang, sure := match.Language(s.text)
	s.explain("language: %q, sure: %v", lang, sure)
	known := slices.Contains(s.f.Langs, lang)
	switch {
	case s.c.Lang == "" && known:
		s.c.Lang = lang
	case s.c.Lang == "":
		s.c.Lang = s.f.Langs[0]
	case s.c.Lang == "en" && slices.Contains(s.f.Langs, "id") && match.PlainlyIndonesian(s.text):
		s.c.Lang = "id" // "p2p lending", then "sudah": a loan word or two had made it English
	case known && sure && lang != s.c.Lang:
		enough := 4 // words: a sentence, not a loan word in an answer
		if s.c.Category() == "" {
			enough = 3 // so far there was hardly more than a greeting to go by
		}
		if len(strings.Fields(s.text)) >= enough {
			s.c.Lang = lang
		}
	}
}

func (s *step) catalog() *catalog {
	if c := s.f.texts[s.c.Lang]; c != nil {
		return c
	}
	return s.f.texts[s.f.Langs[0]]
}

// render returns a text of the flow.
func (s *step) render(key string, w *words) string {
	if w == nil {
		w = s.words()
	}
	return s.catalog().say(key, w)
}

// say adds a paragraph to the reply.
func (s *step) say(key string, w *words) {
	if text := s.render(key, w); text != "" {
		s.said = append(s.said, text)
	}
}

// sayOnce says a text that this reply does not hold already.
func (s *step) sayOnce(key string, w *words) {
	if text := s.render(key, w); !contains(s.said, text) {
		s.said = append(s.said, text)
	}
}

// words fills in what every text can speak of.
func (s *step) words() *words {
	w := &words{Most: s.f.most, Retention: s.retention}
	if c := s.f.Pack.Category(s.c.Category()); c != nil {
		w.Category, w.Title = c.Short.In(s.c.Lang), c.Title.In(s.c.Lang)
	}
	return w
}

func (s *step) note(format string, args ...any) {
	s.trace = append(s.trace, TraceStep{State: s.c.Place.State, What: fmt.Sprintf(format, args...)})
}

// explain notes what only people who edit a flow want to know.
func (s *step) explain(format string, args ...any) {
	if s.explains {
		s.note(format, args...)
	}
}

// noteEdge notes that an edge of the flow was taken.
func (s *step) noteEdge(e *Edge) {
	s.trace = append(s.trace, TraceStep{State: s.c.Place.State, What: fmt.Sprintf("%s → %s", e.Event, e.To), Edge: e.Event})
}

// handOff asks for a case, once a turn.
func (s *step) handOff(reason HandOffReason) {
	for _, e := range s.effects {
		if _, dup := e.(HandOff); dup {
			return
		}
	}
	s.c.HandedOver, s.c.Waiting = true, true
	s.effects = append(s.effects, HandOff{reason})
}

// set records an answer.
func (s *step) set(fact string, v Value) {
	v.From = s.in.ID
	s.c.Answers[fact] = v
	s.route = nil
}

// drop forgets an answer.
func (s *step) drop(fact string) {
	delete(s.c.Answers, fact)
	s.route = nil
}

// way returns the pack's view of the answers so far.
func (s *step) way() *route {
	if s.route == nil {
		r := &route{known: make(map[string]string, len(s.c.Answers))}
		for k, v := range s.c.Answers {
			if k != FactCategory {
				r.known[k] = v.Value
			}
		}
		r.asked, r.next, r.left = s.f.Pack.Path(s.c.Category(), r.known, s.in.At)
		s.route = r
	}
	return s.route
}

// known returns the answers given so far by fact id, the category left out.
func (s *step) known() map[string]string { return s.way().known }

// path returns the licence facts answered, in the order they are asked, the next one, and how many can follow.
func (s *step) path() (asked []string, next string, left int) {
	w := s.way()
	return w.asked, w.next, w.left
}

// take follows an edge: it sets facts, moves the state machine, and enters the state reached.
func (s *step) take(e *Edge) error {
	from := s.c.Place
	s.noteEdge(e)
	for fact, value := range e.Set {
		if fact == FactCategory {
			s.setCategory(value, false)
			continue
		}
		s.set(fact, Value{Value: value})
	}
	if e.Say != "" {
		s.say(e.Say, s.listWords())
	}
	to, err := s.fire(e)
	if err != nil {
		return err
	}
	if to == StateChange {
		return s.divert(to)
	}
	if from.State == to && e.On == OnWords && e.Say != "" && !s.first {
		// What was said stands in for the question.
		n := len(s.said)
		s.putQuestion()
		s.said = s.said[:n]
		return nil
	}
	if from.State != to && e.On != OnEnter {
		s.push(from)
	}
	return s.enter(to)
}

// fire moves the state machine along e.
func (s *step) fire(e *Edge) (StateID, error) {
	state := s.f.States[s.c.Place.State]
	moves := make([]move, 0, len(state.Edges)+1)
	for i := range state.Edges {
		moves = append(moves, move{state.Edges[i].Event, state.Edges[i].To})
	}
	return fire(s.ctx, state.ID, moves, e.Event)
}

// jump moves the state machine to a state that no edge of the flow leads to, for a command.
func (s *step) jump(event string, to Place) error {
	if from := s.c.Place.State; from != "" {
		reached, err := fire(s.ctx, from, []move{{event, to.State}}, event)
		if err != nil {
			return err
		}
		to.State = reached
	}
	s.note("%s → %s", event, to.State)
	s.c.Place = to
	return nil
}

// push remembers a question for *back*.
func (s *step) push(p Place) {
	if state := s.f.States[p.State]; state == nil || state.Ask == nil || systemState(p.State) {
		return
	}
	s.c.Trail = append(s.c.Trail, p)
	if extra := len(s.c.Trail) - s.f.Limits.Trail; extra > 0 {
		s.c.Trail = s.c.Trail[extra:]
	}
}

// enter arrives in a state, follows edges that wait for nothing, judges, and asks.
func (s *step) enter(to StateID) error {
	s.c.Moved = ""
	for range maxHops {
		state := s.f.States[to]
		s.c.Place = Place{State: to, Offer: s.offer}
		_, next, _ := s.path()
		if state.Ask != nil && state.Ask.Facts {
			s.c.Place.Fact = next
		}
		edge, err := s.silent(state, next != "")
		if err != nil {
			return err
		}
		if edge == nil || state.Judge {
			for _, key := range state.Say {
				s.say(key, nil)
			}
			if state.Judge {
				s.judge()
			}
		}
		if edge == nil {
			if state.Ask != nil && state.Ask.Facts && next == "" {
				return &FlowError{State: to, Err: fmt.Errorf("nothing is left to ask, and no edge leads on")}
			}
			s.offer = nil
			s.putQuestion()
			return nil
		}
		s.noteEdge(edge)
		if to, err = s.fire(edge); err != nil {
			return err
		}
	}
	return &FlowError{State: to, Err: fmt.Errorf("more than %d states in a row wait for nothing", maxHops)}
}

// silent returns the first edge that waits for nothing and whose condition holds, or nil.
func (s *step) silent(state *State, pending bool) (*Edge, error) {
	for i := range state.Edges {
		e := &state.Edges[i]
		if e.On != OnEnter {
			continue
		}
		ok, err := s.holds(e, pending)
		if err != nil || ok {
			return e, err
		}
		s.explain("edge %s: does not hold: %s", e.Event, e.If)
	}
	return nil, nil
}

// holds evaluates the condition of an edge.
func (s *step) holds(e *Edge, pending bool) (bool, error) {
	if e.guard == nil {
		return true, nil
	}
	out, err := expr.Run(e.guard, guardEnv{Pending: pending, Asked: s.askedCount(), Category: s.c.Category(), Answers: s.known()})
	if err != nil {
		return false, &FlowError{State: s.c.Place.State, Err: fmt.Errorf("condition %q: %w", e.If, err)}
	}
	ok, _ := out.(bool)
	return ok, nil
}

// askedCount counts the questions the person answered: the business, licences that were asked, and the flow's own.
func (s *step) askedCount() int {
	n := 0
	asked, _, _ := s.path()
	for fact, v := range s.c.Answers {
		switch {
		case v.Stated:
		case fact == FactCategory || slices.Contains(asked, fact) || s.f.AsksItself(fact):
			n++
		}
	}
	return n
}

// AsksItself reports whether a question of the flow, rather than the pack, asks for the fact.
func (f *Flow) AsksItself(fact string) bool {
	for _, st := range f.States {
		if st.Ask != nil && st.Ask.Fact == fact {
			return true
		}
	}
	return false
}
