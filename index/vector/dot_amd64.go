//go:build goexperiment.simd

package vector

import (
	"simd/archsimd"
	"unsafe"
)

var vectors = archsimd.X86.AVX2()

// dots writes the dot product of each row with x; a row is as long as x, a
// multiple of lane.
func dots(dst []int32, rows []int8, x []int16) {
	if !vectors {
		refDots(dst, rows, x)
		return
	}
	n := len(x)
	p, px := unsafe.Pointer(unsafe.SliceData(rows[:len(dst)*n])), unsafe.Pointer(unsafe.SliceData(x))
	for len(dst) >= 4 {
		var a, b, c, d archsimd.Int32x8
		for i := 0; i < n; i += lane {
			v := archsimd.LoadInt16x16Array((*[lane]int16)(unsafe.Add(px, 2*i)))
			a = a.Add(widen(unsafe.Add(p, i)).DotProductPairs(v))
			b = b.Add(widen(unsafe.Add(p, i+n)).DotProductPairs(v))
			c = c.Add(widen(unsafe.Add(p, i+2*n)).DotProductPairs(v))
			d = d.Add(widen(unsafe.Add(p, i+3*n)).DotProductPairs(v))
		}
		dst[0], dst[1], dst[2], dst[3] = sum8(a), sum8(b), sum8(c), sum8(d)
		dst, p = dst[4:], unsafe.Add(p, 4*n)
	}
	for j := range dst {
		var a archsimd.Int32x8
		for i := 0; i < n; i += lane {
			a = a.Add(widen(unsafe.Add(p, i)).DotProductPairs(archsimd.LoadInt16x16Array((*[lane]int16)(unsafe.Add(px, 2*i)))))
		}
		dst[j], p = sum8(a), unsafe.Add(p, n)
	}
	archsimd.ClearAVXUpperBits() // scalar floats stall beside what stands there
}

func widen(p unsafe.Pointer) archsimd.Int16x16 {
	return archsimd.LoadInt8x16Array((*[lane]int8)(p)).ExtendToInt16()
}

func sum8(x archsimd.Int32x8) int32 {
	y := x.GetLo().Add(x.GetHi())
	return y.GetElem(0) + y.GetElem(1) + y.GetElem(2) + y.GetElem(3)
}
