package problem

// Kind is the code word for one kind of mistake: it stays the same when the wording of a message changes.
type Kind string

// The kinds of mistake. Kinds explains each.
const (
	MissingFile   Kind = "missing-file"
	BrokenYAML    Kind = "broken-yaml"
	EmptyFile     Kind = "empty-file"
	WrongType     Kind = "wrong-type"
	UnknownKey    Kind = "unknown-key"
	RepeatedKey   Kind = "repeated-key"
	MissingKey    Kind = "missing-key"
	BadID         Kind = "bad-id"
	RepeatedID    Kind = "repeated-id"
	ReservedName  Kind = "reserved-name"
	OutOfRange    Kind = "out-of-range"
	BadSetting    Kind = "bad-setting"
	BadDate       Kind = "bad-date"
	BadLink       Kind = "bad-link"
	IgnoredKey    Kind = "ignored-key"
	UnknownFormat Kind = "unknown-format"
	UnknownFlow   Kind = "unknown-flow"
	UnreadFile    Kind = "unread-file"

	NoLanguage          Kind = "no-language"
	BadLanguage         Kind = "bad-language"
	UnknownLanguage     Kind = "unknown-language"
	MissingTranslation  Kind = "missing-translation"
	OtherLanguage       Kind = "other-language"
	Untranslated        Kind = "untranslated"
	MissingText         Kind = "missing-text"
	UnusedText          Kind = "unused-text"
	InvisibleCharacter  Kind = "invisible-character"
	EmptyText           Kind = "empty-text"
	TextTooLong         Kind = "text-too-long"
	MessageTooLong      Kind = "message-too-long"
	BadPlaceholder      Kind = "bad-placeholder"
	PlaceholdersDiffer  Kind = "placeholders-differ"
	UnknownCommand      Kind = "unknown-command"
	CommandWithoutWords Kind = "command-without-words"
	WordOfTwoCommands   Kind = "word-of-two-commands"

	UnknownState        Kind = "unknown-state"
	UnknownQuestionKind Kind = "unknown-question-kind"
	UnknownOptionSource Kind = "unknown-option-source"
	UnknownTrigger      Kind = "unknown-trigger"
	UnknownOption       Kind = "unknown-option"
	AsksAndJudges       Kind = "asks-and-judges"
	NoVerdict           Kind = "no-verdict"
	Unreachable         Kind = "unreachable"
	DeadEnd             Kind = "dead-end"
	MissingRoute        Kind = "missing-route"
	ShadowedEdge        Kind = "shadowed-edge"
	EndlessLoop         Kind = "endless-loop"
	NeverDecided        Kind = "never-decided"
	VerdictTooEarly     Kind = "verdict-too-early"
	OverwrittenAnswer   Kind = "overwritten-answer"
	GuessedYes          Kind = "guessed-yes"
	StuckQuestion       Kind = "stuck-question"
	NoOptions           Kind = "no-options"
	TooManyOptions      Kind = "too-many-options"
	DuplicateSynonym    Kind = "duplicate-synonym"
	EmptySynonym        Kind = "empty-synonym"
	MissingWords        Kind = "missing-words"
	SameLabel           Kind = "same-label"

	UnknownGroup     Kind = "unknown-group"
	EmptyGroup       Kind = "empty-group"
	UnknownCategory  Kind = "unknown-category"
	NamelessCategory Kind = "nameless-category"
	UnknownFact      Kind = "unknown-fact"
	UnusedFact       Kind = "unused-fact"
	NeverAsked       Kind = "never-asked"
	UnknownValue     Kind = "unknown-value"
	RepeatedQuestion Kind = "repeated-question"
	AlwaysNotAsked   Kind = "always-not-asked"
	UnknownCommerce  Kind = "unknown-commerce"
	BadCode          Kind = "bad-code"
	BadComparison    Kind = "bad-comparison"

	UnknownSource       Kind = "unknown-source"
	UnknownSourceKind   Kind = "unknown-source-kind"
	UnusedSource        Kind = "unused-source"
	UnknownNumber       Kind = "unknown-number"
	BadPattern          Kind = "bad-pattern"
	BadExample          Kind = "bad-example"
	UnknownVerdict      Kind = "unknown-verdict"
	MissingCondition    Kind = "missing-condition"
	BadCondition        Kind = "bad-condition"
	UnknownName         Kind = "unknown-name"
	NoFacts             Kind = "no-facts"
	FactNotListed       Kind = "fact-not-listed"
	EndsBeforeItBegins  Kind = "ends-before-it-begins"
	NoRule              Kind = "no-rule"
	UnusedRule          Kind = "unused-rule"
	ContradictingRules  Kind = "contradicting-rules"
	OverlappingRules    Kind = "overlapping-rules"
	BrokenInvariant     Kind = "broken-invariant"
	IdleInvariant       Kind = "idle-invariant"
	TooManyCombinations Kind = "too-many-combinations"
	ChatDisagrees       Kind = "chat-disagrees"

	BadExampleLine  Kind = "bad-example-line"
	RepeatedExample Kind = "repeated-example"
	NoExamples      Kind = "no-examples"
	BadModel        Kind = "bad-model"
)

// harmless are the kinds that do no harm in a conversation: a flow with them runs, so that a folder written for an older
// program is not refused.
var harmless = map[Kind]bool{
	BadLink: true, IgnoredKey: true, OtherLanguage: true, Untranslated: true, PlaceholdersDiffer: true,
	ShadowedEdge: true, NeverDecided: true, NamelessCategory: true, UnusedFact: true, NeverAsked: true, UnusedSource: true, UnreadFile: true,
	NoExamples: true, InvisibleCharacter: true, SameLabel: true, IdleInvariant: true, GuessedYes: true,
}

// Meaning is a kind of mistake in a few words.
type Meaning struct {
	Kind  Kind
	Means string
}

// Kinds lists every kind of mistake that `layak check` finds, in the order in which the files are read.
var Kinds = []Meaning{
	{MissingFile, "a file that every flow folder needs is not there"},
	{BrokenYAML, "the file cannot be read: a tab, a bracket that is not closed, a colon inside a text without quotes"},
	{EmptyFile, "the file holds nothing"},
	{WrongType, "a text stands where a list, a number or a group of keys is wanted, or the other way round"},
	{UnknownKey, "a key that this file does not have"},
	{RepeatedKey, "the same key twice in one place"},
	{MissingKey, "something that has to be said is not said"},
	{BadID, "a name with capitals, spaces or other signs"},
	{RepeatedID, "two things with the same name"},
	{ReservedName, "a name that belongs to the program"},
	{OutOfRange, "a number that is too small or too large"},
	{BadSetting, "a value that a setting of config.yaml does not take"},
	{BadDate, "a date that is missing or not written as YYYY-MM-DD"},
	{BadLink, "a web address that is not one"},
	{IgnoredKey, "a key that has no effect where it stands"},
	{UnknownFormat, "the file is written for another version of the program"},
	{UnknownFlow, "a flow to extend that does not exist"},
	{UnreadFile, "a YAML file that nothing reads, often a misnamed one"},

	{NoLanguage, "the flow speaks no language"},
	{BadLanguage, "a language code that is not one, or stands twice"},
	{UnknownLanguage, "a text in a language that the flow does not speak"},
	{MissingTranslation, "a text that is missing in one of the languages"},
	{OtherLanguage, "a text that is written in another language than the one it stands under"},
	{Untranslated, "the same sentence in both languages"},
	{MissingText, "a text that is used and not written"},
	{UnusedText, "a text that is written and not used"},
	{InvisibleCharacter, "a character that nobody sees, pasted from elsewhere; it is left out"},
	{EmptyText, "a text without a word"},
	{TextTooLong, "a text that does not fit into one message"},
	{MessageTooLong, "a message that becomes too long once everything is put in"},
	{BadPlaceholder, "a {{.Name}} that does not exist or is not closed"},
	{PlaceholdersDiffer, "a text that puts in other names in one language than in the other"},
	{UnknownCommand, "a command that the program does not have"},
	{CommandWithoutWords, "a command without words in one of the languages"},
	{WordOfTwoCommands, "a word that stands for two commands"},

	{UnknownState, "a way to a state that does not exist"},
	{UnknownQuestionKind, "a kind of question other than text, choice and number"},
	{UnknownOptionSource, "a source of options that does not exist"},
	{UnknownTrigger, "an edge that waits for something that does not exist"},
	{UnknownOption, "an edge for an option that the question does not have"},
	{AsksAndJudges, "a state that asks and gives the verdict at once"},
	{NoVerdict, "a flow without a state that gives the verdict"},
	{Unreachable, "a state that no way leads to"},
	{DeadEnd, "a state that no way leads out of"},
	{MissingRoute, "an answer that no edge takes"},
	{ShadowedEdge, "an edge that is never taken, because one before it always is"},
	{EndlessLoop, "states that lead round to each other without waiting for an answer"},
	{NeverDecided, "a state from which no way leads to a verdict"},
	{VerdictTooEarly, "a way to the verdict on which the kind of business was never asked"},
	{OverwrittenAnswer, "a way that makes another business of the one that somebody named"},
	{GuessedYes, "a way that takes a business that is not known for one that can be told yes"},
	{StuckQuestion, "a state that asks for licences and cannot be left when none is left to ask"},
	{NoOptions, "a choice without anything to choose from"},
	{TooManyOptions, "more options than a list on a phone shows"},
	{DuplicateSynonym, "a word that would pick two things"},
	{EmptySynonym, "a synonym without a letter"},
	{MissingWords, "words that are missing in one of the languages"},
	{SameLabel, "two things to choose from that read the same"},

	{UnknownGroup, "a group that does not exist"},
	{EmptyGroup, "a group that nothing can be picked from"},
	{UnknownCategory, "a kind of business that does not exist"},
	{NamelessCategory, "a kind of business that nobody can reach: not in the list, and without words that name it"},
	{UnknownFact, "a licence or other fact that does not exist"},
	{UnusedFact, "a fact that nobody is asked for"},
	{NeverAsked, "a fact under asks that is never asked, because no rule looks at it"},
	{UnknownValue, "an answer that a fact does not take"},
	{RepeatedQuestion, "a category that asks for the same fact twice"},
	{AlwaysNotAsked, "a fact that is always asked but not among those asked"},
	{UnknownCommerce, "a word for catalogue and payments that does not exist"},
	{BadCode, "a KBLI code without its edition"},
	{BadComparison, "a question that tells too few or too many categories apart"},

	{UnknownSource, "a rule that rests on a source that does not exist"},
	{UnknownSourceKind, "a kind of source that does not exist"},
	{UnusedSource, "a source that no rule rests on"},
	{UnknownNumber, "a shape of licence number that does not exist"},
	{BadPattern, "a pattern of a licence number that cannot be read"},
	{BadExample, "an example of a licence number that does not have its shape"},
	{UnknownVerdict, "a verdict that does not exist"},
	{MissingCondition, "a rule that says yes on a condition, and names none"},
	{BadCondition, "a condition that cannot be read"},
	{UnknownName, "a condition that speaks of something that does not exist"},
	{NoFacts, "a rule that does not say what it rests on"},
	{FactNotListed, "a rule that reads an answer and does not say that it rests on it"},
	{EndsBeforeItBegins, "a rule that ends before it begins"},
	{NoRule, "a business and answers that no rule speaks of"},
	{UnusedRule, "a rule that can never match"},
	{ContradictingRules, "two rules that read the same answers and say different things"},
	{OverlappingRules, "two rules that say the same of the same answers"},
	{BrokenInvariant, "rules that make possible what an invariant forbids"},
	{IdleInvariant, "an invariant that forbids nothing: no business and answers meet its condition, whatever the verdict"},
	{TooManyCombinations, "more combinations of answers than can be checked"},
	{ChatDisagrees, "a verdict in the chat that differs from the one on all answers"},

	{BadExampleLine, "an example that is not written as a line with a dash"},
	{RepeatedExample, "an example that stands under two kinds of business"},
	{NoExamples, "not one example of what people write"},
	{BadModel, "the classifier cannot be trained from the examples"},
}
