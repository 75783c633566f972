//go:build goexperiment.simd

package kernel

import "unsafe"

func (w *Words) lay() {
	q, n := rowPointers(w.q[:w.n]), len(w.q[0])
	w.laid = grow(w.laid, 16*n)
	layRows(pointer(w.laid), q[0], q[1], q[2], q[3], n/2)
}

// mulBytes multiplies with a matrix of bytes, of whose columns it takes multiples of
// 8; stride is in bytes.
func (w *Words) mulBytes(s [4]unsafe.Pointer, b unsafe.Pointer, stride, pairs, eights int) {
	mulLaid(s[0], s[1], s[2], s[3], pointer(w.laid), b, stride, pairs, eights)
}

// mulLaid is mulBytes of words that are laid.
//
//go:noescape
func mulLaid(s0, s1, s2, s3, laid, b unsafe.Pointer, stride, pairs, eights int)

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
