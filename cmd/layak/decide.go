package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/rules"
)

type decideCmd struct {
	configFlag
	asOfFlag
	JSON bool `name:"json" help:"Accepted for symmetry; the output is always JSON."`
}

// Help ends in the example of `layak decide --help`.
func (decideCmd) Help() string {
	return "Reads one JSON object of facts a line and writes one verdict a line. A fact that is missing counts as unsure; one that does not exist " +
		"makes the line an error.\n\nExample:\n\n    echo '{\"category\": \"herbal_medicine\", \"licence.bpom_tr\": \"no\"}' | layak decide"
}

// unlisted is the category of a business that nobody named.
const unlisted = "other_unlisted"

// Run judges until the input ends.
func (c decideCmd) Run(_ context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	at, err := c.time()
	if err != nil {
		return err
	}
	flow, err := lookAtFlow(cfg)
	if err != nil {
		return err
	}
	bad := false
	err = eachLine(con.In, func(n int, text string) error {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		v, err := decide(flow, text, at)
		if err != nil {
			bad = true
			return writeJSON(con.Out, map[string]any{"error": err.Error(), "line": n})
		}
		return writeJSON(con.Out, v)
	})
	if err == nil && bad {
		return withCode(exitProblems, nil)
	}
	return err
}

func decide(flow *flows.Flow, text string, at time.Time) (rules.Verdict, error) {
	var in map[string]any
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return rules.Verdict{}, fmt.Errorf("not a JSON object of facts: %w", err)
	}
	facts := map[string]string{}
	for k, v := range in {
		s, ok := v.(string)
		if !ok {
			return rules.Verdict{}, fmt.Errorf("the value of %q must be a text", k)
		}
		facts[k] = s
	}
	lang := flow.Langs[0]
	if l, ok := facts["lang"]; ok {
		if !flow.Speaks(l) {
			return rules.Verdict{}, fmt.Errorf("unknown language %q; the flow speaks %s", l, strings.Join(flow.Langs, ", "))
		}
		lang = l
		delete(facts, "lang")
	}
	category, named := facts[flows.FactCategory]
	delete(facts, flows.FactCategory)
	if !named && flow.Pack.Category(unlisted) != nil {
		category = unlisted
	}
	if err := flow.Pack.CheckFacts(category, facts); err != nil {
		return rules.Verdict{}, err
	}
	return flow.Pack.Decide(rules.Judgement{Category: category, Facts: facts, At: at, Lang: lang}), nil
}

// eachLine calls f for each line, however long, counting from 1.
func eachLine(in io.Reader, f func(n int, text string) error) error {
	r := bufio.NewReader(in)
	for n := 1; ; n++ {
		text, err := r.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read the input: %w", err)
		}
		if err == io.EOF && text == "" {
			return nil
		}
		if err2 := f(n, strings.TrimRight(text, "\r\n")); err2 != nil || err == io.EOF {
			return err2
		}
	}
}

// writeJSON writes one object on a line.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
