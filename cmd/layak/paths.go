package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"layak/flows"
	"layak/flows/flowtest"
	"layak/flows/paths"
)

type pathsCmd struct {
	asOfFlag
	Dir   string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the flow folder one stands in, else the built-in flow."`
	By    string `enum:"category,verdict" default:"category" help:"Group by category or by verdict (default: category)."`
	Lang  string `placeholder:"LANGUAGE" help:"In this language; without it the first of the flow."`
	Texts bool   `help:"Every word of every conversation, in the form of a transcript for tests/."`
	JSON  bool   `name:"json" help:"One JSON object a line."`
}

// Help ends in the example of `layak paths --help`.
func (pathsCmd) Help() string {
	return "Every way through the flow: what is asked and answered, and the verdict with the rules that are its reasons; grouped and counted. " +
		"A question that cannot change the verdict is not asked, so one path can stand for several combinations of answers.\n\n" +
		"Example:\n\n    layak paths ./myflow --by verdict"
}

// Run lists the paths.
func (c pathsCmd) Run(ctx context.Context, con *console) error {
	flow, at, err := c.load(con)
	if err != nil {
		return err
	}
	if c.Lang == "" {
		c.Lang = flow.Langs[0]
	}
	if !flow.Speaks(c.Lang) {
		return withCode(exitUsage, fmt.Errorf("--lang %s: the flow speaks %s", c.Lang, strings.Join(flow.Langs, ", ")))
	}
	list, err := paths.All(ctx, flow, c.Lang, at, flowtest.RetentionDays)
	if err != nil {
		return err
	}
	w := &pathWriter{out: con.Out, flow: flow, lang: c.Lang, date: c.AsOf}
	switch {
	case c.JSON:
		for _, p := range list {
			w.json(p)
		}
	case c.Texts:
		w.texts(list)
	default:
		w.head(list)
		w.groups(list, c.By)
	}
	return w.err
}

func (c pathsCmd) load(con *console) (*flows.Flow, time.Time, error) {
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return nil, time.Time{}, err
	}
	at, err := c.time()
	if err != nil {
		return nil, at, err
	}
	flow, err := lookAtFlow(cfg)
	return flow, at, err
}

// pathWriter writes paths and keeps the first error.
type pathWriter struct {
	out  io.Writer
	flow *flows.Flow
	lang string
	date string
	err  error
}

func (w *pathWriter) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format, args...)
	}
}

// head counts.
func (w *pathWriter) head(list []paths.Path) {
	byOutcome, combinations := paths.Count(list)
	total, categories := 0, map[string]bool{}
	for _, p := range list {
		total += p.Combinations
		categories[p.Category] = true
	}
	w.printf("%s, pack %s: %s, %s, %s of answers\n", w.flow.ID, w.flow.Pack.Version, count(len(categories), "kind")+" of business", count(len(list), "path"), count(total, "combination"))
	for _, o := range paths.Outcomes(byOutcome) {
		w.printf("  %-25s %4d paths %5d combinations\n", o, byOutcome[o], combinations[o])
	}
}

// groups writes a line a path.
func (w *pathWriter) groups(list []paths.Path, by string) {
	var order []string
	grouped := map[string][]paths.Path{}
	for _, p := range list {
		key := p.Category
		if by == "verdict" {
			key = p.Outcome()
		}
		if grouped[key] == nil {
			order = append(order, key)
		}
		grouped[key] = append(grouped[key], p)
	}
	if by == "verdict" {
		n, _ := paths.Count(list)
		order = paths.Outcomes(n)
	}
	for _, key := range order {
		width := 0
		for _, p := range grouped[key] {
			width = max(width, utf8.RuneCountInString(w.told(p, by)))
		}
		if by == "verdict" {
			w.printf("\n%s: %s\n", key, count(len(grouped[key]), "path"))
		} else {
			w.printf("\n%s\n", w.title(key))
		}
		for _, p := range grouped[key] {
			told := w.told(p, by)
			w.printf("  %s%s → ", told, strings.Repeat(" ", width-utf8.RuneCountInString(told)))
			if by == "verdict" {
				w.printf("%s\n", strings.Join(p.Rules(), ", "))
				continue
			}
			w.printf("%s: %s\n", p.Outcome(), strings.Join(p.Rules(), ", "))
		}
	}
}

// title names a category, and how it is reached.
func (w *pathWriter) title(id string) string {
	c := w.flow.Pack.Category(id)
	if c == nil {
		return "(no kind of business)"
	}
	t := id + " · " + c.Title.In(w.lang)
	if !c.Menu {
		t += " (by words only)"
	}
	return t
}

// told writes the answers of a path on one line.
func (w *pathWriter) told(p paths.Path, by string) string {
	var parts []string
	for _, s := range p.Told() {
		parts = append(parts, s.About+": "+s.Label)
	}
	if by == "verdict" {
		parts = append([]string{p.Category}, parts...)
	}
	if len(parts) == 0 {
		return "(nothing is asked)"
	}
	return strings.Join(parts, "; ")
}

// texts writes every conversation as a transcript.
func (w *pathWriter) texts(list []paths.Path) {
	w.printf("# Every path of %s, pack %s. In tests/ of the flow folder this is a transcript for layak test.\n@ lang %s\n", w.flow.ID, w.flow.Pack.Version, w.lang)
	if w.date != "" {
		w.printf("@ date %s\n", w.date)
	}
	for _, p := range list {
		name := []string{p.Category}
		for _, s := range p.Told() {
			name = append(name, s.About+": "+s.Label)
		}
		w.printf("\n@ chat %s\n> %s\n", strings.Join(name, "; "), paths.First(w.lang))
		for _, s := range p.Steps {
			w.said(s.Before)
			w.printf("> [tap %s]\n", s.Choice)
		}
		w.said(p.After)
		if p.Verdict != nil {
			w.printf("! verdict %s %s: %s\n", p.Outcome(), p.Category, strings.Join(p.Rules(), ", "))
		}
		if p.HandOff != "" {
			w.printf("! handoff %s\n", p.HandOff)
		}
	}
}

func (w *pathWriter) said(texts []string) {
	for _, text := range texts {
		for _, line := range strings.Split(text, "\n") {
			w.printf("%s\n", strings.TrimRight("< "+line, " "))
		}
	}
}

// pathJSON is one path for a program.
type pathJSON struct {
	Category     string              `json:"category"`
	Answers      []answerJSON        `json:"answers"`
	Verdict      string              `json:"verdict"`
	Messaging    string              `json:"messaging"`
	Commerce     string              `json:"commerce"`
	Rules        []string            `json:"rules"`
	HandOff      flows.HandOffReason `json:"handoff,omitempty"`
	Combinations int                 `json:"combinations"`
}

type answerJSON struct {
	Ask    string `json:"ask"`
	About  string `json:"about"`
	Answer string `json:"answer"`
	Label  string `json:"label"`
}

func (w *pathWriter) json(p paths.Path) {
	out := pathJSON{Category: p.Category, Answers: []answerJSON{}, Verdict: p.Outcome(), Rules: p.Rules(), HandOff: p.HandOff, Combinations: p.Combinations}
	for _, s := range p.Told() {
		out.Answers = append(out.Answers, answerJSON{s.Ask, s.About, s.Choice, s.Label})
	}
	if p.Verdict != nil {
		out.Messaging, out.Commerce = string(p.Verdict.Messaging), string(p.Verdict.Commerce)
	}
	if w.err == nil {
		w.err = writeJSON(w.out, out)
	}
}
