package kernel

import (
	"fmt"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

const (
	tileRows   = 4
	tileCols   = 1024 // a multiple of every block size
	tileGroups = tileCols / minGroup
	minGroup   = 16 // weights that share a scale, at least
	block      = 32 // activations that share a scale
)

// tile is a stretch of four rows of a matrix, outside its blocks. Row r begins
// at r*tileCols; its groups' scales and minimums at r*tileGroups.
type tile struct {
	q          [tileRows * tileCols]int8
	scale, min [tileRows * tileGroups]float32
	f          [tileRows * tileCols]float32 // of floats, in place of all others
}

// blocks is four rows of bytes in groups that share a scale: a tile, or rows of
// a matrix whose blocks can be used as they are.
type blocks struct {
	q     unsafe.Pointer // *int8
	row   int            // bytes from one row to the next
	step  int            // bytes from one 32 weights to the next
	scale *[tileRows * tileGroups]float32
}

// Mul multiplies a batch with the matrix: row t of dst, m.Rows long, is the
// matrix times row t of x, which must have m.Cols columns.
func (m *Matrix) Mul(dst []float32, x *Batch) {
	if x.cols != m.Cols || len(dst) != x.n*m.Rows {
		panic(fmt.Sprintf("kernel: %d x %d matrix times %d x %d batch into %d floats", m.Rows, m.Cols, x.n, x.cols, len(dst)))
	}
	if m.kernel != nil {
		m.mulPanels(dst, x)
		return
	}
	if m.Type.Floats == nil {
		x.quantize(m.Type.BlockSize)
	}
	if m.Type.Offset {
		x.sum()
	}
	for row := 0; row < m.Rows; row += tileRows {
		rows := min(tileRows, m.Rows-row)
		for col := 0; col < m.Cols; col += tileCols {
			cols := min(tileCols, m.Cols-col)
			if m.Type.Floats != nil {
				m.mulFloats(dst, x, row, col, rows, cols)
			} else {
				m.mulBlocks(dst, x, row, col, rows, cols)
			}
		}
	}
}

// mulFloats adds the part of a tile where weights are floats.
func (m *Matrix) mulFloats(dst []float32, x *Batch, row, col, rows, cols int) {
	size := m.Type.Bytes(m.Cols)
	f, w, stride := x.floats(m.Type), x.tile.f[:], tileCols
	if m.Type == quant.F32 {
		data := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(m.Data))), m.Rows*m.Cols)
		w, stride = data[row*m.Cols+col:], m.Cols
	} else {
		for r := range rows {
			m.floats(w[r*tileCols:][:cols], m.Data[(row+r)*size+m.Type.Bytes(col):])
		}
	}
	for t := range x.n {
		sum := dotFloats(w, stride, rows, f[t*m.Cols+col:][:cols])
		add(dst[t*m.Rows+row:][:rows], sum, col)
	}
}

// mulBlocks adds the part of a tile where weights are quantized.
func (m *Matrix) mulBlocks(dst []float32, x *Batch, row, col, rows, cols int) {
	size, group := m.Type.Bytes(m.Cols), m.Type.Group
	w := blocks{q: unsafe.Pointer(&x.tile.q), row: tileCols, step: block, scale: &x.tile.scale}
	if m.Type == quant.Q8_0 && rows == tileRows {
		data := m.Data[row*size:][:tileRows*size]
		w.q, w.row, w.step = unsafe.Pointer(&data[m.Type.Bytes(col)+2]), size, m.Type.TypeSize
		w.widenScales(cols / block)
	} else {
		for r := range rows {
			src := m.Data[(row+r)*size+m.Type.Bytes(col):][:m.Type.Bytes(cols)]
			m.unpack(x.tile.q[r*tileCols:][:cols], x.tile.scale[r*tileGroups:][:cols/group], x.tile.min[r*tileGroups:][:cols/group], src)
		}
	}
	for t := range x.n {
		at := t*m.Cols + col
		q, scale := x.q[at:][:cols], x.scale[at/block:][:cols/block]
		var sum [tileRows]float32
		sums := x.sum32
		if group == block {
			sum = dotBlocks32(&w, q, scale)
		} else {
			sum = dotBlocks16(&w, q, scale)
			sums = x.sum16
		}
		if m.Type.Offset {
			off := dotFloats(x.tile.min[:], tileGroups, tileRows, sums[at/group:][:cols/group])
			for r := range sum {
				sum[r] -= off[r]
			}
		}
		add(dst[t*m.Rows+row:][:rows], sum, col)
	}
}

// widenScales fills the scales of n blocks a row, which lie as half precision
// numbers before their bytes. Rows go together as loops are slow on WebAssembly.
func (w *blocks) widenScales(n int) {
	p := unsafe.Add(w.q, -2)
	for g := range n {
		w.scale[g] = halves[*(*uint16)(p)]
		w.scale[g+tileGroups] = halves[*(*uint16)(unsafe.Add(p, w.row))]
		w.scale[g+2*tileGroups] = halves[*(*uint16)(unsafe.Add(p, 2*w.row))]
		w.scale[g+3*tileGroups] = halves[*(*uint16)(unsafe.Add(p, 3*w.row))]
		p = unsafe.Add(p, w.step)
	}
}

// add writes the sums of a tile at the left edge, and adds those of the others.
func add(dst []float32, sum [tileRows]float32, col int) {
	for r := range dst {
		if col > 0 {
			sum[r] += dst[r]
		}
		dst[r] = sum[r]
	}
}

// DotRows writes the product of every row of a matrix of floats with x. Row i
// begins at i*len(x).
func DotRows(dst, rows, x []float32) {
	n := len(x)
	for i := 0; i < len(dst); i += tileRows {
		left := min(tileRows, len(dst)-i)
		sum := dotFloats(rows[i*n:(i+left)*n], n, left, x)
		copy(dst[i:], sum[:left])
	}
}
