//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Tiles of 8 rows, widened to words, times one vector of activations.
//
//	R0 tile  R1 activations  R2 their scales  R3 scales of the rows  R4 blocks left
//	R5 where the activations of a block end  R6 dst  R7 sums of groups
//	V0 V1 sums of the rows  V2-V5 dots  V6 scale of activations

#define BEGIN \
	ARGUMENT(dst+0(FP), R6); \
	ARGUMENT(tile+8(FP), R0); \
	ARGUMENT(rowScale+16(FP), R3); \
	BIASED(x+24(FP), R1); \
	BIASED(scale+32(FP), R2); \
	BIASED(sums+40(FP), R7); \
	ARGUMENT(blocks+48(FP), R4); \
	PTR(R6); V128Load $0; Set V0; \
	PTR(R6); V128Load $16; Set V1

#define CLEAR ZERO; Set V2; ZERO; Set V3; ZERO; Set V4; ZERO; Set V5

#define PAIR(a, b, w, r, at) \
	PTR(r); V128Load32Splat; at; Set V7; \
	Get a; PTR(R0); V128Load $w; Get V7; I32x4DotI16x8S; I32x4Add; Set a; \
	Get b; PTR(R0); V128Load $TILE+w; Get V7; I32x4DotI16x8S; I32x4Add; Set b

// EIGHT multiplies 8 columns, whose activations are at r.
#define EIGHT(r) \
	PAIR(V2, V3, 0, r, AT0); \
	PAIR(V4, V5, 16, r, AT1); \
	PAIR(V2, V3, 32, r, AT2); \
	PAIR(V4, V5, 48, r, AT3); \
	BUMP(R0, 64); \
	BUMP(r, 16)

// COLUMNS multiplies n columns.
#define COLUMNS(n) \
	Get R1; I64Const $2*n; I64Add; Set R5; \
	Loop; \
	EIGHT(R1); \
	Get R1; Get R5; I64Ne; BrIf $0; \
	End

#define SUM(sum, a, b, s, op) \
	Get sum; \
	Get a; Get b; I32x4Add; F32x4ConvertI32x4S; \
	PTR(R3); V128Load $s; Get V6; F32x4Mul; F32x4Mul; op; Set sum

#define SUMS(s, op) \
	PTR(R2); V128Load32Splat; AT0; Set V6; \
	SUM(V0, V2, V4, s, op); \
	SUM(V1, V3, V5, SCALE+s, op)

#define FINISH \
	PTR(R6); Get V0; V128Store $0, $0; \
	PTR(R6); Get V1; V128Store $0, $16

// func gemv32(dst, tile, rowScale, x, scale, sums unsafe.Pointer, blocks int)
TEXT ·gemv32(SB), NOSPLIT, $0-56
	BEGIN
	Loop
	CLEAR
	COLUMNS(32)
	SUMS(0, F32x4Add)
	BUMP(R3, 16)
	BUMP(R2, 4)
	AGAIN(R4)
	End
	FINISH
	RET

// func gemv256(dst, tile, rowScale, x, scale, sums unsafe.Pointer, blocks int)
TEXT ·gemv256(SB), NOSPLIT, $0-56
	BEGIN
	Loop
	CLEAR
	COLUMNS(256)
	SUMS(0, F32x4Add)
	CLEAR
	EIGHT(R7)
	SUMS(16, F32x4Sub)
	BUMP(R3, 32)
	BUMP(R2, 4)
	AGAIN(R4)
	End
	FINISH
	RET
