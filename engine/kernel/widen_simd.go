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
	leave()
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
	leave()
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

// ToHalves rounds every number to one that half precision holds. NaN becomes
// infinity, as what is too large does.
func ToHalves(x []float32) {
	if avx512 && len(x) > 0 {
		toHalves512(pointer(x), len(x))
		return
	}
	leave()
	p, i := unsafe.Pointer(unsafe.SliceData(x)), 0
	for ; vectors && i+4 <= len(x); i += 4 {
		at := (*[4]uint32)(unsafe.Add(p, 4*i))
		toHalf4(archsimd.LoadUint32x4Array(at)).StoreArray(at)
	}
	refToHalves(x[i:])
}

// toHalf4 rounds the bits of 4 numbers.
func toHalf4(v archsimd.Uint32x4) archsimd.Uint32x4 {
	sign, up, odd, keep := archsimd.BroadcastUint32x4(1<<31), archsimd.BroadcastUint32x4(0xfff), archsimd.BroadcastUint32x4(1), archsimd.BroadcastUint32x4(0xffffe000)
	half, subnormal, infinite, infinity := archsimd.BroadcastUint32x4(0x3f000000).BitsToFloat32(), archsimd.BroadcastUint32x4(0x38800000).BitsToInt32(), archsimd.BroadcastUint32x4(0x477fefff).BitsToInt32(), archsimd.BroadcastUint32x4(0x7f800000)
	a := v.AndNot(sign)
	r := a.Add(up).Add(a.ShiftAllRight(13).And(odd)).And(keep)
	r = a.BitsToFloat32().Add(half).Sub(half).ToBits().IfElse(a.BitsToInt32().Less(subnormal), r)
	r = infinity.IfElse(a.BitsToInt32().Greater(infinite), r)
	return r.Or(v.And(sign))
}

// toBF16s rounds every number to one that BF16 holds.
func toBF16s(x []float32) {
	leave()
	if !vectors {
		refToBF16s(x)
		return
	}
	up, odd, keep := archsimd.BroadcastUint32x4(0x7fff), archsimd.BroadcastUint32x4(1), archsimd.BroadcastUint32x4(0xffff0000)
	p, i := unsafe.Pointer(unsafe.SliceData(x)), 0
	for ; i+4 <= len(x); i += 4 {
		at := (*[4]uint32)(unsafe.Add(p, 4*i))
		v := archsimd.LoadUint32x4Array(at)
		v.Add(up).Add(v.ShiftAllRight(16).And(odd)).And(keep).StoreArray(at)
	}
	refToBF16s(x[i:])
}
