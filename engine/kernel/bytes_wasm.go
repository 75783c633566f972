//go:build goexperiment.simd

package kernel

import "unsafe"

// mulBytes4 multiplies 4 rows of words with a matrix of bytes, of whose columns it
// takes multiples of 8; stride is in bytes.
//
//go:noescape
func mulBytes4(s0, s1, s2, s3, q0, q1, q2, q3, b unsafe.Pointer, stride, pairs, eights int)

// roundWords8 rounds 8 numbers at a time.
//
//go:noescape
func roundWords8(q, x unsafe.Pointer, by float32, eights int)

// roundWords rounds x times a factor.
func roundWords(q []int16, x []float32, by float32) {
	n := len(x) &^ 7
	if n > 0 {
		roundWords8(pointer(q), pointer(x), by, n/8)
	}
	refRoundWords(q[n:], x[n:], by)
}
