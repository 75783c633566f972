//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Products of matrices of floats.
//
//	R0 columns of b  R1-R4 rows of a  R5 left of a's columns, by fours
//	R6 row of b  R7 bytes from one row of b to the next
//	R8-R11 rows of dst  R12 left of b's columns, by eights  R13 a's columns, by fours

#define STEP(lo, hi, r, at) \
	PTR(r); V128Load32Splat; at; Set V10; \
	Get lo; Get V10; Get V8; F32x4Mul; F32x4Add; Set lo; \
	Get hi; Get V10; Get V9; F32x4Mul; F32x4Add; Set hi

#define COLUMN(at) \
	PTR(R6); V128Load $0; Set V8; \
	PTR(R6); V128Load $16; Set V9; \
	Get R6; Get R7; I64Add; Set R6; \
	STEP(V0, V1, R1, at); \
	STEP(V2, V3, R2, at); \
	STEP(V4, V5, R3, at); \
	STEP(V6, V7, R4, at)

#define LOAD(lo, hi, r) PTR(r); V128Load $0; Set lo; PTR(r); V128Load $16; Set hi
#define STORE(lo, hi, r) \
	PTR(r); Get lo; V128Store $0, $0; \
	PTR(r); Get hi; V128Store $0, $16; \
	BUMP(r, 32)

// BACK returns to where a row of a began.
#define BACK(r) Get r; Get R13; I64Const $4; I64Shl; I64Sub; Set r

// func addProduct4(d0, d1, d2, d3, a0, a1, a2, a3, b unsafe.Pointer, stride, fours, eights int)
TEXT ·addProduct4(SB), NOSPLIT, $0-96
	ARGUMENT(d0+0(FP), R8)
	ARGUMENT(d1+8(FP), R9)
	ARGUMENT(d2+16(FP), R10)
	ARGUMENT(d3+24(FP), R11)
	BIASED(a0+32(FP), R1)
	BIASED(a1+40(FP), R2)
	BIASED(a2+48(FP), R3)
	BIASED(a3+56(FP), R4)
	ARGUMENT(b+64(FP), R0)
	ARGUMENT(stride+72(FP), R7)
	ARGUMENT(fours+80(FP), R13)
	ARGUMENT(eights+88(FP), R12)
	Loop
	LOAD(V0, V1, R8)
	LOAD(V2, V3, R9)
	LOAD(V4, V5, R10)
	LOAD(V6, V7, R11)
	COPY(R0, R6)
	COPY(R13, R5)
	Loop
	COLUMN(AT0)
	COLUMN(AT1)
	COLUMN(AT2)
	COLUMN(AT3)
	BUMP(R1, 16)
	BUMP(R2, 16)
	BUMP(R3, 16)
	BUMP(R4, 16)
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
	BUMP(R0, 32)
	AGAIN(R12)
	End
	RET

#define COLUMN1(at) \
	PTR(R1); V128Load32Splat; at; Set V10; \
	Get V0; PTR(R6); V128Load $0; Get V10; F32x4Mul; F32x4Add; Set V0; \
	Get V1; PTR(R6); V128Load $16; Get V10; F32x4Mul; F32x4Add; Set V1; \
	Get R6; Get R7; I64Add; Set R6

// func addProduct1(d, a, b unsafe.Pointer, stride, fours, eights int)
TEXT ·addProduct1(SB), NOSPLIT, $0-48
	ARGUMENT(d+0(FP), R8)
	BIASED(a+8(FP), R1)
	ARGUMENT(b+16(FP), R0)
	ARGUMENT(stride+24(FP), R7)
	ARGUMENT(fours+32(FP), R13)
	ARGUMENT(eights+40(FP), R12)
	Loop
	LOAD(V0, V1, R8)
	COPY(R0, R6)
	COPY(R13, R5)
	Loop
	COLUMN1(AT0)
	COLUMN1(AT1)
	COLUMN1(AT2)
	COLUMN1(AT3)
	BUMP(R1, 16)
	AGAIN(R5)
	End
	BACK(R1)
	STORE(V0, V1, R8)
	BUMP(R0, 32)
	AGAIN(R12)
	End
	RET
