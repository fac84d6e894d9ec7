package flowdefault_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows"
	flowdefault "layak/flows/default"
)

// scenario is one line of testdata/scenarios.jsonl: a business, its answers, and what the result must and must not say.
type scenario struct {
	ID             string            `json:"id"`
	Lang           string            `json:"lang"`
	Business       string            `json:"business"`
	Facts          map[string]string `json:"facts"`
	ExpectVerdict  string            `json:"expect_verdict"`
	ExpectCategory []string          `json:"expect_category"`
	MustMention    []string          `json:"must_mention"`
	MustNotMention []string          `json:"must_not_mention"`
}

func TestScenarios(t *testing.T) {
	flow, problems := flows.Load(flowdefault.Files, flows.Options{Classifier: flowdefault.Classifier})
	if problems != nil {
		t.Fatal(problems)
	}
	f, err := os.Open("testdata/scenarios.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); n++ {
		var s scenario
		if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		t.Run(s.ID, func(t *testing.T) { play(t, flow, s) })
	}
	if n != 24 {
		t.Errorf("%d scenarios, want 24", n)
	}
}

func play(t *testing.T, flow *flows.Flow, s scenario) {
	engine := flows.NewEngine(flow, 90)
	conv := flows.Conversation{Lang: s.Lang, LangChosen: true}
	now := time.Now()
	text := s.Business
	var said []string // licence questions and the result; greetings and help do not count
	for turn := range 12 {
		res, err := engine.Step(context.Background(), conv, flows.Input{Kind: flows.InputText, Text: text, At: now})
		if err != nil {
			t.Fatal(err)
		}
		conv = res.Next
		reply := ""
		for _, r := range res.Replies {
			reply += r.Text
		}
		if v := res.Verdict(); v != nil {
			if i := strings.LastIndex(reply, "*Hasil:"); i >= 0 {
				reply = reply[i:]
			} else if i := strings.LastIndex(reply, "*Result:"); i >= 0 {
				reply = reply[i:]
			}
			said = append(said, reply)
			if string(v.Verdict) != s.ExpectVerdict {
				t.Errorf("verdict %s, want %s", v.Verdict, s.ExpectVerdict)
			}
			if !slices.Contains(s.ExpectCategory, v.Category) {
				t.Errorf("category %s, want one of %v", v.Category, s.ExpectCategory)
			}
			for _, want := range s.MustMention {
				if !mentions(reply, want) {
					t.Errorf("the result does not mention %q:\n%s", want, reply)
				}
			}
			for _, not := range s.MustNotMention {
				if mentions(strings.Join(said, "\n"), not) {
					t.Errorf("said %q:\n%s", not, strings.Join(said, "\n"))
				}
			}
			return
		}
		if res.Ask == nil {
			t.Fatalf("turn %d: nothing is asked and no verdict is given:\n%s", turn, reply)
		}
		fact, licence := strings.CutPrefix(res.Ask.ID, "licence.")
		switch {
		case licence:
			if i := strings.LastIndex(reply, "\n\n"); i >= 0 {
				reply = reply[i:]
			}
			said = append(said, reply)
			text = s.Facts[fact]
			if text == "" {
				t.Fatalf("asked for %s, which the scenario does not expect", fact)
			}
		case res.Ask.ID == "business.clarify":
			text = ""
			for i, o := range res.Ask.Options {
				if slices.Contains(s.ExpectCategory, o.ID) {
					text = fmt.Sprint(i + 1)
				}
			}
			if text == "" {
				t.Fatalf("the question does not offer %v: %v", s.ExpectCategory, res.Ask.Options)
			}
		case res.Ask.ID == "business.confirm", res.Ask.ID == "recap":
			text = "1"
		default:
			t.Fatalf("turn %d: asked %s:\n%s", turn, res.Ask.ID, reply)
		}
		if licence {
			text = map[string]string{"yes": "1", "no": "2", "unsure": "3"}[text]
		}
	}
	t.Fatal("no verdict after 12 turns")
}

// mentions reports whether one of the alternatives a|b|c stands in text as whole words, ignoring case.
func mentions(text, alternatives string) bool {
	for _, a := range strings.Split(alternatives, "|") {
		if regexp.MustCompile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(a) + `($|[^\pL\pN])`).MatchString(text) {
			return true
		}
	}
	return false
}
