//go:build goexperiment.simd && (wasm || amd64)

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// extreme returns the largest magnitude of whole blocks, and whether it has a
// minus.
func extreme(x []float32) (largest float32, negative bool) {
	if !vectors {
		return refExtreme(x)
	}
	if avx512 {
		most, least := extremes512(pointer(x), len(x))
		if most == -least { // the first counts
			return refExtreme(x)
		}
		return max(most, -least), -least > most
	}
	p := pointer(x)
	var most, least archsimd.Float32x4
	for i := 0; i < len(x); i += 4 {
		v := archsimd.LoadFloat32x4Array(at4(p, i))
		most = v.IfElse(v.Greater(most), most)
		least = v.IfElse(v.Less(least), least)
	}
	var m, l [4]float32
	most.StoreArray(&m)
	least.StoreArray(&l)
	up, down := refLargest(m[:]), -l[0]
	for _, v := range l {
		if -v > down {
			down = -v
		}
	}
	if up == down { // the first counts
		return refExtreme(x)
	}
	return max(up, down), down > up
}

// quantize32s is refQuantize32s, of four blocks at a time.
func quantize32s(q []int8, scale, x []float32) {
	leave()
	i := 0
	for ; vectors && i+4 <= len(scale); i += 4 {
		var most [4][4]float32
		for j := range most {
			largestMagnitudes(pointer(x[(i+j)*block:][:block])).StoreArray(&most[j])
		}
		var largest, inverse, scales [4]float32
		for j := range most {
			largest[j] = refLargest(most[j][:])
		}
		l, top := archsimd.LoadFloat32x4Array(&largest), archsimd.BroadcastFloat32x4(127)
		top.Div(l).StoreArray(&inverse)
		toHalf4(l.Div(top).ToBits()).BitsToFloat32().StoreArray(&scales)
		for j, s := range scales {
			scale[i+j] = s
			if to := q[(i+j)*block:][:block]; s == 0 {
				clear(to)
			} else {
				roundAll(to, x[(i+j)*block:][:block], inverse[j])
			}
		}
	}
	refQuantize32s(q[i*block:], scale[i:], x[i*block:])
}

// largestMagnitudes are those of each fourth of 32 numbers.
func largestMagnitudes(p unsafe.Pointer) archsimd.Float32x4 {
	var m, n archsimd.Float32x4
	for i := 0; i < block; i += 8 {
		v, w := archsimd.LoadFloat32x4Array(at4(p, i)).Abs(), archsimd.LoadFloat32x4Array(at4(p, i+4)).Abs()
		m, n = v.IfElse(v.Greater(m), m), w.IfElse(w.Greater(n), n)
	}
	return m.IfElse(m.Greater(n), n)
}
