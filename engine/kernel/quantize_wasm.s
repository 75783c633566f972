//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

#define FOUR(at) \
	PTR(R1); V128Load $at; Get V0; F32x4Mul; F32x4Nearest; I32x4TruncSatF32x4S

#define SIXTEEN(from, to) \
	PTR(R0); \
	FOUR(from); FOUR(from+16); I16x8NarrowI32x4S; \
	FOUR(from+32); FOUR(from+48); I16x8NarrowI32x4S; \
	I8x16NarrowI16x8S; V128Store $0, $to

// func roundBytes(q, x unsafe.Pointer, by float32, sixteens int)
TEXT ·roundBytes(SB), NOSPLIT, $0-32
	ARGUMENT(q+0(FP), R0)
	ARGUMENT(x+8(FP), R1)
	F32Load by+16(FP)
	F32x4Splat
	Set V0
	ARGUMENT(sixteens+24(FP), R2)
	Loop
	SIXTEEN(0, 0)
	BUMP(R0, 16)
	BUMP(R1, 64)
	AGAIN(R2)
	End
	RET

// LARGER takes in the magnitudes of 4 numbers. NaN counts as nothing.
#define LARGER(at) Get V2; PTR(R1); V128Load $at; Get V5; V128And; F32x4Pmax; Set V2

// ACROSS takes in those that stand elsewhere in V2.
#define ACROSS(hi, lo) Get V2; Get V2; V128Const $hi, $lo; I8x16Swizzle; F32x4Pmax; Set V2

#define EACH(v) V128Const $v, $v

// func quantizeAll(q, scale, x unsafe.Pointer, blocks int)
//
//	R0 q  R1 x  R2 scale  R3 blocks left
//	V0 the factor  V1 the scale  V2 the largest  V5 mask of all but the sign  V6 127
TEXT ·quantizeAll(SB), NOSPLIT, $0-32
	ARGUMENT(q+0(FP), R0)
	ARGUMENT(scale+8(FP), R2)
	ARGUMENT(x+16(FP), R1)
	ARGUMENT(blocks+24(FP), R3)
	EACH(0x7fffffff7fffffff); Set V5
	EACH(0x42fe000042fe0000); Set V6
	Loop
	ZERO; Set V2
	LARGER(0)
	LARGER(16)
	LARGER(32)
	LARGER(48)
	LARGER(64)
	LARGER(80)
	LARGER(96)
	LARGER(112)
	ACROSS(0x0f0e0d0c0b0a0908, 0x0706050403020100)
	ACROSS(0x0302010007060504, 0x0b0a09080f0e0d0c)
	Get V2; Get V6; F32x4Div; Set V1
	// To half precision: where that is subnormal, by adding 0.5; where too large, infinity.
	EACH(0x7f8000007f800000)
	Get V1; EACH(0x3f0000003f000000); F32x4Add; EACH(0x3f0000003f000000); F32x4Sub
	Get V1; EACH(0x00000fff00000fff); I32x4Add
	Get V1; I32Const $13; I32x4ShrU; EACH(0x0000000100000001); V128And; I32x4Add
	EACH(0xffffe000ffffe000); V128And
	Get V1; EACH(0x3880000038800000); I32x4LtS; V128Bitselect
	Get V1; EACH(0x477fefff477fefff); I32x4GtS; V128Bitselect
	Set V1
	PTR(R2); Get V1; I32x4ExtractLane $0, $0; I32Store $0
	Get V6; Get V2; F32x4Div
	Get V1; ZERO; I32x4Eq; V128Andnot
	Set V0
	SIXTEEN(0, 0)
	SIXTEEN(64, 16)
	BUMP(R0, 32)
	BUMP(R1, 128)
	BUMP(R2, 4)
	AGAIN(R3)
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

#define PAIR4(at, to) PTR(R0); PTR(R1); V128Load32Splat; at; V128Store $0, $to

// func fourTimes(dst, words unsafe.Pointer, eights int)
TEXT ·fourTimes(SB), NOSPLIT, $0-24
	ARGUMENT(dst+0(FP), R0)
	BIASED(words+8(FP), R1)
	ARGUMENT(eights+16(FP), R3)
	Loop
	PAIR4(AT3, 48)
	PAIR4(AT2, 32)
	PAIR4(AT1, 16)
	PAIR4(AT0, 0)
	BUMP(R0, 64)
	BUMP(R1, 16)
	AGAIN(R3)
	End
	RET
