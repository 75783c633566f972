// Weights of few bits times activations that stay bytes, by relaxed SIMD: tools/pack
// mends what the assembler writes for it. It multiplies signed bytes with such as
// have no eighth bit, which weights without their zero are, so that all engines
// agree. Products are added up in words, which hold a group's: they may wrap, as
// long as the whole, less the zero, fits. So sums begin with those of the
// activations times the zero, negative.

// MULTIPLY adds to words the products of activations and weights.
#define MULTIPLY(sum, x, w) Get x; w; I16x8RelaxedDotI8x16I7x16S; Get sum; I16x8Add; Set sum

#define ONES V128Const $0x0001000100010001, $0x0001000100010001
