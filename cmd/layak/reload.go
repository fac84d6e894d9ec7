package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/storage"
)

const (
	doneWithin = 2 * time.Minute        // checking and training take 3 s; this is for a machine that is far too small
	askAgain   = 100 * time.Millisecond // a look costs next to nothing
)

// publishFlags are what a publication is kept with.
type publishFlags struct {
	Note string `placeholder:"TEXT" help:"Why; layak versions shows it."`
	As   string `placeholder:"NAME" help:"Who does it, for layak versions. Without it your name on this computer."`
}

// author is who a command is done by.
func (f publishFlags) author() string {
	if f.As != "" {
		return f.As
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "command"
}

type reloadCmd struct {
	configFlag
	publishFlags
	Wait time.Duration `default:"10s" help:"How long to wait for a running service, which looks every second."`
}

// Help ends in the example of `layak reload --help`.
func (reloadCmd) Help() string {
	return "Asks the running service to read its flow folder again. The folder is checked wholly first: with any problem the live version stays, " +
		"and the problems are listed (exit code 1). Conversations stay on the version they began with; new ones begin on the new one.\n\nExample:\n\n" +
		"    layak reload --config config.yaml --note 'shorter greeting'"
}

// Run asks the service and prints what came of it.
func (c reloadCmd) Run(ctx context.Context, con *console) error {
	return beside(ctx, con, c.configFlag, func(_ Config, store *storage.Store) error {
		done, err := ask(ctx, store, c.Wait, bot.Command{Name: versions.CommandReload, Args: c.Note, AskedBy: c.author(), AskedAt: time.Now()})
		if err != nil {
			return err
		}
		fmt.Fprintln(con.Out, strings.TrimRight(done.Result, "\n"))
		if !done.OK {
			fmt.Fprintln(con.Err, "layak: nothing was changed: the live version stays")
			return withCode(exitProblems, nil)
		}
		return nil
	})
}

// errNoService is the text for a command that nobody answers.
var errNoService = errors.New("no running service answered; is `layak run` running on this database? " +
	"Nothing was changed. When it starts, it reads the flow folder anyway")

// ask leaves a command, waits for a service to take it, and for what that makes of it.
func ask(ctx context.Context, store bot.Versions, wait time.Duration, c bot.Command) (bot.Command, error) {
	id, err := store.Ask(ctx, c)
	if err != nil {
		return bot.Command{}, err
	}
	begin := time.Now()
	for {
		got, err := store.Command(ctx, id)
		if err != nil || !got.DoneAt.IsZero() {
			return got, err
		}
		waited := time.Since(begin)
		if !got.Taken && (waited > wait || ctx.Err() != nil) {
			if gone, err := store.Withdraw(context.WithoutCancel(ctx), id); gone || err != nil {
				return got, errors.Join(err, withCode(exitProblems, errNoService))
			}
		}
		if waited > doneWithin {
			return got, withCode(exitProblems, errors.New("the service began and has not finished; its log says what it is at"))
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			if got.Taken {
				return got, ctx.Err()
			}
		}
	}
}
