//go:build goexperiment.simd

package kernel

import "unsafe"

// fewRows are multiplied faster one by one.
const fewRows = 2

func (r *Rows) lay() {
	p, n := rowPointers(r.rows), len(r.rows[0])
	r.laid = grow(r.laid, 16*n)
	layRows(pointer(r.laid), p[0], p[1], p[2], p[3], n)
}

// addProduct4 is AddProduct of more than fewRows, of b's columns in multiples of
// 8; stride is in bytes.
func (r *Rows) addProduct4(d [4]unsafe.Pointer, b unsafe.Pointer, stride, columns, eights int) {
	addLaid(d[0], d[1], d[2], d[3], pointer(r.laid), b, stride, columns, eights)
}

// layRows writes each of the 32-bit numbers of 4 rows 4 times: (columns, 4, 4).
//
//go:noescape
func layRows(laid, a0, a1, a2, a3 unsafe.Pointer, columns int)

// addLaid is addProduct4 of rows that are laid.
//
//go:noescape
func addLaid(d0, d1, d2, d3, laid, b unsafe.Pointer, stride, columns, eights int)

// addProduct1 is addProduct4 of one row.
//
//go:noescape
func addProduct1(d, a, b unsafe.Pointer, stride, columns, eights int)
