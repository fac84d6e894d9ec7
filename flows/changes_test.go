package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"layak/flows"
)

// Two questions with many answers make dozens of ways to a better verdict; the message shows a few.
func TestFewWaysToABetterVerdict(t *testing.T) {
	folder := edited(t, "categories.yaml", "asks: [licence.nib, licence.halal]", "asks: [licence.nib, licence.halal, size, age]")
	fact := func(id string) string {
		text := "  - id: " + id + "\n    label: {id: L, en: L}\n    question: {id: Q, en: Q}\n    values:\n"
		for i := range 5 {
			text += fmt.Sprintf("      - {id: v%d, title: {id: %s nomor %d, en: %s number %d}}\n", i, id, i, id, i)
		}
		return text
	}
	rule := func(id string) string {
		return "  - id: " + id + "-first\n    when: category == \"food_and_beverage\" and " + id + " == \"v0\"\n    verdict: needs_review\n" +
			"    reason: {id: R, en: R}\n    source: messaging_policy\n    facts: [business, " + id + "]\n"
	}
	text := strings.Replace(string(folder["rules.yaml"].Data), "\nrules:\n", "\n"+fact("size")+fact("age")+"\nrules:\n"+rule("size")+rule("age"), 1)
	folder["rules.yaml"].Data = []byte(text)
	e := flows.NewEngine(loaded(t, folder), 90)
	c := flows.Conversation{ID: "x", Lang: "id", LangChosen: true}
	for i, said := range []string{"restoran", "1", "1", "1", "1", "betul"} {
		turn, err := e.Step(t.Context(), c, flows.Input{Kind: flows.InputText, Text: said, ID: fmt.Sprint(i), At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		c = turn.Next
		v := turn.Verdict()
		if v == nil {
			continue
		}
		text := turn.Replies[0].Text
		if n := strings.Count(text, "→"); n != 5 || len(v.WouldChange) < 16 {
			t.Errorf("the message shows %d of %d ways:\n%s", n, len(v.WouldChange), text)
		}
		return
	}
	t.Errorf("no verdict: %+v", c.Place)
}
