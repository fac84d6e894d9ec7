package main

import (
	"context"
	"fmt"
	"time"

	"layak/flows/check"
	"layak/flows/problem"
)

type checkCmd struct {
	Dir string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the embedded flow."`
}

// Help ends in the example of `layak check --help`.
func (checkCmd) Help() string {
	return "Every problem in flow, rules and texts, one a line as file:line:column: message, and what the rules say that an invariant forbids. " +
		"Exit code 1 if there is any.\n\nExample:\n\n    layak check ./myflow"
}

// Run prints what is wrong.
func (c checkCmd) Run(ctx context.Context, con *console) error {
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return err
	}
	flow, err := loadFlowWith(cfg, nil) // a text that would be borrowed is a problem here
	if problems, ok := err.(problem.List); ok {
		fmt.Fprintln(con.Out, problems.Error())
		return withCode(exitProblems, nil)
	}
	if err != nil {
		return err
	}
	findings := check.Flow(ctx, flow, time.Now())
	for _, f := range findings {
		fmt.Fprintln(con.Out, f)
	}
	if len(findings) > 0 {
		return withCode(exitProblems, nil)
	}
	fmt.Fprintf(con.Out, "%s: %d states, %d categories, %d rules, %d combinations: no problems\n",
		flow.ID, len(flow.Order), len(flow.Pack.Categories), len(flow.Pack.Rules), flow.Pack.Combinations())
	return nil
}
