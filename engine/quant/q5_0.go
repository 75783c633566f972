package quant

import "encoding/binary"

// Q5_0 is 32 weights of 5 bits less 16, times a half precision scale. The fifth
// bits come first, then four as in Q4_0.
var Q5_0 = register(&Type{
	Name: "Q5_0", ID: 6, BlockSize: 32, TypeSize: 22, Group: 32,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for g := range scale {
			b := src[22*g:][:22]
			scale[g] = half(b)
			fiveBits(q[32*g:][:32], b[2:], 16)
		}
	},
})

// fiveBits brings out 32 weights: a word of fifth bits and 16 bytes of four.
func fiveBits(q []int8, b []byte, less int8) {
	fifth := binary.LittleEndian.Uint32(b)
	for i, v := range b[4:20] {
		q[i] = int8(v&15) | int8(fifth>>i&1<<4) - less
		q[i+16] = int8(v>>4) | int8(fifth>>(i+16)&1<<4) - less
	}
}
