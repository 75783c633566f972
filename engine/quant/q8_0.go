package quant

import "math"

// Q8_0 is 32 signed bytes with a half precision scale before them.
var Q8_0 = register(&Type{
	Name: "Q8_0", ID: 8, BlockSize: 32, TypeSize: 34, Group: 32,
	Unpack: func(q []int8, scale, _ []float32, src []byte) {
		for g := range scale {
			b := src[34*g:][:34]
			scale[g] = half(b)
			for i, v := range b[2:] {
				q[32*g+i] = int8(v)
			}
		}
	},
	Quantize: func(dst []byte, src []float32) {
		for g := range len(src) / 32 {
			x, b := src[32*g:][:32], dst[34*g:][:34]
			var largest float32
			for _, v := range x {
				largest = max(largest, v, -v)
			}
			putHalf(b, largest/127)
			var inverse float32
			if largest > 0 {
				inverse = 127 / largest
			}
			for i, v := range x {
				b[2+i] = byte(int8(math.RoundToEven(float64(v * inverse))))
			}
		}
	},
	Bound: 1.0/254 + 0x1p-11,
})
