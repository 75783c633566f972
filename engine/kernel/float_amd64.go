//go:build goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// avx512 says whether this processor has vectors of 512 bits.
var avx512 = archsimd.X86.AVX512()

// These are the functions of float.go and batch.go, without number in the name,
// over n numbers, of which there must be some.

//go:noescape
func expSum512(x unsafe.Pointer, n int, less float32) (sum float64)

//go:noescape
func largest512(x unsafe.Pointer, n int) (largest float32)

//go:noescape
func scale512(x unsafe.Pointer, n int, by float32)

//go:noescape
func toHalves512(x unsafe.Pointer, n int)

//go:noescape
func swiGLU512(gate, up unsafe.Pointer, n int)

//go:noescape
func gelu512(x unsafe.Pointer, n int)

//go:noescape
func geGLU512(gate, up unsafe.Pointer, n int)

//go:noescape
func sum512(x unsafe.Pointer, n int) (sum float64)

//go:noescape
func squares512(x unsafe.Pointer, n int, less float32) (sum float64)

// normalize512 goes without a bias that is nil.
//
//go:noescape
func normalize512(dst, x, weight, bias unsafe.Pointer, n int, less, scale float32)

// quantizeBlocks is quantize32 of several blocks; false if there are no vectors for
// it.
func quantizeBlocks(q []int8, scale, x []float32) bool {
	if avx512 && len(scale) > 0 {
		quantize512(pointer(q), pointer(scale), pointer(x), len(scale))
	}
	return avx512
}

//
//go:noescape
func quantize512(q, scale, x unsafe.Pointer, blocks int)

//go:noescape
func round512(q, x unsafe.Pointer, by float32, sixteens int)

// extremes512 returns the largest and the least number, or 0.
//
//go:noescape
func extremes512(x unsafe.Pointer, n int) (most, least float32)

// sumSixteens adds up every 16 bytes.
//
//go:noescape
func sumSixteens(sums, q unsafe.Pointer, sixteens int)

// product512 is addProduct4 of n columns.
//
//go:noescape
func product512(d0, d1, d2, d3, a0, a1, a2, a3, b unsafe.Pointer, stride, columns, n int)

// exps writes exp((x-less)*by) of numbers, some fours, and their 4 sums by place.
func exps(dst, x unsafe.Pointer, less, by float32, fours int, sums *[4]float32) {
	l, b := archsimd.BroadcastFloat32x4(less), archsimd.BroadcastFloat32x4(by)
	var total archsimd.Float32x4
	for i := 0; i < 4*fours; i += 4 {
		e := exp4(float32x4(x, i).Sub(l).Mul(b))
		e.StoreArray(at4(dst, i))
		total = total.Add(e)
	}
	total.StoreArray(sums)
}

// exp4 is exp of 4 numbers, to the same bits.
func exp4(x archsimd.Float32x4) archsimd.Float32x4 {
	low, high := x.Less(archsimd.BroadcastFloat32x4(-87.3)), x.Greater(archsimd.BroadcastFloat32x4(88.37))
	magic := archsimd.BroadcastFloat32x4(3 << 22)
	n := x.Mul(archsimd.BroadcastFloat32x4(1.44269504)).Add(magic)
	k := n.ToBits().Sub(magic.ToBits())
	n = n.Sub(magic)
	x = x.Sub(n.Mul(archsimd.BroadcastFloat32x4(0.693359375))).Add(n.Mul(archsimd.BroadcastFloat32x4(2.12194440e-4)))
	p := archsimd.BroadcastFloat32x4(1.9875691500e-4)
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(1.3981999507e-3))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(8.3334519073e-3))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(4.1665795894e-2))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(1.6666665459e-1))
	p = p.Mul(x).Add(archsimd.BroadcastFloat32x4(5.0000001201e-1))
	p = p.Mul(x).Mul(x).Add(x).Add(archsimd.BroadcastFloat32x4(1))
	p = p.Mul(k.Add(archsimd.BroadcastUint32x4(127)).ShiftAllLeft(23).BitsToFloat32())
	p = archsimd.BroadcastUint32x4(0x7f800000).BitsToFloat32().IfElse(high, p)
	return archsimd.BroadcastFloat32x4(0).IfElse(low, p)
}

// largestFours makes each of four numbers the largest of itself and those at its place
// among some fours.
func largestFours(four *[4]float32, x unsafe.Pointer, fours int) {
	m := archsimd.LoadFloat32x4Array(four)
	for i := 0; i < 4*fours; i += 4 {
		v := float32x4(x, i)
		m = v.IfElse(v.Greater(m), m)
	}
	m.StoreArray(four)
}
