package quant

import (
	"encoding/binary"
	"math"
)

// BF16 is the upper half of single precision.
var BF16 = register(&Type{
	Name: "BF16", ID: 30, BlockSize: 1, TypeSize: 2,
	Floats: func(dst []float32, src []byte) {
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
		}
	},
	Quantize: func(dst []byte, src []float32) {
		for i, v := range src {
			b := math.Float32bits(v)
			if v != v {
				b |= 1 << 22 // a NaN whose mantissa lies in the lower half must stay one
			} else {
				b += 0x7fff + b>>16&1 // to nearest, ties to even
			}
			binary.LittleEndian.PutUint16(dst[2*i:], uint16(b>>16))
		}
	},
	Bound: 0x1p-8,
})
