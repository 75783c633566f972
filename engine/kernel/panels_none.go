//go:build !goexperiment.simd || !(wasm || amd64)

package kernel

import "github.com/ondol-rag/ondol/engine/quant"

// There are no panels here: rows stay as they are in the file.

const panelRows = 4

// byteZero is what the bytes of Q8_0 are too large by.
const byteZero = 0

func bytePlace(r, c, rows int) int { return c/4*4*rows + 4*r + c%4 }

func placeBytes(dst []uint8, eight uint64, r, rows int) {
	for c := range 8 {
		dst[bytePlace(r, c, rows)] = uint8(eight >> (8 * c))
	}
}

type (
	panelKernel struct{}
	wide        struct{ ready bool }
)

func panelsOf(*quant.Type) *panelKernel { return nil }

func (m *Matrix) mulPanels([]float32, *Batch) {}
