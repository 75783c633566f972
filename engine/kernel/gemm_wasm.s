//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Tiles of 8 rows, widened to words, times 4 vectors of activations. A row meets each
// vector in turn: the activations of a column lie there twice, and are loaded from
// four places, so that a lane holds the dot of its row with another vector each time.
// wazero, which splats by way of a general register, takes little more than half the
// time for it, V8 up to 3 % more.
//
// Of loads by one address the furthest is first: wazero checks bounds once for all
// that are no further.
//
//	R0 tile  R1 activations  R2 their scales  R3 scales of the rows
//	R4 blocks left  R5 where the activations of a block end  R6 dst  R7 sums
//	V0-V3 dots of the first 4 rows  V4-V7 of the others  V8 V9 weights, or scales
//	V14 mask of odd lanes  V15 of the last two

#define CLEAR \
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3; \
	ZERO; Set V4; ZERO; Set V5; ZERO; Set V6; ZERO; Set V7

#define ONE(v, w, at) \
	PTR(R1); V128Load $at; Set V10; \
	Get v; Get V8; Get V10; I32x4DotI16x8S; I32x4Add; Set v; \
	Get w; Get V9; Get V10; I32x4DotI16x8S; I32x4Add; Set w

// FOUR multiplies a pair of columns: its weights are w bytes on, its activations x.
#define FOUR(w, x) \
	PTR(R0); V128Load $TILE+w; Set V9; \
	PTR(R0); V128Load $w; Set V8; \
	TIMES(x)

// TIMES multiplies weights V8 and V9.
#define TIMES(x) \
	ONE(V3, V7, x+12); \
	ONE(V2, V6, x+8); \
	ONE(V1, V5, x+4); \
	ONE(V0, V4, x)

// PAIRS multiplies n pairs of columns.
#define PAIRS(n) \
	Get R1; I64Const $32*n; I64Add; Set R5; \
	Loop; \
	FOUR(16, 32); \
	FOUR(0, 0); \
	BUMP(R0, 32); \
	BUMP(R1, 64); \
	Get R1; Get R5; I64Ne; BrIf $0; \
	End

#define ADDED(v, t, scale, op) \
	PTR(R7); \
	PTR(R7); V128Load $t; Get v; F32x4ConvertI32x4S; Get scale; Get V10; F32x4Mul; F32x4Mul; op; \
	V128Store $0, $t

#define SUM(v, w, t, at, op) \
	PTR(R2); V128Load $at; Set V10; \
	ADDED(w, t+16, V9, op); \
	ADDED(v, t, V8, op)

// SCALED adds dots times scales, of the rows V8 and V9.
#define SCALED(op) \
	SUM(V3, V7, 96, 12, op); \
	SUM(V2, V6, 64, 8, op); \
	SUM(V1, V5, 32, 4, op); \
	SUM(V0, V4, 0, 0, op)

// SUMS is SCALED with scales that lie at s.
#define SUMS(s, op) \
	PTR(R3); V128Load $SCALE+s; Set V9; \
	PTR(R3); V128Load $s; Set V8; \
	SCALED(op)

// LEAST adds minimums times sums of activations, which lie behind the scales.
#define LEAST(t, at) \
	PTR(R2); V128Load $at; Set V10; \
	PTR(R7); PTR(R7); V128Load $t+16; Get V9; Get V10; F32x4Mul; F32x4Add; V128Store $0, $t+16; \
	PTR(R7); PTR(R7); V128Load $t; Get V8; Get V10; F32x4Mul; F32x4Add; V128Store $0, $t

#define LEAST4 \
	PTR(R3); V128Load $SCALE+16; Set V9; \
	PTR(R3); V128Load $16; Set V8; \
	LEAST(96, 12); \
	LEAST(64, 8); \
	LEAST(32, 4); \
	LEAST(0, 0)

#define PICK(v, w, mask, to) Get w; Get v; Get mask; V128Bitselect; Set to

// TURN moves lane i of each of four vectors that go round to the one i places before.
#define TURN(a, b, c, d) \
	PICK(a, b, V14, V10); PICK(b, c, V14, V11); PICK(c, d, V14, V12); PICK(d, a, V14, V13); \
	PICK(V10, V12, V15, a); PICK(V11, V13, V15, b); PICK(V12, V10, V15, c); PICK(V13, V11, V15, d)

#define NEXT Get R6; I64Load stride+8(FP); I64Add; Set R6

#define READ(v, w) PTR(R6); V128Load $16; Set w; PTR(R6); V128Load $0; Set v; NEXT

#define WRITE(v, w) PTR(R6); Get w; V128Store $0, $16; PTR(R6); Get v; V128Store $0, $0; NEXT

#define KEEP(v, w, t) PTR(R7); Get w; V128Store $0, $t+16; PTR(R7); Get v; V128Store $0, $t

#define KEPT(v, w, t) PTR(R7); V128Load $t+16; Set w; PTR(R7); V128Load $t; Set v

#define BEGIN \
	ARGUMENT(dst+0(FP), R6); \
	ARGUMENT(sums+16(FP), R7); \
	ARGUMENT(tile+24(FP), R0); \
	ARGUMENT(rowScale+32(FP), R3); \
	ARGUMENT(x+40(FP), R1); \
	ARGUMENT(scale+48(FP), R2); \
	ARGUMENT(blocks+56(FP), R4); \
	V128Const $0xffffffff00000000, $0xffffffff00000000; Set V14; \
	V128Const $0, $0xffffffffffffffff; Set V15; \
	READ(V0, V4); READ(V1, V5); READ(V2, V6); READ(V3, V7); \
	TURN(V0, V1, V2, V3); TURN(V4, V5, V6, V7); \
	KEEP(V3, V7, 96); KEEP(V2, V6, 64); KEEP(V1, V5, 32); KEEP(V0, V4, 0)

#define FINISH \
	ARGUMENT(dst+0(FP), R6); \
	KEPT(V3, V7, 96); KEPT(V2, V6, 64); KEPT(V1, V5, 32); KEPT(V0, V4, 0); \
	TURN(V0, V3, V2, V1); TURN(V4, V7, V6, V5); \
	WRITE(V0, V4); WRITE(V1, V5); WRITE(V2, V6); WRITE(V3, V7)

// func gemm32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemm32(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	CLEAR
	PAIRS(16)
	SUMS(0, F32x4Add)
	BUMP(R3, 16)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET

// func gemmMin32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemmMin32(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	CLEAR
	PAIRS(16)
	SUMS(0, F32x4Add)
	BUMP(R2, 32)
	LEAST4
	BUMP(R3, 32)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET

// func gemm256(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemm256(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	CLEAR
	PAIRS(128)
	SUMS(0, F32x4Add)
	CLEAR
	PAIRS(4)
	SUMS(16, F32x4Sub)
	BUMP(R3, 32)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET

// Two panels of Q8_0 themselves, R0 and R3, in place of a tile.

#define BYTES(at, x) \
	PTR(R3); V128Load8x8S; at; Set V9; \
	PTR(R0); V128Load8x8S; at; Set V8; \
	TIMES(x)

#define PANELS(n) BUMP(R0, n); BUMP(R3, n)

// WIDE widens the scales of 4 rows.
#define WIDE(r, v) \
	PTR(r); V128Load $BIAS; I32x4ExtendLowI16x8S; I32Const $13; I32x4Shl; \
	V128Const $0x8fffe0008fffe000, $0x8fffe0008fffe000; V128And; \
	V128Const $0x7780000077800000, $0x7780000077800000; F32x4Mul; Set v

// func panelsQ8_0(dst unsafe.Pointer, stride int, sums, panel, second, x, scale unsafe.Pointer, blocks int)
TEXT ·panelsQ8_0(SB), NOSPLIT, $0-64
	BEGIN
	PANELS(-BIAS)
	Loop
	CLEAR
	Get R1; I64Const $512; I64Add; Set R5
	Loop
	BYTES(AT2, 32)
	BYTES(AT0, 0)
	PANELS(16)
	BUMP(R1, 64)
	Get R1; Get R5; I64Ne; BrIf $0
	End
	WIDE(R3, V9)
	WIDE(R0, V8)
	PANELS(8)
	SCALED(F32x4Add)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET
