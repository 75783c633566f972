//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Panels times one vector of activations, at four places of the matrix at once:
// memory answers four streams sooner than one.
//
//	R0-R3 panels  R4 activations  R5 where those of a block end  R6 their scales
//	R7 their sums  R8 blocks left  R9 panels left  R10 dst  R11 from one dst to the next
//	V0-V3 sums of the rows  V4-V7 dots of a block  V8-V11 activations
//	V12 mask of nibbles  V13 mask of half precision  V15 2^112

#define BEGIN \
	BIASED(panels+8(FP), R0); \
	Get R0; I64Load panelsApart+56(FP); I64Add; Set R1; \
	Get R1; I64Load panelsApart+56(FP); I64Add; Set R2; \
	Get R2; I64Load panelsApart+56(FP); I64Add; Set R3; \
	ARGUMENT(dst+0(FP), R10); \
	ARGUMENT(dstApart+64(FP), R11); \
	ARGUMENT(count+48(FP), R9); \
	V128Const $0x000f000f000f000f, $0x000f000f000f000f; Set V12; \
	V128Const $0x8fffe0008fffe000, $0x8fffe0008fffe000; Set V13; \
	V128Const $0x7780000077800000, $0x7780000077800000; Set V15

#define PANEL \
	BIASED(x+16(FP), R4); \
	BIASED(scale+24(FP), R6); \
	BIASED(sums+32(FP), R7); \
	ARGUMENT(blocks+40(FP), R8); \
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3

#define NEXT \
	COPY(R10, R5); \
	PTR(R5); Get V0; V128Store $0, $0; Get R5; Get R11; I64Add; Set R5; \
	PTR(R5); Get V1; V128Store $0, $0; Get R5; Get R11; I64Add; Set R5; \
	PTR(R5); Get V2; V128Store $0, $0; Get R5; Get R11; I64Add; Set R5; \
	PTR(R5); Get V3; V128Store $0, $0; \
	BUMP(R10, 16)

// HALVES4 widens 4 scales of rows: half precision comes to its place in floats,
// then to its exponent.
#define HALVES4(r) PTR(r); V128Load $BIAS; I32x4ExtendLowI16x8S; I32Const $13; I32x4Shl; Get V13; V128And; Get V15; F32x4Mul

// SCALED adds a dot times the scales of rows and activations, V8.
#define SCALED(sum, dot, r) \
	Get sum; Get dot; F32x4ConvertI32x4S; HALVES4(r); Get V8; F32x4Mul; F32x4Mul; F32x4Add; Set sum; \
	BUMP(r, 8)

// LEAST adds the minimums of rows times the sum of activations, V8.
#define LEAST(sum, r) \
	Get sum; HALVES4(r); Get V8; F32x4Mul; F32x4Add; Set sum; \
	BUMP(r, 8)

#define SCALED4 \
	PTR(R6); V128Load32Splat; AT0; Set V8; \
	SCALED(V0, V4, R0); \
	SCALED(V1, V5, R1); \
	SCALED(V2, V6, R2); \
	SCALED(V3, V7, R3); \
	BUMP(R6, 4)

#define BYTES(dot, r) \
	Get dot; \
	PTR(r); V128Load8x8S; AT0; Get V8; I32x4DotI16x8S; I32x4Add; \
	PTR(r); V128Load8x8S; AT2; Get V9; I32x4DotI16x8S; I32x4Add; \
	Set dot; \
	BUMP(r, 16)

// func dotQ8_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ8_0(SB), NOSPLIT, $0-72
	BEGIN
	Loop
	PANEL
	Loop
	ZERO; Set V4; ZERO; Set V5; ZERO; Set V6; ZERO; Set V7
	Get R4; I64Const $64; I64Add; Set R5
	Loop
	PTR(R4); V128Load32Splat; AT0; Set V8
	PTR(R4); V128Load32Splat; AT1; Set V9
	BYTES(V4, R0)
	BYTES(V5, R1)
	BYTES(V6, R2)
	BYTES(V7, R3)
	BUMP(R4, 8)
	Get R4; Get R5; I64Ne; BrIf $0
	End
	SCALED4
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET

#define NIBBLES(dot, r) \
	PTR(r); V128Load $BIAS; Set V14; \
	Get dot; \
	Get V14; Get V12; V128And; Get V8; I32x4DotI16x8S; I32x4Add; \
	Get V14; I32Const $4; I16x8ShrU; Get V12; V128And; Get V9; I32x4DotI16x8S; I32x4Add; \
	Get V14; I32Const $8; I16x8ShrU; Get V12; V128And; Get V10; I32x4DotI16x8S; I32x4Add; \
	Get V14; I32Const $12; I16x8ShrU; Get V11; I32x4DotI16x8S; I32x4Add; \
	Set dot; \
	BUMP(r, 16)

// NIBBLES32 multiplies a block.
#define NIBBLES32 \
	COPY(V4, V5); COPY(V4, V6); COPY(V4, V7); \
	Get R4; I64Const $64; I64Add; Set R5; \
	Loop; \
	PTR(R4); V128Load32Splat; AT0; Set V8; \
	PTR(R4); V128Load32Splat; AT1; Set V9; \
	PTR(R4); V128Load32Splat; AT2; Set V10; \
	PTR(R4); V128Load32Splat; AT3; Set V11; \
	NIBBLES(V4, R0); \
	NIBBLES(V5, R1); \
	NIBBLES(V6, R2); \
	NIBBLES(V7, R3); \
	BUMP(R4, 16); \
	Get R4; Get R5; I64Ne; BrIf $0; \
	End; \
	SCALED4

// func dotQ4_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ4_0(SB), NOSPLIT, $0-72
	BEGIN
	Loop
	PANEL
	Loop
	PTR(R7); V128Load32Splat; AT0; I32Const $3; I32x4Shl; Set V4
	NIBBLES32
	BUMP(R7, 4)
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET

// func dotQ4_1(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ4_1(SB), NOSPLIT, $0-72
	BEGIN
	Loop
	PANEL
	Loop
	ZERO; Set V4
	NIBBLES32
	PTR(R6); V128Load32Splat; AT0; Set V8
	LEAST(V0, R0)
	LEAST(V1, R1)
	LEAST(V2, R2)
	LEAST(V3, R3)
	BUMP(R6, 4)
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET

// FIFTH multiplies a chunk: its even columns, then its odd ones.
#define FIFTH(even, odd) \
	Get V4; \
	Get V5; Get V14; V128And; PTR(R4); V128Load32Splat; even; I32x4DotI16x8S; I32x4Add; \
	Get V5; I32Const $8; I16x8ShrU; PTR(R4); V128Load32Splat; odd; I32x4DotI16x8S; I32x4Add; \
	Set V4

// PLACE multiplies a block of one place, begun with V7. The four take turns within
// a block, and their registers go round:
//
//	V4 dot  V5 weights  V6 free  V8-V12 weights, V8 scales  V14 mask of even bytes
//	R5 free  R12 places left
#define PLACE \
	COPY(V7, V4); \
	FIVES(R0, FIFTH(AT0, AT2), FIFTH(AT1, AT3), FIFTH(AT4, AT6), FIFTH(AT5, AT7), FIFTH(AT8, AT10), FIFTH(AT9, AT11), FIFTH(AT12, AT14), FIFTH(AT13, AT15)); \
	PTR(R6); V128Load32Splat; AT0; Set V8; \
	SCALED(V0, V4, R0)

#define TURN \
	ROTATE(R0, R1, R2, R3, R5); \
	ROTATE(V0, V1, V2, V3, V6); \
	AGAIN(R12)

// func dotQ5_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ5_0(SB), NOSPLIT, $0-72
	BEGIN
	V128Const $0x00ff00ff00ff00ff, $0x00ff00ff00ff00ff; Set V14
	Loop
	PANEL
	Loop
	PTR(R7); V128Load32Splat; AT0; I32Const $4; I32x4Shl; Set V7
	I64Const $4; Set R12
	Loop
	PLACE
	TURN
	End
	BUMP(R4, 64)
	BUMP(R6, 4)
	BUMP(R7, 4)
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET

// func dotQ5_1(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ5_1(SB), NOSPLIT, $0-72
	BEGIN
	V128Const $0x00ff00ff00ff00ff, $0x00ff00ff00ff00ff; Set V14
	ZERO; Set V7
	Loop
	PANEL
	Loop
	I64Const $4; Set R12
	Loop
	PLACE
	PTR(R6); V128Load32Splat; AT1; Set V8
	LEAST(V0, R0)
	TURN
	End
	BUMP(R4, 64)
	BUMP(R6, 8)
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET
