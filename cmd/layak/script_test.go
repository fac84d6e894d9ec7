package main

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram is the environment variable that makes this binary the program with the arguments it holds.
const asProgram = "LAYAK_TEST_AS_PROGRAM"

// The scripts run the program in this binary, as the command layak.
func TestMain(m *testing.M) {
	if args := os.Getenv(asProgram); args != "" {
		os.Exit(run(context.Background(), strings.Fields(args), os.Stdin, os.Stdout, os.Stderr, os.Environ()))
	}
	// Most of them wait for answers and not for a processor. Whoever gives -parallel overrides it.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"layak": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
		},
	})
}

// scriptCommands are the commands of scripts besides those of testscript:
//
//	exits CODE PROGRAM ARGS…           runs a program that has to end with this code
//
//	service start FOLDER               links an account and begins layak run with FOLDER/config.yaml, on a WhatsApp server for tests
//	service stop                       ends it, as a service manager does
//	service hangup                     sends it the signal SIGHUP
//	service housekeeping DATABASE      what a service does with its database some minutes later: it counts the funnel
//	service logged MESSAGE             waits for a line of its log
//	service page PATH PATTERN          a health page of it, such as /metrics, has to match (after a !, must not)
//
//	person NUMBER TEXT PATTERN         somebody writes on WhatsApp, and the answer has to match (after a !, must not)
//
//	terminal layak ARGS…               begins a program with somebody at the keyboard
//	terminal type TEXT                 types a line
//	terminal shows PATTERN             waits for a line on the screen that matches, after those that matched before
//	terminal close                     ends the input (Ctrl-D); the program has to end well
//
//	desk NAME sign-in PASSWORD         signs in to the desk of the running service (after a !, must be refused)
//	desk NAME open PATH                opens a page (after a !, must be refused)
//	desk NAME fill FIELD TEXT          fills in a field, by its name
//	desk NAME replace FIELD OLD NEW    edits what stands in it
//	desk NAME press BUTTON             presses a button, by what stands on it (after a !, must be refused)
//	desk NAME shows PATTERN            the page has to have such a line (after a !, must not)
var scriptCommands = map[string]func(*testscript.TestScript, bool, []string){
	"exits": exits, "service": serviceCommand, "person": personCommand, "terminal": terminalCommand, "desk": deskCommand,
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands,
		Setup:               scriptServices(t),
	})
}
