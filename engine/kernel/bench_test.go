package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

func BenchmarkMul(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, t := range quant.All() {
		for _, n := range []int{1, 4, 32} {
			b.Run(t.Name+map[int]string{1: "/decode", 4: "/draft", 32: "/prefill"}[n], func(b *testing.B) {
				const rows, cols = 1536, 768
				m := testMatrix(b, r, t, rows, cols)
				x := normals(r, n*cols)
				var batch Batch
				dst := make([]float32, n*rows)
				for b.Loop() {
					batch.Set(x, n)
					m.Mul(dst, &batch)
				}
				b.ReportMetric(float64(rows*cols*n)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
			})
		}
	}
}

// BenchmarkParts times what lies between the matrices, by thousands of numbers.
func BenchmarkParts(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 3))
	const n = 1024
	x, y, page := normals(r, n), normals(r, n), normals(r, 64*64)
	rows := func(x []float32) [][]float32 { return [][]float32{x[:64], x[64:128], x[128:192], x[192:256]} }
	w, z := rows(x), rows(y)
	var batch Batch
	var words Words
	var floats Rows
	bytes, scale := make([]int8, 64*64), make([]uint16, 64)
	for name, f := range map[string]func(){
		"Softmax":    func() { Softmax(x) },
		"expSum":     func() { expSum(x, 0) },
		"Largest":    func() { Largest(x) },
		"Scale":      func() { Scale(x, 1) },
		"ToHalves":   func() { ToHalves(x) },
		"SwiGLU":     func() { copy(x, y); SwiGLU(x, y) },
		"GELU":       func() { copy(x, y); GELU(x) },
		"RMSNorm":    func() { RMSNorm(x, y, y, 1e-5) },
		"Add":        func() { Add(x, y) },
		"quantize":   func() { batch.Set(y, 1); batch.quantize(block) },
		"quantize8":  func() { batch.Set(y, 8); batch.quantize(block) },
		"quantizeK":  func() { batch.Set(y, 1); batch.quantize(256) },
		"AddProduct": func() { floats.Set(z); floats.AddProduct(w, page, 64) },
		"RowsSet":    func() { floats.Set(z) },
		"Words":      func() { words.Set(z, scale); words.AddProduct(w, bytes, 64, scale) },
		"WordsSet":   func() { words.Set(z, scale) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}

// BenchmarkSet packs rows as they are read.
func BenchmarkSet(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 4))
	for t := range packings {
		b.Run(t.Name, func(b *testing.B) {
			const panels = 64 / panelRows
			src := testRows(r, t, 64, 1024)
			b.SetBytes(int64(len(src)))
			p := newPacker(t, panelRows)
			panel := make([]byte, len(src)/panels)
			for b.Loop() {
				for i := range panels {
					p.pack(panel, src[i*len(panel):][:len(panel)], 1024/t.BlockSize)
				}
			}
		})
	}
}
