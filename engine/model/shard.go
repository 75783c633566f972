package model

import (
	"fmt"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// Link joins the shards of a model. wasm/abi makes one of the host's import,
// engine/shard one of goroutines.
type Link interface {
	// AllGather puts together what all shards give, in their order, and returns
	// how many bytes that is. It waits for all of them. A dst of nil leaves out
	// the result; one that is too short is an error.
	AllGather(dst, part []byte) (int, error)
}

// Shard says which of several parts of a model is loaded: its slice of every
// matrix, and its heads. Each result is the same, to the last bit, as that of the
// whole: rows of matrices are shared out, and no sum is cut in two.
type Shard struct {
	Index, Count int
	Link         Link
}

// maxShards bounds Shard.Count.
const maxShards = 64

// cuts are where n things are cut for the shards: shard i has those from cuts[i]
// up to cuts[i+1].
type cuts []int

func (c cuts) total() int { return c[len(c)-1] }

// own is what a shard has of the rows.
func (c cuts) own(s Shard) span { return span{c[s.Index], c[s.Index+1], c.total()} }

// span is some of a number of rows.
type span struct{ from, to, of int }

func (s span) len() int { return s.to - s.from }

func (s span) times(n int) span { return span{n * s.from, n * s.to, n * s.of} }

// shift is the span among more rows: behind before, of total.
func (s span) shift(before, total int) span { return span{before + s.from, before + s.to, total} }

// cutUnit keeps together rows that kernels take at once; blockUnit columns whose
// activations are rounded together.
const cutUnit, blockUnit = 16, 32

// cut shares out n things evenly, in units where there are enough.
func (s Shard) cut(n, unit int) cuts {
	for unit > 1 && n < unit*s.Count {
		unit /= 2
	}
	c := make(cuts, s.Count+1)
	for i := range c {
		c[i] = n * i / s.Count / unit * unit
	}
	c[s.Count] = n
	return c
}

// columns is where the columns of n rows are cut for a number of shards: by cuts,
// or if these are nil, as heads of so many columns. Those are shared out evenly: of
// a head that two shards share, the first has the first rows.
type columns struct {
	cuts
	heads, dim, n, count int
}

// border is where the columns of a shard begin: in some first rows a head later.
type border struct{ column, rows, dim int }

func (c columns) border(i int) border {
	if c.cuts != nil {
		return border{column: c.cuts[i]}
	}
	at := c.heads * c.n * i / c.count // as if all rows of one head followed those of another
	return border{at / c.n * c.dim, at % c.n, c.dim}
}

// at is the column in row t.
func (b border) at(t int) int { return b.upTo(t+1) - b.upTo(t) }

// upTo is how many columns of the first t rows are before it.
func (b border) upTo(t int) int { return t*b.column + min(t, b.rows)*b.dim }

// borders are those of a shard's columns.
type borders struct{ begin, end border }

func (c columns) borders(i int) borders { return borders{c.border(i), c.border(i + 1)} }

// size is how many numbers the shard has of the first n rows.
func (b borders) size(n int) int { return b.end.upTo(n) - b.begin.upTo(n) }

// place is where the shard has a column of row t among its own numbers; below 0 if
// it has not.
func (b borders) place(column, t int) int {
	begin := b.begin.at(t)
	if column < begin || column >= b.end.at(t) {
		return -1
	}
	return b.size(t) + column - begin
}

func (c columns) total() int { return c.border(c.count).column }

// rows are n rows whose columns are cut by c.
func (g *gathering) rows(n int, c cuts) columns { return columns{cuts: c, n: n, count: g.Count} }

// queries are n rows of all heads.
func (g *gathering) queries(n int, c *Config) columns {
	return columns{heads: c.Heads, dim: c.HeadDim, n: n, count: g.Count}
}

// shares is how a model is cut, and what a shard has of it. Heads that two shards
// share are on both.
type shares struct {
	dim, ffn, vocabulary     cuts
	ownHeads, ownKVHeads     span
	ownDim, ownFFN, ownVocab span
}

// share cuts the model.
func (b *builder) share() {
	s, ffn := b.shard, b.int("feed_forward_length", 1, 1<<24)
	if b.err != nil {
		return
	}
	if s.Count < 1 || s.Count > min(maxShards, b.Heads) || s.Index < 0 || s.Index >= s.Count {
		b.fail("%w: shard %d of %d of a model with %d heads", ErrUnsupported, s.Index, s.Count, b.Heads)
		return
	}
	h := shares{dim: s.cut(b.Dim, cutUnit), ffn: s.cut(ffn, blockUnit), vocabulary: s.cut(b.Vocabulary, cutUnit)}
	h.ownHeads, h.ownDim, h.ownFFN, h.ownVocab = s.heads(b.Config), h.dim.own(s), h.ffn.own(s), h.vocabulary.own(s)
	h.ownKVHeads = s.kvHeads(b.Config)
	b.shares = h
}

// heads are those of queries that this shard has, wholly or in part.
func (s Shard) heads(c Config) span {
	return span{c.Heads * s.Index / s.Count, (c.Heads*(s.Index+1) + s.Count - 1) / s.Count, c.Heads}
}

// kvHeads are the key-value heads that this shard's queries meet.
func (s Shard) kvHeads(c Config) span {
	own, group := s.heads(c), c.Heads/c.KVHeads
	return span{own.from / group, (own.to + group - 1) / group, c.KVHeads}
}

// gathering is a shard at work. A failed link lets it compute on, with numbers
// that mean nothing; err tells.
type gathering struct {
	Shard
	received, full []float32
	err            error
	profile        *Profile // nil: none is kept
}

func (g *gathering) shard() *gathering { return g }

func (g *gathering) observe(p *Profile) { g.profile = p }

func (g *gathering) alone() bool { return g.Count == 1 }

// leads says whether results are wanted here.
func (g *gathering) leads() bool { return g.Index == 0 }

// exchange is AllGather of numbers.
func (g *gathering) exchange(dst, part []float32) {
	if g.err != nil {
		return
	}
	n, err := g.Link.AllGather(asBytes(dst), asBytes(part))
	if err == nil && dst != nil && n != 4*len(dst) {
		err = fmt.Errorf("%d bytes were gathered, not %d: the shards are of different models", n, 4*len(dst))
	}
	g.err = err
}

// gather puts together what the shards have of rows: all make (n, total), valid
// until the next call. One alone has it all.
func (g *gathering) gather(part []float32, c columns) []float32 {
	if !g.alone() {
		part = g.gatherAll(part, c)
	}
	g.profile.lap(OpExchange)
	return part
}

func (g *gathering) gatherAll(part []float32, c columns) []float32 {
	n, total := c.n, c.total()
	g.full = grow(g.full, n*total)
	if n == 1 {
		g.exchange(g.full, part)
		return g.full
	}
	g.received = grow(g.received, n*total)
	g.exchange(g.received, part)
	for i, from := 0, asBytes(g.received); i < g.Count; i++ {
		from = spread(asBytes(g.full), from, c, i, 32)
	}
	return g.full
}

// spread copies what shard i has of rows to its place in all of them, and returns
// what is behind it. So many bytes are for 8 columns.
func spread(dst, src []byte, c columns, i, eight int) []byte {
	b, total := c.borders(i), c.total()
	for t := range c.n {
		from, to := b.begin.at(t)*eight/8, b.end.at(t)*eight/8
		copy(dst[t*total*eight/8:][from:to], src)
		src = src[to-from:]
	}
	return src
}

// gatherFor is gather into a batch that a matrix will multiply. Where that takes
// bytes, each shard rounds what it has, and passes on bytes and scales.
func (g *gathering) gatherFor(m *weights, b *kernel.Batch, part []float32, c columns) {
	if g.alone() || !m.takesBytes(c) {
		b.Set(g.gather(part, c), c.n)
		return
	}
	own, all, span := len(part)/4, c.n*c.total()/4, m.Type.BlockSize // in words of 4 bytes
	g.full, g.received = grow(g.full, own+own/8), grow(g.received, all+all/8)
	kernel.Round(asBytes(g.full[:own]), g.full[own:], part, span)
	g.exchange(g.received, g.full)
	q, scale := b.SetRounded(c.n, c.total(), span)
	for i, from := 0, asBytes(g.received); i < g.Count; i++ {
		from = spread(q, from, c, i, 8)
		from = spread(asBytes(scale), from, c, i, 1)
	}
	g.profile.lap(OpExchange)
}

// takesBytes says whether a matrix whose columns are cut so takes activations as
// bytes alone, and no block of them is cut.
func (w *weights) takesBytes(c columns) bool {
	if w.Type.Floats != nil || len(w.added) > 0 {
		return false
	}
	for i := range c.count {
		if b := c.border(i); b.at(0)%w.Type.BlockSize > 0 || b.column%w.Type.BlockSize > 0 {
			return false
		}
	}
	return true
}

// embed writes the embeddings of tokens, of whose matrix each shard has the rows
// cut by c: (tokens, dim).
func (g *gathering) embed(dst []float32, tokens []int32, embedding *weights, c cuts) {
	dim := len(dst) / len(tokens)
	if g.alone() {
		for t, id := range tokens {
			embedding.Row(dst[t*dim:][:dim], int(id))
		}
		return
	}
	own := c.own(g.Shard)
	g.full, g.received = grow(g.full, len(dst)), grow(g.received, len(dst))
	part := g.full[:0]
	for _, id := range tokens {
		if i := int(id); i >= own.from && i < own.to {
			part = part[:len(part)+dim]
			embedding.Row(part[len(part)-dim:], i-own.from)
		}
	}
	g.exchange(g.received, part)
	rows := g.received
	for i := range g.Count {
		for t, id := range tokens {
			if id := int(id); id >= c[i] && id < c[i+1] {
				copy(dst[t*dim:][:dim], rows)
				rows = rows[dim:]
			}
		}
	}
}

// asBytes is a view of numbers.
func asBytes(x []float32) []byte {
	if x == nil {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}
