//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Tiles of 4 rows, widened to words, times 8 vectors of activations.
//
//	R0 tile  R1 activations  R2 their scales  R3 scales of the rows
//	R4 blocks left  R5 groups of 8 columns left  R6 dst  R7 sums  R8 row of dst
//	V0-V7 dots of the activations  V8 weights  V9 scales of the rows

#define SETUP \
	ARGUMENT(dst+0(FP), R6); \
	ARGUMENT(sums+16(FP), R7); \
	ARGUMENT(tile+24(FP), R0); \
	ARGUMENT(rowScale+32(FP), R3); \
	BIASED(x+40(FP), R1); \
	BIASED(scale+48(FP), R2); \
	ARGUMENT(blocks+56(FP), R4)

#define CLEAR \
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3; \
	ZERO; Set V4; ZERO; Set V5; ZERO; Set V6; ZERO; Set V7

#define ONE(v, at) Get v; Get V8; PTR(R1); V128Load32Splat; at; I32x4DotI16x8S; I32x4Add; Set v

#define PAIR(w, a, b, c, d, e, f, g, h) \
	PTR(R0); V128Load $w; Set V8; \
	ONE(V0, a); ONE(V1, b); ONE(V2, c); ONE(V3, d); \
	ONE(V4, e); ONE(V5, f); ONE(V6, g); ONE(V7, h)

// COLUMNS multiplies 8 columns.
#define COLUMNS \
	PAIR(0, AT0, AT1, AT2, AT3, AT4, AT5, AT6, AT7); \
	PAIR(16, AT8, AT9, AT10, AT11, AT12, AT13, AT14, AT15); \
	PAIR(32, AT16, AT17, AT18, AT19, AT20, AT21, AT22, AT23); \
	PAIR(48, AT24, AT25, AT26, AT27, AT28, AT29, AT30, AT31); \
	BUMP(R0, 64); \
	BUMP(R1, 128)

#define MANY(n) \
	I64Const $n; Set R5; \
	Loop; \
	COLUMNS; \
	AGAIN(R5); \
	End

#define SCALED(v, t, at, op) \
	PTR(R7); \
	PTR(R7); V128Load $t; \
	Get v; F32x4ConvertI32x4S; Get V9; PTR(R2); V128Load32Splat; at; F32x4Mul; F32x4Mul; \
	op; V128Store $0, $t

#define SCALED8(op) \
	SCALED(V0, 0, AT0, op); SCALED(V1, 16, AT1, op); SCALED(V2, 32, AT2, op); SCALED(V3, 48, AT3, op); \
	SCALED(V4, 64, AT4, op); SCALED(V5, 80, AT5, op); SCALED(V6, 96, AT6, op); SCALED(V7, 112, AT7, op)

// MOVE copies a row of sums from or to dst.
#define LOADROW(t) PTR(R7); PTR(R8); V128Load $0; V128Store $0, $t; Get R8; I64Load stride+8(FP); I64Add; Set R8
#define STOREROW(t) PTR(R8); PTR(R7); V128Load $t; V128Store $0, $0; Get R8; I64Load stride+8(FP); I64Add; Set R8

#define BEGIN \
	SETUP; \
	COPY(R6, R8); \
	LOADROW(0); LOADROW(16); LOADROW(32); LOADROW(48); LOADROW(64); LOADROW(80); LOADROW(96); LOADROW(112)

#define FINISH \
	COPY(R6, R8); \
	STOREROW(0); STOREROW(16); STOREROW(32); STOREROW(48); STOREROW(64); STOREROW(80); STOREROW(96); STOREROW(112)

// func gemm32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemm32(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	CLEAR
	MANY(4)
	PTR(R3); V128Load $0; Set V9
	SCALED8(F32x4Add)
	BUMP(R3, 16)
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
	MANY(32)
	PTR(R3); V128Load $0; Set V9
	SCALED8(F32x4Add)
	CLEAR
	COLUMNS
	PTR(R3); V128Load $16; Set V9
	SCALED8(F32x4Sub)
	BUMP(R3, 32)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET
