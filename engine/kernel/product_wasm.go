//go:build goexperiment.simd

package kernel

import "unsafe"

// fewRows are multiplied faster one by one.
const fewRows = 2

// addProduct4 is addProduct of 4 rows, of b's columns in multiples of 8;
// stride is in bytes.
//
//go:noescape
func addProduct4(d0, d1, d2, d3, a0, a1, a2, a3, b unsafe.Pointer, stride, columns, eights int)

// addProduct1 is addProduct4 of one row.
//
//go:noescape
func addProduct1(d, a, b unsafe.Pointer, stride, columns, eights int)
