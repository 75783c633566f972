package quant

// Q2_K is 256 weights of 2 bits in groups of 16. A group's byte holds its scale
// low and its minimum high, 4 bits each; two half precision numbers multiply
// them. Bytes of weights hold four, 32 apart.
var Q2_K = register(&Type{
	Name: "Q2_K", ID: 10, BlockSize: 256, TypeSize: 84, Group: 16, Offset: true,
	Unpack: func(q []int8, scale, min []float32, src []byte) {
		for ; len(src) > 0; src, q, scale, min = src[84:], q[256:], scale[16:], min[16:] {
			d, dmin := half(src[80:]), half(src[82:])
			for g, v := range src[:16] {
				scale[g] = d * float32(v&15)
				min[g] = dmin * float32(v>>4)
			}
			for i := range 256 {
				q[i] = int8(src[16+i/128*32+i%32] >> (i / 32 % 4 * 2) & 3)
			}
		}
	},
})
