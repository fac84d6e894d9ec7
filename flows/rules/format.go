package rules

import (
	"reflect"

	"go.yaml.in/yaml/v4"
)

// Files of a pack inside a flow folder.
const (
	RulesFile      = "rules.yaml"
	CategoriesFile = "categories.yaml"
)

// RulesType and CategoriesType are the Go types of the two files, for the JSON Schemas and the reference in the docs. The
// tag doc explains a key, need marks one that must be there, and only lists the words it takes.
var (
	RulesType      = reflect.TypeFor[rulesYAML]()
	CategoriesType = reflect.TypeFor[categoriesYAML]()
)

// The YAML form of rules.yaml.
type (
	rulesYAML struct {
		Pack       packYAML        `yaml:"pack" need:"true" doc:"which pack this is"`
		Sources    []sourceYAML    `yaml:"sources" doc:"where the statements of the rules come from"`
		Numbers    []numberYAML    `yaml:"numbers" doc:"shapes of licence numbers, which may be sent in place of yes"`
		Facts      []factYAML      `yaml:"facts" doc:"what is asked besides the business"`
		Rules      []ruleYAML      `yaml:"rules" need:"true" doc:"every rule whose when holds is used; the strictest verdict wins"`
		Invariants []invariantYAML `yaml:"invariants" doc:"what no edit may ever make possible; layak check proves it over all combinations of answers"`
	}
	packYAML struct {
		ID          string `yaml:"id" need:"true" doc:"name of the pack, for example id-default"`
		Version     string `yaml:"version" need:"true" doc:"stored and shown with every verdict; raise it with every change"`
		AsOf        string `yaml:"as_of" need:"true" doc:"day on which the facts were last checked, as YYYY-MM-DD"`
		ReviewAfter string `yaml:"review_after" doc:"age of a source in days, such as 400d, after which layak upcoming lists its rules for review; 400d where nothing is said"`
	}
	sourceYAML struct {
		ID    string `yaml:"id" need:"true" doc:"name by which rules refer to it"`
		Title Text   `yaml:"title" need:"true" doc:"what the person is shown, in each language"`
		URL   string `yaml:"url" doc:"its web address"`
		AsOf  string `yaml:"as_of" need:"true" doc:"date of the page, or the day it was read, as YYYY-MM-DD"`
		Kind  string `yaml:"kind" need:"true" only:"policy law practice guide" doc:"policy: WhatsApp's own text; law: a rule of the country; practice: how it goes; guide: somebody's account"`
	}
	numberYAML struct {
		ID      string `yaml:"id" need:"true" doc:"name by which facts refer to it"`
		Name    Text   `yaml:"name" need:"true" doc:"the kind of product or business that has such a number"`
		Pattern string `yaml:"pattern" need:"true" doc:"regular expression from ^ to $; before matching, letters become capitals, dots are dropped and spaces collapsed"`
		Near    string `yaml:"near" doc:"regular expression for a number that is plainly meant as this one, with too few or too many digits"`
		Shape   Text   `yaml:"shape" need:"true" doc:"how it looks, in words"`
		Example string `yaml:"example" need:"true" doc:"an example that fits the pattern"`
	}
	factYAML struct {
		ID       string              `yaml:"id" need:"true" doc:"name, with at most one dot, for example licence.nib"`
		Label    Text                `yaml:"label" need:"true" doc:"its name in the summary of the answers"`
		Question Text                `yaml:"question" need:"true" doc:"how it is asked"`
		Explain  Text                `yaml:"explain" doc:"answer to: what is that?"`
		Number   oneOrMany           `yaml:"number" doc:"shapes of number (numbers) that may be sent in place of yes"`
		Values   []valueYAML         `yaml:"values" doc:"2 to 10 answers it takes; yes, no and unsure where nothing is said"`
		Stated   map[string][]string `yaml:"stated" doc:"for each answer, phrases that say so plainly inside a description of the business"`
		Unasked  bool                `yaml:"unasked" doc:"true: never asked, since no rule looks at it; noted where somebody says it, and explained"`
	}
	valueYAML struct {
		ID       string              `yaml:"id" need:"true" doc:"name by which conditions refer to it"`
		Title    Text                `yaml:"title" need:"true" doc:"its line in the list of options"`
		Synonyms map[string][]string `yaml:"synonyms" doc:"other words for it, in each language"`
	}
	ruleYAML struct {
		ID        string              `yaml:"id" need:"true" doc:"name of the rule; shown in verdicts for programs"`
		When      string              `yaml:"when" need:"true" doc:"condition on category and facts, for example: category == \"bank\" and licence.ojk == \"no\""`
		Verdict   string              `yaml:"verdict" need:"true" only:"eligible eligible_with_conditions needs_review not_eligible" doc:"what it says when it matches"`
		Reason    Text                `yaml:"reason" need:"true" doc:"why, and whose rule it is, in one or two sentences"`
		Source    string              `yaml:"source" need:"true" doc:"source it rests on"`
		Also      []string            `yaml:"also" doc:"further sources"`
		Facts     []string            `yaml:"facts" need:"true" doc:"what the reason rests on: business, and the facts that when reads"`
		Next      map[string][]string `yaml:"next" doc:"next steps, in each language"`
		Condition Text                `yaml:"condition" doc:"what to arrange; needed with eligible_with_conditions"`
		From      string              `yaml:"from" doc:"first day on which it holds, as YYYY-MM-DD"`
		Until     string              `yaml:"until" doc:"first day on which it no longer holds, as YYYY-MM-DD"`
	}
	invariantYAML struct {
		ID    string `yaml:"id" need:"true" doc:"name of the invariant"`
		Never string `yaml:"never" need:"true" doc:"condition on category, facts and verdict that may never hold"`
		Why   Text   `yaml:"why" doc:"the reason, for whoever breaks it"`
	}
)

// The YAML form of categories.yaml.
type (
	categoriesYAML struct {
		Groups     []groupYAML     `yaml:"groups" need:"true" doc:"the first list a person sees; at most 9, each with at most 9 categories shown"`
		Categories []categoryYAML  `yaml:"categories" need:"true" doc:"the kinds of business"`
		Confusions []confusionYAML `yaml:"confusions" doc:"questions that tell categories apart which are easily mistaken for one another"`
	}
	groupYAML struct {
		ID    string `yaml:"id" need:"true" doc:"name by which categories refer to it"`
		Title Text   `yaml:"title" need:"true" doc:"its line in the list"`
	}
	categoryYAML struct {
		ID         string              `yaml:"id" need:"true" doc:"name; never change it, stored conversations use it"`
		Group      string              `yaml:"group" need:"true" doc:"group it is listed under"`
		Menu       *bool               `yaml:"menu" doc:"false: never listed, only recognised from what the person writes"`
		Title      Text                `yaml:"title" need:"true" doc:"its line in the list"`
		Short      Text                `yaml:"short" need:"true" doc:"its name inside a sentence"`
		Asks       []string            `yaml:"asks" doc:"facts it may ask for, in this order; only those that can still change the verdict are asked"`
		Always     []string            `yaml:"always" doc:"facts that are asked even where they cannot change the verdict"`
		Commerce   string              `yaml:"commerce" need:"true" only:"yes conditions review no" doc:"catalogue and payments, before the verdict is taken into account"`
		Review     bool                `yaml:"review_offered" doc:"true: a person may look at it although the answer is no"`
		KBLI       []string            `yaml:"kbli" doc:"codes with their edition, for example 2020:56101"`
		Synonyms   map[string][]string `yaml:"synonyms" doc:"in each language, words that name this business and no other"`
		Ambiguous  []string            `yaml:"ambiguous" doc:"words that, alone, lead to a question instead of an answer"`
		Confusable []string            `yaml:"confusable_with" doc:"categories it is often mistaken for"`
	}
	confusionYAML struct {
		Between []string `yaml:"between" need:"true" doc:"2 to 4 categories"`
		Ask     Text     `yaml:"ask" need:"true" doc:"the question"`
	}
)

// oneOrMany reads a text or a list of texts.
type oneOrMany []string

// UnmarshalYAML reads a single text as a list of one.
func (o *oneOrMany) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*o = oneOrMany{n.Value}
		return nil
	}
	var many []string
	if err := n.Decode(&many); err != nil {
		return err
	}
	*o = many
	return nil
}
