//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Products of words with bytes. Registers are as in product_wasm.s, but for dst:
// sums are written, not added to.

#define STEP(lo, hi, at) \
	PTR(R5); V128Load $at; Set V10; \
	Get hi; Get V10; Get V9; I32x4DotI16x8S; I32x4Add; Set hi; \
	Get lo; Get V10; Get V8; I32x4DotI16x8S; I32x4Add; Set lo

#define STORE(lo, hi, r) \
	PTR(r); Get hi; V128Store $0, $16; \
	PTR(r); Get lo; V128Store $0, $0; \
	BUMP(r, 32)

// func mulLaid(s0, s1, s2, s3, laid, b unsafe.Pointer, stride, pairs, eights int)
TEXT ·mulLaid(SB), NOSPLIT, $0-72
	ARGUMENT(s0+0(FP), R8)
	ARGUMENT(s1+8(FP), R9)
	ARGUMENT(s2+16(FP), R10)
	ARGUMENT(s3+24(FP), R11)
	ARGUMENT(laid+32(FP), R1)
	ARGUMENT(b+40(FP), R0)
	ARGUMENT(stride+48(FP), R7)
	Get R1; I64Load pairs+56(FP); I64Const $6; I64Shl; I64Add; Set R2
	ARGUMENT(eights+64(FP), R12)
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
	COPY(R1, R5)
	Loop
	PTR(R6); V128Load $0; Set V9
	Get V9; I16x8ExtendLowI8x16S; Set V8
	Get V9; I16x8ExtendHighI8x16S; Set V9
	STEP(V6, V7, 48)
	STEP(V4, V5, 32)
	STEP(V2, V3, 16)
	STEP(V0, V1, 0)
	Get R6; Get R7; I64Add; Set R6
	BUMP(R5, 64)
	Get R5; Get R2; I64Ne; BrIf $0
	End
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
