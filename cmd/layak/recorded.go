package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

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
	for _, r := range flowtest.Replay(ctx, flow, rec) {
		if len(r.Differ) == 0 {
			continue
		}
		failed++
		for _, d := range r.Differ {
			fmt.Fprintf(con.Out, "%s:%d: %s\n    > %s\n", filepath.Join(dir, r.File), d.Line, r.Name, d.Said)
			for _, line := range d.Diff {
				fmt.Fprintf(con.Out, "  %s\n", line)
			}
			fmt.Fprintln(con.Out)
		}
	}
	fmt.Fprintf(con.Out, "%s: %d as recorded, %d not\n", count(len(rec.Chats), "recorded conversation"), len(rec.Chats)-failed, failed)
	if failed > 0 {
		return withCode(exitProblems, nil)
	}
	return nil
}
