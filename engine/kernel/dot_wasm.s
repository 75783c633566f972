//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"
#include "places_wasm.h"

// Panels times one vector of activations, at four places of the matrix at once:
// memory answers four streams sooner than one.
//
//	R0-R3 panels  R4 activations  R5 where those of a block end  R6 their scales
//	R7 their sums  R8 blocks left  R9 panels left  R10 dst  R11 from one dst to the next
//	V0-V3 sums of the rows  V4-V7 dots of a block  V8-V11 activations
//	V13 mask of half precision  V15 2^112

#define MASK(v, mask) V128Const $mask, $mask; Set v

#define CONSTANTS \
	MASK(V13, 0x8fffe0008fffe000); \
	MASK(V15, 0x7780000077800000)

#define BEGIN \
	BIASED(panels+8(FP), R0); \
	Get R0; I64Load panelsApart+56(FP); I64Add; Set R1; \
	Get R1; I64Load panelsApart+56(FP); I64Add; Set R2; \
	Get R2; I64Load panelsApart+56(FP); I64Add; Set R3; \
	ARGUMENT(dst+0(FP), R10); \
	ARGUMENT(dstApart+64(FP), R11); \
	ARGUMENT(count+48(FP), R9); \
	CONSTANTS

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

// SCALED adds a dot times the scales of rows and activations, V8.
#define SCALED(sum, dot, r) \
	Get sum; Get dot; F32x4ConvertI32x4S; HALF(r, BIAS); Get V8; F32x4Mul; F32x4Mul; F32x4Add; Set sum; \
	BUMP(r, 8)

// LEAST adds the minimums of rows times the sum of activations, V8.
#define LEAST(sum, r) \
	Get sum; HALF(r, BIAS); Get V8; F32x4Mul; F32x4Add; Set sum; \
	BUMP(r, 8)

#define SCALED4 \
	SPLAT(V8, R6, AT0); \
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
	Get R4; I64Const $256; I64Add; Set R5
	Loop
	PTR(R4); V128Load $BIAS+16; Set V9
	PTR(R4); V128Load $BIAS; Set V8
	BYTES(V4, R0)
	BYTES(V5, R1)
	BYTES(V6, R2)
	BYTES(V7, R3)
	BUMP(R4, 32)
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
	Get R4; I64Const $256; I64Add; Set R5; \
	Loop; \
	PTR(R4); V128Load $BIAS+48; Set V11; \
	PTR(R4); V128Load $BIAS+32; Set V10; \
	PTR(R4); V128Load $BIAS+16; Set V9; \
	PTR(R4); V128Load $BIAS; Set V8; \
	NIBBLES(V4, R0); \
	NIBBLES(V5, R1); \
	NIBBLES(V6, R2); \
	NIBBLES(V7, R3); \
	BUMP(R4, 64); \
	Get R4; Get R5; I64Ne; BrIf $0; \
	End; \
	SCALED4

// func dotQ4_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ4_0(SB), NOSPLIT, $0-72
	BEGIN
	MASK(V12, 0x000f000f000f000f)
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
	MASK(V12, 0x000f000f000f000f)
	Loop
	PANEL
	Loop
	ZERO; Set V4
	NIBBLES32
	SPLAT(V8, R6, AT0)
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

// Below, the four places take turns, and a block or group of one of them is multiplied
// at a time, to V4 and V5. wazero shifts a vector by six instructions, so weights are
// masked where they lie: what V5 adds up is so many bits too large.
//
//	V4 V5 sums  V6 V8-V12 weights and masks  V14 mask

#define MASKED(v, mask) Get v; V128Const $mask, $mask; V128And

// ADD adds weights times activations.
#define ADD(sum, x, w) Get sum; w; PTR(R4); V128Load $BIAS+x; I32x4DotI16x8S; I32x4Add; Set sum

// UNITE adds up both.
#define UNITE(by) Get V4; Get V5; I32Const $by; I32x4ShrS; I32x4Add

// FOURTHS8 multiplies 8 columns: the last four begin a byte further on.
#define FOURTHS8(from, x) \
	WEIGHTS(V9, R0, BIAS+from+1); WEIGHTS(V8, R0, BIAS+from); \
	ADD(V5, x+48, Get V9; Get V14; V128And); \
	ADD(V4, x+32, Get V9; Get V12; V128And); \
	ADD(V5, x+16, Get V8; Get V14; V128And); \
	ADD(V4, x, Get V8; Get V12; V128And)

// FOURTHS multiplies 32 columns of 4 bits; V5 is 4 bits too large.
#define FOURTHS \
	FOURTHS8(48, 192); \
	FOURTHS8(32, 128); \
	FOURTHS8(16, 64); \
	FOURTHS8(0, 0); \
	BUMP(R0, 64)

// CHUNK multiplies the even columns of a chunk, then the odd ones.
#define CHUNK(x, even, odd) \
	ADD(V5, x+32, odd); \
	ADD(V4, x, even)

#define LIES(x, v) CHUNK(x, MASKED(v, 0x001f001f001f001f), MASKED(v, 0x1f001f001f001f00))
#define PUT_TOGETHER(x) Set V6; CHUNK(x, MASKED(V6, 0x00ff00ff00ff00ff), MASKED(V6, 0xff00ff00ff00ff00))

// FIFTHS multiplies 32 columns of 5 bits, holding few at once; V5 is 8 bits too large.
#define FIFTHS \
	WEIGHTS(V8, R0, BIAS+64); WEIGHTS(V10, R0, BIAS+48); WEIGHTS(V9, R0, BIAS+16); \
	BITS(V8, 5, 0x0707070707070707); BITS(V9, 4, 0x0808080808080808); V128Or; \
	BITS(V10, 3, 0x1010101010101010); V128Or; PUT_TOGETHER(208); \
	LIES(128, V8); \
	WEIGHTS(V8, R0, BIAS+32); \
	BITS(V8, 5, 0x0707070707070707); BITS(V10, 2, 0x1818181818181818); V128Or; PUT_TOGETHER(192); \
	LIES(80, V10); \
	LIES(64, V8); \
	WEIGHTS(V8, R0, BIAS); \
	BITS(V8, 5, 0x0707070707070707); BITS(V9, 2, 0x1818181818181818); V128Or; PUT_TOGETHER(144); \
	LIES(16, V9); \
	LIES(0, V8); \
	BUMP(R0, 80)

// LOOKUP multiplies a chunk of signed bytes that V9 looks up.
#define LOOKUP(x, at) \
	Get V9; at; I8x16Swizzle; Set V6; \
	ADD(V5, x+32, MASKED(V6, 0xff00ff00ff00ff00)); \
	ADD(V5, x, Get V6; Get V12; I16x8Mul)

#define LOOKUPS8(from, x) \
	WEIGHTS(V8, R0, BIAS+from); \
	LOOKUP(x+16, BITS(V8, 4, 0x0f0f0f0f0f0f0f0f)); \
	LOOKUP(x, Get V8; Get V14; V128And)

// LOOKUPS multiplies 32 columns; V5 is 8 bits too large.
#define LOOKUPS \
	LOOKUPS8(48, 192); \
	LOOKUPS8(32, 128); \
	LOOKUPS8(16, 64); \
	LOOKUPS8(0, 0); \
	BUMP(R0, 64)

// PLACE multiplies a block of 32 of one place, begun with V7.
#define PLACE(multiply, by) \
	COPY(V7, V4); ZERO; Set V5; \
	multiply; \
	UNITE(by); Set V4; \
	SPLAT(V8, R6, AT0); \
	SCALED(V0, V4, R0)

// ROUND has the registers of the places go round: R5 and V6 are free, R12 are the
// places left.
#define ROUND \
	ROTATE(R0, R1, R2, R3, R5); \
	ROTATE(V0, V1, V2, V3, V6); \
	AGAIN(R12)

// BLOCKS multiplies blocks of 32, begun with what V7 is set to.
#define BLOCKS(multiply, by, begin) \
	Loop; \
	PANEL; \
	Loop; \
	begin; Set V7; \
	I64Const $4; Set R12; \
	Loop; \
	PLACE(multiply, by); \
	ROUND; \
	End; \
	BUMP(R4, 256); \
	BUMP(R6, 4); \
	BUMP(R7, 4); \
	AGAIN(R8); \
	End; \
	NEXT; \
	AGAIN(R9); \
	End

#define LESS PTR(R7); V128Load32Splat; AT0; I32Const $4; I32x4Shl

// func dotQ5_0(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ5_0(SB), NOSPLIT, $0-72
	BEGIN
	BLOCKS(FIFTHS, 8, LESS)
	RET

// func dotQ5_1(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ5_1(SB), NOSPLIT, $0-72
	BEGIN
	ZERO; Set V7
	Loop
	PANEL
	Loop
	I64Const $4; Set R12
	Loop
	PLACE(FIFTHS, 8)
	SPLAT(V8, R6, AT1)
	LEAST(V0, R0)
	ROUND
	End
	BUMP(R4, 256)
	BUMP(R6, 8)
	AGAIN(R8)
	End
	NEXT
	AGAIN(R9)
	End
	RET

// func dotIQ4_NL(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotIQ4_NL(SB), NOSPLIT, $0-72
	BEGIN
	V128Const $0xf6eaddcfbfad9881, $0x7159453526190d01
	Set V9
	MASK(V12, 0x0100010001000100)
	MASK(V14, 0x0f0f0f0f0f0f0f0f)
	BLOCKS(LOOKUPS, 8, ZERO)
	RET

// LEASTS multiplies minimums of groups.
#define LEASTS \
	WEIGHTS(V10, R0, BIAS+48); WEIGHTS(V9, R0, BIAS+32); WEIGHTS(V8, R0, BIAS+16); \
	BITS(V8, 6, 0x0303030303030303); BITS(V9, 4, 0x0c0c0c0c0c0c0c0c); V128Or; \
	BITS(V10, 2, 0x3030303030303030); V128Or; Set V11; \
	LOW(V10, SIXTHS); \
	MASK(V4, 0x00ff00ff00ff00ff); \
	ZERO; Set V0; \
	MINS(Get V5; Get V4; V128And, AT0); \
	MINS(Get V11; Get V4; V128And, AT1); \
	MINS(Get V5; I32Const $8; I16x8ShrU, AT2); \
	MINS(Get V11; I32Const $8; I16x8ShrU, AT3)

// GROUP adds the sums of a group, times scales of the rows that begin at R14.
#define GROUP(by, at, low, first, second) \
	Get V1; \
	UNITE(by); \
	PTR(R14); V128Load32Splat; at; low; first; second; I32x4Mul; \
	I32x4Add; Set V1; \
	BUMP(R14, 4); \
	AGAIN(R5)

#define WHOLE(v, half, op) Get v; F32x4ConvertI32x4S; HALF(R14, half); Get V2; F32x4Mul; F32x4Mul; op

// DONE adds a block of so many groups.
#define DONE(groups, less) \
	Get R14; I64Const $4*groups; I64Sub; Set R14; \
	PTR(R12); \
	PTR(R12); V128Load $0; \
	WHOLE(V1, BIAS, F32x4Add); \
	less; \
	V128Store $0, $0

#define SIX_BITS V128Const $SIXTHS, $SIXTHS; V128And

// LEAST256 multiplies blocks of 256 with minimums.
#define LEAST256(multiply, by, size) \
	PLACES; \
	LEASTS; \
	BUMP(R0, 64); \
	MASK(V12, 0x000f000f000f000f); \
	MASK(V14, 0x00f000f000f000f0); \
	I64Const $8; Set R5; \
	Loop; \
	ZERO; Set V4; ZERO; Set V5; \
	multiply; \
	BUMP(R4, 256); \
	GROUP(by, AT4, SIX_BITS, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U); \
	End; \
	DONE(8, WHOLE(V0, BIAS+8, F32x4Sub)); \
	TURN(size, 2048, 16)

// func dotQ4_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ4_K(SB), NOSPLIT, $0-72
	LEAST256(FOURTHS, 4, 576)
	RET

// func dotQ5_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ5_K(SB), NOSPLIT, $0-72
	LEAST256(FIFTHS, 8, 704)
	RET

#define TOP(v)  Get v; Get V11; V128And
#define OVER(v) Get V12; I16x8Mul; TOP(v); V128Or

// SIXTH multiplies the even columns of 16, or from a byte on the odd ones; V5 is 6
// bits too large.
#define SIXTH(from, x) \
	WEIGHTS(V10, R0, BIAS+104+from); WEIGHTS(V9, R0, BIAS+88+from); WEIGHTS(V8, R0, BIAS+72+from); \
	ADD(V5, x+80, TOP(V10); OVER(V9); OVER(V8)); \
	ADD(V4, x+64, Get V10; Get V14; V128And); \
	ADD(V4, x+16, Get V9; Get V14; V128And); \
	ADD(V4, x, Get V8; Get V14; V128And)

// func dotQ6_K(dst, panels, x, scale, sums unsafe.Pointer, blocks, count, panelsApart, dstApart int)
TEXT ·dotQ6_K(SB), NOSPLIT, $0-72
	PLACES
	MASK(V11, 0x00c000c000c000c0)
	MASK(V12, 0x0004000400040004)
	MASK(V14, 0x003f003f003f003f)
	COPY(R7, R15)
	I64Const $16; Set R5
	Loop
	SPLAT(V4, R15, AT0); ZERO; Set V5
	SIXTH(1, 32)
	SIXTH(0, 0)
	BUMP(R0, 48)
	BUMP(R4, 128)
	BUMP(R15, 4)
	GROUP(6, AT2, Nop, I16x8ExtendLowI8x16S, I32x4ExtendLowI16x8S)
	End
	DONE(16, Nop)
	TURN(840, 2048, 64)
	RET
