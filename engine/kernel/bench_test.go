package kernel

import (
	"math/rand/v2"
	"testing"

	"github.com/ondol-rag/ondol/engine/quant"
)

func BenchmarkMul(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, t := range quant.All() {
		for _, n := range []int{1, 32} {
			b.Run(t.Name+map[int]string{1: "/decode", 32: "/prefill"}[n], func(b *testing.B) {
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
