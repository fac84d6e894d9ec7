package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"layak/flows"
	"layak/flows/flowtest"
)

// record writes what this program makes of the transcripts of a flow folder.
func record(ctx context.Context, con *console, flow *flows.Flow, scripts []*flowtest.Script, path string) error {
	rec, err := flowtest.Record(ctx, flow, scripts)
	if err != nil {
		return withCode(exitProblems, fmt.Errorf("nothing was recorded: %w", err))
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := rec.Write(f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "recorded %s in %s\n", count(len(rec.Chats), "conversation"), path)
	return nil
}

// change is one thing that goes otherwise, shown where it is met first.
type change struct {
	key   string
	chat  flowtest.Replayed
	first flowtest.Difference
	also  []string // names of other conversations with the same
}

// changedLines are the lines of a difference that differ, without those around them.
func changedLines(d flowtest.Difference) string {
	var b strings.Builder
	for _, line := range d.Diff {
		if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "+ ") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// replay answers what was recorded with this program.
func replay(ctx context.Context, con *console, flow *flows.Flow, dir, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return withCode(exitUsage, err)
	}
	defer f.Close()
	rec, err := flowtest.ReadRecording(f)
	if err != nil {
		return withCode(exitUsage, fmt.Errorf("%s is not a recording of layak test --record: %w", path, err))
	}
	if rec.Flow != flow.Digest {
		return withCode(exitProblems, fmt.Errorf("%s was recorded with another flow than this; replay shows what another program does with the same one. "+
			"Record it again, with the program from before; what an edit changes is told by `layak diff`", path))
	}
	failed := 0
	var alike []*change
	for _, r := range flowtest.Replay(ctx, flow, rec) {
		if len(r.Differ) == 0 {
			continue
		}
		failed++
		for _, d := range r.Differ {
			key := changedLines(d)
			i := slices.IndexFunc(alike, func(c *change) bool { return c.key == key })
			if i < 0 {
				alike = append(alike, &change{key: key, chat: r, first: d})
			} else if c := alike[i]; c.chat.Name != r.Name && !slices.Contains(c.also, r.Name) {
				c.also = append(c.also, r.Name)
			}
		}
	}
	for _, c := range alike {
		fmt.Fprintf(con.Out, "%s:%d: %s\n    > %s\n", filepath.Join(dir, c.chat.File), c.first.Line, c.chat.Name, c.first.Said)
		for _, line := range c.first.Diff {
			fmt.Fprintf(con.Out, "  %s\n", line)
		}
		if n := len(c.also); n > 0 {
			fmt.Fprintf(con.Out, "    and in %d more: %s\n", n, strings.Join(c.also, "; "))
		}
		fmt.Fprintln(con.Out)
	}
	fmt.Fprintf(con.Out, "%s: %d as recorded, %d not\n", count(len(rec.Chats), "recorded conversation"), len(rec.Chats)-failed, failed)
	if failed > 0 {
		return withCode(exitProblems, nil)
	}
	return nil
}
