package model

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ondol-rag/ondol/engine/gguf"
	"github.com/ondol-rag/ondol/engine/quant"
)

// BenchmarkForward reads a prompt, and writes after it, with random weights in
// the shape of SmolLM2 135M, and prints the share of each operation.
func BenchmarkForward(b *testing.B) {
	for _, typ := range []*quant.Type{quant.Q8_0, quant.Q4_0, quant.Q4_1} {
		m := benchModel(b, typ)
		const prompt = 505
		tokens := make([]int32, prompt)
		for i := range tokens {
			tokens[i] = int32(1 + i*7919%30000)
		}
		b.Run(typ.Name+"/read", func(b *testing.B) {
			var p Profile
			m.network.observe(&p)
			for b.Loop() {
				if _, err := m.Forward(m.NewCache(1024), tokens, false); err != nil {
					b.Fatal(err)
				}
			}
			report(b, prompt, &p)
		})
		for _, n := range []int{1, 2, 3, 4, 8} { // tokens at once
			b.Run(fmt.Sprintf("%s/write%d", typ.Name, n), func(b *testing.B) {
				c := m.NewCache(1024)
				if _, err := m.Forward(c, tokens, false); err != nil {
					b.Fatal(err)
				}
				var p Profile
				m.network.observe(&p)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := m.Forward(c, tokens[:n], true); err != nil {
						b.Fatal(err)
					}
					c.Truncate(prompt)
				}
				report(b, n, &p)
			})
		}
	}
}

func report(b *testing.B, tokens int, p *Profile) {
	b.ReportMetric(float64(b.N*tokens)/b.Elapsed().Seconds(), "tokens/s")
	for _, o := range Ops() {
		if s := p.Spent(o); s > 0 {
			b.ReportMetric(100*s.Seconds()/p.Total().Seconds(), "%"+o.String())
		}
	}
}

// benchModel makes a decoder of random weights: 30 layers, 135 million weights.
func benchModel(b *testing.B, typ *quant.Type) *Model {
	const layers, dim, heads, kvHeads, ffn, vocabulary = 30, 576, 9, 3, 1536, 49152
	r := rand.New(rand.NewPCG(1, 1))
	var tensors []gguf.Tensor
	add := func(name string, t *quant.Type, rows, cols int) {
		data := make([]byte, rows*t.Bytes(cols))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		for at := 0; at < len(data); at += t.TypeSize {
			if t == quant.F32 {
				copy(data[at:], []byte{0, 0, 128, 63})
			} else {
				data[at], data[at+1] = 0, 16
			}
		}
		dims := []int{cols, rows}
		if rows == 1 {
			dims = dims[:1]
		}
		tensors = append(tensors, gguf.Tensor{Name: name, Dims: dims, Type: t, Data: data})
	}
	add("token_embd.weight", typ, vocabulary, dim)
	for l := range layers {
		prefix := fmt.Sprintf("blk.%d.", l)
		add(prefix+"attn_norm.weight", quant.F32, 1, dim)
		add(prefix+"attn_q.weight", typ, dim, dim)
		add(prefix+"attn_k.weight", typ, kvHeads*64, dim)
		add(prefix+"attn_v.weight", typ, kvHeads*64, dim)
		add(prefix+"attn_output.weight", typ, dim, dim)
		add(prefix+"ffn_norm.weight", quant.F32, 1, dim)
		add(prefix+"ffn_gate.weight", typ, ffn, dim)
		add(prefix+"ffn_up.weight", typ, ffn, dim)
		add(prefix+"ffn_down.weight", typ, dim, ffn)
	}
	add("output_norm.weight", quant.F32, 1, dim)
	var file bytes.Buffer
	err := gguf.Write(&file, []gguf.KeyValue{
		{Key: "general.architecture", Value: "llama"},
		{Key: "llama.context_length", Value: uint32(8192)},
		{Key: "llama.embedding_length", Value: uint32(dim)},
		{Key: "llama.block_count", Value: uint32(layers)},
		{Key: "llama.feed_forward_length", Value: uint32(ffn)},
		{Key: "llama.attention.head_count", Value: uint32(heads)},
		{Key: "llama.attention.head_count_kv", Value: uint32(kvHeads)},
		{Key: "llama.attention.layer_norm_rms_epsilon", Value: float32(1e-5)},
	}, tensors)
	if err != nil {
		b.Fatal(err)
	}
	tensors = nil
	f, err := gguf.Read(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		b.Fatal(err)
	}
	m, err := Load(f, bytes.NewReader(file.Bytes()), Options{Context: 1024})
	if err != nil {
		b.Fatal(strings.TrimSpace(err.Error()))
	}
	return m
}
