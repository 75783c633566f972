package model

import "fmt"

// EXAONE 3 and 3.5: Llama with the other kind of rope.
// https://arxiv.org/abs/2408.03541
func init() {
	register("exaone", func(b *builder) network {
		d := newDecoder(b)
		r := d.addRope(b.newRope(true, b.ropeFactors()))
		for i := range d.layers {
			d.layers[i].rope = r
			b.plainLayer(&d.layers[i], fmt.Sprintf("blk.%d.", i))
		}
		return d
	})
}
