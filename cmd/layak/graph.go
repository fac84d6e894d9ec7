package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/flows"
	"layak/flows/graph"
	"layak/storage"
)

type graphCmd struct {
	asOfFlag
	Dir    string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the flow folder one stands in, else the built-in flow."`
	Format string `enum:"mermaid,dot,svg" default:"mermaid" help:"mermaid for wikis and code hosts, dot for Graphviz, svg for a picture that any browser shows and zooms (default: mermaid)."`
	DB     string `name:"db" placeholder:"DSN" help:"Also show how often each question was reached and what became of it, from this database (a SQLite file or postgres://…)."`
	Lang   string `placeholder:"LANGUAGE" help:"With the texts of this language; without it the first of the flow."`
}

// Help ends in the example of `layak graph --help`.
func (graphCmd) Help() string {
	return "A picture of the flow on standard output: every state with its question, where each answer leads, and the verdicts with how many " +
		"combinations of answers end in each. No other program is needed.\n\nExample:\n\n    layak graph ./myflow --format svg > flow.svg"
}

// Run draws.
func (c graphCmd) Run(ctx context.Context, con *console) error {
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
	opts := graph.Options{Lang: c.Lang, At: at}
	if c.DB != "" {
		counts, err := funnelOf(ctx, c.DB, flow, con)
		if err != nil {
			return err
		}
		opts.Reached = graph.Reached(flow, counts, nil)
	}
	g := graph.Build(flow, opts)
	switch c.Format {
	case "dot":
		return g.DOT(con.Out)
	case "svg":
		return g.SVG(con.Out, graph.SVGOptions{})
	}
	return g.Mermaid(con.Out)
}

// funnelOf sums up what became of each question, of this version of the flow where it was counted, else of all.
func funnelOf(ctx context.Context, dsn string, flow *flows.Flow, con *console) (map[string]map[string]int, error) {
	store, err := storedAt(ctx, dsn, "--db")
	if err != nil {
		return nil, err
	}
	defer store.Close()
	steps, err := store.Funnel(ctx, time.Time{}, time.Time{})
	if err != nil {
		return nil, withCode(exitStorage, err)
	}
	own := slices.ContainsFunc(steps, func(s bot.FunnelStep) bool { return strings.HasPrefix(flow.Digest, s.Digest) })
	if !own && len(steps) > 0 {
		fmt.Fprintln(con.Err, "Nobody has come by this version of the flow yet; the counts are those of all versions.")
	}
	counts := map[string]map[string]int{}
	for _, s := range steps {
		if own && !strings.HasPrefix(flow.Digest, s.Digest) {
			continue
		}
		if counts[s.Question] == nil {
			counts[s.Question] = map[string]int{}
		}
		counts[s.Question][s.What] += s.N
	}
	return counts, nil
}

// storedAt opens the database of a service, beside it, for a flag that names one. It is only read.
func storedAt(ctx context.Context, dsn, flag string) (*storage.Store, error) {
	if _, err := os.Stat(strings.TrimPrefix(dsn, "file:")); err != nil && !isAddress(dsn) {
		return nil, withCode(exitStorage, fmt.Errorf("there is no database %s; %s takes the storage.dsn of the service", dsn, flag))
	}
	store, err := storage.Open(ctx, dsn, storage.Options{ReadOnly: true})
	if err != nil {
		return nil, withCode(exitStorage, err)
	}
	return store, nil
}
