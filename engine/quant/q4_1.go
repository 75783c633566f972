package quant

// Q4_1 is 32 weights of 4 bits times a scale plus a minimum, both half
// precision. A byte holds weight i low and i+16 high.
var Q4_1 = register(&Type{
	Name: "Q4_1", ID: 3, BlockSize: 32, TypeSize: 20, Group: 32, Offset: true,
	Unpack: func(q []int8, scale, min []float32, src []byte) {
		for g := range scale {
			b, q := src[20*g:][:20], q[32*g:][:32]
			scale[g], min[g] = half(b), -half(b[2:])
			for i, v := range b[4:] {
				q[i] = int8(v & 15)
				q[i+16] = int8(v >> 4)
			}
		}
	},
})
