//go:build goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// SIMD says whether the inner loops run over vectors.
const SIMD = true

// leave is for processors with registers of several widths.
func leave() {}

// vectors says whether this processor has them.
const vectors = true

func int8s(p unsafe.Pointer, i int) archsimd.Int8x16 {
	return archsimd.LoadInt8x16Array((*[16]int8)(unsafe.Add(p, i)))
}

func float32s(p unsafe.Pointer, i int) archsimd.Float32x4 {
	return archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, 4*i)))
}

func float(p unsafe.Pointer, i int) float32 { return *(*float32)(unsafe.Add(p, 4*i)) }

// dot16 multiplies 16 bytes. Pairs of products fit 16 bits as no x is -128.
func dot16(w, x archsimd.Int8x16) archsimd.Int32x4 {
	s := w.MulWidenLo(x).Add(w.MulWidenHi(x))
	return s.ExtendLo4ToInt32().Add(s.ExtendHi4ToInt32())
}

func dot32(w unsafe.Pointer, x0, x1 archsimd.Int8x16) archsimd.Float32x4 {
	return dot16(int8s(w, 0), x0).Add(dot16(int8s(w, 16), x1)).ConvertToFloat32()
}

func sum4(a, b, c, d archsimd.Float32x4) [tileRows]float32 {
	return [tileRows]float32{sum(a), sum(b), sum(c), sum(d)}
}

func sum(x archsimd.Float32x4) float32 {
	return (x.GetElem(0) + x.GetElem(2)) + (x.GetElem(1) + x.GetElem(3))
}

// dotBlocks32 is refDotBlocks for groups of 32.
func dotBlocks32(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	var a, b, c, d archsimd.Float32x4
	q0 := w.q
	q1 := unsafe.Add(q0, w.row)
	q2 := unsafe.Add(q1, w.row)
	q3 := unsafe.Add(q2, w.row)
	s, step := unsafe.Pointer(w.scale), w.step
	px, ps := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(scale))
	for g := range len(x) / block {
		x0, x1 := int8s(px, 0), int8s(px, 16)
		d0 := float(ps, g)
		a = a.Add(dot32(q0, x0, x1).Mul(archsimd.BroadcastFloat32x4(float(s, g) * d0)))
		b = b.Add(dot32(q1, x0, x1).Mul(archsimd.BroadcastFloat32x4(float(s, g+tileGroups) * d0)))
		c = c.Add(dot32(q2, x0, x1).Mul(archsimd.BroadcastFloat32x4(float(s, g+2*tileGroups) * d0)))
		d = d.Add(dot32(q3, x0, x1).Mul(archsimd.BroadcastFloat32x4(float(s, g+3*tileGroups) * d0)))
		q0, q1, q2, q3, px = unsafe.Add(q0, step), unsafe.Add(q1, step), unsafe.Add(q2, step), unsafe.Add(q3, step), unsafe.Add(px, block)
	}
	return sum4(a, b, c, d)
}

// dotBlocks16 is refDotBlocks for groups of 16, in a tile.
func dotBlocks16(w *blocks, x []int8, scale []float32) [tileRows]float32 {
	var a, b, c, d archsimd.Float32x4
	q, s := w.q, unsafe.Pointer(w.scale)
	px, ps := unsafe.Pointer(unsafe.SliceData(x)), unsafe.Pointer(unsafe.SliceData(scale))
	for g := range len(x) / minGroup {
		x0, d0 := int8s(px, 0), float(ps, g/2)
		a = a.Add(dot16(int8s(q, 0), x0).ConvertToFloat32().Mul(archsimd.BroadcastFloat32x4(float(s, g) * d0)))
		b = b.Add(dot16(int8s(q, tileCols), x0).ConvertToFloat32().Mul(archsimd.BroadcastFloat32x4(float(s, g+tileGroups) * d0)))
		c = c.Add(dot16(int8s(q, 2*tileCols), x0).ConvertToFloat32().Mul(archsimd.BroadcastFloat32x4(float(s, g+2*tileGroups) * d0)))
		d = d.Add(dot16(int8s(q, 3*tileCols), x0).ConvertToFloat32().Mul(archsimd.BroadcastFloat32x4(float(s, g+3*tileGroups) * d0)))
		q, px = unsafe.Add(q, minGroup), unsafe.Add(px, minGroup)
	}
	return sum4(a, b, c, d)
}

func dotFloats(w []float32, stride, rows int, x []float32) [tileRows]float32 {
	if len(x) == 0 {
		return [tileRows]float32{}
	}
	_ = w[(rows-1)*stride+len(x)-1]
	var a, b, c, d archsimd.Float32x4
	// Rows that are not there stand in for the last.
	p0 := unsafe.Pointer(unsafe.SliceData(w))
	p1 := unsafe.Add(p0, 4*stride*min(1, rows-1))
	p2 := unsafe.Add(p0, 4*stride*min(2, rows-1))
	p3 := unsafe.Add(p0, 4*stride*min(3, rows-1))
	px := unsafe.Pointer(unsafe.SliceData(x))
	n := len(x) &^ 3
	for i := 0; i < n; i += 4 {
		v := float32s(px, i)
		a = a.Add(float32s(p0, i).Mul(v))
		b = b.Add(float32s(p1, i).Mul(v))
		c = c.Add(float32s(p2, i).Mul(v))
		d = d.Add(float32s(p3, i).Mul(v))
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
	for len(weights) >= 4 && n >= 4 {
		_ = rows[4*n-1]
		p := unsafe.Pointer(unsafe.SliceData(rows))
		out := unsafe.Pointer(unsafe.SliceData(dst))
		w0, w1 := archsimd.BroadcastFloat32x4(weights[0]), archsimd.BroadcastFloat32x4(weights[1])
		w2, w3 := archsimd.BroadcastFloat32x4(weights[2]), archsimd.BroadcastFloat32x4(weights[3])
		for i := 0; i < n&^3; i += 4 {
			sum := float32s(out, i).Add(float32s(p, i).Mul(w0)).Add(float32s(p, i+n).Mul(w1)).Add(float32s(p, i+2*n).Mul(w2)).Add(float32s(p, i+3*n).Mul(w3))
			sum.StoreArray((*[4]float32)(unsafe.Add(out, 4*i)))
		}
		for i := n &^ 3; i < n; i++ {
			dst[i] = dst[i] + rows[i]*weights[0] + rows[i+n]*weights[1] + rows[i+2*n]*weights[2] + rows[i+3*n]*weights[3]
		}
		rows, weights = rows[4*n:], weights[4:]
	}
	refAddRows(dst, rows, weights)
}

// lookup takes elements of a table.
func lookup(table, index archsimd.Int8x16) archsimd.Int8x16 { return table.LookupOrZero(index) }
