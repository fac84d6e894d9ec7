package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/diff"
	"layak/flows/match"
)

type diffCmd struct {
	asOfFlag
	Old    string `arg:"" help:"The flow as it was: a flow folder, a folder with config.yaml, or the word embedded for the built-in flow."`
	New    string `arg:"" help:"The flow as it would be, in the same way."`
	Replay string `placeholder:"DSN" help:"Also judge the conversations stored in this database (a SQLite file or postgres://…) by both."`
	FailOn string `enum:",verdict" default:"" placeholder:"verdict" help:"verdict: exit code 1 when anybody gets another verdict."`
	Lang   string `placeholder:"LANGUAGE" help:"Name businesses and licences in this language; without it the first of the new flow."`
	JSON   bool   `name:"json" help:"One JSON object instead of words."`
}

// Help ends in the example of `layak diff --help`.
func (diffCmd) Help() string {
	return "What an edit does: which businesses get another verdict with which answers, in words and as a table, and which texts, states, questions, " +
		"edges, options, words and rules were added, removed or changed. Nothing is trained and nothing is sent; --replay only reads.\n\n" +
		"Example:\n\n    layak diff embedded ./mybot --fail-on verdict"
}

// embedded is the word that stands for the built-in flow.
const embedded = "embedded"

// Run compares.
func (c diffCmd) Run(ctx context.Context, con *console) error {
	at, err := c.time()
	if err != nil {
		return err
	}
	before, err := diffSide(c.Old, con)
	if err != nil {
		return err
	}
	after, err := diffSide(c.New, con)
	if err != nil {
		return err
	}
	if c.Lang == "" {
		c.Lang = after.Flow.Langs[0]
	}
	report := diff.Flows(before, after, at)
	if c.AsOf == "" { // else it is about that one day
		report.Ahead(before, after)
	}
	var replay *diff.Replay
	if c.Replay != "" {
		if replay, err = replayStored(ctx, c.Replay, before, after, at); err != nil {
			return err
		}
	}
	if c.JSON {
		err = writeJSON(con.Out, struct {
			diff.Report
			Replay *diff.Replay `json:"replay,omitempty"`
		}{report, replay})
	} else {
		err = diff.Write(con.Out, report, replay, before, after, c.Lang)
	}
	if err == nil && c.FailOn == "verdict" && (report.VerdictChanges() || replay != nil && replay.Changes() > 0) {
		return withCode(exitProblems, nil)
	}
	return err
}

// diffSide loads one of the two flows, with its examples and without training anything.
func diffSide(dir string, con *console) (diff.Side, error) {
	cfg := DefaultConfig()
	if dir != embedded {
		var err error
		if cfg, err = folderArg(dir, con); err != nil {
			return diff.Side{}, err
		}
	}
	var side diff.Side
	files := fs.FS(flowdefault.Files)
	if cfg.Flow.Dir != "" {
		files = os.DirFS(cfg.Flow.Dir)
	}
	f, problems := flows.Load(files, flows.Options{
		ExpireAfter: cfg.Limits.ExpireAfter, Base: flowdefault.Files, Builtin: flowdefault.Files,
		Classifier: func(categories []match.Category, examples []match.Example) (*match.Classifier, error) {
			side.Examples = examples
			return match.New(categories, nil)
		},
	})
	side.Flow = f
	return side, inFolder(cfg.Flow.Dir, problems).Err()
}

// replayStored judges stored conversations by both flows.
func replayStored(ctx context.Context, dsn string, before, after diff.Side, at time.Time) (*diff.Replay, error) {
	db, err := storedAt(ctx, dsn, "--replay")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	replay := diff.NewReplay(before, after, at)
	if err := db.EachConversation(ctx, func(c flows.Conversation) error {
		replay.Add(c)
		return nil
	}); err != nil {
		return nil, withCode(exitStorage, fmt.Errorf("replay: %w", err))
	}
	return replay, nil
}
