//go:build goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// lay has nothing to do: see Rows.
func (w *Words) lay() {}

// mulBytes multiplies with a matrix of bytes, of whose columns it takes multiples of
// 8; stride is in bytes.
func (w *Words) mulBytes(s [4]unsafe.Pointer, b unsafe.Pointer, stride, pairs, eights int) {
	q := rowPointers(w.q[:w.n])
	s0, s1, s2, s3 := s[0], s[1], s[2], s[3]
	q0, q1, q2, q3 := q[0], q[1], q[2], q[3]
	if vnni {
		mulBytes512(s0, s1, s2, s3, q0, q1, q2, q3, b, stride, pairs, 8*eights)
		return
	}
	for ; eights > 1; eights -= 2 {
		var v0, w0, v1, w1, v2, w2, v3, w3 archsimd.Int32x8
		row := b
		for i := range pairs {
			x, y := words16(row, 0), words16(row, 16)
			p := wordPair(q0, i)
			v0, w0 = v0.Add(x.DotProductPairs(p)), w0.Add(y.DotProductPairs(p))
			p = wordPair(q1, i)
			v1, w1 = v1.Add(x.DotProductPairs(p)), w1.Add(y.DotProductPairs(p))
			p = wordPair(q2, i)
			v2, w2 = v2.Add(x.DotProductPairs(p)), w2.Add(y.DotProductPairs(p))
			p = wordPair(q3, i)
			v3, w3 = v3.Add(x.DotProductPairs(p)), w3.Add(y.DotProductPairs(p))
			row = unsafe.Add(row, stride)
		}
		s0, s1, s2, s3 = storeSums(s0, v0, w0), storeSums(s1, v1, w1), storeSums(s2, v2, w2), storeSums(s3, v3, w3)
		b = unsafe.Add(b, 32)
	}
	if eights > 0 {
		for r, s := range [4]unsafe.Pointer{s0, s1, s2, s3} {
			q, row := q[r], b
			var v archsimd.Int32x8
			for i := range pairs {
				v = v.Add(words16(row, 0).DotProductPairs(wordPair(q, i)))
				row = unsafe.Add(row, stride)
			}
			v.StoreArray((*[8]int32)(s))
		}
	}
	leave()
}

// mulBytes512 is mulBytes in vectors of 512 bits.
//
//go:noescape
func mulBytes512(s0, s1, s2, s3, q0, q1, q2, q3, b unsafe.Pointer, stride, pairs, columns int)

// words16 widens 16 bytes.
func words16(p unsafe.Pointer, i int) archsimd.Int16x16 {
	return archsimd.LoadInt8x16Array((*[16]int8)(unsafe.Add(p, i))).ExtendToInt16()
}

// wordPair spreads a pair of words.
func wordPair(q unsafe.Pointer, i int) archsimd.Int16x16 {
	return archsimd.BroadcastInt32x8(*(*int32)(unsafe.Add(q, 4*i))).AsInt16x16()
}

// storeSums stores 16 sums, and returns what follows them.
func storeSums(p unsafe.Pointer, v, w archsimd.Int32x8) unsafe.Pointer {
	v.StoreArray((*[8]int32)(p))
	w.StoreArray((*[8]int32)(unsafe.Add(p, 32)))
	return unsafe.Add(p, 64)
}

// roundWords rounds x times a factor.
func roundWords(q []int16, x []float32, by float32) {
	i := 0
	if vectors {
		f := archsimd.BroadcastFloat32x8(by)
		for p, out := pointer(x), pointer(q); i+8 <= len(x); i += 8 {
			v := float32s(p, i).Mul(f).Round().ConvertToInt32()
			v.GetLo().SaturateToInt16Concat(v.GetHi()).StoreArray((*[8]int16)(unsafe.Add(out, 2*i)))
		}
		leave()
	}
	refRoundWords(q[i:], x[i:], by)
}
