//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// scale4 widens 4 scales; the load takes 8.
func scale4(p unsafe.Pointer, i int) archsimd.Float32x4 {
	return bytes16(p, 2*i).ReshapeToUint16s().ExtendLo4ToUint32().ShiftAllLeft(16).BitsToFloat32()
}

// addSums is refAddSums.
func addSums(dst []float32, sums []int32, by float32, scale []uint16) {
	leave()
	i, b := 0, archsimd.BroadcastFloat32x4(by)
	p, q, s := pointer(dst), pointer(sums), pointer(scale)
	for ; vectors && i+8 <= len(dst); i += 4 {
		v := archsimd.LoadInt32x4Array((*[4]int32)(unsafe.Add(q, 4*i))).ConvertToFloat32().Mul(b)
		if scale != nil {
			v = v.Mul(scale4(s, i))
		}
		archsimd.LoadFloat32x4Array(at4(p, i)).Add(v).StoreArray(at4(p, i))
	}
	if scale != nil {
		scale = scale[i:]
	}
	refAddSums(dst[i:], sums[i:], by, scale)
}

// scaled is refScaled.
func scaled(dst, x []float32, scale []uint16) float32 {
	leave()
	var most archsimd.Float32x4
	i, p, q, s := 0, pointer(dst), pointer(x), pointer(scale)
	for ; vectors && i+8 <= len(x); i += 4 {
		v := archsimd.LoadFloat32x4Array(at4(q, i))
		if scale != nil {
			v = v.Mul(scale4(s, i))
		}
		v.StoreArray(at4(p, i))
		v = v.Abs()
		most = v.IfElse(v.Greater(most), most)
	}
	var four [4]float32
	most.StoreArray(&four)
	if scale != nil {
		scale = scale[i:]
	}
	return max(refLargest(four[:]), refScaled(dst[i:], x[i:], scale))
}
