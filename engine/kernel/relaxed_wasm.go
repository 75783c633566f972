//go:build goexperiment.simd && relaxed

package kernel

import (
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// Formats of few bits go by relaxed SIMD: see relaxed_wasm.h.
func init() {
	panelKernels[quant.Q4_0] = &panelKernel{dot: dotNibbles, unpack: bytesQ4_0, gemm: gemmNibbles32, lay: (*Batch).layBytes}
	panelKernels[quant.Q5_0] = &panelKernel{dot: dotFives, unpack: bytesQ5_0, gemm: gemmFives32, lay: (*Batch).layBytes}
	panelKernels[quant.Q4_K] = &panelKernel{dot: dotBytesQ4_K, unpack: bytesQ4_K, gemm: gemmQ4_K, lay: (*Batch).layBytes}
	panelKernels[quant.Q6_K] = &panelKernel{dot: dotBytesQ6_K, unpack: bytesQ6_K, gemm: gemmQ6_K, lay: (*Batch).layBytes}
}

//go:noescape
func dotNibbles(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotFives(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotBytesQ4_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func dotBytesQ6_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)

//go:noescape
func bytesQ4_0(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func bytesQ5_0(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func bytesQ4_K(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func bytesQ6_K(tile, rowScale, panel unsafe.Pointer, blocks int)

//go:noescape
func gemmNibbles32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

//go:noescape
func gemmFives32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

//go:noescape
func gemmQ4_K(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

//go:noescape
func gemmQ6_K(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)

// pairSums adds up every 16 bytes: less the sum of those whose place is 0 or 1
// modulo 4 in the lower half, of the others in the upper one.
//
//go:noescape
func pairSums(sums, q unsafe.Pointer, sixteens int)

// layBytes lays out the quantized activations as bytes, by 4 columns of each vector
// of a group. Before those of a block of 32 are their sums, as pairSums leaves them;
// behind those of a block of 256 are theirs by 16 columns, and the sums of groups of
// 32 as layWords has them.
func (b *Batch) layBytes() *laid {
	sums := 2
	if b.span > block {
		sums = 32 + 8
	}
	return b.lay(&b.wide.bytes, 1, tokens*(b.span/2+sums), b.interleaveBytes, b.singleBytes)
}

// addPairs adds pairs of words.
func addPairs(a, b int32) int32 { return (a>>16+b>>16)<<16 | (a+b)&0xffff }

// whole is the sum of 32 bytes, of what pairSums left.
func whole(a, b int32) int16 {
	sum := addPairs(a, b)
	return -(int16(sum) + int16(sum>>16))
}

// interleaveBytes writes a group of vectors, from vector t on.
func (b *Batch) interleaveBytes(x []int16, t int) {
	w := &b.wide
	w.sum16 = grow(w.sum16, tokens*b.cols/minGroup)
	q, out := pointer(b.q[t*b.cols:]), pointer(x)
	pairSums(pointer(w.sum16), q, tokens*b.cols/16)
	for at := 0; at < b.cols; at += block {
		if b.span == block {
			for i := range tokens {
				sum := w.sum16[(i*b.cols+at)/16:]
				*(*int32)(unsafe.Add(out, 4*i)) = addPairs(sum[0], sum[1])
			}
			out = unsafe.Add(out, 4*tokens)
		}
		for k := 0; k < block; k += 8 {
			sideBySide(unsafe.Add(out, tokens*k), unsafe.Add(q, at+k), b.cols)
		}
		out = unsafe.Add(out, tokens*block)
		if b.span == block || (at+block)%256 > 0 {
			continue
		}
		for i := range tokens {
			sum, to := w.sum16[(i*b.cols+at)/256*16:][:16], unsafe.Add(out, 4*i)
			for k, v := range sum {
				*(*int32)(unsafe.Add(to, 4*tokens*k)) = v
			}
			to = unsafe.Add(to, 4*tokens*16)
			for k, c := range pairs {
				lo, hi := whole(sum[2*c], sum[2*c+1]), whole(sum[2*c+4], sum[2*c+5])
				*(*uint32)(unsafe.Add(to, 4*tokens*k)) = uint32(uint16(lo)) | uint32(uint16(hi))<<16
			}
		}
		out = unsafe.Add(out, (64+16)*tokens)
	}
}

// singleBytes writes vector t of the rest.
func (b *Batch) singleBytes(l *laid, t int, q []int8) {
	sum, mins := l.oneSum[t*b.cols/minGroup:][:b.cols/minGroup], l.oneMin[t*b.cols/block:][:b.cols/block]
	pairSums(pointer(sum), pointer(q), b.cols/16)
	for g := range b.cols / block {
		if b.span == block {
			sum[g] = addPairs(sum[2*g], sum[2*g+1])
		} else {
			mins[g&^7+g%2*4+g%8/2] = whole(sum[2*g], sum[2*g+1])
		}
	}
	copy(unsafe.Slice((*int8)(pointer(l.one[t*4*b.cols:])), b.cols), q)
}
