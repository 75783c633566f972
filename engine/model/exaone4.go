package model

import (
	"fmt"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// EXAONE 4: norms behind attention and feed-forward, and none before; norms on
// queries and keys. The large one lets three of four layers slide a window, and
// the fourth has no positions. https://arxiv.org/abs/2507.11407
func init() {
	register("exaone4", func(b *builder) network {
		const pattern, largeLayers = 4, 64
		d := newDecoder(b)
		r := d.addRope(b.newRope(true, b.ropeFactors()))
		window := b.intOr("attention.sliding_window", 4096)
		queries, keys := b.ownHeads.times(b.HeadDim), b.ownKVHeads.times(b.HeadDim)
		for i := range d.layers {
			l, prefix := &d.layers[i], fmt.Sprintf("blk.%d.", i)
			l.rope = r
			if b.Layers == largeLayers {
				if i%pattern < pattern-1 {
					l.window = window
				} else {
					l.rope = nil
				}
			}
			l.q = b.slice(prefix+"attn_q.weight", queries, b.Dim)
			l.k = b.slice(prefix+"attn_k.weight", keys, b.Dim)
			l.v = b.slice(prefix+"attn_v.weight", keys, b.Dim)
			b.headNorms(l, prefix)
			l.attnOutput = b.slice(prefix+"attn_output.weight", b.ownDim, queries.of)
			l.postAttnNorm = b.vector(prefix+"post_attention_norm.weight", b.Dim)
			l.gate = b.slice(prefix+"ffn_gate.weight", b.ownFFN, b.Dim)
			l.up = b.slice(prefix+"ffn_up.weight", b.ownFFN, b.Dim)
			l.down = b.slice(prefix+"ffn_down.weight", b.ownDim, b.ownFFN.of)
			l.postFFNNorm = b.vector(prefix+"post_ffw_norm.weight", b.Dim)
			l.activate = kernel.SwiGLU
		}
		return d
	})
}
