// Package kernel does the arithmetic of language models: matrices in the block
// formats of quant times activations, and what lies between them.
//
// As in llama.cpp, activations are rounded to the precision of the weights: to
// bytes in blocks with one scale, or to F16 and BF16. Whatever the format, a stretch of four rows is first brought
// out of its blocks into a tile, then multiplied with every activation of the
// batch. The sums do not depend on the size of the batch, to the last bit.
//
// ref.go is the plain arithmetic, and the oracle of the rest; simd_*.go are the
// same inner loops over vectors.
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
	Data       []byte // rows one after another, as in the file; see Alloc

	unpack unpackFunc // as Type.Unpack
	floats floatsFunc // as Type.Floats
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
	return &Matrix{Rows: rows, Cols: cols, Type: t, unpack: unpacker(t), floats: widener(t)}, nil
}

// Bytes is the size of the data.
func (m *Matrix) Bytes() int { return m.Rows * m.Type.Bytes(m.Cols) }

// Alloc makes room for the data, aligned for any use.
func (m *Matrix) Alloc() {
	words := make([]uint64, (m.Bytes()+7)/8)
	m.Data = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), m.Bytes())
}

// Slice returns the rows from one up to another; it shares the data. A nil
// matrix has nil slices.
func (m *Matrix) Slice(from, to int) *Matrix {
	if m == nil {
		return nil
	}
	s := *m
	s.Rows = to - from
	if m.Data != nil {
		size := m.Type.Bytes(m.Cols)
		s.Data = m.Data[from*size : to*size]
	}
	return &s
}

// Row writes a row as floats.
func (m *Matrix) Row(dst []float32, row int) {
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
