// Package head holds what stands on an encoder to read and to verify. It reads by a
// few layers that see two texts as one (a cross-encoder, as BERT reads: Devlin et
// al., 2018), and a map of their states that marks where an answer begins and ends.
// It verifies by the states of the encoder itself, of two texts apart (align.go).
//
// llama.cpp refuses a file with tensors that it does not know. So all this is a
// GGUF of its own behind the encoder's, at the byte that the key ondol.heads
// names. It is a model of the same architecture, but for the table of tokens,
// which it shares with the encoder.
package head

import (
	"fmt"
	"io"
	"math"
	"slices"
	"sort"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/model"
)

const key = "ondol.heads"

// longest is how many tokens an answer may have.
const longest = 24

// Heads are those that a file has; the zero value has none. One goroutine at a
// time may use it.
type Heads struct {
	encoder *model.Model
	layers  *model.Model
	span    *linear  // (2, dim); may be nil
	verify  *aligner // may be nil
}

// Pair is two texts as the model wants them joined. The second stands from From
// to To.
type Pair struct {
	Tokens   []int32
	From, To int
}

// shared marks the tokens that both texts have: what they agree in need not be
// learned (Chen et al., Reading Wikipedia to Answer Open-Domain Questions, 2017).
func (p Pair) shared() []int32 {
	types := make([]int32, len(p.Tokens))
	for i, t := range p.Tokens[p.From:p.To] {
		for j, u := range p.Tokens[:p.From] {
			if t == u {
				types[p.From+i], types[j] = 1, 1
			}
		}
	}
	return types
}

// Span is an answer in a text. Score is the log of how much likelier it is than
// that there is none.
type Span struct {
	From, To int // tokens of the pair
	Score    float32
}

// Load reads the heads behind an encoder. A shard of one has none: it holds a part
// of the table alone. Errors wrap gguf.ErrFormat, or those of model.Load.
func Load(f *gguf.File, r io.ReaderAt, encoder *model.Model) (Heads, error) {
	at, ok := f.Int(key)
	if !ok || encoder.Cut() {
		return Heads{}, nil
	}
	if at < 0 || at >= f.Size {
		return Heads{}, fmt.Errorf("%w: %s is %d, in a file of %d bytes", gguf.ErrFormat, key, at, f.Size)
	}
	behind := io.NewSectionReader(r, at, f.Size-at)
	own, err := gguf.Read(behind, f.Size-at)
	if err != nil {
		return Heads{}, fmt.Errorf("heads: %w", err)
	}
	layers, err := model.Load(own, behind, model.Options{Table: encoder})
	if err != nil {
		return Heads{}, fmt.Errorf("heads: %w", err)
	}
	h := Heads{encoder: encoder, layers: layers}
	if h.span, err = newLinear(own, behind, "reader.out", layers.Dim, 2); err != nil {
		return Heads{}, fmt.Errorf("heads: %w", err)
	}
	if h.verify, err = newAligner(own, behind, encoder.Dim); err != nil {
		return Heads{}, fmt.Errorf("heads: %w", err)
	}
	return h, nil
}

// Reads reports whether there is a head that reads.
func (h *Heads) Reads() bool { return h.span != nil }

// Verifies reports whether there is a head that verifies.
func (h *Heads) Verifies() bool { return h.verify != nil }

// Context is how many tokens a pair of texts may have.
func (h *Heads) Context() int { return h.layers.Config.Context }

// Spans returns the answers to a pair's first text in its second, best first, of
// which none overlap. There are none where the arithmetic came to no number.
func (h *Heads) Spans(p Pair) ([]Span, error) {
	states, err := h.layers.States(p.Tokens, p.shared())
	if err != nil {
		return nil, err
	}
	dim := h.layers.Dim
	none := h.span.of(states[:dim]) // the first token stands for "no answer"
	logits := make([][]float32, p.To-p.From)
	for t := range logits {
		logits[t] = h.span.of(states[(p.From+t)*dim:][:dim])
	}
	var all []Span
	for start := range logits {
		best := Span{Score: float32(math.Inf(-1))}
		for end := start; end < min(len(logits), start+longest); end++ {
			if s := logits[start][0] + logits[end][1] - none[0] - none[1]; s > best.Score {
				best = Span{p.From + start, p.From + end + 1, s}
			}
		}
		if best.To > 0 {
			all = append(all, best)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Score > all[j].Score })
	var apart []Span
	for _, s := range all {
		if !slices.ContainsFunc(apart, func(o Span) bool { return s.From < o.To && o.From < s.To }) {
			apart = append(apart, s)
		}
	}
	return apart, nil
}

// Verify returns the probabilities that evidence supports a claim, contradicts it,
// does neither. Each is a text as the encoder embeds it, with the token that ends it.
func (h *Heads) Verify(evidence, claim []int32) ([3]float32, error) {
	of, err := h.states(claim)
	if err != nil {
		return [3]float32{}, err
	}
	beside, err := h.states(evidence)
	if err != nil {
		return [3]float32{}, err
	}
	return h.verify.verdict(of, beside), nil
}

// states are those of a text's tokens by the encoder, but for the last.
func (h *Heads) states(tokens []int32) ([]float32, error) {
	states, err := h.encoder.States(tokens, nil)
	if err != nil {
		return nil, err
	}
	return slices.Clone(states[:(len(tokens)-1)*h.encoder.Dim]), nil
}

// linear is a layer: (out, in) and (out).
type linear struct {
	weight, bias []float32
}

// newLinear reads a layer; it is nil where the file has none.
func newLinear(f *gguf.File, r io.ReaderAt, name string, in, out int) (*linear, error) {
	if _, ok := f.Tensor(name + ".weight"); !ok {
		return nil, nil
	}
	weight, err := floats(f, r, name+".weight", in, out)
	if err != nil {
		return nil, err
	}
	bias, err := floats(f, r, name+".bias", out)
	if err != nil {
		return nil, err
	}
	return &linear{weight, bias}, nil
}

// of returns the layer's output for one row.
func (l *linear) of(x []float32) []float32 {
	y := make([]float32, len(l.bias))
	kernel.DotRows(y, l.weight, x)
	kernel.Add(y, l.bias)
	return y
}

// floats reads a tensor of the given shape, as GGUF has it: the columns first.
func floats(f *gguf.File, r io.ReaderAt, name string, dims ...int) ([]float32, error) {
	t, ok := f.Tensor(name)
	if !ok {
		return nil, fmt.Errorf("%w: no tensor %q", gguf.ErrFormat, name)
	}
	if !slices.Equal(t.Dims, dims) {
		return nil, fmt.Errorf("%w: tensor %q has the shape %v, not %v", gguf.ErrFormat, name, t.Dims, dims)
	}
	b := make([]byte, t.Bytes())
	if n, err := r.ReadAt(b, t.Offset); n < len(b) {
		return nil, fmt.Errorf("tensor %q: reading %d bytes at %d: %w", name, len(b), t.Offset, err)
	}
	v := make([]float32, t.Elements())
	t.Type.Dequantize(v, b)
	return v, nil
}
