package flows_test

import (
	"strings"
	"testing"
	"time"

	"layak/flows"
)

// A4: the assistant says that it goes on, and repeats the question that stands; the next answer is taken for it.
func TestResumeAsksTheSameQuestionAgain(t *testing.T) {
	for lang, back := range map[string]string{"id": "asisten otomatis lagi", "en": "automatic assistant again"} {
		c := newChat(t)
		c.choose("herbal_medicine")
		c.c.Lang, c.c.LangChosen = lang, true
		before := c.c
		turn, err := c.engine.Resume(t.Context(), c.c, c.now.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if len(turn.Replies) != 1 || !strings.Contains(turn.Replies[0].Text, back) || turn.Ask == nil || turn.Ask.ID != c.last.Ask.ID ||
			len(turn.Replies[0].Options) != len(c.last.Ask.Options) || len(turn.Effects) != 0 {
			t.Errorf("%s: %+v, want %q and the question %s", lang, turn, back, c.last.Ask.ID)
		}
		if turn.Next.Place.State != before.Place.State || len(turn.Next.Answers) != len(before.Answers) || !turn.Next.UpdatedAt.Equal(c.now.Add(time.Hour)) {
			t.Errorf("%s: the conversation moved to %+v", lang, turn.Next)
		}
		c.c, c.now = turn.Next, c.now.Add(time.Hour)
		c.say("1")
		if c.c.Misses > 0 || len(c.c.Answers) <= len(before.Answers) {
			t.Errorf("%s: the answer was not taken: %+v", lang, c.c)
		}
	}
}

func TestResumeIsSilentWhereNothingIsAsked(t *testing.T) {
	c := newChat(t)
	for name, conv := range map[string]flows.Conversation{
		"not begun": {},
		"stopped": func() flows.Conversation {
			c.say("halo", "stop")
			return c.c
		}(),
	} {
		turn, err := c.engine.Resume(t.Context(), conv, c.now)
		if err != nil || len(turn.Replies) > 0 || turn.Next.Status != conv.Status {
			t.Errorf("%s: %+v, %v", name, turn, err)
		}
	}
}

// The greeting says how long answers are kept, or that they are kept without end.
func TestGreetingTellsRetention(t *testing.T) {
	for days, want := range map[int]string{30: "paling lama 30 hari", 0: "disimpan sampai Anda minta dihapus"} {
		c := newChat(t)
		c.engine = flows.NewEngine(defaultFlow(), days)
		if got := c.say("halo"); !strings.Contains(got, want) {
			t.Errorf("%d days: %q", days, got)
		}
	}
}
