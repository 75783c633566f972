package model

import (
	"math"

	"github.com/ondol-rag/ondol/engine/kernel"
)

// rope is a rotary position embedding: https://arxiv.org/abs/2104.09864, scaled
// linearly (https://arxiv.org/abs/2306.15595), by YaRN
// (https://arxiv.org/abs/2309.00071) or by factors out of the file.
type rope struct {
	halves      bool      // pairs lie half a head apart; else they are neighbours
	frequencies []float64 // (dims/2), radians per token
	factors     []float32 // (dims/2), divide the frequencies; nil: 1
	magnitude   float64

	cos, sin []float32 // (tokens of the batch, dims/2)
}

// ropeDims is how many dimensions of a head turn.
func (b *builder) ropeDims() int { return b.intOr("rope.dimension_count", b.HeadDim) }

// ropeFactors are those that Llama 3.1 and its kin stretch their context with;
// nil if there are none.
func (b *builder) ropeFactors() []float32 {
	return b.optional("rope_freqs.weight", b.ropeDims()/2)
}

// newRope reads the keys of rope. factors, where not nil, divide the
// frequencies.
func (b *builder) newRope(halves bool, factors []float32) *rope {
	r := b.plainRope(halves, b.ropeDims(), b.floatOr("rope.freq_base", 10000))
	if r == nil {
		return nil
	}
	kind := "linear"
	if _, ok := b.f.Value(b.key("rope.scaling.type")); ok {
		kind = b.string(b.key("rope.scaling.type"))
	}
	factor := b.floatOr("rope.scaling.factor", b.floatOr("rope.scale_linear", 1))
	if factor == 0 {
		factor = 1
	}
	r.magnitude = b.floatOr("rope.scaling.attn_factor", 1)
	switch kind {
	case "none", "longrope": // the latter is all in its factors
	case "linear":
		for i := range r.frequencies {
			r.frequencies[i] /= factor
		}
	case "yarn":
		r.yarn(factor, b.floatOr("rope.freq_base", 10000), float64(b.intOr("rope.scaling.original_context_length", b.Context)),
			b.floatOr("rope.scaling.yarn_beta_fast", 32), b.floatOr("rope.scaling.yarn_beta_slow", 1))
	default:
		b.fail("%w: %s %q; those there are: none linear yarn longrope", ErrUnsupported, b.key("rope.scaling.type"), kind)
	}
	r.factors = factors
	return r
}

func (b *builder) plainRope(halves bool, dims int, base float64) *rope {
	if dims <= 0 || dims%2 != 0 || dims > b.HeadDim {
		b.fail("%w: rope over %d dimensions of heads of %d", ErrUnsupported, dims, b.HeadDim)
		return nil
	}
	if !(base > 0) {
		b.fail("%w: %s is %v", ErrUnsupported, b.key("rope.freq_base"), base)
		return nil
	}
	r := &rope{halves: halves, frequencies: make([]float64, dims/2), magnitude: 1}
	for i := range r.frequencies {
		r.frequencies[i] = math.Pow(base, -2*float64(i)/float64(dims))
	}
	return r
}

// yarn stretches low frequencies, keeps high ones, and goes over in between.
func (r *rope) yarn(factor, base, original, fast, slow float64) {
	dims := float64(2 * len(r.frequencies))
	// dimension returns where a frequency makes a number of turns in the original
	// context.
	dimension := func(turns float64) float64 {
		return dims * math.Log(original/(turns*2*math.Pi)) / (2 * math.Log(base))
	}
	low := max(0, math.Floor(dimension(fast)))
	high := min(dims-1, math.Ceil(dimension(slow)))
	for i, f := range r.frequencies {
		stretch := min(1, max(0, (float64(i)-low)/max(0.001, high-low)))
		r.frequencies[i] = f/factor*stretch + f*(1-stretch)
	}
	r.magnitude *= 1 + 0.1*math.Log(factor)
}

// set prepares for n tokens from a position on.
func (r *rope) set(from, n int) {
	half := len(r.frequencies)
	r.cos, r.sin = grow(r.cos, n*half), grow(r.sin, n*half)
	for t := range n {
		for i, f := range r.frequencies {
			if r.factors != nil {
				f /= float64(r.factors[i])
			}
			sin, cos := math.Sincos(float64(from+t) * f)
			r.cos[t*half+i], r.sin[t*half+i] = float32(cos*r.magnitude), float32(sin*r.magnitude)
		}
	}
}

// rotate turns the heads of token t of the batch: (heads, headDim).
func (r *rope) rotate(x []float32, t, headDim int) {
	half := len(r.frequencies)
	cos, sin := r.cos[t*half:][:half], r.sin[t*half:][:half]
	for ; len(x) > 0; x = x[headDim:] {
		kernel.Rotate(x[:headDim], cos, sin, r.halves)
	}
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
