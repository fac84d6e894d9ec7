package flows

import "reflect"

// FlowType and TextsType are the Go types of flow.yaml and of lang/*.yaml, for the JSON Schemas and the reference in the
// docs. The tag doc explains a key, need marks one that must be there, and only lists the words it takes.
var (
	FlowType  = reflect.TypeFor[flowYAML]()
	TextsType = reflect.TypeFor[textsFile]()
)

// The YAML form of flow.yaml.
type (
	flowYAML struct {
		Flow      string                         `yaml:"flow" need:"true" doc:"name of the flow, stored with every conversation"`
		Version   int                            `yaml:"version" need:"true" doc:"version of this file's format: 1"`
		Languages []string                       `yaml:"languages" need:"true" doc:"languages it speaks; the first is used when the person's cannot be told"`
		Extends   string                         `yaml:"extends" only:"builtin" doc:"builtin: command words and texts that this flow lacks come from the built-in one"`
		Start     string                         `yaml:"start" need:"true" doc:"first state"`
		Limits    limitsYAML                     `yaml:"limits" doc:"limits; each has a default"`
		Commands  map[string]map[string][]string `yaml:"commands" keys:"help back restart change agent stop language status delete cancel" doc:"words that work at every question when they are the whole message, for each command and language"`
		States    []stateYAML                    `yaml:"states" need:"true" doc:"the states: each asks, or gives the verdict, or only speaks"`
	}
	limitsYAML struct {
		InputRunes int `yaml:"input_runes" doc:"characters of a message that are read, 100 to 65536; 4000 where nothing is said"`
		Trail      int `yaml:"trail" doc:"how many questions back goes, 1 to 100; 20 where nothing is said"`
		Misses     int `yaml:"misses" doc:"answers in a row that are not understood before a person is asked to look, 2 to 10; 3 where nothing is said"`
	}
	stateYAML struct {
		ID    string     `yaml:"id" need:"true" doc:"name of the state, in small letters"`
		Ask   *askYAML   `yaml:"ask" doc:"the question it asks"`
		Judge bool       `yaml:"judge" doc:"true: it gives the verdict"`
		Say   []string   `yaml:"say" doc:"texts it says on entering, by their names in lang/*.yaml"`
		Edges []edgeYAML `yaml:"edges" doc:"where it leads; tried in this order"`
	}
	askYAML struct {
		ID      string       `yaml:"id" doc:"name of the question, for programs"`
		Kind    string       `yaml:"kind" need:"true" only:"text choice number" doc:"what kind of answer it takes"`
		Fact    string       `yaml:"fact" doc:"fact that takes the answer: category (the kind of business), or one of rules.yaml"`
		Facts   bool         `yaml:"facts" doc:"true: asks whichever fact of the business can still change the verdict"`
		Options string       `yaml:"options" only:"candidates group answers" doc:"where options come from that vary: the kinds of business that are possible, the members of the group picked, the answers so far"`
		Choices []choiceYAML `yaml:"choices" doc:"options, at most 10"`
		Text    string       `yaml:"text" need:"true" doc:"its wording, by its name in lang/*.yaml"`
	}
	choiceYAML struct {
		ID       string              `yaml:"id" need:"true" doc:"name of the option"`
		Text     string              `yaml:"text" doc:"its label, by its name in lang/*.yaml; option.<id> where nothing is said"`
		Synonyms map[string][]string `yaml:"synonyms" doc:"other words for it, in each language"`
	}
	edgeYAML struct {
		Event  string              `yaml:"event" need:"true" doc:"name of the edge; every edge needs one of its own"`
		On     string              `yaml:"on" only:"enter answer option words category candidate candidates group other exhausted" doc:"what it waits for: enter (nothing), answer (any), category (a kind of business), candidate (one likely kind, to be confirmed), candidates (several possible), group, other (none of the list), exhausted (not understood too often)"`
		Option string              `yaml:"option" doc:"waits for this option"`
		Words  map[string][]string `yaml:"words" doc:"waits for a message that is one of these words, in each language"`
		If     string              `yaml:"if" doc:"condition on pending (another licence can still change the verdict), asked (questions answered), category and answers[\"licence.nib\"]"`
		Set    map[string]string   `yaml:"set" doc:"facts it sets"`
		Say    string              `yaml:"say" doc:"text it says on the way, by its name in lang/*.yaml"`
		To     string              `yaml:"to" need:"true" doc:"state it leads to, or change: the question which answer to change"`
	}
)

// textsFile is lang/<language>.yaml.
type textsFile struct {
	Texts map[string]string `yaml:"texts" need:"true" doc:"every text by its name; each language has the same names. {{.Name}} puts something in"`
}
