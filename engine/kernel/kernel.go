// Package kernel does the arithmetic of language models: matrices in the block
// formats of quant times activations, and what lies between them.
//
// As in llama.cpp, activations are rounded to the precision of the weights: to
// bytes in blocks with one scale, or to F16 and BF16. A stretch of rows is first
// brought out of its blocks into a tile, then multiplied with every activation of
// the batch. The sums do not depend on the size of the batch, to the last bit.
//
// Hot formats lie in panels where there are kernels for them: packed.go says how,
// panels_wasm.go and panels_amd64.go multiply. Others lie as in the file: mul.go.
//
// ref.go and refMulPanel are the plain arithmetic, and the oracle of the rest;
// simd_*.go are the same inner loops over vectors.
package kernel

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// Matrix is a matrix of weights.
type Matrix struct {
	Rows, Cols int
	Type       *quant.Type
	Data       []byte // in panels if hot, else rows one after another as in the file: see Alloc and Set

	unpack unpackFunc   // as Type.Unpack
	floats floatsFunc   // as Type.Floats
	kernel *panelKernel // nil: rows lie one after another
}

type (
	unpackFunc func(q []int8, scale, min []float32, src []byte)
	floatsFunc func(dst []float32, src []byte)
)

// NewMatrix returns a matrix without its data. Rows must fill whole blocks.
func NewMatrix(t *quant.Type, rows, cols int) (*Matrix, error) {
	if rows <= 0 || cols <= 0 || cols%t.BlockSize != 0 {
		return nil, fmt.Errorf("kernel: %d rows of %d weights do not fill blocks of %d (%s)", rows, cols, t.BlockSize, t)
	}
	fillHalves()
	return &Matrix{Rows: rows, Cols: cols, Type: t, unpack: unpacker(t), floats: widener(t), kernel: panelsOf(t)}, nil
}

// Bytes is the size of the data.
func (m *Matrix) Bytes() int {
	rows := m.Rows
	if m.kernel != nil {
		rows = (rows + panelRows - 1) / panelRows * panelRows
	}
	return rows * m.Type.Bytes(m.Cols)
}

// slack is how far beyond the data vectors may read.
const slack = 64

// Alloc makes room for the data, aligned for any use.
func (m *Matrix) Alloc() {
	words := Make[uint64]((m.Bytes() + slack + 7) / 8)
	m.Data = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), m.Bytes())
}

// Make is make, for what is read again and again in one go: natively in pages of
// 2 MiB, where the system has them.
func Make[T any](n int) []T {
	s := make([]T, n)
	huge(pointer(s), n*int(unsafe.Sizeof(*new(T))))
	return s
}

// RowsTogether is what rows are set in multiples of, but for the last ones.
func (m *Matrix) RowsTogether() int {
	if m.kernel != nil {
		return panelRows
	}
	return 1
}

// Set takes rows as they are in the file, from a multiple of RowsTogether on.
// The rows may be a part of a larger matrix, if only they are whole blocks.
func (m *Matrix) Set(row int, src []byte) {
	size := m.Type.Bytes(m.Cols)
	if m.kernel == nil {
		copy(m.Data[row*size:], src)
		return
	}
	p := newPacker(m.Type, panelRows)
	for ; len(src) > 0; row += panelRows {
		n := min(len(src), panelRows*size)
		p.pack(m.Data[row*size:], src[:n], m.Cols/m.Type.BlockSize)
		src = src[n:]
	}
}

// Slice returns the rows from a multiple of RowsTogether up to another row; it
// shares the data. A nil matrix has nil slices.
func (m *Matrix) Slice(from, to int) *Matrix {
	if m == nil {
		return nil
	}
	s := *m
	s.Rows = to - from
	if m.Data != nil {
		s.Data = m.Data[from*m.Type.Bytes(m.Cols):][:s.Bytes()]
	}
	return &s
}

// Row writes a row as floats.
func (m *Matrix) Row(dst []float32, row int) {
	if m.kernel != nil {
		m.packedRow(dst, row)
		return
	}
	size := m.Type.Bytes(m.Cols)
	m.Type.Dequantize(dst[:m.Cols], m.Data[row*size:][:size])
}

// halves widens every half precision float: a look-up beats arithmetic where
// each block of weights has one.
var halves [1 << 16]float32

var fillHalves = sync.OnceFunc(func() {
	for h := range halves {
		halves[h] = quant.Half(uint16(h))
	}
})
