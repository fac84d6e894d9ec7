package match

// Talk is what a message that answers nothing is.
type Talk string

// The kinds of small talk. TalkNone is a message that says something else.
const (
	TalkNone     Talk = ""
	TalkThanks   Talk = "thanks"
	TalkGreeting Talk = "greeting"
	TalkOK       Talk = "ok"
	TalkLaugh    Talk = "laugh"
	TalkSorry    Talk = "sorry"
	TalkWait     Talk = "wait"
	TalkWho      Talk = "who"
	TalkPrice    Talk = "price"
)

// SmallTalk says which kind of small talk the whole message is.
func SmallTalk(text string) Talk { return TalkNone }

// Greeting returns the greeting that text begins with: "salam", "morning", "midday", "afternoon", "evening", "hello",
// or "" when it begins with none.
func Greeting(text string) string { return "" }
