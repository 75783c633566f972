package kernel

import (
	"encoding/binary"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// packing is how the rows of a hot format lie in memory: in panels of a few
// rows, so that one vector holds the same columns of all of them, and a dot of
// the panel needs no sums across a vector.
//
// A panel takes as many bytes as its rows did, block for block. Weights come as
// chunks: 4 columns of each row, a byte each, row by row. Several chunks share
// vectors of 4 bytes a row as bits.go says. With R rows, a block is
//
//	32 weights:  weights; R scales in half precision; R minimums, if any
//	256 weights: R scales in half precision; R more for minimums, if any;
//	             scales and minimums of groups; weights
//
// The groups of Q6_K have a byte each, group by group. Those of Q4_K and Q5_K
// take 6 bits: two chunks of scales, group by group, then two of minimums, row
// by row.
type packing struct {
	bits  int        // of a weight: 4, 5, 6 or 8
	zero  int        // taken off each
	table *[16]int8  // what weights look up instead; nil: nothing
	raw   rawWeights // takes a block of the file apart; nil: see nibbles
	// nibbles are the runs of bytes of a block whose lower four bits are weights,
	// followed by their upper ones: the place of each run, and the bytes of one.
	nibbles []int
	run     int
}

// rawWeights writes the weights of a block as they are stored, without zero
// taken off.
type rawWeights func(w []uint8, block []byte)

// packings are the hot formats.
var packings = map[*quant.Type]*packing{
	quant.Q8_0:   {bits: 8, raw: func(w []uint8, b []byte) { copy(w, b[2:]) }},
	quant.Q4_0:   {bits: 4, zero: 8, nibbles: []int{2}, run: 16},
	quant.IQ4_NL: {bits: 4, table: &quant.Nonlinear, nibbles: []int{2}, run: 16},
	quant.Q4_1:   {bits: 4, nibbles: []int{4}, run: 16},
	quant.Q5_0:   {bits: 5, zero: 16, raw: func(w []uint8, b []byte) { fives(w, b[2:22]) }},
	quant.Q5_1:   {bits: 5, raw: func(w []uint8, b []byte) { fives(w, b[4:24]) }},
	quant.Q4_K:   {bits: 4, nibbles: []int{16, 48, 80, 112}, run: 32},
	quant.Q5_K: {bits: 5, raw: func(w []uint8, b []byte) {
		for i := range 4 {
			split(w[64*i:], b[48+32*i:][:32])
		}
		for i := 0; i < 256; i += 8 {
			or(w[i:], word(b[16+i%32:])>>(i/32)&eachByte<<4)
		}
	}},
	quant.Q6_K: {bits: 6, zero: 32, raw: func(w []uint8, b []byte) {
		for part := range 2 {
			split(w[128*part:], b[64*part:][:64])
			two := b[128+32*part:][:32]
			for i := 0; i < 128; i += 8 {
				or(w[128*part+i:], word(two[i%32:])>>(i/32*2)&(3*eachByte)<<4)
			}
		}
	}},
}

// eachByte is a 1 in each of 8 bytes: packing goes by 8 at a time.
const eachByte = 0x0101010101010101

func word(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

func or(b []byte, bits uint64) { binary.LittleEndian.PutUint64(b, word(b)|bits) }

// split writes the lower four bits of each byte, then the upper ones.
func split(w []uint8, b []byte) {
	for i := 0; i < len(b); i += 8 {
		v := word(b[i:])
		binary.LittleEndian.PutUint64(w[i:], v&(15*eachByte))
		binary.LittleEndian.PutUint64(w[len(b)+i:], v>>4&(15*eachByte))
	}
}

// fives writes 32 weights of 5 bits: a word of fifth bits, then four of each.
func fives(w []uint8, b []byte) {
	split(w, b[4:20])
	for i, v := range b[:4] { // bit k of it goes to weight k
		bits := uint64(v) * eachByte & 0x8040201008040201
		or(w[8*i:], (bits+127*eachByte)>>7&eachByte<<4)
	}
}

// offsets of the parts of a block of a panel, in bytes a row.
type parts struct{ d, dmin, groups, weights int }

func partsOf(t *quant.Type) parts {
	switch {
	case t.BlockSize == block && t.Offset:
		return parts{d: t.TypeSize - 4, dmin: t.TypeSize - 2}
	case t.BlockSize == block:
		return parts{d: t.TypeSize - 2}
	case t.Offset:
		return parts{d: 0, dmin: 2, groups: 4, weights: 16}
	}
	return parts{d: 0, groups: 2, weights: 18}
}

// packer turns rows of a file into panels.
type packer struct {
	*packing
	t    *quant.Type
	at   parts
	rows int // of a panel
	w    [256]uint8
	wide []uint8 // chunks of a block: (32 or 256, rows)
}

func newPacker(t *quant.Type, rows int) *packer {
	return &packer{packing: packings[t], t: t, at: partsOf(t), rows: rows, wide: make([]uint8, t.BlockSize*rows)}
}

// pack writes a panel; src has up to as many rows of a number of blocks. Rows
// that lack are zeros.
func (p *packer) pack(dst, src []byte, blocks int) {
	size, rows := p.t.TypeSize, len(src)/(blocks*p.t.TypeSize)
	for b := range blocks {
		out := dst[b*size*p.rows:][:size*p.rows]
		if rows < p.rows || p.t.BlockSize > block && p.t.Offset { // the latter's scales are put together bit by bit
			clear(out)
			clear(p.wide)
		}
		for r := range rows {
			p.row(out, src[(r*blocks+b)*size:][:size], r)
		}
		if p.raw != nil {
			encode(out[p.at.weights*p.rows:], p.wide, p.bits, 4*p.rows)
		}
	}
}

// row puts a row's block into that of the panel, its weights into wide.
func (p *packer) row(out, src []byte, r int) {
	n, at := p.t.BlockSize, p.at
	if p.raw == nil {
		p.fours(out[at.weights*p.rows+4*r:], src)
	} else if p.raw(p.w[:n], src); p.t == quant.Q8_0 {
		for i := 0; i < n; i += 8 {
			placeBytes(p.wide[i*p.rows:], word(p.w[i:]), r, p.rows)
		}
	} else {
		for i := 0; i < n; i += 4 {
			binary.LittleEndian.PutUint32(p.wide[i*p.rows+4*r:], binary.LittleEndian.Uint32(p.w[i:]))
		}
	}
	switch {
	case n == block:
		putHalf(out[at.d*p.rows+2*r:], src)
		if p.t.Offset {
			putHalf(out[at.dmin*p.rows+2*r:], src[2:])
		}
	case p.t.Offset:
		putHalf(out[at.d*p.rows+2*r:], src)
		putHalf(out[at.dmin*p.rows+2*r:], src[2:])
		var scale, min [8]uint8
		sixBits(&scale, &min, src[4:16])
		v := 4 * p.rows
		for g := range 8 {
			putSix(out[at.groups*p.rows:], v, g/4, g%4*p.rows+r, scale[g])
			putSix(out[at.groups*p.rows:], v, 2+g/4, 4*r+g%4, min[g])
		}
	default:
		putHalf(out[at.d*p.rows+2*r:], src[208:])
		for g := range 16 {
			out[at.groups*p.rows+g*p.rows+r] = src[192+g]
		}
	}
}

// fours puts a row's block of weights of four bits into vectors as encode does:
// of 8 weights the first four lie low, the others high.
func (p *packer) fours(dst, src []byte) {
	v, at := 4*p.rows, 0
	for _, from := range p.nibbles {
		apart := p.run / 8 * v
		for i := 0; i < p.run; i += 8 {
			b := word(src[from+i:])
			low, high := b&(15*eachByte), b>>4&(15*eachByte)
			binary.LittleEndian.PutUint32(dst[at:], uint32(low|low>>28))
			binary.LittleEndian.PutUint32(dst[at+apart:], uint32(high|high>>28))
			at += v
		}
		at += apart
	}
}

// putHalf copies 2 bytes, for which copy is slow on WebAssembly.
func putHalf(dst, src []byte) { binary.LittleEndian.PutUint16(dst, binary.LittleEndian.Uint16(src)) }

// sixBits are those of quant.SixBits, before they are multiplied.
func sixBits(scale, min *[8]uint8, p []byte) {
	for g := range 4 {
		scale[g], min[g] = p[g]&63, p[g+4]&63
		scale[g+4], min[g+4] = p[g+8]&15|p[g]>>6<<4, p[g+8]>>4|p[g+4]>>6<<4
	}
}

// panelBlock is a block of a panel taken apart: what tests and rare look-ups
// read, and the plain arithmetic.
type panelBlock struct {
	q          [256]int8
	d, dmin    float32
	scale, min [16]int32 // of groups; 1 and 0 where blocks have none
}

// unpackRow takes row r of a block of a panel apart.
func unpackRow(t *quant.Type, b *panelBlock, panel []byte, r, rows int) {
	p, at := packings[t], partsOf(t)
	n := t.BlockSize
	for i := range n {
		if t == quant.Q8_0 {
			b.q[i] = int8(panel[i/8*8*rows+bytePlace(r, i%8, rows)] ^ byteZero)
			continue
		}
		v := decode(panel[at.weights*rows:], p.bits, 4*rows, i/4, 4*r+i%4)
		switch {
		case p.table != nil:
			b.q[i] = p.table[v]
		default:
			b.q[i] = int8(int(v) - p.zero)
		}
	}
	b.d, b.dmin = quant.Half(binary.LittleEndian.Uint16(panel[at.d*rows+2*r:])), 0
	switch {
	case n == block:
		b.scale[0] = 1
		if t.Offset { // what is stored is added
			b.dmin, b.min[0] = -quant.Half(binary.LittleEndian.Uint16(panel[at.dmin*rows+2*r:])), 1
		}
	case t.Offset:
		b.dmin = quant.Half(binary.LittleEndian.Uint16(panel[at.dmin*rows+2*r:]))
		groups := panel[at.groups*rows:]
		for g := range 8 {
			b.scale[g] = int32(decode(groups, 6, 4*rows, g/4, g%4*rows+r))
			b.min[g] = int32(decode(groups, 6, 4*rows, 2+g/4, 4*r+g%4))
		}
	default:
		for g := range 16 {
			b.scale[g] = int32(int8(panel[at.groups*rows+g*rows+r]))
		}
	}
}

// packedRow writes a row of a packed matrix as floats.
func (m *Matrix) packedRow(dst []float32, row int) {
	var b panelBlock
	n, size := m.Type.BlockSize, m.Type.TypeSize*panelRows
	panel := m.Data[row/panelRows*m.Type.Bytes(m.Cols)*panelRows:]
	for i := range m.Cols / n {
		unpackRow(m.Type, &b, panel[i*size:][:size], row%panelRows, panelRows)
		b.floats(m.Type, dst[i*n:][:n])
	}
}

// floats writes the weights.
func (b *panelBlock) floats(t *quant.Type, dst []float32) {
	for i := range dst {
		g := i / t.Group
		dst[i] = float32(b.d*float32(b.scale[g]))*float32(b.q[i]) - b.dmin*float32(b.min[g])
	}
}

// refMulPanel multiplies one row of a panel with activations: the plain
// arithmetic that all fast ways follow to the last bit.
func refMulPanel(t *quant.Type, panel []byte, r, rows int, x []int8, scale []float32) (sum float32) {
	var b panelBlock
	n, size := t.BlockSize, t.TypeSize*rows
	for i := range len(x) / n {
		unpackRow(t, &b, panel[i*size:][:size], r, rows)
		var dot, mins int32
		for g := range n / t.Group {
			var part, total int32
			for j := range t.Group {
				v := int32(x[i*n+g*t.Group+j])
				part += int32(b.q[g*t.Group+j]) * v
				total += v
			}
			dot += b.scale[g] * part
			mins += b.min[g] * total
		}
		s := scale[i*n/block]
		sum += float32(float32(dot) * (b.d * s))
		switch {
		case t.Offset && n == block:
			sum -= float32(b.dmin * toHalf(s*float32(mins)))
		case t.Offset:
			sum -= float32(float32(mins) * (b.dmin * s))
		}
	}
	return sum
}

func pointer[T any](s []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }
