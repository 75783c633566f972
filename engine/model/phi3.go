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
			qkv := b.cut(prefix+"attn_qkv.weight", b.Dim, queries, keys, keys)
			l.q, l.k, l.v = qkv[0], qkv[1], qkv[2]
			l.attnOutput = b.matrix(prefix+"attn_output.weight", b.Dim, queries)
			l.ffnNorm = b.vector(prefix+"ffn_norm.weight", b.Dim)
			both := b.cut(prefix+"ffn_up.weight", b.Dim, ffn, ffn)
			l.gate, l.up = both[0], both[1]
			l.down = b.matrix(prefix+"ffn_down.weight", b.Dim, ffn)
			l.activate = kernel.SwiGLU
		}
		return d
	})
}

// cut returns the parts of a tensor that holds several matrices, of the given
// numbers of rows.
func (b *builder) cut(name string, cols int, rows ...int) []*weights {
	total := 0
	for _, n := range rows {
		total += n
	}
	whole := b.matrix(name, total, cols)
	parts := make([]*weights, len(rows))
	if whole == nil {
		return parts
	}
	b.parts[name] = nil
	from := 0
	for _, n := range rows {
		if from += n; from%whole.RowsTogether() != 0 {
			whole.Plain()
		}
	}
	from = 0
	for i, n := range rows {
		parts[i] = &weights{Matrix: whole.Slice(from, from+n)}
		b.parts[name] = append(b.parts[name], part{parts[i], from})
		from += n
	}
	return parts
}
