package model

import (
	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
)

// decoder is a causal transformer. What an architecture lacks is nil or 0.
type decoder struct {
	Config
	shares
	gathering
	kv             kvcache.Type
	halves         bool // what attention multiplies is rounded to half precision
	eps            float32
	embedding      *weights // (vocabulary, dim)
	scale          float32  // of embeddings
	ropes          []*rope  // layers choose among them
	layers         []layer
	norm           []float32 // (dim)
	output         *weights  // (vocabulary, dim); may be the embedding
	attentionScale float32

	work
}

// layer is one block of a decoder.
type layer struct {
	rope   *rope // nil: no positions
	window int   // tokens that attention looks back on, itself included; 0: all

	attnNorm         []float32 // (dim)
	q                *weights  // (heads*headDim, dim)
	k, v             *weights  // (kvHeads*headDim, dim)
	qBias            []float32 // (heads*headDim)
	kBias, vBias     []float32 // (kvHeads*headDim)
	qNorm, kNorm     []float32 // (headDim), before rope
	attnOutput       *weights  // (dim, heads*headDim)
	attnOutputBias   []float32 // (dim)
	postAttnNorm     []float32 // (dim), before it is added
	ffnNorm          []float32 // (dim)
	gate, up         *weights  // (ffn, dim)
	gateBias, upBias []float32 // (ffn)
	down             *weights  // (dim, ffn)
	downBias         []float32 // (dim)
	postFFNNorm      []float32 // (dim), before it is added
	activate         func(gate, up []float32)
}

// work is room for a batch.
type work struct {
	batch, logitBatch kernel.Batch
	x, h              []float32 // (tokens, dim)
	out               []float32 // (tokens, rows of dim)
	q, attended       []float32 // (tokens, heads*headDim); the latter only of a shard's own tokens
	k, v              []float32 // (tokens, kvHeads*headDim)
	gate, up          []float32 // (tokens, ffn)
	scored            attention
	floatPages        floatPages
	bytePages         bytePages
	part              []float32 // (tokens, rows of vocabulary), of a shard
}

func (d *decoder) newCache(capacity int) *kvcache.Cache {
	return kvcache.New(d.kept(), capacity)
}

// kept is what this shard's cache has of each token.
func (d *decoder) kept() kvcache.Shape {
	return kvcache.Shape{Type: d.kv, Layers: d.Layers, Heads: d.ownKVHeads.len(), Dim: d.HeadDim}
}

func (d *decoder) memory(context int) int64 {
	widest := max(d.Dim, d.Heads*d.HeadDim, d.layers[0].gate.Rows)
	batch := 4*(2*d.Dim+(2*d.Heads+2*d.KVHeads)*d.HeadDim+2*d.layers[0].gate.Rows) + 2*widest
	return d.kept().Memory(context) + int64(batchTokens*batch+4*d.Vocabulary+attentionRows*4*context)
}

func (d *decoder) logits(dst, hidden []float32) {
	d.profile.begin()
	d.logitBatch.Set(hidden, len(hidden)/d.Dim)
	if d.alone() {
		d.output.Mul(dst, &d.logitBatch)
		d.profile.lap(OpOutput)
		return
	}
	rows, own := len(hidden)/d.Dim, d.ownVocab.len()
	d.part = grow(d.part, rows*own)
	d.output.Mul(d.part, &d.logitBatch)
	d.profile.lap(OpOutput)
	for t := range rows {
		var to []float32
		if d.leads() {
			to = dst[t*d.Vocabulary:][:d.Vocabulary]
		}
		d.exchange(to, d.part[t*own:][:own])
	}
	d.profile.lap(OpExchange)
}

func (d *decoder) hidden(c *kvcache.Cache, tokens []int32) []float32 {
	d.profile.begin()
	n, position := len(tokens), c.Len()
	d.x, d.h = grow(d.x, n*d.Dim), grow(d.h, n*d.Dim)
	d.gathering.embed(d.x, tokens, d.embedding, d.vocabulary)
	if d.scale != 0 {
		kernel.Scale(d.x, d.scale)
	}
	for _, r := range d.ropes {
		r.set(position, n)
	}
	d.profile.lap(OpEmbed)
	for i := range d.layers {
		l := &d.layers[i]
		kernel.Add(d.x, d.attention(c, i, l, position, n))
		d.profile.lap(OpNorm)
		kernel.Add(d.x, d.feedForward(l, n))
		d.profile.lap(OpNorm)
	}
	d.normEach(d.h, d.x, d.norm)
	d.profile.lap(OpNorm)
	return d.h
}

// attention returns what a layer's attention makes of d.x.
func (d *decoder) attention(c *kvcache.Cache, i int, l *layer, position, n int) []float32 {
	queries, keys := d.ownHeads.len()*d.HeadDim, d.ownKVHeads.len()*d.HeadDim
	own := d.queries(n, &d.Config)
	d.q, d.attended = grow(d.q, n*queries), grow(d.attended, own.borders(d.Index).size(n))
	d.k, d.v = grow(d.k, n*keys), grow(d.v, n*keys)

	d.normEach(d.h, d.x, l.attnNorm)
	d.profile.lap(OpNorm)
	d.batch.Set(d.h, n)
	mul(d.q, l.q, l.qBias, &d.batch)
	mul(d.k, l.k, l.kBias, &d.batch)
	mul(d.v, l.v, l.vBias, &d.batch)
	d.profile.lap(OpProject)
	if l.qNorm != nil {
		d.normEach(d.q, d.q, l.qNorm)
		d.normEach(d.k, d.k, l.kNorm)
	}
	if l.rope != nil {
		for t := range n {
			l.rope.rotate(d.q[t*queries:][:queries], t, d.HeadDim)
			l.rope.rotate(d.k[t*keys:][:keys], t, d.HeadDim)
		}
	}
	d.round(d.q)
	d.round(d.k)
	d.round(d.v)
	for t := range n {
		for head := range d.ownKVHeads.len() {
			at := t*keys + head*d.HeadDim
			c.Set(i, head, position+t, d.k[at:][:d.HeadDim], d.v[at:][:d.HeadDim])
		}
	}
	kernel.Scale(d.q, d.attentionScale)
	d.attend(c, own, i, position, l.window)
	d.profile.lap(OpAttention)
	d.gatherFor(l.attnOutput, &d.batch, d.attended, own)
	return d.project(l.attnOutput, l.attnOutputBias, l.postAttnNorm, n, OpProject)
}

// keysOf is the key-value head of a head of queries, both as numbered here.
func (d *decoder) keysOf(head int) int {
	return (d.ownHeads.from+head)/(d.Heads/d.KVHeads) - d.ownKVHeads.from
}

// project multiplies d.batch with a matrix back to all dimensions, and normalizes
// what comes out if there is a norm.
func (d *decoder) project(m *weights, bias, norm []float32, n int, op Op) []float32 {
	d.out = grow(d.out, n*m.Rows)
	mul(d.out, m, bias, &d.batch)
	d.profile.lap(op)
	out := d.gather(d.out, d.rows(n, d.dim))
	if norm != nil {
		d.normEach(out, out, norm)
	}
	return out
}

// round rounds what attention multiplies, unless it is kept as it is or as bytes.
func (d *decoder) round(x []float32) {
	if d.halves {
		kernel.ToHalves(x)
	}
}

// feedForward returns what a layer's feed-forward part makes of d.x.
func (d *decoder) feedForward(l *layer, n int) []float32 {
	d.gate, d.up = grow(d.gate, n*l.gate.Rows), grow(d.up, n*l.up.Rows)
	d.normEach(d.h, d.x, l.ffnNorm)
	d.profile.lap(OpNorm)
	d.batch.Set(d.h, n)
	mul(d.gate, l.gate, l.gateBias, &d.batch)
	mul(d.up, l.up, l.upBias, &d.batch)
	l.activate(d.gate, d.up)
	d.profile.lap(OpFeedForward)
	d.gatherFor(l.down, &d.batch, d.gate, d.rows(n, d.ffn))
	return d.project(l.down, l.downBias, l.postFFNNorm, n, OpFeedForward)
}

// normEach normalizes every row of len(weight) numbers; without a weight it
// copies.
func (d *decoder) normEach(dst, x, weight []float32) {
	if weight == nil {
		copy(dst, x)
		return
	}
	for i := 0; i < len(x); i += len(weight) {
		kernel.RMSNorm(dst[i:][:len(weight)], x[i:][:len(weight)], weight, d.eps)
	}
}

// mul multiplies a batch with a matrix and adds the bias, if there is one.
func mul(dst []float32, m *weights, bias []float32, x *kernel.Batch) {
	m.Mul(dst, x)
	if bias != nil {
		addEach(dst, bias)
	}
}

// addEach adds a bias to every row of len(bias) numbers.
func addEach(x, bias []float32) {
	for i := 0; i < len(x); i += len(bias) {
		kernel.Add(x[i:], bias)
	}
}
