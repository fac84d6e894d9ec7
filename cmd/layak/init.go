package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	flowdefault "layak/flows/default"
)

// exampleConfig is config.example.yaml of the repository's root; a test keeps the copy here equal.
//
//go:generate cp ../../config.example.yaml config.example.yaml
//go:embed config.example.yaml
var exampleConfig string

type initCmd struct {
	Dir string `arg:"" optional:"" default:"." help:"Where to write; made if it is missing."`
}

// Help ends in the example of `layak init --help`.
func (initCmd) Help() string {
	return "Writes DIR/config.yaml and DIR/flow/, an editable copy of the built-in flow: rules, texts, examples and tests. Files that are there already " +
		"are never overwritten.\n\nExample:\n\n    layak init mybot"
}

// Run writes the files, or none if one of them is there.
func (c initCmd) Run(_ context.Context, con *console) error {
	files := map[string][]byte{"config.yaml": []byte(strings.NewReplacer(
		`dir: ""`, "dir: flow", "$schema=flows/default/schema/", "$schema=flow/schema/").Replace(exampleConfig))}
	err := fs.WalkDir(flowdefault.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := flowdefault.Files.ReadFile(name)
		files[filepath.Join("flow", name)] = data
		return err
	})
	if err != nil {
		return err
	}
	for name := range files {
		path := filepath.Join(c.Dir, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return withCode(exitProblems, fmt.Errorf("%s is there already; nothing was written. Choose another folder", path))
		}
	}
	for name, data := range files {
		path := filepath.Join(c.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(con.Out, "Wrote %s and %s. Try: layak chat --config %[1]s\n", filepath.Join(c.Dir, "config.yaml"), filepath.Join(c.Dir, "flow"))
	return nil
}
