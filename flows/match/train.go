package match

import (
	"math"
	"runtime"
	"sync"
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
}

// train fits a multinomial logistic regression with AdaGrad. The result depends only on its arguments: the workers
// share the classes, not the samples.
func train(samples []sample, classes int) *dense {
	m := &dense{classes: classes, row: make([]int32, places), bias: make([]float32, classes)}
	for i := range m.row {
		m.row[i] = -1
	}
	rows := 0
	for _, s := range samples {
		for _, f := range s.features {
			if m.row[f.place] < 0 {
				m.row[f.place] = int32(rows)
				rows++
			}
		}
	}
	m.weights = make([]float32, rows*classes)
	squares := make([]float32, rows*classes)
	biasSquares := make([]float32, classes)

	workers := max(1, min(2, runtime.GOMAXPROCS(0)))
	errors := make([]float32, batchSize*classes)
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	rng := random(1)
	var wait sync.WaitGroup
	both := func(work func(worker int)) {
		for w := 1; w < workers; w++ {
			wait.Go(func() { work(w) })
		}
		work(0)
		wait.Wait()
	}
	for epoch := range epochs {
		rate := float32(learnRate) * (1 - 0.9*float32(epoch)/epochs)
		for i := len(order) - 1; i > 0; i-- {
			j := int(rng.next() % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		for start := 0; start < len(order); start += batchSize {
			batch := order[start:min(start+batchSize, len(order))]
			both(func(worker int) {
				for k := worker; k < len(batch); k += workers {
					m.errors(&samples[batch[k]], errors[k*classes:(k+1)*classes])
				}
			})
			both(func(worker int) {
				from, to := worker*classes/workers, (worker+1)*classes/workers
				for k, i := range batch {
					m.update(&samples[i], errors[k*classes:(k+1)*classes], from, to, rate, squares, biasSquares)
				}
			})
		}
	}
	return m
}

// errors fills e with predicted minus wanted for every class.
func (m *dense) errors(s *sample, e []float32) {
	copy(e, m.bias)
	for _, f := range s.features {
		row := m.weights[int(m.row[f.place])*m.classes:][:len(e)]
		for c, w := range row {
			e[c] += w * f.value
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

// update moves the weights of the classes from to to.
func (m *dense) update(s *sample, e []float32, from, to int, rate float32, squares, biasSquares []float32) {
	var active [maxClasses + 6]uint8
	n := 0
	for c := from; c < to; c++ {
		if e[c] > skipBelow || e[c] < -skipBelow {
			active[n] = uint8(c)
			n++
			biasSquares[c] += e[c] * e[c]
			m.bias[c] -= 0.1 * rate * e[c] / (1e-3 + sqrt(biasSquares[c]))
		}
	}
	for _, f := range s.features {
		at := int(m.row[f.place]) * m.classes
		row, sq := m.weights[at:at+m.classes], squares[at:at+m.classes]
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
