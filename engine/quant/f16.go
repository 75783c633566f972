package quant

// F16 is half precision.
var F16 = register(&Type{
	Name: "F16", ID: 1, BlockSize: 1, TypeSize: 2,
	Floats: func(dst []float32, src []byte) {
		for i := range dst {
			dst[i] = half(src[2*i:])
		}
	},
	Quantize: func(dst []byte, src []float32) {
		for i, v := range src {
			putHalf(dst[2*i:], v)
		}
	},
	Bound: 0x1p-11,
})
