package model

import (
	"fmt"

	"github.com/ondol-rag/ondol/engine/gguf"
)

// BERT and XLM-RoBERTa, which files call by the same name: MiniLM, BGE, E5.
// https://arxiv.org/abs/1810.04805, https://arxiv.org/abs/1911.02116
func init() {
	register("bert", func(b *builder) network {
		b.Causal = false
		b.context = min(b.context, b.Context) // there are no positions beyond
		e := &encoder{
			eps:       float32(b.float("attention.layer_norm_epsilon")),
			layers:    make([]encoderLayer, b.Layers),
			embedding: b.tokens(),
			positions: b.matrix("position_embd.weight", b.rows("position_embd.weight"), b.Dim),
			norm:      b.vector("token_embd_norm.weight", b.Dim),
			normBias:  b.vector("token_embd_norm.bias", b.Dim),
		}
		if b.has("token_types.weight") {
			e.types = b.matrix("token_types.weight", b.rows("token_types.weight"), b.Dim)
		}
		if b.err == nil && (b.Heads != b.KVHeads || b.Heads*b.HeadDim != b.Dim) {
			b.fail("%w: %d and %d heads of %d in %d dimensions", ErrUnsupported, b.Heads, b.KVHeads, b.HeadDim, b.Dim)
		}
		if b.err == nil && e.positions.Rows < b.Context {
			b.fail("%w: positions for %d tokens, in a context of %d", gguf.ErrFormat, e.positions.Rows, b.Context)
		}
		for i := range e.layers {
			l, prefix := &e.layers[i], fmt.Sprintf("blk.%d.", i)
			heads := b.ownHeads.times(b.HeadDim)
			l.q, l.qBias = b.linear(prefix+"attn_q", heads, b.Dim)
			l.k, l.kBias = b.linear(prefix+"attn_k", heads, b.Dim)
			l.v, l.vBias = b.linear(prefix+"attn_v", heads, b.Dim)
			l.attnOutput, l.attnOutputBias = b.linear(prefix+"attn_output", b.ownDim, b.Dim)
			l.attnNorm = b.vector(prefix+"attn_output_norm.weight", b.Dim)
			l.attnNormBias = b.vector(prefix+"attn_output_norm.bias", b.Dim)
			l.up, l.upBias = b.linear(prefix+"ffn_up", b.ownFFN, b.Dim)
			l.down, l.downBias = b.linear(prefix+"ffn_down", b.ownDim, b.ownFFN.of)
			l.norm = b.vector(prefix+"layer_output_norm.weight", b.Dim)
			l.normBias = b.vector(prefix+"layer_output_norm.bias", b.Dim)
		}
		e.Config, e.shares, e.gathering = b.Config, b.shares, gathering{Shard: b.shard}
		return e
	})
}

// rows is how many rows a matrix has, where only the file says it.
func (b *builder) rows(name string) int {
	if t, ok := b.f.Tensor(name); ok && len(t.Dims) > 1 {
		return t.Dims[1]
	}
	return 1
}
