package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"layak/bot"
	"layak/bot/versions"
	"layak/storage"
)

type versionsCmd struct {
	configFlag
	JSON bool `name:"json" help:"One JSON object a line."`
}

// Help ends in the example of `layak versions --help`.
func (versionsCmd) Help() string {
	return "Every version of the flow that ran on this database, newest first: when it was published, by whom and why, and how many conversations " +
		"are on it. New ones begin on the live one. Works beside the running service.\n\nExample:\n\n    layak versions --config config.yaml"
}

// versionLine is a version as a program reads it.
type versionLine struct {
	Version       string     `json:"version"`
	Flow          string     `json:"flow"`
	Live          bool       `json:"live"`
	PublishedAt   *time.Time `json:"published_at"` // null where it never was
	Author        string     `json:"author"`
	Note          string     `json:"note"`
	Conversations int        `json:"conversations"`
	Kept          bool       `json:"kept"` // its files are kept
}

// Run lists the versions.
func (c versionsCmd) Run(ctx context.Context, con *console) error {
	return beside(ctx, con, c.configFlag, func(_ Config, store *storage.Store) error {
		list, err := store.ListVersions(ctx)
		if err != nil {
			return err
		}
		if len(list) == 0 && !c.JSON {
			fmt.Fprintln(con.Err, "None yet: the first `layak run` publishes one.")
			return nil
		}
		table := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
		if !c.JSON {
			fmt.Fprintln(table, "\tVERSION\tPUBLISHED\tBY\tCONVERSATIONS\tNOTE")
		}
		for _, v := range list {
			line := versionLine{
				Version: v.Digest, Flow: v.Flow, Live: v.Live, Author: v.Author, Note: v.Note, Conversations: v.Conversations, Kept: v.Kept,
			}
			published, mark := "never", ""
			if !v.PublishedAt.IsZero() {
				line.PublishedAt, published = &v.PublishedAt, v.PublishedAt.Local().Format("2006-01-02 15:04 MST")
			}
			if c.JSON {
				if err := writeJSON(con.Out, line); err != nil {
					return err
				}
				continue
			}
			if v.Live {
				mark = "live"
			}
			if !v.Kept {
				v.Note = "its files are lost; its conversations go on with the live version"
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\n", mark, versions.Short(v.Digest), published, v.Author, v.Conversations, v.Note)
		}
		return table.Flush()
	})
}

type rollbackCmd struct {
	configFlag
	publishFlags
	Version string `arg:"" optional:"" help:"The version, as layak versions shows it. Without it the one that was live before."`
}

// Help ends in the example of `layak rollback --help`.
func (rollbackCmd) Help() string {
	return "Makes an earlier version of the flow live again. A running service takes it up within seconds, and a restart keeps it until the files in " +
		"the flow folder change. Works with the service stopped, too. Conversations stay on the version they began with.\n\nExample:\n\n" +
		"    layak rollback --config config.yaml --note 'the new questions confuse people'"
}

// Run publishes the earlier version.
func (c rollbackCmd) Run(ctx context.Context, con *console) error {
	if err := notAVersion(c.Version); err != nil {
		return err
	}
	return beside(ctx, con, c.configFlag, func(cfg Config, store *storage.Store) error {
		list, err := store.ListVersions(ctx)
		if err != nil {
			return err
		}
		to, err := c.target(list)
		if err != nil {
			return withCode(exitProblems, err)
		}
		if to.Live {
			fmt.Fprintf(con.Out, "Version %s is live already.\n", versions.Short(to.Digest))
			return nil
		}
		if _, err := keptVersions(cfg, store)(ctx, to.Digest, nil); errors.Is(err, bot.ErrNoVersion) {
			return withCode(exitProblems, fmt.Errorf("version %s cannot be run: %w", versions.Short(to.Digest), err))
		} else if err != nil {
			return err
		}
		folder, err := readFolder(cfg)
		if err != nil {
			return withCode(exitConfig, err)
		}
		seen := folder.Digest()
		if len(folder) == 0 { // it is away: when it comes back as it was, it has not changed
			live, err := store.Published(ctx)
			if err != nil {
				return err
			}
			seen = live.Folder
		}
		p := bot.Publication{Digest: to.Digest, Folder: seen, Author: c.author(), Note: c.Note, At: time.Now()}
		if _, err := store.Publish(ctx, p); err != nil {
			return err
		}
		fmt.Fprintf(con.Out, "Version %s is live again; a running service takes it up within seconds. It stays until the flow folder changes, or `layak reload`.\n",
			versions.Short(to.Digest))
		return nil
	})
}

// notAVersion says so where a folder was named in place of a version.
func notAVersion(args ...string) error {
	for _, arg := range args {
		if file := configOf(arg); arg != "" && file != "" {
			return withCode(exitUsage, fmt.Errorf("%s is no version; did you mean --config %s?", arg, file))
		}
	}
	return nil
}

// target finds the version to go back to.
func (c rollbackCmd) target(list []bot.VersionInfo) (bot.VersionInfo, error) {
	if c.Version != "" {
		v, err := versions.Match(list, c.Version)
		if err == nil && !v.Kept {
			err = fmt.Errorf("the files of version %s are not kept", versions.Short(v.Digest))
		}
		return v, err
	}
	for _, v := range list { // newest publication first
		if !v.Live && v.Kept && !v.PublishedAt.IsZero() {
			return v, nil
		}
	}
	return bot.VersionInfo{}, errors.New("there is no earlier version to go back to")
}
