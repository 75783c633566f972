//go:build goexperiment.simd

package kernel

import (
	"math"
	"simd/archsimd"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// panelRows is how many rows a vector of 32-bit sums holds.
const panelRows = 16

// vnni says whether this processor has dots of bytes in vectors of 512 bits.
var vnni = archsimd.X86.AVX512VNNI()

// bytePlace is where a byte of Q8_0 lies among those of 8 columns.
func bytePlace(r, c, rows int) int { return c/4*4*rows + 4*r + c%4 }

// byteZero is added to the bytes of Q8_0: the dots want weights without a sign.
const byteZero = 128

// placeBytes puts 8 columns of a row there.
func placeBytes(dst []uint8, eight uint64, r, rows int) {
	eight ^= byteZero * eachByte
	*(*uint32)(pointer(dst[4*r:][:4])) = uint32(eight)
	*(*uint32)(pointer(dst[4*(rows+r):][:4])) = uint32(eight >> 32)
}

// dotFunc multiplies a panel with one vector of activations or with several, which
// are apart bytes apart, and writes the sums of the rows, stride bytes apart. side
// is as Batch.prepare has it.
type dotFunc func(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

// panelKernel multiplies panels of a hot format.
type panelKernel struct {
	one, many dotFunc // with one vector, and with several
	together  int     // how many are several
	lines     int     // beside each block
	zero      int32   // what the weights are too large by, as the dots take them
}

// panelsOf returns the kernels of a hot format; nil for others.
func panelsOf(t *quant.Type) *panelKernel {
	switch {
	case vnni:
		return kernels512[t]
	case vectors:
		return kernels256[t]
	}
	return nil
}

var kernels512 = map[*quant.Type]*panelKernel{
	quant.Q8_0:   {oneQ8_0, eightQ8_0, 8, 2, byteZero},
	quant.Q4_0:   {oneNibbles, eightNibbles, 8, 2, 8},
	quant.IQ4_NL: {oneIQ4_NL, eightIQ4_NL, 8, 2, byteZero},
	quant.Q4_1:   {oneQ4_1, eightQ4_1, 8, 2, 0},
	quant.Q5_0:   {oneQ5_0, eightQ5_0, 8, 2, 16},
	quant.Q5_1:   {oneQ5_1, eightQ5_1, 8, 2, 0},
	quant.Q4_K:   {oneQ4_K, eightQ4_K, 8, 5, 0},
	quant.Q5_K:   {oneQ5_K, eightQ5_K, 8, 5, 0},
	quant.Q6_K:   {oneQ6_K, eightQ6_K, 8, 17, 32},
}

// kernels256 take bytes and looked-up weights with their signs.
var kernels256 = map[*quant.Type]*panelKernel{
	quant.Q8_0:   {one256Q8_0, four256Q8_0, 4, 2, 0},
	quant.Q4_0:   {one256Nibbles, four256Nibbles, 4, 2, 8},
	quant.IQ4_NL: {one256IQ4_NL, four256IQ4_NL, 4, 2, 0},
	quant.Q4_1:   {one256Q4_1, four256Q4_1, 4, 2, 0},
	quant.Q5_0:   {one256Q5_0, four256Q5_0, 4, 2, 16},
	quant.Q5_1:   {one256Q5_1, four256Q5_1, 4, 2, 0},
	quant.Q4_K:   {one256Q4_K, four256Q4_K, 4, 5, 0},
	quant.Q5_K:   {one256Q5_K, four256Q5_K, 4, 5, 0},
	quant.Q6_K:   {one256Q6_K, four256Q6_K, 4, 17, 32},
}

// What IQ4_NL looks up, with and without signs.
var (
	nonlinears   = quant.Nonlinear
	nonlinear128 = func() (table [16]uint8) {
		for i, v := range quant.Nonlinear {
			table[i] = uint8(v) + byteZero
		}
		return table
	}()
)

//go:noescape
func oneQ8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneNibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightNibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneIQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightIQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func oneQ6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func eightQ6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q8_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Nibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Nibbles(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256IQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256IQ4_NL(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q4_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q5_0(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q5_1(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q4_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q5_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func one256Q6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

//go:noescape
func four256Q6_K(dst unsafe.Pointer, stride int, panel, q unsafe.Pointer, apart int, side unsafe.Pointer, blocks int)

// wide is what panels want beside the activations: for each block lines of a
// number for each of several vectors, then those of the vectors left, one by one:
//
//	32 weights:   the scale; less the sum, times what the weights are too large by
//	Q4_1, Q5_1:   the scale; the sum, times the scale, in half precision
//	Q4_K, Q5_K:   the scale; the sums of groups 0 and 2, 1 and 3, 4 and 6, 5 and 7, a word each
//	Q6_K:         the scale; less the sums of the groups, times what the weights are too large by
type wide struct {
	ready bool
	of    *panelKernel
	side  []int32
	sums  []int32 // (n, cols/16), of the activations
	last  [8 * panelRows]float32
}

// prepare fills the lines for a matrix.
func (b *Batch) prepare(m *Matrix) {
	w, k := &b.wide, m.kernel
	if w.ready && w.of == k {
		return
	}
	if !w.ready {
		w.sums = grow(w.sums, len(b.q)/minGroup)
		sumSixteens(pointer(w.sums), pointer(b.q), len(w.sums))
	}
	w.ready, w.of = true, k
	blocks, span := b.cols/b.span, b.span/minGroup
	w.side = grow(w.side, b.n*blocks*k.lines)
	for t := range b.n {
		n, first := k.together, t/k.together*k.together
		if first+n > b.n {
			n, first = 1, t
		}
		side, sums := w.side[first*blocks*k.lines+t-first:], w.sums[t*b.cols/minGroup:]
		for g := range blocks {
			at, s := g*k.lines*n, sums[g*span:][:span]
			side[at] = int32(math.Float32bits(b.scale[t*b.cols/block+g*b.span/block]))
			switch {
			case b.span == block && m.Type.Offset:
				side[at+n] = int32(math.Float32bits(toHalf(b.scale[t*b.cols/block+g] * float32(s[0]+s[1]))))
			case b.span == block:
				side[at+n] = -k.zero * (s[0] + s[1])
			case k.lines == 5:
				for i, j := range [4]int{0, 2, 8, 10} {
					side[at+(1+i)*n] = int32(uint16(s[j]+s[j+1])) | (s[j+4]+s[j+5])<<16
				}
			default:
				for i, v := range s {
					side[at+(1+i)*n] = -k.zero * v
				}
			}
		}
	}
}

// mulPanels multiplies a batch with a matrix in panels.
func (m *Matrix) mulPanels(dst []float32, x *Batch) {
	x.quantize(m.Type.BlockSize)
	x.prepare(m)
	w, blocks, size := &x.wide, m.Cols/m.Type.BlockSize, m.Type.Bytes(m.Cols)
	for row := 0; row < m.Rows; row += panelRows {
		panel, whole := pointer(m.Data[row*size:]), row+panelRows <= m.Rows
		for t := 0; t < x.n; {
			n, dot := m.kernel.together, m.kernel.many
			if t+n > x.n {
				n, dot = 1, m.kernel.one
			}
			out, stride := pointer(dst[t*m.Rows+row:]), m.Rows
			if !whole {
				out, stride = pointer(w.last[:]), panelRows
			}
			dot(out, 4*stride, panel, pointer(x.q[t*m.Cols:]), m.Cols, pointer(w.side[t*blocks*m.kernel.lines:]), blocks)
			for i := range n {
				if !whole {
					copy(dst[(t+i)*m.Rows+row:(t+i+1)*m.Rows], w.last[i*panelRows:])
				}
			}
			t += n
		}
	}
}
