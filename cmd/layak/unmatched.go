package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"layak/flows/match"
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

// unmatched is one text with how often it was written.
type unmatched struct {
	Question string `json:"question"`
	Text     string `json:"text"`
	Count    int    `json:"count"`
}

// Run prints the texts.
func (c unmatchedCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	if _, err := os.Stat(cfg.Storage.DSN); err != nil && !isAddress(cfg.Storage.DSN) {
		return withCode(exitStorage, fmt.Errorf("there is no database %s; name the configuration of the service with --config", cfg.Storage.DSN))
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
	counted := map[string]*unmatched{}
	for _, m := range missed {
		if c.Question != "" && m.Question != c.Question {
			continue
		}
		key := m.Question + "\x00" + match.Normalize(m.Text)
		if counted[key] == nil {
			counted[key] = &unmatched{Question: m.Question, Text: hideNumbers(m.Text)}
		}
		counted[key].Count++
	}
	var list []*unmatched
	for _, u := range counted {
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b *unmatched) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Question, b.Question), cmp.Compare(a.Text, b.Text))
	})
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

// longNumber is a number that may be somebody's telephone or licence.
var longNumber = regexp.MustCompile(`\d[\d .()-]{4,}\d`)

// hideNumbers replaces the digits of long numbers.
func hideNumbers(text string) string {
	return longNumber.ReplaceAllStringFunc(text, func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '•'
			}
			return r
		}, s)
	})
}
