//go:build goexperiment.simd

package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// without runs a test as older processors do.
func without(t *testing.T, features ...*bool) {
	for _, f := range features {
		if !*f {
			t.Skip("the other tests do")
		}
		*f = false
		defer func() { *f = true }()
	}
	for name, test := range map[string]func(*testing.T){
		"Mul": TestMul, "Batches": TestBatchesDoNotMatter, "Slice": TestSlice, "Quantize": TestQuantize, "Rounding": TestRounding,
		"Vectors": TestVectors, "AddProduct": TestAddProduct, "Norms": TestNorms, "Activations": TestActivations, "Softmax": TestSoftmax,
		"Panels": TestPanels, "DoesNotAllocate": TestMulDoesNotAllocate, "Words": TestWords, "RoundBytes": TestRoundBytes,
	} {
		t.Run(name, test)
	}
}

func TestWithoutVNNI(t *testing.T) { without(t, &vnni) }

func TestWithoutAVX512(t *testing.T) { without(t, &vnni, &avx512) }

func TestWithoutVectors(t *testing.T) { without(t, &vnni, &avx512, &vectors) }

// TestQuantize512 wants the same bytes and scales with narrower vectors, and sums
// that are right.
func TestQuantize512(t *testing.T) {
	if !avx512 {
		t.Skip("no AVX-512")
	}
	defer func() { avx512 = true }()
	r := rand.New(rand.NewPCG(4, 1))
	inf := float32(math.Inf(1))
	for round := range 200 {
		x := normals(r, 512)
		for range round % 9 {
			x[r.IntN(len(x))] = []float32{0, 1e-45, -1e-38, 1e-30, 6e4, 1e8, -3e38, inf, -inf}[r.IntN(9)]
		}
		if round == 0 {
			clear(x)
		}
		for _, span := range []int{32, 256} {
			var got, want Batch
			avx512 = true
			got.Set(x, 1)
			got.quantize(span)
			sums := make([]int32, len(x)/16)
			sumSixteens(pointer(sums), pointer(got.q), len(sums))
			avx512 = false
			want.Set(x, 1)
			want.quantize(span)
			if !slices.Equal(got.q, want.q) || !slices.Equal(got.scale, want.scale) {
				t.Fatalf("%v: %v %v, want %v %v", x, got.q, got.scale, want.q, want.scale)
			}
			for i, v := range got.q {
				sums[i/16] -= int32(v)
			}
			if slices.ContainsFunc(sums, func(s int32) bool { return s != 0 }) {
				t.Fatalf("sums of %v are off by %v", got.q, sums)
			}
		}
	}
}

// FuzzPanels256 is FuzzPanels as older processors do it.
func FuzzPanels256(f *testing.F) {
	if !vnni {
		f.Skip("FuzzPanels does")
	}
	vnni = false
	f.Cleanup(func() { vnni = true })
	FuzzPanels(f)
}
