//go:build goexperiment.simd && relaxed

#include "textflag.h"
#include "wasm.h"
#include "relaxed_wasm.h"
#include "places_wasm.h"

// Panels times one vector of activations, at four places as in dot_wasm.s.

#define CONSTANTS \
	V128Const $0x0f0f0f0f0f0f0f0f, $0x0f0f0f0f0f0f0f0f; Set V12; \
	V128Const $0x8fffe0008fffe000, $0x8fffe0008fffe000; Set V13; \
	ONES; Set V14; \
	V128Const $0x7780000077800000, $0x7780000077800000; Set V15

#define NIBBLES(sum, r) \
	PTR(r); V128Load $BIAS; Set V10; \
	MULTIPLY(sum, V8, Get V10; Get V12; V128And); \
	MULTIPLY(sum, V9, Get V10; I32Const $4; I16x8ShrU; Get V12; V128And); \
	BUMP(r, 16)

// SCALED adds a sum of words times the scales of rows and activations, V8.
#define SCALED(sum, words, r) \
	Get sum; Get words; Get V14; I32x4DotI16x8S; F32x4ConvertI32x4S; \
	HALF(r, BIAS); Get V8; F32x4Mul; F32x4Mul; F32x4Add; Set sum; \
	BUMP(r, 8)

// GROUP multiplies 32 columns, and adds them times their scale to V1.
#define GROUP(v, half, quarter) \
	TWICE(v, half, quarter); \
	ZERO; Set V4; \
	Get R4; I64Const $32; I64Add; Set R5; \
	Loop; \
	SPLAT(V2, R4, AT0); \
	SPLAT(V3, R4, AT1); \
	PTR(R0); V128Load $BIAS+64; Set V5; \
	MULTIPLY(V4, V2, Get V5; Get V6; V128And); \
	MULTIPLY(V4, V3, Get V5; I32Const $4; I16x8ShrU; Get V6; V128And); \
	BUMP(R0, 16); \
	BUMP(R4, 8); \
	Get R4; Get R5; I64Ne; BrIf $0; \
	End; \
	Get V1; Get V4; Get V7; I32x4DotI16x8S; I32x4Add; Set V1

// func dotNibbles(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
//
//	R0-R3 panels  R4 activations  R5 where those of a block end  R6 their scales
//	R7 their sums  R8 blocks left  R9 panels left  R10 dst  R11 from one dst to the next
//	V0-V3 sums of the rows  V4-V7 words of a block  V8 V9 activations  V10 weights
TEXT ·dotNibbles(SB), NOSPLIT, $0-72
	BIASED(panels+8(FP), R0)
	Get R0; I64Load panelsApart+56(FP); I64Add; Set R1
	Get R1; I64Load panelsApart+56(FP); I64Add; Set R2
	Get R2; I64Load panelsApart+56(FP); I64Add; Set R3
	ARGUMENT(dst+0(FP), R10)
	ARGUMENT(dstApart+64(FP), R11)
	ARGUMENT(count+48(FP), R9)
	CONSTANTS
	Loop
	BIASED(x+16(FP), R4)
	BIASED(scale+24(FP), R6)
	BIASED(sums+32(FP), R7)
	ARGUMENT(blocks+40(FP), R8)
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3
	Loop
	SPLAT(V8, R7, AT0); Get V8; I32Const $3; I16x8Shl; Set V4
	COPY(V4, V5); COPY(V4, V6); COPY(V4, V7)
	Get R4; I64Const $32; I64Add; Set R5
	Loop
	SPLAT(V8, R4, AT0)
	SPLAT(V9, R4, AT1)
	NIBBLES(V4, R0)
	NIBBLES(V5, R1)
	NIBBLES(V6, R2)
	NIBBLES(V7, R3)
	BUMP(R4, 8)
	Get R4; Get R5; I64Ne; BrIf $0
	End
	SPLAT(V8, R6, AT0)
	SCALED(V0, V4, R0)
	SCALED(V1, V5, R1)
	SCALED(V2, V6, R2)
	SCALED(V3, V7, R3)
	BUMP(R6, 4)
	BUMP(R7, 4)
	AGAIN(R8)
	End
	COPY(R10, R5)
	STORE(V0)
	STORE(V1)
	STORE(V2)
	STORE(V3)
	BUMP(R10, 16)
	AGAIN(R9)
	End
	RET

#define FIFTH(at) SPLAT(V6, R4, at); MULTIPLY(V4, V6, Get V5)

// func dotFives(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
//
// The four places take turns within a block, and their registers go round.
//
//	R0-R3 panels  R4 activations of the block  R5 free  R6 their scales  R7 their sums
//	R8 blocks left  R9 panels left  R10 dst  R11 from one dst to the next  R12 places left
//	V0-V3 sums of the rows  V4 words  V5 weights  V6 activations  V7 less their sum
//	V8-V12 weights, V8 the scale
TEXT ·dotFives(SB), NOSPLIT, $0-72
	BIASED(panels+8(FP), R0)
	Get R0; I64Load panelsApart+56(FP); I64Add; Set R1
	Get R1; I64Load panelsApart+56(FP); I64Add; Set R2
	Get R2; I64Load panelsApart+56(FP); I64Add; Set R3
	ARGUMENT(dst+0(FP), R10)
	ARGUMENT(dstApart+64(FP), R11)
	ARGUMENT(count+48(FP), R9)
	CONSTANTS
	Loop
	BIASED(x+16(FP), R4)
	BIASED(scale+24(FP), R6)
	BIASED(sums+32(FP), R7)
	ARGUMENT(blocks+40(FP), R8)
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3
	Loop
	SPLAT(V7, R7, AT0); Get V7; I32Const $4; I16x8Shl; Set V7
	I64Const $4; Set R12
	Loop
	COPY(V7, V4)
	FIVES(R0, FIFTH(AT0), FIFTH(AT1), FIFTH(AT2), FIFTH(AT3), FIFTH(AT4), FIFTH(AT5), FIFTH(AT6), FIFTH(AT7))
	SPLAT(V8, R6, AT0)
	SCALED(V0, V4, R0)
	ROTATE(R0, R1, R2, R3, R5)
	ROTATE(V0, V1, V2, V3, V6)
	AGAIN(R12)
	End
	BUMP(R4, 32)
	BUMP(R6, 4)
	BUMP(R7, 4)
	AGAIN(R8)
	End
	COPY(R10, R5)
	STORE(V0)
	STORE(V1)
	STORE(V2)
	STORE(V3)
	BUMP(R10, 16)
	AGAIN(R9)
	End
	RET

// func dotBytesQ4_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotBytesQ4_K(SB), NOSPLIT, $0-72
	PLACES
	V128Const $0x0f0f0f0f0f0f0f0f, $0x0f0f0f0f0f0f0f0f; Set V6
	SIX(BIAS+16)
	V128Const $0x00ff00ff00ff00ff, $0x00ff00ff00ff00ff; Set V4
	ZERO; Set V0
	MINS(Get V10; Get V4; V128And, AT0)
	MINS(Get V11; Get V4; V128And, AT1)
	MINS(Get V10; I32Const $8; I16x8ShrU, AT2)
	MINS(Get V11; I32Const $8; I16x8ShrU, AT3)
	GROUP(V8, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(V8, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(V8, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(V8, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	GROUP(V9, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(V9, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(V9, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(V9, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	SPLAT(V2, R6, AT0)
	PTR(R12)
	PTR(R12); V128Load $0
	Get V1; F32x4ConvertI32x4S; HALF(R14, BIAS); Get V2; F32x4Mul; F32x4Mul; F32x4Add
	Get V0; F32x4ConvertI32x4S; HALF(R14, BIAS+8); Get V2; F32x4Mul; F32x4Mul; F32x4Sub
	V128Store $0, $0
	TURN(576, 256, 16)
	RET

#define SIXTH(weights, at) SPLAT(V3, R4, at); MULTIPLY(V4, V3, weights)

// func dotBytesQ6_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
//
// V6 is the mask of 6 bits, V8-V10 are weights, R5 counts groups.
TEXT ·dotBytesQ6_K(SB), NOSPLIT, $0-72
	PLACES
	V128Const $SIXTHS, $SIXTHS; Set V6
	COPY(R7, R15)
	I64Const $16; Set R5
	Loop
	SPLAT(V4, R15, AT0); Get V4; I32Const $5; I16x8Shl; Set V4
	SPLAT(V7, R14, AT2); Get V7; I16x8ExtendLowI8x16S; I32x4ExtendLowI16x8S; I32Const $16; I32x4Shl; Set V7
	PTR(R0); V128Load $BIAS+72; Set V8
	PTR(R0); V128Load $BIAS+88; Set V9
	PTR(R0); V128Load $BIAS+104; Set V10
	SIXTH(Get V8; Get V6; V128And, AT0)
	SIXTH(Get V9; Get V6; V128And, AT1)
	SIXTH(Get V10; Get V6; V128And, AT2)
	BITS(V8, 6, 0x0303030303030303); BITS(V9, 4, 0x0c0c0c0c0c0c0c0c); V128Or
	BITS(V10, 2, 0x3030303030303030); V128Or; Set V8
	SIXTH(Get V8, AT3)
	Get V1
	Get V4; Get V7; Get V7; I32Const $16; I32x4ShrU; V128Or; I32x4DotI16x8S
	I32x4Add; Set V1
	BUMP(R0, 48)
	BUMP(R4, 16)
	BUMP(R14, 4)
	BUMP(R15, 4)
	AGAIN(R5)
	End
	Get R14; I64Const $64; I64Sub; Set R14
	PTR(R12)
	PTR(R12); V128Load $0
	Get V1; F32x4ConvertI32x4S; HALF(R14, BIAS); Get V2; F32x4Mul; F32x4Mul; F32x4Add
	V128Store $0, $0
	TURN(840, 256, 64)
	RET
