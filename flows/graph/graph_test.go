package graph

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"layak/flows"
	flowdefault "layak/flows/default"
)

func defaultGraph(t *testing.T) *Graph {
	t.Helper()
	f, problems := flows.Load(flowdefault.Files, flows.Options{Trained: flowdefault.Model})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return Build(f, Options{Lang: "en", At: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Reached: map[flows.StateID][]string{"recap": {"reached 12"}}})
}

// The picture is one well-formed document, with every state and verdict in a group that a page can find.
func TestSVGHoldsEveryStateAndVerdict(t *testing.T) {
	g := defaultGraph(t)
	var b strings.Builder
	if err := g.SVG(&b, SVGOptions{Link: func(s flows.StateID) string { return "/flow?state=" + string(s) + "&lang=en" }}); err != nil {
		t.Fatal(err)
	}
	ids, links, text := map[string]string{}, 0, strings.Builder{}
	d := xml.NewDecoder(strings.NewReader(b.String()))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.CharData:
			text.Write(e)
			text.WriteByte(' ')
		case xml.StartElement:
			if e.Name.Local == "a" {
				links++
			}
			if e.Name.Local == "style" || e.Name.Local == "script" {
				t.Errorf("<%s> would be refused by a page with a strict content policy", e.Name.Local)
			}
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			if attrs["style"] != "" {
				t.Errorf("a style attribute: %q", attrs["style"])
			}
			if e.Name.Local == "g" {
				ids[attrs["id"]] = attrs["data-state"]
			}
		}
	}
	states := 0
	for _, n := range g.Nodes {
		if state, there := ids[n.ID]; !there || state != string(n.State) {
			t.Errorf("node %s: data-state %q (there: %t), want %q", n.ID, state, there, n.State)
		}
		if n.State != "" {
			states++
		}
	}
	if links != states {
		t.Errorf("%d links for %d states", links, states)
	}
	for _, want := range []string{"What is your business?", "✗ not_eligible", "✓ eligible", "reached 12", "the business is known"} {
		if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), want) {
			t.Errorf("the picture does not say %q", want)
		}
	}
}

// No box lies on another, every way on leads down, and the same flow gives the same picture.
func TestLayout(t *testing.T) {
	nodes := [][2]float64{{100, 40}, {200, 80}, {200, 40}, {120, 40}, {90, 60}, {90, 30}}
	edges := [][2]int{{0, 1}, {1, 2}, {1, 3}, {2, 3}, {3, 1}, {3, 4}, {0, 4}, {3, 5}, {5, 0}}
	labels := make([][2]float64, len(edges))
	for i := range labels {
		labels[i] = [2]float64{80, 20}
	}
	l := arrange(nodes, labels, edges)
	for i, a := range l.boxes {
		if a.x-a.w/2 < 0 || a.y-a.h/2 < 0 || a.x+a.w/2 > l.w || a.y+a.h/2 > l.h {
			t.Errorf("box %d stands out of the picture: %+v of %.0f×%.0f", i, a, l.w, l.h)
		}
		for j, b := range l.boxes[:i] {
			if math.Abs(a.x-b.x) < (a.w+b.w)/2 && math.Abs(a.y-b.y) < (a.h+b.h)/2 && a.h > 0 && b.h > 0 {
				t.Errorf("boxes %d and %d overlap: %+v, %+v", i, j, a, b)
			}
		}
	}
	for i, e := range edges {
		if down := l.boxes[e[1]].y > l.boxes[e[0]].y; down == l.back[i] {
			t.Errorf("edge %v: down %t, back %t", e, down, l.back[i])
		}
	}
	if want := []bool{false, false, false, false, true, false, false, false, true}; !slices.Equal(l.back, want) {
		t.Errorf("ways back %v, want %v", l.back, want)
	}
	again := arrange(nodes, labels, edges)
	for i := range l.boxes {
		if l.boxes[i].x != again.boxes[i].x || l.boxes[i].y != again.boxes[i].y {
			t.Fatalf("box %d stands elsewhere the second time", i)
		}
	}
}
