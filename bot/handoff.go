package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"layak/flows"
)

// Notes of cases that the store closes by itself.
const (
	NoteForgotten = "closed: the person asked for their data to be deleted"
	NoteMerged    = "closed: the same person had another open case"
	NoteWithdrawn = "closed: the person does not need anybody any more"
	NoteReturned  = "closed: the chat went back to the bot"
)

// OwnerNote says in the audit log between whom a chat changed hands.
func OwnerNote(from, to string) string {
	return cmp.Or(from, AuthorBot) + " → " + cmp.Or(to, AuthorBot)
}

// Summary lists the answers of a conversation, one "fact: value" a line, the business first, and how many messages were
// taken back after they were answered. It is what an agent sees of a case where Config.Summary is not set.
func Summary(c flows.Conversation) string {
	facts := make([]string, 0, len(c.Answers))
	for f := range c.Answers {
		facts = append(facts, f)
	}
	slices.SortFunc(facts, func(a, b string) int {
		return cmp.Or(-cmp.Compare(b2i(a == flows.FactCategory), b2i(b == flows.FactCategory)), cmp.Compare(a, b))
	})
	var b strings.Builder
	for _, f := range facts {
		v := c.Answers[f]
		b.WriteString(f + ": " + v.Value)
		if v.Number != "" {
			b.WriteString(" (" + v.Number + ")")
		}
		b.WriteString("\n")
	}
	if c.TakenBack > 0 {
		fmt.Fprintf(&b, "messages taken back: %d\n", c.TakenBack)
	}
	return b.String()
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
