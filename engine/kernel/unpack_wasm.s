//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Blocks of panels widened to words for gemm_wasm.s: see unpacks in
// panels_wasm.go. Groups of 256 come multiplied by their scale, and end with
// their minimums.
//
//	R0 panel  R1 tile  R2 scales of the rows  R4 blocks left
//	V1 mask of half precision  V2 mask of nibbles  V7 what weights are less, or times

#define BYTES(from, to) PTR(R1); PTR(R0); V128Load8x8S; from; V128Store $0, $to

// func unpackQ8_0(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ8_0(SB), NOSPLIT, $0-32
	UNPACK(0x000f000f000f000f)
	Loop
	BYTES(AT0, 0)
	BYTES(AT2, 16)
	BYTES(AT4, 32)
	BYTES(AT6, 48)
	BYTES(AT8, 64)
	BYTES(AT10, 80)
	BYTES(AT12, 96)
	BYTES(AT14, 112)
	BYTES(AT16, 128)
	BYTES(AT18, 144)
	BYTES(AT20, 160)
	BYTES(AT22, 176)
	BYTES(AT24, 192)
	BYTES(AT26, 208)
	BYTES(AT28, 224)
	BYTES(AT30, 240)
	HALVES(200, 0)
	BUMP(R0, 136)
	BUMP(R1, 256)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET

// NIBBLES brings out 8 columns.
#define NIBBLES(from, to, op) \
	PTR(R0); V128Load $from; Set V5; \
	PTR(R1); Get V5; Get V2; V128And; Get V7; op; V128Store $0, $to; \
	PTR(R1); Get V5; I32Const $4; I16x8ShrU; Get V2; V128And; Get V7; op; V128Store $0, $to+16; \
	PTR(R1); Get V5; I32Const $8; I16x8ShrU; Get V2; V128And; Get V7; op; V128Store $0, $to+32; \
	PTR(R1); Get V5; I32Const $12; I16x8ShrU; Get V7; op; V128Store $0, $to+48

#define NIBBLES32(from, op) \
	NIBBLES(from, 0, op); \
	NIBBLES(from+16, 64, op); \
	NIBBLES(from+32, 128, op); \
	NIBBLES(from+48, 192, op); \
	BUMP(R1, 256)

// func unpackQ4_0(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ4_0(SB), NOSPLIT, $0-32
	UNPACK(0x000f000f000f000f)
	V128Const $0x0008000800080008, $0x0008000800080008; Set V7
	Loop
	NIBBLES32(72, I16x8Sub)
	HALVES(136, 0)
	BUMP(R0, 72)
	BUMP(R2, 16)
	AGAIN(R4)
	End
	RET

// func unpackQ4_1(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ4_1(SB), NOSPLIT, $0-32
	UNPACK(0x000f000f000f000f)
	ZERO; Set V7
	Loop
	NIBBLES32(BIAS, I16x8Sub)
	HALVES(BIAS+64, 0)
	HALVES(BIAS+72, 16)
	BUMP(R0, 80)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET

#define GROUP(from, v, half, quarter) \
	TWICE(v, half, quarter); \
	NIBBLES32(from, I16x8Mul)

// func unpackQ4_K(tile, rowScale, panel unsafe.Pointer, blocks int)
TEXT ·unpackQ4_K(SB), NOSPLIT, $0-32
	UNPACK(0x000f000f000f000f)
	Loop
	SIX(88)
	GROUP(136, V8, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(200, V8, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(264, V8, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(328, V8, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	GROUP(392, V9, I16x8ExtendLowI8x16U, I32x4ExtendLowI16x8U)
	GROUP(456, V9, I16x8ExtendLowI8x16U, I32x4ExtendHighI16x8U)
	GROUP(520, V9, I16x8ExtendHighI8x16U, I32x4ExtendLowI16x8U)
	GROUP(584, V9, I16x8ExtendHighI8x16U, I32x4ExtendHighI16x8U)
	MINIMUMS
	HALVES(72, 0)
	HALVES(80, 16)
	BUMP(R0, 576)
	BUMP(R2, 32)
	AGAIN(R4)
	End
	RET
