package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
	"layak/flows/match"
	"layak/flows/problem"
)

// flowFiles returns the flow folder that the configuration names, or the embedded one, and how problems name it.
func flowFiles(cfg Config) (files fs.FS, name string) {
	if cfg.Flow.Dir == "" {
		return flowdefault.Files, ""
	}
	return os.DirFS(cfg.Flow.Dir), cfg.Flow.Dir
}

// readFolder copies the flow folder.
func readFolder(cfg Config) (flows.Folder, error) {
	files, name := flowFiles(cfg)
	folder, err := flows.ReadFolder(files)
	if err != nil {
		return nil, inFolder(name, problem.List{{Message: err.Error()}})
	}
	return folder, nil
}

// compileFolder makes a version of the flow folder, checked as `layak check` does, but for what keeps no flow from running.
// Like is a version whose classifier is used again where the examples are the same; it may be nil. The error is a
// problem.List.
func compileFolder(ctx context.Context, cfg Config, like *versions.Version) (*versions.Version, error) {
	v, err := compileFlow(cfg, like)
	if err != nil {
		return nil, err
	}
	_, name := flowFiles(cfg)
	if err := inFolder(name, check.Flow(ctx, v.Flow(), time.Now()).Harmful()).Err(); err != nil {
		return nil, err
	}
	return v, nil
}

// compileFlow is compileFolder without the proofs: somebody who edits may look at what it says all the same.
func compileFlow(cfg Config, like *versions.Version) (*versions.Version, error) {
	folder, err := readFolder(cfg)
	if err != nil {
		return nil, err
	}
	opts := flowOptions(cfg)
	if like != nil {
		opts.Like = like.Flow()
	}
	flow, problems := flows.Load(folder.FS(), opts)
	_, name := flowFiles(cfg)
	if err := inFolder(name, problems).Err(); err != nil {
		return nil, err
	}
	return newVersion(cfg, flow, folder), nil
}

// flowOptions are how the flow folder of the configuration is loaded.
func flowOptions(cfg Config) flows.Options {
	opts := flows.Options{ExpireAfter: cfg.Limits.ExpireAfter, Base: flowdefault.Files, Trained: flowdefault.Model}
	if cfg.Flow.Dir != "" {
		opts.Classifier, opts.Trained, opts.Builtin = cachedClassifier, nil, flowdefault.Files
	}
	return opts
}

func newVersion(cfg Config, flow *flows.Flow, folder flows.Folder) *versions.Version {
	return &versions.Version{Engine: newEngine(cfg, flow), Files: folder}
}

// keptModel is what is kept of a version's classifier.
func keptModel(v *versions.Version) []byte {
	if model := v.Flow().Model(); !bytes.Equal(model, flowdefault.Model) {
		return model
	}
	return nil
}

// keptVersions compiles versions that are kept with the database. One that this program cannot run counts as lost.
func keptVersions(cfg Config, store bot.Versions) versions.LoadFunc {
	return func(ctx context.Context, digest string, like *versions.Version) (*versions.Version, error) {
		kept, err := store.Version(ctx, digest)
		if err != nil {
			return nil, err
		}
		opts := flows.Options{
			ExpireAfter: cfg.Limits.ExpireAfter, Base: flowdefault.Files, Builtin: flowdefault.Files, Trained: kept.Model,
			Classifier: func(c []match.Category, e []match.Example) (*match.Classifier, error) {
				return flowdefault.Classifier(c, e)
			},
		}
		if like != nil {
			opts.Like = like.Flow()
		}
		flow, problems := flows.Load(kept.Files.FS(), opts)
		switch {
		case len(problems) > 0:
			return nil, fmt.Errorf("%w that this program can run: %s", bot.ErrNoVersion, problems.Error())
		case flow.Digest != digest:
			return nil, fmt.Errorf("%w: its files were changed in the database", bot.ErrNoVersion)
		}
		return newVersion(cfg, flow, kept.Files), nil
	}
}

// liveEngine is an engine for a command beside the service: the live version is that which was published, or, before any
// was, the folder's.
func liveEngine(ctx context.Context, cfg Config, store bot.Versions) (*versions.Engine, error) {
	load := keptVersions(cfg, store)
	live, err := store.Published(ctx)
	if err == nil {
		var v *versions.Version
		if v, err = load(ctx, live.Digest, nil); err == nil {
			return versions.New(v, load, nil), nil
		}
	}
	if !errors.Is(err, bot.ErrNoVersion) {
		return nil, err
	}
	v, err := compileFolder(ctx, cfg, nil)
	if err != nil {
		return nil, withCode(exitConfig, err)
	}
	return versions.New(v, load, nil), nil
}

// newPublisher keeps the flow of a service up to date. Folder is the version of the flow folder, nil with the reason why
// there is none: then the version that was published last is live. Before any was published a folder that can be loaded is
// used as it is, unless it breaks an invariant: nobody is told what the admin has ruled out. It returns the version of the folder that the service begins with, too.
func newPublisher(ctx context.Context, cfg Config, store bot.Versions, folder *versions.Version, reason error, log *slog.Logger) (*versions.Publisher, *versions.Version, error) {
	load, live := keptVersions(cfg, store), folder
	if folder == nil {
		published, err := store.Published(ctx)
		if err == nil {
			live, err = load(ctx, published.Digest, nil)
		}
		if errors.Is(err, bot.ErrNoVersion) {
			if folder, _ = compileFlow(cfg, nil); folder == nil || breaksInvariant(reason) {
				return nil, nil, reason
			}
			log.Warn("the flow folder has problems; it is used because there is no version before it", "problems", strings.Split(reason.Error(), "\n"))
			live, err = folder, nil
		}
		if err != nil {
			return nil, nil, withCode(exitStorage, err)
		}
	}
	p := &versions.Publisher{
		Store: store, Engine: versions.New(live, load, log), Model: keptModel, Log: log, Now: time.Now,
		Compile: func(ctx context.Context, like *versions.Version) (*versions.Version, error) {
			return compileFolder(ctx, cfg, like)
		},
	}
	if folder == nil {
		p.Refused("layak run", reason)
	}
	return p, folder, nil
}

// breaksInvariant reports whether an invariant is among the problems.
func breaksInvariant(reason error) bool {
	var problems problem.List
	return errors.As(reason, &problems) && slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Kind == problem.BrokenInvariant })
}
