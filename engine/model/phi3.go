package model

import (
	"fmt"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// Phi-3: queries, keys and values in one matrix, gate and up in another; ropes
// with factors, of which there are two sets, for contexts up to that of the first
// training and for longer ones. https://arxiv.org/abs/2404.14219
//
// The sliding window that files name is not heeded: they name it wrongly, and
// llama.cpp, which everyone runs them with, looks back on all.
func init() {
	register("phi3", func(b *builder) network {
		d := newDecoder(b)
		factors := "rope_factors_short.weight"
		if b.context > b.intOr("rope.scaling.original_context_length", b.Context) {
			factors = "rope_factors_long.weight"
		}
		r := d.addRope(b.newRope(true, b.optional(factors, b.ropeDims()/2)))
		queries, keys, ffn := b.Heads*b.HeadDim, b.KVHeads*b.HeadDim, b.int("feed_forward_length", 1, 1<<24)
		for i := range d.layers {
			l, prefix := &d.layers[i], fmt.Sprintf("blk.%d.", i)
			l.rope = r
			l.attnNorm = b.vector(prefix+"attn_norm.weight", b.Dim)
			qkv := b.matrix(prefix+"attn_qkv.weight", queries+2*keys, b.Dim)
			l.q = qkv.Slice(0, queries)
			l.k = qkv.Slice(queries, queries+keys)
			l.v = qkv.Slice(queries+keys, queries+2*keys)
			l.attnOutput = b.matrix(prefix+"attn_output.weight", b.Dim, queries)
			l.ffnNorm = b.vector(prefix+"ffn_norm.weight", b.Dim)
			both := b.matrix(prefix+"ffn_up.weight", 2*ffn, b.Dim)
			l.gate, l.up = both.Slice(0, ffn), both.Slice(ffn, 2*ffn)
			l.down = b.matrix(prefix+"ffn_down.weight", b.Dim, ffn)
			l.activate = kernel.SwiGLU
		}
		return d
	})
}
