package model

import (
	"fmt"
	"io"
	"math"
	"slices"
	"sort"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/quant"
)

// builder hands an architecture its metadata and tensors. The first error
// stays, and makes all that follows empty: builders need not check each step.
type builder struct {
	Config
	shares
	shard   Shard
	f       *gguf.File
	table   *weights // of tokens, of another encoder; nil: there is none
	context int      // tokens that the model will be used with
	exact   bool     // as Options.Exact
	kv      kvcache.Type
	dry     bool  // only count: no memory is taken
	bytes   int64 // of weights
	loads   []load
	parts   map[string][]part // the matrices, by tensor
	head    *rankHead         // nil: no reranker
	err     error
}

// load is a tensor, or rows of it from an offset in the file on, and where it
// goes: a matrix, or floats.
type load struct {
	*gguf.TensorInfo
	offset int64
	matrix *kernel.Matrix
	floats []float32
}

func (l load) size() int64 {
	if l.matrix != nil {
		return int64(l.matrix.Rows) * int64(l.Type.Bytes(l.matrix.Cols))
	}
	return l.Bytes()
}

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// describe reads what all architectures have.
func (b *builder) describe() {
	b.Name, _ = b.f.String("general.name")
	sizes := map[*quant.Type]int{}
	for i := range b.f.Tensors {
		t := &b.f.Tensors[i]
		b.Parameters += int64(t.Elements())
		sizes[t.Type] += t.Elements()
	}
	most := 0
	for _, t := range quant.All() {
		if sizes[t] > most {
			b.Type, most = t.Name, sizes[t]
		}
	}
	b.Causal = true
	b.Context = b.int("context_length", 1, 1<<24)
	if b.context <= 0 {
		b.context = b.Context
	}
	b.Dim = b.int("embedding_length", 1, 1<<20)
	b.Layers = b.int("block_count", 1, len(b.f.Tensors))
	b.Heads = b.int("attention.head_count", 1, 1<<16)
	b.KVHeads = b.intOr("attention.head_count_kv", b.Heads)
	if b.err == nil && (b.KVHeads < 1 || b.Heads%b.KVHeads != 0) {
		b.fail("%w: %d heads do not share %d key-value heads evenly", gguf.ErrFormat, b.Heads, b.KVHeads)
	}
	b.HeadDim = b.intOr("attention.key_length", b.Dim/b.Heads)
	if v := b.intOr("attention.value_length", b.HeadDim); b.err == nil && (v != b.HeadDim || v < 1 || v > 1<<12) {
		b.fail("%w: heads of %d in keys and %d in values", ErrUnsupported, b.HeadDim, v)
	}
	if b.err == nil && b.kv == kvcache.Int8 && b.HeadDim%2 > 0 {
		b.fail("%w: a cache of bytes for heads of %d numbers, which is odd", ErrUnsupported, b.HeadDim)
	}
	if t, ok := b.f.Tensor("token_embd.weight"); ok && len(t.Dims) >= 2 {
		b.Vocabulary = t.Dims[1]
	} else if b.table != nil {
		b.Vocabulary = b.table.Rows
	}
}

// tokens returns the table of tokens, which may be another encoder's.
func (b *builder) tokens() *weights {
	if b.table == nil || b.has("token_embd.weight") {
		return b.slice("token_embd.weight", b.ownVocab, b.Dim)
	}
	if b.table.Cols != b.Dim {
		b.fail("%w: %d dimensions, on a table of tokens of %d", gguf.ErrFormat, b.Dim, b.table.Cols)
	}
	return b.table
}

// key is the full name of an architecture's key.
func (b *builder) key(name string) string { return b.Architecture + "." + name }

func (b *builder) string(key string) string {
	s, ok := b.f.String(key)
	if !ok {
		b.fail("%w: no string %q", gguf.ErrFormat, key)
	}
	return s
}

// int returns an integer that must be there, and within bounds.
func (b *builder) int(name string, least, most int) int {
	v, ok := b.f.Int(b.key(name))
	switch {
	case !ok:
		b.fail("%w: no integer %q", gguf.ErrFormat, b.key(name))
		return least
	case v < int64(least) || v > int64(most):
		b.fail("%w: %q is %d, not within %d and %d", gguf.ErrFormat, b.key(name), v, least, most)
		return least
	}
	return int(v)
}

func (b *builder) intOr(name string, absent int) int {
	if _, ok := b.f.Value(b.key(name)); !ok {
		return absent
	}
	return b.int(name, 0, math.MaxInt32)
}

// float returns a number that must be there.
func (b *builder) float(name string) float64 {
	v, ok := b.f.Float(b.key(name))
	if !ok {
		b.fail("%w: no float %q", gguf.ErrFormat, b.key(name))
	}
	return v
}

func (b *builder) floatOr(name string, absent float64) float64 {
	if _, ok := b.f.Value(b.key(name)); !ok {
		return absent
	}
	return b.float(name)
}

func (b *builder) has(tensor string) bool {
	_, ok := b.f.Tensor(tensor)
	return ok
}

// tensor returns a tensor of the given shape, Dims[0] first. Trailing
// dimensions of 1 do not matter.
func (b *builder) tensor(name string, dims ...int) *gguf.TensorInfo {
	if b.err != nil {
		return nil
	}
	t, ok := b.f.Tensor(name)
	if !ok {
		b.fail("%w: no tensor %q", gguf.ErrFormat, name)
		return nil
	}
	if !slices.Equal(trim(t.Dims), trim(dims)) {
		b.fail("%w: tensor %q has the shape %v, not %v", gguf.ErrFormat, name, t.Dims, dims)
		return nil
	}
	return t
}

func trim(dims []int) []int {
	for len(dims) > 1 && dims[len(dims)-1] == 1 {
		dims = dims[:len(dims)-1]
	}
	return dims
}

// matrix returns a matrix of weights, in the file's blocks.
func (b *builder) matrix(name string, rows, cols int) *weights {
	return b.slice(name, span{0, rows, rows}, cols)
}

// slice returns some rows of a matrix of weights.
func (b *builder) slice(name string, rows span, cols int) *weights {
	t := b.tensor(name, cols, rows.of)
	if t == nil {
		return nil
	}
	m, err := kernel.NewMatrix(t.Type, rows.len(), cols)
	if err != nil {
		b.fail("%w: tensor %q: %w", gguf.ErrFormat, name, err)
		return nil
	}
	b.bytes += int64(m.Bytes())
	if !b.dry {
		m.Alloc()
		b.loads = append(b.loads, load{t, t.Offset + int64(rows.from)*int64(t.Type.Bytes(cols)), m, nil})
	}
	w := &weights{Matrix: m}
	b.parts[name] = append(b.parts[name], part{w, rows})
	return w
}

// stacked returns the matrices that a tensor holds one above the other.
func (b *builder) stacked(name string, cols int, rows ...span) []*weights {
	total, before := 0, 0
	for _, s := range rows {
		total += s.of
	}
	list := make([]*weights, len(rows))
	for i, s := range rows {
		list[i] = b.slice(name, s.shift(before, total), cols)
		before += s.of
	}
	return list
}

// vector returns a tensor of one dimension, as floats.
func (b *builder) vector(name string, n int) []float32 {
	t := b.tensor(name, n)
	if t == nil {
		return nil
	}
	b.bytes += 4 * int64(n)
	if b.dry {
		return nil
	}
	v := make([]float32, n)
	b.loads = append(b.loads, load{t, t.Offset, nil, v})
	return v
}

// optional returns nil for a tensor that is not there.
func (b *builder) optional(name string, n int) []float32 {
	if !b.has(name) {
		return nil
	}
	return b.vector(name, n)
}

// linear returns rows of a matrix, and of its bias if there is one.
func (b *builder) linear(name string, rows span, cols int) (*weights, []float32) {
	bias := b.optional(name+".bias", rows.of)
	if bias != nil {
		bias = bias[rows.from:rows.to]
	}
	return b.slice(name+".weight", rows, cols), bias
}

// pieceBytes is the most that is read at once.
const pieceBytes = 8 << 20

// read fills all tensors, in the order of the file.
func (b *builder) read(r io.ReaderAt, progress func(done, total int64) bool) error {
	sort.Slice(b.loads, func(i, j int) bool { return b.loads[i].offset < b.loads[j].offset })
	var done, total int64
	for _, l := range b.loads {
		total += l.size()
	}
	var room []byte // for what does not stay as it is
	for _, l := range b.loads {
		piece := l.pieceBytes()
		for from := int64(0); from < l.size(); from += piece {
			n := min(piece, l.size()-from)
			dst := l.place(from, n)
			if dst == nil {
				if int64(cap(room)) < n {
					room = make([]byte, n)
				}
				dst = room[:n]
			}
			if got, err := r.ReadAt(dst, l.offset+from); got < len(dst) {
				return fmt.Errorf("tensor %q: reading %d bytes at %d: %w", l.Name, len(dst), l.offset+from, err)
			}
			l.take(from, dst)
			done += n
			if progress != nil && !progress(done, total) {
				return ErrCancelled
			}
		}
	}
	return nil
}

// pieceBytes is how much of a tensor is read at once: whole rows where they
// move.
func (l load) pieceBytes() int64 {
	if l.floats != nil {
		return l.Bytes()
	}
	together := int64(l.matrix.RowsTogether() * l.Type.Bytes(l.matrix.Cols))
	return max(1, pieceBytes/together) * together
}

// place is where bytes of a tensor that stay as they are go; nil for others.
func (l load) place(from, n int64) []byte {
	if l.floats != nil || l.matrix.RowsTogether() > 1 {
		return nil
	}
	return l.matrix.Data[from:][:n]
}

// take takes in what was read.
func (l load) take(from int64, src []byte) {
	switch {
	case l.floats != nil:
		l.Type.Dequantize(l.floats, src)
	case l.matrix.RowsTogether() > 1:
		l.matrix.Set(int(from)/l.Type.Bytes(l.matrix.Cols), src)
	}
}
