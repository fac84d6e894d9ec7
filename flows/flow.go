package flows

import (
	"time"

	"github.com/expr-lang/expr/vm"

	"layak/flows/match"
	"layak/flows/problem"
	"layak/flows/rules"
)

// Flow is one compiled conversation script with its pack. It is immutable and safe for concurrent use.
type Flow struct {
	ID     string
	Digest string // hex SHA-256 of the source; a conversation stays on the digest it began with
	Start  StateID
	States map[StateID]*State
	Order  []StateID // as written, for pictures and lists
	Langs  []string  // language tags; the first is the fallback
	Limits Limits
	Pack   *rules.Pack

	CommandWords map[Command]map[string][]string // by language, as written

	Borrowed []string // texts taken from the built-in folder, as language/key

	commands map[Command]*match.WordSet
	changing []string                  // words of the command change
	langs    map[string]*match.WordSet // names of the languages
	texts    map[string]*catalog       // by language
	matcher  *match.Classifier
	examples string           // digest of what it was trained from
	levels   []match.Category // how hard each category is judged
	most     int              // the most questions a conversation can have
}

// Limits of a flow. Each has a default.
type Limits struct {
	InputRunes  int           // longer messages are read up to here
	Trail       int           // how far *back* goes
	Misses      int           // answers in a row that were not understood before a person is asked to look
	ExpireAfter time.Duration // quiet time after which a person is asked whether to go on; 0 means never
}

// State is one step: it asks, or it judges, or it only speaks.
type State struct {
	ID    StateID
	Ask   *Question
	Judge bool // gives the verdict on entering
	Say   []string
	Edges []Edge
	Place problem.Place // in flow.yaml
}

// Question is what a state asks.
type Question struct {
	ID      string  // stable name for programs; the pack's fact id where Facts is set
	Kind    AskKind // text, choice or number
	Fact    string  // the fact that takes the answer; "category" is read by the classifier
	Facts   bool    // asks whichever fact of the pack can still change the verdict
	Options string  // where options vary: candidates, group or answers; "" with Choices
	Choices []Choice
	Text    string // key of the wording
}

// Choice is one option of a question that is written in the flow itself.
type Choice struct {
	ID       string
	Text     string // key of its label; option.<id> where the flow says nothing
	Synonyms []string
}

// Edge leads from one state to the next. Edges are tried in the order they are written.
type Edge struct {
	Event  string // unique within the flow; the state machine's event name
	On     Trigger
	Option string              // with OnOption: the option's id
	Words  map[string][]string // with OnWords: by language
	If     string
	Set    map[string]string // facts to set
	Say    string            // text to say on the way
	To     StateID
	Place  problem.Place

	guard *vm.Program
	words *match.WordSet
}

// Trigger says what an edge waits for.
type Trigger string

// The triggers.
const (
	OnEnter      Trigger = "enter"      // at once, when the state is entered and If holds
	OnAnswer     Trigger = "answer"     // any answer the question takes
	OnOption     Trigger = "option"     // one particular option
	OnWords      Trigger = "words"      // the whole message is one of Words
	OnCategory   Trigger = "category"   // a kind of business was recognised
	OnCandidate  Trigger = "candidate"  // one kind of business is likely and has to be confirmed
	OnCandidates Trigger = "candidates" // several kinds of business are possible
	OnGroup      Trigger = "group"      // a group was picked from the list
	OnOther      Trigger = "other"      // none of the list
	OnExhausted  Trigger = "exhausted"  // not understood too often
)

// Triggers lists what `on:` takes.
var Triggers = []Trigger{OnEnter, OnAnswer, OnOption, OnWords, OnCategory, OnCandidate, OnCandidates, OnGroup, OnOther, OnExhausted}

// Command is a word that works in every state.
type Command string

// The commands.
const (
	CommandHelp     Command = "help"
	CommandBack     Command = "back"
	CommandRestart  Command = "restart"
	CommandChange   Command = "change"
	CommandAgent    Command = "agent"
	CommandStop     Command = "stop"
	CommandLanguage Command = "language"
	CommandStatus   Command = "status"
	CommandDelete   Command = "delete"
	CommandCancel   Command = "cancel" // only while a case is open: nobody is needed any more
)

// Commands lists every command; a flow needs words for each but cancel, which has some of its own.
var Commands = []Command{
	CommandHelp, CommandBack, CommandRestart, CommandChange, CommandAgent, CommandStop, CommandLanguage, CommandStatus, CommandDelete,
	CommandCancel,
}

// States that every flow has, besides its own.
const (
	StateDelete  StateID = "delete"  // asks whether the person's data shall really go
	StateChange  StateID = "change"  // asks which answer to change
	StateStopped StateID = "stopped" // asks whether to start again after stop
	StateResume  StateID = "resume"  // asks whether to go on after a long pause
	StateHelped  StateID = "helped"  // asks whether a person's help did help
)

// Model is the trained classifier, for Options.Trained; nil without examples.
func (f *Flow) Model() []byte { return f.matcher.Model() }

// Texts returns every text in that language as it is written, by key.
func (f *Flow) Texts(lang string) map[string]string {
	out := map[string]string{}
	if c := f.texts[lang]; c != nil {
		for key, p := range c.texts {
			out[key] = p.source
		}
	}
	return out
}

// Classify says which kind of business a text describes.
func (f *Flow) Classify(text string) match.Result { return f.matcher.Classify(text) }

// Evaluate scores the classifier on labelled texts; severity gives 0 to 3 for a category, 3 being refused.
func (f *Flow) Evaluate(lines []match.EvalLine, severity func(id string) int) match.Report {
	return match.Evaluate(f.matcher, lines, severity)
}

// Speaks reports whether the flow has texts in that language.
func (f *Flow) Speaks(lang string) bool { return f.texts[lang] != nil }
