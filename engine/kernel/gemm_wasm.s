//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Tiles of 8 rows, widened to words, times 4 vectors of activations. Loops have
// few loads in their bodies: engines load all that a body needs ahead of its
// arithmetic, and what does not fit the 16 registers goes over memory.
//
//	R0 tile  R1 activations  R2 their scales  R3 scales of the rows
//	R4 blocks left  R5 where the activations of a block end  R6 dst  R7 sums
//	V0-V3 dots of the first 4 rows  V4-V7 of the others  V8 V9 weights, or scales

#define CLEAR \
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3; \
	ZERO; Set V4; ZERO; Set V5; ZERO; Set V6; ZERO; Set V7

#define ONE(v, w, at) \
	PTR(R1); V128Load32Splat; at; Set V10; \
	Get v; Get V8; Get V10; I32x4DotI16x8S; I32x4Add; Set v; \
	Get w; Get V9; Get V10; I32x4DotI16x8S; I32x4Add; Set w

// PAIRS multiplies n pairs of columns.
#define PAIRS(n) \
	Get R1; I64Const $16*n; I64Add; Set R5; \
	Loop; \
	PTR(R0); V128Load $0; Set V8; \
	PTR(R0); V128Load $TILE; Set V9; \
	ONE(V0, V4, AT0); \
	ONE(V1, V5, AT1); \
	ONE(V2, V6, AT2); \
	ONE(V3, V7, AT3); \
	BUMP(R0, 16); \
	BUMP(R1, 16); \
	Get R1; Get R5; I64Ne; BrIf $0; \
	End

#define SUM(v, w, t, at, op) \
	PTR(R2); V128Load32Splat; at; Set V10; \
	PTR(R7); \
	PTR(R7); V128Load $t; Get v; F32x4ConvertI32x4S; Get V8; Get V10; F32x4Mul; F32x4Mul; op; \
	V128Store $0, $t; \
	PTR(R7); \
	PTR(R7); V128Load $t+16; Get w; F32x4ConvertI32x4S; Get V9; Get V10; F32x4Mul; F32x4Mul; op; \
	V128Store $0, $t+16

// SUMS adds dots times scales, which for the rows lie at s.
#define SUMS(s, op) \
	PTR(R3); V128Load $s; Set V8; \
	PTR(R3); V128Load $SCALE+s; Set V9; \
	SUM(V0, V4, 0, AT0, op); \
	SUM(V1, V5, 32, AT1, op); \
	SUM(V2, V6, 64, AT2, op); \
	SUM(V3, V7, 96, AT3, op)

// LEAST adds minimums times sums of activations, which lie behind the scales.
#define LEAST(t, at) \
	PTR(R2); V128Load32Splat; at; Set V10; \
	PTR(R7); PTR(R7); V128Load $t; Get V8; Get V10; F32x4Mul; F32x4Add; V128Store $0, $t; \
	PTR(R7); PTR(R7); V128Load $t+16; Get V9; Get V10; F32x4Mul; F32x4Add; V128Store $0, $t+16

#define LEAST4 \
	PTR(R3); V128Load $16; Set V8; \
	PTR(R3); V128Load $SCALE+16; Set V9; \
	LEAST(0, AT0); \
	LEAST(32, AT1); \
	LEAST(64, AT2); \
	LEAST(96, AT3)

#define MOVE(to, i, from, j) \
	PTR(to); PTR(from); V128Load $j; V128Store $0, $i; \
	PTR(to); PTR(from); V128Load $j+16; V128Store $0, $i+16

#define NEXT Get R6; I64Load stride+8(FP); I64Add; Set R6

#define BEGIN \
	ARGUMENT(dst+0(FP), R6); \
	ARGUMENT(sums+16(FP), R7); \
	ARGUMENT(tile+24(FP), R0); \
	ARGUMENT(rowScale+32(FP), R3); \
	BIASED(x+40(FP), R1); \
	BIASED(scale+48(FP), R2); \
	ARGUMENT(blocks+56(FP), R4); \
	MOVE(R7, 0, R6, 0); NEXT; MOVE(R7, 32, R6, 0); NEXT; MOVE(R7, 64, R6, 0); NEXT; MOVE(R7, 96, R6, 0)

#define FINISH \
	ARGUMENT(dst+0(FP), R6); \
	MOVE(R6, 0, R7, 0); NEXT; MOVE(R6, 0, R7, 32); NEXT; MOVE(R6, 0, R7, 64); NEXT; MOVE(R6, 0, R7, 96)

// func gemm32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemm32(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	CLEAR
	PAIRS(16)
	SUMS(0, F32x4Add)
	BUMP(R3, 16)
	BUMP(R2, 16)
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
	BUMP(R2, 16)
	LEAST4
	BUMP(R3, 32)
	BUMP(R2, 16)
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
	BUMP(R2, 16)
	AGAIN(R4)
	End
	FINISH
	RET
