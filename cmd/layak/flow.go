package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/problem"
)

// retentionDays is how long answers are kept. It stands in the greeting.
const retentionDays = 90

// loadFlow loads the flow folder that the configuration names, or the embedded flow.
func loadFlow(cfg Config) (*flows.Flow, error) {
	opts := flows.Options{ExpireAfter: cfg.Limits.ExpireAfter}
	files, name := fs.FS(flowdefault.Files), ""
	if cfg.Flow.Dir == "" {
		opts.Classifier = flowdefault.Classifier
	} else {
		files, name = os.DirFS(cfg.Flow.Dir), cfg.Flow.Dir
	}
	f, problems := flows.Load(files, opts)
	return f, inFolder(name, problems).Err()
}

// inFolder puts the folder's name before the file of each problem.
func inFolder(dir string, problems problem.List) problem.List {
	for i := range problems {
		problems[i].File = filepath.Join(dir, problems[i].File)
	}
	return problems
}

// folderArg is the DIR of check, test, paths, graph and diff: a flow folder, or a folder with config.yaml; without it
// ./config.yaml, else the embedded flow.
func folderArg(dir string, con *console) (Config, error) {
	if dir == "" {
		return configFlag{}.load(con)
	}
	if _, err := os.Stat(filepath.Join(dir, flows.FlowFile)); err == nil {
		cfg := DefaultConfig()
		cfg.Flow.Dir = dir
		return cfg, nil
	}
	path := filepath.Join(dir, "config.yaml")
	if _, err := os.Stat(path); err != nil {
		return Config{}, withCode(exitConfig, errors.New(dir+" holds neither "+flows.FlowFile+" nor config.yaml; `layak init "+dir+"` makes both"))
	}
	return configFlag{Config: path}.load(con)
}
