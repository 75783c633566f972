//go:build goexperiment.simd

#include "textflag.h"
#include "wasm.h"

// Sums in double precision, by the place of numbers among four: R0 sums  R1 numbers
// R2 fours left  V0 what is taken off  V1, V2 sums.

#define SUMS PTR(R0); V128Load $0; Set V1; PTR(R0); V128Load $16; Set V2
#define PAIR(at) PTR(R1); V128Load64Splat; at
#define WIDEN(sum) F64x2PromoteLowF32x4; Get sum; F64x2Add; Set sum
#define NEXT BUMP(R1, 16); AGAIN(R2)
#define KEEP PTR(R0); Get V1; V128Store $0, $0; PTR(R0); Get V2; V128Store $0, $16

// func addTotal(sums, x unsafe.Pointer, fours int)
TEXT ·addTotal(SB), NOSPLIT, $0-24
	ARGUMENT(sums+0(FP), R0)
	BIASED(x+8(FP), R1)
	ARGUMENT(fours+16(FP), R2)
	SUMS
	Loop
	PAIR(AT0); WIDEN(V1)
	PAIR(AT2); WIDEN(V2)
	NEXT
	End
	KEEP
	RET

#define SQUARE F32x4Sub; Set V3; Get V3; Get V3; F32x4Mul

// func addSquares(sums, x unsafe.Pointer, less float32, fours int)
TEXT ·addSquares(SB), NOSPLIT, $0-32
	ARGUMENT(sums+0(FP), R0)
	BIASED(x+8(FP), R1)
	F32Load less+16(FP)
	F32x4Splat
	Set V0
	ARGUMENT(fours+24(FP), R2)
	SUMS
	Loop
	PAIR(AT0); Get V0; SQUARE; WIDEN(V1)
	PAIR(AT2); Get V0; SQUARE; WIDEN(V2)
	NEXT
	End
	KEEP
	RET
