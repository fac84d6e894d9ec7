package graph

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"layak/flows"
)

// Sizes of the picture, in pixels at natural size.
const (
	nodeWidth   = 272.0
	wideText    = 38 // characters on a line of a node
	labelText   = 26 // characters on a line of a label
	titleSize   = 14.0
	textSize    = 12.0
	labelSize   = 11.0
	lineHeight  = 16.0
	labelHeight = 14.0
	padding     = 10.0
	glyph       = 6.1 // width of an average character at labelSize
)

// SVGOptions change how the picture fits into a page.
type SVGOptions struct {
	// Link gives the address a state leads to; nil makes no links.
	Link func(flows.StateID) string
}

// lines of a node, wrapped.
type nodeText struct {
	title       []string
	text, notes []string
}

func (t nodeText) height() float64 {
	return 2*padding + lineHeight*float64(len(t.title)+len(t.text)+len(t.notes))
}

// SVG draws the picture. It needs no other program, no script and no style sheet: everything is in attributes, so that it
// can stand in a page with a strict content policy. Every state is a group with the id state-<id> and data-state, every
// verdict one with the id verdict-<outcome>.
func (g *Graph) SVG(w io.Writer, o SVGOptions) error {
	nodes, edges := g.tidy()
	texts := make([]nodeText, len(nodes))
	sizes := make([][2]float64, len(nodes))
	index := map[string]int{}
	for i, n := range nodes {
		index[n.ID] = i
		t := nodeText{title: wrap(n.look().sign+n.Title, 28), text: wrap(n.Text, wideText)}
		for _, note := range n.Notes {
			t.notes = append(t.notes, wrap(note, wideText)...)
		}
		texts[i] = t
		sizes[i] = [2]float64{nodeWidth, t.height()}
		if n.Kind == Start {
			sizes[i][0] = 150
		}
	}
	labels := make([][]string, len(edges))
	labelSizes := make([][2]float64, len(edges))
	ends := make([][2]int, len(edges))
	for i, e := range edges {
		ends[i] = [2]int{index[e.From], index[e.To]}
		for k, label := range e.Labels {
			if k > 0 {
				label = g.words.say("or: %s", label)
			}
			labels[i] = append(labels[i], wrap(label, labelText)...)
		}
		widest := 0
		for _, l := range labels[i] {
			widest = max(widest, len([]rune(l)))
		}
		if widest > 0 {
			labelSizes[i] = [2]float64{float64(widest)*glyph + 8, float64(len(labels[i]))*labelHeight + 6}
		}
	}
	l := arrange(sizes, labelSizes, ends)
	d := &drawing{nodes: nodes, edges: edges, l: l, o: o}
	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s" font-family="system-ui, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif">`+"\n",
		l.w, l.h, l.w, l.h, escape(g.Title))
	d.printf("<title>%s</title>\n<defs>", escape(g.Title))
	for _, m := range []struct{ id, color string }{{"forward", forwardInk}, {"back", backInk}} {
		d.printf(`<marker id="layak-%s" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="%s"/></marker>`, m.id, m.color)
	}
	d.printf("</defs>\n<rect width=\"%.0f\" height=\"%.0f\" fill=\"#ffffff\"/>\n", l.w, l.h)
	d.lines()
	d.labels(labels)
	for i := range nodes {
		d.node(i, texts[i])
	}
	d.printf("</svg>\n")
	_, err := io.WriteString(w, d.b.String())
	return err
}

// Ways on are dark and whole, ways back lighter and dashed.
const (
	forwardInk = "#334155"
	backInk    = "#7c8aa0"
)

type drawing struct {
	nodes []Node
	edges []Edge
	l     *layout
	o     SVGOptions
	b     strings.Builder
}

// tidy turns ways back over more than one layer into notes of the state they leave: as lines they would run across all
// others.
func (g *Graph) tidy() ([]Node, []Edge) {
	index := map[string]int{}
	nodes := slices.Clone(g.Nodes)
	for i, n := range nodes {
		index[n.ID] = i
		nodes[i].Notes = slices.Clone(n.Notes)
	}
	ends := make([][2]int, len(g.Edges))
	for i, e := range g.Edges {
		ends[i] = [2]int{index[e.From], index[e.To]}
	}
	back := waysBack(len(nodes), ends)
	level := levels(len(nodes), ends, back)
	var edges []Edge
	for i, e := range g.Edges {
		from, to := ends[i][0], ends[i][1]
		if back[i] && level[from]-level[to] > 1 {
			nodes[from].Notes = append(nodes[from].Notes, "↑ "+nodes[to].Title+": "+strings.Join(e.Labels, g.words.say(", or ")))
			continue
		}
		edges = append(edges, e)
	}
	return nodes, edges
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.b, format, args...) }

// lines draws every edge from box to box, leaving and arriving upright.
func (d *drawing) lines() {
	for i, route := range d.l.routes {
		var path strings.Builder
		x, y := d.port(i, 0)
		fmt.Fprintf(&path, "M%.1f %.1f", x, y)
		to := func(nx, ny float64) {
			middle := (y + ny) / 2
			fmt.Fprintf(&path, " C%.1f %.1f %.1f %.1f %.1f %.1f", x, middle, nx, middle, nx, ny)
			x, y = nx, ny
		}
		for _, k := range route[1 : len(route)-1] {
			b := d.l.boxes[k]
			top, bottom := b.y-b.h/2, b.y+b.h/2
			if b.layer%2 == 0 { // past the nodes of the layer it goes straight
				top, bottom = d.band(b.layer)
			}
			if d.l.back[i] {
				top, bottom = bottom, top
			}
			to(b.x, top)
			fmt.Fprintf(&path, " L%.1f %.1f", b.x, bottom)
			y = bottom
		}
		to(d.port(i, len(route)-1))
		ink, marker, dash := forwardInk, "forward", ""
		if d.l.back[i] {
			ink, marker, dash = backInk, "back", ` stroke-dasharray="6 4"`
		}
		d.printf(`<path d="%s" fill="none" stroke="%s" stroke-width="1.4"%s marker-end="url(#layak-%s)"><title>%s</title></path>`+"\n",
			path.String(), ink, dash, marker, escape(strings.Join(d.edges[i].Events, ", ")))
	}
}

// band is the top and bottom of a layer.
func (d *drawing) band(layer int) (top, bottom float64) {
	h, y := 0.0, 0.0
	for _, i := range d.l.layers[layer] {
		h, y = max(h, d.l.boxes[i].h), d.l.boxes[i].y
	}
	return y - h/2, y + h/2
}

// port is where an edge leaves or enters a node: edges stand side by side, in the order of where they come from.
func (d *drawing) port(edge, end int) (x, y float64) {
	route := d.l.routes[edge]
	self, next := route[end], route[1]
	if end > 0 {
		next = route[end-1]
	}
	b := d.l.boxes[self]
	below := d.l.boxes[next].layer > b.layer
	type line struct {
		edge int
		x    float64
	}
	var lines []line
	for i, r := range d.l.routes {
		for _, e := range []int{0, len(r) - 1} {
			n := r[1]
			if e > 0 {
				n = r[e-1]
			}
			if r[e] == self && (d.l.boxes[n].layer > b.layer) == below {
				lines = append(lines, line{i, d.l.boxes[n].x})
			}
		}
	}
	slices.SortStableFunc(lines, func(p, q line) int {
		switch {
		case p.x < q.x:
			return -1
		case p.x > q.x:
			return 1
		}
		return 0
	})
	k := slices.IndexFunc(lines, func(l line) bool { return l.edge == edge })
	x = b.x + b.w*0.8*(float64(k+1)/float64(len(lines)+1)-0.5)
	if below {
		return x, b.y + b.h/2
	}
	return x, b.y - b.h/2
}

func (d *drawing) labels(labels [][]string) {
	for _, b := range d.l.boxes {
		if b.label < 0 {
			continue
		}
		d.printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="4" fill="#ffffff"/>`, b.x-b.w/2, b.y-b.h/2, b.w, b.h)
		lines := labels[b.label]
		y := b.y - float64(len(lines)-1)*labelHeight/2 + labelSize*0.35
		for _, line := range lines {
			d.printf(`<text x="%.1f" y="%.1f" font-size="%.0f" text-anchor="middle" fill="#334155">%s</text>`, b.x, y, labelSize, escape(line))
			y += labelHeight
		}
		d.printf("\n")
	}
}

func (d *drawing) node(i int, t nodeText) {
	n, b := d.nodes[i], d.l.boxes[i]
	l := n.look()
	data := ""
	if n.State != "" {
		data = fmt.Sprintf(` data-state="%s"`, escape(string(n.State)))
	}
	if n.Outcome != "" {
		data = fmt.Sprintf(` data-verdict="%s"`, escape(string(n.Outcome)))
	}
	link := ""
	if d.o.Link != nil && n.State != "" {
		link = d.o.Link(n.State)
	}
	if link != "" {
		d.printf(`<a href="%s">`, escape(link))
	}
	d.printf(`<g id="%s" data-kind="%s"%s>`, escape(n.ID), n.Kind, data)
	round := 8.0
	if n.Kind == Start {
		round = b.h / 2
	}
	dash := ""
	if l.dash != "" {
		dash = fmt.Sprintf(` stroke-dasharray="%s"`, l.dash)
	}
	d.printf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.0f" fill="%s" stroke="%s" stroke-width="%.1f"%s/>`,
		b.x-b.w/2, b.y-b.h/2, b.w, b.h, round, l.fill, l.stroke, l.width, dash)
	y := b.y - b.h/2 + padding + titleSize*0.85
	line := func(text, style string, size float64) {
		d.printf(`<text x="%.1f" y="%.1f" font-size="%.0f" text-anchor="middle" fill="%s"%s>%s</text>`, b.x, y, size, l.ink, style, escape(text))
		y += lineHeight
	}
	for _, s := range t.title {
		line(s, ` font-weight="bold"`, titleSize)
	}
	for _, s := range t.text {
		line(s, "", textSize)
	}
	for _, s := range t.notes {
		line(s, ` font-style="italic"`, textSize)
	}
	d.printf("</g>")
	if link != "" {
		d.printf("</a>")
	}
	d.printf("\n")
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
