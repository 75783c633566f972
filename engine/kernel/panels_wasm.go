//go:build goexperiment.simd

package kernel

import (
	"encoding/binary"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// panelRows is how many rows a vector of 32-bit sums holds.
const panelRows = 4

// byteZero is what the bytes of Q8_0 are too large by.
const byteZero = 0

// bytePlace is where a byte of Q8_0 lies among those of 8 columns: by pairs, in
// the order of activations, so that 8 bytes widen to a vector.
func bytePlace(r, c, rows int) int { return (c%2*2+c/4)*2*rows + 2*r + c/2%2 }

// placeBytes puts 8 columns of a row there.
func placeBytes(dst []uint8, eight uint64, r, rows int) {
	even, odd := eight&0x00ff00ff00ff00ff, eight>>8&0x00ff00ff00ff00ff
	for i, v := range [2]uint64{even, odd} {
		v |= v >> 8 // pairs are words 0 and 2
		at := dst[i*4*rows+2*r:]
		binary.LittleEndian.PutUint16(at, uint16(v))
		binary.LittleEndian.PutUint16(at[2*rows:], uint16(v>>32))
	}
}

// dotFunc multiplies panels of blocks of 32 with one vector of activations, and
// writes the sums of their rows: count panels at each of four places, which are
// so many bytes apart, there and in dst. Activations are words; within 8 columns
// they go 0 2 4 6 1 3 5 7, each pair four times. sums are less those of blocks; of
// blocks of 256 with minimums the sums of groups, of others those of 16, times -32.
type dotFunc func(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

// unpackPanel widens a panel: 4 columns of words by pairs, in the order of
// activations, and the scales of rows as floats. Blocks of 256 come times the
// scales of their groups; behind them, as 8 columns more, their minimums. Their
// scales are two, the second that of the minimums. Blocks of 32 with minimums have
// these behind their scales.
type unpackPanel func(tile, rowScale, panel unsafe.Pointer, blocks int)

// gemmFunc adds to 4 rows of dst, stride bytes apart, the product of a tile, 8
// rows, with 4 vectors of activations, which lie side by side, as their scales
// do: words and all scales twice, one after the other. sums is room for 64 floats.
type gemmFunc func(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

type panelKernel struct {
	dot    dotFunc
	unpack unpackPanel
	gemm   gemmFunc
	panels gemmFunc           // for 4 vectors: of two panels, in place of tile and rowScale; nil: tiles
	lay    func(*Batch) *laid // nil: words
}

// panelsOf returns the kernels of a hot format; nil for others.
func panelsOf(t *quant.Type) *panelKernel { return panelKernels[t] }

// Formats of few bits are in words_wasm.go or relaxed_wasm.go.
var panelKernels = map[*quant.Type]*panelKernel{
	quant.Q8_0:   {dot: dotQ8_0, unpack: unpackQ8_0, gemm: gemm32, panels: panelsQ8_0},
	quant.IQ4_NL: {dot: dotIQ4_NL, unpack: unpackIQ4_NL, gemm: gemm32},
	quant.Q4_1:   {dot: dotQ4_1, unpack: unpackQ4_1, gemm: gemmMin32},
	quant.Q5_1:   {dot: dotQ5_1, unpack: unpackQ5_1, gemm: gemmMin32},
	quant.Q5_K:   {dot: dotQ5_K, unpack: unpackQ5_K, gemm: gemm256},
}

//go:noescape
func dotQ8_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ4_1(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ5_1(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotIQ4_NL(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ5_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func unpackQ8_0(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ4_1(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ5_1(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func dotQ4_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ4_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ6_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotQ5_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func unpackQ4_0(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ4_K(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ5_0(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ6_K(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackIQ4_NL(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func unpackQ5_K(tile, rowScale, panel unsafe.Pointer, blocks int)

// gemm32 is for tiles of words in blocks of 32.
//
//go:noescape
func gemm32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

// gemmMin32 is gemm32 for blocks with minimums.
//
//go:noescape
func gemmMin32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

// panelsQ8_0 is gemm32 of two panels.
//
//go:noescape
func panelsQ8_0(dst unsafe.Pointer, stride int, sums, panel, second, x, scale unsafe.Pointer, blocks int)

// gemm256 is gemm32 for blocks of 256.
//
//go:noescape
func gemm256(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

const (
	tokens    = 4             // vectors of activations that tiles are multiplied with
	tall      = 2 * panelRows // rows of a tile
	tileCells = 1024          // columns of a tile
)

// laid is the activations of a batch as panels take them: the first in groups of 4
// vectors, the rest one by one.
type laid struct {
	ready    bool
	x        []int16   // (groups, columns/2, 2, tokens, 2), a block of 256 with 8 columns of sums behind
	scales   int       // of a block: its own, and for minimums the sum of its activations as rounded
	scale    []float32 // (groups, blocks, scales, 2, tokens)
	one      []int16   // (rest, columns/2, 4, 2): a pair four times beside itself; or bytes
	oneScale []float32 // (rest, blocks, scales)
	oneSum   []int32   // (rest, cols/16), of which cols/32 are in use: less the sums of blocks; or all, of 16, for Q6_K
	oneMin   []int16   // (rest, cols/32): sums of groups of blocks of 256, in the order of activations
	perBlock int       // words of x that a block of a group takes
}

// wide is what panels want of a batch.
type wide struct {
	ready               bool // whether any of the next may be
	words, least, bytes laid // least are words with scales for minimums

	inOrder []int16 // (tokens, cols), of one group
	sum16   []int32 // (tokens, cols/16)

	// Of two panels each; gemm_wasm.s knows how far apart they are.
	tile     [2][panelRows * (tileCells + tileCells/256*16)]int16
	rowScale [2][2 * panelRows * tileCells / block]float32
	sums     [2 * tokens * tall]float32
	last     [tokens * tall]float32
}

// pairs are the columns, of 8, that share a pair; two more on is the other.
var pairs = [4]int{0, 4, 1, 5}

// layWords lays out the quantized activations as words.
func (b *Batch) layWords() *laid {
	perBlock := b.span * 2 * tokens
	if b.span > block {
		perBlock += 8 * 2 * tokens
	}
	return b.lay(&b.wide.words, 1, perBlock, b.interleave, b.single)
}

// layLeast is layWords for blocks of 32 with minimums.
func (b *Batch) layLeast() *laid {
	b.sum()
	return b.lay(&b.wide.least, 2, b.span*2*tokens, b.interleave, b.single)
}

// lay lays out the quantized activations: groups of vectors and single ones as two
// functions do, and their scales.
func (b *Batch) lay(l *laid, scales, perBlock int, group func(x []int16, t int), single func(l *laid, t int, q []int8)) *laid {
	if w := &b.wide; !w.ready {
		w.ready, w.words.ready, w.least.ready, w.bytes.ready = true, false, false, false
	}
	if l.ready {
		return l
	}
	l.ready, l.scales, l.perBlock = true, scales, perBlock
	groups, blocks := b.n/tokens, b.cols/b.span
	rest := b.n - groups*tokens
	l.x, l.scale = grow(l.x, groups*blocks*perBlock), grow(l.scale, groups*blocks*scales*2*tokens)
	l.one, l.oneScale = grow(l.one, rest*4*b.cols), grow(l.oneScale, rest*blocks*scales)
	l.oneSum, l.oneMin = grow(l.oneSum, rest*b.cols/minGroup), grow(l.oneMin, rest*b.cols/block)
	for g := range groups {
		group(l.x[g*blocks*perBlock:][:blocks*perBlock], g*tokens)
		for i := range tokens {
			for turn := range 2 {
				b.layScales(l.scale[(g*blocks*scales*2+turn)*tokens+i:], g*tokens+i, scales, 2*tokens)
			}
		}
	}
	for t := groups * tokens; t < b.n; t++ {
		i := t - groups*tokens
		single(l, i, b.q[t*b.cols:][:b.cols])
		b.layScales(l.oneScale[i*blocks*scales:], t, scales, 1)
	}
	return l
}

// layScales writes the scales of vector t, so far apart.
func (b *Batch) layScales(dst []float32, t, scales, apart int) {
	for k := range b.cols / b.span {
		g := (t*b.cols + k*b.span) / block
		dst[k*scales*apart] = b.scale[g]
		if scales == 2 {
			dst[(2*k+1)*apart] = b.sum32[g]
		}
	}
}

// interleave writes a group of vectors, from vector t on.
func (b *Batch) interleave(x []int16, t int) {
	w := &b.wide
	w.inOrder, w.sum16 = grow(w.inOrder, tokens*b.cols), grow(w.sum16, tokens*b.cols/minGroup)
	widenBytes(pointer(w.inOrder), pointer(w.sum16), pointer(b.q[t*b.cols:]), tokens*b.cols/16)
	out := pointer(x)
	for at := 0; at < b.cols; at += 8 {
		from := unsafe.Add(pointer(w.inOrder), 2*at)
		for range 2 {
			sideBySide(out, from, 2*b.cols)
			twice(out)
			out, from = unsafe.Add(out, 16*tokens), unsafe.Add(from, 8)
		}
		if b.span == block || (at+8)%256 > 0 {
			continue
		}
		for i := range tokens {
			sum, to := w.sum16[(i*b.cols+at)/256*16:], unsafe.Add(out, 4*i)
			for k, c := range pairs {
				pair, at := uint32(uint16(sum[2*c]+sum[2*c+1]))|uint32(sum[2*c+4]+sum[2*c+5])<<16, unsafe.Add(to, 8*tokens*k)
				*(*uint32)(at), *(*uint32)(unsafe.Add(at, 4*tokens)) = pair, pair
			}
		}
		out = unsafe.Add(out, 32*tokens)
	}
}

// twice makes room among 2 columns of 4 pairs for each once more behind itself.
func twice(out unsafe.Pointer) {
	p := (*[8]uint64)(out)
	p[4], p[5], p[6], p[7] = p[2], p[3], p[2], p[3]
	p[2], p[3] = p[0], p[1]
}

// sideBySide writes the first 4 bytes of each of 4 vectors, which are so far apart,
// then the next 4.
func sideBySide(out, from unsafe.Pointer, apart int) {
	const low = 1<<32 - 1
	at := func(i int) uint64 { return *(*uint64)(unsafe.Add(from, i*apart)) }
	a, b, c, d := at(0), at(1), at(2), at(3)
	to := (*[4]uint64)(out)
	to[0], to[1] = a&low|b<<32, c&low|d<<32
	to[2], to[3] = a>>32|b&^low, c>>32|d&^low
}

// single writes vector t of the rest.
func (b *Batch) single(l *laid, t int, q []int8) {
	sum, mins := l.oneSum[t*b.cols/minGroup:][:b.cols/minGroup], l.oneMin[t*b.cols/block:][:b.cols/block]
	w := &b.wide
	w.inOrder = grow(w.inOrder, b.cols)
	widenBytes(pointer(w.inOrder), pointer(sum), pointer(q), b.cols/16)
	fourTimes(pointer(l.one[t*4*b.cols:]), pointer(w.inOrder), b.cols/8)
	for g := range b.cols / block {
		both, i := sum[2*g]+sum[2*g+1], g%8
		if b.span == block {
			sum[g] = -both
			continue
		}
		mins[g&^7+i%2*4+i/2] = int16(both)
		sum[2*g] *= -32
		sum[2*g+1] *= -32
	}
}

// mulPanels multiplies a batch with a matrix in panels.
func (m *Matrix) mulPanels(dst []float32, x *Batch) {
	x.quantize(m.Type.BlockSize)
	var l *laid
	switch {
	case m.kernel.lay != nil:
		l = m.kernel.lay(x)
	case m.Type.Offset && x.span == block:
		l = x.layLeast()
	default:
		l = x.layWords()
	}
	if x.n >= tokens {
		m.mulTiles(dst, x, l)
	}
	for t := x.n &^ (tokens - 1); t < x.n; t++ {
		m.dot(dst[t*m.Rows:][:m.Rows], &x.wide, l, t%tokens)
	}
}

// dot multiplies vector i of those that make no group.
func (m *Matrix) dot(dst []float32, w *wide, l *laid, i int) {
	blocks, size := m.Cols/m.Type.BlockSize, m.Type.Bytes(m.Cols)*panelRows
	a, s, sums := pointer(l.one[i*4*m.Cols:]), pointer(l.oneScale[i*blocks*l.scales:]), pointer(l.oneSum[i*m.Cols/minGroup:])
	if m.Type.BlockSize > block && m.Type.Offset {
		sums = pointer(l.oneMin[i*m.Cols/block:])
	}
	fourth := m.Rows / panelRows / 4
	if fourth > 0 {
		m.kernel.dot(pointer(dst), pointer(m.Data), a, s, sums, blocks, fourth, fourth*size, fourth*4*panelRows)
	}
	for row := fourth * 4 * panelRows; row < m.Rows; row += panelRows { // thrice for nothing
		m.kernel.dot(pointer(w.last[:]), pointer(m.Data[row/panelRows*size:]), a, s, sums, blocks, 1, 0, 4*panelRows)
		copy(dst[row:], w.last[:panelRows])
	}
}

// unpackTile unpacks blocks of one or two panels.
func (m *Matrix) unpackTile(w *wide, panel []byte, from, count int, two bool) {
	size := m.Type.TypeSize * panelRows
	m.kernel.unpack(pointer(w.tile[0][:]), pointer(w.rowScale[0][:]), pointer(panel[from*size:]), count)
	if two {
		next := m.Cols/m.Type.BlockSize + from
		m.kernel.unpack(pointer(w.tile[1][:]), pointer(w.rowScale[1][:]), pointer(panel[next*size:]), count)
	}
}

// mulTiles multiplies the vectors that make whole groups.
func (m *Matrix) mulTiles(dst []float32, x *Batch, l *laid) {
	w, n, span := &x.wide, x.n&^(tokens-1), m.Type.BlockSize
	blocks, gemm := m.Cols/span, m.kernel.gemm
	clear(dst[:n*m.Rows])
	sums, tile, rowScale := pointer(w.sums[:]), pointer(w.tile[0][:]), pointer(w.rowScale[0][:])
	row, size := 0, m.Type.Bytes(m.Cols)
	if n == tokens && m.kernel.panels != nil {
		for ; row+tall <= m.Rows; row += tall {
			panel := pointer(m.Data[row*size:])
			m.kernel.panels(pointer(dst[row:]), 4*m.Rows, sums, panel, unsafe.Add(panel, panelRows*size), pointer(l.x), pointer(l.scale), blocks)
		}
	}
	for ; row < m.Rows; row += tall {
		panel := m.Data[row*size:]
		for from := 0; from < blocks; from += tileCells / span {
			count := min(tileCells/span, blocks-from)
			m.unpackTile(w, panel, from, count, row+panelRows < m.Rows)
			for t := 0; t < n; t += tokens {
				g := t/tokens*blocks + from
				a, s := pointer(l.x[g*l.perBlock:]), pointer(l.scale[g*l.scales*2*tokens:])
				if row+tall <= m.Rows {
					gemm(pointer(dst[t*m.Rows+row:]), 4*m.Rows, sums, tile, rowScale, a, s, count)
					continue
				}
				for i := range tokens {
					copy(w.last[i*tall:][:tall], dst[(t+i)*m.Rows+row:(t+i+1)*m.Rows])
				}
				gemm(pointer(w.last[:]), 4*tall, sums, tile, rowScale, a, s, count)
				for i := range tokens {
					copy(dst[(t+i)*m.Rows+row:(t+i+1)*m.Rows], w.last[i*tall:])
				}
			}
		}
	}
}

// roundBytes rounds 16 numbers at a time.
//
//go:noescape
func roundBytes(q, x unsafe.Pointer, by float32, sixteens int)

// quantizeAll is quantize32 of several blocks.
//
//go:noescape
func quantizeAll(q, scale, x unsafe.Pointer, blocks int)

// quantizeBlocks is quantizeAll; it is always there.
func quantizeBlocks(q []int8, scale, x []float32) bool {
	if len(scale) > 0 {
		quantizeAll(pointer(q), pointer(scale), pointer(x), len(scale))
	}
	return true
}

// widenBytes widens bytes to words, which go 0 2 4 6 1 3 5 7, and adds up every
// 16 of them.
//
//go:noescape
func widenBytes(words, sums, q unsafe.Pointer, sixteens int)

// fourTimes writes each pair of words four times beside each other.
//
//go:noescape
func fourTimes(dst, words unsafe.Pointer, eights int)

// roundAll rounds x times a factor.
func roundAll(q []int8, x []float32, by float32) {
	n := len(x) / 16
	if n > 0 {
		roundBytes(pointer(q), pointer(x), by, n)
	}
	refRoundAll(q[16*n:], x[16*n:], by)
}
