//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Products of words with bytes. Registers are as in product_wasm.s, but for dst:
// sums are written, not added to.

#define STEP(lo, hi, r) \
	PTR(r); V128Load32Splat; AT0; Set V10; \
	BUMP(r, 4); \
	Get lo; Get V10; Get V8; I32x4DotI16x8S; I32x4Add; Set lo; \
	Get hi; Get V10; Get V9; I32x4DotI16x8S; I32x4Add; Set hi

#define STORE(lo, hi, r) \
	PTR(r); Get lo; V128Store $0, $0; \
	PTR(r); Get hi; V128Store $0, $16; \
	BUMP(r, 32)

// BACK returns to where a row of words began.
#define BACK(r) Get r; Get R13; I64Const $2; I64Shl; I64Sub; Set r

// func mulBytes4(s0, s1, s2, s3, q0, q1, q2, q3, b unsafe.Pointer, stride, pairs, eights int)
TEXT ·mulBytes4(SB), NOSPLIT, $0-96
	ARGUMENT(s0+0(FP), R8)
	ARGUMENT(s1+8(FP), R9)
	ARGUMENT(s2+16(FP), R10)
	ARGUMENT(s3+24(FP), R11)
	BIASED(q0+32(FP), R1)
	BIASED(q1+40(FP), R2)
	BIASED(q2+48(FP), R3)
	BIASED(q3+56(FP), R4)
	ARGUMENT(b+64(FP), R0)
	ARGUMENT(stride+72(FP), R7)
	ARGUMENT(pairs+80(FP), R13)
	ARGUMENT(eights+88(FP), R12)
	Loop
	ZERO; Set V0
	ZERO; Set V1
	ZERO; Set V2
	ZERO; Set V3
	ZERO; Set V4
	ZERO; Set V5
	ZERO; Set V6
	ZERO; Set V7
	COPY(R0, R6)
	COPY(R13, R5)
	Loop
	PTR(R6); V128Load $0; Set V9
	Get V9; I16x8ExtendLowI8x16S; Set V8
	Get V9; I16x8ExtendHighI8x16S; Set V9
	Get R6; Get R7; I64Add; Set R6
	STEP(V0, V1, R1)
	STEP(V2, V3, R2)
	STEP(V4, V5, R3)
	STEP(V6, V7, R4)
	AGAIN(R5)
	End
	BACK(R1)
	BACK(R2)
	BACK(R3)
	BACK(R4)
	STORE(V0, V1, R8)
	STORE(V2, V3, R9)
	STORE(V4, V5, R10)
	STORE(V6, V7, R11)
	BUMP(R0, 16)
	AGAIN(R12)
	End
	RET

#define FOUR(at) \
	PTR(R1); V128Load $at; Get V0; F32x4Mul; F32x4Nearest; I32x4TruncSatF32x4S

// func roundWords8(q, x unsafe.Pointer, by float32, eights int)
TEXT ·roundWords8(SB), NOSPLIT, $0-32
	ARGUMENT(q+0(FP), R0)
	ARGUMENT(x+8(FP), R1)
	F32Load by+16(FP)
	F32x4Splat
	Set V0
	ARGUMENT(eights+24(FP), R2)
	Loop
	PTR(R0)
	FOUR(0)
	FOUR(16)
	I16x8NarrowI32x4S
	V128Store $0, $0
	BUMP(R0, 16)
	BUMP(R1, 32)
	AGAIN(R2)
	End
	RET
