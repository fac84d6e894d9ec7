package main

import (
	"context"
	"errors"
)

type runCmd struct {
	configFlag
	JSON bool `help:"Write the log as JSON lines."`
}

// Help ends in the example of `layak run --help`.
func (runCmd) Help() string {
	return `Needs an account linked by layak link. The first interrupt stops in order: messages being answered are finished, nothing is lost. The second one stops at once.

Example:

    layak run --config config.yaml`
}

// Run answers messages until ctx ends.
func (c runCmd) Run(ctx context.Context, con *console) error {
	if _, err := c.load(con); err != nil {
		return err
	}
	return errors.New("run is not written yet")
}
