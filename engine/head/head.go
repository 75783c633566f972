// Package head holds the small networks that stand on an encoder: one reads,
// one verifies. Both look at two texts that were encoded apart, so that the
// states of a passage serve every question, and both begin from a soft match of
// the texts' tokens (Parikh et al., A Decomposable Attention Model for Natural
// Language Inference, 2016; Chen et al., Reading Wikipedia to Answer Open-Domain
// Questions, 2017). tools/train/heads.py is the same arithmetic, and trains it.
//
// llama.cpp refuses a file with tensors that it does not know. So the heads are a
// GGUF of their own behind the encoder's, at the byte that the key ondol.heads
// names.
package head

import (
	"fmt"
	"io"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kernel"
)

const key = "ondol.heads"

// Heads are those that a file has; either may be nil.
type Heads struct {
	Reader   *Reader
	Verifier *Verifier
}

// Load reads the heads behind an encoder whose states have dim dimensions.
// Errors wrap gguf.ErrFormat.
func Load(f *gguf.File, r io.ReaderAt, dim int) (Heads, error) {
	at, ok := f.Int(key)
	if !ok {
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
	l := &loader{f: own, r: behind}
	var h Heads
	if _, ok := own.Tensor("reader.out.weight"); ok {
		h.Reader = newReader(l, dim)
	}
	if _, ok := own.Tensor("verifier.out.weight"); ok {
		h.Verifier = newVerifier(l, dim)
	}
	if l.err != nil {
		return Heads{}, fmt.Errorf("heads: %w", l.err)
	}
	return h, nil
}

// linear is a layer: (out, in) and (out), or no bias.
type linear struct {
	in, out int
	weight  []float32
	bias    []float32 // nil: none
}

// apply writes the layer's output for each of n rows: (n, out).
func (l *linear) apply(dst, x []float32) []float32 {
	n := len(x) / l.in
	dst = grow(dst, n*l.out)
	for i := range n {
		row := dst[i*l.out:][:l.out]
		kernel.DotRows(row, l.weight, x[i*l.in:][:l.in])
		if l.bias != nil {
			kernel.Add(row, l.bias)
		}
	}
	return dst
}

// importance is how much each token counts: a layer of one output, softmax.
func (l *linear) importance(dst, x []float32) []float32 {
	dst = l.apply(dst, x)
	kernel.Softmax(dst)
	return dst
}

// loader reads tensors as floats. Its first error stays.
type loader struct {
	f   *gguf.File
	r   io.ReaderAt
	err error
}

func (l *loader) tensor(name string, dims ...int) []float32 {
	n := 1
	for _, d := range dims {
		n *= d
	}
	t, ok := l.f.Tensor(name)
	switch {
	case l.err != nil:
		return nil
	case !ok:
		l.err = fmt.Errorf("%w: no tensor %q", gguf.ErrFormat, name)
		return nil
	case t.Elements() != n || len(t.Dims) == 0 || t.Dims[0] != dims[len(dims)-1]:
		l.err = fmt.Errorf("%w: tensor %q has the shape %v, not %v", gguf.ErrFormat, name, t.Dims, dims)
		return nil
	}
	b := make([]byte, t.Bytes())
	if n, err := l.r.ReadAt(b, t.Offset); n < len(b) {
		l.err = fmt.Errorf("tensor %q: reading %d bytes at %d: %w", name, len(b), t.Offset, err)
		return nil
	}
	v := make([]float32, n)
	t.Type.Dequantize(v, b)
	return v
}

func (l *loader) linear(name string, in, out int) *linear {
	return &linear{in: in, out: out, weight: l.tensor(name+".weight", out, in), bias: l.tensor(name+".bias", out)}
}

func (l *loader) bare(name string, in, out int) *linear {
	return &linear{in: in, out: out, weight: l.tensor(name+".weight", out, in)}
}

// out is how many outputs a layer has, where only the file says it.
func (l *loader) out(name string) int {
	t, ok := l.f.Tensor(name + ".bias")
	if !ok || len(t.Dims) != 1 {
		return 1
	}
	return t.Dims[0]
}

func relu(x []float32) {
	for i, v := range x {
		x[i] = max(v, 0)
	}
}

func grow(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
