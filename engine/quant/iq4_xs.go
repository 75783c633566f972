package quant

import "encoding/binary"

// IQ4_XS is 256 weights of 4 bits that look up Nonlinear, in groups of 32 with
// scales of 6 bits less 32, times a half precision number. Of the scales, two
// bits each come first, then four.
var IQ4_XS = register(&Type{
	Name: "IQ4_XS", ID: 23, BlockSize: 256, TypeSize: 136, Group: 32,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for ; len(src) > 0; src, q, scale = src[136:], q[256:], scale[8:] {
			d, high := half(src), binary.LittleEndian.Uint16(src[2:])
			for g := range 8 {
				six := int(src[4+g/2]>>(g%2*4)&15) | int(high>>(2*g)&3)<<4
				scale[g] = d * float32(six-32)
				for i, v := range src[8+16*g:][:16] {
					q[32*g+i] = Nonlinear[v&15]
					q[32*g+i+16] = Nonlinear[v>>4]
				}
			}
		}
	},
})
