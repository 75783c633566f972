//go:build goexperiment.simd

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// fewRows are multiplied faster one by one.
const fewRows = 1

// lay has nothing to do: vectors spread numbers as they are loaded.
func (r *Rows) lay() {}

// addProduct4 is AddProduct of more than fewRows, of b's columns in multiples of
// 8; stride is in bytes.
func (r *Rows) addProduct4(d [4]unsafe.Pointer, b unsafe.Pointer, stride, columns, eights int) {
	a := rowPointers(r.rows)
	d0, d1, d2, d3 := d[0], d[1], d[2], d[3]
	a0, a1, a2, a3 := a[0], a[1], a[2], a[3]
	if avx512 {
		product512(d0, d1, d2, d3, a0, a1, a2, a3, b, stride, columns, 8*eights)
		return
	}
	for ; eights > 1; eights -= 2 {
		v0, w0 := float32s(d0, 0), float32s(d0, 8)
		v1, w1 := float32s(d1, 0), float32s(d1, 8)
		v2, w2 := float32s(d2, 0), float32s(d2, 8)
		v3, w3 := float32s(d3, 0), float32s(d3, 8)
		row := b
		for i := range columns {
			x, y := float32s(row, 0), float32s(row, 8)
			s := archsimd.BroadcastFloat32x8(float(a0, i))
			v0, w0 = s.MulAdd(x, v0), s.MulAdd(y, w0)
			s = archsimd.BroadcastFloat32x8(float(a1, i))
			v1, w1 = s.MulAdd(x, v1), s.MulAdd(y, w1)
			s = archsimd.BroadcastFloat32x8(float(a2, i))
			v2, w2 = s.MulAdd(x, v2), s.MulAdd(y, w2)
			s = archsimd.BroadcastFloat32x8(float(a3, i))
			v3, w3 = s.MulAdd(x, v3), s.MulAdd(y, w3)
			row = unsafe.Add(row, stride)
		}
		d0, d1, d2, d3 = store16s(d0, v0, w0), store16s(d1, v1, w1), store16s(d2, v2, w2), store16s(d3, v3, w3)
		b = unsafe.Add(b, 64)
	}
	if eights > 0 {
		addProduct1(d0, a0, b, stride, columns, 1)
		if d1 != d0 {
			addProduct1(d1, a1, b, stride, columns, 1)
		}
		if d2 != d1 {
			addProduct1(d2, a2, b, stride, columns, 1)
		}
		if d3 != d2 {
			addProduct1(d3, a3, b, stride, columns, 1)
		}
	}
}

// store16s stores 16 floats, and returns what follows them.
func store16s(p unsafe.Pointer, v, w archsimd.Float32x8) unsafe.Pointer {
	v.StoreArray((*[8]float32)(p))
	w.StoreArray((*[8]float32)(unsafe.Add(p, 32)))
	return unsafe.Add(p, 64)
}

// addProduct1 is addProduct4 of one row.
func addProduct1(d, a, b unsafe.Pointer, stride, columns, eights int) {
	if avx512 {
		product512(d, d, d, d, a, a, a, a, b, stride, columns, 8*eights)
		return
	}
	for range eights {
		v, row := float32s(d, 0), b
		for i := range columns {
			v = archsimd.BroadcastFloat32x8(float(a, i)).MulAdd(float32s(row, 0), v)
			row = unsafe.Add(row, stride)
		}
		v.StoreArray((*[8]float32)(d))
		d, b = unsafe.Add(d, 32), unsafe.Add(b, 32)
	}
}
