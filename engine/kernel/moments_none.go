//go:build !goexperiment.simd || !wasm

package kernel

func totalFours(sums *[4]float64, x []float32) int { return refTotalFours(sums, x) }

func squaresFours(sums *[4]float64, x []float32, less float32) int {
	return refSquaresFours(sums, x, less)
}
