package model

import "fmt"

// Qwen 2 and 2.5: Llama with biases on queries, keys and values, and the other
// kind of rope. https://arxiv.org/abs/2407.10671
func init() {
	register("qwen2", func(b *builder) network {
		d := newDecoder(b)
		r := d.addRope(b.newRope(true, nil))
		for i := range d.layers {
			d.layers[i].rope = r
			b.plainLayer(&d.layers[i], fmt.Sprintf("blk.%d.", i))
		}
		return d
	})
}
