// Command train writes ../model.bin, the trained classifier of the default flow, so that nobody waits for the training.
// Run it with `go generate ./flows/default` after a change in categories.yaml or nlu/.
package main

import (
	"fmt"
	"os"

	"layak/flows"
	"layak/flows/match"
	"layak/flows/rules"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

// run reads the flow folder that is the working directory.
func run() error {
	folder := os.DirFS(".")
	pack, problems := rules.Load(folder, []string{"id", "en"})
	if err := problems.Err(); err != nil {
		return err
	}
	categories := flows.MatchCategories(pack)
	ids := make([]string, len(categories))
	for i, c := range categories {
		ids[i] = c.ID
	}
	examples, problems := match.ReadExamples(folder, "nlu", ids)
	if err := problems.Err(); err != nil {
		return err
	}
	c, err := match.New(categories, examples)
	if err != nil {
		return err
	}
	return os.WriteFile("model.bin", c.Model(), 0o644)
}
