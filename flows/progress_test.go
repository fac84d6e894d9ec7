package flows_test

import (
	"testing"
	"time"

	"layak/flows"
)

// D8: every turn says which question stood, which one stands now, and what became of the first.
func TestTurnsSayWhatBecameOfTheQuestion(t *testing.T) {
	c := newChat(t)
	for _, tt := range []struct {
		say, from, to string
		fate          flows.Fate
	}{
		{"halo", "", "business", ""},
		{"xyzzy qwerty", "business", "business", flows.FateMissed},
		{"bantuan", "business", "business", ""},
		{"jual baju", "business", "?", flows.FateAnswered},
		{"kembali", "?", "business", flows.FateBack},
		{"apotek", "business", "?", flows.FateAnswered},
		{"hapus data", "?", "?", ""}, // a question beside the flow
		{"tidak", "?", "?", ""},
		{"stop", "?", "", ""},
	} {
		before := c.last.To
		c.say(tt.say)
		got := c.last
		if tt.from == "?" && got.From == before && before != "" {
			tt.from = before
		}
		if tt.to == "?" && got.To != "" {
			tt.to = got.To
		}
		if got.From != tt.from || got.To != tt.to || got.Fate != tt.fate {
			t.Errorf("%q: %q → %q %q, want %q → %q %q", tt.say, got.From, got.To, got.Fate, tt.from, tt.to, tt.fate)
		}
	}

	c = newChat(t)
	c.choose("herbal_medicine")
	for range 3 {
		c.say("xyzzy qwerty")
	}
	if c.last.Fate != flows.FateHandedOver || c.last.From == "" || c.last.From != c.last.To {
		t.Errorf("the third miss: %+v", c.last)
	}
	for range 10 {
		if c.c.Judged {
			break
		}
		c.say("1")
	}
	if c.last.Fate != flows.FateAnswered || c.last.To != "" {
		t.Errorf("the verdict: %q → %q %q", c.last.From, c.last.To, c.last.Fate)
	}
	c.now = c.now.Add(time.Hour)
	c.say("ulang")
	if c.last.To != "business" {
		t.Errorf("a new round: %q → %q %q", c.last.From, c.last.To, c.last.Fate)
	}
}
