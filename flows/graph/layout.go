package graph

import (
	"math"
	"slices"
)

// box is something that takes room in the picture: a node, the label of an edge, or a bend of a long edge.
type box struct {
	node  int // index of the node, -1 for a label or a bend
	label int // index of the edge whose label it is, -1 otherwise
	w, h  float64
	x, y  float64 // of the centre
	layer int
	pos   int // within the layer
	up    []int
	down  []int
}

// layout places the boxes of a graph in layers from top to bottom. Nodes stand in even layers and labels in odd ones.
// Edges that lead back up keep their boxes in the same way, from below.
type layout struct {
	boxes  []box
	layers [][]int
	routes [][]int // by edge: the boxes it passes, from its source to its target
	back   []bool  // by edge: leads upwards
	w, h   float64
}

const (
	gapX    = 30.0 // between boxes of a layer
	gapY    = 24.0 // between layers
	bendW   = 14.0
	marginX = 24.0
	marginY = 24.0
)

// settleRounds is how often all boxes are moved: far more than the pictures of flows need to come to rest.
const settleRounds = 300

// arrange lays out nodes and labels of the given sizes.
func arrange(nodes, labels [][2]float64, edges [][2]int) *layout {
	l := &layout{routes: make([][]int, len(edges)), back: waysBack(len(nodes), edges)}
	level := levels(len(nodes), edges, l.back)
	for i, size := range nodes {
		l.add(box{node: i, label: -1, w: size[0], h: size[1], layer: 2 * level[i]})
	}
	for i, e := range edges {
		l.route(i, e, labels[i])
	}
	depth := 0
	for _, b := range l.boxes {
		depth = max(depth, b.layer+1)
	}
	l.layers = make([][]int, depth)
	for i, b := range l.boxes {
		l.boxes[i].pos = len(l.layers[b.layer])
		l.layers[b.layer] = append(l.layers[b.layer], i)
	}
	l.order()
	l.place()
	return l
}

func (l *layout) add(b box) int {
	l.boxes = append(l.boxes, b)
	return len(l.boxes) - 1
}

// levels gives each node its layer: below all that lead to it, ways back left out.
func levels(n int, edges [][2]int, back []bool) []int {
	level := make([]int, n)
	for range n { // as many rounds as the longest way can have steps
		for i, e := range edges {
			if !back[i] {
				level[e[1]] = max(level[e[1]], level[e[0]]+1)
			}
		}
	}
	return level
}

// waysBack says which edges lead back: those to a node that is nearer to the first one, or as near and written before, when
// there is a way on from there to where they come from.
func waysBack(n int, edges [][2]int) []bool {
	distance := make([]int, n)
	for i := range distance {
		distance[i] = n
	}
	if n > 0 {
		distance[0] = 0
	}
	for range n {
		for _, e := range edges {
			distance[e[1]] = min(distance[e[1]], distance[e[0]]+1)
		}
	}
	back := make([]bool, len(edges))
	for i, e := range edges {
		from, to := distance[e[0]], distance[e[1]]
		back[i] = to < from || to == from && e[1] <= e[0]
	}
	for i, e := range edges {
		if back[i] && !leads(n, edges, back, e[1], e[0]) {
			back[i] = false
		}
	}
	return back
}

// leads reports whether ways on lead from one node to another.
func leads(n int, edges [][2]int, back []bool, from, to int) bool {
	reached := make([]bool, n)
	reached[from] = true
	for range n {
		for i, e := range edges {
			if !back[i] && reached[e[0]] {
				reached[e[1]] = true
			}
		}
	}
	return reached[to]
}

// route makes the boxes an edge passes: its label in the layer next to its source, bends in the others.
func (l *layout) route(i int, e [2]int, label [2]float64) {
	at, end, step := l.boxes[e[0]].layer, l.boxes[e[1]].layer, 1
	if l.back[i] {
		step = -1
	}
	route := []int{e[0]}
	for layer := at + step; layer != end; layer += step {
		b := box{node: -1, label: -1, w: bendW, layer: layer}
		if layer == at+step && label[0] > 0 {
			b.label, b.w, b.h = i, label[0], label[1]
		}
		route = append(route, l.add(b))
	}
	route = append(route, e[1])
	for k := 1; k < len(route); k++ {
		upper, lower := route[k-1], route[k]
		if step < 0 {
			upper, lower = lower, upper
		}
		l.boxes[upper].down = append(l.boxes[upper].down, lower)
		l.boxes[lower].up = append(l.boxes[lower].up, upper)
	}
	l.routes[i] = route
}

// order sorts the layers so that few edges cross.
func (l *layout) order() {
	best, fewest := l.positions(), l.crossings()
	for round := range 40 {
		downwards := round%2 == 0
		for k := range l.layers {
			layer := k
			if !downwards {
				layer = len(l.layers) - 1 - k
			}
			l.sortLayer(layer, downwards)
		}
		l.swapNeighbours()
		if n := l.crossings(); n < fewest {
			best, fewest = l.positions(), n
		}
	}
	for i, pos := range best {
		l.boxes[i].pos = pos
	}
	for _, layer := range l.layers {
		slices.SortFunc(layer, func(a, b int) int { return l.boxes[a].pos - l.boxes[b].pos })
	}
}

func (l *layout) positions() []int {
	out := make([]int, len(l.boxes))
	for i, b := range l.boxes {
		out[i] = b.pos
	}
	return out
}

// sortLayer orders a layer by where its neighbours in the layer before stand on average.
func (l *layout) sortLayer(layer int, downwards bool) {
	middle := map[int]float64{}
	for _, i := range l.layers[layer] {
		near := l.boxes[i].up
		if !downwards {
			near = l.boxes[i].down
		}
		sum := 0.0
		for _, j := range near {
			sum += float64(l.boxes[j].pos) / float64(len(l.layers[l.boxes[j].layer]))
		}
		middle[i] = sum / float64(len(near))
		if len(near) == 0 {
			middle[i] = float64(l.boxes[i].pos) / float64(len(l.layers[layer]))
		}
	}
	slices.SortStableFunc(l.layers[layer], func(a, b int) int {
		switch d := middle[a] - middle[b]; {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	l.renumber(layer)
}

func (l *layout) renumber(layer int) {
	for pos, i := range l.layers[layer] {
		l.boxes[i].pos = pos
	}
}

// swapNeighbours exchanges neighbours where that removes crossings.
func (l *layout) swapNeighbours() {
	for layer := range l.layers {
		list := l.layers[layer]
		for k := 0; k+1 < len(list); k++ {
			before := l.crossingsAt(layer)
			list[k], list[k+1] = list[k+1], list[k]
			l.renumber(layer)
			if l.crossingsAt(layer) >= before {
				list[k], list[k+1] = list[k+1], list[k]
				l.renumber(layer)
			}
		}
	}
}

// crossingsAt counts the crossings above and below a layer.
func (l *layout) crossingsAt(layer int) int {
	n := 0
	if layer > 0 {
		n += l.between(layer - 1)
	}
	if layer+1 < len(l.layers) {
		n += l.between(layer)
	}
	return n
}

func (l *layout) crossings() int {
	n := 0
	for layer := 0; layer+1 < len(l.layers); layer++ {
		n += l.between(layer)
	}
	return n
}

// between counts the crossings between a layer and the next.
func (l *layout) between(layer int) int {
	var ends [][2]int
	for _, i := range l.layers[layer] {
		for _, j := range l.boxes[i].down {
			ends = append(ends, [2]int{l.boxes[i].pos, l.boxes[j].pos})
		}
	}
	n := 0
	for a := range ends {
		for b := a + 1; b < len(ends); b++ {
			if (ends[a][0]-ends[b][0])*(ends[a][1]-ends[b][1]) < 0 {
				n++
			}
		}
	}
	return n
}

// place gives every box its coordinates: each as near as can be to where its neighbours are, without overlap.
func (l *layout) place() {
	for _, layer := range l.layers {
		x := 0.0
		for _, i := range layer {
			b := &l.boxes[i]
			b.x = x + b.w/2
			x += b.w + gapX
		}
		for _, i := range layer {
			l.boxes[i].x -= x / 2 // centred
		}
	}
	for round := range settleRounds {
		for k := range l.layers {
			layer := k
			if round%2 == 1 {
				layer = len(l.layers) - 1 - k
			}
			l.settle(layer, round)
		}
	}
	for range 20 { // the first layers hang on the third, and follow it last
		for layer := min(1, len(l.layers)-1); layer >= 0; layer-- {
			l.settle(layer, settleRounds)
		}
	}
	left, right := math.Inf(1), math.Inf(-1)
	for _, b := range l.boxes {
		left, right = min(left, b.x-b.w/2), max(right, b.x+b.w/2)
	}
	for i := range l.boxes {
		l.boxes[i].x += marginX - left
	}
	y := marginY
	for _, layer := range l.layers {
		h := 0.0
		for _, i := range layer {
			h = max(h, l.boxes[i].h)
		}
		for _, i := range layer {
			l.boxes[i].y = y + h/2
		}
		y += h + gapY
	}
	l.w, l.h = right-left+2*marginX, y-gapY+marginY
}

// settle moves the boxes of a layer towards the middle of their neighbours. Bends pull harder, so that long edges are
// straight. With the order kept, the best places are those of a monotone regression.
func (l *layout) settle(layer, round int) {
	list := l.layers[layer]
	type block struct {
		sum, weight float64
		n           int
	}
	offset := make([]float64, len(list)) // least distance from the first
	for k := 1; k < len(list); k++ {
		a, b := l.boxes[list[k-1]], l.boxes[list[k]]
		offset[k] = offset[k-1] + a.w/2 + gapX + b.w/2
	}
	var blocks []block
	for k, i := range list {
		want, weight := l.wanted(i, round)
		blocks = append(blocks, block{(want - offset[k]) * weight, weight, 1})
		for len(blocks) > 1 {
			a, b := blocks[len(blocks)-2], blocks[len(blocks)-1]
			if a.sum/a.weight <= b.sum/b.weight {
				break
			}
			blocks = append(blocks[:len(blocks)-2], block{a.sum + b.sum, a.weight + b.weight, a.n + b.n})
		}
	}
	k := 0
	for _, b := range blocks {
		for range b.n {
			x := &l.boxes[list[k]].x
			*x = (*x + b.sum/b.weight + offset[k]) / 2 // half way, so that layers do not swing against each other
			k++
		}
	}
}

// wanted is where a box would like to be, and how much.
func (l *layout) wanted(i, round int) (x, weight float64) {
	b := l.boxes[i]
	near := slices.Concat(b.up, b.down)
	if round < 20 { // at first along the sweep, then between all neighbours
		near = b.up
		if round%2 == 1 {
			near = b.down
		}
	}
	if len(near) == 0 {
		return b.x, 0.1
	}
	sum, total := 0.0, 0.0
	for _, j := range near {
		w := 1.0
		if l.boxes[j].node < 0 && b.node < 0 {
			w = 4
		}
		sum += w * l.boxes[j].x
		total += w
	}
	weight = 1
	if b.node < 0 {
		weight = 3
	}
	return sum / total, weight
}
