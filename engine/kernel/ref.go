package kernel

import (
	"math"
	"unsafe"
)

// refDotBlocks multiplies four rows of bytes in groups of 16 or 32 with bytes x
// in blocks of 32. Minimums are left out.
func refDotBlocks(w *blocks, group int, x []int8, scale []float32) (sum [tileRows]float32) {
	for r := range sum {
		for g := range len(x) / group {
			at := g * group
			q := unsafe.Slice((*int8)(unsafe.Add(w.q, r*w.row+at/block*w.step+at%block)), group)
			var dot int32
			for i, v := range q {
				dot += int32(v) * int32(x[at+i])
			}
			sum[r] += float32(dot) * (w.scale[r*tileGroups+g] * scale[at/block])
		}
	}
	return sum
}

// refDotFloats multiplies up to four rows, which begin stride apart, with x.
func refDotFloats(w []float32, stride, rows int, x []float32) (sum [tileRows]float32) {
	for r := range rows {
		for i, v := range x {
			sum[r] += w[r*stride+i] * v
		}
	}
	return sum
}

// refAddRows adds to dst every row of a matrix of floats times its weight. Row
// i begins at i*len(dst).
func refAddRows(dst, rows, weights []float32) {
	n := len(dst)
	for r, weight := range weights {
		for i := range dst {
			dst[i] += weight * rows[r*n+i]
		}
	}
}

func refToHalves(x []float32) {
	for i, v := range x {
		if v != v {
			v = float32(math.Inf(1))
		}
		x[i] = toHalf(v)
	}
}

func refToBF16s(x []float32) {
	for i, v := range x {
		b := math.Float32bits(v)
		x[i] = math.Float32frombits((b + 0x7fff + b>>16&1) &^ 0xffff)
	}
}
