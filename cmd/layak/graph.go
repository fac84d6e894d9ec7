package main

import (
	"context"
	"fmt"
	"strings"

	"layak/flows/graph"
)

type graphCmd struct {
	asOfFlag
	Dir    string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the embedded flow."`
	Format string `enum:"mermaid,dot,svg" default:"mermaid" help:"mermaid for wikis and code hosts, dot for Graphviz, svg for a picture that any browser shows and zooms (default: mermaid)."`
	Lang   string `placeholder:"LANGUAGE" help:"With the texts of this language; without it the first of the flow."`
}

// Help ends in the example of `layak graph --help`.
func (graphCmd) Help() string {
	return "A picture of the flow on standard output: every state with its question, where each answer leads, and the verdicts with how many " +
		"combinations of answers end in each. No other program is needed.\n\nExample:\n\n    layak graph ./myflow --format svg > flow.svg"
}

// Run draws.
func (c graphCmd) Run(_ context.Context, con *console) error {
	cfg, err := folderArg(c.Dir, con)
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
	if c.Lang != "" && !flow.Speaks(c.Lang) {
		return withCode(exitUsage, fmt.Errorf("--lang %s: the flow speaks %s", c.Lang, strings.Join(flow.Langs, ", ")))
	}
	g := graph.Build(flow, graph.Options{Lang: c.Lang, At: at})
	switch c.Format {
	case "dot":
		return g.DOT(con.Out)
	case "svg":
		return g.SVG(con.Out, graph.SVGOptions{})
	}
	return g.Mermaid(con.Out)
}
