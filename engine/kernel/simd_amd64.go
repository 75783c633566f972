//go:build goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// SIMD says whether the inner loops run over vectors.
const SIMD = true

// vectors says whether this processor has them.
var vectors = archsimd.X86.AVX2() && archsimd.X86.FMA()

func int8s(p unsafe.Pointer, i int) archsimd.Int8x32 {
	return archsimd.LoadInt8x32Array((*[32]int8)(unsafe.Add(p, i)))
}

func float32s(p unsafe.Pointer, i int) archsimd.Float32x8 {
	return archsimd.LoadFloat32x8Array((*[8]float32)(unsafe.Add(p, 4*i)))
}

func float(p unsafe.Pointer, i int) float32 { return *(*float32)(unsafe.Add(p, 4*i)) }

// dot32 multiplies 32 bytes. The sign of w moves to x, which is never -128, so
// pairs of products fit 16 bits.
func dot32(w unsafe.Pointer, x archsimd.Int8x32, ones archsimd.Int16x16) archsimd.Float32x8 {
	v := int8s(w, 0)
	return v.Abs().ToBits().DotProductPairsSaturated(x.MulSign(v)).DotProductPairs(ones).ConvertToFloat32()
}

// spread loads a number into all elements, by integers: a scalar float beside
// vectors of 256 bits costs hundreds of cycles, as the compiler knows no VEX forms
// of those. For the same reason each loop ends with leave.
func spread(p unsafe.Pointer, i int) archsimd.Float32x8 {
	return archsimd.BroadcastUint32x8(*(*uint32)(unsafe.Add(p, 4*i))).BitsToFloat32()
}

// leave ends a stretch of vectors of 256 bits. What uses narrower ones also begins
// with it: a goroutine that was preempted in between comes back with the upper
// halves written, and would run tens of times slower.
func leave() {
	if vectors {
		archsimd.ClearAVXUpperBits()
	}
}

// sum4 returns the sums of the elements of each. They go through memory, which
// holds the compiler to the order: no scalar float before leave.
func sum4(a, b, c, d archsimd.Float32x8) (sums [tileRows]float32) {
	ab, cd := halve(a).ConcatAddPairs(halve(b)), halve(c).ConcatAddPairs(halve(d))
	ab.ConcatAddPairs(cd).StoreArray(&sums)
	leave()
	return sums
}

func halve(x archsimd.Float32x8) archsimd.Float32x4 { return x.GetLo().Add(x.GetHi()) }

// dotBlocks32 is refDotBlocks for groups of 32.
func dotBlocks32(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	if !vectors {
		return refDotBlocks(w, 32, x, scale)
	}
	var a, b, c, d archsimd.Float32x8
	ones := archsimd.BroadcastInt16x16(1)
	q0 := w.q
	q1 := unsafe.Add(q0, w.row)
	q2 := unsafe.Add(q1, w.row)
	q3 := unsafe.Add(q2, w.row)
	s, step := unsafe.Pointer(w.scale), w.step
	px, ps := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(scale))
	for g := range len(x) / block {
		x0 := int8s(px, 0)
		d0 := spread(ps, g)
		a = dot32(q0, x0, ones).MulAdd(spread(s, g).Mul(d0), a)
		b = dot32(q1, x0, ones).MulAdd(spread(s, g+tileGroups).Mul(d0), b)
		c = dot32(q2, x0, ones).MulAdd(spread(s, g+2*tileGroups).Mul(d0), c)
		d = dot32(q3, x0, ones).MulAdd(spread(s, g+3*tileGroups).Mul(d0), d)
		q0, q1, q2, q3, px = unsafe.Add(q0, step), unsafe.Add(q1, step), unsafe.Add(q2, step), unsafe.Add(q3, step), unsafe.Add(px, block)
	}
	return sum4(a, b, c, d)
}

// dotBlocks16 is refDotBlocks for groups of 16, in a tile.
func dotBlocks16(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	if !vectors {
		return refDotBlocks(w, 16, x, scale)
	}
	var a, b, c, d archsimd.Float32x8
	ones := archsimd.BroadcastInt16x16(1)
	q, s := w.q, unsafe.Pointer(w.scale)
	px, ps := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(scale))
	for g := 0; g < len(x)/minGroup; g += 2 { // activations come in blocks of 32
		x0, d0 := int8s(px, 0), spread(ps, g/2)
		a = dot32(q, x0, ones).MulAdd(pair(s, g, d0), a)
		b = dot32(unsafe.Add(q, tileCols), x0, ones).MulAdd(pair(s, g+tileGroups, d0), b)
		c = dot32(unsafe.Add(q, 2*tileCols), x0, ones).MulAdd(pair(s, g+2*tileGroups, d0), c)
		d = dot32(unsafe.Add(q, 3*tileCols), x0, ones).MulAdd(pair(s, g+3*tileGroups, d0), d)
		q, px = unsafe.Add(q, block), unsafe.Add(px, block)
	}
	return sum4(a, b, c, d)
}

// pair spreads two scales, times x, over the halves of a vector.
func pair(s unsafe.Pointer, g int, x archsimd.Float32x8) archsimd.Float32x8 {
	return spread(s, g).SetHi(spread(s, g+1).GetLo()).Mul(x)
}

func dotFloats(w []float32, stride, rows int, x []float32) [tileRows]float32 {
	if !vectors || len(x) == 0 {
		return refDotFloats(w, stride, rows, x)
	}
	_ = w[(rows-1)*stride+len(x)-1]
	var a, b, c, d archsimd.Float32x8
	// Rows that are not there stand in for the last.
	p0 := unsafe.Pointer(unsafe.SliceData(w))
	p1 := unsafe.Add(p0, 4*stride*min(1, rows-1))
	p2 := unsafe.Add(p0, 4*stride*min(2, rows-1))
	p3 := unsafe.Add(p0, 4*stride*min(3, rows-1))
	px := unsafe.Pointer(unsafe.SliceData(x))
	n := len(x) &^ 7
	for i := 0; i < n; i += 8 {
		v := float32s(px, i)
		a = float32s(p0, i).MulAdd(v, a)
		b = float32s(p1, i).MulAdd(v, b)
		c = float32s(p2, i).MulAdd(v, c)
		d = float32s(p3, i).MulAdd(v, d)
	}
	s := sum4(a, b, c, d)
	for i := n; i < len(x); i++ {
		s[0] += float(p0, i) * x[i]
		s[1] += float(p1, i) * x[i]
		s[2] += float(p2, i) * x[i]
		s[3] += float(p3, i) * x[i]
	}
	return s
}

// AddRows adds to dst every row of a matrix of floats times its weight. Row i
// begins at i*len(dst).
func AddRows(dst, rows, weights []float32) {
	n := len(dst)
	for vectors && len(weights) >= 4 && n >= 8 {
		_ = rows[4*n-1]
		p := unsafe.Pointer(unsafe.SliceData(rows))
		out := unsafe.Pointer(unsafe.SliceData(dst))
		w := unsafe.Pointer(unsafe.SliceData(weights))
		w0, w1, w2, w3 := spread(w, 0), spread(w, 1), spread(w, 2), spread(w, 3)
		for i := 0; i < n&^7; i += 8 {
			sum := float32s(p, i).MulAdd(w0, float32s(out, i))
			sum = float32s(p, i+n).MulAdd(w1, sum)
			sum = float32s(p, i+2*n).MulAdd(w2, sum)
			sum = float32s(p, i+3*n).MulAdd(w3, sum)
			sum.StoreArray((*[8]float32)(unsafe.Add(out, 4*i)))
		}
		leave()
		for i := n &^ 7; i < n; i++ {
			dst[i] = dst[i] + rows[i]*weights[0] + rows[i+n]*weights[1] + rows[i+2*n]*weights[2] + rows[i+3*n]*weights[3]
		}
		rows, weights = rows[4*n:], weights[4:]
	}
	refAddRows(dst, rows, weights)
}

// lookup takes elements of a table.
func lookup(table, index archsimd.Int8x16) archsimd.Int8x16 { return table.PermuteOrZero(index) }

// roundAll rounds x times a factor.
func roundAll(q []int8, x []float32, by float32) {
	i := 0
	switch {
	case avx512 && len(x) >= 16:
		i = len(x) &^ 15
		round512(pointer(q), pointer(x), by, i/16)
	case vectors:
		f := archsimd.BroadcastFloat32x8(by)
		for p, out := pointer(x), pointer(q); i+8 <= len(x); i += 8 {
			v := float32s(p, i).Mul(f).Round().ConvertToInt32().Max(archsimd.BroadcastInt32x8(-127)) // of NaN
			low := v.GetLo().SaturateToInt16Concat(v.GetHi()).SaturateToInt8()
			*(*int64)(unsafe.Add(out, i)) = low.ToBits().ReshapeToUint64s().BitsToInt64().GetElem(0)
		}
		leave()
	}
	refRoundAll(q[i:], x[i:], by)
}
