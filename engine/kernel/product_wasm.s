//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Products of matrices of floats. The numbers of 4 rows lie 4 times each, so that
// they are loaded and not splatted: see gemm_wasm.s.
//
//	R0 columns of b  R1 laid rows  R2 their end  R5 laid numbers
//	R6 row of b  R7 bytes from one row of b to the next
//	R8-R11 rows of dst  R12 left of b's columns, by eights
//	V0-V7 sums  V8 V9 numbers of b  V10 one of a row

#define SPREAD(r, at) \
	PTR(R1); PTR(r); F32Load $0; F32x4Splat; V128Store $0, $at; \
	BUMP(r, 4)

// func layRows(laid, a0, a1, a2, a3 unsafe.Pointer, columns int)
TEXT ·layRows(SB), NOSPLIT, $0-48
	ARGUMENT(laid+0(FP), R1)
	ARGUMENT(a0+8(FP), R8)
	ARGUMENT(a1+16(FP), R9)
	ARGUMENT(a2+24(FP), R10)
	ARGUMENT(a3+32(FP), R11)
	ARGUMENT(columns+40(FP), R12)
	Loop
	SPREAD(R11, 48)
	SPREAD(R10, 32)
	SPREAD(R9, 16)
	SPREAD(R8, 0)
	BUMP(R1, 64)
	AGAIN(R12)
	End
	RET

#define STEP(lo, hi, at) \
	PTR(R5); V128Load $at; Set V10; \
	Get hi; Get V10; Get V9; F32x4Mul; F32x4Add; Set hi; \
	Get lo; Get V10; Get V8; F32x4Mul; F32x4Add; Set lo

#define LOAD(lo, hi, r) PTR(r); V128Load $16; Set hi; PTR(r); V128Load $0; Set lo
#define STORE(lo, hi, r) \
	PTR(r); Get hi; V128Store $0, $16; \
	PTR(r); Get lo; V128Store $0, $0; \
	BUMP(r, 32)

// func addLaid(d0, d1, d2, d3, laid, b unsafe.Pointer, stride, columns, eights int)
TEXT ·addLaid(SB), NOSPLIT, $0-72
	ARGUMENT(d0+0(FP), R8)
	ARGUMENT(d1+8(FP), R9)
	ARGUMENT(d2+16(FP), R10)
	ARGUMENT(d3+24(FP), R11)
	ARGUMENT(laid+32(FP), R1)
	ARGUMENT(b+40(FP), R0)
	ARGUMENT(stride+48(FP), R7)
	Get R1; I64Load columns+56(FP); I64Const $6; I64Shl; I64Add; Set R2
	ARGUMENT(eights+64(FP), R12)
	Loop
	LOAD(V0, V1, R8)
	LOAD(V2, V3, R9)
	LOAD(V4, V5, R10)
	LOAD(V6, V7, R11)
	COPY(R0, R6)
	COPY(R1, R5)
	Loop
	LOAD(V8, V9, R6)
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
	BUMP(R0, 32)
	AGAIN(R12)
	End
	RET

// One row: R1 is its numbers, R5 how many are left, R13 how many there are.

#define COLUMN1 \
	PTR(R1); V128Load32Splat; AT0; Set V10; \
	BUMP(R1, 4); \
	Get V0; PTR(R6); V128Load $0; Get V10; F32x4Mul; F32x4Add; Set V0; \
	Get V1; PTR(R6); V128Load $16; Get V10; F32x4Mul; F32x4Add; Set V1; \
	Get R6; Get R7; I64Add; Set R6

// func addProduct1(d, a, b unsafe.Pointer, stride, columns, eights int)
TEXT ·addProduct1(SB), NOSPLIT, $0-48
	ARGUMENT(d+0(FP), R8)
	BIASED(a+8(FP), R1)
	ARGUMENT(b+16(FP), R0)
	ARGUMENT(stride+24(FP), R7)
	ARGUMENT(columns+32(FP), R13)
	ARGUMENT(eights+40(FP), R12)
	Loop
	LOAD(V0, V1, R8)
	COPY(R0, R6)
	COPY(R13, R5)
	Loop
	COLUMN1
	AGAIN(R5)
	End
	Get R1; Get R13; I64Const $2; I64Shl; I64Sub; Set R1
	STORE(V0, V1, R8)
	BUMP(R0, 32)
	AGAIN(R12)
	End
	RET
