package shard

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/model"
	"github.com/ondol-rag/ondol/engine/quant"
)

// uneven is a Llama of random weights, with as many heads as asked for.
func uneven(t *testing.T, heads, kvHeads int) []byte {
	t.Helper()
	const headDim, ffn, vocabulary = 32, 416, 150
	dim := heads * headDim
	kvs := []gguf.KeyValue{
		{Key: "general.architecture", Value: "llama"}, {Key: "llama.context_length", Value: uint32(256)},
		{Key: "llama.embedding_length", Value: uint32(dim)}, {Key: "llama.block_count", Value: uint32(1)},
		{Key: "llama.feed_forward_length", Value: uint32(ffn)}, {Key: "llama.attention.head_count", Value: uint32(heads)},
		{Key: "llama.attention.head_count_kv", Value: uint32(kvHeads)}, {Key: "llama.attention.layer_norm_rms_epsilon", Value: float32(1e-5)},
	}
	var tensors []gguf.Tensor
	r := rand.New(rand.NewPCG(1, 2))
	add := func(name string, typ *quant.Type, dims ...int) {
		w := make([]float32, dims[0]*max(1, dims[len(dims)-1]*(len(dims)-1)))
		for i := range w {
			w[i] = float32(r.NormFloat64()) / 8
		}
		data := make([]byte, typ.Bytes(len(w)))
		typ.Quantize(data, w)
		tensors = append(tensors, gguf.Tensor{Name: name, Dims: dims, Type: typ, Data: data})
	}
	add("token_embd.weight", quant.Q8_0, dim, vocabulary)
	add("output_norm.weight", quant.F32, dim)
	for _, name := range []string{"attn_norm", "ffn_norm"} {
		add("blk.0."+name+".weight", quant.F32, dim)
	}
	add("blk.0.attn_q.weight", quant.Q8_0, dim, dim)
	add("blk.0.attn_k.weight", quant.F16, dim, kvHeads*headDim)
	add("blk.0.attn_v.weight", quant.F32, dim, kvHeads*headDim)
	add("blk.0.attn_output.weight", quant.BF16, dim, dim)
	add("blk.0.ffn_gate.weight", quant.Q8_0, dim, ffn)
	add("blk.0.ffn_up.weight", quant.Q8_0, dim, ffn)
	add("blk.0.ffn_down.weight", quant.Q8_0, ffn, dim)
	var b bytes.Buffer
	if err := gguf.Write(&b, kvs, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func load(t *testing.T, b []byte, kv kvcache.Type, s *model.Shard) *model.Model {
	t.Helper()
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := model.Load(f, bytes.NewReader(b), model.Options{Context: 256, KV: kv, Shard: s})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// lead has n models compute together, and returns the first; the others follow.
func lead(t *testing.T, n int, join func(model.Shard) *model.Model) *model.Model {
	t.Helper()
	g := NewGroup(n)
	first := join(model.Shard{Index: 0, Count: n, Link: g.Member(0)})
	var others sync.WaitGroup
	for i := 1; i < n; i++ {
		m := join(model.Shard{Index: i, Count: n, Link: g.Member(i)})
		others.Go(func() {
			if err := m.Follow(); err != nil {
				t.Error(err)
				g.Close()
			}
		})
	}
	t.Cleanup(func() {
		if err := first.Close(); err != nil {
			t.Error(err)
		}
		others.Wait()
	})
	return first
}

// split loads a model in n shards and returns the first.
func split(t *testing.T, b []byte, kv kvcache.Type, n int) *model.Model {
	t.Helper()
	var largest int64
	return lead(t, n, func(s model.Shard) *model.Model {
		m := load(t, b, kv, &s)
		if s.Index == 0 {
			largest = m.Bytes() * 7 / 4
		}
		if m.Bytes() > largest {
			t.Errorf("shard %d holds %d bytes, more than %d", s.Index, m.Bytes(), largest)
		}
		return m
	})
}

// results are what a model makes of some tokens in every way there is.
func results(t *testing.T, m *model.Model) (all [][]float32) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	tokens := make([]int32, 90)
	for i := range tokens {
		tokens[i] = int32(r.IntN(m.Vocabulary))
	}
	keep := func(v []float32, err error) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(v))
	}
	keep(m.Embed(tokens[:70]))
	if !m.Causal {
		return all
	}
	c := m.NewCache(100)
	keep(m.Forward(c, tokens[:70], false)) // more than a batch
	keep(m.Forward(c, tokens[70:71], false))
	keep(m.Forward(c, tokens[71:75], true))
	c.Truncate(40)
	keep(nil, m.Read(c, tokens[75:80]))
	keep(m.Forward(c, tokens[80:90], false))
	if _, err := m.Forward(c, make([]int32, 100), false); err == nil {
		t.Error("more tokens than the cache takes")
	}
	keep(m.Forward(c, tokens[:1], false))
	// A page that was kept is as good as one that was computed.
	c.Truncate(0)
	keep(m.Forward(c, tokens[:70], false))
	page, err := m.Page(c, 0)
	if err != nil {
		t.Fatal(err)
	}
	c = m.NewCache(100)
	if err := m.LoadPage(c, tokens[:64], page); err != nil {
		t.Fatal(err)
	}
	keep(m.Forward(c, tokens[64:70], false))
	if !slices.Equal(all[len(all)-1], all[len(all)-2]) {
		t.Error("a page came back changed")
	}
	return all
}

// Shards compute what the whole model computes, to the last bit.
func TestShardsAreTheWhole(t *testing.T) {
	files := map[string]func(*testing.T) []byte{
		"9 heads over 3": func(t *testing.T) []byte { return uneven(t, 9, 3) },
		"5 heads over 1": func(t *testing.T) []byte { return uneven(t, 5, 1) },
		"7 heads over 7": func(t *testing.T) []byte { return uneven(t, 7, 7) },
	}
	for _, args := range [][]string{
		{"-arch", "qwen2", "-q", "q4_0", "-untied"}, {"-arch", "gemma3", "-q", "q8_0", "-swa", "32"},
		{"-arch", "phi3", "-q", "q4_k"}, {"-arch", "bert", "-q", "q8_0"},
	} {
		files[args[1]+" "+args[3]] = func(t *testing.T) []byte { return generate(t, args...) }
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			b := file(t)
			for _, kv := range []kvcache.Type{kvcache.F32, kvcache.Int8} {
				whole := load(t, b, kv, nil)
				want := results(t, whole)
				for _, n := range []int{2, 3, 5} {
					if n > whole.Heads {
						continue
					}
					for i, got := range results(t, split(t, b, kv, n)) {
						if !slices.Equal(got, want[i]) {
							t.Errorf("%d shards, cache of %s: result %d differs", n, kv, i)
						}
					}
				}
			}
		})
	}
}

// Adapters reach all shards: each adds its rows of them.
func TestAdaptersOverShards(t *testing.T) {
	b := uneven(t, 9, 3)
	r := rand.New(rand.NewPCG(5, 6))
	var tensors []gguf.Tensor
	add := func(name string, dims ...int) {
		w := make([]float32, dims[0]*dims[1])
		for i := range w {
			w[i] = float32(r.NormFloat64()) / 8
		}
		data := make([]byte, 4*len(w))
		quant.F32.Quantize(data, w)
		tensors = append(tensors, gguf.Tensor{Name: name, Dims: dims, Type: quant.F32, Data: data})
	}
	const rank, dim, ffn, vocabulary = 4, 288, 416, 150
	add("token_embd.weight.lora_a", rank, vocabulary)
	add("token_embd.weight.lora_b", rank, dim)
	add("blk.0.attn_k.weight.lora_a", dim, rank)
	add("blk.0.attn_k.weight.lora_b", rank, dim/3)
	add("blk.0.ffn_down.weight.lora_a", ffn, rank)
	add("blk.0.ffn_down.weight.lora_b", rank, dim)
	var a bytes.Buffer
	kvs := []gguf.KeyValue{{Key: "general.architecture", Value: "llama"}, {Key: "adapter.type", Value: "lora"}, {Key: "adapter.lora.alpha", Value: float32(8)}}
	if err := gguf.Write(&a, kvs, tensors); err != nil {
		t.Fatal(err)
	}
	adapted := func(m *model.Model) [][]float32 {
		f, err := gguf.Read(bytes.NewReader(a.Bytes()), int64(a.Len()))
		if err != nil {
			t.Fatal(err)
		}
		adapter, err := m.ReadAdapter(f, bytes.NewReader(a.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		m.SetAdapters(model.Scaled{Adapter: adapter, Scale: 0.5}, model.Scaled{Adapter: adapter, Scale: -0.2})
		with := results(t, m)
		m.SetAdapters()
		return append(with, results(t, m)...)
	}
	want := adapted(load(t, b, kvcache.F32, nil))
	if slices.Equal(want[0], want[len(want)/2]) {
		t.Error("the adapter changes nothing")
	}
	for i, got := range adapted(split(t, b, kvcache.F32, 2)) {
		if !slices.Equal(got, want[i]) {
			t.Errorf("result %d differs", i)
		}
	}
}

// copies loads an encoder n times and returns the first.
func copies(t *testing.T, b []byte, n int) *model.Model {
	t.Helper()
	return lead(t, n, func(s model.Shard) *model.Model {
		m := load(t, b, kvcache.F32, nil)
		if err := m.Share(s); err != nil {
			t.Fatal(err)
		}
		return m
	})
}

// Copies embed what one embeds, to the last bit, however many texts there are for
// each.
func TestCopiesShareTexts(t *testing.T) {
	b := generate(t, "-arch", "bert", "-q", "q8_0")
	whole := load(t, b, kvcache.F32, nil)
	r := rand.New(rand.NewPCG(7, 8))
	var texts [][]int32
	var want [][]float32
	for _, n := range []int{3, 80, 1, 40, 41, 7, 100} {
		tokens := make([]int32, n)
		for i := range tokens {
			tokens[i] = int32(r.IntN(whole.Vocabulary))
		}
		v, err := whole.Embed(tokens)
		if err != nil {
			t.Fatal(err)
		}
		texts, want = append(texts, tokens), append(want, slices.Clone(v))
	}
	for _, n := range []int{1, 2, 3} {
		m := copies(t, b, n)
		for _, some := range []int{len(texts), 2, 1, 0, len(texts)} {
			got, err := m.EmbedAll(texts[:some])
			if err != nil || len(got) != some {
				t.Fatalf("%d vectors of %d texts, error %v", len(got), some, err)
			}
			for i := range got {
				if !slices.Equal(got[i], want[i]) {
					t.Errorf("%d copies, %d texts: vector %d differs", n, some, i)
				}
			}
		}
		if _, err := m.EmbedAll([][]int32{texts[0], {-1}}); !errors.Is(err, model.ErrTokens) {
			t.Errorf("a token below 0: %v", err)
		}
		// Between the texts that are shared out the first does what it likes.
		if got, err := m.States(texts[1], nil); err != nil || len(got) != len(texts[1])*m.Dim {
			t.Errorf("%d states, error %v", len(got), err)
		}
	}
}

// A lost copy is an error, and no hang.
func TestLostCopy(t *testing.T) {
	m, g := load(t, generate(t, "-arch", "bert", "-q", "q8_0"), kvcache.F32, nil), NewGroup(2)
	if err := m.Share(model.Shard{Index: 0, Count: 2, Link: g.Member(0)}); err != nil {
		t.Fatal(err)
	}
	go g.Close()
	if _, err := m.EmbedAll([][]int32{{1, 2}, {3}}); !errors.Is(err, ErrClosed) {
		t.Errorf("half of the texts were embedded: %v", err)
	}
}

// Of what continues text there are shards alone.
func TestNoCopies(t *testing.T) {
	m := load(t, uneven(t, 4, 2), kvcache.F32, nil)
	if err := m.Share(model.Shard{Index: 0, Count: 2}); !errors.Is(err, model.ErrUnsupported) {
		t.Error(err)
	}
}

func TestTooManyShards(t *testing.T) {
	b := uneven(t, 5, 1)
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []model.Shard{{Index: 0, Count: 6}, {Index: 2, Count: 2}, {Index: 0, Count: 0}} {
		if _, err := model.Load(f, bytes.NewReader(b), model.Options{Shard: &s}); err == nil {
			t.Errorf("shard %d of %d loaded", s.Index, s.Count)
		}
	}
}

// A lost shard is an error, and no hang.
func TestLostShard(t *testing.T) {
	b := uneven(t, 4, 2)
	g := NewGroup(2)
	first := load(t, b, kvcache.F32, &model.Shard{Index: 0, Count: 2, Link: g.Member(0)})
	load(t, b, kvcache.F32, &model.Shard{Index: 1, Count: 2, Link: g.Member(1)})
	go g.Close()
	c := first.NewCache(0)
	if _, err := first.Forward(c, []int32{1, 2}, false); err == nil {
		t.Error("half a model computed")
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
}

// generate makes a model of random weights.
func generate(t *testing.T, args ...string) []byte {
	t.Helper()
	const tool, vocab = "../../../shared/bench/mkgguf", "../../../shared/models/vocab"
	if _, err := os.Stat(tool); err != nil || runtime.GOARCH == "wasm" {
		t.Skip("no ../shared beside the repository, or no processes here")
	}
	kind := map[string]string{"phi3": "phi-3", "bert": "bert-bge"}[args[1]]
	if kind == "" {
		kind = "gpt-2"
	}
	dir, err := filepath.Abs(vocab)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "model.gguf")
	c := exec.Command("go", append([]string{"run", ".", "-vocab", fmt.Sprintf("%s/ggml-vocab-%s.gguf", dir, kind), "-o", out}, args...)...)
	c.Dir = tool
	if said, err := c.CombinedOutput(); err != nil {
		t.Fatalf("mkgguf: %v: %s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
