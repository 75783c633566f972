package model

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/quant"
)

// ErrAdapter is wrapped by every error about an adapter that does not fit.
var ErrAdapter = errors.New("the adapter does not fit this model")

// weights is a matrix and what adapters add to it.
type weights struct {
	*kernel.Matrix
	added []*lowRank
}

// part is a matrix that holds some rows of a tensor, or all.
type part struct {
	*weights
	rows span
}

// lowRank is what an adapter adds to a matrix W: scale B A
// (https://arxiv.org/abs/2106.09685). It is computed beside W, which stays as
// it is.
type lowRank struct {
	a, b   *kernel.Matrix // (rank, cols), (rows, rank); of an embedding (rows, rank), (cols, rank)
	scale  float32
	lookup bool // it is an embedding's: its rows are looked up, and what it multiplies stays

	batch  kernel.Batch
	narrow []float32 // (tokens, rank)
	wide   []float32 // (tokens, rows)
}

// Adapter is a LoRA adapter, read for one model.
type Adapter struct {
	Name  string
	bytes int64
	alpha float64
	pairs []adapterPair
}

// adapterPair is what an adapter has for one tensor.
type adapterPair struct {
	name string
	a, b *kernel.Matrix
}

// Scaled is an adapter and how much of it is added; 1 is as it was trained.
type Scaled struct {
	*Adapter
	Scale float64
}

// ReadAdapter reads an adapter in GGUF. Its tensors must be those of this model.
func (m *Model) ReadAdapter(f *gguf.File, r io.ReaderAt) (*Adapter, error) {
	a, err := m.readAdapter(f, r)
	if err != nil {
		return nil, fmt.Errorf("model: adapter: %w", err)
	}
	return a, nil
}

func (m *Model) readAdapter(f *gguf.File, r io.ReaderAt) (*Adapter, error) {
	if kind, _ := f.String("adapter.type"); kind != "lora" {
		return nil, fmt.Errorf("%w: adapter.type is %q, not \"lora\"", ErrUnsupported, kind)
	}
	a := &Adapter{}
	a.Name, _ = f.String("general.name")
	a.alpha, _ = f.Float("adapter.lora.alpha")
	var need int64
	for i := range f.Tensors {
		need += 4 * int64(f.Tensors[i].Elements())
	}
	if left := available(); need > left {
		return nil, fmt.Errorf("%w: the adapter takes %d MiB, and %d MiB are left", ErrMemory, need>>20, left>>20)
	}
	for i := range f.Tensors {
		name, ok := strings.CutSuffix(f.Tensors[i].Name, ".lora_a")
		if !ok {
			if name, ok = strings.CutSuffix(f.Tensors[i].Name, ".lora_b"); !ok {
				return nil, fmt.Errorf("%w: tensor %q is neither a .lora_a nor a .lora_b", ErrAdapter, f.Tensors[i].Name)
			}
			if _, twin := f.Tensor(name + ".lora_a"); !twin {
				return nil, fmt.Errorf("%w: tensor %q has no .lora_a beside it", ErrAdapter, f.Tensors[i].Name)
			}
			continue
		}
		tb, ok := f.Tensor(name + ".lora_b")
		if !ok {
			return nil, fmt.Errorf("%w: tensor %q has no .lora_b beside it", ErrAdapter, f.Tensors[i].Name)
		}
		if err := m.fits(name, &f.Tensors[i], tb); err != nil {
			return nil, err
		}
		p := adapterPair{name: name}
		var err error
		if p.a, err = readFloats(r, &f.Tensors[i]); err != nil {
			return nil, err
		}
		if p.b, err = readFloats(r, tb); err != nil {
			return nil, err
		}
		a.bytes += int64(len(p.a.Data) + len(p.b.Data))
		a.pairs = append(a.pairs, p)
	}
	if len(a.pairs) == 0 {
		return nil, fmt.Errorf("%w: it has no tensors", ErrAdapter)
	}
	if arch, _ := f.String("general.architecture"); arch != m.Architecture {
		return nil, fmt.Errorf("%w: it was made for the architecture %q, this is %q", ErrAdapter, arch, m.Architecture)
	}
	return a, nil
}

// fits compares the shapes of a pair with those of the tensor it is for.
func (m *Model) fits(name string, a, b *gguf.TensorInfo) error {
	parts := m.parts[name]
	if len(parts) == 0 {
		return fmt.Errorf("%w: tensor %q: the model has no matrix of that name", ErrAdapter, name)
	}
	cols, rows := parts[0].Cols, parts[0].rows.of
	if len(a.Dims) != 2 || len(b.Dims) != 2 {
		return fmt.Errorf("%w: tensor %q: an adapter of shapes %v and %v, not of matrices", ErrAdapter, name, a.Dims, b.Dims)
	}
	want := [2][]int{{cols, a.Dims[1]}, {a.Dims[1], rows}}
	if name == embedding {
		want = [2][]int{{a.Dims[0], rows}, {a.Dims[0], cols}}
	}
	if !slices.Equal(a.Dims, want[0]) || !slices.Equal(b.Dims, want[1]) {
		return fmt.Errorf("%w: tensor %q has the shape [%d %d], its adapter is for %v and %v, not %v and %v", ErrAdapter, name, cols, rows, a.Dims, b.Dims, want[0], want[1])
	}
	return nil
}

// embedding is the one tensor that is looked up by rows.
const embedding = "token_embd.weight"

// readFloats reads a tensor as floats: adapters are small.
func readFloats(r io.ReaderAt, t *gguf.TensorInfo) (*kernel.Matrix, error) {
	raw := make([]byte, t.Bytes())
	if n, err := r.ReadAt(raw, t.Offset); n < len(raw) {
		return nil, fmt.Errorf("tensor %q: reading %d bytes at %d: %w", t.Name, len(raw), t.Offset, err)
	}
	floats := make([]float32, t.Elements())
	t.Type.Dequantize(floats, raw)
	m, err := kernel.NewMatrix(quant.F32, t.Dims[1], t.Dims[0])
	if err != nil {
		return nil, err
	}
	m.Alloc()
	quant.F32.Quantize(m.Data, floats)
	return m, nil
}

// SetAdapters puts adapters in the place of those that are on. What caches hold
// was computed with the old ones and must be forgotten.
func (m *Model) SetAdapters(adapters ...Scaled) {
	m.leadAdapters(adapters)
	m.setAdapters(adapters)
}

func (m *Model) setAdapters(adapters []Scaled) {
	for _, parts := range m.parts {
		for _, p := range parts {
			p.added = nil
		}
	}
	for _, s := range adapters {
		for _, pair := range s.pairs {
			for _, p := range m.parts[pair.name] {
				p.added = append(p.added, s.lowRank(pair, p))
			}
		}
	}
}

func (s Scaled) lowRank(pair adapterPair, p part) *lowRank {
	l := &lowRank{a: pair.a, b: pair.b, scale: float32(s.Scale), lookup: pair.name == embedding}
	if s.alpha != 0 {
		l.scale = float32(s.Scale * s.alpha / float64(pair.b.Cols))
	}
	if l.lookup {
		l.a = pair.a.Slice(p.rows.from, p.rows.to)
	} else {
		l.b = pair.b.Slice(p.rows.from, p.rows.to)
	}
	return l
}

// Row writes a row, as floats.
func (w *weights) Row(dst []float32, i int) {
	w.Matrix.Row(dst, i)
	for _, l := range w.added {
		if l.lookup {
			l.narrow = grow(l.narrow, l.a.Cols)
			l.a.Row(l.narrow, i)
			l.add(dst, 1)
		}
	}
}

// Mul multiplies a batch with the matrix.
func (w *weights) Mul(dst []float32, x *kernel.Batch) {
	w.Matrix.Mul(dst, x)
	for _, l := range w.added {
		if !l.lookup {
			n := len(dst) / w.Rows
			l.narrow = grow(l.narrow, n*l.a.Rows)
			l.a.Mul(l.narrow, x)
			l.add(dst, n)
		}
	}
}

// add adds to dst what n rows of narrow become: (n, b.Rows).
func (l *lowRank) add(dst []float32, n int) {
	l.wide = grow(l.wide, len(dst))
	kernel.Scale(l.narrow, l.scale)
	l.batch.Set(l.narrow, n)
	l.b.Mul(l.wide, &l.batch)
	kernel.Add(dst, l.wide)
}
