package quant

// Q5_1 is 32 weights of 5 bits, laid out as in Q5_0, times a scale plus a
// minimum, both half precision.
var Q5_1 = register(&Type{
	Name: "Q5_1", ID: 7, BlockSize: 32, TypeSize: 24, Group: 32, Offset: true,
	Unpack: func(q []int8, scale, min []float32, src []byte) {
		for g := range scale {
			b := src[24*g:][:24]
			scale[g], min[g] = half(b), -half(b[2:])
			fiveBits(q[32*g:][:32], b[4:], 0)
		}
	},
})
