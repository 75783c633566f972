package model

import (
	"fmt"
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// Gemma 3: five layers that slide a window for each one that sees all, with
// ropes of their own; norms on queries and keys, and behind attention and
// feed-forward; embeddings scaled up. https://arxiv.org/abs/2503.19786
func init() {
	register("gemma3", func(b *builder) network {
		const largestLayers = 62 // the 27B model scales its queries otherwise
		d := newDecoder(b)
		d.scale = float32(math.Sqrt(float64(b.Dim)))
		if b.Layers == largestLayers {
			d.attentionScale = float32(1 / math.Sqrt(float64(b.Dim/b.Heads)))
		}
		global := d.addRope(b.newRope(true, nil))
		local := d.addRope(b.plainRope(true, b.ropeDims(), b.floatOr("rope.freq_base_swa", 10000)))
		window := b.int("attention.sliding_window", 1, math.MaxInt32)
		pattern := max(1, b.intOr("attention.sliding_window_pattern", 6))
		for i := range d.layers {
			l, prefix := &d.layers[i], fmt.Sprintf("blk.%d.", i)
			l.rope = global
			if i%pattern < pattern-1 {
				l.rope, l.window = local, window
			}
			b.plainLayer(l, prefix)
			b.headNorms(l, prefix)
			l.postAttnNorm = b.vector(prefix+"post_attention_norm.weight", b.Dim)
			l.postFFNNorm = b.vector(prefix+"post_ffw_norm.weight", b.Dim)
			l.activate = kernel.GeGLU
		}
		return d
	})
}
