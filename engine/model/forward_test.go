package model

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/kvcache"
	"github.com/ondol-rag/ondol/engine/quant"
)

// small is a model of random weights that needs no file from elsewhere. edit
// may change its parts before they are written.
func small(t testing.TB, arch string, edit func(kvs *[]gguf.KeyValue, tensors *[]gguf.Tensor)) []byte {
	t.Helper()
	const dim, ffn, vocab, layers, heads, kvHeads, headDim = 64, 96, 50, 2, 4, 2, 16
	kvs := []gguf.KeyValue{{Key: "general.architecture", Value: arch}, {Key: "general.name", Value: "small"}}
	for key, value := range map[string]any{
		"context_length": uint32(512), "embedding_length": uint32(dim), "block_count": uint32(layers), "feed_forward_length": uint32(ffn),
		"attention.head_count": uint32(heads), "attention.head_count_kv": uint32(kvHeads), "attention.layer_norm_rms_epsilon": float32(1e-5),
	} {
		kvs = append(kvs, gguf.KeyValue{Key: arch + "." + key, Value: value})
	}
	slices.SortFunc(kvs, func(a, b gguf.KeyValue) int { return strings.Compare(a.Key, b.Key) })
	r := rand.New(rand.NewPCG(1, 2))
	var tensors []gguf.Tensor
	add := func(name string, typ *quant.Type, dims ...int) {
		n := 1
		for _, d := range dims {
			n *= d
		}
		w := make([]float32, n)
		for i := range w {
			w[i] = float32(r.NormFloat64()) / 4
			if len(dims) == 1 {
				w[i]++
			}
		}
		data := make([]byte, typ.Bytes(n))
		typ.Quantize(data, w)
		tensors = append(tensors, gguf.Tensor{Name: name, Dims: dims, Type: typ, Data: data})
	}
	add("token_embd.weight", quant.F32, dim, vocab)
	add("output_norm.weight", quant.F32, dim)
	for _, p := range []string{"blk.0.", "blk.1."} {
		add(p+"attn_norm.weight", quant.F32, dim)
		add(p+"attn_q.weight", quant.Q8_0, dim, heads*headDim)
		add(p+"attn_k.weight", quant.F16, dim, kvHeads*headDim)
		add(p+"attn_v.weight", quant.BF16, dim, kvHeads*headDim)
		add(p+"attn_output.weight", quant.Q8_0, heads*headDim, dim)
		add(p+"ffn_norm.weight", quant.F32, dim)
		add(p+"ffn_gate.weight", quant.Q8_0, dim, ffn)
		add(p+"ffn_up.weight", quant.Q8_0, dim, ffn)
		add(p+"ffn_down.weight", quant.F32, ffn, dim)
	}
	if edit != nil {
		edit(&kvs, &tensors)
	}
	var b bytes.Buffer
	if err := gguf.Write(&b, kvs, tensors); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(kvs *[]gguf.KeyValue, key string, value any) {
	for i := range *kvs {
		if (*kvs)[i].Key == key {
			(*kvs)[i].Value = value
			return
		}
	}
	*kvs = append(*kvs, gguf.KeyValue{Key: key, Value: value})
}

func decode(b []byte, o Options) (*Model, error) {
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return Load(f, bytes.NewReader(b), o)
}

func mustLoad(t testing.TB, b []byte, o Options) *Model {
	t.Helper()
	m, err := decode(b, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func sequence(n, vocabulary int) []int32 {
	r := rand.New(rand.NewPCG(3, 4))
	tokens := make([]int32, n)
	for i := range tokens {
		tokens[i] = int32(r.IntN(vocabulary))
	}
	return tokens
}

// last returns the logits after the last token, given in pieces of a length.
func last(t *testing.T, m *Model, c *kvcache.Cache, tokens []int32, piece int) []float32 {
	t.Helper()
	var logits []float32
	for p := range slices.Chunk(tokens, piece) {
		var err error
		if logits, err = m.Forward(c, p, false); err != nil {
			t.Fatal(err)
		}
	}
	return slices.Clone(logits)
}

// TestPieces wants the same bits however a prompt is cut, and however the cache
// came to hold its beginning.
func TestPieces(t *testing.T) {
	window := func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "llama.attention.sliding_window", uint32(50)) }
	for name, with := range map[string]struct {
		edit func(*[]gguf.KeyValue, *[]gguf.Tensor)
		kv   kvcache.Type
	}{"plain": {}, "window": {edit: window}, "bytes": {kv: kvcache.Int8}, "window of bytes": {window, kvcache.Int8}} {
		t.Run(name, func(t *testing.T) {
			m := mustLoad(t, small(t, "llama", with.edit), Options{KV: with.kv})
			tokens := sequence(3*batchTokens+5, m.Vocabulary)
			want := last(t, m, m.NewCache(0), tokens, len(tokens))
			for _, piece := range []int{1, 7, 32} {
				if !slices.Equal(last(t, m, m.NewCache(0), tokens, piece), want) {
					t.Errorf("pieces of %d: other logits", piece)
				}
			}
			all, err := m.Forward(m.NewCache(0), tokens, true)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(all[len(all)-m.Vocabulary:], want) {
				t.Error("logits of all positions: the last are others")
			}
			c := m.NewCache(0)
			if err := m.Read(c, tokens[:batchTokens+9]); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(last(t, m, c, tokens[c.Len():], 64), want) {
				t.Error("behind tokens that were read: other logits")
			}
			c = m.NewCache(0)
			other := append(slices.Clone(tokens[:70]), sequence(100, 10)...)
			last(t, m, c, other, 64)
			if n := c.Prefix(tokens); n < 70 || n == len(tokens) {
				t.Fatalf("a common prefix of %d tokens", n)
			}
			c.Truncate(c.Prefix(tokens))
			if !slices.Equal(last(t, m, c, tokens[c.Len():], 64), want) {
				t.Error("over a truncated cache: other logits")
			}
		})
	}
}

// TestWindow wants a sliding window to make no difference up to its length, and
// one beyond.
func TestWindow(t *testing.T) {
	plain := mustLoad(t, small(t, "llama", nil), Options{})
	windowed := mustLoad(t, small(t, "llama", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "llama.attention.sliding_window", uint32(10)) }), Options{})
	tokens := sequence(11, plain.Vocabulary)
	for n, same := range map[int]bool{10: true, 11: false} {
		a, b := last(t, plain, plain.NewCache(0), tokens[:n], n), last(t, windowed, windowed.NewCache(0), tokens[:n], n)
		if slices.Equal(a, b) != same {
			t.Errorf("%d tokens over a window of 10: same is %v, want %v", n, !same, same)
		}
	}
}

// TestWindowIsAllThatIsSeen holds a window against a text that has nothing else: in
// one layer, keys depend on no other token, and attention on no more than how far
// they are apart.
func TestWindowIsAllThatIsSeen(t *testing.T) {
	const window = 7
	layer := func(window uint32) *Model {
		return mustLoad(t, small(t, "llama", func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
			set(kvs, "llama.block_count", uint32(1))
			set(kvs, "llama.attention.sliding_window", window)
			*ts = slices.DeleteFunc(*ts, func(x gguf.Tensor) bool { return strings.HasPrefix(x.Name, "blk.1.") })
		}), Options{Exact: true})
	}
	windowed, plain := layer(window), layer(0)
	tokens := sequence(100, plain.Vocabulary)
	got, err := windowed.Forward(windowed.NewCache(0), tokens, true)
	if err != nil {
		t.Fatal(err)
	}
	for at := window; at < len(tokens); at += 9 {
		want := last(t, plain, plain.NewCache(0), tokens[at+1-window:at+1], window)
		for i, w := range want {
			if d := got[at*plain.Vocabulary+i] - w; d > 0.02 || d < -0.02 {
				t.Fatalf("token %d: logit %d is %v, of the window alone %v", at, i, got[at*plain.Vocabulary+i], w)
			}
		}
	}
}

func TestDecodingDoesNotAllocate(t *testing.T) {
	for _, kv := range []kvcache.Type{kvcache.F32, kvcache.Int8} {
		m := mustLoad(t, small(t, "llama", nil), Options{KV: kv})
		c := m.NewCache(0)
		last(t, m, c, sequence(kvcache.PageTokens, m.Vocabulary), batchTokens)
		next := []int32{7}
		n := testing.AllocsPerRun(20, func() {
			if _, err := m.Forward(c, next, false); err != nil {
				t.Fatal(err)
			}
			c.Truncate(kvcache.PageTokens)
		})
		if n > 0 {
			t.Errorf("%s: %v allocations a token", kv, n)
		}
	}
}

func TestBadTokens(t *testing.T) {
	m := mustLoad(t, small(t, "llama", nil), Options{Context: 8})
	c := m.NewCache(0)
	last(t, m, c, []int32{1, 2, 3}, 3)
	for _, tokens := range [][]int32{nil, {-1}, {50}, {1, 2, 1 << 30}} {
		if _, err := m.Forward(c, tokens, false); !errors.Is(err, ErrTokens) {
			t.Errorf("%v: %v", tokens, err)
		}
	}
	if _, err := m.Forward(c, make([]int32, 6), false); !errors.Is(err, kvcache.ErrFull) {
		t.Error(err)
	}
	if c.Len() != 3 {
		t.Errorf("the cache holds %d tokens, not 3", c.Len())
	}
}

func TestBadModels(t *testing.T) {
	key := func(key string, value any) func(*[]gguf.KeyValue, *[]gguf.Tensor) {
		return func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "llama."+key, value) }
	}
	for _, c := range []struct {
		name string
		edit func(*[]gguf.KeyValue, *[]gguf.Tensor)
		is   error
		says string
	}{
		{"architecture", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "general.architecture", "mamba") }, ErrUnsupported, `"mamba"; those there are: `},
		{"no architecture", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "general.architecture", uint32(1)) }, gguf.ErrFormat, "general.architecture"},
		{"no layers", key("block_count", uint32(0)), gguf.ErrFormat, `"llama.block_count" is 0`},
		{"many layers", key("block_count", uint32(1<<31)), gguf.ErrFormat, `"llama.block_count" is 2147483648`},
		{"a third layer", key("block_count", uint32(3)), gguf.ErrFormat, `no tensor "blk.2.attn_norm.weight"`},
		{"layers as text", key("block_count", "2"), gguf.ErrFormat, `no integer "llama.block_count"`},
		{"heads", key("attention.head_count", uint32(3)), gguf.ErrFormat, "3 heads do not share 2"},
		{"no key-value heads", key("attention.head_count_kv", uint32(0)), gguf.ErrFormat, "4 heads do not share 0"},
		{"other dim", key("embedding_length", uint32(128)), gguf.ErrFormat, `"token_embd.weight" has the shape [64 50]`},
		{"head size", key("attention.key_length", uint32(1<<30)), ErrUnsupported, "heads of 1073741824"},
		{"odd rope", key("rope.dimension_count", uint32(15)), ErrUnsupported, "rope over 15"},
		{"wide rope", key("rope.dimension_count", uint32(32)), ErrUnsupported, "rope over 32"},
		{"rope base", key("rope.freq_base", float32(-1)), ErrUnsupported, "rope.freq_base is -1"},
		{"scaling", key("rope.scaling.type", "magic"), ErrUnsupported, `"magic"`},
		{"no norm", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { (*ts)[1].Name = "x" }, gguf.ErrFormat, `no tensor "output_norm.weight"`},
		{"shape", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) {
			(*ts)[3].Dims = []int{32, 128}
		}, gguf.ErrFormat, `"blk.0.attn_q.weight" has the shape [32 128], not [64 64]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode(small(t, "llama", c.edit), Options{})
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; want it to say %q", err, c.says)
			}
		})
	}
}

func TestMemory(t *testing.T) {
	b := small(t, "llama", nil)
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	short, err := Memory(f, 64, kvcache.F32)
	if err != nil {
		t.Fatal(err)
	}
	long, err := Memory(f, 1<<20, kvcache.F32)
	if err != nil {
		t.Fatal(err)
	}
	s := kvcache.Shape{Layers: 2, Heads: 2, Dim: 16}
	if want := s.Memory(1<<20) - s.Memory(64); long-short < want || long-short > want+1<<25 {
		t.Errorf("a longer context takes %d bytes more, not %d", long-short, want)
	}
	if _, err := decode(b, Options{Context: 64, Limit: short}); err != nil {
		t.Error(err)
	}
	asBytes, err := Memory(f, 1<<20, kvcache.Int8)
	if err != nil {
		t.Fatal(err)
	}
	if saved := long - asBytes; saved != 1<<20*2*2*2*(4*16-18) {
		t.Errorf("as bytes the cache takes %d bytes less", saved)
	}
	if _, err := decode(b, Options{Context: 64, Limit: short - 1}); !errors.Is(err, ErrMemory) {
		t.Error(err)
	}
	m := mustLoad(t, b, Options{})
	if m.Bytes() <= 0 || m.Bytes() > int64(len(b)) {
		t.Errorf("%d bytes of weights in a file of %d", m.Bytes(), len(b))
	}
}

// TestArchitecturesRefuse takes from every architecture what it relies on.
func TestArchitecturesRefuse(t *testing.T) {
	for _, arch := range Architectures() {
		for i := range 31 {
			_, err := decode(small(t, arch, func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
				switch {
				case i < 2+len(*kvs):
					set(kvs, arch+".rope.dimension_count", uint32(15+i%2)) // 15 is refused
					if i > 1 {
						*kvs = slices.Delete(*kvs, i-2, i-1)
					}
				default:
					*ts = slices.Delete(*ts, i-2-len(*kvs), i-1-len(*kvs))
				}
			}), Options{})
			if err != nil && !errors.Is(err, gguf.ErrFormat) && !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s, change %d: %v", arch, i, err)
			}
		}
	}
}

// TestMemoryIsEnough holds the estimate against what is taken.
func TestMemoryIsEnough(t *testing.T) {
	b := small(t, "llama", func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
		set(kvs, "llama.context_length", uint32(8192))
		for i, t := range *ts { // a wide vocabulary and feed-forward, so that all parts count
			switch {
			case t.Name == "token_embd.weight":
				(*ts)[i].Dims[1], (*ts)[i].Data = 20_000, make([]byte, 4*64*20_000)
			case strings.HasSuffix(t.Name, "ffn_gate.weight"), strings.HasSuffix(t.Name, "ffn_up.weight"):
				(*ts)[i].Dims[1], (*ts)[i].Data = 8192, make([]byte, 34*2*8192)
			case strings.HasSuffix(t.Name, "ffn_down.weight"):
				(*ts)[i].Dims[0], (*ts)[i].Data = 8192, make([]byte, 4*64*8192)
			}
		}
		set(kvs, "llama.feed_forward_length", uint32(8192))
	})
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := Memory(f, 0, kvcache.F32)
	if err != nil {
		t.Fatal(err)
	}
	heap := func() int64 {
		var s runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&s)
		return int64(s.HeapAlloc)
	}
	before := heap()
	m := mustLoad(t, b, Options{})
	c := m.NewCache(0)
	if err := c.Reserve(c.Cap()); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Forward(c, sequence(2*batchTokens, 1000), false); err != nil {
		t.Fatal(err)
	}
	took := heap() - before
	runtime.KeepAlive(c)
	runtime.KeepAlive(m)
	runtime.KeepAlive(b)
	if took > want+want/20 || took < want/2 {
		t.Errorf("%d bytes were taken, %d reckoned", took, want)
	}
}

func TestProgress(t *testing.T) {
	b := small(t, "llama", nil)
	var seen int64
	_, err := decode(b, Options{Progress: func(done, total int64) bool {
		if done <= seen || done > total {
			t.Errorf("%d of %d after %d", done, total, seen)
		}
		seen = done
		return true
	}})
	if err != nil || seen == 0 {
		t.Error(seen, err)
	}
	calls := 0
	_, err = decode(b, Options{Progress: func(_, _ int64) bool { calls++; return false }})
	if !errors.Is(err, ErrCancelled) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestReadError(t *testing.T) {
	b := small(t, "llama", nil)
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(f, bytes.NewReader(b[:len(b)/2]), Options{}); err == nil || !strings.Contains(err.Error(), `tensor "blk.`) {
		t.Error(err)
	}
}

// TestConfig reads a real file.
func TestConfig(t *testing.T) {
	const path = "../../../shared/models/llama-tiny/ts656k.Q8_0.gguf"
	if _, err := os.Stat(path); err != nil {
		t.Skip("no ../shared/models beside the repository")
	}
	m := open(t, path, Options{})
	if m.Architecture != "llama" || m.Type != "Q8_0" || m.Layers < 1 || m.Vocabulary < 500 || !m.Causal {
		t.Errorf("%+v", m.Config)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(small(f, "llama", nil)) // best with -fuzzminimizetime 1x: weights are long
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode(b, Options{Context: 16, Limit: 64 << 20})
		if err == nil && m.Causal {
			if _, err := m.Forward(m.NewCache(0), []int32{0, 1}, false); err != nil && !errors.Is(err, ErrTokens) {
				t.Fatal(err)
			}
		}
	})
}
