//go:build goexperiment.simd && (wasm || amd64)

package kernel

import "simd/archsimd"

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
