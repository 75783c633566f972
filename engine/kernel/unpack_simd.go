//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// unpackers are the same as Unpack of the types, over vectors.
var unpackers = map[*quant.Type]unpackFunc{
	quant.Q4_0: unpackQ4_0,
}

// wideners are the same as Floats of the types, over vectors.
var wideners = map[*quant.Type]floatsFunc{
	quant.F16:  widenF16,
	quant.BF16: widenBF16,
}

func unpacker(t *quant.Type) unpackFunc {
	if f, ok := unpackers[t]; ok && vectors {
		return f
	}
	return t.Unpack
}

func widener(t *quant.Type) floatsFunc {
	if f, ok := wideners[t]; ok && vectors {
		return f
	}
	return t.Floats
}

func bytes16(p unsafe.Pointer, i int) archsimd.Uint8x16 {
	return archsimd.LoadUint8x16Array((*[16]uint8)(unsafe.Add(p, i)))
}

func store16(p unsafe.Pointer, i int, v archsimd.Int8x16) {
	v.StoreArray((*[16]int8)(unsafe.Add(p, i)))
}

// high returns the upper four bits of each byte.
func high(v, low archsimd.Uint8x16) archsimd.Uint8x16 {
	return v.ReshapeToUint16s().ShiftAllRight(4).ReshapeToUint8s().And(low)
}

func unpackQ4_0(q []int8, scale, _ []float32, src []byte) {
	low, eight := archsimd.BroadcastUint8x16(15), archsimd.BroadcastInt8x16(8)
	_ = src[18*len(scale)-1]
	_ = q[32*len(scale)-1]
	p, out := unsafe.Pointer(unsafe.SliceData(src)), unsafe.Pointer(unsafe.SliceData(q))
	for g := range scale {
		scale[g] = half(p, 0)
		v := bytes16(p, 2)
		store16(out, 0, v.And(low).BitsToInt8().Sub(eight))
		store16(out, 16, high(v, low).BitsToInt8().Sub(eight))
		p, out = unsafe.Add(p, 18), unsafe.Add(out, 32)
	}
}

func half(p unsafe.Pointer, i int) float32 { return halves[*(*uint16)(unsafe.Add(p, i))] }

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
