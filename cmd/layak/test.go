package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"layak/flows"
	"layak/flows/check"
	flowdefault "layak/flows/default"
	"layak/flows/flowtest"
	"layak/flows/problem"
)

type testCmd struct {
	Dir    string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the flow folder one stands in, else the built-in flow."`
	Update bool   `xor:"how" help:"Rewrite the < and ! lines as things are now; comments and … that still agree stay."`
	JUnit  string `name:"junit" type:"path" placeholder:"FILE" help:"Also write the results as JUnit XML, for a build server."`
	FailOn string `enum:",uncovered" default:"" placeholder:"uncovered" help:"uncovered: exit code 1 also when a state, edge, rule or category is in no conversation."`
	Record string `type:"path" placeholder:"FILE" xor:"how" help:"Write what this program makes of the conversations, with each as it is stored, for --replay with another version of layak."`
	Replay string `type:"path" placeholder:"FILE" xor:"how" help:"Answer what was recorded once more, every message from the conversation as it was stored then. Exit code 1 if anything differs."`
	Quiet  bool   `short:"q" help:"Do not list what no conversation covers."`
}

// Help ends in the example of `layak test --help`.
func (testCmd) Help() string {
	return "Holds the conversations written down in tests/*.chat of the flow folder, saving and reloading them between all messages, and proves the " +
		"invariants of rules.yaml. Lines: > what a person writes, < the answer, ! what else happens, @ settings, # comments; … stands for any " +
		"text, or any lines. To begin, write only > lines and run it with --update. Exit code 1 if anything differs.\n\nExample:\n\n    layak test ./myflow --update"
}

// Run tests a flow.
func (c testCmd) Run(ctx context.Context, con *console) error {
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return err
	}
	if c.Update && cfg.Flow.Dir == "" {
		return withCode(exitUsage, fmt.Errorf("--update needs a flow folder; the built-in flow cannot be changed (`layak init` copies it out)"))
	}
	sayBuiltIn(con, cfg)
	cfg.Limits.ExpireAfter = flowtest.ExpireAfter
	flow, err := loadFlow(cfg)
	if err != nil {
		return err
	}
	files := fs.FS(flowdefault.Files)
	if cfg.Flow.Dir != "" {
		files = os.DirFS(cfg.Flow.Dir)
	}
	scripts, problems := flowtest.Read(files)
	if len(problems) > 0 {
		fmt.Fprintln(con.Out, inFolder(cfg.Flow.Dir, problems).Error())
		return withCode(exitProblems, nil)
	}
	switch {
	case c.Record != "":
		return record(ctx, con, flow, scripts, c.Record)
	case c.Replay != "":
		return replay(ctx, con, flow, cfg.Flow.Dir, c.Replay)
	case c.Update:
		return update(ctx, con, flow, scripts, cfg.Flow.Dir)
	}
	for _, s := range scripts {
		s.File = filepath.Join(cfg.Flow.Dir, s.File)
	}
	cover := &flowtest.Coverage{}
	results := flowtest.Run(ctx, flow, scripts, cover, time.Now)
	invariants := prove(ctx, flow, cfg.Flow.Dir, time.Now())
	kinds := cover.Report(flow)
	bad := c.print(con.Out, results, invariants, kinds)
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, results, invariants); err != nil {
			return err
		}
	}
	if bad || c.FailOn == "uncovered" && !flowtest.Complete(kinds) {
		return withCode(exitProblems, nil)
	}
	return nil
}

// update rewrites transcripts in the flow folder.
func update(ctx context.Context, con *console, flow *flows.Flow, scripts []*flowtest.Script, dir string) error {
	n := 0
	for _, s := range scripts {
		text, changed := flowtest.Update(ctx, flow, s)
		if !changed {
			continue
		}
		path := filepath.Join(dir, s.File)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
		n++
		fmt.Fprintf(con.Out, "updated %s\n", path)
	}
	fmt.Fprintf(con.Out, "%d of %s changed; read the difference before you keep it\n", n, count(len(scripts), "file"))
	return nil
}

// prove walks all combinations for the pack's invariants. What breaks one is shown as a conversation.
func prove(ctx context.Context, flow *flows.Flow, dir string, at time.Time) []flowtest.Invariant {
	broken := map[string][]string{}
	if len(flow.Pack.Prove(at)) > 0 {
		for _, p := range inFolder(dir, check.Flow(ctx, flow, at)) {
			for _, inv := range flow.Pack.Invariants {
				if p.Kind == problem.BrokenInvariant && strings.HasPrefix(p.Message, "invariant "+inv.ID+" ") {
					broken[inv.ID] = append(broken[inv.ID], p.String())
				}
			}
		}
	}
	var out []flowtest.Invariant
	for _, inv := range flow.Pack.Invariants {
		out = append(out, flowtest.Invariant{ID: inv.ID, Broken: broken[inv.ID]})
	}
	return out
}

// print shows the results and reports whether anything failed.
func (c testCmd) print(w io.Writer, results []flowtest.Result, invariants []flowtest.Invariant, kinds []flowtest.Kind) (bad bool) {
	failed, files := 0, map[string]bool{}
	for _, r := range results {
		files[r.Script.File] = true
		if !r.Failed() {
			continue
		}
		failed++
		if len(r.Differ) == 0 {
			fmt.Fprintf(w, "%s:%d: %s %s\n\n", r.Script.File, r.Chat.Line, r.Chat.Name, flowtest.NoAnswers)
			continue
		}
		d := r.Differ[0]
		fmt.Fprintf(w, "%s:%d: %s\n    > %s\n", r.Script.File, d.Line, r.Chat.Name, d.Said)
		for _, line := range d.Diff {
			fmt.Fprintf(w, "  %s\n", line)
		}
		if more := len(r.Differ) - 1; more > 0 {
			fmt.Fprintf(w, "    (%s of this conversation differ too)\n", count(more, "later answer"))
		}
		fmt.Fprintln(w)
	}
	holding := 0
	for _, inv := range invariants {
		if len(inv.Broken) == 0 {
			holding++
		}
		for _, b := range inv.Broken {
			fmt.Fprintf(w, "%s\n\n", b)
		}
	}
	fmt.Fprintf(w, "%s in %s: %d as written, %d not\n", count(len(results), "conversation"), count(len(files), "file"), len(results)-failed, failed)
	fmt.Fprintf(w, "%s: %d hold\n", count(len(invariants), "invariant"), holding)
	var parts []string
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%s %d of %d", k.Name, k.Covered, k.Of))
	}
	fmt.Fprintf(w, "covered: %s\n", strings.Join(parts, ", "))
	for _, k := range kinds {
		if c.Quiet || len(k.Missing) == 0 {
			continue
		}
		sep := "  "
		if k.Name == "edges" {
			sep = "\n"
		}
		fmt.Fprintf(w, "%s in no conversation:\n%s\n", k.Name, indented(k.Missing, sep))
	}
	if len(results) == 0 {
		fmt.Fprintf(w, "There is no transcript yet: write one to %s, see layak test --help.\n", filepath.Join(flowtest.Dir, "first"+flowtest.Ext))
	}
	return failed > 0 || holding < len(invariants)
}

// indented writes a list, several entries a line unless they are separated by a line break.
func indented(list []string, sep string) string {
	var b strings.Builder
	column := 0
	for i, s := range list {
		if i == 0 || sep == "\n" || column+len(sep)+len(s) > 110 {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString("  " + s)
			column = 2 + len(s)
			continue
		}
		b.WriteString(sep + s)
		column += len(sep) + len(s)
	}
	return b.String()
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func writeJUnit(path string, results []flowtest.Result, invariants []flowtest.Invariant) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := flowtest.JUnit(f, results, invariants); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
