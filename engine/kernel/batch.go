package kernel

import (
	"math"

	"github.com/ondol-rag/ondol/engine/quant"
)

// Batch is rows of activations, and room to multiply with them. Matrices that
// take the same activations share what is prepared for them.
type Batch struct {
	n, cols int
	f       []float32 // (n, cols)

	quantized    bool
	q            []int8    // (n, cols)
	scale        []float32 // (n, cols/32)
	sum16, sum32 []float32 // (n, cols/16), (n, cols/32): sums of the activations, as quantized

	tile tile
}

// Set takes n rows of activations, by reference.
func (b *Batch) Set(x []float32, n int) {
	b.n, b.cols, b.f, b.quantized = n, len(x)/n, x, false
}

// quantize prepares for weights in blocks, once.
func (b *Batch) quantize() {
	if b.quantized {
		return
	}
	b.quantized = true
	b.q = grow(b.q, len(b.f))
	b.scale = grow(b.scale, len(b.f)/block)
	b.sum32 = grow(b.sum32, len(b.f)/block)
	b.sum16 = grow(b.sum16, len(b.f)/minGroup)
	for g := range b.scale {
		x, q := b.f[g*block:][:block], b.q[g*block:][:block]
		scale := quantizeBlock(q, x)
		var lo, hi int32
		for i, v := range q[:16] {
			lo += int32(v)
			hi += int32(q[i+16])
		}
		b.scale[g] = scale
		b.sum32[g] = scale * float32(lo+hi)
		b.sum16[2*g] = scale * float32(lo)
		b.sum16[2*g+1] = scale * float32(hi)
	}
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// quantizeBlock rounds to bytes, none of them -128: dots rely on that. The scale
// is one that half precision holds, as in llama.cpp: deep networks magnify even
// the difference between that and an exact one.
func quantizeBlock(q []int8, x []float32) (scale float32) {
	var largest float32
	for _, v := range x {
		largest = max(largest, v, -v)
	}
	if largest == 0 {
		clear(q)
		return 0
	}
	inverse := 127 / largest
	for i, v := range x {
		q[i] = int8(math.RoundToEven(float64(v * inverse)))
	}
	return quant.Half(quant.ToHalf(largest / 127))
}
