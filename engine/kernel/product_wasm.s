//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Products of matrices of floats.
//
//	R0 columns of b  R1-R4 rows of a  R5 a's columns left
//	R6 row of b  R7 bytes from one row of b to the next
//	R8-R11 rows of dst  R12 left of b's columns, by eights  R13 a's columns

#define STEP(lo, hi, r) \
	PTR(r); V128Load32Splat; AT0; Set V10; \
	BUMP(r, 4); \
	Get lo; Get V10; Get V8; F32x4Mul; F32x4Add; Set lo; \
	Get hi; Get V10; Get V9; F32x4Mul; F32x4Add; Set hi

// COLUMN multiplies a column of a. Loops have few loads in their bodies: see
// gemm_wasm.s.
#define COLUMN \
	PTR(R6); V128Load $0; Set V8; \
	PTR(R6); V128Load $16; Set V9; \
	Get R6; Get R7; I64Add; Set R6; \
	STEP(V0, V1, R1); \
	STEP(V2, V3, R2); \
	STEP(V4, V5, R3); \
	STEP(V6, V7, R4)

#define LOAD(lo, hi, r) PTR(r); V128Load $0; Set lo; PTR(r); V128Load $16; Set hi
#define STORE(lo, hi, r) \
	PTR(r); Get lo; V128Store $0, $0; \
	PTR(r); Get hi; V128Store $0, $16; \
	BUMP(r, 32)

// BACK returns to where a row of a began.
#define BACK(r) Get r; Get R13; I64Const $2; I64Shl; I64Sub; Set r

// func addProduct4(d0, d1, d2, d3, a0, a1, a2, a3, b unsafe.Pointer, stride, columns, eights int)
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
	ARGUMENT(columns+80(FP), R13)
	ARGUMENT(eights+88(FP), R12)
	Loop
	LOAD(V0, V1, R8)
	LOAD(V2, V3, R9)
	LOAD(V4, V5, R10)
	LOAD(V6, V7, R11)
	COPY(R0, R6)
	COPY(R13, R5)
	Loop
	COLUMN
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
	BACK(R1)
	STORE(V0, V1, R8)
	BUMP(R0, 32)
	AGAIN(R12)
	End
	RET
