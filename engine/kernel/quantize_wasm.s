//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

#define FOUR(at) \
	PTR(R1); V128Load $at; Get V0; F32x4Mul; F32x4Nearest; I32x4TruncSatF32x4S

// func roundBytes(q, x unsafe.Pointer, by float32, sixteens int)
TEXT ·roundBytes(SB), NOSPLIT, $0-32
	ARGUMENT(q+0(FP), R0)
	ARGUMENT(x+8(FP), R1)
	F32Load by+16(FP)
	F32x4Splat
	Set V0
	ARGUMENT(sixteens+24(FP), R2)
	Loop
	PTR(R0)
	FOUR(0)
	FOUR(16)
	I16x8NarrowI32x4S
	FOUR(32)
	FOUR(48)
	I16x8NarrowI32x4S
	I8x16NarrowI16x8S
	V128Store $0, $0
	BUMP(R0, 16)
	BUMP(R1, 64)
	AGAIN(R2)
	End
	RET

// func widenBytes(words, sums, q unsafe.Pointer, sixteens int)
TEXT ·widenBytes(SB), NOSPLIT, $0-32
	ARGUMENT(words+0(FP), R0)
	ARGUMENT(sums+8(FP), R1)
	ARGUMENT(q+16(FP), R2)
	ARGUMENT(sixteens+24(FP), R3)
	V128Const $0x0705030106040200, $0x0f0d0b090e0c0a08
	Set V0
	V128Const $0x0001000100010001, $0x0001000100010001
	Set V1
	Loop
	PTR(R2); V128Load $0; Get V0; I8x16Swizzle; Set V2
	PTR(R0); Get V2; I16x8ExtendLowI8x16S; Set V3; Get V3; V128Store $0, $0
	PTR(R0); Get V2; I16x8ExtendHighI8x16S; Set V4; Get V4; V128Store $0, $16
	Get V3; Get V4; I16x8Add; Get V1; I32x4DotI16x8S; Set V2
	PTR(R1)
	Get V2; I32x4ExtractLane $0, $0
	Get V2; I32x4ExtractLane $0, $1
	I32Add
	Get V2; I32x4ExtractLane $0, $2
	I32Add
	Get V2; I32x4ExtractLane $0, $3
	I32Add
	I32Store $0
	BUMP(R0, 32)
	BUMP(R1, 4)
	BUMP(R2, 16)
	AGAIN(R3)
	End
	RET
