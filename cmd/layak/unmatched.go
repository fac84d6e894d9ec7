package main

import (
	"context"
	"fmt"
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
	var missed []bot.Missed
	err := beside(ctx, con, c.configFlag, func(_ Config, store *storage.Store) (err error) {
		missed, err = store.MissedTexts(ctx, 0)
		return err
	})
	if err != nil {
		return err
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
