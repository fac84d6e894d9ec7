package main

import (
	"cmp"
	"context"
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
	Explain bool `short:"v" help:"Show why: what was recognised, which edges were taken, which rules matched."`
}

// Help ends in the example of `layak chat --help`.
func (chatCmd) Help() string {
	return "The conversation of layak run, in the terminal and without WhatsApp.\n\nExample:\n\n    layak chat --lang en"
}

// Run holds the conversation until the input ends.
func (c chatCmd) Run(ctx context.Context, con *console) error {
	cfg, err := c.load(con)
	if err != nil {
		return err
	}
	flow, err := loadFlow(cfg)
	if err != nil {
		return err
	}
	if c.Lang != "" && !slices.Contains(flow.Langs, c.Lang) {
		return withCode(exitUsage, fmt.Errorf("--lang %s: the flow speaks %s", c.Lang, strings.Join(flow.Langs, ", ")))
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
	engine := newEngine(cfg, flow)
	var n atomic.Int64
	t := &terminal.Terminal{
		Store: store, Name: c.As, In: con.In, Out: con.Out, Now: func() time.Time { return at.Add(time.Since(start)) }, JSON: c.JSON, Explain: c.Explain,
		Turns: &bot.Turns{
			Store: store, Engine: speaking{engine, c.Lang}, FreeText: engine.FreeText, Alone: engine.Alone,
			NewMessageID: func(string) string { return fmt.Sprintf("%d-%d", time.Now().UnixNano(), n.Add(1)) },
			Apology:      engine.Apology,
		},
	}
	if !c.JSON && isTerminal(con.In) {
		t.Prompt, t.Color = true, isTerminal(con.Out) && !slices.ContainsFunc(con.Env, func(e string) bool { return strings.HasPrefix(e, "NO_COLOR=") })
		fmt.Fprintln(con.Out, "Kirim pesan seperti di WhatsApp; Ctrl-D untuk selesai. / Write as on WhatsApp; Ctrl-D ends.")
	}
	return t.Run(ctx)
}

// isTerminal reports whether a person sits at the other end.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// speaking is an engine that begins conversations in a given language.
type speaking struct {
	*flows.Engine
	lang string
}

// Step answers one input.
func (s speaking) Step(ctx context.Context, c flows.Conversation, in flows.Input) (flows.Turn, error) {
	if c.Place.State == "" && s.lang != "" {
		c.Lang, c.LangChosen = cmp.Or(c.Lang, s.lang), true
	}
	return s.Engine.Step(ctx, c, in)
}
