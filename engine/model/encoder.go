package model

import (
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
)

// encoder is a transformer whose tokens all see each other, with norms behind
// attention and feed-forward, as BERT has them.
type encoder struct {
	Config
	shares
	gathering
	eps             float32
	embedding       *weights  // (vocabulary, dim)
	positions       *weights  // (context, dim)
	types           *weights  // (token types, dim); may be nil
	of              []int32   // the types of the tokens; nil: all are of the first
	norm, normBias  []float32 // (dim)
	layers          []encoderLayer
	batch           kernel.Batch
	x               []float32 // (tokens, dim)
	h               []float32 // (dim)
	out             []float32 // (tokens, rows of dim)
	q, k, v         []float32 // (tokens, heads*headDim)
	attended        []float32 // (tokens, heads*headDim), of a shard's own tokens
	headKeys, headV []float32 // (headDim, tokens), (tokens, headDim), of one head
	up              []float32 // (batchTokens, ffn)
	scored          attention
	seen            headFloats
}

// encoderLayer is one block of an encoder.
type encoderLayer struct {
	q, k, v, attnOutput                 *weights  // (dim, dim)
	qBias, kBias, vBias, attnOutputBias []float32 // (dim); may be nil
	attnNorm, attnNormBias              []float32 // (dim), after the sum
	up, down                            *weights  // (ffn, dim), (dim, ffn)
	upBias, downBias                    []float32 // (ffn), (dim); may be nil
	norm, normBias                      []float32 // (dim), after the sum
}

// newCache returns nil: an encoder sees its tokens at once.
func (e *encoder) newCache(int) *kvcache.Cache { return nil }

func (e *encoder) logits(_, _ []float32) {}

func (e *encoder) memory(context int) int64 {
	ffn := e.layers[0].up.Rows
	perToken := 4*(6*e.Dim+2*e.HeadDim+attentionRows) + 2*e.Dim
	return int64(context)*int64(perToken) + int64(batchTokens)*int64(6*ffn)
}

func (e *encoder) hidden(_ *kvcache.Cache, tokens []int32) []float32 {
	e.profile.begin()
	n := len(tokens)
	e.x, e.h = grow(e.x, n*e.Dim), grow(e.h, e.Dim)
	e.gathering.embed(e.x, tokens, e.embedding, e.vocabulary)
	for t := range tokens {
		x, h := e.x[t*e.Dim:][:e.Dim], e.h
		if e.types != nil {
			e.types.Row(h, e.typeOf(t))
			kernel.Add(x, h)
		}
		e.positions.Row(h, t)
		kernel.Add(x, h)
	}
	e.normEach(e.x, e.norm, e.normBias)
	e.profile.lap(OpEmbed)
	for i := range e.layers {
		l := &e.layers[i]
		kernel.Add(e.x, e.attention(l, n))
		e.normEach(e.x, l.attnNorm, l.attnNormBias)
		e.profile.lap(OpNorm)
		kernel.Add(e.x, e.feedForward(l, n))
		e.normEach(e.x, l.norm, l.normBias)
		e.profile.lap(OpNorm)
	}
	return e.x
}

// typeOf is the type of a token, the first where there are no others.
func (e *encoder) typeOf(t int) int {
	if t >= len(e.of) || int(e.of[t]) >= e.types.Rows {
		return 0
	}
	return int(e.of[t])
}

// attention returns what a layer's attention makes of e.x.
func (e *encoder) attention(l *encoderLayer, n int) []float32 {
	width := e.ownHeads.len() * e.HeadDim
	e.q, e.k, e.v = grow(e.q, n*width), grow(e.k, n*width), grow(e.v, n*width)
	own := e.queries(n, &e.Config)
	mine := own.borders(e.Index)
	e.attended = grow(e.attended, mine.size(n))
	e.batch.Set(e.x, n)
	mul(e.q, l.q, l.qBias, &e.batch)
	mul(e.k, l.k, l.kBias, &e.batch)
	mul(e.v, l.v, l.vBias, &e.batch)
	e.profile.lap(OpProject)
	kernel.Scale(e.q, float32(1/math.Sqrt(float64(e.HeadDim))))
	size, stride := e.HeadDim, (n+7)&^7
	e.headKeys, e.headV = grow(e.headKeys, stride*size), grow(e.headV, n*size)
	e.seen.keys, e.seen.values, e.seen.stride = e.headKeys, e.headV, stride
	for head := range e.ownHeads.len() {
		for t := range n {
			at := t*width + head*size
			for i, v := range e.k[at:][:size] {
				e.headKeys[i*stride+t] = v
			}
			copy(e.headV[t*size:][:size], e.v[at:])
		}
		for t := range n {
			if place := mine.place((e.ownHeads.from+head)*size, t); place >= 0 {
				e.scored.add(e.q[t*width+head*size:][:size], e.attended[place:][:size], 0, n)
			}
			if e.scored.n == attentionRows || e.scored.n > 0 && t == n-1 {
				e.scored.run(&e.seen, stride, kernel.Softmax)
			}
		}
	}
	e.profile.lap(OpAttention)
	e.gatherFor(l.attnOutput, &e.batch, e.attended, own)
	e.out = grow(e.out, n*l.attnOutput.Rows)
	mul(e.out, l.attnOutput, l.attnOutputBias, &e.batch)
	e.profile.lap(OpProject)
	return e.gather(e.out, e.rows(n, e.dim))
}

// headFloats are the keys (headDim, stride) and values (tokens, headDim) of a head.
type headFloats struct {
	keys, values     []float32
	stride           int
	queries, weights kernel.Rows
}

func (h *headFloats) ask(queries [][]float32) { h.queries.Set(queries) }

func (h *headFloats) score(scores [][]float32, _ int) {
	h.queries.AddProduct(scores, h.keys, h.stride)
}

func (h *headFloats) mix(rows, weights [][]float32, _ int) {
	h.weights.Set(weights)
	h.weights.AddProduct(rows, h.values, len(rows[0]))
}

// feedForward returns what a layer's feed-forward part makes of e.x.
func (e *encoder) feedForward(l *encoderLayer, n int) []float32 {
	own := l.down.Rows
	e.out = grow(e.out, n*own)
	for from := 0; from < n; from += batchTokens {
		rows := min(batchTokens, n-from)
		e.up = grow(e.up, rows*l.up.Rows)
		e.batch.Set(e.x[from*e.Dim:][:rows*e.Dim], rows)
		mul(e.up, l.up, l.upBias, &e.batch)
		kernel.GELU(e.up)
		e.profile.lap(OpFeedForward)
		e.gatherFor(l.down, &e.batch, e.up, e.rows(rows, e.ffn))
		mul(e.out[from*own:][:rows*own], l.down, l.downBias, &e.batch)
		e.profile.lap(OpFeedForward)
	}
	return e.gather(e.out, e.rows(n, e.dim))
}

func (e *encoder) normEach(x, weight, bias []float32) {
	for ; len(x) > 0; x = x[e.Dim:] {
		kernel.LayerNorm(x[:e.Dim], x[:e.Dim], weight, bias, e.eps)
	}
}
