package match

import (
	"cmp"
	"math"
	"slices"
)

// sample is a text ready for training: features, and how likely each category is meant to be.
type sample struct {
	features []feature
	labels   []label
	weight   float32
}

type label struct {
	class uint8
	share float32
}

// maxClasses is the most categories a pack may have, with none: a place in a row of weights is one byte.
const maxClasses = 250

// Settings of the training, found by cross-validation on the default examples.
const (
	epochs    = 5
	batchSize = 32
	learnRate = 0.4
	decay     = 5e-4
	skipBelow = 5e-3 // errors this small are not worth an update
)

// dense is a model while it is trained: a row of classes for every place that occurs.
type dense struct {
	classes int
	row     []int32 // place to row, -1 when the place never occurs
	weights []float32
	bias    []float32

	squares, biasSquares []float32 // sums of squared slopes, for AdaGrad
}

// train fits a multinomial logistic regression with AdaGrad. The result depends only on its arguments. It works on one core:
// two that share the classes or the samples wait for each other after every batch, which costs more than it saves. In samples it
// puts the number of its row in place of every place.
func train(samples []sample, classes int) *dense {
	m := &dense{classes: classes, row: make([]int32, places), bias: make([]float32, classes), biasSquares: make([]float32, classes)}
	for i := range m.row {
		m.row[i] = -1
	}
	common := commonest(samples)
	for row, place := range common {
		m.row[place] = int32(row)
	}
	for _, s := range samples {
		for i, f := range s.features {
			s.features[i].place = uint32(m.row[f.place])
		}
	}
	m.weights = make([]float32, len(common)*classes)
	m.squares = make([]float32, len(common)*classes)

	errors := make([]float32, batchSize*classes)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	rng := random(1)
	for epoch := range epochs {
		rate := float32(learnRate) * (1 - 0.9*float32(epoch)/epochs)
		for i := len(order) - 1; i > 0; i-- {
			j := int(rng.next() % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		for batch := range slices.Chunk(order, batchSize) {
			for k, i := range batch {
				m.errors(&samples[i], errors[k*classes:][:classes])
			}
			for k, i := range batch {
				m.update(&samples[i], errors[k*classes:][:classes], rate)
			}
		}
	}
	return m
}

// commonest lists the places that occur, those that occur most often first: their weights lie side by side then, and stay in
// the processor's cache.
func commonest(samples []sample) []uint32 {
	count := make([]int, places)
	for _, s := range samples {
		for _, f := range s.features {
			count[f.place]++
		}
	}
	var out []uint32
	for p, n := range count {
		if n > 0 {
			out = append(out, uint32(p))
		}
	}
	slices.SortStableFunc(out, func(a, b uint32) int { return cmp.Compare(count[b], count[a]) })
	return out
}

// of gives the row of a feature, whose place train made the number of its row.
func (m *dense) of(rows []float32, f feature) []float32 {
	return rows[int(f.place)*m.classes:][:m.classes]
}

// errors fills e with predicted minus wanted for every class.
func (m *dense) errors(s *sample, e []float32) {
	copy(e, m.bias)
	fs := s.features
	for ; len(fs) >= 4; fs = fs[4:] { // four at once: e is read and written less often
		a, b, c, d := m.of(m.weights, fs[0]), m.of(m.weights, fs[1]), m.of(m.weights, fs[2]), m.of(m.weights, fs[3])
		a, b, c, d = a[:len(e)], b[:len(e)], c[:len(e)], d[:len(e)]
		va, vb, vc, vd := fs[0].value, fs[1].value, fs[2].value, fs[3].value
		for i, x := range e {
			x += a[i] * va
			x += b[i] * vb
			x += c[i] * vc
			x += d[i] * vd
			e[i] = x
		}
	}
	for _, f := range fs {
		for i, w := range m.of(m.weights, f)[:len(e)] {
			e[i] += w * f.value
		}
	}
	softmax(e, 1)
	for _, l := range s.labels {
		e[l.class] -= l.share
	}
	for c := range e {
		e[c] *= s.weight
	}
}

// update moves the weights of the classes whose errors e are worth it.
func (m *dense) update(s *sample, e []float32, rate float32) {
	var active [maxClasses + 6]uint8
	n := 0
	for c, x := range e {
		if x > skipBelow || x < -skipBelow {
			active[n] = uint8(c)
			n++
			m.biasSquares[c] += x * x
			m.bias[c] -= 0.1 * rate * x / (1e-3 + sqrt(m.biasSquares[c]))
		}
	}
	for _, f := range s.features {
		row, sq := m.of(m.weights, f)[:len(e)], m.of(m.squares, f)[:len(e)]
		for _, c := range active[:n] {
			g := e[c]*f.value + decay*row[c]
			sq[c] += g * g
			row[c] -= rate * g / (1e-3 + sqrt(sq[c]))
		}
	}
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// softmax turns scores into shares that add up to 1; a temperature above 1 makes them more alike.
func softmax(scores []float32, temperature float32) {
	top := scores[0]
	for _, s := range scores {
		top = max(top, s)
	}
	var sum float32
	for i, s := range scores {
		x := float32(math.Exp(float64((s - top) / temperature)))
		scores[i] = x
		sum += x
	}
	for i := range scores {
		scores[i] /= sum
	}
}

// rng is a small repeatable source of numbers (SplitMix64).
type rng uint64

func random(seed uint64) *rng { r := rng(seed); return &r }

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
