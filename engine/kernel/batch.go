package kernel

import (
	"math"
	"unsafe"

	"github.com/ondol-rag/ondol/engine/quant"
)

// Batch is rows of activations, and room to multiply with them. Matrices that
// take the same activations share what is prepared for them.
//
// Rounding follows llama.cpp to the letter, where a more exact way would be as
// cheap: deep networks magnify the slightest difference, and results should be
// the same.
type Batch struct {
	n, cols int
	f       []float32 // (n, cols); nil if they came rounded

	span         int       // activations that share a scale, in what follows: 32 or 256; 0 before there is any
	q            []int8    // (n, cols), none of them -128: dots rely on that
	scale        []float32 // (n, cols/32)
	summed       bool      // the next are there
	sum16, sum32 []float32 // (n, cols/16), (n, cols/32): sums of the activations, as rounded

	narrow  *quant.Type // F16 or BF16, which the next is rounded to; nil before there is any
	rounded []float32   // (n, cols)

	tile tile
	wide wide // what panels want
}

// Set takes n rows of activations, by reference.
func (b *Batch) Set(x []float32, n int) {
	b.n, b.cols, b.f = n, len(x)/n, x
	b.span, b.narrow, b.wide.ready = 0, nil, false
}

// SetRounded has a batch hold n rows that Round has rounded, for weights in such
// blocks alone. It returns where they go: (n, cols), and their scales: (n, cols/32).
func (b *Batch) SetRounded(n, cols, span int) (q []byte, scale []float32) {
	b.Set(nil, n)
	b.cols, b.span, b.summed = cols, span, false
	b.q, b.scale = grow(b.q, n*cols), grow(b.scale, n*cols/block)
	return unsafe.Slice((*byte)(pointer(b.q)), len(b.q)), b.scale
}

// floats returns the activations for weights that are floats: rounded as the
// weights are.
func (b *Batch) floats(t *quant.Type) []float32 {
	if t == quant.F32 {
		return b.f
	}
	if b.narrow != t {
		b.narrow, b.rounded = t, append(b.rounded[:0], b.f...)
		if t == quant.F16 {
			ToHalves(b.rounded)
		} else {
			toBF16s(b.rounded)
		}
	}
	return b.rounded
}

// quantize is Round of the activations, once.
func (b *Batch) quantize(span int) {
	if b.span == span {
		return
	}
	b.span, b.summed, b.wide.ready = span, false, false
	b.q = grow(b.q, len(b.f))
	b.scale = grow(b.scale, len(b.f)/block)
	roundSpans(b.q, b.scale, b.f, span)
}

// Round rounds activations to bytes, for weights in blocks of 32 or 256, with a
// scale for each 32.
func Round(q []byte, scale, x []float32, span int) {
	roundSpans(unsafe.Slice((*int8)(pointer(q)), len(q)), scale, x, span)
}

func roundSpans(q []int8, scale, x []float32, span int) {
	if span == block && quantizeBlocks(q, scale, x) {
		return
	}
	for at := 0; at < len(x); at += span {
		q, x := q[at:][:span], x[at:][:span]
		if span == block {
			scale[at/block] = quantize32(q, x)
			continue
		}
		s := quantize256(q, x)
		for g := at / block; g < (at+span)/block; g++ {
			scale[g] = s
		}
	}
}

// sum adds up groups of quantized activations, for weights with minimums.
func (b *Batch) sum() {
	if b.summed {
		return
	}
	b.summed = true
	b.sum32 = grow(b.sum32, len(b.q)/block)
	b.sum16 = grow(b.sum16, len(b.q)/minGroup)
	for g, scale := range b.scale {
		lo, hi := sums(b.q[g*block:][:block])
		b.sum32[g] = scale * float32(lo+hi)
		if b.span == block {
			b.sum32[g] = toHalf(b.sum32[g])
			continue
		}
		b.sum16[2*g] = scale * float32(lo)
		b.sum16[2*g+1] = scale * float32(hi)
	}
}

//go:noinline
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// quantize32 is ggml's q8_1: the scale has half precision.
func quantize32(q []int8, x []float32) (scale float32) {
	largest, _ := extreme(x)
	scale = toHalf(largest / 127)
	if scale == 0 {
		clear(q)
		return 0
	}
	roundAll(q, x, 127/largest)
	return scale
}

// quantize256 is ggml's q8_K: the largest becomes -127.
func quantize256(q []int8, x []float32) (scale float32) {
	largest, negative := extreme(x)
	if largest < 0x1p-100 { // its inverse could be infinite
		clear(q)
		return 0
	}
	inverse := -127 / largest
	if negative {
		inverse = -inverse
	}
	roundAll(q, x, inverse)
	return 1 / inverse
}

// refExtreme returns the largest magnitude, and whether it has a minus. It does
// without max, which is slow on WebAssembly.
func refExtreme(x []float32) (largest float32, negative bool) {
	for _, v := range x {
		if v > largest {
			largest, negative = v, false
		} else if -v > largest {
			largest, negative = -v, true
		}
	}
	return largest, negative
}

// refRoundAll rounds x times a factor.
func refRoundAll(q []int8, x []float32, by float32) {
	for i, v := range x {
		q[i] = round(v * by)
	}
}

func toHalf(v float32) float32 { return quant.Half(quant.ToHalf(v)) }

// round rounds to the nearest integer, half to even.
func round(v float32) int8 { return int8(int32(math.RoundToEven(float64(v)))) }

// sums adds up the first 16 and the others.
func sums(q []int8) (lo, hi int32) {
	for i, v := range q[:16] {
		lo += int32(v)
		hi += int32(q[16+i])
	}
	return lo, hi
}
