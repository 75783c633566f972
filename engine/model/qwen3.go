package model

import "fmt"

// Qwen 3: norms on queries and keys in place of the biases of Qwen 2.
// https://arxiv.org/abs/2505.09388
func init() {
	register("qwen3", func(b *builder) network {
		d := newDecoder(b)
		r := d.addRope(b.newRope(true, nil))
		for i := range d.layers {
			l, prefix := &d.layers[i], fmt.Sprintf("blk.%d.", i)
			l.rope = r
			b.plainLayer(l, prefix)
			b.headNorms(l, prefix)
		}
		return d
	})
}

// headNorms reads the norms of queries and keys.
func (b *builder) headNorms(l *layer, prefix string) {
	l.qNorm = b.vector(prefix+"attn_q_norm.weight", b.HeadDim)
	l.kNorm = b.vector(prefix+"attn_k_norm.weight", b.HeadDim)
}
