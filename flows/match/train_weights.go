package match

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// weights is a trained model as it is kept in memory and in a file: for every place the classes whose weight matters,
// each in two bytes.
type weights struct {
	classes int
	bias    []float32
	top     float32  // the largest weight
	from    []uint32 // places+1 offsets into class and value
	class   []uint8
	value   []int8 // signed square root of the weight's share of top, so that small weights keep their precision
	decode  [256]float32
}

// Weights below this share of the largest are dropped; cross-validation sees no difference.
const negligible = 0.07

// levels is how many sizes of weights are told apart; few make a small file.
const levels = 24

// compact keeps the weights of m that matter.
func (m *dense) compact() *weights {
	w := &weights{classes: m.classes, bias: m.bias, from: make([]uint32, places+1)}
	for _, x := range m.weights {
		w.top = max(w.top, abs(x))
	}
	for p := range places {
		w.from[p] = uint32(len(w.class))
		if m.row[p] < 0 {
			continue
		}
		for c, x := range m.weights[int(m.row[p])*m.classes:][:m.classes] {
			if abs(x) < negligible*w.top {
				continue
			}
			q := math.Round(math.Sqrt(float64(abs(x)/w.top)) * levels)
			w.class = append(w.class, uint8(c))
			w.value = append(w.value, int8(math.Copysign(q, float64(x))))
		}
	}
	w.from[places] = uint32(len(w.class))
	w.class, w.value = slices.Clip(w.class), slices.Clip(w.value)
	w.table()
	return w
}

func abs(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}

// table prepares the decoding of values.
func (w *weights) table() {
	for i := range w.decode {
		q := float32(int8(i)) / levels
		w.decode[i] = q * abs(q) * w.top
	}
}

// score adds up the weights of the features for every class into out.
func (w *weights) score(fs []feature, out []float32) {
	copy(out, w.bias)
	for _, f := range fs {
		from, to := w.from[f.place], w.from[f.place+1]
		class, value := w.class[from:to], w.value[from:to]
		for i, c := range class {
			out[c] += w.decode[uint8(value[i])] * f.value
		}
	}
}

// magic begins a model file; its last byte is the version of features and format together.
const magic = "layakm\x00\x02"

// encode writes the model with its digest and its words.
func (w *weights) encode(digest string, v *vocabulary) []byte {
	var out bytes.Buffer
	out.WriteString(magic)
	out.WriteByte(byte(len(digest)))
	out.WriteString(digest)
	z, _ := flate.NewWriter(&out, 2) // the level is valid; the default one takes three times as long for 11 % less
	var b []byte
	b = binary.AppendUvarint(b, uint64(w.classes))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(w.top))
	for _, x := range w.bias {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	for p := range places {
		b = binary.AppendUvarint(b, uint64(w.from[p+1]-w.from[p]))
	}
	b = append(b, w.class...)
	for _, q := range w.value {
		b = append(b, byte(q))
	}
	b = binary.AppendUvarint(b, uint64(len(v.list)))
	for _, s := range v.list {
		b = append(b, byte(len(s)))
		b = append(b, s...)
		b = binary.AppendUvarint(b, uint64(v.words[s]))
	}
	_, _ = z.Write(b) // a bytes.Buffer does not fail
	_ = z.Close()
	return out.Bytes()
}

var errModel = errors.New("the trained model is damaged or of another version")

// ModelDigest tells what Digest a model of Classifier.Model belongs to, without reading the rest; "" when it is none.
func ModelDigest(model []byte) string {
	rest, ok := bytes.CutPrefix(model, []byte(magic))
	if !ok || len(rest) == 0 || len(rest) < 1+int(rest[0]) {
		return ""
	}
	return string(rest[1 : 1+int(rest[0])])
}

// decodeWeights reads what encode wrote.
func decodeWeights(data []byte) (w *weights, v *vocabulary, digest string, err error) {
	digest = ModelDigest(data)
	if digest == "" {
		return nil, nil, "", errModel
	}
	data = data[len(magic)+1+len(digest):]
	const most = 32 << 20 // a model that unpacks to more is not ours
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), most))
	if err != nil {
		return nil, nil, "", fmt.Errorf("%w: %w", errModel, err)
	}
	r := &reader{b: raw}
	w = &weights{classes: int(r.uvarint()), from: make([]uint32, places+1)}
	if w.classes < 1 || w.classes > maxClasses {
		return nil, nil, "", errModel
	}
	w.top = r.float()
	w.bias = make([]float32, w.classes)
	for i := range w.bias {
		w.bias[i] = r.float()
	}
	total := uint64(0)
	for p := range places {
		total += r.uvarint()
		if total > most {
			return nil, nil, "", errModel
		}
		w.from[p+1] = uint32(total)
	}
	w.class = slices.Clone(r.take(int(total)))
	w.value = make([]int8, 0, total)
	for _, q := range r.take(int(total)) {
		w.value = append(w.value, int8(q))
	}
	count := min(r.uvarint(), uint64(len(r.b)))
	words := make(map[string]uint16, count)
	for range count {
		s := string(r.take(int(r.byte())))
		words[s] = uint16(r.uvarint())
	}
	for _, c := range w.class {
		r.bad = r.bad || int(c) >= w.classes
	}
	if r.bad || len(w.value) != int(total) {
		return nil, nil, "", errModel
	}
	w.table()
	return w, newVocabulary(words), digest, nil
}

// reader reads from a slice and remembers when it ran out.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	x, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return x
}

func (r *reader) float() float32 {
	if b := r.take(4); len(b) == 4 {
		return math.Float32frombits(binary.LittleEndian.Uint32(b))
	}
	return 0
}
