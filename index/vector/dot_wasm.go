//go:build goexperiment.simd

package vector

import "unsafe"

// dot4 multiplies groups of 4 rows of n with x, and writes 4 partial sums a row.
//
//go:noescape
func dot4(dst, rows, x unsafe.Pointer, n, groups int)

// dots writes the dot product of each row with x; a row is as long as x, a
// multiple of lane.
func dots(dst []int32, rows []int8, x []int16) {
	n := len(x)
	rows = rows[:len(dst)*n]
	var sums [4 * batch]int32
	for len(dst) >= 4 {
		groups := min(len(dst), batch) / 4
		dot4(unsafe.Pointer(&sums), unsafe.Pointer(unsafe.SliceData(rows)), unsafe.Pointer(unsafe.SliceData(x)), n, groups)
		for i := range dst[:4*groups] {
			dst[i] = sums[4*i] + sums[4*i+1] + sums[4*i+2] + sums[4*i+3]
		}
		dst, rows = dst[4*groups:], rows[4*groups*n:]
	}
	refDots(dst, rows, x)
}
