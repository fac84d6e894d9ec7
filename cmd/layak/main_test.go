package main

import (
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestEveryCommandExplainsItselfWithAnExample(t *testing.T) {
	parser, err := newParser(&cli{}, &console{Out: io.Discard, Err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Leaves(false) {
		checkHelp(t, command)
	}
}

func checkHelp(t *testing.T, command *kong.Node) {
	t.Helper()
	_, example, found := strings.Cut(command.Detail, "Example:\n\n    ")
	if !found || !strings.Contains(example, command.FullPath()) {
		t.Errorf("%s --help has no example; its help is %q", command.FullPath(), command.Detail)
	}
	if strings.Contains(example, "\n\n") {
		t.Errorf("%s --help goes on after its example: %q", command.FullPath(), example)
	}
	if command.Help == "" {
		t.Errorf("%s has no line in layak --help", command.FullPath())
	}
}
