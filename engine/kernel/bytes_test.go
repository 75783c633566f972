package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// interleave lays pairs of rows side by side: from (rows, columns).
func interleave(b []int8, columns int) []int8 {
	q := make([]int8, len(b))
	for at, v := range b {
		i, j := at/columns, at%columns
		q[(i/2*columns+j)*2+i%2] = v
	}
	return q
}

// TestWords holds products with bytes against double precision.
func TestWords(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for _, rows := range []int{2, 4, 6, 8, 30, 64, 256} {
		for _, columns := range []int{1, 7, 8, 9, 16, 24, 61, 64} {
			for n := 1; n <= 4; n++ {
				checkWords(t, r, rows, columns, n, func() int8 { return int8(r.IntN(255) - 127) }, r.NormFloat64)
			}
		}
	}
	checkWords(t, r, 64, 64, 4, func() int8 { return -128 }, func() float64 { return 3e4 })
	checkWords(t, r, 4096, 8, 2, func() int8 { return 127 }, func() float64 { return 1e-20 })
	checkWords(t, r, 64, 64, 3, func() int8 { return 127 }, func() float64 { return 0 })
}

func checkWords(t *testing.T, r *rand.Rand, rows, columns, n int, random func() int8, normal func() float64) {
	t.Helper()
	stride := columns + r.IntN(3)
	b := make([]int8, rows*stride)
	for i := range b {
		b[i] = random()
	}
	scales := func(n int) []uint16 {
		s := make([]uint16, n)
		for i := range s {
			s[i] = uint16(math.Float32bits(float32(math.Exp(r.NormFloat64()))) >> 16)
		}
		return s
	}
	rowScale, columnScale := scales(rows), scales(columns)
	a, first := make([][]float32, n), make([][]float32, n)
	for i := range a {
		a[i], first[i] = make([]float32, rows), normals(r, columns)
		for j := range a[i] {
			a[i][j] = float32(normal())
		}
	}
	q := interleave(b, stride)
	var w Words
	for _, byRows := range []bool{false, true} {
		dst := make([][]float32, n)
		for i := range dst {
			dst[i] = append([]float32(nil), first[i]...)
		}
		of, on := []uint16(nil), columnScale
		if byRows {
			of, on = rowScale, nil
		}
		w.Set(a, of)
		w.AddProduct(dst, q, stride, on)
		for i := range dst {
			var largest float64
			for k, v := range a[i] {
				if byRows {
					v *= widenScale(rowScale[k])
				}
				largest = max(largest, math.Abs(float64(v)))
			}
			for j := range columns {
				var sum, bound float64
				for k := range rows {
					v := float64(a[i][k])
					if byRows {
						v *= float64(widenScale(rowScale[k]))
					}
					sum += v * float64(b[k*stride+j])
					bound += math.Abs(float64(b[k*stride+j]))
				}
				// Each number is off by half a step at most; of 32767 steps, or fewer
				// where many are added.
				bound *= largest * 0.51 / math.Min(32767, math.MaxInt32/(128*float64((rows+7)&^7)))
				if !byRows {
					sum, bound = sum*float64(widenScale(columnScale[j])), bound*float64(widenScale(columnScale[j]))
				}
				bound += 1e-6 * (math.Abs(sum) + math.Abs(float64(first[i][j])))
				if got := float64(dst[i][j]) - float64(first[i][j]); math.Abs(got-sum) > bound {
					t.Fatalf("%d x %d, row %d of %d, column %d, by rows %v: %g, want %g within %g", rows, columns, i, n, j, byRows, got, sum, bound)
				}
			}
		}
		// Sums are the same to the last bit whatever stands beside a row.
		one := [][]float32{append([]float32(nil), first[n-1]...)}
		w.Set(a[n-1:], of)
		w.AddProduct(one, q, stride, on)
		for j, v := range one[0] {
			if v != dst[n-1][j] {
				t.Fatalf("%d x %d: %v alone, %v among %d", rows, columns, v, dst[n-1][j], n)
			}
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add(uint64(1), uint8(32), uint8(64), []byte{0x80, 0x7f, 0, 1})
	f.Fuzz(func(t *testing.T, seed uint64, pairs, columns uint8, pattern []byte) {
		r := rand.New(rand.NewPCG(seed, 3))
		at := 0
		checkWords(t, r, 2*(int(pairs)+1), int(columns)+1, 1+r.IntN(4), func() int8 {
			if len(pattern) == 0 {
				return int8(r.Uint32())
			}
			at++
			return int8(pattern[at%len(pattern)])
		}, r.NormFloat64)
	})
}

func TestRoundBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	q := make([]int8, 64)
	for _, size := range []float32{0, 1e-45, 1e-35, 1e-20, 1e-3, 1, 127, 1e10, 3e38} {
		for range 100 {
			x := normals(r, len(q))
			for i := range x {
				x[i] = max(-1, min(1, x[i]/3)) * size
			}
			scale := float64(widenScale(RoundBytes(q, x)))
			for i, v := range x {
				step := float64(size) / 127 * 1.01 // the scale is at most a 128th above the least that is enough
				if off := math.Abs(float64(v) - scale*float64(q[i])); off > step/2 && size > 1e-30 || q[i] == -128 {
					t.Fatalf("%g became %d * %g", v, q[i], scale)
				}
			}
		}
	}
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, v := range []float32{inf, -inf, nan} { // no number comes of it, and no panic
		x := normals(r, len(q))
		x[5] = v
		RoundBytes(q, x)
		var w Words
		w.Set([][]float32{x}, nil)
		w.AddProduct([][]float32{make([]float32, 8)}, make([]int8, 64*8), 8, nil)
	}
}
