// Command layak tells businesses in Indonesia whether they may apply for the WhatsApp Business API: in a WhatsApp chat,
// in the terminal, or as a judge of facts in a pipe.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"layak/flows/problem"
)

// cli is the command line: one line per command, each in a file of its own. A command is a struct with
// Run(context.Context, *console) error and with Help() string, which ends in one example.
type cli struct {
	Chat      chatCmd      `cmd:"" help:"Hold the conversation in the terminal, without WhatsApp."`
	Unmatched unmatchedCmd `cmd:"" help:"List what people wrote that was not understood, most frequent first."`
	Classify  classifyCmd  `cmd:"" help:"Say which kind of business each line describes."`
	Decide    decideCmd    `cmd:"" help:"Judge facts: one JSON object a line in, one verdict a line out."`
	Init      initCmd      `cmd:"" help:"Write an editable copy of the built-in flow and a configuration."`
	Schema    schemaCmd    `cmd:"" help:"Write JSON Schemas, so that an editor completes and explains the keys of a flow folder."`
	Upcoming  upcomingCmd  `cmd:"" help:"List rules that begin or end later, whose verdict that changes, and sources that are due for review."`
	Check     checkCmd     `cmd:"" help:"Show everything that is wrong in a flow folder, with its place."`
	Test      testCmd      `cmd:"" help:"Hold the conversations written down in a flow folder, and prove its invariants."`
	Paths     pathsCmd     `cmd:"" help:"List every way through a flow, with the verdict it ends in."`
	Diff      diffCmd      `cmd:"" help:"Say what differs between two flows: verdicts first, then texts, questions and rules."`
	Graph     graphCmd     `cmd:"" help:"Draw a flow as Mermaid, DOT or SVG."`
	Run       runCmd       `cmd:"" help:"Answer WhatsApp messages until stopped."`
	Reload    reloadCmd    `cmd:"" help:"Have the running service read its flow folder again."`
	Versions  versionsCmd  `cmd:"" help:"List the versions of the flow, and how many conversations are on each."`
	Rollback  rollbackCmd  `cmd:"" help:"Make an earlier version of the flow live again."`
	Move      moveCmd      `cmd:"" help:"Bring conversations to another version of the flow."`
	Pause     pauseCmd     `cmd:"" help:"Keep the bot out of one chat."`
	Resume    resumeCmd    `cmd:"" help:"Give a chat back to the bot."`
	User      userCmd      `cmd:"" help:"Decide who may sign in to the desk."`
	Hooks     hooksCmd     `cmd:"" help:"What could not be told to other systems."`
	Migrate   migrateCmd   `cmd:"" help:"Move everything from a SQLite file to an empty Postgres database."`
	Backup    backupCmd    `cmd:"" help:"Copy the database into a file, also while the service runs."`
	Link      linkCmd      `cmd:"" help:"Link the WhatsApp account by QR code or pairing code."`
	Version   versionCmd   `cmd:"" help:"Print the versions of layak and of what it speaks WhatsApp with."`
}

// The exit codes of every command.
const (
	exitOK       = 0
	exitProblems = 1 // the command worked and found problems
	exitUsage    = 2 // the command line is wrong
	exitConfig   = 3 // configuration or flow cannot be loaded
	exitStorage  = 4 // the database cannot be opened or used
	exitLogin    = 5 // WhatsApp refused or ended the login
	exitForced   = 6 // a second signal came before the orderly stop was done
)

// console is where a command reads and writes, so that a test can be the terminal.
type console struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	Env []string // NAME=value, as os.Environ gives it
}

// exitError is an error that decides the exit code. With a nil err nothing more is printed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// withCode makes the program end with code and print err, unless err is nil because everything was said already.
func withCode(code int, err error) error { return &exitError{code, err} }

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}

// exited carries an exit code out of kong's --help.
type exited int

// run is the whole program, and returns its exit code. The end of ctx is the first signal: an orderly stop.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, env []string) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exited:
			code = int(p)
		default:
			panic(p)
		}
	}()
	con := &console{In: stdin, Out: stdout, Err: stderr, Env: env}
	parser, err := newParser(&cli{}, con)
	if err != nil {
		panic(err) // a mistake in the struct tags above
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		where := "layak"
		var wrong *kong.ParseError
		if errors.As(err, &wrong) && wrong.Context != nil && wrong.Context.Selected() != nil {
			where = wrong.Context.Selected().FullPath()
		}
		hint := ""
		if wrong != nil {
			hint = meantConfig(wrong.Context, args)
		}
		fmt.Fprintf(stderr, "layak: %s%s\nSee %s --help.\n", err, hint, where)
		return exitUsage
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return report(parsed.Run(con), stderr)
}

// meantConfig guesses that a folder, or its configuration, was named to a command that takes it with --config. "" where none was.
func meantConfig(command *kong.Context, args []string) string {
	if command == nil || command.Selected() == nil || !slices.ContainsFunc(command.Flags(), func(f *kong.Flag) bool { return f.Name == "config" }) {
		return ""
	}
	for _, arg := range args[1:] {
		if file := configOf(arg); file != "" {
			return "; did you mean --config " + file + "?"
		}
	}
	return ""
}

// configOf is the configuration that an argument names: itself, or the one in that folder. "" where there is none.
func configOf(arg string) string {
	for _, file := range []string{arg, filepath.Join(arg, "config.yaml")} {
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && filepath.Base(file) == "config.yaml" {
			return file
		}
	}
	return ""
}

func newParser(commands *cli, con *console) (*kong.Kong, error) {
	return kong.New(commands,
		kong.Name("layak"),
		kong.Description("May this business apply for the WhatsApp Business API? Asked and answered in a chat."),
		kong.Writers(con.Out, con.Err),
		kong.Exit(func(code int) { panic(exited(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true}),
	)
}

// report prints what went wrong, and gives the exit code for it.
func report(err error, stderr io.Writer) int {
	if err == nil {
		return exitOK
	}
	code := exitProblems
	var problems problem.List
	if errors.As(err, &problems) {
		code = exitConfig
	}
	var coded *exitError
	if errors.As(err, &coded) {
		code = coded.code
		if coded.err == nil {
			return code
		}
	}
	// Problems begin with their own place, so that an editor can jump there.
	text := err.Error()
	if problems == nil {
		text = "layak: " + text
	}
	fmt.Fprintln(stderr, strings.TrimRight(text, "\n"))
	return code
}
