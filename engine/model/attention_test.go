package model

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ondol-rag/ondol/engine/kvcache"
)

// TestAttend holds attention over caches of both types, in batches and alone,
// with windows and without, against plain sums in double precision.
func TestAttend(t *testing.T) {
	const kvHeads, group, dim, position, n = 2, 3, 12, 150, 7
	r := rand.New(rand.NewPCG(5, 1))
	normals := func(n int) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	for _, typ := range []kvcache.Type{kvcache.F32, kvcache.Int8} {
		c := kvcache.New(kvcache.Shape{Type: typ, Layers: 2, Heads: kvHeads, Dim: dim}, 1000)
		if err := c.Reserve(position + n); err != nil {
			t.Fatal(err)
		}
		keys, values := [kvHeads][][]float32{}, [kvHeads][][]float32{}
		for p := range position + n {
			for h := range kvHeads {
				keys[h], values[h] = append(keys[h], normals(dim)), append(values[h], normals(dim))
				c.Set(1, h, p, keys[h][p], values[h][p])
			}
		}
		d := &decoder{}
		d.Count = 1
		d.Heads, d.KVHeads, d.HeadDim = kvHeads*group, kvHeads, dim
		d.ownHeads, d.ownKVHeads = span{0, kvHeads * group, kvHeads * group}, span{0, kvHeads, kvHeads}
		d.q, d.attended = normals(n*d.Heads*dim), make([]float32, n*d.Heads*dim)
		// A byte is off by a 254th of the largest number of 12, about 2; a score by
		// what 12 of them add up to, times the query.
		bound := map[kvcache.Type]float64{kvcache.F32: 1e-5, kvcache.Int8: 0.05}[typ]
		for _, window := range []int{0, 1, 5, 64, 70} {
			d.attend(c, d.queries(n, &d.Config), 1, position, window)
			worst := 0.0
			for i := range n * d.Heads {
				at, head := i/d.Heads, i%d.Heads
				to, from := position+at+1, 0
				if window > 0 {
					from = max(0, to-window)
				}
				var sum float64
				want := make([]float64, dim)
				for p := from; p < to; p++ {
					var score float64
					for j, k := range keys[head/group][p] {
						score += float64(d.q[i*dim+j]) * float64(k)
					}
					e := math.Exp(score)
					sum += e
					for j, v := range values[head/group][p] {
						want[j] += e * float64(v)
					}
				}
				for j, w := range want {
					worst = max(worst, math.Abs(float64(d.attended[i*dim+j])-w/sum))
				}
			}
			if worst > bound {
				t.Errorf("%s, window %d: off by %.2g", typ, window, worst)
			}
			if typ == kvcache.Int8 && worst == 0 {
				t.Errorf("window %d: bytes round nothing", window)
			}
		}
	}
}

// TestBytesAreNear bounds what a cache of bytes moves the next token's
// probabilities by: the divergence of a position. Networks of random weights
// magnify every rounding, those of K-formats most.
func TestBytesAreNear(t *testing.T) {
	bounds := map[string]float64{
		"stories260K.f32": 1e-2, "ts656k.f32": 1e-2, "ts656k.Q8_0": 1e-2,
		"llama-f32": 1e-2, "qwen3-f32": 1e-2, "gemma3-f32": 1e-3, "llama-q4_k": 0.1,
	}
	for _, f := range fixtures() {
		bound, ok := bounds[f.name]
		if !ok {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			path, o := f.path(t), f.options()
			m := open(t, path, o)
			o.KV = kvcache.Int8
			tokens := tokensFor(m)
			want, got := probabilities(t, m, tokens), probabilities(t, open(t, path, o), tokens)
			var worst, mean, divergence float64
			for i := range want {
				d := kl(want[i], got[i])
				mean, divergence = mean+d/float64(len(want)), max(divergence, d)
				for id, p := range want[i] {
					worst = max(worst, math.Abs(got[i][id]-p))
				}
			}
			t.Logf("largest difference %.2g, divergence %.2g, mean %.2g", worst, divergence, mean)
			if divergence > bound {
				t.Errorf("a divergence of %.2g, more than %.2g", divergence, bound)
			}
		})
	}
}
