package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"layak/bot"
	"layak/storage"
)

type unmatchedCmd struct {
	configFlag
	Question string `placeholder:"ID" help:"Only texts written at this question, for example business."`
	Limit    int    `default:"200" help:"How many different texts to show at most."`
	JSON     bool   `name:"json" help:"One JSON object a line."`
}

// Help ends in the example of `layak unmatched --help`.
func (unmatchedCmd) Help() string {
	return "What people wrote that was not understood, most frequent first, with numbers hidden. The lines can be pasted under the right kind of " +
		"business in nlu/*.yml of the flow folder. Works beside the running service.\n\nExample:\n\n    layak unmatched --question business"
}

// Run prints the texts.
func (c unmatchedCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Storage.DSN); err != nil && !isAddress(cfg.Storage.DSN) {
		return withCode(exitStorage, fmt.Errorf("there is no database %s yet; `layak link` or `layak run` makes it. Has the service another one? Name its configuration with --config", cfg.Storage.DSN))
	}
	db, err := storage.Open(ctx, cfg.Storage.DSN, storage.Options{Shared: true})
	if err != nil {
		return withCode(exitStorage, err)
	}
	defer db.Close()
	missed, err := db.MissedTexts(ctx, 0)
	if err != nil {
		return withCode(exitStorage, err)
	}
	if c.Question != "" {
		missed = slices.DeleteFunc(missed, func(m bot.Missed) bool { return m.Question != c.Question })
	}
	list := bot.CountMissed(missed)
	for _, u := range list[:min(len(list), max(c.Limit, 0))] {
		if c.JSON {
			err = writeJSON(con.Out, u)
		} else {
			_, err = fmt.Fprintf(con.Out, "# %d× at %s\n- %s\n", u.Count, u.Question, strings.Join(strings.Fields(u.Text), " "))
		}
		if err != nil {
			return err
		}
	}
	if len(list) == 0 && !c.JSON {
		fmt.Fprintln(con.Err, "Nothing: every text was understood.")
	}
	return nil
}
