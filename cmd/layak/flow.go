package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"layak/flows"
	flowdefault "layak/flows/default"
	"layak/flows/match"
	"layak/flows/problem"
)

// loadFlow loads the flow folder that the configuration names, or the embedded flow. Texts that a newer program needs and
// an older folder lacks are borrowed from the embedded one.
func loadFlow(cfg Config) (*flows.Flow, error) { return loadFlowWith(cfg, flowdefault.Files) }

func loadFlowWith(cfg Config, builtin fs.FS) (*flows.Flow, error) {
	files, name := flowFiles(cfg)
	opts := flowOptions(cfg)
	if cfg.Flow.Dir != "" {
		opts.Builtin = builtin
	}
	f, problems := flows.Load(files, opts)
	return f, inFolder(name, problems).Err()
}

// lookAtFlow loads a flow that is looked at and not talked to in words: its classifier knows the words of the pack alone,
// so that nothing has to be trained or unpacked.
func lookAtFlow(cfg Config) (*flows.Flow, error) {
	files, name := flowFiles(cfg)
	opts := flowOptions(cfg)
	opts.Trained = nil
	opts.Classifier = func(categories []match.Category, _ []match.Example) (*match.Classifier, error) {
		return match.New(categories, nil)
	}
	f, problems := flows.Load(files, opts)
	return f, inFolder(name, problems).Err()
}

// cachedClassifier trains a classifier, or takes the one that was trained from the same words before: from the program
// itself where they are the built-in ones, else from the user's cache folder.
func cachedClassifier(categories []match.Category, examples []match.Example) (*match.Classifier, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return flowdefault.Classifier(categories, examples) // no folder, no cache
	}
	digest := match.Digest(categories, examples)
	path := filepath.Join(dir, "layak", "model-"+digest[:min(32, len(digest))]+".bin")
	if data, err := os.ReadFile(path); err == nil && match.ModelDigest(data) == digest {
		if c, err := match.Load(categories, data); err == nil { // else it is damaged
			return c, nil
		}
	}
	c, err := flowdefault.Classifier(categories, examples)
	if err != nil {
		return nil, err
	}
	// A cache that cannot be written costs two seconds at the next start, no more.
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
		_ = os.WriteFile(path, c.Model(), 0o600)
	}
	return c, nil
}

// inFolder puts the folder's name before the file of each problem.
func inFolder(dir string, problems problem.List) problem.List {
	for i := range problems {
		problems[i].File = filepath.Join(dir, problems[i].File)
	}
	return problems
}

// dayArg reads the value of a flag that names a day; without it that is today.
func dayArg(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return at, withCode(exitUsage, fmt.Errorf("%s %s is not a date; write it as YYYY-MM-DD", flag, value))
	}
	return at, nil
}

// folderArg is the DIR of check, test, paths, graph and diff: a flow folder, or a folder with config.yaml; without it
// ./config.yaml, else the flow folder one stands in, else the embedded flow.
func folderArg(dir string, con *console) (Config, error) {
	if dir == "" {
		if _, err := os.Stat("config.yaml"); err == nil || !here() {
			return configFlag{}.load(con)
		}
		dir = "."
	}
	if _, err := os.Stat(filepath.Join(dir, flows.FlowFile)); err == nil {
		cfg := DefaultConfig()
		cfg.Flow.Dir = dir
		return cfg, nil
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return Config{}, withCode(exitConfig, errors.New(dir+" is a file; name the folder that holds "+flows.FlowFile+", or one that holds config.yaml"))
	}
	path := filepath.Join(dir, "config.yaml")
	if _, err := os.Stat(path); err != nil {
		return Config{}, withCode(exitConfig, errors.New(dir+" holds neither "+flows.FlowFile+" nor config.yaml; `layak init "+dir+"` makes both"))
	}
	return configFlag{Config: path}.load(con)
}

// here reports whether one stands in a flow folder.
func here() bool {
	_, err := os.Stat(flows.FlowFile)
	return err == nil
}

// sayBuiltIn tells whoever thinks of a folder of their own that it was not looked at.
func sayBuiltIn(con *console, cfg Config) {
	if cfg.Flow.Dir == "" {
		fmt.Fprintln(con.Err, "This is the built-in flow. For another one name its folder, or a folder whose config.yaml names it (flow.dir).")
	}
}
