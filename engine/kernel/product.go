package kernel

import "unsafe"

// Rows are up to 4 rows of numbers, to be multiplied with matrices of floats.
type Rows struct {
	rows [][]float32
	laid []float32 // in WebAssembly, of more than fewRows: each number 4 times, (columns, 4, 4)
}

// Set takes rows of numbers, as many of each as matrices will have rows, by
// reference.
func (r *Rows) Set(rows [][]float32) {
	r.rows = rows
	if len(rows) > fewRows {
		r.lay()
	}
}

// AddProduct adds to as many rows of dst the product with a matrix, whose rows
// begin stride floats apart:
//
//	dst[r][j] += sum over i of rows[r][i] * b[i*stride+j]
//
// Each sum goes in the order of i, whatever the number of rows: results do not
// depend on what else is multiplied.
func (r *Rows) AddProduct(dst [][]float32, b []float32, stride int) {
	k, n := len(r.rows[0]), len(dst[0])
	if k == 0 || n == 0 {
		return
	}
	_ = b[(k-1)*stride+n-1]
	eights := 0
	if vectors {
		eights = n / 8
	}
	if eights > 0 {
		if p := pointer(b); len(r.rows) <= fewRows {
			for i, row := range r.rows {
				addProduct1(pointer(dst[i]), pointer(row), p, 4*stride, k, eights)
			}
		} else {
			r.addProduct4(rowPointers(dst), p, 4*stride, k, eights)
		}
	}
	refAddProduct(dst, r.rows, b, stride, 8*eights)
}

// Fetch reads a matrix, at four places at once, so that it is in the cache for a
// few products. These go through it by columns, and would wait for each line.
//
//go:noinline
func Fetch(b []float32) (all uint64) {
	p, fourth := pointer(b), len(b)&^63
	for i := 0; i < fourth; i += 64 {
		at := func(place int) uint64 { return *(*uint64)(unsafe.Add(p, place*fourth+i)) }
		all |= at(0) | at(1) | at(2) | at(3)
	}
	return all
}

// rowPointers are 4: the last row stands in for those that lack. Vectors read
// all rows before they write any.
func rowPointers[T any](rows [][]T) (p [4]unsafe.Pointer) {
	for i := range p {
		p[i] = pointer(rows[min(i, len(rows)-1)])
	}
	return p
}

// refAddProduct is Rows.AddProduct of the columns of dst from one on.
func refAddProduct(dst, a [][]float32, b []float32, stride, from int) {
	for r, row := range a {
		for j := from; j < len(dst[r]); j++ {
			sum := dst[r][j]
			for i, v := range row {
				sum += v * b[i*stride+j]
			}
			dst[r][j] = sum
		}
	}
}
