package model

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

// goldenScore is a frozen score of a reranker, as a probability.
type goldenScore struct {
	Provenance string  `json:"provenance"`
	Model      string  `json:"model"`
	Tokens     []int32 `json:"tokens"` // as they were joined
	Score      float64 `json:"score"`
}

// rerankers are encoders with a head of random weights.
func rerankers() (all []fixture) {
	for name, dense := range map[string]bool{"bert-rank": true, "bert-rank-linear": false} {
		all = append(all, fixture{name: name, exact: 1e-4,
			args: []string{"-arch", "bert", "-q", "f32", "-vocab", "ggml-vocab-bert-bge.gguf"},
			edit: func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
				set(kvs, "bert.pooling_type", uint32(PoolRank))
				r := rand.New(rand.NewPCG(1, 2))
				add := func(name string, dims ...int) {
					w := make([]float32, dims[0]*slices.Max(dims[1:]))
					for i := range w {
						w[i] = float32(r.NormFloat64() / 16)
					}
					data := make([]byte, 4*len(w))
					quant.F32.Quantize(data, w)
					*ts = append(*ts, gguf.Tensor{Name: name, Dims: dims, Type: quant.F32, Data: data})
				}
				if dense {
					add("cls.weight", 256, 256)
					add("cls.bias", 256, 1)
				}
				add("cls.output.weight", 256, 1)
				add("cls.output.bias", 1, 1)
			}})
	}
	return all
}

func TestRankParity(t *testing.T) {
	for _, f := range rerankers() {
		t.Run(f.name, func(t *testing.T) {
			path := f.path(t)
			m := open(t, path, Options{Context: 128})
			if *verify {
				said, provenance := ask(t, "testdata/rank.mjs", path, tokensFor(m))
				live := goldenScore{Provenance: provenance, Model: f.describe(), Score: float64(said[0])}
				for _, id := range said[1:] {
					live.Tokens = append(live.Tokens, int32(id))
				}
				freezeGolden(t, f.name, live)
				var frozen goldenScore
				loadGolden(t, f.name, &frozen)
				if math.Abs(frozen.Score-live.Score) > 1e-5 || !slices.Equal(frozen.Tokens, live.Tokens) {
					t.Errorf("the golden has %v, llama.cpp now %v", frozen, live)
				}
			}
			var g goldenScore
			loadGolden(t, f.name, &g)
			score, err := m.Rank(g.Tokens)
			if err != nil {
				t.Fatal(err)
			}
			if p := 1 / (1 + math.Exp(-score)); math.Abs(p-g.Score) > f.exact {
				t.Errorf("a score of %v, want %v", p, g.Score)
			}
			if _, err := m.Embed(g.Tokens); !errors.Is(err, ErrUnsupported) {
				t.Error(err)
			}
		})
	}
}

func TestBadRank(t *testing.T) {
	m := mustLoad(t, small(t, "llama", nil), Options{})
	if _, err := m.Rank([]int32{1}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}
