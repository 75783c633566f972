//go:build goexperiment.simd && relaxed

#include "textflag.h"
#include "wasm.h"
#include "relaxed_wasm.h"

// Tiles of 8 rows of bytes times 4 vectors of activations: gemm_wasm.s says what is
// where. V0-V7 are words, V14 ones. Dots of a block of 256 are behind the sums.

#define ONE(v, w, at) \
	SPLAT(V10, R1, at); \
	MULTIPLY(v, V10, Get V8); \
	MULTIPLY(w, V10, Get V9)

#define PAIR(v, w, at) \
	SPLAT(V10, R1, at); \
	Get v; Get V8; Get V10; I32x4DotI16x8S; I32x4Add; Set v; \
	Get w; Get V9; Get V10; I32x4DotI16x8S; I32x4Add; Set w

// EACH does for all vectors of activations, n times, what advances by one vector
// of weights.
#define EACH(n, op) \
	Get R1; I64Const $16*n; I64Add; Set R5; \
	Loop; \
	PTR(R0); V128Load $0; Set V8; \
	PTR(R0); V128Load $TILE; Set V9; \
	op(V0, V4, AT0); \
	op(V1, V5, AT1); \
	op(V2, V6, AT2); \
	op(V3, V7, AT3); \
	BUMP(R0, 16); \
	BUMP(R1, 16); \
	Get R1; Get R5; I64Ne; BrIf $0; \
	End

#define CLEAR \
	ZERO; Set V0; ZERO; Set V1; ZERO; Set V2; ZERO; Set V3; \
	ZERO; Set V4; ZERO; Set V5; ZERO; Set V6; ZERO; Set V7

// ZEROED begins words with the sums of activations at r, times a power of two.
#define ZEROED(v, w, r, at, by) SPLAT(V8, r, at); Get V8; I32Const $by; I16x8Shl; Set v; COPY(v, w)

#define ZEROED4(r, by) \
	ZEROED(V0, V4, r, AT0, by); \
	ZEROED(V1, V5, r, AT1, by); \
	ZEROED(V2, V6, r, AT2, by); \
	ZEROED(V3, V7, r, AT3, by); \
	BUMP(r, 16)

// GROUPED adds words times scales to dots.
#define GROUPED(v, w, t) \
	PTR(R7); PTR(R7); V128Load $128+t; Get v; Get V8; I32x4DotI16x8S; I32x4Add; V128Store $0, $128+t; \
	PTR(R7); PTR(R7); V128Load $144+t; Get w; Get V9; I32x4DotI16x8S; I32x4Add; V128Store $0, $144+t

#define GROUPED4 \
	PTR(R0); V128Load $0; Set V8; \
	PTR(R0); V128Load $TILE; Set V9; \
	BUMP(R0, 16); \
	GROUPED(V0, V4, 0); \
	GROUPED(V1, V5, 32); \
	GROUPED(V2, V6, 64); \
	GROUPED(V3, V7, 96)

#define NODOTS(t) PTR(R7); ZERO; V128Store $0, $128+t; PTR(R7); ZERO; V128Store $0, $144+t

// What sums are made of.
#define WORDS(v, t) Get v; Get V14; I32x4DotI16x8S
#define DOTS(v, t)  PTR(R7); V128Load $128+t
#define OWN(v, t)   Get v

#define ADDED(v, t, scale, of, op) \
	PTR(R7); \
	PTR(R7); V128Load $t; of(v, t); F32x4ConvertI32x4S; Get scale; Get V10; F32x4Mul; F32x4Mul; op; \
	V128Store $0, $t

// SUMS adds them times scales, which for the rows lie at s.
#define SUMS(s, of, op) \
	PTR(R3); V128Load $s; Set V8; \
	PTR(R3); V128Load $SCALE+s; Set V9; \
	SPLAT(V10, R2, AT0); ADDED(V0, 0, V8, of, op); ADDED(V4, 16, V9, of, op); \
	SPLAT(V10, R2, AT1); ADDED(V1, 32, V8, of, op); ADDED(V5, 48, V9, of, op); \
	SPLAT(V10, R2, AT2); ADDED(V2, 64, V8, of, op); ADDED(V6, 80, V9, of, op); \
	SPLAT(V10, R2, AT3); ADDED(V3, 96, V8, of, op); ADDED(V7, 112, V9, of, op)

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

// GEMM32 is for blocks of 32 whose zero is a power of two.
#define GEMM32(by) \
	BEGIN; \
	ONES; Set V14; \
	Loop; \
	ZEROED4(R1, by); \
	EACH(8, ONE); \
	SUMS(0, WORDS, F32x4Add); \
	BUMP(R3, 16); \
	BUMP(R2, 32); \
	AGAIN(R4); \
	End; \
	FINISH

// func gemmNibbles32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemmNibbles32(SB), NOSPLIT, $0-64
	GEMM32(3)
	RET

// func gemmFives32(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemmFives32(SB), NOSPLIT, $0-64
	GEMM32(4)
	RET

// func gemmQ4_K(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemmQ4_K(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	NODOTS(0); NODOTS(32); NODOTS(64); NODOTS(96)
	I64Const $8; Set R8
	Loop
	CLEAR
	EACH(8, ONE)
	GROUPED4
	AGAIN(R8)
	End
	SUMS(0, DOTS, F32x4Add)
	BUMP(R1, 256)
	CLEAR
	EACH(4, PAIR)
	SUMS(16, OWN, F32x4Sub)
	BUMP(R3, 32)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET

// func gemmQ6_K(dst unsafe.Pointer, stride int, sums, tile, rowScale, x, scale unsafe.Pointer, blocks int)
TEXT ·gemmQ6_K(SB), NOSPLIT, $0-64
	BEGIN
	Loop
	NODOTS(0); NODOTS(32); NODOTS(64); NODOTS(96)
	Get R1; I64Const $1024; I64Add; Set R9
	I64Const $16; Set R8
	Loop
	ZEROED4(R9, 5)
	EACH(4, ONE)
	GROUPED4
	AGAIN(R8)
	End
	SUMS(0, DOTS, F32x4Add)
	Get R9; I64Const $64; I64Add; Set R1
	BUMP(R3, 32)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	FINISH
	RET
