package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// near says whether a sum of n products is as close to the oracle's as another
// order of additions allows. largest bounds the products.
func near(got, want float32, n int, largest float64) bool {
	return got == want || math.Abs(float64(got)-float64(want)) <= largest*float64(n)*0x1p-22
}

func randomTile(r *rand.Rand, extreme bool) *tile {
	t := new(tile)
	for i := range t.q {
		t.q[i] = int8(r.IntN(256) - 128)
		if extreme {
			t.q[i] = -128
		}
	}
	for i := range t.scale {
		t.scale[i] = float32(r.NormFloat64())
	}
	return t
}

func TestDotBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, extreme := range []bool{false, true} {
		for cols := block; cols <= tileCols; cols += block {
			w := randomTile(r, extreme)
			x, scale := make([]int8, cols), make([]float32, cols/block)
			for i := range x {
				x[i] = int8(r.IntN(255) - 127)
				if extreme {
					x[i] = int8(127 * (1 - 2*r.IntN(2)))
				}
			}
			for i := range scale {
				scale[i] = float32(r.NormFloat64())
			}
			for _, k := range []struct {
				group int
				fast  func(*blocks, []int8, []float32) [tileRows]float32
			}{{32, dotBlocks32}, {16, dotBlocks16}} {
				b := &blocks{q: unsafe.Pointer(&w.q), row: tileCols, step: block, scale: &w.scale}
				got, want := k.fast(b, x, scale), refDotBlocks(b, k.group, x, scale)
				for row := range want {
					if !near(got[row], want[row], cols, 128*127*16) {
						t.Fatalf("group %d, %d weights, row %d: %v, want %v", k.group, cols, row, got[row], want[row])
					}
				}
			}
		}
	}
}

func TestDotFloats(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		for rows := 1; rows <= tileRows; rows++ {
			w, x := normals(r, rows*(n+3)), normals(r, n)
			got, want := dotFloats(w, n+3, rows, x), refDotFloats(w, n+3, rows, x)
			for i := range rows {
				if !near(got[i], want[i], n, 16) {
					t.Fatalf("%d numbers, row %d of %d: %v, want %v", n, i, rows, got[i], want[i])
				}
			}
		}
	}
}

func TestAddRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for n := 1; n < 40; n++ {
		for rows := range 10 {
			got, w, weights := normals(r, n), normals(r, rows*n), normals(r, rows)
			want := append([]float32(nil), got...)
			AddRows(got, w, weights)
			refAddRows(want, w, weights)
			for i := range want {
				if !near(got[i], want[i], rows+1, 16) {
					t.Fatalf("%d rows of %d: %v, want %v", rows, n, got, want)
				}
			}
		}
	}
}

// TestQuantize wants no -128, whatever the activations: dots rely on that.
func TestQuantize(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	r := rand.New(rand.NewPCG(1, 9))
	for _, special := range []float32{0, 1, -1, 1e-45, -1e-45, 1e-38, 1e-30, 1e-8, 3e38, -3e38, inf, -inf, nan} {
		for _, span := range []int{32, 256} {
			x := make([]float32, 256)
			for i := range x {
				x[i] = special * float32(r.Float64())
			}
			x[7], x[40], x[99] = special, -special, special
			var b Batch
			b.Set(x, 1)
			b.quantize(span)
			for i, v := range b.q {
				if v == -128 {
					t.Fatalf("%v in blocks of %d became -128", x[i], span)
				}
				back := float64(v) * float64(b.scale[i/block])
				if s := math.Abs(float64(special)); s > 1e-4 && s < 6e6 && math.Abs(back-float64(x[i])) > s/127*0.6 {
					t.Fatalf("%v in blocks of %d became %v", x[i], span, back)
				}
			}
		}
	}
}

// TestQuantizeBlocks wants the bytes and scales of one block after the other.
func TestQuantizeBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 11))
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for round := range 500 {
		x := normals(r, 7*block)
		for i := range x {
			x[i] *= float32(math.Exp(float64(40*(i/block-3)) * float64(round%5) / 12))
		}
		for range round % 9 {
			x[r.IntN(len(x))] = []float32{0, 1e-45, -1e-38, 1e-30, 127 * 0x1p-25, 127 * 0x1.8p-24, 65504 * 127, 8.33e6, -3e38, inf, -inf, nan}[r.IntN(12)]
		}
		q, scale := make([]int8, len(x)), make([]float32, len(x)/block)
		if !quantizeBlocks(q, scale, x) {
			t.Skip("not here")
		}
		for g, got := range scale {
			var one [block]int8
			want := quantize32(one[:], x[g*block:][:block])
			if got != want || !slices.Equal(q[g*block:][:block], one[:]) {
				t.Fatalf("%v: %v %v, want %v %v", x[g*block:][:block], got, q[g*block:][:block], want, one)
			}
		}
	}
}

func TestSlice(t *testing.T) {
	m := testMatrix(t, rand.New(rand.NewPCG(1, 10)), quant.Q8_0, 24, 64)
	s := m.Slice(16, 19)
	whole, part := make([]float32, 64), make([]float32, 64)
	for i := range 3 {
		m.Row(whole, 16+i)
		s.Row(part, i)
		for j := range whole {
			if whole[j] != part[j] {
				t.Fatalf("row %d: %v, want %v", i, part, whole)
			}
		}
	}
	if s.Rows != 3 || (*Matrix)(nil).Slice(0, 1) != nil {
		t.Error(s.Rows)
	}
}

// TestUnpack holds the vector forms of block formats against the plain ones.
func TestUnpack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for _, typ := range quant.All() {
		for blocks := 1; blocks <= 5; blocks++ {
			src := make([]byte, blocks*typ.TypeSize)
			for i := range src {
				src[i] = byte(r.Uint32())
			}
			m, err := NewMatrix(typ, 1, blocks*typ.BlockSize)
			if err != nil {
				t.Fatal(err)
			}
			if typ.Floats != nil {
				got, want := make([]float32, m.Cols), make([]float32, m.Cols)
				m.floats(got, src)
				typ.Floats(want, src)
				for i := range want {
					if got[i] != want[i] && !math.IsNaN(float64(want[i])) && !math.IsInf(float64(want[i]), 0) {
						t.Errorf("%s weight %d of %d: %v, want %v", typ, i, len(want), got[i], want[i])
					}
				}
				continue
			}
			type parts struct {
				q          []int8
				scale, min []float32
			}
			newParts := func() parts {
				return parts{make([]int8, m.Cols), make([]float32, m.Cols/typ.Group), make([]float32, m.Cols/typ.Group)}
			}
			got, want := newParts(), newParts()
			m.unpack(got.q, got.scale, got.min, src)
			typ.Unpack(want.q, want.scale, want.min, src)
			same := func(a, b []float32) bool {
				for i := range a {
					if math.Float32bits(a[i]) != math.Float32bits(b[i]) && (a[i] == a[i] || b[i] == b[i]) {
						return false
					}
				}
				return true
			}
			for i := range want.q {
				if got.q[i] != want.q[i] {
					t.Fatalf("%s: %d blocks: weight %d is %d, want %d", typ, blocks, i, got.q[i], want.q[i])
				}
			}
			if !same(got.scale, want.scale) || !same(got.min, want.min) {
				t.Fatalf("%s: scales %v %v, want %v %v", typ, got.scale, got.min, want.scale, want.min)
			}
		}
	}
}

// TestMul holds products against dequantized weights in double precision.
func TestMul(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for _, typ := range quant.All() {
		for _, shape := range [][2]int{{1, 1}, {4, 2}, {7, 1}, {9, 5}, {5, 9}, {3, 33}, {6, 68}} {
			rows, cols := shape[0], shape[1]*typ.BlockSize
			if typ.BlockSize == 256 {
				cols = (shape[1] + 3) / 4 * 256
			}
			m := testMatrix(t, r, typ, rows, cols)
			for _, n := range []int{1, 3} {
				x := normals(r, n*cols)
				var batch Batch
				batch.Set(x, n)
				got := make([]float32, n*rows)
				m.Mul(got, &batch)
				w := make([]float32, cols)
				for row := range rows {
					m.Row(w, row)
					for i := range n {
						var want, bound float64
						for c, v := range w {
							want += float64(v) * float64(x[i*cols+c])
							bound += math.Abs(float64(v))
						}
						// The rounding of an activation is at most half of a 127th of the
						// largest, about 4 deviations; errors of many add up as their root.
						bound *= 0.02 / math.Sqrt(float64(cols)) * 3
						if err := math.Abs(float64(got[i*rows+row]) - want); err > bound+1e-6 {
							t.Errorf("%s %d x %d: row %d times %d: off by %g, more than %g", typ, rows, cols, row, i, err, bound)
						}
					}
				}
			}
		}
	}
}

// TestBatchesDoNotMatter wants the same bits for an activation alone and among
// others.
func TestBatchesDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	for _, typ := range quant.All() {
		const rows, cols, n = 6, 1280, 5
		m, x := testMatrix(t, r, typ, rows, cols), normals(r, n*cols)
		var batch Batch
		all, one := make([]float32, n*rows), make([]float32, rows)
		batch.Set(x, n)
		m.Mul(all, &batch)
		for i := range n {
			batch.Set(x[i*cols:][:cols], 1)
			m.Mul(one, &batch)
			for row, v := range one {
				if v != all[i*rows+row] {
					t.Errorf("%s: %v alone, %v among %d", typ, v, all[i*rows+row], n)
				}
			}
		}
	}
}

// Activations that came rounded, some columns at a time, are as good as those that
// a batch rounds.
func TestSetRounded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 12))
	for _, typ := range quant.All() {
		if typ.Floats != nil {
			continue
		}
		const rows, cols, cut, n = 24, 768, 256, 6
		m := testMatrix(t, r, typ, rows, cols)
		x := normals(r, n*cols)
		want, got := make([]float32, n*rows), make([]float32, n*rows)
		var b Batch
		b.Set(x, n)
		m.Mul(want, &b)
		q, scale := b.SetRounded(n, cols, typ.BlockSize)
		for i := range n {
			for _, c := range [][2]int{{0, cut}, {cut, cols}} {
				from, to := i*cols+c[0], i*cols+c[1]
				Round(q[from:to], scale[from/block:to/block], x[from:to], typ.BlockSize)
			}
		}
		m.Mul(got, &b)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", typ, got, want)
		}
	}
}

func TestMulDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 7))
	m, x := testMatrix(t, r, quant.Q8_0, 8, 64), normals(r, 64)
	dst, batch := make([]float32, 8), new(Batch)
	if n := testing.AllocsPerRun(10, func() { batch.Set(x, 1); m.Mul(dst, batch) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestRounding(t *testing.T) {
	var x []float32
	for _, v := range []float32{0, 1, 1 + 0x1p-11, 1 + 3*0x1p-11, 65504, 65519, 65520, 1e30, 0x1p-14, 0x1.fffp-15, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-40, 1e-45, float32(math.Inf(1))} {
		x = append(x, v, -v)
	}
	x = append(x, normals(rand.New(rand.NewPCG(1, 8)), 103)...)
	for name, k := range map[string]struct{ fast, plain func([]float32) }{"F16": {ToHalves, refToHalves}, "BF16": {toBF16s, refToBF16s}} {
		got, want := append([]float32(nil), x...), append([]float32(nil), x...)
		k.fast(got)
		k.plain(want)
		for i := range x {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Errorf("%s: %v becomes %v, want %v", name, x[i], got[i], want[i])
			}
		}
	}
}

func TestNewMatrix(t *testing.T) {
	for _, shape := range [][2]int{{0, 32}, {1, 0}, {1, 33}, {-1, 32}} {
		if _, err := NewMatrix(quant.Q8_0, shape[0], shape[1]); err == nil {
			t.Errorf("a matrix of %v", shape)
		}
	}
}

func normals(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// testMatrix is random: of random weights where the type can pack them, else of
// random bytes in its blocks, with tame scales.
func testMatrix(t testing.TB, r *rand.Rand, typ *quant.Type, rows, cols int) *Matrix {
	m, err := NewMatrix(typ, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	m.Alloc()
	m.Set(0, testRows(r, typ, rows, cols))
	return m
}

// testRows are rows of weights as files have them.
func testRows(r *rand.Rand, typ *quant.Type, rows, cols int) []byte {
	data := make([]byte, rows*typ.Bytes(cols))
	if typ.Quantize != nil {
		typ.Quantize(data, normals(r, rows*cols))
		return data
	}
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	for b := 0; b < len(data); b += typ.TypeSize {
		for _, at := range halvesIn(typ) {
			h := quant.ToHalf(float32(r.NormFloat64()) / 64)
			data[b+at], data[b+at+1] = byte(h), byte(h>>8)
		}
	}
	return data
}

func FuzzDotBlocks(f *testing.F) {
	f.Add(uint64(1), uint8(3), []byte{0x80, 0x7f, 0})
	f.Fuzz(func(t *testing.T, seed uint64, blocksOf32 uint8, pattern []byte) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := randomTile(r, false)
		n := (int(blocksOf32)%(tileCols/block) + 1) * block
		x, scale := make([]int8, n), make([]float32, n/block)
		for i := range x {
			x[i] = int8(r.IntN(255) - 127)
			if len(pattern) > 0 {
				x[i] = max(-127, int8(pattern[i%len(pattern)]))
				w.q[i] = int8(pattern[(i/2)%len(pattern)])
			}
		}
		for i := range scale {
			scale[i] = float32(r.NormFloat64())
		}
		b := &blocks{q: unsafe.Pointer(&w.q), row: tileCols, step: block, scale: &w.scale}
		for row, got := range dotBlocks32(b, x, scale) {
			if want := refDotBlocks(b, 32, x, scale)[row]; !near(got, want, n, 128*127*16) {
				t.Errorf("row %d: %v, want %v", row, got, want)
			}
		}
		for row, got := range dotBlocks16(b, x, scale) {
			if want := refDotBlocks(b, 16, x, scale)[row]; !near(got, want, n, 128*127*16) {
				t.Errorf("row %d: %v, want %v", row, got, want)
			}
		}
	})
}

// halvesIn returns where the blocks of a type have half precision numbers.
func halvesIn(t *quant.Type) []int {
	switch t.Name {
	case "Q2_K":
		return []int{80, 82}
	case "Q3_K":
		return []int{108}
	case "Q6_K":
		return []int{208}
	case "Q4_1", "Q5_1", "Q4_K", "Q5_K":
		return []int{0, 2}
	}
	return []int{0}
}
