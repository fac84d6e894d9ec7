package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"layak/flows/schema"
)

type schemaCmd struct {
	Dir string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the current folder."`
}

// Help ends in the example of `layak schema --help`.
func (schemaCmd) Help() string {
	return "Writes JSON Schemas of the flow folder's YAML files and of config.yaml to its folder schema/, and says which line to put at the head of " +
		"files that do not name theirs yet. An editor that reads it (with a YAML language server) completes keys, explains them and marks wrong ones while you write. " +
		"`layak init` writes both; after an upgrade run this again.\n\nExample:\n\n    layak schema mybot"
}

// Run writes the schemas.
func (c schemaCmd) Run(_ context.Context, con *console) error {
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return err
	}
	dir := cmp.Or(cfg.Flow.Dir, ".")
	files, err := schemas()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, schema.Dir), 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, schema.Dir, name), data, 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(con.Out, "Wrote %d schemas to %s.\n", len(files), filepath.Join(dir, schema.Dir))
	return adviseHeaders(con, dir)
}

// adviseHeaders says which files of a flow folder do not name their schema.
func adviseHeaders(con *console, dir string) error {
	for _, f := range schema.Files() {
		names, err := fs.Glob(os.DirFS(dir), f.Files)
		if err != nil {
			return err
		}
		for _, name := range names {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			if !strings.Contains(string(data), "$schema=") {
				up := strings.Repeat("../", strings.Count(name, "/"))
				fmt.Fprintf(con.Out, "%s: put this line at the top: %s\n", filepath.Join(dir, name), schema.Header(up+path.Join(schema.Dir, schemaFile(f.Name))))
			}
		}
	}
	return nil
}

// schemaFile is the name of a schema's file.
func schemaFile(name string) string { return name + ".schema.json" }

// schemas makes every schema, by file name.
func schemas() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, f := range schema.Files() {
		s, err := schema.Of(f.Type, nil)
		if err != nil {
			return nil, err
		}
		if out[schemaFile(f.Name)], err = schema.JSON(s, f.Title); err != nil {
			return nil, err
		}
	}
	s, err := schema.Of(reflect.TypeFor[Config](), map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[time.Duration](): lengthOfTime(`^([0-9.]+(ns|us|µs|ms|s|m|h))+$`),
		reflect.TypeFor[period]():        lengthOfTime(`^([0-9]+d|([0-9.]+(ns|us|µs|ms|s|m|h))+)$`),
	})
	if err != nil {
		return nil, err
	}
	schema.Explain(s, "", explained(exampleConfig))
	out[schemaFile("config")], err = schema.JSON(s, "Configuration of layak")
	return out, err
}

// lengthOfTime is 15m and the like, or a bare 0 for off.
func lengthOfTime(pattern string) *jsonschema.Schema {
	zero := any(0)
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string", Pattern: pattern}, {Const: &zero}}}
}

// explained reads the comments above each key of a commented YAML file, by the key's path.
func explained(text string) map[string]string {
	out := map[string]string{}
	var comment, keys []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		bare := strings.TrimLeft(line, " ")
		depth := (len(line) - len(bare)) / 2
		name, _, isKey := strings.Cut(bare, ":")
		switch {
		case strings.HasPrefix(bare, "#"):
			comment = append(comment, strings.TrimSpace(bare[1:]))
			continue
		case isKey && !strings.HasPrefix(bare, "-") && depth <= len(keys):
			keys = append(keys[:depth], name)
			out[strings.Join(keys, ".")] = strings.Join(comment, " ")
		}
		comment = nil
	}
	return out
}
