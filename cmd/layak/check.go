package main

import (
	"context"
	"fmt"

	"layak/bot/versions"
	"layak/flows/check"
)

type checkCmd struct {
	Dir  string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the flow folder one stands in, else the built-in flow."`
	JSON bool   `name:"json" help:"One JSON object a problem: file, line, column, code, message, suggestion, chat."`
	asOfFlag
}

// Help ends in the example of `layak check --help`.
func (checkCmd) Help() string {
	return "Everything that is wrong in flow, rules and texts, one a line as file:line:column: message; suggestion. Where the files can be read, every " +
		"combination of business and answers is tried: each needs a rule, no invariant may be broken, no state may be a dead end, and every message has to " +
		"fit. Exit code 1 if anything is wrong.\n\nExample:\n\n    layak check ./myflow"
}

// Run prints what is wrong.
func (c checkCmd) Run(ctx context.Context, con *console) error {
	at, err := c.time()
	if err != nil {
		return err
	}
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return err
	}
	files, name := flowFiles(cfg)
	opts := flowOptions(cfg)
	opts.Builtin = nil // a text that would be borrowed is a problem here
	flow, problems := check.Folder(ctx, files, opts, at)
	for _, p := range inFolder(name, problems) {
		if !c.JSON {
			fmt.Fprintln(con.Out, p)
		} else if err := writeJSON(con.Out, p); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return withCode(exitProblems, nil)
	}
	sayBuiltIn(con, cfg)
	if !c.JSON {
		fmt.Fprintf(con.Out, "%s: %d states, %d categories, %d rules, %d combinations: no problems\n",
			flow.ID, len(flow.Order), len(flow.Pack.Categories), len(flow.Pack.Rules), flow.Pack.Combinations())
		if n := flow.Pack.Sampled(at); n > 0 {
			fmt.Fprintf(con.Out, "All verdicts were proved; of %s of business with very many combinations only a sample of the conversations was held.\n", versions.Count(n, "kind"))
		}
	}
	return nil
}
