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
	eps             float32
	embedding       *weights  // (vocabulary, dim)
	positions       *weights  // (context, dim)
	types           *weights  // (token types, dim), all tokens are of the first; may be nil
	norm, normBias  []float32 // (dim)
	layers          []encoderLayer
	batch           kernel.Batch
	x, h            []float32 // (tokens, dim)
	q, k, v         []float32 // (tokens, dim)
	headKeys, headV []float32 // (tokens, headDim), of one head
	up              []float32 // (batchTokens, ffn)
	scores          []float32 // (tokens)
	profile         *Profile  // nil: none is kept
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

func (e *encoder) observe(p *Profile) { e.profile = p }

func (e *encoder) memory(context int) int64 {
	ffn := e.layers[0].up.Rows
	perToken := 4*(5*e.Dim+2*e.HeadDim+1) + 2*e.Dim
	return int64(context)*int64(perToken) + int64(batchTokens)*int64(6*ffn)
}

func (e *encoder) hidden(_ *kvcache.Cache, tokens []int32) []float32 {
	e.profile.begin()
	n := len(tokens)
	e.x, e.h = grow(e.x, n*e.Dim), grow(e.h, n*e.Dim)
	e.q, e.k, e.v = grow(e.q, n*e.Dim), grow(e.k, n*e.Dim), grow(e.v, n*e.Dim)
	for t, id := range tokens {
		x, h := e.x[t*e.Dim:][:e.Dim], e.h[:e.Dim]
		e.embedding.Row(x, int(id))
		if e.types != nil {
			e.types.Row(h, 0)
			kernel.Add(x, h)
		}
		e.positions.Row(h, t)
		kernel.Add(x, h)
	}
	e.normEach(e.x, e.norm, e.normBias)
	e.profile.lap(OpEmbed)
	for i := range e.layers {
		l := &e.layers[i]
		e.attention(l, n)
		kernel.Add(e.x, e.h)
		e.normEach(e.x, l.attnNorm, l.attnNormBias)
		e.profile.lap(OpNorm)
		e.feedForward(l, n)
		e.profile.lap(OpFeedForward)
		kernel.Add(e.x, e.h)
		e.normEach(e.x, l.norm, l.normBias)
		e.profile.lap(OpNorm)
	}
	return e.x
}

// attention leaves in e.h what a layer's attention makes of e.x.
func (e *encoder) attention(l *encoderLayer, n int) {
	e.batch.Set(e.x, n)
	mul(e.q, l.q, l.qBias, &e.batch)
	mul(e.k, l.k, l.kBias, &e.batch)
	mul(e.v, l.v, l.vBias, &e.batch)
	e.profile.lap(OpProject)
	kernel.Scale(e.q, float32(1/math.Sqrt(float64(e.HeadDim))))
	size := e.HeadDim
	e.headKeys, e.headV, e.scores = grow(e.headKeys, n*size), grow(e.headV, n*size), grow(e.scores, n)
	for head := range e.Heads {
		for t := range n {
			at := t*e.Dim + head*size
			copy(e.headKeys[t*size:][:size], e.k[at:])
			copy(e.headV[t*size:][:size], e.v[at:])
		}
		for t := range n {
			at := t*e.Dim + head*size
			kernel.DotRows(e.scores, e.headKeys, e.q[at:][:size])
			kernel.Softmax(e.scores)
			// The query is done with: its place takes what it found.
			clear(e.q[at:][:size])
			kernel.AddRows(e.q[at:][:size], e.headV, e.scores)
		}
	}
	e.profile.lap(OpAttention)
	e.batch.Set(e.q, n)
	mul(e.h, l.attnOutput, l.attnOutputBias, &e.batch)
	e.profile.lap(OpProject)
}

// feedForward leaves in e.h what a layer's feed-forward part makes of e.x.
func (e *encoder) feedForward(l *encoderLayer, n int) {
	for from := 0; from < n; from += batchTokens {
		rows := min(batchTokens, n-from)
		e.up = grow(e.up, rows*l.up.Rows)
		e.batch.Set(e.x[from*e.Dim:][:rows*e.Dim], rows)
		mul(e.up, l.up, l.upBias, &e.batch)
		kernel.GELU(e.up)
		e.batch.Set(e.up, rows)
		mul(e.h[from*e.Dim:][:rows*e.Dim], l.down, l.downBias, &e.batch)
	}
}

func (e *encoder) normEach(x, weight, bias []float32) {
	for ; len(x) > 0; x = x[e.Dim:] {
		kernel.LayerNorm(x[:e.Dim], x[:e.Dim], weight, bias, e.eps)
	}
}
