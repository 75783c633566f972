package model

import (
	"fmt"
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
	"github.com/ondol-rag/ondol/engine/kvcache"
)

// Llama 1 to 3 and those built alike: Mistral, SOLAR, TinyLlama, SmolLM2,
// HyperCLOVA X SEED. https://arxiv.org/abs/2302.13971
func init() {
	register("llama", func(b *builder) network {
		d := newDecoder(b)
		r := d.addRope(b.newRope(false, b.ropeFactors()))
		window := b.intOr("attention.sliding_window", 0)
		for i := range d.layers {
			l := &d.layers[i]
			l.rope, l.window = r, window
			b.plainLayer(l, fmt.Sprintf("blk.%d.", i))
		}
		return d
	})
}

// newDecoder reads what all decoders have, and makes room for the layers.
func newDecoder(b *builder) *decoder {
	d := &decoder{
		kv:             b.kv,
		halves:         !b.exact && b.kv == kvcache.F32,
		eps:            float32(b.float("attention.layer_norm_rms_epsilon")),
		attentionScale: float32(b.floatOr("attention.scale", 1/math.Sqrt(float64(b.HeadDim)))),
		layers:         make([]layer, b.Layers),
		embedding:      b.slice("token_embd.weight", b.ownVocab, b.Dim),
		norm:           b.vector("output_norm.weight", b.Dim),
	}
	d.output = d.embedding
	if b.has("output.weight") {
		d.output = b.slice("output.weight", b.ownVocab, b.Dim)
	}
	d.Config, d.shares, d.gathering = b.Config, b.shares, gathering{Shard: b.shard}
	return d
}

func (d *decoder) addRope(r *rope) *rope {
	if r != nil {
		d.ropes = append(d.ropes, r)
	}
	return r
}

// plainLayer reads the tensors of a layer as Llama has them, and biases where
// there are any.
func (b *builder) plainLayer(l *layer, prefix string) {
	queries, keys := b.ownHeads.times(b.HeadDim), b.ownKVHeads.times(b.HeadDim)
	l.attnNorm = b.vector(prefix+"attn_norm.weight", b.Dim)
	l.q, l.qBias = b.linear(prefix+"attn_q", queries, b.Dim)
	l.k, l.kBias = b.linear(prefix+"attn_k", keys, b.Dim)
	l.v, l.vBias = b.linear(prefix+"attn_v", keys, b.Dim)
	l.attnOutput, l.attnOutputBias = b.linear(prefix+"attn_output", b.ownDim, queries.of)
	l.ffnNorm = b.vector(prefix+"ffn_norm.weight", b.Dim)
	l.gate, l.gateBias = b.linear(prefix+"ffn_gate", b.ownFFN, b.Dim)
	l.up, l.upBias = b.linear(prefix+"ffn_up", b.ownFFN, b.Dim)
	l.down, l.downBias = b.linear(prefix+"ffn_down", b.ownDim, b.ownFFN.of)
	l.activate = kernel.SwiGLU
}
