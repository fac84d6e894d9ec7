package graph

import (
	"fmt"
	"io"
	"strings"

	"layak/flows/rules"
)

// look is how a node is painted. What the colour says, a sign and the border say as well.
type look struct {
	fill, stroke, ink string
	sign              string // before the title
	dash              string
	width             float64
}

var looks = map[Kind]look{
	Start:    {"#1f2937", "#1f2937", "#ffffff", "▶ ", "", 1},
	Question: {"#ffffff", "#475569", "#0f172a", "", "", 1.5},
	Judge:    {"#eef2ff", "#4338ca", "#1e1b4b", "⚖ ", "", 2.5},
	Speaks:   {"#f8fafc", "#94a3b8", "#0f172a", "", "", 1.5},
	BuiltIn:  {"#f8fafc", "#94a3b8", "#475569", "", "5 4", 1.5},
}

var verdictLooks = map[rules.Outcome]look{
	rules.Eligible:               {"#dcfce7", "#15803d", "#14532d", "✓ ", "", 2.5},
	rules.EligibleWithConditions: {"#ecfccb", "#4d7c0f", "#365314", "✓ + ", "10 4", 2.5},
	rules.NeedsReview:            {"#fef3c7", "#b45309", "#78350f", "? ", "5 4", 2.5},
	rules.NotEligible:            {"#fee2e2", "#b91c1c", "#7f1d1d", "✗ ", "2 3", 2.5},
}

func (n Node) look() look {
	if n.Kind == Verdict {
		return verdictLooks[n.Outcome]
	}
	return looks[n.Kind]
}

// name makes an id that Mermaid and DOT take without quotes.
func name(id string) string { return strings.ReplaceAll(id, "-", "_") }

// Mermaid writes the graph for Mermaid, which code hosts and wikis draw.
func (g *Graph) Mermaid(w io.Writer) error {
	var b strings.Builder
	quote := strings.NewReplacer(`"`, "#quot;", "<", "#lt;", ">", "#gt;", "\n", "<br/>")
	fmt.Fprintf(&b, "---\ntitle: %q\n---\nflowchart TD\n", g.Title)
	for _, n := range g.Nodes {
		lines := []string{"<b>" + quote.Replace(n.look().sign+n.Title) + "</b>"}
		if n.Text != "" {
			lines = append(lines, quote.Replace(n.Text))
		}
		for _, note := range n.Notes {
			lines = append(lines, "<i>"+quote.Replace(note)+"</i>")
		}
		open, shut := "[", "]"
		switch n.Kind {
		case Start:
			open, shut = "([", "])"
		case Judge:
			open, shut = "{{", "}}"
		case Verdict:
			open, shut = "[[", "]]"
		}
		fmt.Fprintf(&b, "  %s%s\"%s\"%s\n", name(n.ID), open, strings.Join(lines, "<br/>"), shut)
	}
	for _, e := range g.Edges {
		if len(e.Labels) == 0 {
			fmt.Fprintf(&b, "  %s --> %s\n", name(e.From), name(e.To))
			continue
		}
		labels := make([]string, len(e.Labels))
		for i, l := range e.Labels {
			labels[i] = quote.Replace(l)
		}
		fmt.Fprintf(&b, "  %s -->|\"%s\"| %s\n", name(e.From), strings.Join(labels, "<br/>"), name(e.To))
	}
	for _, n := range g.Nodes {
		l := n.look()
		fmt.Fprintf(&b, "  style %s fill:%s,stroke:%s,color:%s", name(n.ID), l.fill, l.stroke, l.ink)
		if l.dash != "" {
			fmt.Fprintf(&b, ",stroke-dasharray:%s", l.dash)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// DOT writes the graph for Graphviz.
func (g *Graph) DOT(w io.Writer) error {
	var b strings.Builder
	quote := func(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) }
	fmt.Fprintf(&b, "digraph flow {\n  label=\"%s\"; labelloc=t; rankdir=TB; fontname=\"sans-serif\";\n", quote(g.Title))
	b.WriteString("  node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=10];\n")
	for _, n := range g.Nodes {
		lines := []string{n.look().sign + n.Title}
		lines = append(lines, wrap(n.Text, 34)...)
		lines = append(lines, n.Notes...)
		style := "filled,rounded"
		if n.look().dash != "" {
			style += ",dashed"
		}
		fmt.Fprintf(&b, "  %s [label=\"%s\", style=\"%s\", fillcolor=\"%s\", color=\"%s\", fontcolor=\"%s\"];\n",
			name(n.ID), strings.ReplaceAll(quote(strings.Join(lines, "\n")), "\n", `\n`), style, n.look().fill, n.look().stroke, n.look().ink)
	}
	for _, e := range g.Edges {
		fmt.Fprintf(&b, "  %s -> %s [label=\"%s\"];\n", name(e.From), name(e.To), quote(strings.Join(e.Labels, "\n")))
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks a text into lines of at most width characters, where it can.
func wrap(text string, width int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}
