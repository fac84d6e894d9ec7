package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"layak/flows/rules"
)

type upcomingCmd struct {
	Dir string `arg:"" optional:"" help:"A flow folder, or a folder with config.yaml. Without it ./config.yaml, else the flow folder one stands in, else the built-in flow."`
	asOfFlag
	JSON bool `name:"json" help:"One JSON object a day, and one a source."`
}

// Help ends in the example of `layak upcoming --help`.
func (upcomingCmd) Help() string {
	return "Which rules begin or end after today (from and until in rules.yaml) and whose verdict that changes; and which rules rest on a source that is " +
		"older than review_after in rules.yaml (400d where nothing is said), so that somebody should read it again. Finding some is no error: the exit code " +
		"is 0.\n\nExample:\n\n    layak upcoming mybot --as-of 2027-01-01"
}

// Run lists what is coming.
func (c upcomingCmd) Run(_ context.Context, con *console) error {
	at, err := c.time()
	if err != nil {
		return err
	}
	cfg, err := folderArg(c.Dir, con)
	if err != nil {
		return err
	}
	flow, err := lookAtFlow(cfg)
	if err != nil {
		return err
	}
	pack := flow.Pack
	turns, aged := pack.Upcoming(at), pack.Aged(at)
	if c.JSON {
		for _, t := range turns {
			if err := writeJSON(con.Out, turnJSON(t)); err != nil {
				return err
			}
		}
		for _, a := range aged {
			if err := writeJSON(con.Out, agedJSON(a)); err != nil {
				return err
			}
		}
		return nil
	}
	out := func(format string, args ...any) { fmt.Fprintf(con.Out, format, args...) }
	if len(turns) == 0 {
		out("No rule begins or ends after %s.\n", at.Format(time.DateOnly))
	}
	for _, t := range turns {
		out("On %s\n", t.On.Format(time.DateOnly))
		for _, r := range t.Begin {
			out("  begins: rule %s (%s)\n", r.ID, r.Outcome)
		}
		for _, r := range t.End {
			out("  ends:   rule %s (%s)\n", r.ID, r.Outcome)
		}
		if len(t.Changes) == 0 {
			out("  no verdict changes\n")
		}
		for _, s := range t.Changes {
			title := pack.Category(s.Category).Title.In(flow.Langs[len(flow.Langs)-1])
			for _, with := range s.With {
				out("  %s (%s)%s: %s → %s\n", s.Category, title, withAnswers(with), s.Was, s.Become)
			}
		}
	}
	out("\n")
	days := int(pack.ReviewAfter / (24 * time.Hour))
	if len(aged) == 0 {
		out("No rule rests on a source that is older than %d days.\n", days)
		return nil
	}
	out("To be read again: sources older than %d days, and the rules that rest on them.\n", days)
	for _, a := range aged {
		title := strings.TrimSpace(a.Source.Title.In(flow.Langs[len(flow.Langs)-1]) + " " + a.Source.URL)
		out("  %s, of %s (%d days): %s\n    %s\n", a.Source.ID, a.Source.AsOf, a.Days, title, fewRules(ruleIDs(a.Rules)))
	}
	out("Read each again. Its as_of in rules.yaml is the date of its page, or the day on which you read it where the page shows none:\n" +
		"bring that up to date, and the rules with it. A page that still shows its old date stays in this list.\n")
	return nil
}

// fewRules names some of the rules that rest on a source; most rest on the same few.
func fewRules(ids []string) string {
	const most = 5
	if len(ids) <= most+1 {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more rules", strings.Join(ids[:most], ", "), len(ids)-most)
}

// withAnswers says with which answers, "" for any.
func withAnswers(facts map[string]string) string {
	var parts []string
	for _, f := range slices.Sorted(maps.Keys(facts)) {
		parts = append(parts, f+" "+facts[f])
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + strings.Join(parts, ", ")
}

// turnJSON is a day on which rules change, for programs.
func turnJSON(t rules.Turn) any {
	type change struct {
		Category string              `json:"category"`
		With     []map[string]string `json:"with"` // one empty object: whatever is answered
		Was      rules.Outcome       `json:"was"`
		Becomes  rules.Outcome       `json:"becomes"`
	}
	changes := []change{}
	for _, s := range t.Changes {
		changes = append(changes, change{s.Category, s.With, s.Was, s.Become})
	}
	return struct {
		On      string   `json:"on"`
		Begin   []string `json:"begin"`
		End     []string `json:"end"`
		Changes []change `json:"changes"`
	}{t.On.Format(time.DateOnly), ruleIDs(t.Begin), ruleIDs(t.End), changes}
}

// agedJSON is a source that is due for review, for programs.
func agedJSON(a rules.Aged) any {
	return struct {
		Review string   `json:"review"`
		AsOf   string   `json:"as_of"`
		Days   int      `json:"days"`
		URL    string   `json:"url"`
		Rules  []string `json:"rules"`
	}{a.Source.ID, a.Source.AsOf, a.Days, a.Source.URL, ruleIDs(a.Rules)}
}

func ruleIDs(list []*rules.Rule) []string {
	ids := []string{}
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}
