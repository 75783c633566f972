package quant

// Q4_0 is 32 weights of 4 bits less 8, times a half precision scale. A byte
// holds weight i low and i+16 high.
var Q4_0 = register(&Type{
	Name: "Q4_0", ID: 2, BlockSize: 32, TypeSize: 18, Group: 32,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for g := range scale {
			b, q := src[18*g:][:18], q[32*g:][:32]
			scale[g] = half(b)
			for i, v := range b[2:] {
				q[i] = int8(v&15) - 8
				q[i+16] = int8(v>>4) - 8
			}
		}
	},
})
