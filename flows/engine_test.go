package flows_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layak/flows"
	flowdefault "layak/flows/default"
)

// defaultFlow loads the default flow once for all tests.
var defaultFlow = sync.OnceValue(func() *flows.Flow {
	f, problems := flows.Load(flowdefault.Files, flows.Options{Trained: flowdefault.Model, ExpireAfter: 24 * time.Hour})
	if problems != nil {
		panic(problems.Error())
	}
	return f
})

// chat is a conversation in a test. It is saved and reloaded between all messages, as a store would.
type chat struct {
	t      *testing.T
	engine *flows.Engine
	c      flows.Conversation
	now    time.Time
	last   flows.Turn
}

func newChat(t *testing.T) *chat {
	return &chat{t: t, engine: flows.NewEngine(defaultFlow(), 90), now: time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)}
}

func (c *chat) input(in flows.Input) string {
	c.t.Helper()
	c.now = c.now.Add(time.Minute)
	in.At = c.now
	data, err := json.Marshal(c.c)
	if err != nil {
		c.t.Fatal(err)
	}
	var stored flows.Conversation
	if err := json.Unmarshal(data, &stored); err != nil {
		c.t.Fatal(err)
	}
	c.last, err = c.engine.Step(context.Background(), stored, in)
	if err != nil {
		c.t.Fatalf("input %q: %v", in.Text, err)
	}
	c.c = c.last.Next
	var texts []string
	for _, r := range c.last.Replies {
		texts = append(texts, r.Text)
	}
	return strings.Join(texts, "\n---\n")
}

// say sends texts and returns the last reply.
func (c *chat) say(texts ...string) string {
	c.t.Helper()
	reply := ""
	for _, text := range texts {
		masked, kinds := flows.Guard(text)
		reply = c.input(flows.Input{Kind: flows.InputText, Text: masked, Masked: kinds})
	}
	return reply
}

// choose picks a business from a list, so that a test does not depend on how texts are read.
func (c *chat) choose(category string) {
	c.t.Helper()
	c.say("halo")
	c.c.Place = flows.Place{State: "group", Offer: []string{category}}
	c.say("1")
	if got := c.c.Category(); got != category {
		c.t.Fatalf("chose %s and got %s", category, got)
	}
}

// want fails unless the last reply holds each text.
func (c *chat) want(texts ...string) {
	c.t.Helper()
	reply := ""
	for _, r := range c.last.Replies {
		reply += r.Text
	}
	for _, text := range texts {
		if !strings.Contains(reply, text) {
			c.t.Errorf("the reply does not say %q:\n%s", text, reply)
		}
	}
}

// asks fails unless that question stands.
func (c *chat) asks(id string) {
	c.t.Helper()
	got := ""
	if c.last.Ask != nil {
		got = c.last.Ask.ID
	}
	if got != id {
		c.t.Errorf("asked is %q, want %q", got, id)
	}
}

func (c *chat) verdict(want string) {
	c.t.Helper()
	v := c.last.Verdict()
	switch {
	case v == nil && want != "":
		c.t.Errorf("no verdict, want %s", want)
	case v != nil && string(v.Verdict) != want:
		c.t.Errorf("verdict %s, want %s", v.Verdict, want)
	}
}

func (c *chat) handOff(want flows.HandOffReason) {
	c.t.Helper()
	if got := c.last.HandOff(); got != want {
		c.t.Errorf("handoff %q, want %q", got, want)
	}
}

func TestChangeFromTheRecap(t *testing.T) {
	c := newChat(t)
	c.say("jual obat herbal", "1", "1")
	c.asks("recap")
	c.say("ubah")
	c.asks("change")
	c.say("2")
	c.asks("licence.bpom_tr")
	c.say("belum")
	c.asks("recap")
	c.say("ya")
	c.verdict("not_eligible")
}

// A1: the case card shows the verdict again, with its reasons.
func TestVerdictOfAConversation(t *testing.T) {
	c := newChat(t)
	c.choose("herbal_medicine")
	if _, ok := c.engine.Verdict(c.c); ok {
		t.Error("there is a verdict before one was given")
	}
	before := c.c
	for range 10 {
		if c.c.Judged {
			break
		}
		c.say("1")
	}
	given := c.last.Verdict()
	if given == nil {
		t.Fatalf("no verdict: %+v", c.last)
	}
	again, ok := c.engine.Verdict(c.c)
	if diff := cmp.Diff(*given, again); !ok || diff != "" {
		t.Errorf("verdict again (-given +again):\n%s", diff)
	}
	english := c.c
	english.Lang = "en"
	if v, _ := c.engine.Verdict(english); len(v.Reasons) == 0 || v.Reasons[0].Text == again.Reasons[0].Text {
		t.Errorf("reasons in English %+v", v.Reasons)
	}
	if _, ok := c.engine.Verdict(flows.Conversation{Judged: true}); ok || before.Judged {
		t.Error("there is a verdict on nothing")
	}
}
