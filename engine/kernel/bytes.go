package kernel

import "math"

// RoundBytes rounds numbers to bytes that share a scale, which it returns: the
// number is scale * q. A scale is the upper half of a float (BF16), rounded up
// before it is used, so that it adds no error of its own.
func RoundBytes(q []int8, x []float32) (scale uint16) {
	fours := len(x) &^ 3
	largest, _ := extreme(x[:fours])
	rest, _ := refExtreme(x[fours:])
	largest = max(largest, rest)
	scale = uint16((math.Float32bits(largest/127) + 0xffff) >> 16)
	by := 1 / widenScale(scale)
	if largest < 0x1p-100 { // the inverse could be infinite
		scale, by = 0, 0
	}
	roundAll(q, x, by)
	return scale
}

func widenScale(s uint16) float32 { return math.Float32frombits(uint32(s) << 16) }

// Words are up to 4 rows of numbers, each rounded to 16 bits with a scale of its
// own, to be multiplied with matrices of bytes. Pairs of a matrix's rows lie side by
// side, (rows/2, columns, 2), so that a vector takes both at once.
type Words struct {
	n      int
	q      [4][]int16
	laid   []int16 // in WebAssembly each pair of words 4 times: (pairs, 4, 4, 2)
	scale  [4]float32
	floats []float32
	sums   [4][]int32
}

// Set takes rows of numbers, which will meet as many rows of a matrix: times
// their scales, if these are the rows' and not nil.
func (w *Words) Set(rows [][]float32, scale []uint16) {
	n := len(rows[0])
	w.n = len(rows)
	padded := (n + 7) &^ 7
	// Sums of products with bytes fit 32 bits.
	most := float32(min(math.MaxInt16, math.MaxInt32/(128*padded)))
	w.floats = grow(w.floats, padded)
	clear(w.floats[n:])
	for r, row := range rows {
		w.q[r] = grow(w.q[r], padded)
		largest := scaled(w.floats[:n], row, scale)
		if largest < 0x1p-100 {
			w.scale[r] = 0
			clear(w.q[r])
			continue
		}
		w.scale[r] = largest / most
		roundWords(w.q[r], w.floats, most/largest)
	}
	w.lay()
}

// AddProduct adds to the rows of dst the product with the first columns of a
// matrix, which have scales if these are not nil:
//
//	dst[r][j] += scale[j] * sum over i of w[r][i] * b[i][j]
//
// A row of the matrix has stride columns. The sums are whole numbers: they depend
// on nothing but what is multiplied.
func (w *Words) AddProduct(dst [][]float32, b []int8, stride int, scale []uint16) {
	columns, pairs := len(dst[0]), len(b)/(2*stride)
	for r := range w.n {
		w.sums[r] = grow(w.sums[r], columns)
	}
	eights := 0
	if vectors {
		eights = columns / 8
	}
	if eights > 0 && pairs > 0 {
		w.mulBytes(rowPointers(w.sums[:w.n]), pointer(b), 2*stride, pairs, eights)
	}
	for r := range w.n {
		refMulBytes(w.sums[r], w.q[r], b, stride, 8*eights)
		addSums(dst[r], w.sums[r], w.scale[r], scale)
	}
}

// refMulBytes multiplies a row of words with the columns of a matrix from one on.
func refMulBytes(sums []int32, q []int16, b []int8, stride, from int) {
	for j := from; j < len(sums); j++ {
		var sum int32
		for i := range len(b) / (2 * stride) {
			at := b[2*(i*stride+j):]
			sum += int32(q[2*i])*int32(at[0]) + int32(q[2*i+1])*int32(at[1])
		}
		sums[j] = sum
	}
}

// refAddSums adds sums times a scale, and times those of columns if they are not
// nil.
func refAddSums(dst []float32, sums []int32, by float32, scale []uint16) {
	for j, s := range sums {
		v := float32(s) * by
		if scale != nil {
			v *= widenScale(scale[j])
		}
		dst[j] += v
	}
}

// refScaled writes x, times scales if they are not nil, and returns the largest
// magnitude.
func refScaled(dst, x []float32, scale []uint16) (largest float32) {
	for i, v := range x {
		if scale != nil {
			v *= widenScale(scale[i])
		}
		dst[i] = v
		if v > largest {
			largest = v
		} else if -v > largest {
			largest = -v
		}
	}
	return largest
}

func refRoundWords(q []int16, x []float32, by float32) {
	for i, v := range x {
		q[i] = int16(int32(math.RoundToEven(float64(v * by))))
	}
}
