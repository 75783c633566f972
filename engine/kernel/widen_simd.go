//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// wideners are the same as Floats of the types, over vectors.
var wideners = map[*quant.Type]floatsFunc{
	quant.F16:  widenF16,
	quant.BF16: widenBF16,
}

func widener(t *quant.Type) floatsFunc {
	if f, ok := wideners[t]; ok && vectors {
		return f
	}
	return t.Floats
}

func widenBF16(dst []float32, src []byte) {
	_ = src[:2*len(dst)]
	p, out, i := unsafe.Pointer(unsafe.SliceData(src)), unsafe.Pointer(unsafe.SliceData(dst)), 0
	for ; i+8 <= len(dst); i += 4 { // a load takes 8, of which 4 are used
		v := bytes16(p, 2*i).ReshapeToUint16s().ExtendLo4ToUint32().ShiftAllLeft(16)
		v.StoreArray((*[4]uint32)(unsafe.Add(out, 4*i)))
	}
	quant.BF16.Floats(dst[i:], src[2*i:])
}

// widenF16 goes the way of quant.Half, but for infinities and NaNs, which it
// takes for finite numbers from 65536 on: no sound weight is one.
func widenF16(dst []float32, src []byte) {
	_ = src[:2*len(dst)]
	p, out, i := unsafe.Pointer(unsafe.SliceData(src)), unsafe.Pointer(unsafe.SliceData(dst)), 0
	bias, sign, rest := archsimd.BroadcastFloat32x4(0x1p112), archsimd.BroadcastUint32x4(0x8000), archsimd.BroadcastUint32x4(0x7fff)
	for ; i+8 <= len(dst); i += 4 { // a load takes 8, of which 4 are used
		v := bytes16(p, 2*i).ReshapeToUint16s().ExtendLo4ToUint32()
		v = v.And(rest).ShiftAllLeft(13).BitsToFloat32().Mul(bias).ToBits().Or(v.And(sign).ShiftAllLeft(16))
		v.StoreArray((*[4]uint32)(unsafe.Add(out, 4*i)))
	}
	quant.F16.Floats(dst[i:], src[2*i:])
}
