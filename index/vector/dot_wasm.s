//go:build goexperiment.simd

#include "textflag.h"

#define ARGUMENT(name, r) I64Load name; Set r
#define PTR(r)            Get r; I32WrapI64
#define BUMP(r, n)        Get r; I64Const $n; I64Add; Set r
#define AGAIN(r)          Get r; I64Const $1; I64Sub; Set r; Get r; I64Const $0; I64Ne; BrIf $0
#define ZERO(v)           V128Const $0, $0; Set v

// The assembler of Go 1.27 leaves out the operand (alignment, offset) of loads
// that widen. The opcodes of these instructions are the bytes of alignment 0 and
// offset 72 or 80: such loads take pointers that are 72 too low.
#define AT0 Unreachable; I32LtS
#define AT8 Unreachable; I64Eqz

// ROW adds to v the dot of 16 columns with V4 and V5.
#define ROW(r, v) \
	PTR(r); V128Load8x8S; AT0; Get V4; I32x4DotI16x8S; Get v; I32x4Add; \
	PTR(r); V128Load8x8S; AT8; Get V5; I32x4DotI16x8S; I32x4Add; Set v; \
	BUMP(r, 16)

#define STORE(v, at) PTR(R6); Get v; V128Store $0, $at

// func dot4(dst, rows, x unsafe.Pointer, n, groups int)
//
//	R0 R1 R2 R3 rows  R4 x  R5 blocks left  R6 dst  R7 where x begins  R8 n  R9 groups left
TEXT ·dot4(SB), NOSPLIT, $0-40
	ARGUMENT(dst+0(FP), R6)
	ARGUMENT(rows+8(FP), R0)
	BUMP(R0, -72)
	ARGUMENT(x+16(FP), R7)
	ARGUMENT(n+24(FP), R8)
	ARGUMENT(groups+32(FP), R9)
	Loop
	Get R0; Get R8; I64Add; Set R1
	Get R1; Get R8; I64Add; Set R2
	Get R2; Get R8; I64Add; Set R3
	Get R7; Set R4
	Get R8; I64Const $4; I64ShrU; Set R5
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)
	Loop
	PTR(R4); V128Load $0; Set V4
	PTR(R4); V128Load $16; Set V5
	ROW(R0, V0)
	ROW(R1, V1)
	ROW(R2, V2)
	ROW(R3, V3)
	BUMP(R4, 32)
	AGAIN(R5)
	End
	STORE(V0, 0)
	STORE(V1, 16)
	STORE(V2, 32)
	STORE(V3, 48)
	BUMP(R6, 64)
	Get R3; Set R0
	AGAIN(R9)
	End
	RET
