package quant

import (
	"encoding/binary"
	"math"
)

// F32 is single precision.
var F32 = register(&Type{
	Name: "F32", ID: 0, BlockSize: 1, TypeSize: 4,
	Floats: func(dst []float32, src []byte) {
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	},
	Quantize: func(dst []byte, src []float32) {
		for i, v := range src {
			binary.LittleEndian.PutUint32(dst[4*i:], math.Float32bits(v))
		}
	},
})
