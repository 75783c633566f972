package quant

// Nonlinear are the 16 values that weights of 4 bits stand for in IQ4_NL and
// IQ4_XS.
var Nonlinear = [16]int8{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// IQ4_NL is 32 weights of 4 bits that look up Nonlinear, times a half precision
// scale; laid out as Q4_0.
var IQ4_NL = register(&Type{
	Name: "IQ4_NL", ID: 20, BlockSize: 32, TypeSize: 18, Group: 32,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for g := range scale {
			b, q := src[18*g:][:18], q[32*g:][:32]
			scale[g] = half(b)
			for i, v := range b[2:] {
				q[i] = Nonlinear[v&15]
				q[i+16] = Nonlinear[v>>4]
			}
		}
	},
})
