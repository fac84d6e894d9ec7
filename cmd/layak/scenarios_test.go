package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
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

// chatLine is what the test reads of one object of `layak chat --json`.
type chatLine struct {
	Replies []struct {
		Text    string `json:"text"`
		Options []struct {
			ID string `json:"id"`
		} `json:"options"`
	} `json:"replies"`
	Ask *struct {
		ID string `json:"id"`
	} `json:"ask"`
	Verdict *struct {
		Verdict  string `json:"verdict"`
		Category string `json:"category"`
	} `json:"verdict"`
}

func TestScenariosThroughChat(t *testing.T) {
	t.Parallel()
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
		t.Run(s.ID, func(t *testing.T) { play(t, s) })
	}
	if n != 24 {
		t.Errorf("%d scenarios, want 24", n)
	}
}

// play runs `layak chat --json` as a program would, answering each question as it comes.
func play(t *testing.T, s scenario) {
	stdin, write := io.Pipe()
	read, stdout := io.Pipe()
	done := make(chan int)
	go func() {
		code := run(context.Background(), []string{"chat", "--json", "--lang", s.Lang}, stdin, stdout, os.Stderr, []string{"LAYAK_FLOW_DIR="})
		stdout.Close()
		done <- code
	}()
	defer func() {
		write.Close()
		if code := <-done; code != exitOK {
			t.Errorf("exit code %d", code)
		}
	}()
	lines := bufio.NewReader(read)
	text := s.Business
	var said []string // licence questions and the result; greetings and help do not count
	for turn := range 12 {
		if _, err := fmt.Fprintln(write, text); err != nil {
			t.Fatal(err)
		}
		data, err := lines.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var line chatLine
		if err := json.Unmarshal(data, &line); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		reply := ""
		for _, r := range line.Replies {
			reply += r.Text
		}
		if line.Verdict != nil {
			for _, head := range []string{"*Hasil:", "*Result:"} {
				if i := strings.LastIndex(reply, head); i >= 0 {
					reply = reply[i:]
				}
			}
			s.judge(t, line, reply, append(said, reply))
			return
		}
		if line.Ask == nil {
			t.Fatalf("turn %d: nothing is asked and no verdict is given:\n%s", turn, reply)
		}
		fact, licence := strings.CutPrefix(line.Ask.ID, "licence.")
		switch {
		case licence:
			said = append(said, reply[strings.LastIndex(reply, "\n\n")+1:])
			if text = s.Facts[fact]; text == "" {
				t.Fatalf("asked for %s, which the scenario does not expect", fact)
			}
		case line.Ask.ID == "business.clarify":
			text = ""
			for i, o := range line.Replies[0].Options {
				if slices.Contains(s.ExpectCategory, o.ID) {
					text = fmt.Sprint(i + 1)
				}
			}
			if text == "" {
				t.Fatalf("the question does not offer %v:\n%s", s.ExpectCategory, reply)
			}
		case line.Ask.ID == "business.confirm", line.Ask.ID == "recap":
			text = "yes"
		default:
			t.Fatalf("turn %d: asked %s:\n%s", turn, line.Ask.ID, reply)
		}
	}
	t.Fatal("no verdict after 12 turns")
}

// judge compares a result with what the scenario expects.
func (s scenario) judge(t *testing.T, line chatLine, reply string, said []string) {
	t.Helper()
	if line.Verdict.Verdict != s.ExpectVerdict {
		t.Errorf("verdict %s, want %s", line.Verdict.Verdict, s.ExpectVerdict)
	}
	if !slices.Contains(s.ExpectCategory, line.Verdict.Category) {
		t.Errorf("category %s, want one of %v", line.Verdict.Category, s.ExpectCategory)
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
