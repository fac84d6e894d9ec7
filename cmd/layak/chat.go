package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"layak/bot"
	"layak/bot/bottest"
	"layak/bot/terminal"
	"layak/flows"
	"layak/storage"
)

type chatCmd struct {
	configFlag
	Lang string `help:"Begin in this language instead of guessing it (id or en)."`
	JSON bool   `name:"json" help:"One message a line in, one JSON object a line out."`
	As   string `default:"you" help:"Who is chatting; with --db the same name continues the same chat."`
	DB   string `name:"db" type:"path" placeholder:"FILE" help:"Keep the chat in this SQLite file instead of in memory."`
	asOfFlag
	Explain bool   `short:"v" help:"Show why: what was recognised and how surely, which edges were tried and taken, which rules matched."`
	Watch   string `type:"path" placeholder:"DIR" help:"Chat with the flow in this folder, and load it again whenever a file in it is saved: problems or what changed are shown, and the question as it is now."`
}

// nobodySaid is the default of --as.
const nobodySaid = "you"

// Help ends in the example of `layak chat --help`.
func (chatCmd) Help() string {
	return "The conversation of layak run, in the terminal and without WhatsApp.\n\nExample:\n\n    layak chat --watch mybot -v"
}

// Run holds the conversation until the input ends.
func (c chatCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.config(con)
	if err != nil {
		return err
	}
	var saved <-chan struct{}
	if c.Watch != "" { // before the files are read, so that no edit is missed
		changes, stop, err := watchFolder(cfg.Flow.Dir)
		if err != nil {
			return withCode(exitConfig, err)
		}
		defer stop()
		saved = changes
	}
	flow, err := compileFlow(cfg, nil)
	if err != nil {
		return err
	}
	if c.Lang != "" && !slices.Contains(flow.Flow().Langs, c.Lang) {
		return withCode(exitUsage, fmt.Errorf("--lang %s: the flow speaks %s", c.Lang, strings.Join(flow.Flow().Langs, ", ")))
	}
	start := time.Now()
	at, err := c.time()
	if err != nil {
		return err
	}
	store := bot.Store(bottest.NewStore())
	if c.DB != "" {
		db, err := storage.Open(ctx, c.DB, storage.Options{})
		if err != nil {
			return withCode(exitStorage, err)
		}
		defer db.Close()
		store = db
	}
	engine := &editedEngine{lang: c.Lang, explain: c.Explain}
	engine.use(flow)
	var n atomic.Int64
	called := c.As
	if called == nobodySaid {
		called = ""
	}
	t := &terminal.Terminal{
		Store: store, Name: c.As, Called: called, In: con.In, Out: con.Out, Now: func() time.Time { return at.Add(time.Since(start)) }, JSON: c.JSON, Explain: c.Explain,
		Turns: &bot.Turns{
			Store: store, Engine: engine, FreeText: engine.FreeText, Alone: engine.Alone,
			NewMessageID: func(string) string { return fmt.Sprintf("%d-%d", time.Now().UnixNano(), n.Add(1)) },
			Apology:      engine.Apology,
		},
	}
	if !c.JSON && isTerminal(con.In) {
		t.Prompt, t.Color = true, isTerminal(con.Out) && !slices.ContainsFunc(con.Env, func(e string) bool { return strings.HasPrefix(e, "NO_COLOR=") })
		fmt.Fprintln(con.Out, "Kirim pesan seperti di WhatsApp; Ctrl-D untuk selesai. / Write as on WhatsApp; Ctrl-D ends.")
	}
	if c.Watch != "" {
		t.Saved = saved
		t.Reload = func(ctx context.Context, conv flows.Conversation) (string, flows.Turn) {
			return engine.reload(ctx, cfg, conv, t.Now())
		}
	}
	return t.Run(ctx)
}

// config reads the configuration, or the one beside the flow folder that is watched.
func (c chatCmd) config(con *console) (Config, error) {
	if c.Watch == "" {
		return c.load(con)
	}
	if c.Config != "" || c.JSON {
		return Config{}, withCode(exitUsage, errors.New("--watch is for a person at a terminal, and brings its own folder: leave out --config and --json"))
	}
	cfg, err := folderArg(c.Watch, con)
	if err == nil && cfg.Flow.Dir == "" {
		err = withCode(exitUsage, fmt.Errorf("--watch %s: its config.yaml names no flow.dir, so there is nothing to edit; `layak init` makes a folder", c.Watch))
	}
	return cfg, err
}

// isTerminal reports whether a person sits at the other end.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
