package model

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
)

// goldenVector is a frozen embedding.
type goldenVector struct {
	Provenance string    `json:"provenance"`
	Model      string    `json:"model"`
	Tokens     []int32   `json:"tokens"`
	Vector     []float64 `json:"vector"`
}

// embedders are models whose embeddings are known. exact bounds how far the
// cosine may be from 1.
func embedders() (all []fixture) {
	made := func(name, q string, exact float64, edit func(*[]gguf.KeyValue, *[]gguf.Tensor), args ...string) {
		all = append(all, fixture{name: name, args: append([]string{"-arch", "bert", "-q", q, "-vocab", "ggml-vocab-bert-bge.gguf"}, args...), edit: edit, exact: exact})
	}
	for q, exact := range map[string]float64{"f32": 1e-6, "f16": 1e-4, "q8_0": 1e-3, "q4_k": 1e-3} {
		made("bert-"+q, q, exact, nil)
	}
	pool := func(p Pooling) func(*[]gguf.KeyValue, *[]gguf.Tensor) {
		return func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "bert.pooling_type", uint32(p)) }
	}
	made("bert-cls", "f32", 1e-6, pool(PoolCLS))
	made("bert-minilm", "q8_0", 1e-3, nil, "-preset", "minilm-l6")
	made("bert-one-type", "f32", 1e-6, func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) { // as XLM-RoBERTa has it
		set(kvs, "tokenizer.ggml.token_type_count", uint32(1))
		for i := range *ts {
			if tensor := &(*ts)[i]; tensor.Name == "token_types.weight" {
				tensor.Dims = []int{tensor.Dims[0]}
				tensor.Data = tensor.Data[:4*tensor.Dims[0]]
			}
		}
	})
	all = append(all, fixture{name: "qwen3-embedding", exact: 1e-3,
		args: []string{"-arch", "qwen3", "-q", "q8_0", "-vocab", "ggml-vocab-llama-spm.gguf"},
		edit: func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "qwen3.pooling_type", uint32(PoolLast)) }})
	return all
}

func TestEmbeddingParity(t *testing.T) {
	for _, f := range embedders() {
		t.Run(f.name, func(t *testing.T) {
			path := f.path(t)
			m := open(t, path, Options{Context: 128})
			if *verify {
				tokens := tokensFor(m)
				if !m.Causal {
					tokens[0], tokens[len(tokens)-1] = 101, 102 // CLS, SEP
				}
				vector, provenance := ask(t, "testdata/embed.mjs", path, tokens)
				g := goldenVector{provenance, f.describe(), tokens, nil}
				for _, v := range vector {
					g.Vector = append(g.Vector, math.Round(float64(v)*1e7)/1e7)
				}
				freezeGolden(t, f.name, g)
				var frozen goldenVector
				loadGolden(t, f.name, &frozen)
				if c := cosine(frozen.Vector, g.Vector); c < 1-1e-6 {
					t.Errorf("the golden and llama.cpp now have a cosine of %v", c)
				}
			}
			var g goldenVector
			loadGolden(t, f.name, &g)
			v, err := m.Embed(g.Tokens)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, len(v))
			for i := range v {
				got[i] = float64(v[i])
			}
			c := cosine(got, g.Vector)
			t.Logf("1 - cosine = %.2g", 1-c)
			if c < 1-f.exact {
				t.Errorf("a cosine of %v, less than 1 - %g", c, f.exact)
			}
			if math.Abs(norm(got)-1) > 1e-5 {
				t.Errorf("no unit vector: its norm is %v", norm(got))
			}
		})
	}
}

func norm(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s)
}

func cosine(x, y []float64) float64 {
	var s float64
	for i := range x {
		s += x[i] * y[i]
	}
	return s / norm(x) / norm(y)
}

// TestEmbedDecoder wants a decoder's vector to be its hidden states' mean or
// last, whatever the batches.
func TestEmbedDecoder(t *testing.T) {
	embed := func(p Pooling, tokens []int32) []float32 {
		m := mustLoad(t, small(t, "llama", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "llama.pooling_type", uint32(p)) }), Options{})
		v, err := m.Embed(tokens)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(v)
	}
	tokens := sequence(2*batchTokens+3, 50)
	if !slices.Equal(embed(PoolLast, tokens), embed(PoolNone, tokens)) {
		t.Error("without pooling a decoder does not take the last token")
	}
	if slices.Equal(embed(PoolLast, tokens), embed(PoolMean, tokens)) {
		t.Error("the mean is the last")
	}
	if !slices.Equal(embed(PoolCLS, tokens), embed(PoolLast, tokens[:1])) {
		t.Error("the first token sees others")
	}
}

func TestBadEmbed(t *testing.T) {
	m := mustLoad(t, small(t, "llama", nil), Options{Context: 8})
	for _, tokens := range [][]int32{nil, {-1}, {50}, make([]int32, 9)} {
		if _, err := m.Embed(tokens); !errors.Is(err, ErrTokens) {
			t.Errorf("%v: %v", tokens, err)
		}
	}
	m = mustLoad(t, small(t, "llama", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "llama.pooling_type", uint32(4)) }), Options{})
	if _, err := m.Embed([]int32{1}); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "pooling type 4") {
		t.Error(err)
	}
}
