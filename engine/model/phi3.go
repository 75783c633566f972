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
		queries, keys := b.ownHeads.times(b.HeadDim), b.ownKVHeads.times(b.HeadDim)
		for i := range d.layers {
			l, prefix := &d.layers[i], fmt.Sprintf("blk.%d.", i)
			l.rope = r
			l.attnNorm = b.vector(prefix+"attn_norm.weight", b.Dim)
			qkv := b.stacked(prefix+"attn_qkv.weight", b.Dim, queries, keys, keys)
			l.q, l.k, l.v = qkv[0], qkv[1], qkv[2]
			l.attnOutput = b.slice(prefix+"attn_output.weight", b.ownDim, queries.of)
			l.ffnNorm = b.vector(prefix+"ffn_norm.weight", b.Dim)
			both := b.stacked(prefix+"ffn_up.weight", b.Dim, b.ownFFN, b.ownFFN)
			l.gate, l.up = both[0], both[1]
			l.down = b.slice(prefix+"ffn_down.weight", b.ownDim, b.ownFFN.of)
			l.activate = kernel.SwiGLU
		}
		return d
	})
}
