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
