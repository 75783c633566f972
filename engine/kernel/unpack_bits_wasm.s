//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// As unpack_wasm.s, for weights that are not of 4 or 8 bits, or look up others:
// bits.go says how they lie.
//
//	R0 panel  R1 tile  R2 scales of the rows  R4 blocks left
//	V1 mask of half precision  V2 mask of even bytes  V5 a chunk
//	V6 what weights are less  V7 what they are times  V8-V12 vectors of a group

#define LESS  Get V6; I16x8Sub
#define TIMES Get V7; I16x8Mul
#define BOTH  Get V6; I16x8Sub; Get V7; I16x8Mul

// CHUNK widens V5: its even columns, then its odd ones.
#define CHUNK(to, op) \
	PTR(R1); Get V5; Get V2; V128And; op; V128Store $0, $to; \
	PTR(R1); Get V5; I32Const $8; I16x8ShrU; op; V128Store $0, $to+32

// FIVES32 brings out 32 columns of 5 bits.
#define FIVES32(op) \
	FIVES(R0, CHUNK(0, op), CHUNK(16, op), CHUNK(64, op), CHUNK(80, op), CHUNK(128, op), CHUNK(144, op), CHUNK(192, op), CHUNK(208, op)); \
	BUMP(R1, 256)

// func unpackQ5_0(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ5_0(SB), NOSPLIT, $0-32
	UNPACK(0x00ff00ff00ff00ff)
	V128Const $0x0010001000100010, $0x0010001000100010
	Set V6
	Loop
	FIVES32(LESS)
	HALVES(BIAS, 0)
	BUMP(R0, 8)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET

// func unpackQ5_1(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ5_1(SB), NOSPLIT, $0-32
	UNPACK(0x00ff00ff00ff00ff)
	ZERO
	Set V6
	Loop
	FIVES32(LESS)
	HALVES(BIAS, 0)
	HALVES(BIAS+8, 16)
	BUMP(R0, 16)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

// GROUPS5 brings out 4 groups, whose scales are those of a vector.
#define GROUP5(half, quarter) \
	Get V14; half; quarter; Set V7; \
	Get V7; I32Const $16; I32x4Shl; Get V7; V128Or; Set V7; \
	FIVES32(TIMES)

#define GROUPS5 \
	GROUP5(I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U); \
	GROUP5(I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U); \
	GROUP5(I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U); \
	GROUP5(I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)

// func unpackQ5_K(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ5_K(SB), NOSPLIT, $0-32
	UNPACK(0x00ff00ff00ff00ff)
	Loop
	HALVES(BIAS, 0)
	HALVES(BIAS+8, 16)
	COPY(R0, R3)
	BUMP(R0, 64)
	PTR(R3); V128Load $BIAS+16; V128Const $SIXTHS, $SIXTHS; V128And; Set V14
	GROUPS5
	PTR(R3); V128Load $BIAS+32; V128Const $SIXTHS, $SIXTHS; V128And; Set V14
	GROUPS5
	PTR(R3); V128Load $BIAS+16; Set V8
	PTR(R3); V128Load $BIAS+32; Set V9
	PTR(R3); V128Load $BIAS+48; Set V10
	BITS(V8, 6, 0x0303030303030303)
	BITS(V9, 4, 0x0c0c0c0c0c0c0c0c)
	V128Or
	BITS(V10, 2, 0x3030303030303030)
	V128Or
	Set V11
	LOW(V10, SIXTHS)
	PTR(R1); Get V5; Get V2; V128And; V128Store $0, $0
	PTR(R1); Get V11; Get V2; V128And; V128Store $0, $16
	PTR(R1); Get V5; I32Const $8; I16x8ShrU; V128Store $0, $32
	PTR(R1); Get V11; I32Const $8; I16x8ShrU; V128Store $0, $48
	BUMP(R1, 64)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

// SIXES brings out 16 columns of 6 bits, times a scale each row.
#define SIXES(half, quarter) \
	Get V14; half; quarter; I32Const $16; I32x4Shl; Set V7; \
	Get V7; Get V7; I32Const $16; I32x4ShrU; V128Or; Set V7; \
	WEIGHTS(V8, R0, BIAS); WEIGHTS(V9, R0, BIAS+16); WEIGHTS(V10, R0, BIAS+32); \
	LOW(V8, SIXTHS); CHUNK(0, BOTH); \
	LOW(V9, SIXTHS); CHUNK(16, BOTH); \
	LOW(V10, SIXTHS); CHUNK(64, BOTH); \
	BITS(V8, 6, 0x0303030303030303); BITS(V9, 4, 0x0c0c0c0c0c0c0c0c); V128Or; \
	BITS(V10, 2, 0x3030303030303030); V128Or; Set V5; CHUNK(80, BOTH); \
	BUMP(R0, 48); \
	BUMP(R1, 128)

// func unpackQ6_K(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ6_K(SB), NOSPLIT, $0-32
	UNPACK(0x00ff00ff00ff00ff)
	V128Const $0x0020002000200020, $0x0020002000200020
	Set V6
	Loop
	HALVES(BIAS, 0)
	PTR(R2); ZERO; V128Store $0, $16
	COPY(R0, R3)
	BUMP(R0, 72)
	I64Const $4
	Set R5
	Loop
	PTR(R3); V128Load $BIAS+8; Set V14
	SIXES(I16x8ExtendLowI8x16S, I32x4ExtendLowI16x8S)
	SIXES(I16x8ExtendLowI8x16S, I32x4ExtendHighI16x8S)
	SIXES(I16x8ExtendHighI8x16S, I32x4ExtendLowI16x8S)
	SIXES(I16x8ExtendHighI8x16S, I32x4ExtendHighI16x8S)
	BUMP(R3, 16)
	AGAIN(R5)
	End
	PTR(R1); ZERO; V128Store $0, $0
	PTR(R1); ZERO; V128Store $0, $16
	PTR(R1); ZERO; V128Store $0, $32
	PTR(R1); ZERO; V128Store $0, $48
	BUMP(R1, 64)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

// SIGNED widens bytes of V5.
#define SIGNED(to) \
	PTR(R1); Get V5; I32Const $8; I16x8Shl; I32Const $8; I16x8ShrS; V128Store $0, $to; \
	PTR(R1); Get V5; I32Const $8; I16x8ShrS; V128Store $0, $to+32

#define LOOKUPS(from, to) \
	WEIGHTS(V8, R0, from); \
	Get V6; Get V8; V128Const $0x0f0f0f0f0f0f0f0f, $0x0f0f0f0f0f0f0f0f; V128And; I8x16Swizzle; Set V5; SIGNED(to); \
	Get V6; BITS(V8, 4, 0x0f0f0f0f0f0f0f0f); I8x16Swizzle; Set V5; SIGNED(to+16)

// func unpackIQ4_NL(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackIQ4_NL(SB), NOSPLIT, $0-32
	UNPACK(0x00ff00ff00ff00ff)
	V128Const $0xf6eaddcfbfad9881, $0x7159453526190d01
	Set V6
	Loop
	LOOKUPS(BIAS, 0)
	LOOKUPS(BIAS+16, 64)
	LOOKUPS(BIAS+32, 128)
	LOOKUPS(BIAS+48, 192)
	HALVES(BIAS+64, 0)
	BUMP(R0, 72)
	BUMP(R1, 256)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET
