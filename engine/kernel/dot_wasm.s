//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Dots of panels with one vector of activations: see dots in packed_wasm.go.
//
//	R0 panel  R1 activations  R2 their scales  R3 their sums  R4 blocks left
//	R6 dst  R7 R8 R9 where R1 R2 R3 begin  R10 blocks  R11 panels left
//	V0 sums of the rows  V1 mask of half precision  V2 V3 masks of nibbles

#define SETUP \
	ARGUMENT(dst+0(FP), R6); \
	BIASED(panels+8(FP), R0); \
	BIASED(x+16(FP), R7); \
	BIASED(scale+24(FP), R8); \
	BIASED(sums+32(FP), R9); \
	ARGUMENT(blocks+40(FP), R10); \
	ARGUMENT(count+48(FP), R11); \
	V128Const $0x8fffe0008fffe000, $0x8fffe0008fffe000; Set V1

// PANEL begins the loop over panels, NEXT ends it.
#define PANEL \
	Loop; \
	ZERO; Set V0; \
	COPY(R7, R1); COPY(R8, R2); COPY(R9, R3); COPY(R10, R4)

#define NEXT \
	PTR(R6); Get V0; V128Store $0, $0; \
	BUMP(R6, 16); \
	AGAIN(R11); \
	End

// X multiplies the vector of 8 words on the stack with a pair of activations,
// and adds it to what lies beneath.
#define X(at) PTR(R1); V128Load32Splat; at; I32x4DotI16x8S; I32x4Add

// HALVES brings 4 scales of half precision to their place in floats, but for
// the exponent, which the activation's scale makes up for.
#define HALVES I32x4ExtendLowI16x8S; I32Const $13; I32x4Shl; Get V1; V128And

// SCALED adds the dot on the stack, times scale of weights and activations.
#define SCALED(at) \
	F32x4ConvertI32x4S; \
	PTR(R0); V128Load $at; HALVES; \
	PTR(R2); V128Load32Splat; AT0; F32x4Mul; \
	F32x4Mul; Get V0; F32x4Add; Set V0

// Bytes: a pair of columns at a time.
#define BYTES(w, at) PTR(R0); V128Load8x8S; w; X(at)

// func dotQ8_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count int)
TEXT ·dotQ8_0(SB), NOSPLIT, $0-56
	SETUP
	PANEL
	Loop
	ZERO
	BYTES(AT0, AT0)
	BYTES(AT2, AT2)
	BYTES(AT4, AT1)
	BYTES(AT6, AT3)
	BYTES(AT8, AT4)
	BYTES(AT10, AT6)
	BYTES(AT12, AT5)
	BYTES(AT14, AT7)
	BYTES(AT16, AT8)
	BYTES(AT18, AT10)
	BYTES(AT20, AT9)
	BYTES(AT22, AT11)
	BYTES(AT24, AT12)
	BYTES(AT26, AT14)
	BYTES(AT28, AT13)
	BYTES(AT30, AT15)
	SCALED(200)
	BUMP(R0, 136)
	BUMP(R1, 64)
	BUMP(R2, 4)
	AGAIN(R4)
	End
	NEXT
	RET

// NIBBLES multiplies 8 columns. High nibbles stay where they are: their dots,
// in V4, are 16 times too large.
#define NIBBLES(w, a, b, c, d) \
	PTR(R0); V128Load $w; Set V5; Get V5; Get V2; V128And; X(a); \
	Get V5; I32Const $8; I16x8ShrU; Set V6; Get V6; Get V2; V128And; X(c); \
	Get V4; \
	Get V5; Get V3; V128And; X(b); \
	Get V6; Get V3; V128And; X(d); \
	Set V4

#define NIBBLE_MASKS \
	V128Const $0x000f000f000f000f, $0x000f000f000f000f; Set V2; \
	V128Const $0x00f000f000f000f0, $0x00f000f000f000f0; Set V3

#define NIBBLES32(w) \
	NIBBLES(w, AT0, AT1, AT2, AT3); \
	NIBBLES(w+16, AT4, AT5, AT6, AT7); \
	NIBBLES(w+32, AT8, AT9, AT10, AT11); \
	NIBBLES(w+48, AT12, AT13, AT14, AT15); \
	Get V4; I32Const $4; I32x4ShrS; I32x4Add

// func dotQ4_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count int)
TEXT ·dotQ4_0(SB), NOSPLIT, $0-56
	SETUP
	NIBBLE_MASKS
	PANEL
	Loop
	ZERO; Set V4
	PTR(R3); V128Load32Splat; AT0; I32Const $3; I32x4Shl
	NIBBLES32(72)
	SCALED(136)
	BUMP(R0, 72)
	BUMP(R1, 64)
	BUMP(R2, 4)
	BUMP(R3, 4)
	AGAIN(R4)
	End
	NEXT
	RET

// SIX brings out 48 scales and minimums of 6 bits: V8 V9 scales, V10 V11
// minimums. V12 is where they lie.
#define SIX(at) \
	PTR(R0); V128Load $at; Set V8; \
	PTR(R0); V128Load $at+16; Set V9; \
	PTR(R0); V128Load $at+32; Set V10; \
	Get V8; I32Const $6; I16x8ShrU; V128Const $0x0303030303030303, $0x0303030303030303; V128And; \
	Get V9; I32Const $4; I16x8ShrU; V128Const $0x0c0c0c0c0c0c0c0c, $0x0c0c0c0c0c0c0c0c; V128And; V128Or; \
	Get V10; I32Const $2; I16x8ShrU; V128Const $0x3030303030303030, $0x3030303030303030; V128And; V128Or; Set V11; \
	V128Const $0x3f3f3f3f3f3f3f3f, $0x3f3f3f3f3f3f3f3f; Set V12; \
	Get V8; Get V12; V128And; Set V8; \
	Get V9; Get V12; V128And; Set V9; \
	Get V10; Get V12; V128And; Set V10

// WEIGHTED adds the dot of a group, on the stack, times its scales to V7.
#define WEIGHTED(v, half, quarter) Get v; half; quarter; I32x4Mul; Get V7; I32x4Add; Set V7

// GROUP multiplies a group of 32 nibbles.
#define GROUP(w, v, half, quarter) \
	ZERO; Set V4; \
	ZERO; NIBBLES32(w); \
	WEIGHTED(v, half, quarter); \
	BUMP(R1, 64)

// MINIMUMS multiplies minimums with the sums of groups.
#define MINIMUMS \
	V128Const $0x00ff00ff00ff00ff, $0x00ff00ff00ff00ff; Set V12; \
	ZERO; \
	Get V10; Get V12; V128And; PTR(R3); V128Load32Splat; AT0; I32x4DotI16x8S; I32x4Add; \
	Get V11; Get V12; V128And; PTR(R3); V128Load32Splat; AT1; I32x4DotI16x8S; I32x4Add; \
	Get V10; I32Const $8; I16x8ShrU; PTR(R3); V128Load32Splat; AT2; I32x4DotI16x8S; I32x4Add; \
	Get V11; I32Const $8; I16x8ShrU; PTR(R3); V128Load32Splat; AT3; I32x4DotI16x8S; I32x4Add

// SUPER adds a block of 256: V7 times scale, less the minimums on the stack.
// Half precision lies where R0 and d say; its exponent is made up for by V13.
#define SUPER(d) \
	Set V6; \
	Get V0; Get V7; F32x4ConvertI32x4S; \
	PTR(R0); V128Load $d; HALVES; Get V13; F32x4Mul; PTR(R2); V128Load32Splat; AT0; F32x4Mul; \
	F32x4Mul; F32x4Add; \
	Get V6; F32x4ConvertI32x4S; \
	PTR(R0); V128Load $d+8; HALVES; Get V13; F32x4Mul; PTR(R2); V128Load32Splat; AT0; F32x4Mul; \
	F32x4Mul; F32x4Sub; Set V0

#define EXPONENT V128Const $0x7780000077800000, $0x7780000077800000; Set V13

// func dotQ4_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count int)
TEXT ·dotQ4_K(SB), NOSPLIT, $0-56
	SETUP
	NIBBLE_MASKS
	EXPONENT
	PANEL
	Loop
	SIX(88)
	ZERO; Set V7
	GROUP(136, V8, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(200, V8, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(264, V8, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(328, V8, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	GROUP(392, V9, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(456, V9, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(520, V9, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(584, V9, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	MINIMUMS
	SUPER(72)
	BUMP(R0, 576)
	BUMP(R2, 4)
	BUMP(R3, 16)
	AGAIN(R4)
	End
	NEXT
	RET
