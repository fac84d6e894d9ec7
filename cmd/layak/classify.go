package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"layak/bot/terminal"
	"layak/flows"
	"layak/flows/match"
)

type classifyCmd struct {
	configFlag
	Eval string `type:"path" placeholder:"FILE" help:"Score the decisions on this file of labelled texts (JSON lines) instead of reading the input."`
}

// Help ends in the example of `layak classify --help`.
func (classifyCmd) Help() string {
	return "Reads one description of a business a line and writes one decision a line: accept, ask or none. A line that is a JSON string is decoded, " +
		"so it can hold line breaks.\n\nWith --eval each line of FILE has text, gold (the categories that are right, or none), " +
		"ask_ok, lang and style. A line is correct, asked or wrong; DANGEROUS is an easy yes where every right answer is a refusal.\n\nExample:\n\n    echo 'jual jamu kapsul' | layak classify"
}

// classified is one line of output.
type classified struct {
	Text       string            `json:"text"`
	Decision   match.Decision    `json:"decision"`
	Category   *string           `json:"category"`
	Confidence float64           `json:"confidence"`
	Candidates []match.Candidate `json:"candidates"`
}

// Run classifies until the input ends.
func (c classifyCmd) Run(_ context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	flow, err := loadFlow(cfg)
	if err != nil {
		return err
	}
	if c.Eval != "" {
		return evaluate(flow, c.Eval, con.Out)
	}
	return eachLine(con.In, func(_ int, text string) error {
		text = strings.ToValidUTF8(terminal.Decode(text), "\uFFFD")
		r := flow.Classify(text)
		out := classified{Text: text, Decision: r.Decision, Confidence: r.Confidence, Candidates: r.Candidates}
		if r.Decision == match.Accept {
			out.Category = &r.Category
		}
		if out.Candidates == nil {
			out.Candidates = []match.Candidate{}
		}
		return writeJSON(con.Out, out)
	})
}

// evaluate scores the flow's classifier on a file of labelled texts.
func evaluate(flow *flows.Flow, path string, out io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return withCode(exitUsage, err)
	}
	defer f.Close()
	lines, err := match.ReadEval(f)
	if err != nil {
		return withCode(exitProblems, fmt.Errorf("%s: %w", path, err))
	}
	severity := map[string]int{}
	for _, c := range flows.MatchCategories(flow.Pack) {
		severity[c.ID] = c.Severity
	}
	return flow.Evaluate(lines, func(id string) int { return severity[id] }).Write(out)
}
