package model

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

// adapter writes a LoRA adapter of random weights for some tensors. edit may
// change its parts before they are written.
func adapter(t testing.TB, tensors []gguf.Tensor, rank int, alpha float32, edit func(*[]gguf.KeyValue, *[]gguf.Tensor)) []byte {
	t.Helper()
	kvs := []gguf.KeyValue{
		{Key: "general.type", Value: "adapter"}, {Key: "general.architecture", Value: "llama"},
		{Key: "adapter.type", Value: "lora"}, {Key: "adapter.lora.alpha", Value: alpha},
	}
	r := rand.New(rand.NewPCG(uint64(rank), 9))
	var pairs []gguf.Tensor
	add := func(name string, dims ...int) {
		w := make([]float32, dims[0]*dims[1])
		for i := range w {
			w[i] = float32(r.NormFloat64()) / 8
		}
		data := make([]byte, 4*len(w))
		quant.F32.Quantize(data, w)
		pairs = append(pairs, gguf.Tensor{Name: name, Dims: dims, Type: quant.F32, Data: data})
	}
	for _, x := range tensors {
		if len(x.Dims) < 2 {
			continue
		}
		if x.Name == embedding {
			add(x.Name+".lora_a", rank, x.Dims[1])
			add(x.Name+".lora_b", rank, x.Dims[0])
		} else {
			add(x.Name+".lora_a", x.Dims[0], rank)
			add(x.Name+".lora_b", rank, x.Dims[1])
		}
	}
	if edit != nil {
		edit(&kvs, &pairs)
	}
	var b bytes.Buffer
	if err := gguf.Write(&b, kvs, pairs); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (m *Model) readTestAdapter(b []byte) (*Adapter, error) {
	f, err := gguf.Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return m.ReadAdapter(f, bytes.NewReader(b))
}

// merge adds scale alpha/rank B A to the weights, which are floats.
func merge(t testing.TB, tensors []gguf.Tensor, adapter []byte, scale float64) {
	t.Helper()
	f, err := gguf.Read(bytes.NewReader(adapter), int64(len(adapter)))
	if err != nil {
		t.Fatal(err)
	}
	alpha, _ := f.Float("adapter.lora.alpha")
	floats := func(name string) ([]float32, []int, bool) {
		x, ok := f.Tensor(name)
		if !ok {
			return nil, nil, false
		}
		w := make([]float32, x.Elements())
		quant.F32.Floats(w, adapter[x.Offset:][:x.Bytes()])
		return w, x.Dims, true
	}
	for i, x := range tensors {
		a, dims, ok := floats(x.Name + ".lora_a")
		if !ok {
			continue
		}
		b, _, _ := floats(x.Name + ".lora_b")
		cols, rows, rank := x.Dims[0], x.Dims[1], dims[1]
		at := func(row, k, col int) float64 { return float64(b[row*rank+k]) * float64(a[k*cols+col]) }
		if x.Name == embedding {
			rank = dims[0]
			at = func(row, k, col int) float64 { return float64(a[row*rank+k]) * float64(b[col*rank+k]) }
		}
		w := make([]float32, rows*cols)
		quant.F32.Floats(w, x.Data)
		for row := range rows {
			for col := range cols {
				var sum float64
				for k := range rank {
					sum += at(row, k, col)
				}
				w[row*cols+col] += float32(scale * alpha / float64(rank) * sum)
			}
		}
		tensors[i].Data = make([]byte, 4*len(w))
		quant.F32.Quantize(tensors[i].Data, w)
	}
}

// plain makes all weights floats, and the output a matrix of its own.
func plain(_ *[]gguf.KeyValue, tensors *[]gguf.Tensor) {
	for i, x := range *tensors {
		info := gguf.TensorInfo{Dims: x.Dims}
		w := make([]float32, info.Elements())
		x.Type.Dequantize(w, x.Data)
		(*tensors)[i].Type, (*tensors)[i].Data = quant.F32, make([]byte, 4*len(w))
		quant.F32.Quantize((*tensors)[i].Data, w)
	}
	output := (*tensors)[0]
	output.Name = "output.weight"
	*tensors = append(*tensors, output)
}

// fused is plain, with the matrices of Phi-3.
func fused(kvs *[]gguf.KeyValue, tensors *[]gguf.Tensor) {
	plain(kvs, tensors)
	join := func(prefix, to string, from ...string) {
		var whole gguf.Tensor
		for _, name := range from {
			i := slices.IndexFunc(*tensors, func(x gguf.Tensor) bool { return x.Name == prefix+name })
			x := (*tensors)[i]
			whole.Data = append(whole.Data, x.Data...)
			whole.Dims = []int{x.Dims[0], len(whole.Data) / 4 / x.Dims[0]}
			*tensors = slices.Delete(*tensors, i, i+1)
		}
		whole.Name, whole.Type = prefix+to, quant.F32
		*tensors = append(*tensors, whole)
	}
	for _, prefix := range []string{"blk.0.", "blk.1."} {
		join(prefix, "attn_qkv.weight", "attn_q.weight", "attn_k.weight", "attn_v.weight")
		join(prefix, "ffn_up.weight", "ffn_gate.weight", "ffn_up.weight")
	}
}

func TestAdapterEqualsMerging(t *testing.T) {
	for arch, edit := range map[string]func(*[]gguf.KeyValue, *[]gguf.Tensor){"llama": plain, "phi3": fused} {
		t.Run(arch, func(t *testing.T) {
			var tensors []gguf.Tensor
			base := small(t, arch, func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) { edit(kvs, ts); tensors = *ts })
			rename := func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "general.architecture", arch) }
			first, second := adapter(t, tensors, 3, 6, rename), adapter(t, tensors[:4], 8, 4, rename)
			m := mustLoad(t, base, Options{Exact: true})
			var on []Scaled
			for i, b := range [][]byte{first, second} {
				a, err := m.readTestAdapter(b)
				if err != nil {
					t.Fatal(err)
				}
				on = append(on, Scaled{a, []float64{0.8, -1.5}[i]})
			}
			tokens := sequence(20, m.Vocabulary)
			before := last(t, m, m.NewCache(0), tokens, 20)
			for n := range 3 {
				merged := mustLoad(t, small(t, arch, func(kvs *[]gguf.KeyValue, ts *[]gguf.Tensor) {
					edit(kvs, ts)
					for i, b := range [][]byte{first, second}[:n] {
						merge(t, *ts, b, on[i].Scale)
					}
				}), Options{Exact: true})
				m.SetAdapters(on[:n]...)
				want := last(t, merged, merged.NewCache(0), tokens, 20)
				for _, piece := range []int{1, 7, 20} {
					for i, got := range last(t, m, m.NewCache(0), tokens, piece) {
						if d := got - want[i]; d > 2e-3 || d < -2e-3 {
							t.Fatalf("%d adapters, pieces of %d: logit %d is %v, of the merged model %v", n, piece, i, got, want[i])
						}
					}
				}
				if n > 0 && slices.Equal(want, before) {
					t.Errorf("%d adapters change nothing", n)
				}
			}
			m.SetAdapters()
			if !slices.Equal(last(t, m, m.NewCache(0), tokens, 20), before) {
				t.Error("without adapters the model is not what it was")
			}
		})
	}
}

func TestBadAdapters(t *testing.T) {
	var tensors []gguf.Tensor
	m := mustLoad(t, small(t, "llama", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { tensors = *ts }), Options{})
	for _, c := range []struct {
		name string
		edit func(*[]gguf.KeyValue, *[]gguf.Tensor)
		says string
	}{
		{"another name", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) {
			(*ts)[2].Name, (*ts)[3].Name = "blk.9.attn_q.weight.lora_a", "blk.9.attn_q.weight.lora_b"
		}, `"blk.9.attn_q.weight"`},
		{"another shape", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { (*ts)[2].Dims = []int{32, 8} }, `"blk.0.attn_q.weight" has the shape [64 64]`},
		{"half a pair", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { *ts = (*ts)[:3] }, `"blk.0.attn_q.weight.lora_a" has no .lora_b`},
		{"the other half", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { *ts = (*ts)[3:4] }, `"blk.0.attn_q.weight.lora_b" has no .lora_a`},
		{"no pair", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { (*ts)[0].Name = "x" }, `"x"`},
		{"nothing", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { *ts = nil }, "no tensors"},
		{"another architecture", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "general.architecture", "qwen2") }, `"qwen2"`},
		{"another kind", func(kvs *[]gguf.KeyValue, _ *[]gguf.Tensor) { set(kvs, "adapter.type", "ia3") }, `"ia3"`},
	} {
		_, err := m.readTestAdapter(adapter(t, tensors, 4, 8, c.edit))
		if err == nil || !strings.Contains(err.Error(), c.says) || !errors.Is(err, ErrAdapter) && !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v, want it to say %q", c.name, err, c.says)
		}
	}
}

// loraScale is the scale of the adapters of fixtures.
const loraScale = "0.7"

// adapterFile writes an adapter for all matrices of a model but the embedding.
func adapterFile(t *testing.T, path string) string {
	t.Helper()
	var tensors []gguf.Tensor
	rewrite(t, path, func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) {
		tensors = slices.DeleteFunc(slices.Clone(*ts), func(x gguf.Tensor) bool { return x.Name == embedding })
	})
	file := filepath.Join(t.TempDir(), "adapter.gguf")
	if err := os.WriteFile(file, adapter(t, tensors, 8, 16, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// adapt puts the adapter of a file on.
func (m *Model) adapt(t testing.TB, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a, err := m.readTestAdapter(b)
	if err != nil {
		t.Fatal(err)
	}
	scale, err := strconv.ParseFloat(loraScale, 64)
	if err != nil {
		t.Fatal(err)
	}
	m.SetAdapters(Scaled{a, scale})
}

func FuzzAdapter(f *testing.F) {
	var tensors []gguf.Tensor
	m := mustLoad(f, small(f, "llama", func(_ *[]gguf.KeyValue, ts *[]gguf.Tensor) { tensors = *ts }), Options{})
	f.Add(adapter(f, tensors, 2, 4, nil))
	f.Add(adapter(f, tensors[1:2], 1, 0, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := m.readTestAdapter(b)
		if err != nil {
			return
		}
		m.SetAdapters(Scaled{a, 1})
		if _, err := m.Forward(m.NewCache(8), []int32{1, 2}, false); err != nil {
			t.Fatal(err)
		}
	})
}
