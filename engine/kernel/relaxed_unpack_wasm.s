//go:build goexperiment.simd && relaxed

#include "textflag.h"
#include "wasm.h"

// As unpack_wasm.s, to tiles of bytes: by 4 columns, row by row. Behind a group of
// a block of 256 are the scales of its rows, in both words of each.

// NIBBLES brings out 8 columns.
#define NIBBLES(from, to) \
	PTR(R0); V128Load $from; Set V5; \
	PTR(R1); Get V5; Get V2; V128And; V128Store $0, $to; \
	PTR(R1); Get V5; I32Const $4; I16x8ShrU; Get V2; V128And; V128Store $0, $to+16

#define NIBBLES32(from) \
	NIBBLES(from, 0); \
	NIBBLES(from+16, 32); \
	NIBBLES(from+32, 64); \
	NIBBLES(from+48, 96)

// func bytesQ4_0(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·bytesQ4_0(SB), NOSPLIT, $0-32
	UNPACK(0x0f0f0f0f0f0f0f0f)
	Loop
	NIBBLES32(BIAS)
	HALVES(BIAS+64, 0)
	BUMP(R0, 72)
	BUMP(R1, 128)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET

// CHUNK stores 4 columns.
#define CHUNK(to) PTR(R1); Get V5; V128Store $0, $to

// func bytesQ5_0(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·bytesQ5_0(SB), NOSPLIT, $0-32
	UNPACK(0x1f1f1f1f1f1f1f1f)
	Loop
	FIVES(R0, CHUNK(0), CHUNK(16), CHUNK(32), CHUNK(48), CHUNK(64), CHUNK(80), CHUNK(96), CHUNK(112))
	HALVES(BIAS, 0)
	BUMP(R0, 8)
	BUMP(R1, 128)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET

#define GROUP(from, v, half, quarter) \
	TWICE(v, half, quarter); \
	NIBBLES32(from); \
	PTR(R1); Get V7; V128Store $0, $128; \
	BUMP(R1, 144)

// func bytesQ4_K(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·bytesQ4_K(SB), NOSPLIT, $0-32
	UNPACK(0x0f0f0f0f0f0f0f0f)
	Loop
	SIX(BIAS+16)
	GROUP(BIAS+64, V8, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(BIAS+128, V8, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(BIAS+192, V8, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(BIAS+256, V8, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	GROUP(BIAS+320, V9, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(BIAS+384, V9, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(BIAS+448, V9, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(BIAS+512, V9, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	MINIMUMS
	HALVES(BIAS, 0)
	HALVES(BIAS+8, 16)
	BUMP(R0, 576)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

// SIXES brings out 16 columns of 6 bits; their scales are bytes.
#define SIXES(half, quarter) \
	Get V14; half; quarter; I32Const $16; I32x4Shl; Set V7; \
	PTR(R1); Get V7; Get V7; I32Const $16; I32x4ShrU; V128Or; V128Store $0, $64; \
	WEIGHTS(V8, R0, BIAS); WEIGHTS(V9, R0, BIAS+16); WEIGHTS(V10, R0, BIAS+32); \
	LOW(V8, SIXTHS); PTR(R1); Get V5; V128Store $0, $0; \
	LOW(V9, SIXTHS); PTR(R1); Get V5; V128Store $0, $16; \
	LOW(V10, SIXTHS); PTR(R1); Get V5; V128Store $0, $32; \
	PTR(R1); BITS(V8, 6, 0x0303030303030303); BITS(V9, 4, 0x0c0c0c0c0c0c0c0c); V128Or; \
	BITS(V10, 2, 0x3030303030303030); V128Or; V128Store $0, $48; \
	BUMP(R0, 48); \
	BUMP(R1, 80)

// func bytesQ6_K(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·bytesQ6_K(SB), NOSPLIT, $0-32
	UNPACK(SIXTHS)
	Loop
	HALVES(BIAS, 0)
	COPY(R0, R3)
	BUMP(R0, 72)
	I64Const $4; Set R5
	Loop
	PTR(R3); V128Load $BIAS+8; Set V14
	SIXES(I16x8ExtendLowI8x16S, I32x4ExtendLowI16x8S)
	SIXES(I16x8ExtendLowI8x16S, I32x4ExtendHighI16x8S)
	SIXES(I16x8ExtendHighI8x16S, I32x4ExtendLowI16x8S)
	SIXES(I16x8ExtendHighI8x16S, I32x4ExtendHighI16x8S)
	BUMP(R3, 16)
	AGAIN(R5)
	End
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

// func pairSums(sums, q unsafe.Pointer, sixteens int)
TEXT ·pairSums(SB), NOSPLIT, $0-24
	ARGUMENT(sums+0(FP), R0)
	ARGUMENT(q+8(FP), R1)
	ARGUMENT(sixteens+16(FP), R2)
	V128Const $0x0f0e0d0c0b0a0908, $0x0706050403020100
	Set V1
	V128Const $0x0302010007060504, $0x0b0a09080f0e0d0c
	Set V2
	Loop
	PTR(R1); V128Load $0; I16x8ExtaddPairwiseI8x16S; Set V0
	Get V0; Get V0; Get V1; I8x16Swizzle; I16x8Add; Set V0
	PTR(R0)
	Get V0; Get V0; Get V2; I8x16Swizzle; I16x8Add; I16x8Neg
	I32x4ExtractLane $0, $0
	I32Store $0
	BUMP(R0, 4)
	BUMP(R1, 16)
	AGAIN(R2)
	End
	RET
