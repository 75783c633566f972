package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

// TestPack takes apart what was packed, with panels of every size there is.
func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for typ := range packings {
		for _, size := range []int{4, 16} {
			for rows := 1; rows <= size; rows += 3 {
				checkPack(t, typ, testRows(r, typ, rows, 3*typ.BlockSize), rows, size)
			}
		}
	}
}

func checkPack(t *testing.T, typ *quant.Type, src []byte, rows, size int) {
	t.Helper()
	blocks := len(src) / rows / typ.TypeSize
	panel := make([]byte, size*blocks*typ.TypeSize)
	newPacker(typ, size).pack(panel, src, blocks)
	want, got := make([]float32, blocks*typ.BlockSize), make([]float32, typ.BlockSize)
	for row := range rows {
		typ.Dequantize(want, src[row*blocks*typ.TypeSize:][:blocks*typ.TypeSize])
		for i := range blocks {
			var b panelBlock
			unpackRow(typ, &b, panel[i*size*typ.TypeSize:], row, size)
			b.floats(typ, got)
			for j, v := range got {
				if v != want[i*typ.BlockSize+j] {
					t.Fatalf("%s: %d rows of %d: weight %d of row %d is %v, want %v", typ, rows, size, i*typ.BlockSize+j, row, v, want[i*typ.BlockSize+j])
				}
			}
		}
	}
}

// TestPanels holds products against the plain arithmetic, to the last bit.
func TestPanels(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for typ := range packings {
		if panelsOf(typ) == nil {
			continue
		}
		for _, shape := range [][3]int{{1, 1, 1}, {4, 1, 1}, {7, 3, 2}, {16, 2, 8}, {18, 5, 9}, {33, 1, 17}, {64, 9, 16}, {20, 37, 24}, {24, 3, 4}, {21, 37, 7}, {7, 2, 5}} {
			rows, cols, n := shape[0], shape[1]*typ.BlockSize, shape[2]
			checkPanels(t, typ, testRows(r, typ, rows, cols), normals(r, n*cols), rows, n)
		}
	}
}

func checkPanels(t *testing.T, typ *quant.Type, src []byte, x []float32, rows, n int) {
	t.Helper()
	cols := len(x) / n
	m, err := NewMatrix(typ, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	m.Alloc()
	m.Set(0, src)
	var batch Batch
	batch.Set(x, n)
	got := make([]float32, n*rows)
	m.Mul(got, &batch)
	size := typ.Bytes(cols) * panelRows
	for i := range n {
		for row := range rows {
			want := refMulPanel(typ, m.Data[row/panelRows*size:][:size], row%panelRows, panelRows, batch.q[i*cols:][:cols], batch.scale[i*cols/block:])
			if v := got[i*rows+row]; v != want && v == v {
				t.Errorf("%s %d x %d: row %d times %d of %d: %v, want %v", typ, rows, cols, row, i, n, v, want)
			}
		}
	}
}

// FuzzPanels looks for weights and activations that overflow, and for weights
// that get lost.
func FuzzPanels(f *testing.F) {
	f.Add(uint64(1), uint8(5), uint8(3), uint8(9), []byte{0xff, 0x7f, 0x80, 0})
	f.Add(uint64(2), uint8(16), uint8(2), uint8(1), []byte{0xff})
	f.Fuzz(func(t *testing.T, seed uint64, rows, blocks, n uint8, pattern []byte) {
		r := rand.New(rand.NewPCG(seed, 2))
		for typ := range packings {
			rows, cols, n := int(rows)%20+1, (int(blocks)%6+1)*typ.BlockSize, int(n)%18+1
			src := testRows(r, typ, rows, cols)
			x := normals(r, n*cols)
			for i := range src {
				if at := i % typ.TypeSize; len(pattern) > 0 && !slices.Contains(halvesIn(typ), at) && !slices.Contains(halvesIn(typ), at-1) {
					src[i] = pattern[i%len(pattern)]
				}
			}
			for i := range x {
				if len(pattern) > 0 && seed%2 == 0 {
					x[i] = float32(int8(pattern[i%len(pattern)]))
				}
			}
			size := typ.Bytes(cols)
			checkPack(t, typ, src[:min(rows, panelRows)*size], min(rows, panelRows), panelRows)
			if panelsOf(typ) != nil {
				checkPanels(t, typ, src, x, rows, n)
			}
		}
	})
}
