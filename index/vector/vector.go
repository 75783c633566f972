// Package vector ranks passages by the dot product of unit vectors.
//
// A vector is kept as one int8 a dimension and a scale. A question keeps 13 bits
// a dimension, so that only the passage's rounding counts, and all arithmetic
// over a row is in integers: every host finds the same scores.
package vector

import (
	"math"
	"math/bits"
)

// lane is what a row is padded to, in bytes.
const lane = 16

// MaxDim is the longest vector: sums of |int8| times maxQuery fit 32 bits.
const MaxDim = 4096

// maxQuery bounds the components of a quantized question.
const maxQuery = 4095

// stride is the length of a row of dim dimensions, in bytes.
func stride(dim int) int { return (dim + lane - 1) &^ (lane - 1) }

// quantize writes v as int8s times the scale that it returns.
func quantize(dst []int8, v []float32) (scale float32) {
	var largest float32
	for _, x := range v {
		largest = max(largest, x, -x)
	}
	if largest == 0 {
		return 0
	}
	inverse := 127 / float64(largest)
	for i, x := range v {
		dst[i] = int8(math.RoundToEven(float64(x) * inverse))
	}
	return largest / 127
}

// Query is the vector of a question.
type Query struct {
	dim   int
	x     []int16 // padded as rows are
	scale float32
	code  []uint64
}

// NewQuery prepares the vector of a question.
func NewQuery(v []float32) *Query {
	q := &Query{dim: len(v), x: make([]int16, stride(len(v))), code: make([]uint64, words(len(v)))}
	var largest float32
	for _, x := range v {
		largest = max(largest, x, -x)
	}
	if largest == 0 {
		return q
	}
	q.scale = largest / maxQuery
	for i, x := range v {
		q.x[i] = int16(math.RoundToEven(float64(x) / float64(largest) * maxQuery))
		if x > 0 {
			q.code[i/64] |= 1 << (i % 64)
		}
	}
	return q
}

// words is the length of a binary code of dim signs.
func words(dim int) int { return (dim + 63) / 64 }

// encode writes the signs of a row.
func encode(code []uint64, row []int8) {
	clear(code)
	for i, x := range row {
		if x > 0 {
			code[i/64] |= 1 << (i % 64)
		}
	}
}

// distance is the number of signs that differ.
func distance(a, b []uint64) (n int) {
	for i, x := range a {
		n += bits.OnesCount64(x ^ b[i])
	}
	return n
}

// refDots is the slow reference of dots.
func refDots(dst []int32, rows []int8, x []int16) {
	for i := range dst {
		row := rows[i*len(x):][:len(x)]
		var sum int32
		for j, w := range row {
			sum += int32(w) * int32(x[j])
		}
		dst[i] = sum
	}
}
