//go:build !goexperiment.simd || !(wasm || amd64)

package kernel

import (
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// SIMD says whether the inner loops run over vectors.
const SIMD = false

const vectors = false

const fewRows = 1

func (r *Rows) lay() {}

func (r *Rows) addProduct4(d [4]unsafe.Pointer, b unsafe.Pointer, stride, columns, eights int) {}

func addProduct1(d, a, b unsafe.Pointer, stride, columns, eights int) {}

func (w *Words) lay() {}

func (w *Words) mulBytes(s [4]unsafe.Pointer, b unsafe.Pointer, stride, pairs, eights int) {}

func addSums(dst []float32, sums []int32, by float32, scale []uint16) {
	refAddSums(dst, sums, by, scale)
}

func scaled(dst, x []float32, scale []uint16) float32 { return refScaled(dst, x, scale) }

func roundWords(q []int16, x []float32, by float32) { refRoundWords(q, x, by) }

func dotBlocks32(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	return refDotBlocks(w, 32, x, scale)
}

func dotBlocks16(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	return refDotBlocks(w, 16, x, scale)
}

func dotFloats(w []float32, stride, rows int, x []float32) [tileRows]float32 {
	return refDotFloats(w, stride, rows, x)
}

// AddRows adds to dst every row of a matrix of floats times its weight. Row i
// begins at i*len(dst).
func AddRows(dst, rows, weights []float32) { refAddRows(dst, rows, weights) }

func quantizeBlocks(_ []int8, _, _ []float32) bool { return false }

func unpacker(t *quant.Type) unpackFunc { return t.Unpack }

func widener(t *quant.Type) floatsFunc { return t.Floats }

// ToHalves rounds every number to one that half precision holds. NaN becomes
// infinity, as what is too large does.
func ToHalves(x []float32) { refToHalves(x) }

func toBF16s(x []float32) { refToBF16s(x) }
