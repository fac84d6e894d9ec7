package main

import (
	"context"
	"strings"

	"layak/bot/terminal"
	"layak/flows/match"
)

type classifyCmd struct {
	configFlag
}

// Help ends in the example of `layak classify --help`.
func (classifyCmd) Help() string {
	return "Reads one description of a business a line and writes one decision a line: accept, ask or none. A line that is a JSON string is decoded, " +
		"so it can hold line breaks.\n\nExample:\n\n    echo 'jual jamu kapsul' | layak classify"
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
