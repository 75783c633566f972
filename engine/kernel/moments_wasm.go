//go:build goexperiment.simd

package kernel

import "unsafe"

// addTotal is refTotalFours of a number of fours.
//
//go:noescape
func addTotal(sums, x unsafe.Pointer, fours int)

// addSquares is refSquaresFours of a number of fours.
//
//go:noescape
func addSquares(sums, x unsafe.Pointer, less float32, fours int)

func totalFours(sums *[4]float64, x []float32) int {
	fours := len(x) / 4
	if fours > 0 {
		addTotal(unsafe.Pointer(sums), pointer(x), fours)
	}
	return 4 * fours
}

func squaresFours(sums *[4]float64, x []float32, less float32) int {
	fours := len(x) / 4
	if fours > 0 {
		addSquares(unsafe.Pointer(sums), pointer(x), less, fours)
	}
	return 4 * fours
}
